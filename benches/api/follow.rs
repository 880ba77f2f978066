//! The live feed under many readers: how long after its acknowledgement an event has reached the last of them.

use crate::connection::Connection;
use crate::memory;
use crate::write::{Actions, Client};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Connections that record: no event waits for the answer to the one before.
const WRITERS: usize = 16;
/// How long the last events may take to arrive, after which those that did not are missing.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The server, as `host:port`.
    #[arg(long)]
    server: String,
    /// Its process, for its memory.
    #[arg(long)]
    process: u32,
    /// A token that may record; the readers are the public.
    #[arg(long)]
    token: String,
    /// The store that the book is in.
    #[arg(long)]
    store: String,
    /// How many readers.
    #[arg(long, default_value_t = 1000)]
    readers: u32,
    /// Events a second.
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
}

/// What became of the events, by how far they are after the first.
struct Seen {
    first: u64,
    begun: Instant,
    /// When each was acknowledged, and when the last reader had it, in microseconds.
    acknowledged: Vec<AtomicU64>,
    last: Vec<AtomicU64>,
    readers: Vec<AtomicU32>,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<serde_json::Value> {
    let actions = Actions::begin(&options.server, &options.token).await?;
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        writers.push(Arc::new(Mutex::new(Client::new(&options.server, actions.clone()).await?)));
    }
    // One event that is not measured; the next position is the first that is.
    let head = writers[0].lock().await.record().await?;
    let events = options.rate * options.seconds;
    let seen = Arc::new(Seen::new(head + 1, events as usize));
    let before = memory::resident(options.process)?;
    let mut readers = Vec::new();
    for _ in 0..options.readers {
        readers.push(Reader::open(&options.server, head).await?);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = memory::resident(options.process)?;
    let reading: Vec<_> = readers.into_iter().map(|reader| tokio::spawn(reader.run(seen.clone()))).collect();
    record(&writers, events, options.rate, &seen).await?;
    let patience = tokio::time::timeout(PATIENCE, async {
        while seen.readers.iter().any(|readers| readers.load(Ordering::Relaxed) < options.readers) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let arrived = patience.await.is_ok();
    let after = memory::resident(options.process)?;
    reading.iter().for_each(tokio::task::JoinHandle::abort);
    anyhow::ensure!(arrived, "not every reader has had every event {PATIENCE:?} after the last of them");
    let mut waits = seen.waits();
    waits.sort_unstable();
    let percentile = |percent: usize| waits.get(waits.len().saturating_sub(1) * percent / 100).copied();
    let of_each = |now: u32| f64::from(now.saturating_sub(before)) / f64::from(options.readers);
    Ok(json!({
        "measure": "follow",
        "store": options.store,
        "readers": options.readers,
        "events": events,
        "events_per_second": options.rate,
        "p50_microseconds": percentile(50),
        "p99_microseconds": percentile(99),
        "most_microseconds": waits.last(),
        "kilobytes_per_reader_idle": of_each(idle),
        "kilobytes_per_reader_after": of_each(after),
    }))
}

/// Records the events, one after so long, whether or not those before were answered.
async fn record(writers: &[Arc<Mutex<Client>>], events: u32, rate: u32, seen: &Arc<Seen>) -> anyhow::Result<()> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    let mut recording = Vec::new();
    for writer in (0..events).map(|event| writers[event as usize % writers.len()].clone()) {
        ticks.tick().await;
        let seen = seen.clone();
        recording.push(tokio::spawn(async move {
            let position = writer.lock().await.record().await?;
            seen.acknowledged(position);
            anyhow::Ok(())
        }));
    }
    for recorded in recording {
        recorded.await??;
    }
    Ok(())
}

impl Seen {
    fn new(first: u64, events: usize) -> Self {
        let none = || (0..events).map(|_| AtomicU64::new(0)).collect();
        let readers = (0..events).map(|_| AtomicU32::new(0)).collect();
        Self { first, begun: Instant::now(), acknowledged: none(), last: none(), readers }
    }

    fn place(&self, position: u64) -> Option<usize> {
        usize::try_from(position.checked_sub(self.first)?).ok().filter(|place| *place < self.last.len())
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn acknowledged(&self, position: u64) {
        if let Some(place) = self.place(position) {
            self.acknowledged[place].store(self.now(), Ordering::Relaxed);
        }
    }

    fn reached_one(&self, position: u64, now: u64) {
        if let Some(place) = self.place(position) {
            self.last[place].fetch_max(now, Ordering::Relaxed);
            self.readers[place].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How long after its acknowledgement each had reached the last reader, in microseconds.
    fn waits(&self) -> Vec<u64> {
        let wait = |(last, acknowledged): (&AtomicU64, &AtomicU64)| {
            last.load(Ordering::Relaxed).saturating_sub(acknowledged.load(Ordering::Relaxed))
        };
        self.last.iter().zip(&self.acknowledged).map(wait).collect()
    }
}

/// One reader of the feed.
struct Reader {
    connection: Connection,
    /// The beginning of a line whose end is still to come.
    begun: Vec<u8>,
}

impl Reader {
    async fn open(server: &str, after: u64) -> anyhow::Result<Self> {
        let mut connection = Connection::open(server).await?;
        connection.send(&format!("GET /api/v1/events/stream?after={after}"), "", b"").await?;
        let (status, _) = connection.head().await?;
        anyhow::ensure!(status == 200, "the feed was answered {status}");
        Ok(Self { connection, begun: Vec::new() })
    }

    /// Takes what comes. The lines of a chunk's length stand by themselves, and none of them looks like an id.
    async fn run(mut self, seen: Arc<Seen>) -> anyhow::Result<()> {
        loop {
            let piece = self.connection.piece().await?;
            let now = seen.now();
            let mut lines = piece.split_inclusive(|byte| *byte == b'\n');
            if !self.begun.is_empty()
                && let Some(rest) = lines.next()
            {
                self.begun.extend_from_slice(rest);
                if !self.begun.ends_with(b"\n") {
                    continue;
                }
                note(&self.begun, &seen, now);
                self.begun.clear();
            }
            for line in lines {
                if line.ends_with(b"\n") {
                    note(line, &seen, now);
                } else {
                    self.begun.extend_from_slice(line);
                }
            }
        }
    }
}

fn note(line: &[u8], seen: &Seen, now: u64) {
    let id = line.strip_prefix(b"id: ").and_then(|id| std::str::from_utf8(id).ok());
    if let Some(position) = id.and_then(|id| id.trim().parse().ok()) {
        seen.reached_one(position, now);
    }
}
