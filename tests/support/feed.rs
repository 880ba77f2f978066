//! A reader of the live feed, without a socket in between.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::time::Duration;
use tower::ServiceExt;

/// Long enough for the busiest machine: a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// Someone who follows the feed, and takes what they are sent when they are asked for it.
pub(crate) struct FeedReader {
    body: Body,
    buffer: String,
}

/// One block of the feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: Option<u64>,
    pub(crate) event: Option<String>,
    pub(crate) data: Option<Value>,
    pub(crate) is_comment: bool,
}

impl FeedReader {
    pub(crate) async fn open(router: &Router, path: &str, token: Option<&str>, last: Option<u64>) -> Self {
        let mut request = Request::builder().uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        Self::of(router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap())
    }

    /// A reader of what was answered.
    pub(crate) fn of(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), buffer: String::new() }
    }

    /// The next block; none when the feed has ended.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(end) = self.buffer.find("\n\n") {
                let message = Message::of(&self.buffer[..end]);
                self.buffer.drain(..end + 2);
                return Some(message);
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await.expect("the feed says nothing")?;
            self.buffer.push_str(std::str::from_utf8(frame.unwrap().data_ref().unwrap()).unwrap());
        }
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Option<Message> {
        loop {
            let message = self.next().await?;
            if message.data.is_some() {
                return Some(message);
            }
        }
    }
}

impl Message {
    fn of(block: &str) -> Self {
        let mut message = Self::default();
        for line in block.lines() {
            match line.split_once(": ").unwrap_or((line, "")) {
                ("id", id) => message.id = Some(id.parse().unwrap()),
                ("event", event) => message.event = Some(event.to_owned()),
                ("data", data) => message.data = Some(serde_json::from_str(data).unwrap()),
                ("retry", _) => {}
                (":", _) => message.is_comment = true,
                other => panic!("{other:?} is no field of an event stream"),
            }
        }
        message
    }
}

/// Waits until something is so.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it never came to be so");
}
