//! The ledger under load. Each subcommand measures one thing and prints it as one line of JSON; `scripts/bench.sh`
//! runs them side by side with the others and has `report` make a table of the lines.
//!
//! A measurement is a process of its own, so that its memory is its own and nothing is warm that it did not warm.

mod append;
mod bare;
mod fill;
mod flush;
#[path = "../shared/measured.rs"]
mod measured;
mod read;
mod report;
mod workload;

use clap::{Parser, Subcommand};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, Registry};
use std::path::PathBuf;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the ledger under load")]
struct Arguments {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// What `cargo bench` adds; without a subcommand nothing is measured.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Mode {
    /// Records typed commands, each with a key of its own, from clients that each wait for their answers.
    Append {
        #[command(flatten)]
        ledger: Ledger,
        /// How many clients.
        #[arg(long, default_value_t = 1)]
        clients: u32,
        /// Keeps no read models, to see what they cost.
        #[arg(long)]
        without_read_models: bool,
        #[command(flatten)]
        span: Span,
    },
    /// Adds the same rows by prepared statements, one transaction for each command: the limit that the ledger is held
    /// against.
    Bare {
        #[command(flatten)]
        ledger: Ledger,
        /// On PostgreSQL, all rows of a command in one statement that commits by itself: one round trip, the least
        /// there can be.
        #[arg(long)]
        one_statement: bool,
        #[command(flatten)]
        span: Span,
    },
    /// Reads the whole log, decoded to typed events.
    Read {
        #[command(flatten)]
        ledger: Ledger,
    },
    /// Fills a log up to a number of events, in large batches.
    Fill {
        #[command(flatten)]
        ledger: Ledger,
        /// How many events it holds in the end.
        #[arg(long)]
        events: u64,
    },
    /// Measures what it takes until a write is on the disk.
    Flush {
        /// A folder on that disk.
        folder: PathBuf,
    },
    /// Makes a Markdown table of the lines that the others printed.
    Report {
        /// The file with the lines.
        lines: PathBuf,
    },
}

#[derive(clap::Args)]
struct Ledger {
    /// The ledger: `sqlite:PATH` or `postgres://…`. It is made if it is missing.
    #[arg(long)]
    url: LedgerUrl,
    /// A word that is repeated in the result, to tell apart what was measured on different ledgers.
    #[arg(long, default_value = "")]
    label: String,
}

impl Ledger {
    async fn open(&self) -> anyhow::Result<Log> {
        Ok(Log::open(&self.url, Opening::Migrate, Environment::system()).await?)
    }

    async fn open_without_read_models(&self) -> anyhow::Result<Log> {
        let registry = Registry::default();
        Ok(Log::open_with(&self.url, Opening::Migrate, Environment::system(), registry, |_| {}).await?)
    }

    fn store(&self) -> &'static str {
        match self.url {
            LedgerUrl::Sqlite(_) => "sqlite",
            LedgerUrl::Postgres(_) => "postgres",
        }
    }
}

/// How long to measure.
#[derive(clap::Args, Clone, Copy)]
struct Span {
    /// How long to measure, in seconds.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How long to run before that, in seconds.
    #[arg(long, default_value_t = 1.0)]
    warm_up: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let measured = match Arguments::parse().mode {
        None => {
            eprintln!("nothing is measured without a subcommand: scripts/bench.sh runs them all");
            return Ok(());
        }
        Some(Mode::Append { ledger, clients, without_read_models, span }) => {
            append::measure(&ledger, clients, without_read_models, span).await?
        }
        Some(Mode::Bare { ledger, one_statement, span }) => bare::measure(&ledger, one_statement, span).await?,
        Some(Mode::Read { ledger }) => read::measure(&ledger).await?,
        Some(Mode::Fill { ledger, events }) => fill::measure(&ledger, events).await?,
        Some(Mode::Flush { folder }) => flush::measure(&folder)?,
        Some(Mode::Report { lines }) => {
            print!("{}", report::table(&std::fs::read_to_string(lines)?)?);
            return Ok(());
        }
    };
    println!("{measured}");
    Ok(())
}
