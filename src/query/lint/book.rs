//! What a reader sees of a committee at a moment, as far as the rules need it.

use super::LintError;
use crate::query::read_query::{AskError, CommitteeScope, RowSelection};
use crate::query::stream::{Stream, ViewError};
use crate::query::visible_row::VisibleRow;
use chrono::NaiveDate;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{MeetingRef, Prose, Reference};
use minutebook_domain::{Event, Position, Source, StreamId};
use minutebook_import::prose;
use minutebook_ledger::Log;
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::{DecisionRow, Decisions};
use minutebook_projections::meetings::{MeetingRow, Meetings};
use minutebook_projections::party_statuses::{PartyStatusRow, PartyStatuses};
use minutebook_projections::projection::{Projection, facts};
use std::collections::{BTreeMap, BTreeSet};

/// The rows and the texts that a reader may see.
pub(super) struct Book<'a> {
    pub(super) actions: Vec<(ActionRow, String)>,
    pub(super) decisions: Vec<DecisionOf>,
    pub(super) statuses: Vec<PartyStatusRow>,
    pub(super) meetings: Vec<MeetingOf>,
    pub(super) texts: Vec<Text>,
    position: Position,
    vantage: &'a CommitteeScope,
    streams: BTreeMap<StreamId, Vec<Said>>,
}

/// A decision that the reader may see.
pub(super) struct DecisionOf {
    pub(super) row: DecisionRow,
    pub(super) text: String,
    pub(super) day: NaiveDate,
}

/// A meeting whose document the reader may see.
pub(super) struct MeetingOf {
    pub(super) row: MeetingRow,
    /// The agenda items that they may see: number, title, mark.
    pub(super) items: Vec<(u32, String, Option<Classification>)>,
}

/// A text of a meeting's record, or an entry of a list there.
pub(super) struct Text {
    pub(super) meeting: MeetingRef,
    pub(super) item: Option<u32>,
    /// The passage that it is, or stands in.
    pub(super) passage: Option<u32>,
    pub(super) is_matter: bool,
    pub(super) text: String,
    pub(super) own: Classification,
    pub(super) marked: Option<Classification>,
    pub(super) references: Vec<Reference>,
    pub(super) place: Place,
}

/// An event of a stream: by its place in the log where that is known, else by what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    At(Position),
    Decision(u32),
    Item(u32),
    ActionRaised,
    StatusDeferred(MeetingRef),
}

struct Said {
    event: Event,
    position: Position,
    source: Source,
}

impl<'a> Book<'a> {
    /// `position` is the last one that is known.
    pub(super) async fn read(log: &Log, vantage: &'a CommitteeScope, position: Position) -> Result<Self, LintError> {
        let action = |seen: VisibleRow<ActionRow>| {
            let text = seen.text(|row| Some(&row.text))?.to_string();
            Some((seen.row, text))
        };
        let decision = |seen: VisibleRow<DecisionRow>| {
            let text = seen.text(|row| Some(&row.text))?.to_string();
            let day = seen.row.decided_at.with_timezone(&vantage.zone).date_naive();
            Some(DecisionOf { row: seen.row, text, day })
        };
        let mut book = Self {
            actions: rows::<Actions, _>(log, vantage, action).await?,
            decisions: rows::<Decisions, _>(log, vantage, decision).await?,
            statuses: rows::<PartyStatuses, _>(log, vantage, |seen| Some(seen.row)).await?,
            meetings: rows::<Meetings, _>(log, vantage, MeetingOf::of).await?,
            texts: Vec::new(),
            position,
            vantage,
            streams: BTreeMap::new(),
        };
        let seen: BTreeSet<_> = book.decisions.iter().map(|decision| decision.row.id.clone()).collect();
        for decision in &mut book.decisions {
            decision.row.superseded_by = decision.row.superseded_by.take().filter(|by| seen.contains(by));
        }
        let meetings: Vec<MeetingRef> = book.meetings.iter().map(|meeting| meeting.row.reference.clone()).collect();
        for meeting in meetings {
            let stream = StreamId::Meeting(meeting.clone());
            let texts =
                book.stream(log, &stream).await?.iter().flat_map(|said| said.texts(&meeting, vantage)).collect();
            book.texts.extend::<Vec<_>>(texts);
        }
        Ok(book)
    }

