//! What the ledger already holds of the committee whose action log is read.

use chrono::NaiveDate;
use minutebook_domain::action::{Action, ActionEvent, ReportedProgress};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::reference::{ActionRef, MeetingRef};
use minutebook_domain::rules::fold;
use std::collections::{BTreeMap, BTreeSet};

/// What the ledger holds of the action log's committee, as the readers of each row may know it.
#[derive(Debug, Clone, Default)]
pub struct KnownCommittee {
    /// The actions that the readers of their rows know, by the ledger's references.
    pub actions: BTreeMap<ActionRef, KnownAction>,
    /// The references of all actions, so that none gets a second spelling.
    pub references: BTreeSet<ActionRef>,
    /// The committee's meetings that readers up to a mark know, by number.
    pub meetings: BTreeMap<Classification, BTreeMap<u32, (MeetingRef, NaiveDate)>>,
    /// The day of the import: the latest day for a change without a date.
    pub today: NaiveDate,
}

impl KnownCommittee {
    /// The meeting with this number, and its day, as readers up to a mark know it.
    pub(super) fn meeting(&self, mark: Classification, number: u32) -> Option<&(MeetingRef, NaiveDate)> {
        self.meetings.get(&mark)?.get(&number)
    }

    /// The day of the last meeting that readers up to a mark know.
    pub(super) fn last_meeting(&self, mark: Classification) -> Option<NaiveDate> {
        self.meetings.get(&mark)?.values().map(|(_, held_on)| *held_on).max()
    }
}

/// An action as the ledger holds it.
#[derive(Debug, Clone, Default)]
pub struct KnownAction {
    pub(super) state: Action,
    pub(super) raised_on: Option<NaiveDate>,
    /// What is to be done.
    pub(super) text: String,
    /// The words of every update, in the form of [`plain`].
    pub(super) notes: BTreeSet<String>,
    pub(super) reported: Option<ReportedProgress>,
    pub(super) carried_forward: bool,
}

impl KnownAction {
    /// Builds the action from the events of its stream.
    pub fn new(events: &[ActionEvent]) -> Self {
        let mut known = Self { state: fold(events), ..Self::default() };
        for event in in_force(events) {
            known.note(event);
        }
        known
    }

    /// Applies one more event.
    pub(super) fn take_in(&mut self, event: &ActionEvent) {
        use minutebook_domain::rules::Rules;
        self.state.evolve(event);
        self.note(event);
    }

    fn note(&mut self, event: &ActionEvent) {
        let clearance = Clearance::up_to(Classification::highest());
        let note = match event {
            ActionEvent::ActionProgressed(progressed) => {
                self.reported = progressed.reported.or(self.reported);
                &progressed.note
            }
            ActionEvent::ActionCarriedForward(carried) => &carried.note,
            ActionEvent::ActionCompleted(completed) => &completed.note,
            ActionEvent::ActionWithdrawn(withdrawn) => &withdrawn.note,
            ActionEvent::ActionReopened(reopened) => &reopened.note,
            ActionEvent::DueDateMoved(moved) => &moved.note,
            ActionEvent::ActionRaised(raised) => {
                self.raised_on = Some(raised.raised_on);
                self.text = raised.text.disclose(clearance).map(ToString::to_string).unwrap_or_default();
                return;
            }
            ActionEvent::ActionAssigned(_) | ActionEvent::ActionSuperseded(_) | ActionEvent::EventCorrected(_) => {
                return;
            }
        };
        self.carried_forward = matches!(event, ActionEvent::ActionCarriedForward(_));
        let words = note.as_ref().and_then(|note| note.disclose(clearance)).map(|note| plain(note.as_str()));
        self.notes.extend(words);
    }

    /// Whether an update in the ledger contains these words.
    pub(super) fn says(&self, words: &str) -> bool {
        let words = plain(words);
        self.notes.iter().any(|note| note.contains(&words))
    }
}

/// Whether one text's words appear in the other in the same order: `Circulate the paper` in `SECAS to circulate the
/// paper by 28 April`. Action logs are often shorter than the headlines.
pub(super) fn says_no_more(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let within = |shorter: &[String], longer: &[String]| {
        let mut rest = longer.iter();
        shorter.iter().all(|word| rest.any(|said| said == word))
    };
    within(&one, &other) || within(&other, &one)
}

/// Returns a text in lower case with single spaces, for comparison.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
