//! The rows and texts of a committee that a reader may see at a moment.

use super::LintError;
use crate::query::read_query::{CommitteeScope, QueryError, RowSelection};
use crate::query::stream::{ReadError, StreamHistory};
use crate::query::visible_row::VisibleRow;
use chrono::NaiveDate;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{ItemLabel, MeetingRef, Prose, Reference};
use minutebook_domain::{Event, Position, Source, StreamId};
use minutebook_import::prose;
use minutebook_ledger::Log;
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::{DecisionRow, Decisions};
use minutebook_projections::meetings::{MeetingRow, Meetings};
use minutebook_projections::party_statuses::{PartyStatusRow, PartyStatuses};
use minutebook_projections::projection::{Projection, facts};
use std::collections::{BTreeMap, BTreeSet};

/// What the rules read of a committee.
pub(super) struct CommitteeSnapshot<'a> {
    pub(super) actions: Vec<VisibleAction>,
    pub(super) decisions: Vec<VisibleDecision>,
    pub(super) statuses: Vec<PartyStatusRow>,
    pub(super) meetings: Vec<VisibleMeeting>,
    pub(super) texts: Vec<RecordedText>,
    pub(super) approvals: Vec<RecordedApproval>,
    known_at: Position,
    pub(super) scope: &'a CommitteeScope,
    streams: BTreeMap<StreamId, Vec<KnownEvent>>,
}

/// An action whose text the reader may see.
pub(super) struct VisibleAction {
    pub(super) row: ActionRow,
    pub(super) text: String,
}

/// A decision whose text the reader may see.
pub(super) struct VisibleDecision {
    pub(super) row: DecisionRow,
    pub(super) text: String,
    /// The day of the decision in the committee's time zone.
    pub(super) day: NaiveDate,
}

/// A meeting whose document the reader may see.
pub(super) struct VisibleMeeting {
    pub(super) row: MeetingRow,
    pub(super) items: Vec<VisibleItem>,
}

/// An agenda item whose title the reader may see.
pub(super) struct VisibleItem {
    pub(super) number: ItemLabel,
    pub(super) title: String,
    pub(super) mark: Option<Classification>,
}

/// A paragraph, list entry or matter of a meeting's record.
pub(super) struct RecordedText {
    pub(super) meeting: MeetingRef,
    pub(super) item: Option<ItemLabel>,
    /// The number of the passage in the record that holds the text.
    pub(super) passage: Option<u32>,
    pub(super) is_matter: bool,
    pub(super) text: String,
    pub(super) classification: Classification,
    /// The mark printed beside the text.
    pub(super) marked: Option<Classification>,
    pub(super) references: Vec<Reference>,
    pub(super) event: EventLocator,
}

/// An approval of minutes in a meeting's record.
pub(super) struct RecordedApproval {
    pub(super) meeting: MeetingRef,
    pub(super) approval: MinutesApproved,
    pub(super) position: Position,
}

/// Identifies an event of a stream, by position or by payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EventLocator {
    Position(Position),
    Decision(u32),
    Item(ItemLabel),
    ActionRaised,
    MeetingConvened,
    StatusDeferred(MeetingRef),
}

struct KnownEvent {
    event: Event,
    position: Position,
    source: Source,
}

impl<'a> CommitteeSnapshot<'a> {
    /// Reads the snapshot; `known_at` is the last known position.
    pub(super) async fn read(log: &Log, scope: &'a CommitteeScope, known_at: Position) -> Result<Self, LintError> {
        let action = |visible: VisibleRow<ActionRow>| {
            let text = visible.text(|row| Some(&row.text))?.to_string();
            Some(VisibleAction { row: visible.row, text })
        };
        let decision = |visible: VisibleRow<DecisionRow>| {
            let text = visible.text(|row| Some(&row.text))?.to_string();
            let day = visible.row.decided_at.with_timezone(&scope.zone).date_naive();
            Some(VisibleDecision { row: visible.row, text, day })
        };
        let mut snapshot = Self {
            actions: rows::<Actions, _>(log, scope, action).await?,
            decisions: rows::<Decisions, _>(log, scope, decision).await?,
            statuses: rows::<PartyStatuses, _>(log, scope, |visible| Some(visible.row)).await?,
            meetings: rows::<Meetings, _>(log, scope, VisibleMeeting::of).await?,
            texts: Vec::new(),
            approvals: Vec::new(),
            known_at,
            scope,
            streams: BTreeMap::new(),
        };
        let visible: BTreeSet<_> = snapshot.decisions.iter().map(|decision| decision.row.id.clone()).collect();
        for decision in &mut snapshot.decisions {
            decision.row.superseded_by = decision.row.superseded_by.take().filter(|by| visible.contains(by));
        }
        let meetings: Vec<MeetingRef> =
            snapshot.meetings.iter().map(|meeting| meeting.row.first_reference().clone()).collect();
        for meeting in meetings {
            let stream = StreamId::Meeting(meeting.clone());
            let events = snapshot.stream(log, &stream).await?;
            let texts: Vec<_> = events.iter().flat_map(|event| event.texts(&meeting, scope)).collect();
            let approvals: Vec<_> = events.iter().filter_map(|event| event.approval(&meeting)).collect();
            snapshot.texts.extend(texts);
            snapshot.approvals.extend(approvals);
        }
        Ok(snapshot)
    }

