//! The one place where an error becomes a message on the terminal and an exit status.

use super::terminal::print_error;
use crate::ingest::ImportError;
use crate::query::ReadError;
use crate::query::lint::LintError;
use crate::query::read_query::QueryError;
use crate::server::ServerError;
use crate::server::telemetry::TelemetryError;
use minutebook_domain::merge::MergeError;
use minutebook_ledger::{AppendError, RecordError, StoreError};
use std::error::Error;
use std::process::ExitCode;

/// Why a command failed, and what would be accepted.
pub(super) struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The message of the error, followed by those of its sources: `the file cannot be read: permission denied`.
    pub(super) fn from_error(error: &dyn Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            let text = text.trim_end();
            if !message.contains(text) {
                message.push_str(&format!(": {text}"));
            }
            source = cause.source();
        }
        Self::new(message)
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Prints the failure to standard error and returns the exit status for refused input.
    pub(super) fn report(&self) -> ExitCode {
        print_error(&self.as_text(None));
        ExitCode::from(1)
    }

    /// `error: …` and its help, below the file that it is about if there are several.
    pub(super) fn as_text(&self, file: Option<&str>) -> String {
        let file = file.map(|file| format!("{file}: ")).unwrap_or_default();
        let help = self.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("error: {file}{}{help}", self.message)
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// Errors that need no help line.
macro_rules! plain_errors {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::from_error(&error)
            }
        })+
    };
}

plain_errors! {
    AppendError,
    StoreError,
    ServerError,
    TelemetryError,
    serde_json::Error,
    csv::Error,
    std::io::Error,
    zip::result::ZipError,
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Rejected(refusal) => {
                Self::new(format!("{} [{}]", refusal.what(), refusal.rule())).with_help(refusal.accepted())
            }
            RecordError::Merge(MergeError { what, accepted, .. }) => Self::new(what).with_help(accepted),
            RecordError::Append(error) => error.into(),
            RecordError::Malformed(_) | RecordError::Forbidden(_) => Self::from_error(&error),
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let failure = Self::from_error(&error);
        match error.help() {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Query(error) => error.into(),
            ReadError::Store(_) | ReadError::Fold { .. } => Self::from_error(&error),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let failure = Self::from_error(&error);
        match error {
            QueryError::Store(_) => failure,
            QueryError::UnknownCommittee { known, .. } if known.is_empty() => {
                failure.with_help("the ledger holds no committee yet")
            }
            QueryError::UnknownCommittee { known, .. } => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                failure.with_help(format!("the ledger holds: {}", known.join(", ")))
            }
            QueryError::NoWords(_) => {
                failure.with_help("a search has words of letters or digits; words in double quotes stand side by side")
            }
            QueryError::UnknownMeeting(_) => {
                failure.with_help("`minutebook meetings` lists them; a moment may also be a day")
            }
            QueryError::BeyondEnd { head, .. } => failure.with_help(format!("the last position is {head}")),
        }
    }
}

impl From<LintError> for Failure {
    fn from(error: LintError) -> Self {
        match error {
            LintError::Query(error) => error.into(),
            LintError::Read(error) => error.into(),
        }
    }
}
