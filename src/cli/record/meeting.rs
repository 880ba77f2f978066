//! What can be recorded of a meeting.

use super::text::Text;
use crate::cli::arguments::{date, time_of_day};
use crate::cli::failure::Failure;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::meeting::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, Capacity, DecisionRecorded, DecisionSuperseded,
    HeadlinesPublished, InterestDeclared, ListRecorded, MatterArisingNoted, MeetingClosed, MeetingConvened,
    MeetingEvent, MinutesApproved, MinutesDrafted, MinutesEdition, MinutesOutcome, NextMeetingSet, ParagraphRecorded,
    Table, TableRecorded, Verb,
};
use minutebook_domain::reference::{DecisionId, MeetingRef, Name, PartyName, Prose, Reference};
use minutebook_domain::{Event, StreamId};

#[derive(clap::Subcommand)]
pub(super) enum MeetingWords {
    /// A meeting is convened.
    Meeting {
        /// Its reference: committee, number, day and month, as in `SSC_72_2702`.
        meeting: MeetingRef,
        /// The day it is held.
        #[arg(long, value_name = "DATE", value_parser = date)]
        held_on: NaiveDate,
        /// When it begins.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        starts_at: Option<NaiveTime>,
        /// When it ends.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        ends_at: Option<NaiveTime>,
        /// Where.
        #[arg(long)]
        venue: Option<Name>,
        /// The classification of its headlines as a whole.
        #[arg(long, value_name = "LEVEL")]
        classification: Classification,
    },
    /// Someone attended.
    Attendance {
        /// The meeting.
        meeting: MeetingRef,
        /// Who.
        name: Name,
        /// In what capacity: chair, member, alternate, secretary, 'in attendance', observer.
        #[arg(long = "as", value_name = "CAPACITY", default_value = "member")]
        capacity: Capacity,
        /// For which body.
        #[arg(long)]
        organisation: Option<Name>,
        /// For which part of the meeting.
        #[arg(long)]
        part: Option<Name>,
    },
    /// Someone sent apologies.
    Apologies {
        /// The meeting.
        meeting: MeetingRef,
        /// Who.
        name: Name,
        /// For which body.
        #[arg(long)]
        organisation: Option<Name>,
        /// Who came instead.
        #[arg(long)]
        alternate: Option<Name>,
    },
    /// Someone present declared an interest.
    Interest {
        /// The meeting.
        meeting: MeetingRef,
        /// Who.
        name: Name,
        /// In which agenda item.
        #[arg(long)]
        item: Option<u32>,
        /// What the interest is.
        #[arg(long)]
        text: Prose,
        /// Who may read what it is.
        #[arg(long, value_name = "LEVEL")]
        classification: Classification,
        /// They withdrew while it was decided.
        #[arg(long)]
        recused: bool,
    },
    /// An item stands on the agenda.
    Item {
        /// The meeting.
        meeting: MeetingRef,
        /// Its title.
        title: Prose,
        /// Its number; the next free one if it is left out.
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        number: u32,
        /// The mark printed beside it, which says how its narrative is recorded.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
        /// Who may read the title itself.
        #[arg(long, value_name = "LEVEL", default_value = "WHITE")]
        classification: Classification,
        /// It stands on every agenda.
        #[arg(long)]
        standing: bool,
        /// What it is about. Can be given more than once.
        #[arg(long = "reference", value_name = "REFERENCE")]
        references: Vec<Reference>,
    },
    /// A paragraph of the record.
    Paragraph {
        /// The meeting.
        meeting: MeetingRef,
        /// The agenda item.
        #[arg(long)]
        item: Option<u32>,
        #[command(flatten)]
        text: Text,
    },
    /// A list of the record.
    List {
        /// The meeting.
        meeting: MeetingRef,
        /// The agenda item.
        #[arg(long)]
        item: Option<u32>,
        /// An entry; give it once for each. One that begins with a level and a colon (RED: …) has that level.
        #[arg(long = "entry", value_name = "TEXT", required = true)]
        entries: Vec<Prose>,
        /// Who may read the entries that have no level of their own.
        #[arg(long, value_name = "LEVEL")]
        classification: Classification,
        /// Its entries are numbered.
        #[arg(long)]
        ordered: bool,
    },
    /// A table of the record, with its cells divided by |.
    Table {
        /// The meeting.
        meeting: MeetingRef,
        /// The agenda item.
        #[arg(long)]
        item: Option<u32>,
        /// The column headings: 'Party | Status'.
        #[arg(long)]
        header: String,
        /// A row; give it once for each.
        #[arg(long = "row", value_name = "CELLS", required = true)]
        rows: Vec<String>,
        /// Who may read it.
        #[arg(long, value_name = "LEVEL")]
        classification: Classification,
    },
    /// A follow-up from earlier minutes was noted.
    Matter {
        /// The meeting.
        meeting: MeetingRef,
        /// The agenda item.
        #[arg(long)]
        item: Option<u32>,
        #[command(flatten)]
        text: Text,
        /// The mark printed beside it.
        #[arg(long, value_name = "LEVEL")]
        mark: Option<Classification>,
    },
    /// The committee decided something.
    Decision {
        /// The meeting.
        meeting: MeetingRef,
        /// What it did: NOTED, AGREED, APPROVED, RECOMMENDED, ENDORSED, RATIFIED, REJECTED, DEFERRED, DELEGATED,
        /// WITHDRAWN or SUPERSEDED.
        verb: Verb,
        /// The agenda item.
        #[arg(long)]
        item: Option<u32>,
        #[command(flatten)]
        text: Text,
        /// A party that it is about. Can be given more than once.
        #[arg(long = "subject", value_name = "PARTY")]
        subjects: Vec<PartyName>,
        /// With RECOMMENDED: the body it is recommended to.
        #[arg(long, value_name = "BODY")]
        recommended_to: Option<Name>,
        /// With DEFERRED: the day of the meeting it is deferred to.
        #[arg(long, value_name = "DATE", value_parser = date)]
        deferred_to: Option<NaiveDate>,
        /// With DELEGATED: to whom.
        #[arg(long, value_name = "WHO")]
        delegated_to: Option<Name>,
        /// An earlier decision that this one takes the place of. Can be given more than once.
        #[arg(long, value_name = "DECISION")]
        supersedes: Vec<DecisionId>,
    },
    /// An earlier decision no longer stands.
    DecisionSuperseded {
        /// The decision that no longer stands: `SSC_71_1302/D2`.
        decision: DecisionId,
        /// The decision that took its place.
        #[arg(long, value_name = "DECISION")]
        by: DecisionId,
        /// It was rescinded, with nothing in its place.
        #[arg(long)]
        rescinded: bool,
    },
    /// Minutes of a meeting were drafted.
    MinutesDrafted {
        /// The meeting that was minuted.
        meeting: MeetingRef,
        /// 'draft', or 'confidential draft'.
        #[arg(long, default_value = "draft")]
        edition: MinutesEdition,
        /// When the draft was ready.
        #[arg(long, value_name = "DATE", value_parser = date)]
        drafted_on: NaiveDate,
        /// The document, with its version.
        #[arg(long)]
        document: Option<Reference>,
    },
    /// Minutes of an earlier meeting were approved.
    MinutesApproved {
        /// The meeting that approved them.
        meeting: MeetingRef,
        /// The day of the meeting that was minuted.
        #[arg(long, value_name = "DATE", value_parser = date)]
        minutes_of: NaiveDate,
        /// 'draft', or 'confidential draft'.
        #[arg(long, default_value = "draft")]
        edition: MinutesEdition,
        /// 'as written', or 'subject to amendments'.
        #[arg(long, default_value = "as written")]
        outcome: MinutesOutcome,
        /// An amendment; give it once for each.
        #[arg(long = "amendment", value_name = "TEXT", requires = "classification")]
        amendments: Vec<Prose>,
        /// Who may read the amendments.
        #[arg(long, value_name = "LEVEL")]
        classification: Option<Classification>,
        /// Whether comments had been received.
        #[arg(long, value_name = "true|false")]
        comments_received: Option<bool>,
    },
    /// The day of the next meeting was set.
    NextMeeting {
        /// The meeting that set it.
        meeting: MeetingRef,
        /// The day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        on: NaiveDate,
    },
    /// The meeting was closed. From here on its record changes only by correction.
    Close {
        /// The meeting.
        meeting: MeetingRef,
        /// At what time.
        #[arg(long, value_name = "TIME", value_parser = time_of_day)]
        at: Option<NaiveTime>,
    },
    /// The headlines were published.
    Publication {
        /// The meeting.
        meeting: MeetingRef,
        /// The highest classification that the document holds.
        #[arg(long, value_name = "LEVEL")]
        audience: Classification,
        /// When.
        #[arg(long, value_name = "DATE", value_parser = date)]
        published_on: NaiveDate,
    },
}

