//! The read models, on both stores.

mod as_it_was;
mod book;
mod rebuild_contention;
mod rebuilding;
mod verifying;
mod versions;
