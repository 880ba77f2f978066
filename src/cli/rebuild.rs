//! `minutebook rebuild`

use super::failure::Failure;
use super::output::print;
use crate::ledger::{Environment, LedgerUrl, Log, Opening, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long a rebuild takes before it is worth a bar.
const SHORT: Duration = Duration::from_secs(1);

/// Make the read models again from the log: all of them, or those that are named.
///
/// The lists that are there are read and written meanwhile; if it is broken off, they stay as they are.
#[derive(clap::Args)]
pub(super) struct Rebuild {
    /// Read models, such as actions or decisions.
    projections: Vec<String>,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Rebuild) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let there = log.read_models();
    if let Some(unknown) = command.projections.iter().find(|name| !there.contains(&name.as_str())) {
        let failure = Failure::new(format!("there is no read model `{unknown}`"));
        return Err(failure.with_help(format!("there are: {}", there.join(", "))));
    }
    let names: Vec<&str> = command.projections.iter().map(String::as_str).collect();
    let mut bar = Bar::new();
    let mut events = 0;
    log.rebuild(&names, |progress| {
        events = progress.of;
        bar.show(progress);
    })
    .await?;
    bar.end();
    log.close().await;
    let made = if names.is_empty() { there } else { names };
    print(&format!("made again from {events} events: {}", made.join(", ")))?;
    Ok(ExitCode::SUCCESS)
}

/// A bar on standard error, if that is a terminal, once it has taken a while.
struct Bar {
    begun: Instant,
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        Self { begun: Instant::now(), bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()) }
    }

    fn show(&mut self, progress: Progress) {
        if self.bar.is_hidden() && self.begun.elapsed() > SHORT && progress.done < progress.of {
            self.bar = ProgressBar::with_draw_target(Some(progress.of), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} events, {eta} left")
            {
                self.bar.set_style(style);
            }
        }
        self.bar.set_position(progress.done);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
