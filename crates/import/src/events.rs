//! The events of a document, each with its stream and the lines it comes from.

use crate::block::LineRange;
use crate::headlines::{
    ActionProgress, ActionUpdate, ParsedAction, ParsedAttendee, ParsedDecision, ParsedHeadlines, ParsedItem,
    ParsedMatter, ParsedMinutes, ParsedPassage, ParsedRecord, ParsedStatus, StatusOutcome,
};
use minutebook_domain::action::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionEvent, ActionProgressed, ActionRaised, ActionReopened,
    ActionSuperseded, ActionWithdrawn, DueDateMoved, ReportedProgress,
};
use minutebook_domain::classification::{Classification, Classified, Scheme};
use minutebook_domain::committee::{CommitteeEstablished, CommitteeEvent};
use minutebook_domain::meeting::{
    AgendaItemTabled, ApologiesRecorded, AttendanceRecorded, DecisionRecorded, ListRecorded, MatterArisingNoted,
    MeetingClosed, MeetingConvened, MeetingEvent, MinutesApproved, NextMeetingSet, ParagraphRecorded, Table,
    TableRecorded,
};
use minutebook_domain::party::{PartyEvent, PartyRegistered, StatusAgreed, StatusDeferred};
use minutebook_domain::reference::{CommitteeCode, DecisionId, ItemLabel, Name, PartyName, Prose};
use minutebook_domain::{Event, StreamId};

/// An event to record, with the lines it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcedEvent {
    /// The stream to append to.
    pub stream: StreamId,
    /// The event itself.
    pub event: Event,
    /// The first and the last line it was read from.
    pub lines: LineRange,
    /// The mark of the passage that states it, at least the document's. Without one the ledger's defaults apply.
    pub classification: Option<Classification>,
}

/// Returns the event that establishes the committee. The caller records it first if the ledger does not know the
/// committee.
pub fn establishment(headlines: &ParsedHeadlines) -> Option<SourcedEvent> {
    let name = headlines.committee_name.clone();
    established(headlines.committee(), name, headlines.uses_tlp, headlines.convened_lines)
}

/// Returns the event that establishes a committee. Without a name, the code serves as the name.
pub(crate) fn established(
    code: &CommitteeCode,
    name: Option<Name>,
    uses_tlp: bool,
    lines: LineRange,
) -> Option<SourcedEvent> {
    let code = code.clone();
    let name = name.or_else(|| code.as_str().parse().ok())?;
    let tlp = Scheme::all().iter().find(|scheme| scheme.name().starts_with("TLP"));
    let scheme = tlp.filter(|_| uses_tlp).unwrap_or_else(Scheme::panel_information_policy);
    let event = CommitteeEstablished {
        code: code.clone(),
        name,
        scheme: scheme.name().to_owned(),
        time_zone: "Europe/London".to_owned(),
        quorum: None,
        established_on: None,
        default_classification: None,
        party_categories: Vec::new(),
        assessments: Vec::new(),
    };
    Some(SourcedEvent {
        stream: StreamId::Committee(code),
        event: Event::Committee(CommitteeEvent::from(event)),
        lines,
        classification: None,
    })
}

/// Returns a document's events in the order to record them: the meeting's with those of parties and actions, then the
/// updates of earlier actions, then the meeting's close.
///
/// The caller knows the ledger, so it drops the registration of a party that is already known and the update of an
/// action that is not.
pub fn events(headlines: &ParsedHeadlines) -> Vec<SourcedEvent> {
    let writer = EventWriter { headlines };
    let mut events = vec![writer.meeting(writer.convened(), headlines.convened_lines)];
    let mut updates = Vec::new();
    for placed in &headlines.records {
        match &placed.record {
            ParsedRecord::Update(update) => updates.extend(writer.update(update, placed.lines)),
            record => events.extend(writer.event(record, placed.lines)),
        }
    }
    events.append(&mut updates);
    let end = (headlines.last_line, headlines.last_line);
    events.push(writer.meeting(MeetingClosed { closed_at: headlines.closed_at }, end));
    events
}

struct EventWriter<'a> {
    headlines: &'a ParsedHeadlines,
}

