//! What the HTTP API promises.

mod atom;
mod openapi;

mod entity_tags;
mod events;
mod feed;
mod lists;
mod redaction;
mod server_crash;
mod tokens;
mod two_servers;
mod writing;
