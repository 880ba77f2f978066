//! What a document says of actions, and what its readers know of them.
//!
//! A statement has at least the lowest mark at which the rules admit it: of an action that was raised at AMBER nobody below
//! AMBER knows, and what was completed at AMBER can be reopened only for readers who know that. What the ledger holds at a
//! higher mark than the document's is news to the document's readers, and is recorded again for them; what they know
//! already is not.

use super::intake::Intake;
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Standing;
use minutebook_domain::rules::Rules;
use minutebook_domain::{Event, RecordedEvent, Rejection, StreamId};
use minutebook_import::SourcedEvent;
use minutebook_ledger::{RecordError, Selection};
use minutebook_projections::redaction::{marks_of, standing_for};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The statements of a document, with the marks that they are recorded at.
pub(super) struct KnownActions {
    /// Those that are news to their readers.
    pub(super) news: Vec<SourcedEvent>,
    /// Those that their readers know already.
    pub(super) known: Vec<(SourcedEvent, Rejection)>,
    /// Those that are recorded at a higher mark than they are stated at: the first line of each, and why.
    pub(super) raised: Vec<(u32, String)>,
}

impl Intake<'_> {
    /// Divides the statements of a document by whether their readers know them already. Only what is said of actions is
    /// looked at.
    pub(super) async fn without_known_actions(&self, stated: Vec<SourcedEvent>) -> Result<KnownActions, RecordError> {
        let (mut news, mut known, mut raised) = (Vec::with_capacity(stated.len()), Vec::new(), Vec::new());
        let mut states: HashMap<StreamId, ActionStates> = HashMap::new();
        for mut sourced in stated {
            if !matches!(sourced.event, Event::Action(_)) {
                news.push(sourced);
                continue;
            }
            let states = match states.entry(sourced.stream.clone()) {
                Entry::Occupied(states) => states.into_mut(),
                Entry::Vacant(place) => {
                    let selection = Selection::Stream(sourced.stream.clone());
                    let history = self.recorder.log().read_all(selection).await?;
                    place.insert(ActionStates::of(&history, |_| true))
                }
            };
            match states.take_in(&mut sourced) {
                Ok(reason) => {
                    raised.extend(reason.map(|reason| (sourced.lines.0, reason)));
                    news.push(sourced);
                }
                Err(refusal) => known.push((sourced, refusal)),
            }
        }
        Ok(KnownActions { news, known, raised })
    }
}

/// The states of an action for readers up to each mark at which they differ, from the lowest.
#[derive(Clone)]
pub(super) struct ActionStates(Vec<(Classification, Action)>);

impl ActionStates {
    /// The states after those facts of the stream that `counts` admits.
    pub(super) fn of(history: &[RecordedEvent], counts: impl Fn(&Standing<Event>) -> bool) -> Self {
        let state = |mark: Classification| {
            let mut state = Action::default();
            for standing in standing_for(history, Clearance::up_to(mark)) {
                if let Event::Action(event) = &standing.event
                    && counts(&standing)
                {
                    state.evolve(event);
                }
            }
            (mark, state)
        };
        Self(marks_of(history).into_iter().map(state).collect())
    }

    /// Returns the lowest mark at which the rules admit an event; none if they admit it nowhere.
    pub(super) fn least_mark(&self, event: &ActionEvent) -> Option<Classification> {
        self.0.iter().find(|(_, state)| state.admit(event).is_ok()).map(|(mark, _)| *mark)
    }

    /// Gives a statement the mark that it is recorded at, and takes it in; refuses it if its readers know it already. Returns
    /// why the mark is higher than the stated one, if it is.
    pub(super) fn take_in(&mut self, sourced: &mut SourcedEvent) -> Result<Option<String>, Rejection> {
        let (Event::Action(event), Some(stated)) = (&sourced.event, sourced.classification) else { return Ok(None) };
        let mark = self.least_mark(event).filter(|least| least.rank() > stated.rank()).unwrap_or(stated);
        let event = event.clone();
        raise(sourced, mark);
        let level = self.0.iter().rposition(|(at, _)| at.rank() <= mark.rank()).unwrap_or_default();
        let (at, state) = &self.0[level];
        state.ensure_news(&event)?;
        if at.rank() < mark.rank() {
            self.0.insert(level + 1, (mark, state.clone()));
        }
        for (_, state) in self.0.iter_mut().filter(|(at, _)| at.rank() >= mark.rank()) {
            state.evolve(&event);
        }
        let action = sourced.stream.subject();
        let reason = format!(
            "readers below {mark} do not know what this rests on: {action} is updated at {mark}, not at {stated}"
        );
        Ok((mark.rank() > stated.rank()).then_some(reason))
    }
}

/// Gives a statement and its texts a mark, where theirs are lower.
fn raise(sourced: &mut SourcedEvent, mark: Classification) {
    if sourced.classification.is_some_and(|stated| stated.rank() < mark.rank()) {
        sourced.classification = Some(mark);
    }
    sourced.event.redactable().texts(&mut |_, text| {
        if text.mark().rank() < mark.rank() {
            text.set_mark(mark);
        }
    });
}
