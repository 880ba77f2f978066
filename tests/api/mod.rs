//! What the HTTP API promises.

mod atom;
mod described;
mod desk;
mod entity_tags;
mod events;
mod feed;
mod killed;
mod leaking;
mod lists;
mod tokens;
mod two_servers;
mod writing;
