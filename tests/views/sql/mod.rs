//! The SQL views of PostgreSQL.

mod readers;
mod reference;
mod rows;
mod upgrade;
