//! The read models, on both stores.

mod as_it_was;
mod book;
mod rebuilding;
mod verifying;
