//! Rejections: the rule that a command would break, and what would be accepted.

/// A command that the committee's rules do not admit. Nothing is recorded.
///
/// It prints as `action SSC72/01 is already complete [action-outstanding]; reopen it first`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} [{rule}]; {accepted}")]
pub struct Rejection {
    kind: RejectionKind,
    rule: &'static str,
    what: String,
    accepted: String,
}

/// The kind of rule that refused a command. Programs decide by it; the rule's name is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// The stream has no first event yet, or the agenda item is not tabled. Such rules are named `…-first`.
    NotBegun,
    /// The record already says so, or the number is taken. Such rules are named `…-once`.
    AlreadyRecorded,
    /// Another record rests on the event.
    ReliedOn,
    /// No event has the id that the command names, or none that the sender may correct.
    UnknownEvent,
    /// Any other rule.
    Other,
}

impl Rejection {
    /// A refusal of the kind [`RejectionKind::Other`] under `rule`, a short and stable name.
    pub fn new(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { kind: RejectionKind::Other, rule, what: what.into(), accepted: accepted.into() }
    }

    /// A refusal of the kind [`RejectionKind::NotBegun`].
    pub fn not_begun(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { kind: RejectionKind::NotBegun, ..Self::new(rule, what, accepted) }
    }

    /// A refusal of the kind [`RejectionKind::AlreadyRecorded`].
    pub fn already_recorded(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { kind: RejectionKind::AlreadyRecorded, ..Self::new(rule, what, accepted) }
    }

    /// A refusal of the kind [`RejectionKind::ReliedOn`].
    pub fn relied_on(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { kind: RejectionKind::ReliedOn, ..Self::new(rule, what, accepted) }
    }

    /// A refusal of the kind [`RejectionKind::UnknownEvent`].
    pub fn unknown_event(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { kind: RejectionKind::UnknownEvent, ..Self::new(rule, what, accepted) }
    }

    /// The kind of rule, for a program to decide by.
    pub fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The rule's short, stable name, for example `item-number-used-once`.
    pub fn rule(&self) -> &'static str {
        self.rule
    }

    /// What is wrong with the command.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What would have been accepted in its place.
    pub fn accepted(&self) -> &str {
        &self.accepted
    }
}

/// `Ok` when `holds`, else the rejection that `otherwise` makes.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> Rejection) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
