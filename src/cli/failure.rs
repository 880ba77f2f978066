//! The one place where an error becomes words on the terminal and an exit status.

use crate::query::ViewError;
use crate::query::lint::LintError;
use crate::query::read_query::AskError;
use minutebook_ledger::{AppendError, RecordError, StoreError};
use std::process::ExitCode;

/// Why a command did not do what was asked.
pub(super) struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Prints it, as compilers do, and gives the status for refused input.
    pub(super) fn report(&self) -> ExitCode {
        eprintln!("error: {}", self.message);
        if let Some(help) = &self.help {
            eprintln!("  help: {help}");
        }
        ExitCode::from(1)
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Rejected(refusal) => {
                Self::new(format!("{} [{}]", refusal.what(), refusal.rule())).with_help(refusal.accepted())
            }
            RecordError::Append(error) => error.into(),
            RecordError::Malformed(what) => Self::new(what),
        }
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<ViewError> for Failure {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Ask(error) => error.into(),
            ViewError::Store(_) | ViewError::Fold { .. } => Self::new(error.to_string()),
        }
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            AskError::Store(_) => failure,
            AskError::UnknownCommittee { known, .. } if known.is_empty() => failure.with_help("it holds none yet"),
            AskError::UnknownCommittee { known, .. } => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                failure.with_help(format!("it holds: {}", known.join(", ")))
            }
            AskError::StillToCome { head, .. } => failure.with_help(format!("the last one is {head}")),
        }
    }
}

impl From<LintError> for Failure {
    fn from(error: LintError) -> Self {
        match error {
            LintError::Ask(error) => error.into(),
            LintError::View(error) => error.into(),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<zip::result::ZipError> for Failure {
    fn from(error: zip::result::ZipError) -> Self {
        Self::new(error.to_string())
    }
}