    /// Returns the position and the source of the latest event that the locator identifies.
    pub(super) async fn origin(
        &mut self,
        log: &Log,
        stream: &StreamId,
        event: &EventLocator,
    ) -> Result<Option<(Position, Source)>, ReadError> {
        let found = self.stream(log, stream).await?.iter().rev().find(|known| known.matches(event));
        Ok(found.map(|known| (known.position, known.source.clone())))
    }

    /// Returns whether two agenda items, each of a meeting, have the same title.
    pub(super) fn same_title(&self, a: (&MeetingRef, Option<ItemLabel>), b: (&MeetingRef, Option<ItemLabel>)) -> bool {
        let title = |(meeting, number): (&MeetingRef, Option<ItemLabel>)| {
            let meeting = self.meetings.iter().find(|known| known.row.first_reference() == meeting)?;
            let item = meeting.items.iter().find(|item| Some(item.number) == number)?;
            Some(item.title.to_lowercase())
        };
        let (a, b) = (title(a), title(b));
        a.is_some() && a == b
    }

    async fn stream(&mut self, log: &Log, id: &StreamId) -> Result<&[KnownEvent], ReadError> {
        if !self.streams.contains_key(id) {
            let stream = StreamHistory::read(log, id).await?;
            let history = stream.known_at(self.known_at, self.scope.clearance);
            let valid = facts(&history).into_iter().filter(|sourced| sourced.fact.valid_at <= self.scope.at.as_of);
            let known = valid.map(|sourced| KnownEvent {
                event: sourced.fact.event.into_owned(),
                position: sourced.recorded.position,
                source: sourced.recorded.metadata.source.clone(),
            });
            self.streams.insert(id.clone(), known.collect());
        }
        Ok(self.streams.get(id).map(Vec::as_slice).unwrap_or_default())
    }
}

async fn rows<P: Projection, V>(
    log: &Log,
    scope: &CommitteeScope,
    view: impl Fn(VisibleRow<P::Row>) -> Option<V>,
) -> Result<Vec<V>, QueryError> {
    let (rows, _) = scope.rows::<P>(log, RowSelection::all::<P>()).await?;
    Ok(rows.into_iter().filter_map(view).collect())
}

impl VisibleMeeting {
    fn of(visible: VisibleRow<MeetingRow>) -> Option<Self> {
        if !visible.permits(|row| Some(row.classification)) {
            return None;
        }
        let title = |number: ItemLabel| {
            let title = visible.text(|row| row.items.iter().find(|item| item.number == number).map(|item| &item.title));
            title.map(ToString::to_string)
        };
        let items = visible.row.items.iter().filter_map(|item| {
            Some(VisibleItem { number: item.number, title: title(item.number)?, mark: item.classification })
        });
        Some(Self { items: items.collect(), row: visible.row })
    }
}

impl KnownEvent {
    fn matches(&self, event: &EventLocator) -> bool {
        match (event, &self.event) {
            (EventLocator::Position(position), _) => self.position == *position,
            (EventLocator::Decision(number), Event::Meeting(MeetingEvent::DecisionRecorded(decision))) => {
                decision.number == *number
            }
            (EventLocator::Item(number), Event::Meeting(MeetingEvent::AgendaItemTabled(item))) => {
                item.number == *number
            }
            (EventLocator::StatusDeferred(meeting), Event::Party(PartyEvent::StatusDeferred(deferred))) => {
                deferred.meeting == *meeting
            }
            (EventLocator::MeetingConvened, Event::Meeting(MeetingEvent::MeetingConvened(_))) => true,
            (event, Event::Action(ActionEvent::ActionRaised(_))) => *event == EventLocator::ActionRaised,
            _ => false,
        }
    }

    /// Returns the approval of minutes; `None` for other events.
    fn approval(&self, meeting: &MeetingRef) -> Option<RecordedApproval> {
        let Event::Meeting(MeetingEvent::MinutesApproved(approval)) = &self.event else { return None };
        Some(RecordedApproval { meeting: meeting.clone(), approval: approval.clone(), position: self.position })
    }

    /// Returns the texts of a paragraph, a list or a matter arising; none for other events.
    fn texts(&self, meeting: &MeetingRef, scope: &CommitteeScope) -> Vec<RecordedText> {
        let Event::Meeting(event) = &self.event else { return Vec::new() };
        let (item, passage, references, is_matter, texts) = match event {
            MeetingEvent::ParagraphRecorded(paragraph) => {
                let texts = std::slice::from_ref(&paragraph.text);
                (paragraph.item, Some(paragraph.passage), &paragraph.references, false, texts)
            }
            MeetingEvent::ListRecorded(list) => {
                (list.item, Some(list.passage), &list.references, false, list.entries.as_slice())
            }
            MeetingEvent::MatterArisingNoted(matter) => {
                let texts = std::slice::from_ref(&matter.text);
                (matter.item, matter.passage, &matter.references, true, texts)
            }
            _ => return Vec::new(),
        };
        let visible = |recorded: &Classified<Prose>| {
            let text = recorded.disclose(scope.clearance)?;
            let marked = match event {
                MeetingEvent::MatterArisingNoted(matter) => matter.marked,
                _ => prose::classification_mark(text.as_str()),
            };
            Some(RecordedText {
                meeting: meeting.clone(),
                item,
                passage,
                is_matter,
                text: text.to_string(),
                classification: recorded.classification(),
                marked,
                references: references.clone(),
                event: EventLocator::Position(self.position),
            })
        };
        texts.iter().filter_map(visible).collect()
    }
}
