//! The parts that every write request has: idempotency key, version condition, metadata, and a JSON body.
//!
//! `If-Match` is parsed by hand: this API accepts one strong tag or `*`, where the typed header of the crate `headers` hides
//! which versions a list names.

use crate::api::parameters::{Query, from_text};
use crate::api::problem::{Problem, ProblemKind};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use chrono::{DateTime, Utc};
use minutebook_domain::RequestMetadata;
use minutebook_domain::StreamVersion;
use minutebook_domain::classification::Classification;
use minutebook_domain::json;
use minutebook_domain::reference::Name;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

/// Bytes of a JSON body.
pub(super) const LARGEST_BODY: usize = 8 << 20;
/// Bytes from which a body is a large one, which waits for its place and is parsed off the runtime's threads.
const LARGE_BODY: u64 = 64 << 10;
/// The places of large bodies: one is read, parsed and recorded at a time.
static LARGE_BODIES: Semaphore = Semaphore::const_new(1);
/// Commas and opening brackets of a JSON body.
const MAX_SEPARATORS: usize = 500_000;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Characters of an idempotency key.
const LONGEST_KEY: usize = 200;

/// The headers of a write request, for the OpenAPI document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes the headers; `WriteContext` reads them")]
pub(super) struct WriteHeaders {
    /// A key that the client chooses for this request, such as a UUID. A repeated request with the same key gets the first
    /// response again and records nothing.
    #[param(rename = "Idempotency-Key", pattern = "^[!-~]{1,200}$", example = "0b0cf1a8-6d0e-4a6e-9d5e-0f3f4c0a7d11")]
    key: String,
    /// The version that the stream must have, in quotation marks, from the `ETag` of a write; or `*` if the stream only has
    /// to exist. Otherwise the server answers 412.
    #[param(
        rename = "If-Match",
        nullable = false,
        format = "entity-tag",
        pattern = "^(\\*|\"[0-9]{1,15}\")$",
        example = "\"3\""
    )]
    version: Option<String>,
}

/// The metadata of the events, besides their data.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ContextParams {
    /// The person or body that the writer acts for.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "SECAS")]
    on_behalf_of: Option<Name>,
    /// When the event happened. Default: the date in its data.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DateTime<Utc>>, example = "2019-02-27T10:00:00Z")]
    valid_at: Option<DateTime<Utc>>,
    /// The lowest clearance that may know of the event. Default: the mark of the meeting, else of the committee.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Classification>, example = "GREEN")]
    classification: Option<Classification>,
    /// Whether what is recorded is planned. What happens at a meeting that lies in the future is refused otherwise.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = true)]
    planned: Option<bool>,
    /// Groups the events of one task, for example of one sitting.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "sitting-72")]
    correlation_id: Option<Name>,
}

/// The condition of `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VersionCondition {
    /// The stream exists.
    Exists,
    /// The stream is at this version.
    Version(StreamVersion),
    /// The tag is not one of a version, and matches no stream.
    Unsatisfiable,
}

/// The headers and the query of a write request.
pub(in crate::api) struct WriteContext {
    pub(in crate::api) key: String,
    pub(super) condition: Option<VersionCondition>,
    /// The reason, which some bodies have.
    pub(super) reason: Option<String>,
    params: ContextParams,
}

impl WriteContext {
    /// Sets the fields that the request's parameters give.
    pub(super) fn apply_to(&self, metadata: RequestMetadata) -> RequestMetadata {
        let ContextParams { on_behalf_of, valid_at, classification, correlation_id, planned: _ } = &self.params;
        RequestMetadata {
            reason: self.reason.clone(),
            on_behalf_of: on_behalf_of.as_ref().map(ToString::to_string),
            valid_at: *valid_at,
            classification: *classification,
            correlation_id: correlation_id.as_ref().map(ToString::to_string),
            ..metadata
        }
    }
}

impl WriteContext {
    /// Whether what is recorded is planned.
    pub(super) fn is_planned(&self) -> bool {
        self.params.planned.unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WriteContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let key = key(&parts.headers)?;
        let condition = condition(&parts.headers)?;
        let Query(params) = Query::from_request_parts(parts, state).await?;
        Ok(Self { key, condition, reason: None, params })
    }
}

/// A write request with a JSON object as its body.
pub(in crate::api) struct WriteRequest {
    pub(in crate::api) context: WriteContext,
    pub(in crate::api) object: Map<String, Value>,
    /// The place of a large body, held until the request is answered.
    pub(in crate::api) place: Option<SemaphorePermit<'static>>,
}

