//! What the HTTP API promises.

mod described;
mod entity_tags;
mod leaking;
mod lists;
mod tokens;
