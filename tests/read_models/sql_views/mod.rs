//! The SQL views of PostgreSQL.

mod dashboard;
mod postgres_upgrade;
mod readers;
mod reference;
mod rows;
