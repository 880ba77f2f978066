//! What the HTTP API promises.

mod described;
mod entity_tags;
mod lists;
mod tokens;
