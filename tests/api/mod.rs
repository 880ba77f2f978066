//! Tests of the HTTP API, through its router or through a running server.

mod atom;
mod calendars;
mod entity_tags;
mod events;
mod feed;
mod lists;
mod openapi;
mod read_by_key;
mod redaction;
mod server_crash;
mod tokens;
mod two_books;
mod two_servers;
mod writing;
