//! What the command line accepts.

use super::{
    actions, changes, decisions, demo, headlines, history, import, lint, log, matters, meetings, migrate, minutes,
    party, rebuild, record, serve, statistics, token, verify, why,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Parser;
use minutebook_ledger::LedgerUrl;

/// The minute book of a committee: what was decided, by whom and when, appended once and never altered.
#[derive(Parser)]
#[command(
    version,
    propagate_version = true,
    after_help = "\
Start with:
  minutebook record committee SSC --name 'Security Sub-Committee'
  minutebook record meeting SSC_72_2702 --held-on 2019-02-27 --classification WHITE
  minutebook record item SSC_72_2702 'Any Other Business'
  minutebook log
  minutebook history SSC_72_2702

Exit status: 0 done; 1 the answer is no, or the input was refused; 2 the command line was not understood."
)]
pub struct Arguments {
    // The text stands in the attribute: as a doc comment its address would be taken for a link.
    #[arg(
        long,
        help = "Where the ledger is: sqlite:PATH, or postgres://USER@HOST/DATABASE [default: sqlite:minutebook.db]",
        global = true,
        env = "MINUTEBOOK_LEDGER",
        hide_env_values = true
    )]
    pub(super) ledger: Option<LedgerUrl>,

    #[command(subcommand)]
    pub(super) command: Subcommand,
}

#[derive(clap::Subcommand)]
pub(super) enum Subcommand {
    /// Record what happened at, before or after a meeting.
    Record(Box<record::Record>),
    /// Record published headlines and action logs, files or folders of them, or a book's export.
    Import(import::Import),
    /// Show what calls for attention in the book, or in documents of headlines.
    Lint(lint::Lint),
    /// Print the events, in the order they were recorded.
    Log(log::LogCommand),
    /// Print the actions: those that are outstanding, or all of them, now or at any moment.
    Actions(actions::Actions),
    /// Print the latest status of each party, or every status that one party was given.
    Party(party::Party),
    /// Print the decision register.
    Decisions(decisions::Decisions),
    /// Print the matters arising.
    Matters(matters::Matters),
    /// Print the meetings, those to come too.
    Meetings(meetings::Meetings),
    /// Print the minutes of each meeting: drafted, approved, or not yet approved.
    Minutes(minutes::Minutes),
    /// Print everything that touched one party, action, decision, meeting or other reference.
    History(history::History),
    /// Print a meeting's headlines, as an audience may read them.
    Headlines(headlines::Print),
    /// Print what changed between two moments, and the events that did it.
    Changes(changes::Changes),
    /// Print where each field of an action, a status, a decision or a meeting comes from.
    Why(why::Why),
    /// Print small statistics of actions, decisions and statuses.
    Statistics(statistics::Statistics),
    /// Serve the HTTP API.
    Serve(serve::Serve),
    /// Check that nothing in the ledger was altered, lost or put out of order.
    Verify(verify::Verify),
    /// Make the read models again from the log.
    Rebuild(rebuild::Rebuild),
    /// Issue, list and revoke the tokens that let programs and people in.
    Token(token::Token),
    /// Make the ledger, or bring it up to date with this version of the program.
    Migrate(migrate::Migrate),
    /// Make a ledger with a sample committee, and show what it holds.
    Demo(demo::Demo),
}

/// A date as it is written on the command line.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "a date such as 2019-02-27 was expected".to_owned())
}

/// A time of day.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "a time of day such as 10:00 was expected".to_owned())
}

/// A moment.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "a moment such as 2019-02-27T10:00:00Z was expected".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
