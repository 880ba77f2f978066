//! The route that records several commands atomically.

use super::events::{CommandBody, undecodable};
use super::recording::{RecordedEvents, record_request};
use super::write_request::{ContextParams, WriteHeaders, WriteRequest};
use crate::api::guard::{Service, Writer};
use crate::api::problem::Problem;
use axum::response::Response;
use chrono::{DateTime, Utc};
use minutebook_domain::meeting::DecisionSuperseded;
use minutebook_domain::reference::{Name, Prose};
use minutebook_ledger::command_json::{self, CommandJsonError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Commands of one request. An imported document may lead to more.
const MAX_COMMANDS: usize = 1000;
/// Fields of the command line's JSON that an HTTP request gives otherwise.
const GIVEN_OTHERWISE: [(&str, &str); 2] =
    [("actor", "the token"), ("idempotency_key", "the header `Idempotency-Key`")];

/// Commands to record together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body; `command_json` reads it")]
pub(in crate::api) struct CommandsBody {
    /// The commands, in the order to record them in.
    #[schema(min_items = 1, max_items = 1000)]
    commands: Vec<CommandBody>,
    /// Why the events are recorded.
    reason: Option<Prose>,
    /// The person or body that the writer acts for.
    on_behalf_of: Option<Name>,
    /// When the events happened. Default: the date in each event's data.
    valid_at: Option<DateTime<Utc>>,
    /// Groups the events of one task, for example of one sitting.
    correlation_id: Option<Name>,
    /// Whether what is recorded is planned, as the parameter `planned`.
    planned: Option<bool>,
    /// The version that the first command's stream must have, in place of `If-Match`.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    expected_version: Option<u64>,
}

/// Record several events atomically
///
/// A command is an event and the stream to record it in. Either all commands are recorded, or none. `If-Match` applies to the
/// stream of the first command.
#[utoipa::path(
    post, path = "/api/v1/commands", tag = "Writing", params(WriteHeaders, ContextParams), request_body = CommandsBody,
    responses((
        status = 201, description = "All events are recorded. A repeated request with the same key gets the same response",
        body = RecordedEvents,
        headers(
            ("Location" = String, description = "The address of the first command's subject"),
            ("ETag" = String, description = "The new version of the first command's stream, for `If-Match`"),
        ),
    ))
)]
pub(in crate::api) async fn record_commands(writer: Writer, request: WriteRequest) -> Result<Response, Problem> {
    let WriteRequest { context, object, place: _place } = request;
    for (name, elsewhere) in GIVEN_OTHERWISE {
        if object.contains_key(name) {
            let problem = Problem::unprocessable(format!("{elsewhere} determines `{name}`"));
            return Err(problem.with_field(name).with_accepted("a body without this field"));
        }
    }
    let metadata = context.apply_to(writer.metadata(&context.key));
    let body = serde_json::Value::Object(object).to_string();
    let mut request = command_json::request(&body, metadata).map_err(|error| unreadable(&error))?;
    request.planned |= context.is_planned();
    if request.commands.len() > MAX_COMMANDS {
        let problem = Problem::unprocessable(format!("there are {} commands", request.commands.len()));
        return Err(problem.with_field("commands").with_accepted(format!("at most {MAX_COMMANDS} commands")));
    }
    record_request(&writer, context.condition, request).await
}

fn unreadable(error: &CommandJsonError) -> Problem {
    let problem = match error {
        CommandJsonError::Event(error) => undecodable(error),
        CommandJsonError::Shape { .. } => Problem::unprocessable(error.to_string()),
    };
    match error.field() {
        "" => problem.with_field("commands"),
        field => problem.with_field(field),
    }
}

/// The route of this file.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    // Only a command records this event type: no other route's description brings its schema along.
    #[derive(utoipa::OpenApi)]
    #[openapi(components(schemas(DecisionSuperseded)))]
    struct ExtraSchemas;
    OpenApiRouter::with_openapi(<ExtraSchemas as utoipa::OpenApi>::openapi()).routes(routes!(record_commands))
}
