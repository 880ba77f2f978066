//! The SQL views of PostgreSQL: their rows, their columns, and what each reader sees.

mod dashboard;
mod readers;
mod reference;
mod rows;
