//! `minutebook record mark`: another mark for what is recorded.

use crate::cli::failure::Failure;
use crate::cli::scope::full_clearance;
use crate::cli::terminal::print_error;
use crate::query::meeting_names::first_reference;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::{Change, Marking};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{CommitteeCode, DecisionId, Name, PartyName};
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId};
use minutebook_ledger::{Command, Log, Selection};
use minutebook_projections::redaction::redacted_history;
use minutebook_projections::summary;
use std::collections::HashSet;

/// Change who may know of what is recorded, or who may read one text of it.
///
/// A mark is changed by an event of its own, which needs a --reason. An action or a party stands for every event of it; a
/// decision, for the event that recorded it; a meeting, for its notice and for everything in it that has a lower mark. To
/// lower a mark takes --yes. Without it, the command lists what would become known.
#[derive(clap::Args)]
pub(super) struct MarkArgs {
    /// An event's id, an action (SSC72/01), a decision (SSC_72_2702/D3), a meeting (SSC_72_2702), or a party ('Other User
    /// L' with --committee, or 'party:SSC:Other User L').
    reference: String,
    /// The mark from now on.
    level: Classification,
    /// Mark this text of the event and not the event as a whole: text, note, title, value, reason, authority, …
    #[arg(long, value_name = "TEXT")]
    field: Option<String>,
    /// The committee of the party.
    #[arg(long, value_name = "COMMITTEE")]
    committee: Option<CommitteeCode>,
    /// Who authorised the change: a meeting, the chair.
    #[arg(long, value_name = "WHOSE")]
    authority: Option<Name>,
    /// Lower marks too.
    #[arg(long)]
    yes: bool,
}

/// What the reference stands for.
enum MarkedSubject {
    Event(EventId),
    Decision(DecisionId),
    /// Every event of an action, a party or a committee; a meeting's notice, and what is marked lower.
    Stream(StreamId),
}

impl MarkArgs {
    /// Returns one correction for each event whose mark changes.
    pub(super) async fn into_commands(
        self,
        log: &Log,
        classification: Option<Classification>,
    ) -> Result<Vec<Command>, Failure> {
        let subject = self.subject()?;
        let none = || Failure::new(format!("the ledger has no `{}`", self.reference));
        let stream = match &subject {
            MarkedSubject::Event(event) => log.stream_of(*event).await?.ok_or_else(none)?,
            MarkedSubject::Decision(decision) => {
                StreamId::Meeting(first_reference(log, full_clearance(), decision.meeting()).await?)
            }
            MarkedSubject::Stream(StreamId::Meeting(meeting)) => {
                StreamId::Meeting(first_reference(log, full_clearance(), meeting).await?)
            }
            MarkedSubject::Stream(stream) => stream.clone(),
        };
        let stored = log.read_all(Selection::Stream(stream)).await?;
        // Read with full clearance, each event has the marks in force.
        let mut events = redacted_history(&stored, stored.len(), Clearance::full());
        // What was struck stays hidden, whatever its mark.
        let strikes = stored.iter().filter(|recorded| recorded.event.strikes());
        let struck: HashSet<EventId> = strikes.filter_map(|strike| strike.metadata.corrects).collect();
        events.retain(|recorded| self.selects(&subject, recorded) && !struck.contains(&recorded.event_id));
        if events.is_empty() {
            return Err(none());
        }
        if let Some(field) = &self.field {
            let known: Vec<String> = events.iter_mut().flat_map(texts).map(|(name, _)| name.to_owned()).collect();
            events.retain_mut(|recorded| texts(recorded).iter().any(|(name, _)| name == field));
            if events.is_empty() {
                let failure = Failure::new(format!("`{}` has no text `{field}`", self.reference));
                return Err(if known.is_empty() {
                    failure
                } else {
                    failure.with_help(format!("it has: {}", known.join(", ")))
                });
            }
        }
        events.retain_mut(|recorded| self.marks(recorded).iter().any(|mark| *mark != self.level));
        self.announce_lowered(&mut events)?;
        let marking = Marking { classification: self.level, field: self.field.clone(), omitted: false };
        let command = |recorded: &RecordedEvent| Command::Correct {
            event: recorded.event_id,
            change: Change::Marked(marking.clone()),
            authority: self.authority.clone(),
            source: None,
            classification,
        };
        Ok(events.iter().map(command).collect())
    }

