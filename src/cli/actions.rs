//! `minutebook actions`

use super::changes::{self, ChangesArgs, ComparedList, ComparedMoment};
use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::{ListFormat, write_text};
use super::papers::{PaperFormat, PaperOrigin, print_paper};
use super::parsers::date;
use super::read_args::{ReadArgs, not_found, print_calendar};
use super::scope::note_clock_gap;
use super::suggestions::LedgerNames;
use super::why::explain;
use crate::present::papers::by_owner_paper;
use crate::present::{csv, icalendar};
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::actions_by_owner::actions_by_owner;
use crate::query::list::{ListItem, Sort, text};
use crate::query::moment::KnownAt;
use crate::query::provenance::Subject;
use crate::query::queryable::Queryable;
use crate::query::read_query::{DefaultMoment, committee_scopes};
use crate::query::visible_row::sees_all;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::reference::{ActionRef, MeetingRef};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the outstanding actions, or others.
///
/// Options select actions by status, owner, due date, meeting, reference or words. An outstanding action is overdue from the day after its due date. With --as-of, status and overdue are those of that
/// moment.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct ActionsArgs {
    /// One action, whatever its status: SSC72/01.
    action: Option<ActionRef>,
    /// Print where each field of the action comes from: the event, who recorded it, and the lines of the document.
    #[arg(long, requires = "action", conflicts_with_all = ["all", "status", "owner", "overdue", "due_before", "meeting", "reference", "search", "since", "sort", "between", "limit", "offset"])]
    why: bool,
    /// Complete, withdrawn and superseded actions too.
    #[arg(long, conflicts_with_all = ["status", "action"])]
    all: bool,
    /// Only actions with this status: outstanding, complete, withdrawn or superseded. Several are separated by commas.
    #[arg(long, conflicts_with = "action", value_name = "STATUS", value_delimiter = ',')]
    status: Vec<ActionStatus>,
    /// Only actions of this owner, by any part of the name.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only overdue actions.
    #[arg(long)]
    overdue: bool,
    /// Only actions due before this day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    due_before: Option<NaiveDate>,
    /// Only actions that this meeting raised: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Only actions that have or mention this reference: SSC72/01, SECMP0037.
    #[arg(long, conflicts_with = "action")]
    reference: Option<String>,
    /// Only actions that contain all of these words; the last may be the beginning of a word.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only actions that were raised or have changed since, whatever their status: since a meeting, a day, or a position of
    /// the log.
    #[arg(long, value_name = "MEETING|DATE|POSITION", allow_hyphen_values = true, conflicts_with = "action")]
    since: Option<KnownAt>,
    /// Sort by a field, such as due_on; -due_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<ActionView>>,
    /// Print what changed between two moments instead. A moment is a day, a time or a meeting; 2019-03-13@120 is
    /// that day, as known at position 120 of the log.
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true, conflicts_with_all = ["all", "status", "owner", "overdue", "due_before", "meeting", "search", "since", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<ComparedMoment>>,
    /// Print the actions of each owner together. An action with several owners stands under each of them; actions without
    /// an owner come last.
    #[arg(long, conflicts_with_all = ["action", "why", "between", "columns"])]
    by_owner: bool,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ActionsFormat,
    /// With --by-owner, write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE", requires = "by_owner")]
    output: Option<PathBuf>,
    /// With --format ics, what the calendar shows.
    #[arg(long = "as", value_name = "ENTRIES", default_value = "todos")]
    shown_as: CalendarEntries,
}

/// The formats of actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ActionsFormat {
    /// A table, as wide as the terminal.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
    /// iCalendar, for calendars and to-do lists.
    Ics,
    /// Markdown, with --by-owner.
    Md,
    /// A Word document, with --by-owner.
    Docx,
}

impl ActionsFormat {
    /// Returns the list format; none for a calendar and a document.
    fn as_list(self) -> Option<ListFormat> {
        match self {
            Self::Table => Some(ListFormat::Table),
            Self::Json => Some(ListFormat::Json),
            Self::Csv => Some(ListFormat::Csv),
            Self::Ics | Self::Md | Self::Docx => None,
        }
    }
}

/// What a calendar of actions shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum CalendarEntries {
    /// The actions as to-dos.
    Todos,
    /// Events on the days they are due, for calendars that show no to-dos, such as Google's and Outlook's.
    Events,
}

