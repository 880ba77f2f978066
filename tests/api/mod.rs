//! What the HTTP API promises.

mod atom;
mod described;
mod entity_tags;
mod events;
mod feed;
mod lists;
mod tokens;
