//! Progress of a command that takes a while.

use super::failure::Failure;
use super::output::print;
use super::terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::borrow::Cow;
use std::pin::pin;
use std::time::{Duration, Instant};

/// No bar appears before this much time has passed.
const DELAY: Duration = Duration::from_secs(1);
/// How often the sign of a step that goes on is drawn anew.
const TICK: Duration = Duration::from_millis(120);

/// Awaits a step that cannot say how far it has come. After a delay a sign that it goes on appears on standard error, with
/// what it does and for how long, and only on a terminal.
pub(super) async fn waiting<T>(what: impl Into<Cow<'static, str>>, step: impl Future<Output = T>) -> T {
    let mut step = pin!(step);
    tokio::select! {
        biased;
        outcome = &mut step => return outcome,
        () = tokio::time::sleep(DELAY) => {}
    }
    let spinner = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, for {elapsed}") {
        spinner.set_style(style);
    }
    spinner.set_message(what);
    spinner.enable_steady_tick(TICK);
    let outcome = step.await;
    spinner.finish_and_clear();
    outcome
}

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

    /// As [`DelayedProgressBar::show`], where nobody knows how many there will be.
    pub(super) fn count(&mut self, done: u64) {
        if self.bar.is_hidden() && self.started.elapsed() > DELAY {
            self.bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(&format!("{{spinner}} {{human_pos}} {}", self.unit)) {
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
