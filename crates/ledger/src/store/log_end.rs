//! The end of a log, and how a log fails to continue an end that was seen of it.

use crate::merkle::Hash;
use minutebook_domain::Position;

/// The end of a log: its last position, and the leaf of the event there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnd {
    /// The last position.
    pub position: Position,
    /// The leaf of the last event; none for an empty log.
    pub leaf: Option<Hash>,
}

/// How the log fails to continue what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Discontinuity {
    /// The log ends before the position that was seen.
    #[error(
        "the log ends at position {head}, but it reached position {seen} before: a backup was restored, or the database \
         failed over to a copy that was behind"
    )]
    TailLost {
        /// The last position of the log.
        head: Position,
        /// The last position that was seen.
        seen: Position,
    },
    /// Another event stands at the position that was seen.
    #[error(
        "position {seen} holds another event than before: a backup was restored, or the database failed over to a copy \
         that was behind, and events were recorded since"
    )]
    TailReplaced {
        /// The last position of the log.
        head: Position,
        /// The last position that was seen.
        seen: Position,
    },
    /// SQLite found its file damaged.
    #[error("the file of the ledger is damaged: {what}; restore a backup")]
    FileDamaged {
        /// What SQLite reported.
        what: String,
    },
    /// A file of the SQLite ledger was replaced since it was opened, or is damaged.
    #[error("the file `{file}` {change} while it was open")]
    FileChanged {
        /// The path of the file.
        file: String,
        /// What happened to it: `was deleted`.
        change: String,
    },
}

/// The end of the log as a store reads it, with the leaf at a position that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundEnd {
    pub(crate) end: LogEnd,
    /// The leaf at the position that was asked for.
    pub(crate) seen_leaf: Option<Hash>,
}

impl LogEnd {
    /// Compares the log, as it was found later, with this end.
    pub(crate) fn check(&self, head: Position, leaf_here: Option<Hash>) -> Result<(), Discontinuity> {
        let seen = self.position;
        if head < seen {
            return Err(Discontinuity::TailLost { head, seen });
        }
        if leaf_here != self.leaf {
            return Err(Discontinuity::TailReplaced { head, seen });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_log_and_another_event_at_the_seen_position_break_it_off() {
        let leaf = |byte| Some(Hash::new([byte; 32]));
        let seen = LogEnd { position: Position::new(7), leaf: leaf(1) };
        assert_eq!(seen.check(Position::new(7), leaf(1)), Ok(()));
        assert_eq!(seen.check(Position::new(9), leaf(1)), Ok(()));
        let (head, seen_at) = (Position::new(6), Position::new(7));
        assert_eq!(seen.check(head, None), Err(Discontinuity::TailLost { head, seen: seen_at }));
        let head = Position::new(9);
        assert_eq!(seen.check(head, leaf(2)), Err(Discontinuity::TailReplaced { head, seen: seen_at }));
        let empty = LogEnd { position: Position::START, leaf: None };
        assert_eq!(empty.check(head, None), Ok(()));
    }
}
