//! What whoever runs the server asks it: whether it is well, and how much it does. Nothing here tells of the record.

pub(crate) mod figures;
pub(super) mod health;
pub(super) mod metrics;
