//! The router and the OpenAPI 3.1 document that describes it, built from one list of handlers.

use super::caching::cache_reads;
use super::guard::Service;
use super::operations;
use super::operations::index::ApiIndex;
use super::problem::{PROBLEM_MEDIA_TYPE, Problem, ProblemKind};
use super::reading;
use super::webhooks;
use super::writing;
use axum::body::Bytes;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use minutebook_domain::Position;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Minutebook",
        description = "A ledger of a committee's actions and decisions. Every list can be read as of any moment (`as_of`), \
                       and as it was known at any moment (`known_at`). Without a token a reader sees WHITE texts only; a \
                       text above a reader's clearance is left out as if it did not exist."
    ),
    tags(
        (name = "Reading", description = "Read lists, single subjects and events, now or at an earlier moment."),
        (name = "Writing", description = "Record events. An event is never changed or deleted; a correction is an event of its own."),
        (name = "Webhooks", description = "Deliver events to other systems, signed and at least once. For administrators."),
        (name = "Operations", description = "Index, health and metrics of the server. They reveal no data of the ledger."),
    )
)]
struct ApiDescription;

/// The routes of the ledger, the routes of operations, and the document of both.
fn routes_and_document() -> (Router<Service>, Router<Service>, utoipa::openapi::OpenApi) {
    let (operations, operations_document) = OpenApiRouter::new()
        .routes(routes!(operations::health::check_liveness))
        .routes(routes!(operations::health::check_readiness))
        .routes(routes!(operations::metrics::get_metrics))
        .routes(routes!(operations::index::get_index))
        .split_for_parts();
    let (router, mut document) = OpenApiRouter::with_openapi(ApiDescription::openapi())
        .routes(routes!(reading::committees::list_committees))
        .routes(routes!(reading::committees::get_committee))
        .routes(routes!(reading::actions::list_actions))
        .routes(routes!(reading::changes::list_action_changes))
        .routes(routes!(reading::provenance::get_action_provenance))
        .routes(routes!(reading::changes::list_decision_changes))
        .routes(routes!(reading::provenance::get_decision_provenance))
        .routes(routes!(reading::provenance::get_meeting_provenance))
        .routes(routes!(reading::changes::list_status_changes))
        .routes(routes!(reading::provenance::get_party_provenance))
        .routes(routes!(reading::references::list_references))
        .routes(routes!(reading::statistics::get_statistics))
        .routes(routes!(reading::actions::get_action))
        .routes(routes!(reading::decisions::list_decisions))
        .routes(routes!(reading::decisions::get_decision))
        .routes(routes!(reading::matters::list_matters))
        .routes(routes!(reading::search::search_record))
        .routes(routes!(reading::meetings::list_meetings))
        .routes(routes!(reading::meetings::get_meeting))
        .routes(routes!(reading::headlines::get_headlines))
        .routes(routes!(reading::minutes::list_minutes))
        .routes(routes!(reading::parties::list_parties))
        .routes(routes!(reading::parties::list_statuses))
        .routes(routes!(reading::events::list_events))
        .routes(routes!(reading::events::get_event))
        .routes(routes!(reading::event_stream::follow_events))
        .routes(routes!(reading::atom_feed::get_atom_feed))
        .merge(writing::routes())
        .merge(webhooks::routes())
        .split_for_parts();
    document.merge(operations_document);
    describe_problems(&mut document);
    describe_tokens(&mut document);
    (router, operations, document)
}

/// The OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    routes_and_document().2
}

/// The router of the API, with its document and the reference at /api/v1/docs.
pub fn router(service: Service) -> Router {
    let (router, operations, document) = routes_and_document();
    let parameters = Arc::new(RouteParameters::new(&document));
    let index = Arc::new(ApiIndex::new(&document));
    // The document as a structure takes megabytes; only its JSON is kept.
    let document = Bytes::from(document.to_json().unwrap_or_default());
    let served = move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], document));
    let router = router
        .layer(from_fn_with_state(service.clone(), cache_reads))
        .merge(operations.layer(Extension(index)))
        .layer(from_fn_with_state(parameters, refuse_unknown_parameters))
        .route("/api/v1/openapi.json", axum::routing::get(served));
    #[cfg(feature = "reference-page")]
    let router = {
        use utoipa_swagger_ui::{Config, SwaggerUi};
        router.merge(SwaggerUi::new("/api/v1/docs").config(Config::from("/api/v1/openapi.json")))
    };
    router.fallback(unknown_path).method_not_allowed_fallback(method_not_allowed).with_state(service)
}

async fn unknown_path() -> Problem {
    Problem::not_found("there is nothing at this path; /api/v1 lists what is there")
}

async fn method_not_allowed() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "the header `Allow` lists the methods of this path")
}

