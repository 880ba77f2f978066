//! The table of problems: every kind that the API answers with, once.
//!
//! docs/problems.md and the OpenAPI document are rendered from this table; a test compares the file with it.

use axum::http::StatusCode;
use std::fmt::Write;

/// The part of a `type` before the name of the kind.
pub(super) const URN: &str = "urn:minutebook:problem:";

macro_rules! problem_kinds {
    ($($(#[doc = $when:literal])+ $kind:ident = $name:literal, $status:ident, $title:literal;)+) => {
        /// A kind of problem. Its `type` is stable; its title and its details may be reworded.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ProblemKind {
            $($(#[doc = $when])+ $kind,)+
        }

        impl ProblemKind {
            /// Every kind, by status.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The last part of `type`.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }

            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status),+ }
            }

            /// One title for one `type`.
            pub(crate) const fn title(self) -> &'static str {
                match self { $(Self::$kind => $title),+ }
            }

            /// When the API answers with it, as one line of Markdown.
            pub(crate) const fn when(self) -> &'static str {
                match self { $(Self::$kind => concat!($($when),+).trim_ascii()),+ }
            }
        }
    };
}

problem_kinds! {
    /// A parameter, a header or the body cannot be parsed, or the route does not take the parameter. `field` names it.
    MalformedRequest = "malformed-request", BAD_REQUEST, "Malformed request";
    /// The token is not valid, or the route needs a token and the request has none.
    Unauthorized = "unauthorized", UNAUTHORIZED, "Unauthorized";
    /// The token is valid and does not permit the request.
    Forbidden = "forbidden", FORBIDDEN, "Forbidden";
    /// The resource does not exist, or it is above the reader's clearance. The two cases get the same answer.
    NotFound = "not-found", NOT_FOUND, "Not found";
    /// The parameter `committee` names a committee that the ledger does not have.
    UnknownCommittee = "unknown-committee", NOT_FOUND, "Unknown committee";
    /// The request names a log position after the last event.
    StillToCome = "still-to-come", NOT_FOUND, "Position is beyond the end of the log";
    /// The path exists and does not support the method. The header `Allow` lists the methods that it supports.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The resource has none of the media types in `Accept`. `accepted` lists the ones that it has.
    NotAcceptable = "not-acceptable", NOT_ACCEPTABLE, "Not acceptable";
    /// The server did not reach the position in `at_least` within two seconds. `Retry-After` says when to try again.
    NotYet = "not-yet", CONFLICT, "Position not reached yet";
    /// A rule of the domain refuses the event. `rule` names the rule.
    RefusedByRule = "refused-by-rule", CONFLICT, "Refused by a rule";
    /// The uploaded document describes a meeting that the ledger already has from another source.
    RecordedLive = "recorded-live", CONFLICT, "Meeting already recorded";
    /// The stream is not at the version in `If-Match`. Nothing was recorded.
    Stale = "stale", PRECONDITION_FAILED, "Precondition failed";
    /// The body, the document, or an event in it is larger than the limit. `accepted` states the limit.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "Content too large";
    /// The route does not take the body's media type. `accepted` lists the types that it takes.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type";
    /// The body is JSON and does not match the schema, or the document cannot be read. Nothing was recorded.
    Unprocessable = "unprocessable", UNPROCESSABLE_ENTITY, "Unprocessable content";
    /// The `Idempotency-Key` was used for a different request. Nothing was recorded.
    KeyReused = "key-reused", UNPROCESSABLE_ENTITY, "Idempotency key reused";
    /// The client exceeded its request rate. `Retry-After` says when to try again.
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS, "Too many requests";
    /// The server failed. The cause is in the server's log.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal server error";
    /// Other writers changed the same stream during every attempt. Nothing was recorded; `Retry-After` says when to try again.
    Contended = "contended", SERVICE_UNAVAILABLE, "Too many concurrent writes";
    /// The server cannot reach its database, or the identity provider that would check the token. `Retry-After` says when to try
    /// again.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Service unavailable";
    /// The clock of the server does not fit the last event, or was set while the server ran. Nothing was recorded, and nothing will
    /// be until the clock is set right or confirmed. `Retry-After` says when to try again.
    ClockInDoubt = "clock-in-doubt", SERVICE_UNAVAILABLE, "Clock in doubt";
    /// The server has no room for the request: no free connection, or no memory for another large answer. `Retry-After` says
    /// when to try again.
    Busy = "busy", SERVICE_UNAVAILABLE, "Server busy";
    /// The log does not continue what the server has answered from: its end is missing, or its file was replaced. The server
    /// answers and records nothing more until an operator restores the log or accepts the loss.
    LogNotContinued = "log-not-continued", SERVICE_UNAVAILABLE, "Log not continued";
    /// The connection to the database was lost while the change was committed. It may be recorded or not: repeat the write with the
    /// same `Idempotency-Key`, and the answer says which.
    OutcomeUnknown = "outcome-unknown", SERVICE_UNAVAILABLE, "Outcome unknown";
    /// The server did not answer within its time limit. Repeat a write with the same `Idempotency-Key`.
    TooSlow = "too-slow", SERVICE_UNAVAILABLE, "Request timed out";
    /// The disk of the database is full. Nothing was recorded.
    StorageFull = "storage-full", INSUFFICIENT_STORAGE, "Storage full";
}

/// Renders docs/problems.md.
pub fn problems_markdown() -> String {
    let mut text = String::from(
        "# Problems\n\n\
         <!-- Rendered from src/api/problem/kind.rs by `UPDATE_DOCS=1 cargo test --lib problem`. Do not edit by hand. -->\n\n\
         The API reports every error as a problem document (RFC 9457) with the media type `application/problem+json`.\n\
         A `type` never changes its meaning. Titles and details are for people, and may be reworded.\n\n\
         | status | `type` | title | when |\n|---|---|---|---|\n",
    );
    for kind in ProblemKind::ALL {
        let (status, name, title, when) = (kind.status().as_u16(), kind.name(), kind.title(), kind.when());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {status} | `{URN}{name}` | {title} | {when} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_of_problems_equals_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/problems.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, problems_markdown()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), problems_markdown(), "run with UPDATE_DOCS=1");
    }

    #[test]
    fn each_kind_has_a_name_and_a_title_of_its_own() {
        let names: BTreeSet<&str> = ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
        let titles: BTreeSet<&str> = ProblemKind::ALL.iter().map(|kind| kind.title()).collect();
        assert_eq!((names.len(), titles.len()), (ProblemKind::ALL.len(), ProblemKind::ALL.len()));
    }
}
