//! The spans of an append. They carry no field but a number of commands, so that an exporter may send them as they are.

use tracing::Span;

/// The target of every span of this module.
pub const SPANS: &str = module_path!();

/// A command that waits for its group, and for the group to be on disk.
pub(crate) fn append() -> Span {
    tracing::info_span!("append")
}

/// A transaction that several commands share. It belongs to the first of them, and follows from the others.
pub(crate) fn group<'a>(commands: impl ExactSizeIterator<Item = &'a Span>) -> Span {
    let number = i64::try_from(commands.len()).unwrap_or(i64::MAX);
    let mut commands = commands;
    let first = commands.next().and_then(Span::id);
    let span = tracing::info_span!(parent: first, "append group", minutebook.commands = number);
    if !span.is_disabled() {
        for other in commands {
            span.follows_from(other.id());
        }
    }
    span
}
