//! The `minutebook` program.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Imports allocate many small strings. With the system's allocator, allocation took a quarter of an import's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // This must come before the first allocation, and so before the arguments are parsed. If `serve` is another
    // command's argument, small pages do no harm.
    if std::env::args_os().any(|argument| argument == "serve") {
        minutebook::server::disable_huge_pages();
    }
    minutebook::cli::main()
}
