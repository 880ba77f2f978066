//! What an archive costs: parsing its documents, importing them, and rendering a meeting's headlines, beside the bare
//! limit of appending the same events with nothing read and nothing judged. Each prints one line of JSON.

mod bare;
mod documents;
mod import;
mod parse;
mod render;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Parser)]
#[command(about = "Measures the import of an archive")]
struct Arguments {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// How many meetings the archive has; five hundred are about twenty years.
    #[arg(long, default_value_t = 500, global = true)]
    meetings: u32,
    /// What `cargo bench` adds; without a subcommand nothing is measured.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Mode {
    /// Reads the documents into events, with no ledger.
    Parse,
    /// Imports the archive: read, judged and durable, one document after the other.
    Import {
        /// The ledger: `sqlite:PATH` or `postgres://…`. It is made if it is missing, and must be empty.
        #[arg(long)]
        url: LedgerUrl,
    },
    /// Reads the bytes of the documents, and appends the events that an import made of them to a second ledger: a
    /// transaction for each document, no parsing and no rules.
    Bare {
        /// Where an archive was imported.
        #[arg(long)]
        from: LedgerUrl,
        /// The second ledger, which must be empty.
        #[arg(long)]
        url: LedgerUrl,
    },
    /// Renders the headlines of each meeting that was imported, in Markdown.
    Render {
        /// Where an archive was imported.
        #[arg(long)]
        url: LedgerUrl,
    },
}

async fn open(url: &LedgerUrl) -> anyhow::Result<Log> {
    Ok(Log::open(url, Opening::Migrate, Environment::system()).await?)
}

fn store(url: &LedgerUrl) -> &'static str {
    match url {
        LedgerUrl::Sqlite(_) => "sqlite",
        LedgerUrl::Postgres(_) => "postgres",
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let meetings = arguments.meetings;
    let measured = match arguments.mode {
        None => {
            eprintln!("nothing is measured without a subcommand: parse, import, bare or render");
            return Ok(());
        }
        Some(Mode::Parse) => parse::measure(meetings)?,
        Some(Mode::Import { url }) => import::measure(&url, meetings).await?,
        Some(Mode::Bare { from, url }) => bare::measure(&from, &url, meetings).await?,
        Some(Mode::Render { url }) => render::measure(&url).await?,
    };
    println!("{measured}");
    Ok(())
}
