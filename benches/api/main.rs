//! The HTTP API under load. Each subcommand measures one thing and prints it as one line of JSON; `scripts/bench-api.sh`
//! runs them by turns and has `report` make a table of the lines.
//!
//! The server that is measured is a process of its own, `minutebook serve` as it is released.

mod bare;
mod connection;
mod follow;
#[path = "../../crates/ledger/benches/shared/measured.rs"]
mod measured;
mod memory;
mod read;
mod report;
mod start;
mod write;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use std::path::PathBuf;

/// The bare server and the clients have the product's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the HTTP API under load")]
struct Arguments {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// What `cargo bench` adds; without a subcommand nothing is measured.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Mode {
    /// Serves what another server answers, as given bytes by a bare axum handler: the limit that the API is held against.
    Bare(bare::Options),
    /// Reads one thing again and again, by `wrk`.
    Read(read::Options),
    /// Records events, each client on streams of its own and each event after the answer to the one before.
    Write(write::Options),
    /// Follows the live feed with many readers while events are recorded.
    Follow(follow::Options),
    /// Starts the program on a book, and says when it was ready and what it takes in memory.
    Start(start::Options),
    /// Makes Markdown tables of the lines that the others, and `load append`, printed.
    Report {
        /// The file with the lines.
        lines: PathBuf,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let measured = match Arguments::parse().mode {
        None => {
            eprintln!("nothing is measured without a subcommand: scripts/bench-api.sh runs them all");
            return Ok(());
        }
        Some(Mode::Bare(options)) => return bare::serve(&options).await,
        Some(Mode::Read(options)) => read::measure(&options).await?,
        Some(Mode::Write(options)) => write::measure(&options).await?,
        Some(Mode::Follow(options)) => follow::measure(&options).await?,
        Some(Mode::Start(options)) => start::measure(&options).await?,
        Some(Mode::Report { lines }) => {
            print!("{}", report::tables(&std::fs::read_to_string(lines)?)?);
            return Ok(());
        }
    };
    println!("{measured}");
    Ok(())
}
