//! Problems as pages, for people.

use super::request::{page, respond};
use crate::api::PROBLEM_MEDIA_TYPE;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use maud::html;
use serde::Deserialize;

/// What a problem document says.
#[derive(Deserialize)]
struct ShownProblem {
    title: String,
    detail: String,
    accepted: Option<String>,
    field: Option<String>,
}

/// Answers with a page where the handler answered with a problem document.
pub(super) async fn show_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.headers().get(header::CONTENT_TYPE).is_none_or(|form| form != PROBLEM_MEDIA_TYPE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Response::from_parts(parts, Body::empty());
    };
    let Ok(problem) = serde_json::from_slice::<ShownProblem>(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    let main = html! {
        h1 { (problem.title) }
        div.problem {
            p { (capitalised(&problem.detail)) "." }
            @if let Some(field) = &problem.field { p { "The field: " code { (field) } } }
            @if let Some(accepted) = &problem.accepted { p { "Accepted: " (accepted) } }
        }
        @if parts.status == StatusCode::UNAUTHORIZED { p { a href="/sign-in" { "Sign in" } } }
        p { a href="/" { "Back to the book" } }
    };
    let title = format!("{} · Minutebook", problem.title);
    let shown = page(&title, (&html! {}, &html! {}), &html! {}, &main, &html! {});
    let mut answer = respond(parts.status, &shown);
    for (name, value) in &parts.headers {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    *answer.extensions_mut() = parts.extensions;
    answer
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
