//! What the read models cost and how quick they are: `fill` makes the history of many committees, `list` asks for the
//! outstanding actions of one of them, now and at moments of the past, and `rebuild` makes all read models again. Each
//! prints one line of JSON.

mod fill;
mod history;
mod list;
mod rebuild;

use clap::{Parser, Subcommand};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the read models")]
struct Arguments {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// What `cargo bench` adds; without a subcommand nothing is measured.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Mode {
    /// Records twenty years of meetings of as many committees as it takes to come to a number of events.
    Fill {
        #[command(flatten)]
        ledger: Ledger,
        /// How many events, about.
        #[arg(long)]
        events: u32,
    },
    /// Lists the outstanding actions of one committee after the other, as they are and as they were.
    List {
        #[command(flatten)]
        ledger: Ledger,
        /// How many committees there are.
        #[arg(long)]
        committees: u32,
        /// How many lists of each kind.
        #[arg(long, default_value_t = 2000)]
        samples: u32,
    },
    /// Makes all read models again.
    Rebuild {
        #[command(flatten)]
        ledger: Ledger,
    },
}

#[derive(clap::Args)]
struct Ledger {
    /// The ledger: `sqlite:PATH` or `postgres://…`. It is made if it is missing.
    #[arg(long)]
    url: LedgerUrl,
}

impl Ledger {
    async fn open(&self) -> anyhow::Result<Log> {
        Ok(Log::open(&self.url, Opening::Migrate, Environment::system()).await?)
    }

    fn store(&self) -> &'static str {
        match self.url {
            LedgerUrl::Sqlite(_) => "sqlite",
            LedgerUrl::Postgres(_) => "postgres",
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let measured = match Arguments::parse().mode {
        None => {
            eprintln!("nothing is measured without a subcommand: fill, list or rebuild");
            return Ok(());
        }
        Some(Mode::Fill { ledger, events }) => fill::measure(&ledger, events).await?,
        Some(Mode::List { ledger, committees, samples }) => list::measure(&ledger, committees, samples).await?,
        Some(Mode::Rebuild { ledger }) => rebuild::measure(&ledger).await?,
    };
    println!("{measured}");
    Ok(())
}
