//! The tracing spans of an append. Their only field is a number of commands, so exporters may send them unredacted.

use tracing::Span;

/// The tracing target of these spans.
pub const SPANS: &str = module_path!();

/// The span of one command, from submission until it is durable.
pub(crate) fn append() -> Span {
    tracing::info_span!("append")
}

/// The span of a transaction with several commands: a child of the first command's span, following from the others.
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
