//! `minutebook actions`

use super::arguments::date;
use super::changes::{self, Changes, List, Side};
use super::failure::Failure;
use super::output::{CalendarFormat, print};
use super::reading::{Reading, show, unlisted};
use super::why::explain;
use crate::present::icalendar;
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::listed::{Asked, Sort};
use crate::query::provenance::Subject;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::{ActionRef, MeetingRef};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the actions: those that are outstanding, or all of them, now or at any moment.
///
/// Whether one is overdue is worked out for the moment that is asked about: an outstanding action is, from the day after
/// its due date.
#[derive(clap::Args)]
pub(super) struct Actions {
    /// One action, whatever became of it: SSC72/01.
    action: Option<ActionRef>,
    /// Where each field of the action comes from: the event, who recorded it, and from which lines of which document.
    #[arg(long, requires = "action", conflicts_with_all = ["all", "status", "owner", "overdue", "due_before", "meeting", "reference", "search", "sort", "between", "limit", "offset"])]
    why: bool,
    /// Those that are complete, withdrawn or superseded too.
    #[arg(long, conflicts_with_all = ["status", "action"])]
    all: bool,
    /// Those that stand so: outstanding, complete, withdrawn or superseded. Several can be given.
    #[arg(long, conflicts_with = "action", value_name = "STATUS", value_delimiter = ',')]
    status: Vec<ActionStatus>,
    /// Those of an owner, by any part of the name.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Those that are overdue.
    #[arg(long)]
    overdue: bool,
    /// Those that are due before a day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    due_before: Option<NaiveDate>,
    /// Those that a meeting raised: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// The one with this reference, and those that mention it: SSC72/01, SECMP0037.
    #[arg(long, conflicts_with = "action")]
    reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Sort by a field, such as due_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<ActionView>>,
    /// What changed between two moments instead: days or times, with what was then known behind an @ if it is to be
    /// said, as in 2019-03-13@120.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["all", "status", "owner", "overdue", "due_before", "meeting", "search", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<Side>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: CalendarFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Actions) -> Result<ExitCode, Failure> {
    let no_calendar =
        |what: &str| Failure::new(format!("{what} is no calendar")).with_help("use --format table, json or csv");
    if let (true, Some(action)) = (command.why, &command.action) {
        let format = command.format.as_list().ok_or_else(|| no_calendar("where an action comes from"))?;
        return explain(ledger, &Subject::Action(action.clone()), &command.reading.question(), format).await;
    }
    if let Some(sides) = &command.between {
        let asked = command.reading.question();
        let format = command.format.as_list().ok_or_else(|| no_calendar("what changed"))?;
        if let Some(changes) = Changes::between(List::Actions, sides, asked, command.named(), format) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let mut page = ActionView::ask(&log, &question, &command.filter()).await?;
    if let Some(action) = &command.action {
        page.rows.retain(|view| view.reference == *action);
        if page.rows.is_empty() {
            return Err(unlisted(&log, "action", &action.to_string(), &question).await?);
        }
    }
    let stamp = log.environment().clock.now();
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    match command.format.as_list() {
        Some(format) => show(&page, format)?,
        None => print(&icalendar::of_actions(&page.rows, stamp))?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Actions {
    /// The reference that is asked for, of one action or of whatever mentions it.
    fn named(&self) -> Option<String> {
        self.action.as_ref().map(ToString::to_string).or_else(|| self.reference.clone())
    }

    fn filter(&self) -> ActionFilter {
        let statuses = match (self.all || self.action.is_some(), self.status.is_empty()) {
            (true, _) => Vec::new(),
            (false, true) => vec![ActionStatus::Outstanding],
            (false, false) => self.status.clone(),
        };
        ActionFilter {
            statuses,
            owner: self.owner.clone(),
            overdue: self.overdue,
            due_before: self.due_before,
            meeting: self.meeting.clone(),
            reference: self.named(),
            search: self.search.clone(),
        }
    }
}