pub(super) async fn run(ledger: &LedgerUrl, command: ActionsArgs) -> Result<ExitCode, Failure> {
    let form = match command.format {
        ActionsFormat::Md | ActionsFormat::Docx => "document",
        _ => "calendar",
    };
    let no_calendar = |option: &str| {
        Failure::new(format!("{option} cannot be printed as a {form}")).with_help("use --format table, json or csv")
    };
    if form == "document" && !command.by_owner {
        let failure = Failure::new("a list of actions cannot be printed as a document");
        return Err(failure.with_help("give --by-owner, or use --format table, json, csv or ics"));
    }
    if let (true, Some(action)) = (command.why, &command.action) {
        let format = command.format.as_list().ok_or_else(|| no_calendar("--why"))?;
        return explain(
            ledger,
            &Subject::Action(action.clone()),
            &command.reading.query(),
            format,
            command.reading.layout(),
        )
        .await;
    }
    if let Some(moments) = &command.between {
        let query = command.reading.query();
        let format = command.format.as_list().ok_or_else(|| no_calendar("--between"))?;
        if let Some(changes) = ChangesArgs::between(
            ComparedList::Actions,
            moments,
            query,
            command.reference(),
            (format, command.reading.table()),
        ) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    note_clock_gap(&log, &query).await?;
    if command.by_owner {
        print_by_owner(&log, &command).await?;
        log.close().await;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = ActionView::list(&log, &query, &command.filter()).await?;
    if let Some(action) = &command.action {
        page.rows.retain(|view| view.reference == *action);
        if page.rows.is_empty() {
            return Err(not_found(&log, "action", &action.to_string(), &query).await?);
        }
    }
    let mut filters = command.filters();
    if page.rows.is_empty() && sees_all(query.clearances.everywhere()) {
        let owners = LedgerNames { log: &log }.owners().await?;
        filters.note_near("--owner", command.owner.as_deref(), owners.iter().map(String::as_str));
    }
    command.reading.arrange(&mut page, command.sort.as_ref());
    let noun = command.noun();
    let calendar = match command.shown_as {
        CalendarEntries::Todos => &icalendar::TO_DOS,
        CalendarEntries::Events => &icalendar::DUE_DATES,
    };
    match command.format.as_list() {
        Some(format) if filters.print_if_empty(&page, format, noun)? => {}
        Some(format) => command.reading.print(&page, format)?,
        None => print_calendar(&log, calendar, &page.rows).await?,
    }
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Prints the actions of each owner together.
async fn print_by_owner(log: &Log, command: &ActionsArgs) -> Result<(), Failure> {
    let query = command.reading.query();
    let arranged = |page: &mut _| command.reading.arrange(page, command.sort.as_ref());
    let list = actions_by_owner(log, &query, &command.filter(), arranged).await?;
    let path = command.output.as_deref();
    let format = match command.format {
        ActionsFormat::Table if command.filters().print_if_empty(&list.page, ListFormat::Table, command.noun())? => {
            return Ok(());
        }
        ActionsFormat::Csv => {
            let names: Vec<&str> =
                [OWNER].into_iter().chain(ActionView::FIELDS.iter().map(|field| field.name)).collect();
            let rows = list.owners.iter().flat_map(|group| {
                let owner = text(group.owner.as_ref());
                let fields = |action| ActionView::FIELDS.iter().map(|field| (field.value)(action)).collect::<Vec<_>>();
                group.actions.iter().map(move |action| [vec![owner.clone()], fields(action)].concat())
            });
            let csv = csv::write(&names, rows)?;
            return write_text(&csv, path);
        }
        ActionsFormat::Ics => {
            let failure = Failure::new("--by-owner cannot be printed as a calendar");
            return Err(failure.with_help("use --format table, json, csv, md or docx"));
        }
        ActionsFormat::Table => PaperFormat::Table,
        ActionsFormat::Json => PaperFormat::Json,
        ActionsFormat::Md => PaperFormat::Md,
        ActionsFormat::Docx => PaperFormat::Docx,
    };
    let scopes = committee_scopes(log, &query, DefaultMoment::Now).await?;
    let today = scopes.iter().map(|scope| scope.today).max().unwrap_or_default();
    let committee = match scopes.as_slice() {
        [only] => Some((&only.committee.code, &only.committee.name)),
        _ => None,
    };
    let paper = by_owner_paper(&list, command.noun(), committee, today);
    let audience = query.clearances.everywhere().highest();
    let as_of = list.page.as_of.filter(|_| query.as_of.is_some());
    let origin = PaperOrigin { audience, as_of, position: list.page.position };
    print_paper(log, (&paper, &list), &origin, (format, command.reading.layout()), path).await
}

/// The column of the owner in CSV, beside the action's own columns.
const OWNER: &str = "owner";

impl ActionsArgs {
    /// What the list is of.
    fn noun(&self) -> &'static str {
        let is_of_all = self.filter().statuses.is_empty() || !self.status.is_empty();
        if is_of_all { "actions" } else { "outstanding actions" }
    }

    /// The filters in force.
    fn filters(&self) -> ListFilters {
        let statuses = self.status.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let filters = ListFilters::of(&self.reading).flag("--all", self.all);
        let filters = filters.option("--status", Some(&statuses).filter(|statuses| !statuses.is_empty()));
        let filters = filters.option("--owner", self.owner.as_ref()).flag("--overdue", self.overdue);
        let filters = filters.option("--due-before", self.due_before.as_ref());
        let filters = filters.option("--meeting", self.meeting.as_ref()).option("--reference", self.reference.as_ref());
        filters.option("--search", self.search.as_ref()).option("--since", self.since.as_ref())
    }

    /// The reference given, of one action or of the actions that mention it.
    fn reference(&self) -> Option<String> {
        self.action.as_ref().map(ToString::to_string).or_else(|| self.reference.clone())
    }

    fn filter(&self) -> ActionFilter {
        let statuses = match (self.all || self.action.is_some() || self.since.is_some(), self.status.is_empty()) {
            (true, true) => Vec::new(),
            (false, true) => vec![ActionStatus::Outstanding],
            (_, false) => self.status.clone(),
        };
        ActionFilter {
            action: None,
            statuses,
            owner: self.owner.clone(),
            overdue: self.overdue,
            due_before: self.due_before,
            meeting: self.meeting.clone(),
            reference: self.reference(),
            search: self.search.clone(),
            since: self.since.clone(),
        }
    }
}
