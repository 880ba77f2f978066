//! Documents that are uploaded: read whole, judged whole, and recorded as one batch or not at all.

use super::recording::Recorded;
use super::write_request::{media_type, other_media_type, read, too_large};
use crate::api::guard::{Service, Writer};
use crate::api::problem::Problem;
use crate::api::query::{Query, from_text};
use crate::ingest::{ImportError, ImportReport};
use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::Position;
use minutebook_domain::reference::Name;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of a document.
const LARGEST: usize = 32 << 20;

/// The media types that documents come in, each with a name for one that comes without.
const KINDS: [(&str, &str); 8] = [
    ("text/markdown", "upload.md"),
    ("text/plain", "upload.txt"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "upload.docx"),
    ("application/pdf", "upload.pdf"),
    ("text/csv", "upload.csv"),
    ("text/tab-separated-values", "upload.tsv"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "upload.xlsx"),
    ("application/octet-stream", "upload"),
];
const FORM: &str = "multipart/form-data";

/// How a document is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Import {
    /// Record nothing; answer what would be recorded.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = true)]
    dry_run: Option<bool>,
    /// What the document is called, where no form says it.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "SSC_72_2702.md")]
    filename: Option<Name>,
}

/// A document in a form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it describes the form; `Multipart` reads it")]
pub(in crate::api) struct Upload {
    /// The document, with its file name.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// What was found in a document, and where its events stand if they are recorded.
#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    report: ImportReport,
    #[serde(flatten)]
    recorded: Option<Recorded>,
}

impl PartialSchema for Answer {
    fn schema() -> RefOr<Schema> {
        let text = |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description));
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .description(Some("what was found in the document, as `import --format json` prints it"))
            .property("file", text("what the document is called"))
            .property("sha256", text("the SHA-256 of its bytes, in hexadecimal"))
            .property("already_imported", ObjectBuilder::new().schema_type(Type::Boolean))
            .property("events_appended", ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)))
            .property("committee", text("the committee's code"))
            .property("position", Ref::from_schema_name(Position::name()))
            .required("file")
            .required("sha256")
            .required("already_imported")
            .required("events_appended")
            .required("committee")
            .into()
    }
}

impl ToSchema for Answer {
    fn name() -> std::borrow::Cow<'static, str> {
        "ImportReport".into()
    }
}

/// Import a document: a meeting's headlines, or an action log
///
/// Headlines come as Markdown, plain text, DOCX or PDF; an action log as CSV or XLSX. A document is recorded whole or not at
/// all, and once: it is its own key, so that the same bytes, sent again by whomever, record nothing more. With `dry_run=true`
/// nothing is recorded, and what would be is answered.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "Writing", params(Import),
    request_body(content(
        (Upload = "multipart/form-data"), (Vec<u8> = "application/octet-stream"), (String = "text/markdown"),
        (String = "text/plain"), (String = "text/csv"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, description = "What would be recorded, or was recorded before", body = Answer),
        (status = 201, description = "The document is recorded", body = Answer,
            headers(("Location" = String, description = "where it is read"))),
    )
)]
pub(in crate::api) async fn import_document(
    writer: Writer,
    Query(asked): Query<Import>,
    request: Request,
) -> Result<Response, Problem> {
    let (name, bytes) = document(asked.filename, request).await?;
    let dry_run = asked.dry_run.unwrap_or(false);
    let imported = writer.import(name, bytes, dry_run).await?;
    let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
    let mut status = StatusCode::OK;
    if !dry_run {
        let location = HeaderValue::try_from(location(&imported.report)).map_err(|error| Problem::internal(&error))?;
        headers.insert(header::LOCATION, location);
        if appended(&imported.report) > 0 {
            status = StatusCode::CREATED;
        }
    }
    let answer = Answer { report: imported.report, recorded: imported.receipt.map(Recorded::from) };
    Ok((status, headers, Json(answer)).into_response())
}

fn appended(report: &ImportReport) -> u64 {
    match report {
        ImportReport::Headlines(report) => report.events_appended,
        ImportReport::ActionLog(report) => report.events_appended,
    }
}

fn location(report: &ImportReport) -> String {
    match report {
        ImportReport::Headlines(report) => format!("/api/v1/meetings/{}", report.meeting),
        ImportReport::ActionLog(report) => format!("/api/v1/actions?committee={}&all=true", report.committee),
    }
}

/// The document that a request brings along, and what it is called.
async fn document(given: Option<Name>, request: Request) -> Result<(String, Vec<u8>), Problem> {
    let given = given.map(|name| name.to_string());
    let (name, bytes) = match media_type(request.headers()).as_deref() {
        Some(FORM) => {
            let (name, bytes) = in_form(request).await?;
            (given.or(name).unwrap_or_else(|| "upload".into()), bytes)
        }
        Some(kind) if KINDS.iter().any(|(known, _)| *known == kind) => {
            let otherwise = KINDS.iter().find(|(known, _)| *known == kind).map_or("upload", |(_, name)| *name);
            let bytes = read(request.into_body(), LARGEST).await?.to_vec();
            (given.unwrap_or_else(|| otherwise.to_owned()), bytes)
        }
        _ => {
            let kinds = KINDS.map(|(kind, _)| kind).join(", ");
            let problem = other_media_type("this is no kind of document that is imported", "");
            return Err(problem.accepted(format!("{FORM}, {kinds}")));
        }
    };
    // Where it stood on the sender's machine is nobody's business.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: Name = name.parse().map_err(|_| {
        Problem::unprocessable("the document's file name is none").of_field("filename").accepted("one line of text")
    })?;
    Ok((name.to_string(), bytes))
}

/// The first file in a form.
async fn in_form(request: Request) -> Result<(Option<String>, Vec<u8>), Problem> {
    let not_a_form = |what: String| Problem::malformed("body", what).accepted("a form with the document as `file`");
    let failed = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(LARGEST),
        _ => not_a_form(format!("the form cannot be read: {}", error.body_text())),
    };
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|rejection| not_a_form(rejection.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(failed)? {
        let name = field.file_name().map(str::to_owned);
        if name.is_some() || field.name() == Some("file") {
            return Ok((name, field.bytes().await.map_err(failed)?.to_vec()));
        }
    }
    Err(Problem::unprocessable("there is no document in the form").of_field("file"))
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let text = error.to_string();
        let help = error.help();
        let problem = match error {
            ImportError::File(error) => return Self::internal(&error),
            ImportError::Record(error) => return error.into(),
            ImportError::Document(_) | ImportError::ActionLog(_) => Self::unprocessable(text).of_field("file"),
            ImportError::RecordedLive { .. } => {
                let title = "The ledger holds the meeting already";
                Self::new(StatusCode::CONFLICT, "recorded-live", title, text)
            }
            ImportError::Refused { refusal, .. } => {
                let title = "A rule of the committee does not admit it";
                Self::new(StatusCode::CONFLICT, "refused-by-rule", title, text)
                    .of_rule(refusal.rule())
                    .accepted(refusal.accepted())
            }
        };
        match help {
            Some(help) => problem.accepted(help),
            None => problem,
        }
    }
}

/// What is recorded here.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(import_document)).layer(DefaultBodyLimit::max(LARGEST))
}
