//! The house style of headlines, one file for each thing that is written in it. Everything here works on plain text
//! and its tokens; nothing recurses, and nothing looks back or ahead further than a fixed number of tokens or the
//! sentence it is in.

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
pub(crate) mod reference;
pub(crate) mod sentence;
pub(crate) mod status;
pub(crate) mod supersession;
pub(crate) mod time;
pub(crate) mod token;
pub(crate) mod verb;
