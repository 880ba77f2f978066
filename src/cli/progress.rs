//! Progress of a command that takes a while.

use super::failure::Failure;
use super::output::print;
use super::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// No bar appears before this much time has passed.
const DELAY: Duration = Duration::from_secs(1);

/// A progress bar on standard error. It appears after a delay, and only on a terminal.
pub(super) struct DelayedProgressBar {
    started: Instant,
    /// What is counted: `events`, `documents`.
    unit: &'static str,
    bar: ProgressBar,
}

impl DelayedProgressBar {
    pub(super) fn new(unit: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { started: Instant::now(), unit, bar }
    }

    pub(super) fn show(&mut self, done: u64, total: u64) {
        if self.bar.is_hidden() && self.started.elapsed() > DELAY && done < total {
            self.bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let template = format!("{{wide_bar}} {{human_pos}} of {{human_len}} {}, {{eta}} left", self.unit);
            if let Ok(style) = ProgressStyle::with_template(&template) {
                self.bar.set_style(style);
            }
        }
        self.bar.set_position(done);
    }

    /// Prints `text` to standard output, above the bar.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.bar.suspend(|| print(text))
    }

    /// Prints `text` to standard error, above the bar.
    pub(super) fn print_error(&self, text: &str) {
        self.bar.suspend(|| terminal::print_error(text));
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
