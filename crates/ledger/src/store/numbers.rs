//! Positions and versions are unsigned here and signed in both databases.

/// Returns a position or version as the databases' integer.
pub(crate) fn stored(number: u64) -> i64 {
    // INVARIANT: positions and versions count events; a database holds far fewer than 2^63.
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the databases' integer as a position or version.
pub(crate) fn read(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
