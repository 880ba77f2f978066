//! What an import makes known: to each audience, and by lowering marks of what is recorded already.

use super::reimport::CorrectionStep;
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{DecisionId, DocumentEdition};
use minutebook_domain::{Event, StreamId};
use minutebook_import::report::AudienceReport;
use minutebook_ledger::Command;
use minutebook_projections::editions::innermost;
use std::collections::BTreeSet;

/// An event whose mark an import lowers.
#[derive(Debug, Clone)]
pub struct LoweredEvent {
    /// The event, as the document states it.
    pub event: Event,
    /// The mark that it had until now.
    pub from: Classification,
    /// The mark from now on.
    pub to: Classification,
}

/// Returns the events whose marks the steps lower.
pub(super) fn lowered(steps: &[CorrectionStep]) -> Vec<LoweredEvent> {
    let lowered = |step: &CorrectionStep| match (&step.command, step.lowered_from) {
        (Command::Correct { change: Change::Marked(marking), .. }, Some(from)) if marking.field.is_none() => {
            Some(LoweredEvent { event: step.sourced.event.clone(), from, to: marking.classification })
        }
        // An event that was marked higher since, and is replaced under the mark of the document.
        (Command::Correct { change: Change::Replaced(event), .. }, Some(from)) => {
            let to = step.sourced.classification?;
            Some(LoweredEvent { event: innermost(event)?, from, to })
        }
        _ => None,
    };
    steps.iter().filter_map(lowered).collect()
}

/// What one step makes known: to those who may read `from`, if they did not know it already.
struct MadeKnown {
    from: Classification,
    /// The lowest mark of those who know it already.
    known_from: Option<Classification>,
    is_event: bool,
    texts: Vec<Classification>,
    reference: Option<String>,
}

/// Returns what each audience newly reads, for each level of the edition's scheme at which that is more than below.
pub(super) fn audiences(edition: &DocumentEdition, steps: &[CorrectionStep]) -> Vec<AudienceReport> {
    let known: Vec<MadeKnown> = steps.iter().filter_map(|step| made_known(edition, step)).collect();
    let scheme = Scheme::all().iter().find(|scheme| scheme.has(edition.classification));
    let levels = scheme.unwrap_or_else(Scheme::panel_information_policy).levels();
    let mut audiences: Vec<AudienceReport> = Vec::new();
    for audience in levels.iter().filter_map(|level| level.label.parse::<Classification>().ok()) {
        let reads = |mark: Classification| mark.rank() <= audience.rank();
        let new: Vec<&MadeKnown> =
            known.iter().filter(|known| reads(known.from) && !known.known_from.is_some_and(reads)).collect();
        let events = new.iter().filter(|known| known.is_event).count();
        let texts = new.iter().flat_map(|known| &known.texts).filter(|mark| reads(**mark)).count();
        let references: BTreeSet<&String> = new.iter().filter_map(|known| known.reference.as_ref()).collect();
        let is_more = audiences.last().is_none_or(|below| (below.events, below.texts) != (events, texts));
        if is_more && (events, texts) != (0, 0) {
            let references = references.into_iter().cloned().collect();
            audiences.push(AudienceReport { audience, events, texts, references });
        }
    }
    audiences
}

fn made_known(edition: &DocumentEdition, step: &CorrectionStep) -> Option<MadeKnown> {
    let (change, source) = match &step.command {
        Command::Record { event, source, .. } => (Change::Replaced(Box::new(event.clone())), source),
        Command::Correct { change, source, .. } => (change.clone(), source),
        Command::Merge { .. } => return None,
    };
    // What another edition said is said again under its own mark: nobody reads anything new.
    if source.as_ref().and_then(|source| source.edition.as_ref()).is_some_and(|of| of != edition) {
        return None;
    }
    let reference = reference(&step.sourced.stream, &step.sourced.event);
    match change {
        Change::Struck => None,
        Change::Marked(marking) => {
            let known_from = Some(step.lowered_from?);
            let from = marking.classification;
            let is_event = marking.field.is_none();
            let texts = if is_event { Vec::new() } else { vec![from] };
            Some(MadeKnown { from, known_from, is_event, texts, reference })
        }
        Change::Replaced(event) | Change::Supplemented(event) => {
            let mut texts = Vec::new();
            innermost(&event)?.redactable().texts(&mut |_, text| texts.push(text.mark()));
            let from = step.sourced.classification.unwrap_or(edition.classification);
            Some(MadeKnown { from, known_from: None, is_event: true, texts, reference })
        }
    }
}

/// The reference by which a reader finds what became known: of an action, a party or a decision.
fn reference(stream: &StreamId, event: &Event) -> Option<String> {
    match (stream, event) {
        (StreamId::Action(action), _) => Some(action.to_string()),
        (StreamId::Party(_, party), _) => Some(party.to_string()),
        (StreamId::Meeting(meeting), Event::Meeting(MeetingEvent::DecisionRecorded(decision))) => {
            Some(DecisionId::new(meeting.clone(), decision.number).to_string())
        }
        _ => None,
    }
}
