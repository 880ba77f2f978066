//! The route that imports a document: all of its events are recorded, or none.

use super::recording::RecordedEvents;
use super::write_request::{media_type, read_bytes, too_large, unsupported_media_type};
use crate::api::cost::off_the_runtime;
use crate::api::guard::{ImportOptions, Service, Writer};
use crate::api::parameters::{Query, from_text};
use crate::api::problem::Problem;
use crate::ingest::ImportReport;
use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::Position;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{MeetingRef, Name};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of a document.
const LARGEST: usize = 32 << 20;

/// The media types of documents, each with the file name of a document that comes without one.
const MEDIA_TYPES: [(&str, &str); 8] = [
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

/// The options of an import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct ImportParams {
    /// Report what an import would record, and record nothing.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = true)]
    dry_run: Option<bool>,
    /// The document's file name. Default: the one in the form.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Name>, example = "SSC_72_2702.md")]
    filename: Option<Name>,
    /// The mark of a document that states none. Default: the committee's, or the highest.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<Classification>, example = "GREEN")]
    classification: Option<Classification>,
    /// The meeting that the document is of, where it names another or none.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<MeetingRef>, example = "SSC_73_1303")]
    meeting: Option<MeetingRef>,
    /// Move what the document recorded under another meeting to `meeting`. Actions and statuses stay the same ones.
    #[serde(default, deserialize_with = "from_text", rename = "move")]
    #[param(inline, value_type = Option<bool>, example = true)]
    moves: Option<bool>,
    /// Lower marks of what is recorded already, where another edition of a meeting says the same under a lower mark.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>, example = true)]
    lower: Option<bool>,
}

/// A form with a document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the form; `Multipart` reads it")]
pub(in crate::api) struct Upload {
    /// The document. The part's `filename` is the document's name.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// What the importer read in a document, and the events that it recorded.
#[derive(Serialize)]
struct ImportResponse {
    #[serde(flatten)]
    report: ImportReport,
    #[serde(flatten)]
    recorded: Option<RecordedEvents>,
}

impl PartialSchema for ImportResponse {
    fn schema() -> RefOr<Schema> {
        let text = |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description));
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .description(Some("The report of an import, as `minutebook import --format json` prints it"))
            .property("file", text("The document's file name"))
            .property("sha256", text("The SHA-256 of the document, in hexadecimal"))
            .property("already_imported", ObjectBuilder::new().schema_type(Type::Boolean))
            .property("events_appended", ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)))
            .property("committee", text("The committee's code"))
            .property("position", Ref::from_schema_name(Position::name()))
            .required("file")
            .required("sha256")
            .required("already_imported")
            .required("events_appended")
            .required("committee")
            .into()
    }
}

impl ToSchema for ImportResponse {
    fn name() -> std::borrow::Cow<'static, str> {
        "ImportReport".into()
    }
}

/// Import a document
///
/// A meeting's headlines as Markdown, plain text, DOCX or PDF, or an action log as CSV or XLSX. Either all of its
/// events are
/// recorded, or none. The document is its own idempotency key: importing the same bytes again records nothing. With
/// `dry_run=true`, the response reports what would be recorded.
#[utoipa::path(
    post, path = "/api/v1/imports", tag = "Writing", params(ImportParams),
    request_body(content(
        (Upload = "multipart/form-data"), (Vec<u8> = "application/octet-stream"), (String = "text/markdown"),
        (String = "text/plain"), (String = "text/csv"), (Vec<u8> = "application/pdf"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 200, description = "What would be recorded, or was recorded before", body = ImportResponse),
        (status = 201, description = "The events of the document are recorded", body = ImportResponse,
            headers(("Location" = String, description = "The address of the meeting or of the actions"))),
    )
)]
pub(in crate::api) async fn import_document(
    writer: Writer,
    Query(params): Query<ImportParams>,
    request: Request,
) -> Result<Response, Problem> {
    // A writer who may not record does not make the server read the document.
    writer.authorize_import(params.meeting.as_ref()).await?;
    // Before the body is read: it is held in memory as a whole.
    let place = writer.import_place().await?;
    let (name, bytes) = document(params.filename, request).await?;
    let dry_run = params.dry_run.unwrap_or(false);
    let options = ImportOptions {
        classification: params.classification,
        meeting: params.meeting,
        moves: params.moves.unwrap_or(false),
        lower: params.lower.unwrap_or(false),
        dry_run,
    };
    let imported = off_the_runtime(place, async move { writer.import(name, bytes, options).await }).await??;
    let mut headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]);
    let mut status = StatusCode::OK;
    if !dry_run {
        let location = HeaderValue::try_from(location(&imported.report)).map_err(|error| Problem::internal(&error))?;
        headers.insert(header::LOCATION, location);
        if appended(&imported.report) > 0 {
            status = StatusCode::CREATED;
        }
    }
    let response = ImportResponse { report: imported.report, recorded: imported.receipt.map(RecordedEvents::from) };
    Ok((status, headers, Json(response)).into_response())
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

/// The document of a request, and its file name.
async fn document(given: Option<Name>, request: Request) -> Result<(String, Vec<u8>), Problem> {
    let given = given.map(|name| name.to_string());
    let (name, bytes) = match media_type(request.headers()).as_deref() {
        Some(FORM) => {
            let (name, bytes) = from_form(request).await?;
            (given.or(name).unwrap_or_else(|| "upload".into()), bytes)
        }
        Some(kind) if MEDIA_TYPES.iter().any(|(known, _)| *known == kind) => {
            let default = MEDIA_TYPES.iter().find(|(known, _)| *known == kind).map_or("upload", |(_, name)| *name);
            let bytes = read_bytes(request.into_body(), LARGEST).await?.into();
            (given.unwrap_or_else(|| default.to_owned()), bytes)
        }
        _ => {
            let kinds = MEDIA_TYPES.map(|(kind, _)| kind).join(", ");
            let problem = unsupported_media_type("the importer does not read this media type", "");
            return Err(problem.with_accepted(format!("{FORM}, {kinds}")));
        }
    };
    // The directories of the sender's machine are not part of the name.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: Name = name.parse().map_err(|_| {
        Problem::unprocessable("the file name is not well formed")
            .with_field("filename")
            .with_accepted("one line of text")
    })?;
    Ok((name.to_string(), bytes))
}

/// The first file of a form.
async fn from_form(request: Request) -> Result<(Option<String>, Vec<u8>), Problem> {
    let not_a_form =
        |what: String| Problem::malformed("body", what).with_accepted("a form with the document as `file`");
    let failed = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(LARGEST),
        _ => not_a_form(format!("the form cannot be read: {}", error.body_text())),
    };
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|rejection| not_a_form(rejection.body_text()))?;
    while let Some(field) = form.next_field().await.map_err(failed)? {
        let name = field.file_name().map(str::to_owned);
        if name.is_some() || field.name() == Some("file") {
            return Ok((name, field.bytes().await.map_err(failed)?.into()));
        }
    }
    Err(Problem::unprocessable("the form has no document").with_field("file"))
}

/// The route of this file.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(import_document)).layer(DefaultBodyLimit::max(LARGEST))
}
