//! What a request to record something brings along: its key, the version it insists on, the circumstances, and the body.

use crate::api::problem::Problem;
use crate::api::query::{Query, from_text};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use chrono::{DateTime, Utc};
use minutebook_domain::StreamVersion;
use minutebook_domain::reference::Name;
use minutebook_ledger::Envelope;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

/// Bytes of the body of a request that records one event or several.
pub(super) const LARGEST_BODY: usize = 8 << 20;
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST_KEY: usize = 200;

/// What the headers of every request that records something say.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes the headers; `Order` reads them")]
pub(super) struct Headers {
    /// A key of the sender's own for what is asked, such as a UUID. Sent again with it, the same request is answered as it
    /// was the first time, and nothing more is recorded.
    #[param(rename = "Idempotency-Key", pattern = "^[!-~]{1,200}$", example = "0b0cf1a8-6d0e-4a6e-9d5e-0f3f4c0a7d11")]
    key: String,
    /// The version that the stream has to be at, in quotation marks, as the answer to a write has it; `*` if it only has to
    /// be there.
    #[param(
        rename = "If-Match",
        nullable = false,
        format = "entity-tag",
        pattern = "^(\\*|\"[0-9]{1,15}\")$",
        example = "\"3\""
    )]
    version: Option<String>,
}

/// The circumstances of what is recorded, besides what the event says.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Circumstances {
    /// On whose behalf it is recorded.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "SECAS")]
    on_behalf_of: Option<Name>,
    /// When it was so, if that is not what the event itself says.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DateTime<Utc>>, example = "2019-02-27T10:00:00Z")]
    valid_at: Option<DateTime<Utc>>,
    /// What this belongs together with: a name that all events of one sitting share.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "sitting-72")]
    correlation_id: Option<Name>,
}

/// What the sender insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// The stream is there.
    Exists,
    /// It is at this version.
    Version(StreamVersion),
    /// It is at a version that no stream is ever at.
    Never,
}

/// What comes before the body.
pub(in crate::api) struct Terms {
    pub(in crate::api) key: String,
    pub(super) condition: Option<Condition>,
    /// Why, where the body says so.
    pub(super) reason: Option<String>,
    circumstances: Circumstances,
}

impl Terms {
    /// `envelope`, with what the request says of the circumstances.
    pub(super) fn dress(&self, envelope: Envelope) -> Envelope {
        let Circumstances { on_behalf_of, valid_at, correlation_id } = &self.circumstances;
        Envelope {
            reason: self.reason.clone(),
            on_behalf_of: on_behalf_of.as_ref().map(ToString::to_string),
            valid_at: *valid_at,
            correlation_id: correlation_id.as_ref().map(ToString::to_string),
            ..envelope
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Terms {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let key = key(&parts.headers)?;
        let condition = condition(&parts.headers)?;
        let Query(circumstances) =
            <Query<Circumstances> as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(Self { key, condition, reason: None, circumstances })
    }
}

/// A request that brings a JSON object along.
pub(in crate::api) struct Order {
    pub(in crate::api) terms: Terms,
    pub(in crate::api) object: Map<String, Value>,
}

impl<S: Send + Sync> FromRequest<S> for Order {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let terms = Terms::from_request_parts(&mut parts, state).await?;
        if !is_json(&parts.headers) {
            return Err(other_media_type("the body is not said to be JSON", "`Content-Type: application/json`"));
        }
        let bytes = read(body, LARGEST_BODY).await?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| not_json(&error.to_string()))?;
        match value {
            Value::Object(object) => Ok(Self { terms, object }),
            _ => Err(Problem::unprocessable("a JSON object was expected")),
        }
    }
}

/// The whole body, unless it is longer than that.
pub(super) async fn read(body: Body, largest: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, largest).await.map_err(|error| {
        let is_too_long = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .any(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        if is_too_long { too_large(largest) } else { Problem::malformed("body", "the body broke off") }
    })
}

pub(super) fn too_large(largest: usize) -> Problem {
    let detail = format!("the body is longer than {largest} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large", detail)
        .accepted(format!("{} MiB at most", largest >> 20))
}

pub(super) fn other_media_type(detail: &str, accepted: &str) -> Problem {
    let title = "The body is of another kind than is accepted";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", title, detail)
        .of_field("Content-Type")
        .accepted(accepted)
}

fn not_json(what: &str) -> Problem {
    Problem::malformed("body", format!("the body is not JSON: {what}"))
}

/// The media type that a request gives, without its parameters, in lower case.
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
        Problem::malformed("Idempotency-Key", detail).accepted(format!(
            "1 to {LONGEST_KEY} visible ASCII characters, the same ones when the request is sent again"
        ))
    };
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = given.next() else {
        return Err(malformed("what is recorded is sent with a key, and the header is missing"));
    };
    let key = key.to_str().unwrap_or_default();
    let is_well_formed = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_well_formed && given.next().is_none() { Ok(key.to_owned()) } else { Err(malformed("this is no such key")) }
}

/// `If-Match` (RFC 9110, section 13.1.1): one version, in quotation marks. An entity tag of another form is no version's.
fn condition(headers: &HeaderMap) -> Result<Option<Condition>, Problem> {
    let mut given = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" && given.next().is_none() {
        return Ok(Some(Condition::Exists));
    }
    let tag = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|tag| !tag.contains('"'));
    let Some(tag) = tag.filter(|_| given.next().is_none()) else {
        let problem = Problem::malformed("If-Match", "one version of the stream was expected");
        return Err(problem.accepted("its number in quotation marks, such as `\"3\"`, or `*`"));
    };
    Ok(Some(tag.parse().map_or(Condition::Never, |version| Condition::Version(StreamVersion::new(version)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.clone(), value.parse().unwrap())])
    }

    #[test]
    fn a_key_is_one_word_of_visible_characters() {
        for (given, expected) in [("k", true), ("a-b/c~!", true), ("", false), ("two words", false), ("é", false)] {
            assert_eq!(key(&with(&IDEMPOTENCY_KEY, given)).is_ok(), expected, "{given}");
        }
        assert!(key(&with(&IDEMPOTENCY_KEY, &"k".repeat(200))).is_ok());
        assert!(key(&with(&IDEMPOTENCY_KEY, &"k".repeat(201))).is_err());
        assert!(key(&HeaderMap::new()).is_err());
    }

    #[test]
    fn a_condition_is_a_version_or_that_there_is_one() {
        let version = |number| Some(Condition::Version(StreamVersion::new(number)));
        for (given, expected) in [
            ("\"3\"", Ok(version(3))),
            ("\"0\"", Ok(version(0))),
            ("*", Ok(Some(Condition::Exists))),
            ("\"96-a1b2\"", Ok(Some(Condition::Never))),
            ("3", Err(())),
            ("W/\"3\"", Err(())),
            ("\"3\", \"4\"", Err(())),
        ] {
            assert_eq!(condition(&with(&header::IF_MATCH, given)).map_err(drop), expected, "{given}");
        }
    }
}
