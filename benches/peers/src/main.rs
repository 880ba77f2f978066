//! Appends through `postgres-es` as `benches/load` appends through the ledger: the same commands, each client on
//! streams of its own. It prints one line of JSON.
//!
//! The commands carry an idempotency key in their metadata, as the ledger's do. `postgres-es` stores it and does not
//! look at it; nor does it keep a total order, references or hashes. What it is measured at is therefore less work.

mod action;
mod replay;

use action::{Action, ActionEvent, ActionProgressed, ActionRaised, Classified};
use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Parser;
use postgres_es::{PostgresCqrs, postgres_cqrs};
use sqlx::postgres::PgPoolOptions;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Measures how many commands a second postgres-es appends.
#[derive(Parser)]
struct Arguments {
    /// The database; an `events` table is made in it.
    #[arg(long)]
    url: String,
    /// How many clients send commands, each waiting for one answer before it sends the next.
    #[arg(long, default_value_t = 1)]
    clients: u32,
    /// How long to measure, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How long to run before that, in seconds.
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
    /// After how many events a client begins a new stream.
    #[arg(long, default_value_t = 10)]
    events_per_stream: u32,
    /// Rather than append, record this history (the log as `minutebook log --format ndjson` prints it), and measure how
    /// quickly a view of it is made by the crate's own replay.
    #[arg(long)]
    replay: Option<std::path::PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // The crate's own pool has ten connections. One for each client keeps any of them from waiting for another's; more
    // than that would be idle.
    let pool = PgPoolOptions::new()
        .min_connections(arguments.clients)
        .max_connections(arguments.clients)
        .connect(&arguments.url)
        .await?;
    sqlx::raw_sql(include_str!("../schema.sql")).execute(&pool).await?;
    if let Some(history) = &arguments.replay {
        println!("{}", replay::measure(pool, history).await?);
        return Ok(());
    }
    let cqrs = Arc::new(postgres_cqrs::<Action>(pool, Vec::new(), ()));
    let begin = Instant::now() + Duration::from_secs_f64(arguments.warm_up);
    let end = begin + Duration::from_secs_f64(arguments.seconds);
    let clients: Vec<_> = (0..arguments.clients)
        .map(|client| tokio::spawn(run(cqrs.clone(), client, arguments.events_per_stream, begin, end)))
        .collect();
    let mut commands = 0;
    for client in clients {
        commands += client.await??;
    }
    let measured = serde_json::json!({
        "measure": "append",
        "peer": "postgres-es",
        "store": "postgres",
        "clients": arguments.clients,
        "commands": commands,
        "commands_per_second": f64::from(commands) / arguments.seconds,
    });
    println!("{measured}");
    Ok(())
}

/// Sends commands until `end`, and counts those that were answered from `begin` on.
async fn run(
    cqrs: Arc<PostgresCqrs<Action>>,
    client: u32,
    events_per_stream: u32,
    begin: Instant,
    end: Instant,
) -> anyhow::Result<u32> {
    let mut counted = 0;
    for action in 0_u32.. {
        let reference = format!("SSC{}/{}", 1000 * (client + 1) + action / 1000, action % 1000);
        for place in 0..events_per_stream {
            let event = if place == 0 { raised(&reference)? } else { progressed(place)? };
            // Written as the ledger's command line writes its keys: time-ordered UUIDs.
            let metadata = HashMap::from([
                ("actor".to_owned(), "load".to_owned()),
                ("command_id".to_owned(), uuid::Uuid::now_v7().to_string()),
                ("client".to_owned(), "load".to_owned()),
            ]);
            cqrs.execute_with_metadata(&format!("action:{reference}"), event, metadata)
                .await
                .map_err(|error| anyhow::anyhow!("{error}"))?;
            let now = Instant::now();
            if now >= end {
                return Ok(counted);
            }
            counted += u32::from(now >= begin);
        }
    }
    Ok(counted)
}

fn date(month: u32, day: u32) -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(2019, month, day).context("no such day")
}

fn raised(reference: &str) -> anyhow::Result<ActionEvent> {
    Ok(ActionEvent::ActionRaised(ActionRaised {
        reference: reference.to_owned(),
        text: Classified {
            classification: "WHITE".to_owned(),
            text: "Circulate the paper on the review of the security architecture to the members".to_owned(),
        },
        owners: vec!["SECAS".to_owned()],
        due_on: date(3, 27)?,
        raised_on: date(2, 27)?,
    }))
}

fn progressed(place: u32) -> anyhow::Result<ActionEvent> {
    Ok(ActionEvent::ActionProgressed(ActionProgressed {
        note: Classified {
            classification: "GREEN".to_owned(),
            text: format!("Update {place}: the paper was sent to two of the members, and comments are awaited"),
        },
        progressed_on: date(3, 1)?,
    }))
}
