//! The house style of headlines, a module for each thing it writes. All of it works on plain text and tokens. Nothing
//! recurses, and nothing looks further than its sentence or a fixed number of tokens.

pub(crate) mod action;
pub(crate) mod action_table;
pub(crate) mod action_update;
pub(crate) mod address;
pub(crate) mod attendance;
pub(crate) mod classification;
pub(crate) mod date;
pub(crate) mod heading;
pub(crate) mod mention;
pub(crate) mod minutes;
pub(crate) mod next_meeting;
pub(crate) mod party;
pub(crate) mod promise;
pub(crate) mod reference;
pub(crate) mod sentence;
pub(crate) mod status;
pub(crate) mod supersession;
pub(crate) mod time;
pub(crate) mod token;
pub(crate) mod verb;
