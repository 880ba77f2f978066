//! A bare axum handler, by `axum::serve` as it comes, that returns bytes which it was given: the same body with the same
//! headers as another server's answer, and the same 304 for who has it.

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use minutebook::http_client;
use std::time::Duration;
use tokio::net::TcpListener;

/// Where the bare server answers 304: it does not look at what the client has.
pub(crate) const NOT_MODIFIED: &str = "/not-modified";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What is served: the address of another server's answer.
    #[arg(long)]
    like: String,
    /// The token to ask for it with.
    #[arg(long)]
    token: Option<String>,
}

/// Serves until it is ended. The first line that it prints is where.
pub(crate) async fn serve(options: &Options) -> anyhow::Result<()> {
    let asked = Asked { url: options.like.clone(), token: options.token.clone() };
    let (_, headers, body) = asked.answer(None).await?;
    let tag = headers.get(header::ETAG).context("the answer has no entity tag")?.clone();
    let (status, of_not_modified, _) = asked.answer(Some(tag.to_str()?)).await?;
    anyhow::ensure!(status == StatusCode::NOT_MODIFIED, "it was answered {status} to who has it, and not 304");
    let whole = (StatusCode::OK, own(headers), body);
    let not_modified = (StatusCode::NOT_MODIFIED, own(of_not_modified), Bytes::new());
    let path = reqwest::Url::parse(&options.like)?.path().to_owned();
    let router = Router::new()
        .route(&path, get(move || std::future::ready(whole.clone())))
        .route(NOT_MODIFIED, get(move || std::future::ready(not_modified.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, router).await?)
}

/// The headers that the handler gives; hyper adds the others by itself.
fn own(mut headers: HeaderMap) -> HeaderMap {
    for name in [header::DATE, header::CONTENT_LENGTH, header::CONNECTION] {
        headers.remove(name);
    }
    headers
}

/// What is asked of a server.
pub(crate) struct Asked {
    pub(crate) url: String,
    pub(crate) token: Option<String>,
}

impl Asked {
    /// Its answer, to who has what this entity tag is of.
    pub(crate) async fn answer(&self, has: Option<&str>) -> anyhow::Result<(StatusCode, HeaderMap, Bytes)> {
        let mut request = http_client::client(Duration::from_mins(1))?.get(&self.url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(has) = has {
            request = request.header(header::IF_NONE_MATCH, has);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        anyhow::ensure!(status.as_u16() < 400, "{} was answered {status}", self.url);
        Ok((status, headers, response.bytes().await?))
    }
}