impl<S: Send + Sync> FromRequest<S> for WriteRequest {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let context = WriteContext::from_request_parts(&mut parts, state).await?;
        if !is_json(&parts.headers) {
            return Err(unsupported_media_type("`Content-Type` is not JSON", "`Content-Type: application/json`"));
        }
        // A body without a length may be of any.
        let length = body.size_hint().exact().unwrap_or(u64::MAX);
        let is_large = length > LARGE_BODY;
        let place = if is_large { LARGE_BODIES.acquire().await.ok() } else { None };
        let bytes = read_bytes(body, LARGEST_BODY).await?;
        let value = if is_large {
            spawn_blocking(move || parse(&bytes)).await.map_err(|error| Problem::internal(&error))??
        } else {
            parse(&bytes)?
        };
        match value {
            Value::Object(object) => Ok(Self { context, object, place }),
            _ => Err(Problem::unprocessable("expected a JSON object")),
        }
    }
}

/// Parses a body. The number of its values is bounded before they are made: each takes far more memory than its text.
fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let separators = bytes.iter().filter(|byte| b",[{".contains(byte)).count();
    if separators > MAX_SEPARATORS {
        let detail = format!("the body has {separators} commas and opening brackets");
        let problem = Problem::new(ProblemKind::TooLarge, detail);
        return Err(problem.with_accepted(format!("at most {MAX_SEPARATORS} commas and opening brackets")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_json(&error.to_string()))?;
    json::parse(text).map_err(|error| not_json(&error.to_string()))
}

/// Reads the whole body, or answers 413 if it is larger than the limit.
pub(super) async fn read_bytes(body: Body, largest: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, largest).await.map_err(|error| {
        let is_too_long = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .any(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        if is_too_long { too_large(largest) } else { Problem::malformed("body", "the body ends early") }
    })
}

pub(super) fn too_large(largest: usize) -> Problem {
    Problem::new(ProblemKind::TooLarge, format!("the body is larger than {largest} bytes"))
        .with_accepted(format!("at most {} MiB", largest >> 20))
}

pub(super) fn unsupported_media_type(detail: &str, accepted: &str) -> Problem {
    Problem::new(ProblemKind::UnsupportedMediaType, detail).with_field("Content-Type").with_accepted(accepted)
}

fn not_json(what: &str) -> Problem {
    Problem::malformed("body", format!("the body is not JSON: {what}"))
}

/// The media type of the body in lower case, without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|given| {
        given == "application/json" || (given.starts_with("application/") && given.ends_with("+json"))
    })
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let malformed = |detail: &str| {
        Problem::malformed("Idempotency-Key", detail).with_accepted(format!(
            "1 to {LONGEST_KEY} visible ASCII characters; the same key when the request is repeated"
        ))
    };
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = given.next() else {
        return Err(malformed("the header is required"));
    };
    let key = key.to_str().unwrap_or_default();
    let is_well_formed = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_well_formed && given.next().is_none() {
        Ok(key.to_owned())
    } else {
        Err(malformed("the key is not well formed"))
    }
}

/// Parses `If-Match` (RFC 9110, section 13.1.1): one strong tag, or `*`.
fn condition(headers: &HeaderMap) -> Result<Option<VersionCondition>, Problem> {
    let mut given = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" && given.next().is_none() {
        return Ok(Some(VersionCondition::Exists));
    }
    let tag = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|tag| !tag.contains('"'));
    let Some(tag) = tag.filter(|_| given.next().is_none()) else {
        let problem = Problem::malformed("If-Match", "expected one version of the stream");
        return Err(problem.with_accepted("the version in quotation marks, for example `\"3\"`, or `*`"));
    };
    Ok(Some(
        tag.parse()
            .map_or(VersionCondition::Unsatisfiable, |version| VersionCondition::Version(StreamVersion::new(version))),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), value.parse().unwrap())])
    }

    #[test]
    fn a_key_is_1_to_200_visible_ascii_characters() {
        for (given, expected) in [("k", true), ("a-b/c~!", true), ("", false), ("two words", false), ("é", false)] {
            assert_eq!(key(&with(&IDEMPOTENCY_KEY, given)).is_ok(), expected, "{given}");
        }
        assert!(key(&with(&IDEMPOTENCY_KEY, &"k".repeat(200))).is_ok());
        assert!(key(&with(&IDEMPOTENCY_KEY, &"k".repeat(201))).is_err());
        assert!(key(&HeaderMap::new()).is_err());
    }

    #[test]
    fn if_match_is_one_version_or_a_star() {
        let version = |number| Some(VersionCondition::Version(StreamVersion::new(number)));
        for (given, expected) in [
            ("\"3\"", Ok(version(3))),
            ("\"0\"", Ok(version(0))),
            ("*", Ok(Some(VersionCondition::Exists))),
            ("\"96-a1b2\"", Ok(Some(VersionCondition::Unsatisfiable))),
            ("3", Err(())),
            ("W/\"3\"", Err(())),
            ("\"3\", \"4\"", Err(())),
        ] {
            assert_eq!(condition(&with(&header::IF_MATCH, given)).map_err(drop), expected, "{given}");
        }
    }
}
