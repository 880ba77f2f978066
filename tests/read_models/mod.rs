//! The read models, on both stores.

mod bitemporal_reads;

mod changes;
mod event_redaction;
mod provenance;
mod rebuild;
mod rebuild_contention;
mod row_redaction;
mod search;
mod statistics;

mod projection_versions;
mod sql_views;
mod sqlite_upgrade;
mod verify;
