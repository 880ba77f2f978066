//! The read models and the queries on them, on SQLite and on PostgreSQL.

mod bitemporal_reads;
mod changes;
mod clock_gap;
mod editions;
mod event_redaction;
mod projection_versions;
mod provenance;
mod rebuild;
mod rebuild_contention;
mod row_redaction;
mod search;
mod sql_views;
mod statistics;
mod verify;
