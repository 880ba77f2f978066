//! From domain values to text: JSON, tables and CSV. Pure functions; nothing here reads the log.

pub mod csv;
pub mod event_json;
pub mod findings;
pub mod headlines;
pub mod icalendar;
pub mod statistics;
pub mod table;
pub mod times;
pub mod values;
pub mod who;
