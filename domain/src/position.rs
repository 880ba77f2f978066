//! Positions in the log.

use crate::ordinal::ordinal;

ordinal! {
    /// An event's place in the total order of the log: 1, 2, 3, … without gaps.
    Position {
        /// Before the first event.
        START
    }
}
