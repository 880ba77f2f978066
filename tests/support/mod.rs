//! What the tests share: a PostgreSQL cluster, ledgers on both stores, a committee to record.

pub(crate) mod api;
pub(crate) mod bookkeeping;
pub(crate) mod canaries;
pub(crate) mod collector;
pub(crate) mod committee;
pub(crate) mod feed;
pub(crate) mod ledgers;
pub(crate) mod lines;
pub(crate) mod oidc;
pub(crate) mod postgres;
pub(crate) mod raw;
pub(crate) mod receiver;
pub(crate) mod server;
