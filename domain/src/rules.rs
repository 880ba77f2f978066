//! What the aggregates have in common: commands, the rules that admit events, and the fold.
//!
//! A command is "record that this happened": the aggregate numbers the event and applies the rules. The rules are on
//! the event, so a live command, an import, a correction and `verify` are all held to the same ones. A history is legal
//! if each event is admitted by the state that the events before it lead to.

use crate::correction::{Change, Correctable, Correction, Marking, in_force};
use crate::metadata::REASON;
use crate::payload::References;
use crate::rejection::{Rejection, ensure};
use crate::stream::StreamVersion;
use chrono::{NaiveDate, NaiveTime};

/// A command to one aggregate.
#[derive(Debug, Clone)]
pub enum AggregateCommand<E> {
    /// Record an event. A number that is 0 (an item's, a decision's, …) becomes the next free one.
    Record(E),
    /// Correct an earlier event.
    Correct {
        /// The event's version, and the change.
        correction: Correction<E>,
        /// The stream's whole history, from version 1.
        history: Vec<E>,
    },
}

/// What a live recording is judged by, besides the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveRecording {
    /// The current day in the committee's time zone.
    pub today: NaiveDate,
    /// Whether the sender says that what is recorded is planned.
    pub planned: bool,
}

impl LiveRecording {
    /// Refuses what is said to have happened on a day that is still to come, unless it is planned.
    pub fn admit_day(self, occurred: Option<(NaiveDate, Option<NaiveTime>)>) -> Result<(), Rejection> {
        let to_come = occurred.map(|(day, _)| day).filter(|day| *day > self.today && !self.planned);
        to_come.map_or(Ok(()), |day| {
            Err(Rejection::new(
                "day-has-come",
                format!("{day} lies in the future"),
                format!("a date up to {}, or a plan: `--planned`, or `planned=true` over HTTP", self.today),
            ))
        })
    }
}

/// The pure core of an aggregate.
pub trait Rules: Default + Clone {
    /// The events of such an aggregate.
    type Event: Correctable;

    /// Whether the first event of a stream may be struck, if nothing else stands in the stream. Other records must not rest
    /// on it.
    const FIRST_MAY_BE_STRUCK: bool = false;

    /// Fills in the numbers that the event leaves to the aggregate.
    fn number(&self, _event: &mut Self::Event) {}

    /// Gives a replacement the number of the event that it replaces, and refuses another number: other records refer
    /// to this one.
    fn renumber(_by: &mut Self::Event, _corrected: &Self::Event) -> Result<(), Rejection> {
        Ok(())
    }

    /// Admits `event` after this state, or returns the rule that it would break.
    fn admit(&self, event: &Self::Event) -> Result<(), Rejection>;

    /// Admits an admitted event that is recorded live, or returns the rule that it would break. A document states what was
    /// minuted, so its events are not held to these rules.
    fn admit_live(&self, _event: &Self::Event, _live: LiveRecording) -> Result<(), Rejection> {
        Ok(())
    }

    /// Applies an admitted event to the state.
    fn evolve(&mut self, event: &Self::Event);

    /// Reserves the numbers in `event`, effective or not. A number is never given out twice, so that references to it
    /// keep their meaning.
    fn reserve(&mut self, _event: &Self::Event) {}

    /// The events that `command` leads to.
    fn decide(&self, command: AggregateCommand<Self::Event>) -> Result<Vec<Self::Event>, Rejection> {
        match command {
            AggregateCommand::Record(mut event) => {
                ensure(event.as_correction().is_none(), || {
                    Rejection::new(
                        "correction-names-its-event",
                        "a correction is not recorded like other events",
                        "correct the event by its id",
                    )
                })?;
                self.number(&mut event);
                self.admit(&event)?;
                Ok(vec![event])
            }
            AggregateCommand::Correct { correction, history } => {
                let event = Self::correct(&history, correction)?;
                Ok(vec![event])
            }
        }
    }

    /// The event that records `correction`. The history with the correction applied must be legal.
    fn correct(history: &[Self::Event], mut correction: Correction<Self::Event>) -> Result<Self::Event, Rejection> {
        let corrected = check_correction(history, &correction, Self::FIRST_MAY_BE_STRUCK)?;
        // References that the payload does not hold, such as a decision's own id, come from the sender and stay.
        let mut named = References::default();
        named.extend(&correction.corrected_references);
        corrected.as_payload().references(&mut named);
        correction.corrected_references = named.into_vec().iter().filter_map(|name| name.parse().ok()).collect();
        match &mut correction.change {
            Change::Struck | Change::Marked(_) => {}
            Change::Replaced(by) => Self::renumber(by, corrected)?,
            // The omitted event is numbered after the whole history, not at its place in it.
            Change::Supplemented(omitted) => fold::<Self>(history).number(omitted),
        }
        let event = Self::Event::from(correction);
        let mut after = history.to_vec();
        after.push(event.clone());
        legal::<Self>(&after).map_err(|(place, refusal)| {
            Rejection::new(
                "corrected-history-legal",
                format!("with the correction the record would be illegal at its event {place}: {}", refusal.what()),
                format!("{} [{}]", refusal.accepted(), refusal.rule()),
            )
        })?;
        Ok(event)
    }
}

