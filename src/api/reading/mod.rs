//! The routes that read, a file per resource.

pub(super) mod actions;
pub(super) mod atom_feed;
pub(super) mod changes;
pub(super) mod committees;
pub(super) mod decisions;
pub(super) mod event_stream;
pub(super) mod events;
pub(super) mod headlines;
pub(super) mod matters;
pub(super) mod meetings;
pub(super) mod minutes;
pub(super) mod parties;
pub(super) mod provenance;
pub(super) mod references;
pub(super) mod search;
pub(super) mod statistics;
