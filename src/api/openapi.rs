//! The router, and the document that describes it (OpenAPI 3.1), made of the same list of handlers.

use super::guard::Service;
use super::operating;
use super::problem::{MEDIA_TYPE, Problem};
use super::reading;
use super::response_cache::answered;
use super::webhooks;
use super::writing;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use minutebook_domain::Position;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Minutebook",
        description = "A committee's actions and decisions: what was decided, by whom and when; as it is, as it was, and as \
                       it was then known. Readers without a token see what is WHITE; to a reader, what they may not see does \
                       not exist."
    ),
    tags(
        (name = "Writing", description = "What happened, as the committee's events have it: each is recorded once, for ever."),
        (name = "Reading", description = "The lists, at any moment (`as_of`), as known at any moment (`known_at`)."),
        (name = "Webhooks", description = "Events are sent to whoever asked for them, signed, until they are taken."),
        (name = "Operating", description = "Whether the server is well, and how much it does. Nothing here tells of the record."),
    )
)]
struct Description;

/// The routes of the record, those about the server, and the document of both.
fn described() -> (Router<Service>, Router<Service>, utoipa::openapi::OpenApi) {
    let (operating, of_operating) = OpenApiRouter::new()
        .routes(routes!(operating::health::is_live))
        .routes(routes!(operating::health::is_ready))
        .routes(routes!(operating::metrics::list_metrics))
        .split_for_parts();
    let (router, mut document) = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(reading::committees::list_committees))
        .routes(routes!(reading::committees::get_committee))
        .routes(routes!(reading::actions::list_actions))
        .routes(routes!(reading::changes::action_changes))
        .routes(routes!(reading::provenance::of_action))
        .routes(routes!(reading::changes::decision_changes))
        .routes(routes!(reading::provenance::of_decision))
        .routes(routes!(reading::provenance::of_meeting))
        .routes(routes!(reading::changes::status_changes))
        .routes(routes!(reading::provenance::of_party))
        .routes(routes!(reading::references::list_references))
        .routes(routes!(reading::statistics::get_statistics))
        .routes(routes!(reading::actions::get_action))
        .routes(routes!(reading::decisions::list_decisions))
        .routes(routes!(reading::decisions::get_decision))
        .routes(routes!(reading::matters::list_matters))
        .routes(routes!(reading::meetings::list_meetings))
        .routes(routes!(reading::meetings::get_meeting))
        .routes(routes!(reading::headlines::get_headlines))
        .routes(routes!(reading::minutes::list_minutes))
        .routes(routes!(reading::parties::list_parties))
        .routes(routes!(reading::parties::list_statuses))
        .routes(routes!(reading::events::list_events))
        .routes(routes!(reading::events::get_event))
        .routes(routes!(reading::live::follow_events))
        .routes(routes!(reading::feed::published))
        .merge(writing::routes())
        .merge(webhooks::routes())
        .split_for_parts();
    document.merge(of_operating);
    describe_problems(&mut document);
    (router, operating, document)
}

/// The document alone.
pub fn document() -> utoipa::openapi::OpenApi {
    described().2
}

/// All that the server answers.
pub fn router(service: Service) -> Router {
    let (router, operating, document) = described();
    let known = Arc::new(Parameters::of(&document));
    // As bytes: the document as a structure takes megabytes, and is of no use after this.
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let served = move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], document));
    router
        .layer(from_fn_with_state(service.clone(), answered))
        .merge(operating)
        .layer(from_fn_with_state(known, known_parameters))
        .route("/api/v1/openapi.json", axum::routing::get(served))
        .merge(SwaggerUi::new("/api/v1/docs").config(Config::from("/api/v1/openapi.json")))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .with_state(service)
}

async fn nowhere() -> Problem {
    Problem::not_found("there is nothing at this path; /api/v1/openapi.json says what there is")
}

async fn not_so() -> Problem {
    let detail = "the header `Allow` names the methods that this path takes";
    Problem::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Not in that way", detail)
}

/// The parameters that each route takes in its query.
struct Parameters(HashMap<(String, Method), HashSet<String>>);

impl Parameters {
    fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let mut known = HashMap::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item) {
                let in_query = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
                    RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
                    _ => None,
                });
                known.insert((path.clone(), method), in_query.collect());
            }
        }
        Self(known)
    }
}

/// Refuses a parameter that the route does not take: one that is misspelt would otherwise be overlooked.
async fn known_parameters(
    State(known): State<Arc<Parameters>>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let of_route = path.and_then(|path| known.0.get(&(path.as_str().to_owned(), method)));
    if let (Some(of_route), Some(query)) = (of_route, request.uri().query()) {
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            if !of_route.contains(name.as_ref()) {
                let mut names: Vec<&str> = of_route.iter().map(String::as_str).collect();
                names.sort_unstable();
                let problem = Problem::malformed(&name, "there is no such parameter here");
                return Err(problem.accepted(names.join(", ")));
            }
        }
    }
    Ok(next.run(request).await)
}

fn operations(item: &PathItem) -> Vec<(Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

/// Describes the problems that any operation may answer with.
fn describe_problems(document: &mut utoipa::openapi::OpenApi) {
    if let Some(components) = &mut document.components {
        components.schemas.insert(Problem::name().into_owned(), Problem::schema());
        components.schemas.insert(Position::name().into_owned(), Position::schema());
    }
    let problem = |description: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build()
    };
    let general = [
        ("400", "A parameter is not well formed, or unknown"),
        ("401", "The token is not a valid one"),
        ("404", "There is no such thing, or it is not for this reader"),
        ("406", "It is not to be had in any of the forms that were asked for"),
        ("409", "The position that was asked for has not been reached; `Retry-After` says when to ask again"),
        ("429", "Too many requests; `Retry-After` says when to ask again"),
    ];
    let of_writing = [
        ("403", "The token does not permit it"),
        ("412", "The stream is at another version than `If-Match` names"),
        ("413", "The request is too large"),
        ("415", "The body is in another form than this route takes"),
        (
            "422",
            "The body is not as this route takes it, or the key was used for another request; nothing was recorded",
        ),
    ];
    for item in document.paths.paths.values_mut() {
        let reading = item.get.iter_mut().map(|operation| (operation, &of_writing[..0]));
        let writing = [&mut item.post, &mut item.put, &mut item.delete, &mut item.patch].into_iter().flatten();
        for (operation, further) in reading.chain(writing.map(|operation| (operation, &of_writing[..]))) {
            for (status, description) in general.iter().chain(further).copied() {
                let entry = operation.responses.responses.entry(status.to_owned());
                entry.or_insert_with(|| RefOr::T(problem(description)));
            }
        }
    }
}
