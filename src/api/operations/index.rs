//! The index of the API, made from the OpenAPI document.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

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
}

impl ApiIndex {
    /// Collects the reads of the document.
    pub(in crate::api) fn new(document: &OpenApi) -> Self {
        let reads = document.paths.paths.iter().filter_map(|(path, item)| {
            let reading = item.get.as_ref().filter(|read| read.tags.iter().flatten().any(|tag| tag == "Reading"))?;
            Some(IndexEntry { path: path.clone(), summary: reading.summary.clone().unwrap_or_default() })
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
