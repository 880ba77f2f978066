//! The kinds of check, each with the promise that it holds the ledger to.

macro_rules! check_kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $promise:literal;)+) => {
        /// One kind of check.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CheckKind {
            $($(#[$doc])* $kind,)+
        }

        impl CheckKind {
            /// Every kind, in the order of a report.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its short name: `positions`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// The promise that it checks, as a clause.
            pub fn promise(self) -> &'static str {
                match self {
                    $(Self::$kind => $promise,)+
                }
            }
        }
    };
}

check_kinds! {
    /// Missing and stray positions.
    Positions = "positions", "every position from 1 to the head holds one event";
    /// Stored bytes that cannot be read.
    Bytes = "bytes", "every event's bytes are canonical JSON and decode to an event";
    /// Columns that differ from the stored bytes.
    Columns = "columns", "each row's columns agree with its bytes";
    /// Changed bytes, salts and leaves.
    Leaves = "leaves", "each leaf is the hash of its salt and bytes";
    /// Times of recording out of order.
    Times = "times", "the time of recording never goes backwards";
    /// Missing and repeated versions of a stream.
    Versions = "versions", "every stream's versions are 1, 2, 3, … in order";
    /// The index of references.
    References = "references", "each event is indexed under the references that it names, and no others";
    /// References to events and subjects that were not recorded before.
    Resolve = "resolve", "every subject that an event names was recorded before it";
    /// The positions of each command.
    Commands = "commands", "each command covers exactly the events that carry its id";
    /// The root of an earlier log.
    Root = "root", "the log begins with the events that had the given root";
    /// The head's position and time.
    Head = "head", "the head agrees with the last event";
    /// Histories that break a rule.
    Rules = "rules", "the committee's rules admit the history of every stream";
    /// Triggers, functions, views, policies and rights of the database that this version does not make.
    Safeguards = "safeguards", "the schema and its rights are those that this version makes";
    /// Webhooks and uses of tokens that name what the log does not hold.
    SideTables = "side tables", "webhooks and uses of tokens name what the log holds";
    /// Rows and search entries of the read models.
    ReadModels = "read models", "every row of every list follows from the log, at every moment";
}
