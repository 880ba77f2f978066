//! The index of the API, and the page at the root of the server. Both are made from the OpenAPI document.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{OpenApi, RefOr, Required};

/// The index of the API.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ApiIndex {
    /// The name of the program.
    #[schema(example = "Minutebook")]
    name: &'static str,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The description of every operation, in the form of OpenAPI 3.1.
    #[schema(example = "/api/v1/openapi.json")]
    openapi: &'static str,
    /// What can be read.
    reads: Vec<IndexEntry>,
}

/// An address of the API that can be read.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct IndexEntry {
    /// Its path. Braces hold the place of a value.
    #[schema(example = "/api/v1/actions")]
    path: String,
    /// What it answers with.
    #[schema(example = "List actions")]
    summary: String,
    /// Whether the path is an address as it stands.
    #[serde(skip)]
    is_address: bool,
}

impl ApiIndex {
    /// Collects the reads of the document.
    pub(in crate::api) fn new(document: &OpenApi) -> Self {
        let reads = document.paths.paths.iter().filter_map(|(path, item)| {
            let reading = item.get.as_ref().filter(|read| read.tags.iter().flatten().any(|tag| tag == "Reading"))?;
            let required = |parameter: &RefOr<Parameter>| match parameter {
                RefOr::T(parameter) => matches!(parameter.required, Required::True),
                RefOr::Ref(_) => false,
            };
            let is_address = !reading.parameters.iter().flatten().any(required);
            Some(IndexEntry { path: path.clone(), summary: reading.summary.clone().unwrap_or_default(), is_address })
        });
        let reads = reads.collect();
        Self { name: "Minutebook", version: env!("CARGO_PKG_VERSION"), openapi: "/api/v1/openapi.json", reads }
    }
}

/// Get the index
///
/// What can be read here, and the address of its description.
#[utoipa::path(
    get,
    path = "/api/v1",
    tag = "Operations",
    responses((status = 200, description = "The index", body = ApiIndex))
)]
pub(in crate::api) async fn get_index(Extension(index): Extension<Arc<ApiIndex>>) -> Response {
    ([(header::CACHE_CONTROL, "no-cache")], Json(&*index)).into_response()
}

/// Get the page at the root
///
/// For a person who opens the server's address in a browser.
#[utoipa::path(
    get,
    path = "/",
    tag = "Operations",
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
pub(in crate::api) async fn get_root_page(Extension(index): Extension<Arc<ApiIndex>>) -> Response {
    let mut list = String::new();
    for IndexEntry { path, summary, .. } in index.reads.iter().filter(|entry| entry.is_address) {
        // Writing to a String does not fail. Paths and summaries are the program's own, without markup.
        let _ = writeln!(list, "<li><a href=\"{path}\">{summary}</a></li>");
    }
    let reference = if cfg!(feature = "reference-page") { "<a href=\"/api/v1/docs\">the reference</a>, " } else { "" };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Minutebook</title>\n\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"Published headlines\" href=\"/api/v1/feed.atom\">\n\
         </head>\n<body>\n<h1>Minutebook</h1>\n\
         <p>This server keeps the record of a committee's actions and decisions. What can be read here, as data:</p>\n\
         <ul>\n{list}</ul>\n<p>For programs: {reference}<a href=\"{}\">the OpenAPI description</a> and \
         <a href=\"/api/v1\">the index</a>.</p>\n</body>\n</html>\n",
        index.openapi
    );
    ([(header::CACHE_CONTROL, "no-cache")], Html(page)).into_response()
}
