//! A command refused: which rule it would break, and what would be accepted.

use std::fmt;

/// A command that the committee's rules do not admit. Nothing is recorded.
///
/// It prints as `action SSC72/01 is already complete [action-outstanding]; help: reopen it first`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    rule: &'static str,
    what: String,
    accepted: String,
}

impl Rejection {
    /// A refusal under `rule` (a short, stable name), saying `what` is wrong and what would be `accepted`.
    pub fn new(rule: &'static str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { rule, what: what.into(), accepted: accepted.into() }
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

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]; {}", self.what, self.rule, self.accepted)
    }
}

impl std::error::Error for Rejection {}

/// `Ok` when `holds`, else the refusal that `otherwise` makes.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> Rejection) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
