//! The `minutebook` program.

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Reading and recording a document is a great many small pieces of text: a quarter of the time of an import went into
/// handing out their memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    minutebook::cli::run(minutebook::cli::Arguments::parse()).await
}