impl MeetingWords {
    pub(super) fn into_event(self) -> Result<(StreamId, Event), Failure> {
        let (meeting, event): (MeetingRef, MeetingEvent) = match self {
            Self::Meeting { meeting, held_on, starts_at, ends_at, venue, classification } => (
                meeting.clone(),
                MeetingConvened { reference: meeting, held_on, starts_at, ends_at, venue, classification }.into(),
            ),
            Self::Attendance { meeting, name, capacity, organisation, part } => {
                (meeting, AttendanceRecorded { name, organisation, capacity, part }.into())
            }
            Self::Apologies { meeting, name, organisation, alternate } => {
                (meeting, ApologiesRecorded { name, organisation, alternate }.into())
            }
            Self::Interest { meeting, name, item, text, classification, recused } => {
                let interest = Classified::new(classification, text);
                (meeting, InterestDeclared { name, item, interest, recused }.into())
            }
            Self::Item { meeting, title, number, mark, classification, standing, references } => {
                let title = Classified::new(classification, title);
                (meeting, AgendaItemTabled { number, title, classification: mark, standing, references }.into())
            }
            Self::Paragraph { meeting, item, text } => {
                let (text, references) = text.into_parts();
                (meeting, ParagraphRecorded { passage: 0, item, text, references }.into())
            }
            Self::List { meeting, item, entries, classification, ordered } => {
                let entries = entries.into_iter().map(|entry| marked(entry, classification)).collect();
                (
                    meeting,
                    ListRecorded { passage: 0, item, ordered, entries, depths: Vec::new(), references: Vec::new() }
                        .into(),
                )
            }
            Self::Table { meeting, item, header, rows, classification } => {
                let table = Classified::new(classification, table(&header, &rows)?);
                (meeting, TableRecorded { passage: 0, item, table, references: Vec::new() }.into())
            }
            Self::Matter { meeting, item, text, mark } => {
                let (text, references) = text.into_parts();
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
                let (text, references) = text.into_parts();
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
            Self::MinutesApproved {
                meeting,
                minutes_of,
                edition,
                outcome,
                amendments,
                classification,
                comments_received,
            } => {
                let public = classification.unwrap_or_else(Classification::public);
                let amendments = amendments.into_iter().map(|text| Classified::new(public, text)).collect();
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

/// `RED: the text` is RED; a text without a level has the list's.
fn marked(entry: Prose, otherwise: Classification) -> Classified<Prose> {
    let own = entry
        .as_str()
        .split_once(':')
        .and_then(|(level, text)| Some(Classified::new(level.parse().ok()?, text.trim_start().parse().ok()?)));
    own.unwrap_or_else(|| Classified::new(otherwise, entry))
}

fn table(header: &str, rows: &[String]) -> Result<Table, Failure> {
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let header = cells(header);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    match rows.iter().find(|row| row.len() != header.len()) {
        None => Ok(Table { header, rows }),
        Some(row) => Err(Failure::new(format!(
            "the row `{}` has {} of the header's {} cells",
            row.join(" | "),
            row.len(),
            header.len()
        ))
        .with_help(format!("the header has {}: {}", header.len(), header.join(" | ")))),
    }
}