    /// Where the event stands that something is about, and where it came from.
    pub(super) async fn origin(
        &mut self,
        log: &Log,
        stream: &StreamId,
        place: &Place,
    ) -> Result<Option<(Position, Source)>, ViewError> {
        let said = self.stream(log, stream).await?.iter().rev().find(|said| said.is_at(place));
        Ok(said.map(|said| (said.position, said.source.clone())))
    }

    async fn stream(&mut self, log: &Log, id: &StreamId) -> Result<&[Said], ViewError> {
        if !self.streams.contains_key(id) {
            let stream = Stream::read(log, id).await?;
            let history = stream.known_at(self.position, self.vantage.clearance)?;
            let said = facts(&history).into_iter().filter(|sourced| sourced.fact.valid_at <= self.vantage.at.as_of);
            let said = said.map(|sourced| Said {
                event: sourced.fact.event.into_owned(),
                position: sourced.recorded.position,
                source: sourced.recorded.source.clone(),
            });
            self.streams.insert(id.clone(), said.collect());
        }
        Ok(self.streams.get(id).map(Vec::as_slice).unwrap_or_default())
    }
}

async fn rows<P: Projection, V>(
    log: &Log,
    vantage: &CommitteeScope,
    of: impl Fn(VisibleRow<P::Row>) -> Option<V>,
) -> Result<Vec<V>, AskError> {
    let (rows, _) = vantage.rows::<P>(log, RowSelection::all::<P>()).await?;
    Ok(rows.into_iter().filter_map(of).collect())
}

impl MeetingOf {
    fn of(seen: VisibleRow<MeetingRow>) -> Option<Self> {
        if !seen.permits(|row| Some(row.classification)) {
            return None;
        }
        let of_number = |number: u32| move |row: &MeetingRow| row.items.iter().position(|item| item.number == number);
        let item = |number: u32| {
            let at = of_number(number);
            seen.text(move |row| row.items.get(at(row)?).map(|item| &item.title)).map(ToString::to_string)
        };
        let tabled = seen.row.items.iter();
        let items =
            tabled.filter_map(|tabled| Some((tabled.number, item(tabled.number)?, tabled.classification))).collect();
        Some(Self { items, row: seen.row })
    }
}

impl Said {
    fn is_at(&self, place: &Place) -> bool {
        match (place, &self.event) {
            (Place::At(position), _) => self.position == *position,
            (Place::Decision(number), Event::Meeting(MeetingEvent::DecisionRecorded(said))) => said.number == *number,
            (Place::Item(number), Event::Meeting(MeetingEvent::AgendaItemTabled(said))) => said.number == *number,
            (Place::StatusDeferred(meeting), Event::Party(PartyEvent::StatusDeferred(said))) => {
                said.meeting == *meeting
            }
            (place, Event::Action(ActionEvent::ActionRaised(_))) => *place == Place::ActionRaised,
            _ => false,
        }
    }

    /// The texts of a meeting's event that stand in its record as they are, not as what was decided.
    fn texts(&self, meeting: &MeetingRef, vantage: &CommitteeScope) -> Vec<Text> {
        let Event::Meeting(event) = &self.event else { return Vec::new() };
        let (item, passage, references, is_matter, said) = match event {
            MeetingEvent::ParagraphRecorded(said) => {
                (said.item, Some(said.passage), &said.references, false, std::slice::from_ref(&said.text))
            }
            MeetingEvent::ListRecorded(said) => {
                (said.item, Some(said.passage), &said.references, false, said.entries.as_slice())
            }
            MeetingEvent::MatterArisingNoted(said) => {
                (said.item, said.passage, &said.references, true, std::slice::from_ref(&said.text))
            }
            _ => return Vec::new(),
        };
        let of = |said: &Classified<Prose>| {
            let text = said.disclose(vantage.clearance)?;
            let beside = match event {
                MeetingEvent::MatterArisingNoted(matter) => matter.marked,
                _ => prose::classification_mark(text.as_str()),
            };
            Some(Text {
                meeting: meeting.clone(),
                item,
                passage,
                is_matter,
                text: text.to_string(),
                own: said.classification(),
                marked: beside,
                references: references.clone(),
                place: Place::At(self.position),
            })
        };
        said.iter().filter_map(of).collect()
    }
}
