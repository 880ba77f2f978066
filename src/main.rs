//! The `minutebook` program.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Reading and recording a document is a great many small pieces of text: a quarter of the time of an import went into
/// handing out their memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Before any memory is taken, and so before the words are understood. One that is meant otherwise does no harm.
    if std::env::args_os().any(|word| word == "serve") {
        minutebook::server::disable_huge_pages();
    }
    minutebook::cli::main()
}
