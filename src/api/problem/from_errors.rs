//! The problem for each error of the query, the ledger, the importer and the webhooks.

use super::{Chain, Problem, ProblemKind};
use crate::ingest::ImportError;
use crate::query::ReadError;
use crate::query::read_query::QueryError;
use crate::webhooks::WebhookError;
use minutebook_domain::merge::MergeError;
use minutebook_domain::{Rejection, RejectionKind};
use minutebook_ledger::{AppendError, Forbidden, RecordError, StoreError};
use minutebook_projections::words::NoWords;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let (kind, detail) = match &error {
            StoreError::Full => (ProblemKind::StorageFull, "the disk of the database is full; nothing was recorded"),
            StoreError::Unreachable(_) | StoreError::NotConnected { .. } => {
                (ProblemKind::Unavailable, "the server cannot reach its database at present")
            }
            StoreError::ReadOnly(_) | StoreError::OpenedForReading(_) => {
                (ProblemKind::Unavailable, "the ledger cannot be written to at present; nothing was recorded")
            }
            StoreError::Busy(_) => {
                (ProblemKind::Unavailable, "the database is busy with other transactions; nothing was recorded")
            }
            StoreError::OutcomeUnknown(_) => (
                ProblemKind::OutcomeUnknown,
                "the database was lost during the commit: repeat the request with the same `Idempotency-Key`",
            ),
            StoreError::NotContinued(_) => return Self::log_not_continued(),
            _ => return Self::internal(&error),
        };
        tracing::error!(error = %Chain(&error), "the database failed");
        let problem = Self::new(kind, detail);
        if kind == ProblemKind::StorageFull { problem } else { problem.with_retry_after(2) }
    }
}

impl Problem {
    /// 503 for a log that does not continue what the server has seen of it. `/health/ready` and the server's log say how.
    pub(crate) fn log_not_continued() -> Self {
        let detail =
            "the log lost its end or its file under this server; an operator must restore it, or accept the loss";
        Self::new(ProblemKind::LogNotContinued, detail).with_retry_after(60)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Query(error) => error.into(),
            ReadError::Store(error) => error.into(),
            ReadError::Fold { .. } => Self::internal(&error),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Store(error) => error.into(),
            QueryError::UnknownCommittee { given, .. } => {
                Self::new(ProblemKind::UnknownCommittee, format!("the ledger has no committee `{given}`"))
                    .with_field("committee")
            }
            QueryError::NoWords(NoWords(given)) => {
                Self::new(ProblemKind::MalformedRequest, format!("the search `{given}` holds no word"))
                    .with_field("search")
                    .with_accepted("words of letters or digits; words in double quotes stand side by side")
            }
            QueryError::UnknownMeeting(given) => {
                Self::not_found(format!("there is no meeting `{given}` whose day the moment could be"))
                    .with_field("as_of")
            }
            QueryError::BeyondEnd { given, head } => {
                let detail = format!("the log ends at position {head}, before `{given}`");
                Self::new(ProblemKind::StillToCome, detail).with_field("known_at")
            }
        }
    }
}

impl From<Forbidden> for Problem {
    fn from(forbidden: Forbidden) -> Self {
        Self::new(ProblemKind::Forbidden, forbidden.to_string())
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        if rejection.kind() == RejectionKind::UnknownEvent {
            return Self::not_found(rejection.what()).with_field("event_id");
        }
        Self::new(ProblemKind::RefusedByRule, rejection.what())
            .with_accepted(rejection.accepted())
            .with_rule(rejection.rule())
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Rejected(rejection) => rejection.into(),
            RecordError::Merge(MergeError { field, what, accepted }) => {
                let path = if field.is_empty() { "change.set".to_owned() } else { format!("change.set.{field}") };
                Self::unprocessable(what).with_field(&path).with_accepted(accepted)
            }
            RecordError::Malformed(what) => Self::unprocessable(what),
            RecordError::Forbidden(forbidden) => forbidden.into(),
            RecordError::Append(error) => error.into(),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::KeyReused { .. } => Self::key_reused(),
            // A stale `If-Match` was answered with 412 before; this is the recorder giving up after its retries.
            AppendError::Conflict { .. } | AppendError::ReferenceUsed { .. } => {
                let detail = "other writers changed the same stream during every attempt; nothing was recorded";
                Self::new(ProblemKind::Contended, detail).with_retry_after(1)
            }
            AppendError::TooLarge { what, limit, .. } => {
                Self::new(ProblemKind::TooLarge, format!("{what} is larger than the ledger accepts"))
                    .with_accepted(format!("at most {limit} bytes"))
            }
            AppendError::Unwritable(what) => Self::unprocessable(what),
            // What the clock is compared with may be above the sender; the server's log has it.
            AppendError::Clock(_) => {
                let detail =
                    "the clock of the server is in doubt; nothing was recorded, and the administrator must act";
                Self::new(ProblemKind::ClockInDoubt, detail).with_retry_after(60)
            }
            AppendError::Store(error) => error.into(),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let (text, help) = (error.to_string(), error.help());
        let problem = match error {
            ImportError::File(error) => return Self::internal(&error),
            ImportError::Record(error) => return error.into(),
            ImportError::Document(_) | ImportError::ActionLog(_) | ImportError::TooManyEvents { .. } => {
                Self::unprocessable(text).with_field("file")
            }
            ImportError::RecordedLive { .. }
            | ImportError::OtherMeeting { .. }
            | ImportError::MeetingRecorded { .. }
            | ImportError::SeveralDocuments { .. } => Self::new(ProblemKind::RecordedLive, text),
            // The day in the ledger may be above the sender.
            ImportError::OtherDay { meeting, .. } => {
                Self::unprocessable(format!("the ledger has {meeting} on another day")).with_field("file")
            }
            ImportError::Refused { refusal, .. } => {
                Self::new(ProblemKind::RefusedByRule, text).with_rule(refusal.rule()).with_accepted(refusal.accepted())
            }
        };
        match help {
            Some(help) => problem.with_accepted(help),
            None => problem,
        }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Refused { expected, .. } => {
                Self::unprocessable("the server does not send events to this address")
                    .with_field("url")
                    .with_accepted(expected)
            }
            WebhookError::KeyReused(_) => Self::key_reused(),
            WebhookError::Store(error) => error.into(),
            WebhookError::Unreadable(_) | WebhookError::NoEntropy(_) => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;
    use axum::response::IntoResponse;
    use minutebook_ledger::testing::sqlx;

    #[test]
    fn a_failing_database_is_told_from_a_failing_server() {
        for (error, status, retry) in [
            (StoreError::Full, 507, None),
            (StoreError::from(sqlx::Error::PoolTimedOut), 503, Some("2")),
            (StoreError::Closed, 500, None),
        ] {
            let response = Problem::from(error).into_response();
            assert_eq!(response.status().as_u16(), status);
            let told = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(told, retry, "{status}");
        }
    }
}
