//! The `minutebook` program.

use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    minutebook::cli::run(minutebook::cli::Arguments::parse()).await
}