    fn subject(&self) -> Result<MarkedSubject, Failure> {
        let text = self.reference.trim();
        if let Ok(event) = text.parse() {
            return Ok(MarkedSubject::Event(event));
        }
        if let Ok(decision) = text.parse() {
            return Ok(MarkedSubject::Decision(decision));
        }
        let stream = text.parse().or_else(|_| text.parse().map(StreamId::Action));
        if let Ok(stream) = stream.or_else(|_| text.parse().map(StreamId::Meeting)) {
            return Ok(MarkedSubject::Stream(stream));
        }
        let failure = Failure::new(format!("`{text}` names nothing that has a mark"));
        match (text.parse::<PartyName>(), &self.committee) {
            (Ok(party), Some(committee)) => Ok(MarkedSubject::Stream(StreamId::Party(committee.clone(), party))),
            (Ok(_), None) => Err(failure.with_help("give the party's --committee")),
            (Err(_), _) => {
                Err(failure.with_help("expected an event's id, an action, a decision, a meeting or a party"))
            }
        }
    }

    /// Returns whether the reference stands for the event. A change of a mark has no text, and its mark tells nothing.
    fn selects(&self, subject: &MarkedSubject, recorded: &RecordedEvent) -> bool {
        let innermost = match &recorded.event {
            Event::Meeting(event) => event.or_correcting(),
            _ => None,
        };
        match subject {
            MarkedSubject::Event(event) => recorded.event_id == *event,
            _ if recorded.event.marking().is_some() => false,
            MarkedSubject::Decision(decision) => {
                matches!(innermost, Some(MeetingEvent::DecisionRecorded(recorded)) if recorded.number == decision.number())
            }
            MarkedSubject::Stream(StreamId::Meeting(_)) => {
                let is_lower = recorded.metadata.classification.rank() < self.level.rank();
                matches!(innermost, Some(MeetingEvent::MeetingConvened(_))) || (self.field.is_none() && is_lower)
            }
            MarkedSubject::Stream(_) => true,
        }
    }

    /// Returns the marks that the command would change.
    fn marks(&self, recorded: &mut RecordedEvent) -> Vec<Classification> {
        match &self.field {
            None => [Some(recorded.metadata.classification), recorded.event.whole()].into_iter().flatten().collect(),
            Some(field) => {
                texts(recorded).into_iter().filter(|(name, _)| name == field).map(|(_, mark)| mark).collect()
            }
        }
    }

    /// Lists on standard error what the command makes known, and refuses it without `--yes`.
    fn announce_lowered(&self, events: &mut [RecordedEvent]) -> Result<(), Failure> {
        let mut lowered = 0;
        for recorded in events {
            let highest = self.marks(recorded).into_iter().max_by_key(|mark| mark.rank());
            let Some(highest) = highest.filter(|mark| mark.rank() > self.level.rank()) else { continue };
            if lowered == 0 {
                let verb = if self.yes { "becomes" } else { "would become" };
                print_error(&format!("this {verb} known to readers of {}:", self.level));
            }
            lowered += 1;
            print_error(&format!(
                "  position {}, {highest} until now: {}: {}",
                recorded.position,
                recorded.event.event_type(),
                summary(&recorded.event, full_clearance())
            ));
            for (name, mark) in texts(recorded).into_iter().filter(|(_, mark)| mark.rank() > self.level.rank()) {
                if self.field.is_none() {
                    print_error(&format!("    its {name} stays {mark}: mark it with --field {name}"));
                }
            }
        }
        if lowered == 0 || self.yes {
            return Ok(());
        }
        let marks = if lowered == 1 { "a mark".to_owned() } else { format!("{lowered} marks") };
        Err(Failure::new(format!("{marks} would be lowered to {}", self.level)).with_help("give --yes to lower"))
    }
}

/// The field and the mark of each text of the event.
fn texts(recorded: &mut RecordedEvent) -> Vec<(&'static str, Classification)> {
    let mut texts = Vec::new();
    recorded.texts(&mut |name, text| texts.push((name, text.mark())));
    texts
}
