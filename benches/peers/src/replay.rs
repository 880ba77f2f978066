//! The history of a ledger as `cqrs-es` replays it: every stream an aggregate, and a view of each made by its `QueryReplay`
//! through its `GenericQuery` into a table. It is one view, without an index of words and without a second clock.

use anyhow::Context as _;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{GenericQuery, QueryReplay};
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View};
use postgres_es::{PostgresEventRepository, PostgresViewRepository};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgPool;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Events that are recorded in one statement.
const AT_ONCE: usize = 5000;

/// What happened, of whatever type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Happened {
    name: String,
    data: Map<String, Value>,
}

impl DomainEvent for Happened {
    fn event_type(&self) -> String {
        self.name.clone()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("nothing is recorded here")]
struct Refused;

/// A stream. Nothing is asked of its state: the history is recorded as it was.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Stream;

impl Aggregate for Stream {
    const TYPE: &'static str = "stream";
    type Command = ();
    type Event = Happened;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, (): (), (): &(), _: &EventSink<Self>) -> Result<(), Refused> {
        Err(Refused)
    }

    fn apply(&mut self, _: Happened) {}
}

/// What a stream says last of each field.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StreamView {
    events: u64,
    last: String,
    state: Map<String, Value>,
}

impl View<Stream> for StreamView {
    fn update(&mut self, event: &EventEnvelope<Stream>) {
        self.events += 1;
        self.last.clone_from(&event.payload.name);
        self.state.extend(event.payload.data.clone());
    }
}

pub(crate) async fn measure(pool: PgPool, history: &Path) -> anyhow::Result<Value> {
    let events = fill(&pool, history).await?;
    let views = PostgresViewRepository::<StreamView, Stream>::new("stream_view", pool.clone());
    let query = GenericQuery::new(Arc::new(views));
    let replay = QueryReplay::new(PostgresEventRepository::new(pool.clone()), query);
    let begin = Instant::now();
    replay.replay_all().await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM stream_view").fetch_one(&pool).await?;
    anyhow::ensure!(rows > 0, "the replay made nothing");
    Ok(serde_json::json!({
        "measure": "rebuild", "peer": "cqrs-es", "store": "postgres", "events": events, "rows": rows, "seconds": seconds,
        "events_per_second": f64::from(u32::try_from(events)?) / seconds,
    }))
}

async fn fill(pool: &PgPool, history: &Path) -> anyhow::Result<usize> {
    let (mut total, mut streams, mut versions, mut types, mut payloads) = (0, vec![], vec![], vec![], vec![]);
    let mut lines = BufReader::new(std::fs::File::open(history)?).lines().peekable();
    while let Some(line) = lines.next() {
        let line: Value = serde_json::from_str(&line?)?;
        let text = |field: &str| line[field].as_str().map(str::to_owned).with_context(|| format!("no {field}"));
        let happened = Happened { name: text("type")?, data: line["data"].as_object().cloned().unwrap_or_default() };
        streams.push(text("stream")?);
        versions.push(line["version"].as_i64().context("no version")?);
        types.push(happened.name.clone());
        payloads.push(serde_json::to_value(happened)?);
        if streams.len() == AT_ONCE || lines.peek().is_none() {
            total += streams.len();
            let sql = "INSERT INTO events SELECT 'stream', e.stream, e.sequence, e.type, '1', p.payload, '{}' FROM (SELECT * FROM UNNEST($1::text[], \
                       $2::bigint[], $3::text[]) WITH ORDINALITY) AS e (stream, sequence, type, place) \
                       JOIN UNNEST($4::json[]) WITH ORDINALITY AS p (payload, place) USING (place)";
            sqlx::query(sql)
                .bind(std::mem::take(&mut streams))
                .bind(std::mem::take(&mut versions))
                .bind(std::mem::take(&mut types))
                .bind(std::mem::take(&mut payloads))
                .execute(pool)
                .await?;
        }
    }
    Ok(total)
}
