//! The read models, on both stores.

mod as_it_was;
mod book;
mod counting;
mod differing;
mod events;
mod explaining;
pub(crate) mod leaking;
mod rebuild_contention;
mod rebuilding;
mod searching;
pub(crate) mod small_book;
mod sql;
mod upgrade;
mod verifying;
mod versions;
