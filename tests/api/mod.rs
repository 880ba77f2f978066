//! What the HTTP API promises.

mod described;
mod desk;
mod entity_tags;
mod leaking;
mod lists;
mod tokens;
mod writing;
