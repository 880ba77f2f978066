//! How far something has come that takes a while.

use super::failure::Failure;
use super::output::print;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// What takes no longer than this is not worth a bar.
const SHORT: Duration = Duration::from_secs(1);

/// A bar on standard error, if that is a terminal, once it has taken a while.
pub(super) struct Bar {
    begun: Instant,
    what: &'static str,
    bar: ProgressBar,
}

impl Bar {
    /// A bar of so many of these: `events`, `documents`.
    pub(super) fn of(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { begun: Instant::now(), what, bar }
    }

    pub(super) fn show(&mut self, done: u64, of: u64) {
        if self.bar.is_hidden() && self.begun.elapsed() > SHORT && done < of {
            self.bar = ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr());
            let template = format!("{{wide_bar}} {{human_pos}} of {{human_len}} {}, {{eta}} left", self.what);
            if let Ok(style) = ProgressStyle::with_template(&template) {
                self.bar.set_style(style);
            }
        }
        self.bar.set_position(done);
    }

    /// Prints `text` above the bar.
    pub(super) fn print(&self, text: &str) -> Result<(), Failure> {
        self.bar.suspend(|| print(text))
    }

    /// Says `text` on standard error, above the bar.
    pub(super) fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
