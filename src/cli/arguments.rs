//! The command line: its commands, and the options that all of them have.

use super::{
    actions, agenda, changes, decisions, deferred, demo, doctor, headlines, history, import, lint, log, matters,
    meetings, migrate, minutes, open_meeting, party, rebuild, recommendations, record, search, serve, statistics,
    token, verify, why,
};
use clap::Parser;
use minutebook_ledger::LedgerUrl;

/// The minute book of a committee: its actions and decisions, recorded once and never altered.
#[derive(Parser)]
#[command(
    version = env!("MINUTEBOOK_VERSION"),
    propagate_version = true,
    after_help = "\
Start with:
  minutebook record committee SSC --name 'Security Sub-Committee' --default-classification WHITE
  minutebook record meeting SSC_72_2702 --held-on 2019-02-27 --classification WHITE
  minutebook record item SSC_72_2702 'Any Other Business'
  minutebook log
  minutebook history SSC_72_2702

Exit status: 0 done; 1 refused, failed, or lint or verify found something; 2 the command line is wrong."
)]
pub struct Arguments {
    // An attribute and not a doc comment: rustdoc would take the address for a link.
    #[arg(
        long,
        help = "The ledger: sqlite:PATH, or postgres://USER@HOST/DATABASE [default: sqlite:minutebook.db]",
        global = true,
        help_heading = "Global options",
        env = "MINUTEBOOK_LEDGER",
        hide_env_values = true
    )]
    pub(super) ledger: Option<LedgerUrl>,

    #[command(subcommand)]
    pub(super) command: Subcommand,
}

/// The commands. The help text of each is on its argument struct.
#[derive(clap::Subcommand)]
pub(super) enum Subcommand {
    Record(Box<record::RecordArgs>),
    Open(open_meeting::OpenArgs),
    Import(import::ImportArgs),
    Lint(lint::LintArgs),
    Log(log::LogArgs),
    Actions(actions::ActionsArgs),
    Agenda(agenda::AgendaArgs),
    Party(party::PartyArgs),
    Decisions(decisions::DecisionsArgs),
    Recommendations(recommendations::RecommendationsArgs),
    Deferred(deferred::DeferredArgs),
    Matters(matters::MattersArgs),
    Search(search::SearchArgs),
    Meetings(meetings::MeetingsArgs),
    Minutes(minutes::MinutesArgs),
    History(history::HistoryArgs),
    Headlines(headlines::HeadlinesArgs),
    Changes(changes::ChangesArgs),
    Why(why::WhyArgs),
    Statistics(statistics::StatisticsArgs),
    Serve(serve::ServeArgs),
    Verify(verify::VerifyArgs),
    Rebuild(rebuild::RebuildArgs),
    Token(token::TokenArgs),
    Migrate(migrate::MigrateArgs),
    Doctor(doctor::DoctorArgs),
    Demo(demo::DemoArgs),
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_formed() {
        <super::Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
