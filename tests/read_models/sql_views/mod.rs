//! The SQL views of PostgreSQL: their rows, their columns, and what each reader sees.

mod dashboard;
mod postgres_migration;
mod readers;
mod reference;
mod rows;
