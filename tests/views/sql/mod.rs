//! The SQL views of PostgreSQL.

mod dashboard;
mod readers;
mod reference;
mod rows;
mod upgrade;
