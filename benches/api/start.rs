//! From nothing to a server that is ready, and what it takes in memory while nobody asks it anything.

use crate::connection::Connection;
use crate::memory;
use anyhow::Context as _;
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take, before it is given up.
const PATIENCE: Duration = Duration::from_mins(10);
/// How often it is asked whether it is ready.
const ASKED: Duration = Duration::from_millis(1);
/// What it is asked before its memory is looked at a second time.
const LISTS: u32 = 1000;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The program.
    #[arg(long)]
    program: PathBuf,
    /// The book.
    #[arg(long)]
    ledger: String,
    /// How many events it holds.
    #[arg(long)]
    events: u64,
    /// The store that it is in.
    #[arg(long)]
    store: String,
    /// How long it is idle before its memory is looked at, in seconds.
    #[arg(long, default_value_t = 3)]
    idle: u64,
}

pub(crate) async fn measure(options: &Options) -> anyhow::Result<serde_json::Value> {
    let begun = Instant::now();
    let mut server = Server(
        Command::new(&options.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--ledger", &options.ledger])
            .args(["--set", "limits.address_requests_per_minute=0"])
            .stderr(Stdio::piped())
            .spawn()?,
    );
    let address = listening(&mut server.0)?;
    let listening = begun.elapsed();
    let mut connection = Connection::open(&address).await?;
    loop {
        connection.send("GET /health/ready", "", b"").await?;
        if connection.answer().await?.status == 200 {
            break;
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "the server is not ready after {PATIENCE:?}");
        tokio::time::sleep(ASKED).await;
    }
    let ready = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(options.idle)).await;
    let process = server.0.id();
    let (idle, idle_anonymous) = (memory::resident(process)?, memory::anonymous(process)?);
    for _ in 0..LISTS {
        connection.send("GET /api/v1/actions?committee=SAAA", "", b"").await?;
        let status = connection.answer().await?.status;
        anyhow::ensure!(status == 200, "a list was answered {status}");
    }
    let after = memory::resident(process)?;
    // Told to stop, and not killed: the next one is to find the book as a server leaves it.
    Command::new("kill").arg("-TERM").arg(process.to_string()).status()?;
    server.0.wait()?;
    Ok(json!({
        "measure": "start",
        "store": options.store,
        "events": options.events,
        "listening_milliseconds": listening.as_secs_f64() * 1000.0,
        "ready_milliseconds": ready.as_secs_f64() * 1000.0,
        "idle_kilobytes": idle,
        "idle_anonymous_kilobytes": idle_anonymous,
        "kilobytes_after_lists": after,
    }))
}

/// A server, which is gone when this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // After it was told to stop there is nobody left to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where the server says that it listens. What else it says is read and thrown away, so that it can go on.
fn listening(server: &mut Child) -> anyhow::Result<String> {
    let mut said = BufReader::new(server.stderr.take().context("there is no standard error")?).lines();
    while let Some(line) = said.next().transpose()? {
        if let Some(address) = line.strip_prefix("listening on http://").and_then(|rest| rest.split('/').next()) {
            let address = address.to_owned();
            std::thread::spawn(move || said.for_each(drop));
            return Ok(address);
        }
    }
    anyhow::bail!("the server ended before it listened")
}