impl EventWriter<'_> {
    fn classified<T>(&self, value: T) -> Classified<T> {
        Classified::new(self.headlines.text_classification, value)
    }

    /// Returns the text under the document's classification; `None` if it is empty.
    fn prose(&self, text: &str) -> Option<Classified<Prose>> {
        text.parse().ok().map(|prose| self.classified(prose))
    }

    fn sourced(&self, stream: StreamId, event: Event, lines: LineRange) -> SourcedEvent {
        SourcedEvent { stream, event, lines, classification: Some(self.headlines.text_classification) }
    }

    fn meeting(&self, event: impl Into<MeetingEvent>, lines: LineRange) -> SourcedEvent {
        let stream = StreamId::Meeting(self.headlines.reference.clone());
        self.sourced(stream, Event::Meeting(event.into()), lines)
    }

    fn party(&self, name: &PartyName, event: impl Into<PartyEvent>, lines: LineRange) -> SourcedEvent {
        let stream = StreamId::Party(self.headlines.committee().clone(), name.clone());
        self.sourced(stream, Event::Party(event.into()), lines)
    }

    fn convened(&self) -> MeetingConvened {
        MeetingConvened {
            reference: self.headlines.reference.clone(),
            held_on: self.headlines.held_on,
            starts_at: self.headlines.starts_at,
            ends_at: self.headlines.ends_at,
            venue: self.headlines.venue.clone(),
            classification: self.headlines.text_classification,
        }
    }

    fn event(&self, record: &ParsedRecord, lines: LineRange) -> Option<SourcedEvent> {
        Some(match record {
            ParsedRecord::Item(item) => self.meeting(self.item(item)?, lines),
            ParsedRecord::Paragraph(passage, text) => self.meeting(self.paragraph(passage, text)?, lines),
            ParsedRecord::List(passage, ordered, entries) => {
                self.meeting(self.list(passage, *ordered, entries)?, lines)
            }
            ParsedRecord::Table(passage, header, rows) => self.meeting(self.table(passage, header, rows), lines),
            ParsedRecord::Matter(matter) => self.meeting(self.matter(matter)?, lines),
            ParsedRecord::Decision(decision) => self.meeting(self.decision(decision)?, lines),
            ParsedRecord::Minutes(minutes) => self.meeting(self.minutes(minutes), lines),
            ParsedRecord::NextMeeting(day) => self.meeting(NextMeetingSet { on: *day }, lines),
            ParsedRecord::Party(name) => self.party(name, self.registered(name), lines),
            ParsedRecord::Status(status) => self.status(status, lines),
            ParsedRecord::Action(action) => self.action(action, lines)?,
            ParsedRecord::Attendance(attendee) => self.meeting(Self::attendance(attendee), lines),
            ParsedRecord::Apologies(name, organisation, alternate) => {
                let (name, organisation, alternate) = (name.clone(), organisation.clone(), alternate.clone());
                self.meeting(ApologiesRecorded { name, organisation, alternate }, lines)
            }
            ParsedRecord::Update(_) => return None,
        })
    }

    fn attendance(attendee: &ParsedAttendee) -> AttendanceRecorded {
        let ParsedAttendee { name, organisation, capacity, part } = attendee.clone();
        AttendanceRecorded { name, organisation, capacity, part }
    }

    fn item(&self, item: &ParsedItem) -> Option<AgendaItemTabled> {
        Some(AgendaItemTabled {
            number: item.number.into(),
            title: self.prose(&item.title)?,
            classification: item.mark,
            standing: item.title.to_lowercase().contains("standing"),
            references: item.references.clone(),
        })
    }

    fn paragraph(&self, passage: &ParsedPassage, text: &str) -> Option<ParagraphRecorded> {
        let (passage, item, references) =
            (passage.number, passage.item.map(ItemLabel::from), passage.references.clone());
        Some(ParagraphRecorded { passage, item, text: self.prose(text)?, references })
    }

    fn list(&self, passage: &ParsedPassage, ordered: bool, entries: &[(u32, String)]) -> Option<ListRecorded> {
        let prose = entries.iter().filter_map(|(depth, entry)| Some((*depth, self.prose(entry)?)));
        let (mut depths, entries): (Vec<u32>, Vec<_>) = prose.unzip();
        // Empty entries were dropped, so an entry may now be too deep: at most one level below the one before it.
        let mut deepest = 0;
        for depth in &mut depths {
            *depth = (*depth).min(deepest);
            deepest = *depth + 1;
        }
        if depths.iter().all(|depth| *depth == 0) {
            depths.clear();
        }
        let (number, item, references) =
            (passage.number, passage.item.map(ItemLabel::from), passage.references.clone());
        (!entries.is_empty()).then_some(ListRecorded { passage: number, item, ordered, entries, depths, references })
    }

    fn table(&self, passage: &ParsedPassage, header: &[String], rows: &[Vec<String>]) -> TableRecorded {
        let table = self.classified(Table { header: header.to_vec(), rows: rows.to_vec() });
        let references = passage.references.clone();
        TableRecorded { passage: passage.number, item: passage.item.map(ItemLabel::from), table, references }
    }

    fn matter(&self, matter: &ParsedMatter) -> Option<MatterArisingNoted> {
        Some(MatterArisingNoted {
            number: matter.number,
            item: matter.item.map(ItemLabel::from),
            text: self.prose(&matter.text)?,
            marked: matter.mark,
            passage: matter.passage,
            references: matter.references.clone(),
        })
    }

    fn decision(&self, decision: &ParsedDecision) -> Option<DecisionRecorded> {
        Some(DecisionRecorded {
            number: decision.number,
            item: decision.item.map(ItemLabel::from),
            verb: decision.verb,
            text: self.prose(&decision.text)?,
            subjects: decision.subjects.clone(),
            recommended_to: decision.recommended_to.clone(),
            deferred_to: decision.deferred_to,
            delegated_to: decision.delegated_to.clone(),
            supersedes: decision.supersedes.clone(),
            passage: decision.passage,
            references: decision.references.clone(),
        })
    }

    fn minutes(&self, minutes: &ParsedMinutes) -> MinutesApproved {
        MinutesApproved {
            committee: self.headlines.committee().clone(),
            minutes_of: minutes.minutes_of,
            edition: minutes.edition,
            outcome: minutes.outcome,
            amendments: minutes.amendments.iter().filter_map(|text| self.prose(text)).collect(),
            comments_received: minutes.comments_received,
        }
    }

    fn registered(&self, name: &PartyName) -> PartyRegistered {
        PartyRegistered {
            committee: self.headlines.committee().clone(),
            name: name.clone(),
            category: name.category().clone(),
            registered_on: Some(self.headlines.held_on),
        }
    }

    fn status(&self, status: &ParsedStatus, lines: LineRange) -> SourcedEvent {
        let (meeting, held_on) = (self.headlines.reference.clone(), self.headlines.held_on);
        let (kind, item, assessment) = (status.kind, status.item, status.assessment.clone());
        let item = item.map(ItemLabel::from);
        if let StatusOutcome::Deferred(deferred_to) = status.outcome {
            let deferred_on = held_on;
            let event = StatusDeferred { meeting, deferred_on, item, kind, assessment, deferred_to };
            return self.party(&status.party, event, lines);
        }
        let value = match &status.outcome {
            StatusOutcome::Agreed(value) => value.as_deref().and_then(|value| self.prose(value)),
            StatusOutcome::Deferred(_) => None,
        };
        let event = StatusAgreed {
            agreed_on: held_on,
            item,
            kind,
            value,
            assessment,
            decision: status.decision.map(|number| DecisionId::new(meeting.clone(), number)),
            authority: None,
            meeting,
        };
        self.party(&status.party, event, lines)
    }

    fn action(&self, action: &ParsedAction, lines: LineRange) -> Option<SourcedEvent> {
        let meeting = self.headlines.reference.clone();
        let event = ActionRaised {
            reference: action.reference.clone(),
            text: self.prose(&action.text)?,
            owners: action.owners.clone(),
            due_on: action.due_on,
            raised_in: Some(meeting.clone()),
            raised_on: self.headlines.held_on,
            item: action.item.map(ItemLabel::from),
            decision: action.decision.map(|number| DecisionId::new(meeting, number)),
            marked: action.mark,
            references: action.references.clone(),
        };
        let stream = StreamId::Action(action.reference.clone());
        Some(self.sourced(stream, Event::Action(event.into()), lines))
    }

    fn update(&self, update: &ActionUpdate, lines: LineRange) -> Option<SourcedEvent> {
        let (on, at_meeting) = (self.headlines.held_on, Some(self.headlines.reference.clone()));
        let note = update.note.as_deref().and_then(|note| self.prose(note));
        let progressed =
            |note, reported| ActionProgressed { note, reported, progressed_on: on, at_meeting: at_meeting.clone() };
        let event: ActionEvent = match &update.progress {
            ActionProgress::OnTarget => progressed(note, Some(ReportedProgress::OnTarget)).into(),
            ActionProgress::Overdue => progressed(note, Some(ReportedProgress::Overdue)).into(),
            ActionProgress::Ongoing => {
                note.as_ref()?;
                progressed(note, None).into()
            }
            ActionProgress::Complete => ActionCompleted { note, completed_on: on, at_meeting }.into(),
            ActionProgress::Withdrawn => ActionWithdrawn { note, withdrawn_on: on, at_meeting }.into(),
            ActionProgress::CarriedForward(to) => {
                ActionCarriedForward { to: *to, note, carried_on: on, at_meeting }.into()
            }
            ActionProgress::Superseded(by) => ActionSuperseded { by: by.clone(), superseded_on: on, at_meeting }.into(),
            ActionProgress::Reopened => ActionReopened { note, reopened_on: on, at_meeting }.into(),
            ActionProgress::DueDateMoved(to) => DueDateMoved { to: *to, note, moved_on: on, at_meeting }.into(),
            ActionProgress::Reassigned(owners) => {
                ActionAssigned { owners: owners.clone(), assigned_on: on, at_meeting }.into()
            }
        };
        let stream = StreamId::Action(update.reference.clone());
        Some(self.sourced(stream, Event::Action(event), lines))
    }
}