/// The query parameters of each route and method.
struct RouteParameters(HashMap<(String, Method), HashSet<String>>);

impl RouteParameters {
    fn new(document: &utoipa::openapi::OpenApi) -> Self {
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

/// Refuses a parameter that the route does not take: otherwise a misspelt filter would silently filter nothing.
async fn refuse_unknown_parameters(
    State(known): State<Arc<RouteParameters>>,
    path: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let of_route = path.and_then(|path| known.0.get(&(path.as_str().to_owned(), method)));
    if let (Some(of_route), Some(query)) = (of_route, request.uri().query()) {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // No text of a ledger holds it, and PostgreSQL takes it in no parameter.
            if value.contains('\0') {
                return Err(Problem::malformed(&name, "the value has the character U+0000, which no text has"));
            }
            if !of_route.contains(name.as_ref()) {
                let mut names: Vec<&str> = of_route.iter().map(String::as_str).collect();
                names.sort_unstable();
                let problem = Problem::malformed(&name, "this route does not take the parameter");
                return Err(problem.with_accepted(names.join(", ")));
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

/// The problems that every operation may answer with.
const COMMON_PROBLEMS: &[ProblemKind] = &[
    ProblemKind::MalformedRequest,
    ProblemKind::Unauthorized,
    ProblemKind::NotFound,
    ProblemKind::UnknownCommittee,
    ProblemKind::StillToCome,
    ProblemKind::NotAcceptable,
    ProblemKind::NotYet,
    ProblemKind::TooManyRequests,
    ProblemKind::Busy,
];
/// The problems that an operation which writes may answer with besides.
const WRITE_PROBLEMS: &[ProblemKind] = &[
    ProblemKind::Forbidden,
    ProblemKind::RefusedByRule,
    ProblemKind::RecordedLive,
    ProblemKind::Stale,
    ProblemKind::TooLarge,
    ProblemKind::UnsupportedMediaType,
    ProblemKind::Unprocessable,
    ProblemKind::KeyReused,
];

/// The name of the security scheme.
const TOKEN: &str = "token";

/// Adds the bearer token: writes and webhooks require it, reads take it, and operations do not look at it.
fn describe_tokens(document: &mut utoipa::openapi::OpenApi) {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A token of `minutebook token create`, or an ID token of an OpenID provider that the server trusts.",
    ));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(TOKEN, SecurityScheme::Http(scheme.build()));
    let required = || SecurityRequirement::new(TOKEN, Vec::<String>::new());
    document.security = Some(vec![SecurityRequirement::default(), required()]);
    for item in document.paths.paths.values_mut() {
        let writes = [&mut item.post, &mut item.put, &mut item.delete, &mut item.patch].into_iter().flatten();
        writes.for_each(|operation| operation.security = Some(vec![required()]));
        let Some(read) = &mut item.get else { continue };
        match read.tags.iter().flatten().next().map(String::as_str) {
            Some("Webhooks") => read.security = Some(vec![required()]),
            Some("Operations") => read.security = Some(Vec::new()),
            _ => {}
        }
    }
}

/// Adds the problems to the responses of every operation.
fn describe_problems(document: &mut utoipa::openapi::OpenApi) {
    if let Some(components) = &mut document.components {
        components.schemas.insert(Problem::name().into_owned(), Problem::schema());
        components.schemas.insert(Position::name().into_owned(), Position::schema());
    }
    let (common, of_writes) = (responses(COMMON_PROBLEMS), responses(&[COMMON_PROBLEMS, WRITE_PROBLEMS].concat()));
    for item in document.paths.paths.values_mut() {
        let reads = item.get.iter_mut().map(|operation| (operation, &common));
        let writes = [&mut item.post, &mut item.put, &mut item.delete, &mut item.patch].into_iter().flatten();
        for (operation, problems) in reads.chain(writes.map(|operation| (operation, &of_writes))) {
            for (status, response) in problems {
                let entry = operation.responses.responses.entry(status.clone());
                entry.or_insert_with(|| RefOr::T(response.clone()));
            }
        }
    }
}

/// One response for each status of these kinds: its description lists the kinds and when each occurs.
fn responses(kinds: &[ProblemKind]) -> BTreeMap<String, utoipa::openapi::Response> {
    let mut descriptions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for kind in kinds {
        let description = format!("{} (`{}`): {}", kind.title(), kind.name(), kind.when());
        descriptions.entry(kind.status().as_str().to_owned()).or_default().push(description);
    }
    let response = |descriptions: Vec<String>| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        ResponseBuilder::new().description(descriptions.join("\n\n")).content(PROBLEM_MEDIA_TYPE, content).build()
    };
    descriptions.into_iter().map(|(status, descriptions)| (status, response(descriptions))).collect()
}
