//! Positions in the log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An event's place in the total order of the log: 1, 2, 3, … without gaps. 0 stands before the first event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The position with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, from 1; 0 for [`Position::START`].
    pub fn number(self) -> u64 {
        self.0
    }

    /// The position of the next event.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
