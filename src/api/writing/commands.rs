//! Several things recorded together, or none of them.

use super::events::{CommandBody, of_event};
use super::recording::{Recorded, named, record_request};
use super::write_request::{Circumstances, Headers, Order};
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

/// Commands of one request. An imported document may hold more; it is read and judged by itself.
const MOST: usize = 1000;
/// What a request says of itself elsewhere: who sends it by the token, and its key by the header.
const SAID_ELSEWHERE: [(&str, &str); 2] = [("actor", "the token"), ("idempotency_key", "the header `Idempotency-Key`")];

/// What is recorded together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the body; `command_json` reads it")]
pub(in crate::api) struct CommandsBody {
    /// The commands, in order.
    #[schema(min_items = 1, max_items = 1000)]
    commands: Vec<CommandBody>,
    /// Why it is recorded.
    reason: Option<Prose>,
    /// On whose behalf.
    on_behalf_of: Option<Name>,
    /// When it was so, if that is not what the events themselves say.
    valid_at: Option<DateTime<Utc>>,
    /// What this belongs together with.
    correlation_id: Option<Name>,
    /// The version that the first command's stream has to be at; rather than by `If-Match`.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    expected_version: Option<u64>,
}

/// Record several things together, or none of them
///
/// A command is an event and the stream that it is recorded in. `If-Match` is about the first command's stream.
#[utoipa::path(
    post, path = "/api/v1/commands", tag = "Writing", params(Headers, Circumstances), request_body = CommandsBody,
    responses((
        status = 201, description = "All of it is recorded; sent again with its key, it is answered as it was",
        body = Recorded,
        headers(
            ("Location" = String, description = "where the first of it is read"),
            ("ETag" = String, description = "the version that the first stream is at by it, for `If-Match`"),
        ),
    ))
)]
pub(in crate::api) async fn record_commands(writer: Writer, order: Order) -> Result<Response, Problem> {
    let Order { terms, object } = order;
    for (name, elsewhere) in SAID_ELSEWHERE {
        if object.contains_key(name) {
            let problem = Problem::unprocessable(format!("`{name}` is said by {elsewhere}"));
            return Err(problem.of_field(name).accepted("no such field"));
        }
    }
    let envelope = terms.dress(writer.envelope(&terms.key));
    let body = serde_json::Value::Object(object).to_string();
    let request = command_json::request(&body, envelope).map_err(|error| not_commands(&error))?;
    if request.commands.len() > MOST {
        let problem = Problem::unprocessable(format!("there are {} commands", request.commands.len()));
        return Err(problem.of_field("commands").accepted(format!("{MOST} commands at most")));
    }
    record_request(&writer, terms.condition, request).await
}

fn not_commands(error: &CommandJsonError) -> Problem {
    let (problem, message) = match error {
        CommandJsonError::Event(error) => (of_event(error), error.to_string()),
        CommandJsonError::Shape { .. } => (Problem::unprocessable(error.to_string()), error.to_string()),
    };
    problem.of_field(named(&message).unwrap_or("commands"))
}

/// What is recorded here.
pub(in crate::api) fn routes() -> OpenApiRouter<Service> {
    // No route records it by itself, and a command can.
    #[derive(utoipa::OpenApi)]
    #[openapi(components(schemas(DecisionSuperseded)))]
    struct Also;
    OpenApiRouter::with_openapi(<Also as utoipa::OpenApi>::openapi()).routes(routes!(record_commands))
}
