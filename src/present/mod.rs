//! Values to text: tables, CSV, calendars, JSON and documents. Pure functions; nothing here reads the log.

pub mod csv;
pub mod docx;
pub mod emphasis;
pub mod event_json;
pub mod findings;
pub mod footer;
pub mod headlines;
pub mod icalendar;
pub mod lists;
pub mod papers;
pub mod statistics;
pub mod table;
pub mod times;
pub mod values;
pub mod visible;
pub mod who;