/// The event among those `before` the correction that it names, if the change fits that event.
fn check_correction<'a, E: Correctable>(
    before: &'a [E],
    correction: &Correction<E>,
    first_may_be_struck: bool,
) -> Result<&'a E, Rejection> {
    let index = usize::try_from(correction.version.number()).ok().and_then(|version| version.checked_sub(1));
    let (index, corrected) =
        index.and_then(|index| before.get(index).map(|corrected| (index, corrected))).ok_or_else(|| {
            Rejection::new(
                "correction-names-its-event",
                format!("there is no version {} before the correction", correction.version),
                format!("the versions there are 1 to {}", before.len()),
            )
        })?;
    match &correction.change {
        // The first event says what the stream is about, and other streams rest on that.
        Change::Struck => ensure(index > 0 || first_may_be_struck, || {
            Rejection::new(
                "first-event-stands",
                "the first event of a stream cannot be struck: other records may rest on it",
                "replace it by one that says what should have stood there",
            )
        })?,
        Change::Replaced(by) => {
            let alternative = corrected.as_payload().alternative();
            let is_alternative = alternative.is_some() && by.as_payload().alternative() == alternative;
            ensure(is_alternative || std::mem::discriminant(&**by) == std::mem::discriminant(corrected), || {
                Rejection::new(
                    "replacement-of-same-type",
                    "an event can be replaced only by one of its own type, or of a type that says otherwise of the same",
                    "strike it and record the other in its place",
                )
            })?;
            // A correction that replaces another stands in its place, so it too may name only earlier events.
            if let Some(by) = by.as_correction() {
                check_correction(&before[..index], by, first_may_be_struck)?;
            }
        }
        Change::Marked(marking) => ensure(has_field(corrected, marking), || {
            Rejection::new(
                "mark-of-a-text",
                format!("the event has no text `{}`", marking.field.as_deref().unwrap_or_default()),
                "the name of a text of the event, or none for the event as a whole",
            )
        })?,
        Change::Supplemented(omitted) => {
            ensure(omitted.as_correction().is_none() && corrected.as_correction().is_none(), || {
                Rejection::new(
                    "supplement-is-a-fact",
                    "a correction cannot be supplemented",
                    "correct the event it names",
                )
            })?;
        }
    }
    Ok(corrected)
}

/// Returns whether the event has the text that the marking names, if it names one. The reason is no part of the payload.
fn has_field<E: Correctable>(event: &E, marking: &Marking) -> bool {
    let Some(field) = &marking.field else { return true };
    let mut found = field == REASON;
    event.clone().as_redactable().texts(&mut |name, _| found |= name == field);
    found
}

/// The state after `events`, the whole stream, with corrections applied.
pub fn fold<R: Rules>(events: &[R::Event]) -> R {
    let mut state = R::default();
    for event in in_force(events) {
        state.evolve(event);
    }
    for event in events {
        state.reserve(event);
    }
    state
}

/// The state after the effective history of `events`, or the place (from 1) of its first event that the rules refuse.
fn legal<R: Rules>(events: &[R::Event]) -> Result<R, (usize, Rejection)> {
    let mut state = R::default();
    for (index, event) in in_force(events).into_iter().enumerate() {
        state.admit(event).map_err(|refusal| (index + 1, refusal))?;
        state.evolve(event);
    }
    Ok(state)
}

/// Replays the rules over a whole stream: returns its state, or the first version that the rules refuse.
pub fn check_history<R: Rules>(events: &[R::Event]) -> Result<R, (StreamVersion, Rejection)> {
    let mut state = R::default();
    for (index, event) in events.iter().enumerate() {
        let version = StreamVersion::new(index as u64 + 1);
        if let Some(correction) = event.as_correction() {
            R::correct(&events[..index], correction.clone()).map_err(|refusal| (version, refusal))?;
            state = fold(&events[..=index]);
        } else {
            state.admit(event).map_err(|refusal| (version, refusal))?;
            state.evolve(event);
            state.reserve(event);
        }
    }
    Ok(state)
}

/// Implements `cqrs-es`'s `Aggregate` for a type with [`Rules`].
macro_rules! aggregate {
    ($state:ident, $event:ident, $kind:literal) => {
        impl $crate::correction::Correctable for $event {
            fn as_correction(&self) -> Option<&$crate::correction::Correction<Self>> {
                match self {
                    Self::EventCorrected(correction) => Some(correction),
                    _ => None,
                }
            }

            fn as_payload(&self) -> &dyn $crate::payload::Payload {
                self.payload()
            }

            fn as_payload_mut(&mut self) -> &mut dyn $crate::payload::Payload {
                self.payload_mut()
            }

            fn whole(&self) -> Option<$crate::classification::Classification> {
                $event::whole(self)
            }

            fn marks(&self, visit: &mut dyn FnMut($crate::classification::Classification)) {
                $event::marks(self, visit);
            }

            fn as_redactable(&mut self) -> &mut dyn $crate::classification::Redact {
                self.redactable()
            }
        }

        impl From<$crate::correction::Correction<$event>> for $event {
            fn from(correction: $crate::correction::Correction<$event>) -> Self {
                Self::EventCorrected(correction)
            }
        }

        impl cqrs_es::Aggregate for $state {
            const TYPE: &'static str = $kind;
            type Command = $crate::rules::AggregateCommand<$event>;
            type Event = $event;
            type Error = $crate::Rejection;
            type Services = ();

            async fn handle(
                &mut self,
                command: Self::Command,
                (): &(),
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), $crate::Rejection> {
                for event in $crate::rules::Rules::decide(self, command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: $event) {
                $crate::rules::Rules::evolve(self, &event);
                $crate::rules::Rules::reserve(self, &event);
            }
        }
    };
}
pub(crate) use aggregate;
