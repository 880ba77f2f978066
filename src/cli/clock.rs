//! The option with which a person confirms the clock.

use super::parsers::date;
use chrono::NaiveDate;
use minutebook_ledger::Environment;

/// The option of every command that records.
#[derive(clap::Args)]
pub(super) struct ClockArgs {
    /// Record although the clock does not fit the last event: the day that the clock shows, in UTC. On another day it
    /// confirms nothing.
    #[arg(
        long,
        global = true,
        value_name = "DAY",
        value_parser = date,
        env = "MINUTEBOOK_ACCEPT_CLOCK",
        hide_env_values = true
    )]
    accept_clock: Option<NaiveDate>,
}

impl ClockArgs {
    /// The machine's clock and randomness, with what was confirmed.
    pub(super) fn environment(&self) -> Environment {
        Environment::system().accepting(self.accept_clock)
    }
}
