//! The `minutebook record` subcommands for meetings.

use super::fact_command::FactCommand;
use super::text_args::{NoteArgs, TextArgs};
use crate::cli::failure::Failure;
use crate::cli::parsers::{date, time_of_day};
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::meeting::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, Capacity, DecisionRecorded, DecisionSuperseded,
    HeadlinesPublished, InterestDeclared, ListRecorded, MatterArisingNoted, MeetingCancelled, MeetingClosed,
    MeetingConvened, MeetingEvent, MeetingPostponed, MeetingRenumbered, MinutesApproved, MinutesDrafted,
    MinutesEdition, MinutesOutcome, NextMeetingSet, ParagraphRecorded, Table, TableRecorded, Verb,
};
use minutebook_domain::reference::{DecisionId, ItemLabel, MeetingRef, Name, PartyName, Prose, Reference};
use minutebook_domain::{Event, StreamId};

#[derive(Clone, clap::Subcommand)]
pub(super) enum MeetingCommand {
    /// Convene a meeting. --classification is that of its headlines as a whole.
    Meeting {
        /// Its reference, made of committee, number, day and month: SSC_72_2702.
        meeting: MeetingRef,
        /// The day it is held.
        #[arg(long, value_name = "DATE", value_parser = date)]
        held_on: NaiveDate,
        /// The time it begins.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        starts_at: Option<NaiveTime>,
        /// The time it ends.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        ends_at: Option<NaiveTime>,
        /// The place.
        #[arg(long)]
        venue: Option<Name>,
    },
    /// Cancel a meeting that is still to be held. Its record then changes only by correction.
    Cancel {
        /// The meeting.
        meeting: MeetingRef,
        /// The day it was cancelled.
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: Option<NaiveDate>,
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Put a meeting off to a later day or hour. It keeps its reference until it is renumbered.
    Postpone {
        /// The meeting.
        meeting: MeetingRef,
        /// The new day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        to: NaiveDate,
        /// The time it begins then [default: the time set before].
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        starts_at: Option<NaiveTime>,
        /// The time it ends then.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        ends_at: Option<NaiveTime>,
        /// The new place [default: the place set before].
        #[arg(long)]
        venue: Option<Name>,
        /// The day it was postponed.
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: Option<NaiveDate>,
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Give a meeting another reference. Its former references still find it.
    Renumber {
        /// The meeting, by any of its references.
        meeting: MeetingRef,
        /// The new reference, with the day and month of the meeting: SSC_73_0603.
        #[arg(long = "as", value_name = "REFERENCE")]
        reference: MeetingRef,
        /// The day from which it is called so [default: today].
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: Option<NaiveDate>,
        #[command(flatten)]
        note: NoteArgs,
    },
    /// Record that someone attended.
    Attendance {
        /// The meeting.
        meeting: MeetingRef,
        /// The name of the person.
        name: Name,
        /// The capacity: chair, member, alternate, secretary, 'in attendance' or observer.
        #[arg(long = "as", value_name = "CAPACITY", default_value = "member")]
        capacity: Capacity,
        /// The body represented.
        #[arg(long)]
        organisation: Option<Name>,
        /// The part of the meeting attended.
        #[arg(long)]
        part: Option<Name>,
    },
    /// Record that someone sent apologies.
    Apologies {
        /// The meeting.
        meeting: MeetingRef,
        /// The name of the person.
        name: Name,
        /// The body represented.
        #[arg(long)]
        organisation: Option<Name>,
        /// The alternate who came instead.
        #[arg(long)]
        alternate: Option<Name>,
    },
    /// Record a declaration of interest.
    Interest {
        /// The meeting.
        meeting: MeetingRef,
        /// The name of the person.
        name: Name,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// The interest.
        #[arg(long)]
        text: Prose,
        /// The person withdrew during the decision.
        #[arg(long)]
        recused: bool,
    },
    /// Add an agenda item.
    Item {
        /// The meeting.
        meeting: MeetingRef,
        /// Its title.
        title: Prose,
        /// Its number [default: the next free one].
        #[arg(long, default_value_t = ItemLabel::NEXT, hide_default_value = true)]
        number: ItemLabel,
        /// The classification printed beside it, which is that of its narrative.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
        /// It is a standing item, on every agenda.
        #[arg(long)]
        standing: bool,
        /// A reference that the item is about. Can be given more than once.
        #[arg(long = "reference", value_name = "REFERENCE")]
        references: Vec<Reference>,
    },
    /// Record a paragraph.
    Paragraph {
        /// The meeting.
        meeting: MeetingRef,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        #[command(flatten)]
        text: TextArgs,
    },
    /// Record a list.
    List {
        /// The meeting.
        meeting: MeetingRef,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// An entry; repeat the option for each. An entry that begins with a level (RED: …) has that classification.
        #[arg(long = "entry", value_name = "TEXT", required = true)]
        entries: Vec<Prose>,
        /// The entries are numbered.
        #[arg(long)]
        ordered: bool,
    },
    /// Record a table, with cells separated by |.
    Table {
        /// The meeting.
        meeting: MeetingRef,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// The column headings: 'Party | Status'.
        #[arg(long)]
        header: String,
        /// A row; repeat the option for each.
        #[arg(long = "row", value_name = "CELLS", required = true)]
        rows: Vec<String>,
    },
    /// Note a matter arising from earlier minutes.
    Matter {
        /// The meeting.
        meeting: MeetingRef,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        #[command(flatten)]
        text: TextArgs,
        /// The classification printed beside it.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
    },
    /// Record a decision.
    Decision {
        /// The meeting.
        meeting: MeetingRef,
        /// The verb: NOTED, AGREED, APPROVED, RECOMMENDED, ENDORSED, RATIFIED, REJECTED, DEFERRED, DELEGATED,
        /// WITHDRAWN or SUPERSEDED.
        verb: Verb,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        #[command(flatten)]
        text: TextArgs,
        /// A party that the decision is about. Can be given more than once.
        #[arg(long = "subject", value_name = "PARTY")]
        subjects: Vec<PartyName>,
        /// For RECOMMENDED, the body it is recommended to.
        #[arg(long, value_name = "BODY")]
        recommended_to: Option<Name>,
        /// For DEFERRED, the day of the meeting it is deferred to.
        #[arg(long, value_name = "DATE", value_parser = date)]
        deferred_to: Option<NaiveDate>,
        /// For DELEGATED, the person or body it is delegated to.
        #[arg(long, value_name = "WHO")]
        delegated_to: Option<Name>,
        /// An earlier decision that this one supersedes. Can be given more than once.
        #[arg(long, value_name = "DECISION")]
        supersedes: Vec<DecisionId>,
    },
    /// Record that an earlier decision was superseded or rescinded.
    DecisionSuperseded {
        /// The earlier decision: SSC_71_1302/D2.
        decision: DecisionId,
        /// The decision that supersedes or rescinds it.
        #[arg(long, value_name = "DECISION")]
        by: DecisionId,
        /// It was rescinded, and no decision takes its place.
        #[arg(long)]
        rescinded: bool,
    },
    /// Record that a meeting's minutes were drafted.
    MinutesDrafted {
        /// The meeting that was minuted.
        meeting: MeetingRef,
        /// The edition: 'draft' or 'confidential draft'.
        #[arg(long, default_value = "draft")]
        edition: MinutesEdition,
        /// The day the draft was ready.
        #[arg(long, value_name = "DATE", value_parser = date)]
        drafted_on: NaiveDate,
        /// The document, with its version.
        #[arg(long)]
        document: Option<Reference>,
    },
    /// Record that an earlier meeting's minutes were approved.
    MinutesApproved {
        /// The meeting that approved them.
        meeting: MeetingRef,
        /// The day of the meeting that was minuted.
        #[arg(long, value_name = "DATE", value_parser = date)]
        minutes_of: NaiveDate,
        /// The edition: 'draft' or 'confidential draft'.
        #[arg(long, default_value = "draft")]
        edition: MinutesEdition,
        /// The outcome: 'as written' or 'subject to amendments'.
        #[arg(long, default_value = "as written")]
        outcome: MinutesOutcome,
        /// An amendment; repeat the option for each.
        #[arg(long = "amendment", value_name = "TEXT")]
        amendments: Vec<Prose>,
        /// Whether comments were received.
        #[arg(long, value_name = "true|false")]
        comments_received: Option<bool>,
    },
    /// Set the day of the next meeting.
    NextMeeting {
        /// The meeting that set it.
        meeting: MeetingRef,
        /// The day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: NaiveDate,
    },
    /// Close a meeting; its record then changes only by correction.
    Close {
        /// The meeting.
        meeting: MeetingRef,
        /// The time it was closed.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        at: Option<NaiveTime>,
    },
    /// Record that the headlines were published.
    Publication {
        /// The meeting.
        meeting: MeetingRef,
        /// The highest classification that the document holds.
        #[arg(long, value_name = "LEVEL")]
        audience: Classification,
        /// The day of publication.
        #[arg(long, value_name = "DATE", value_parser = date)]
        published_on: NaiveDate,
    },
}

impl FactCommand for MeetingCommand {
    fn marks_its_text(&self) -> bool {
        match self {
            Self::Meeting { .. }
            | Self::Interest { .. }
            | Self::Item { .. }
            | Self::Paragraph { .. }
            | Self::List { .. }
            | Self::Table { .. }
            | Self::Matter { .. }
            | Self::Decision { .. } => true,
            Self::Cancel { .. }
            | Self::Postpone { .. }
            | Self::Renumber { .. }
            | Self::Attendance { .. }
            | Self::Apologies { .. }
            | Self::DecisionSuperseded { .. }
            | Self::MinutesDrafted { .. }
            | Self::MinutesApproved { .. }
            | Self::NextMeeting { .. }
            | Self::Close { .. }
            | Self::Publication { .. } => false,
        }
    }

    fn into_event(self, classification: Classification) -> Result<(StreamId, Event), Failure> {
        let (meeting, event): (MeetingRef, MeetingEvent) = match self {
            Self::Meeting { meeting, held_on, starts_at, ends_at, venue } => (
                meeting.clone(),
                MeetingConvened { reference: meeting, held_on, starts_at, ends_at, venue, classification }.into(),
            ),
            Self::Cancel { meeting, on, note } => {
                let note = note.into_classified(classification);
                (meeting, MeetingCancelled { cancelled_on: on, note }.into())
            }
            Self::Postpone { meeting, to, starts_at, ends_at, venue, on, note } => {
                let note = note.into_classified(classification);
                (meeting, MeetingPostponed { to, starts_at, ends_at, venue, postponed_on: on, note }.into())
            }
            Self::Renumber { meeting, reference, on, note } => {
                let note = note.into_classified(classification);
                (meeting, MeetingRenumbered { reference, renumbered_on: on, note }.into())
            }
            Self::Attendance { meeting, name, capacity, organisation, part } => {
                (meeting, AttendanceRecorded { name, organisation, capacity, part }.into())
            }
            Self::Apologies { meeting, name, organisation, alternate } => {
                (meeting, ApologiesRecorded { name, organisation, alternate }.into())
            }
            Self::Interest { meeting, name, item, text, recused } => {
                let interest = Classified::new(classification, text);
                (meeting, InterestDeclared { name, item, interest, recused }.into())
            }
            Self::Item { meeting, title, number, mark, standing, references } => {
                let title = Classified::new(classification, title);
                (meeting, AgendaItemTabled { number, title, classification: mark, standing, references }.into())
            }
            Self::Paragraph { meeting, item, text } => {
                let (text, references) = text.into_parts(classification);
                (meeting, ParagraphRecorded { passage: 0, item, text, references }.into())
            }
            Self::List { meeting, item, entries, ordered } => {
                let entries = entries.into_iter().map(|entry| classified(entry, classification)).collect();
                (
                    meeting,
                    ListRecorded { passage: 0, item, ordered, entries, depths: Vec::new(), references: Vec::new() }
                        .into(),
                )
            }
            Self::Table { meeting, item, header, rows } => {
                let table = Classified::new(classification, table(&header, &rows)?);
                (meeting, TableRecorded { passage: 0, item, table, references: Vec::new() }.into())
            }
            Self::Matter { meeting, item, text, mark } => {
                let (text, references) = text.into_parts(classification);
                (meeting, MatterArisingNoted { number: 0, item, text, marked: mark, passage: None, references }.into())
            }
            Self::Decision {
                meeting,
                verb,
                item,
                text,
                subjects,
                recommended_to,
                deferred_to,
                delegated_to,
                supersedes,
            } => {
                let (text, references) = text.into_parts(classification);
                let decision = DecisionRecorded {
                    number: 0,
                    item,
                    verb,
                    text,
                    subjects,
                    recommended_to,
                    deferred_to,
                    delegated_to,
                    supersedes,
                    passage: None,
                    references,
                };
                (meeting, decision.into())
            }
            Self::DecisionSuperseded { decision, by, rescinded } => {
                (decision.meeting().clone(), DecisionSuperseded { decision, by, rescinded }.into())
            }
            Self::MinutesDrafted { meeting, edition, drafted_on, document } => {
                (meeting, MinutesDrafted { edition, drafted_on, document }.into())
            }
            Self::MinutesApproved { meeting, minutes_of, edition, outcome, amendments, comments_received } => {
                let amendments = amendments.into_iter().map(|text| Classified::new(classification, text)).collect();
                let committee = meeting.committee().clone();
                let approved =
                    MinutesApproved { committee, minutes_of, edition, outcome, amendments, comments_received };
                (meeting, approved.into())
            }
            Self::NextMeeting { meeting, on } => (meeting, NextMeetingSet { on }.into()),
            Self::Close { meeting, at } => (meeting, MeetingClosed { closed_at: at }.into()),
            Self::Publication { meeting, audience, published_on } => {
                (meeting, HeadlinesPublished { edition: 0, audience, published_on }.into())
            }
        };
        Ok((StreamId::Meeting(meeting), Event::Meeting(event)))
    }
}

/// Splits off the level of `RED: the text`; an entry without one has the classification of the list.
fn classified(entry: Prose, default: Classification) -> Classified<Prose> {
    let own = entry
        .as_str()
        .split_once(':')
        .and_then(|(level, text)| Some(Classified::new(level.parse().ok()?, text.trim_start().parse().ok()?)));
    own.unwrap_or_else(|| Classified::new(default, entry))
}

fn table(header: &str, rows: &[String]) -> Result<Table, Failure> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let header = cells(header);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    match rows.iter().find(|row| row.len() != header.len()) {
        None => Ok(Table { header, rows }),
        Some(row) => Err(Failure::new(format!(
            "the row `{}` has {} cells and the header {}",
            row.join(" | "),
            row.len(),
            header.len()
        ))
        .with_help(format!("one cell for each heading was expected: {}", header.join(" | ")))),
    }
}
