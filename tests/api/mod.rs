//! What the HTTP API promises.

mod desk;
mod writing;
