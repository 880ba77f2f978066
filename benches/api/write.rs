//! Events that are recorded over HTTP: the workload of `load append`, actions that are raised and then told of.

use crate::connection::Connection;
use anyhow::Context as _;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Events in one action's stream, as `load append` has them.
const EVENTS_PER_STREAM: u32 = 10;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The server, as `host:port`.
    #[arg(long)]
    server: String,
    /// A token that may record.
    #[arg(long)]
    token: String,
    /// The store that the book is in.
    #[arg(long)]
    store: String,
    /// How many clients.
    #[arg(long, default_value_t = 64)]
    clients: u32,
    /// How long to measure, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How long to run before that, in seconds.
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<serde_json::Value> {
    let actions = Actions::begin(&options.server, &options.token).await?;
    let begin = Instant::now() + Duration::from_secs_f64(options.warm_up);
    let end = begin + Duration::from_secs_f64(options.seconds);
    let mut running = Vec::new();
    for _ in 0..options.clients {
        let client = Client::new(&options.server, actions.clone()).await?;
        running.push(tokio::spawn(run(client, begin, end)));
    }
    let mut latencies = Vec::new();
    for client in running {
        latencies.extend(client.await??);
    }
    latencies.sort_unstable();
    let percentile = |percent: usize| latencies.get(latencies.len().saturating_sub(1) * percent / 100).copied();
    let commands = u32::try_from(latencies.len())?;
    Ok(json!({
        "measure": "write",
        "peer": "minutebook over HTTP",
        "store": options.store,
        "clients": options.clients,
        "commands": commands,
        "commands_per_second": f64::from(commands) / options.seconds,
        "p50_microseconds": percentile(50),
        "p99_microseconds": percentile(99),
    }))
}

/// Records until `end`, each event after the answer to the one before. Returns the latencies, in microseconds, of the
/// answers from `begin` on.
async fn run(mut client: Client, begin: Instant, end: Instant) -> anyhow::Result<Vec<u32>> {
    let mut latencies = Vec::new();
    loop {
        let sent = Instant::now();
        client.record().await?;
        let answered = Instant::now();
        if answered >= end {
            return Ok(latencies);
        }
        if answered >= begin {
            latencies.push(u32::try_from((answered - sent).as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// The actions that nobody has raised yet.
#[derive(Clone)]
pub(crate) struct Actions {
    token: Arc<str>,
    run: Arc<str>,
    first_meeting: u64,
    taken: Arc<AtomicU64>,
}

impl Actions {
    /// Establishes the committee if it is not there. No two calls on one book lead to the same actions: the numbers of
    /// the
    /// meetings begin after the book's position.
    pub(crate) async fn begin(server: &str, token: &str) -> anyhow::Result<Self> {
        let run = format!("{}-{}", std::process::id(), rand::random::<u64>());
        let mut connection = Connection::open(server).await?;
        let headers = headers(token, &format!("{run}-committee"));
        connection.send("POST /api/v1/committees", &headers, br#"{"code": "LOAD", "name": "Load"}"#).await?;
        let established = connection.answer().await?.status;
        anyhow::ensure!(matches!(established, 201 | 409), "the committee was answered {established}");
        connection.send("GET /api/v1/committees", "", b"").await?;
        let listed: serde_json::Value = serde_json::from_slice(&connection.answer().await?.body)?;
        let position = listed["position"].as_u64().context("the list has no position")?;
        Ok(Self { token: token.into(), run: run.into(), first_meeting: position, taken: Arc::default() })
    }

    /// The next one's reference.
    fn next(&self) -> String {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        format!("LOAD{}/{}", self.first_meeting + number / 1000, number % 1000)
    }
}

/// One client, on streams of its own.
pub(crate) struct Client {
    connection: Connection,
    actions: Actions,
    action: String,
    place: u32,
}

impl Client {
    pub(crate) async fn new(server: &str, actions: Actions) -> anyhow::Result<Self> {
        let connection = Connection::open(server).await?;
        Ok(Self { connection, actions, action: String::new(), place: EVENTS_PER_STREAM })
    }

    /// Records the next event, and gives its position.
    pub(crate) async fn record(&mut self) -> anyhow::Result<u64> {
        if self.place == EVENTS_PER_STREAM {
            self.action = self.actions.next();
            self.place = 0;
        }
        let (action, place) = (&self.action, self.place);
        let (line, body) = if place == 0 { raised(action) } else { progressed(action, place) };
        let headers = headers(&self.actions.token, &format!("{}-{action}-{place}", self.actions.run));
        self.connection.send(&line, &headers, body.as_bytes()).await?;
        let answer = self.connection.answer().await?;
        let said = String::from_utf8_lossy(&answer.body);
        anyhow::ensure!(answer.status == 201, "it was answered {}: {said}", answer.status);
        self.place += 1;
        let position = said.split_once("\"position\":").map(|(_, rest)| rest.split([',', '}']).next().unwrap_or(""));
        position.and_then(|position| position.trim().parse().ok()).with_context(|| format!("no position: {said}"))
    }
}

fn headers(token: &str, key: &str) -> String {
    format!("authorization: Bearer {token}\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\n")
}

fn raised(action: &str) -> (String, String) {
    let text = "Circulate the paper on the review of the security architecture to the members";
    let body = json!({
        "reference": action, "text": {"classification": "WHITE", "text": text}, "owners": ["SECAS"],
        "due_on": "2019-03-27", "raised_on": "2019-02-27",
    });
    ("POST /api/v1/actions".to_owned(), body.to_string())
}

fn progressed(action: &str, place: u32) -> (String, String) {
    let note = format!("Update {place}: the paper was sent to two of the members, and comments are awaited");
    let body = json!({"note": {"classification": "GREEN", "text": note}, "progressed_on": "2019-03-01"});
    (format!("POST /api/v1/actions/{action}/progress"), body.to_string())
}
