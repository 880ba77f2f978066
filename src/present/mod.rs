//! Values to text: tables, CSV, calendars, JSON and documents. Pure functions; nothing here reads the log.

pub mod csv;
pub mod event_json;
pub mod findings;
pub mod headlines;
pub mod icalendar;
pub mod lists;
pub mod statistics;
pub mod table;
pub mod times;
pub mod values;
pub mod visible;
pub mod who;
