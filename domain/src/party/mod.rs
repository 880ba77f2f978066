//! Parties: the state of one, its statuses, and the rules for its events.

mod assessment;
mod events;

pub use assessment::Assessment;
pub use events::{PartyEvent, PartyIdentified, PartyRegistered, StatusAgreed, StatusDeferred};

use crate::classification::Classification;
use crate::correction::Correctable as _;
use crate::meeting::{UnknownWord, words};
use crate::reference::{MeetingRef, PartyName};
use crate::rejection::{Rejection, ensure};
use crate::rules::{LiveRecording, Rules, aggregate};
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// A kind of status, by the assessment that it follows.
    StatusKind {
        /// After a Full User Security Assessment (Smart Energy Code, section G8).
        Assurance = "assurance",
        /// After a Verification User Security Assessment.
        Compliance = "compliance",
    }
}

/// The assurance statuses of the code; `Approved subject to` is followed by the required steps.
pub const ASSURANCE_STATUSES: [&str; 4] = ["Approved", "Approved subject to …", "Deferred", "Rejected"];

/// The state of a party, as far as its rules need it; it holds no classified text.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    name: Option<PartyName>,
    /// The kinds of status that were agreed or deferred, each with the meeting.
    dealt_with: Vec<(StatusKind, MeetingRef)>,
}

impl Party {
    /// Returns whether the party is registered.
    pub fn is_registered(&self) -> bool {
        self.name.is_some()
    }

    fn admit_status(
        &self,
        kind: StatusKind,
        meeting: &MeetingRef,
        assessment: Option<&Assessment>,
    ) -> Result<(), Rejection> {
        let fits = match assessment {
            Some(Assessment::Full) => kind == StatusKind::Assurance,
            Some(Assessment::Verification) => kind == StatusKind::Compliance,
            _ => true,
        };
        ensure(fits, || {
            Rejection::new(
                "status-fits-assessment",
                format!("no {kind} status follows from that assessment"),
                "assurance after a Full, compliance after a Verification assessment",
            )
        })?;
        ensure(!self.dealt_with.iter().any(|(k, m)| *k == kind && m == meeting), || {
            Rejection::new(
                "status-once-a-meeting",
                format!("the {kind} status was already dealt with at {meeting}"),
                "correct the earlier event",
            )
        })
    }
}

impl Rules for Party {
    type Event = PartyEvent;

    fn admit(&self, event: &PartyEvent) -> Result<(), Rejection> {
        if let PartyEvent::PartyRegistered(registered) = event {
            return ensure(registered.category == *registered.name.category(), || {
                Rejection::new(
                    "category-fits-name",
                    format!("{} is no {}", registered.name, registered.category),
                    format!("the category {}", registered.name.category()),
                )
            });
        }
        ensure(self.is_registered(), || {
            Rejection::not_begun("party-registered-first", "the party is not registered", "register it first")
        })?;
        match event {
            PartyEvent::StatusAgreed(agreed) => {
                self.admit_status(agreed.kind, &agreed.meeting, agreed.assessment.as_ref())?;
                agreed.admit_value()
            }
            PartyEvent::StatusDeferred(deferred) => {
                self.admit_status(deferred.kind, &deferred.meeting, deferred.assessment.as_ref())?;
                ensure(deferred.deferred_to.is_none_or(|to| to > deferred.deferred_on), || {
                    Rejection::new(
                        "deferred-to-later",
                        "a status cannot be deferred to a past day",
                        format!("a date after {}", deferred.deferred_on),
                    )
                })
            }
            PartyEvent::PartyIdentified(identified) => {
                let mark = identified.real_name.classification();
                ensure(mark.rank() >= Classification::highest().rank(), || {
                    Rejection::new(
                        "real-name-is-red",
                        format!("the link from a pseudonym to a real name cannot be {mark}"),
                        "the classification RED",
                    )
                })
            }
            PartyEvent::PartyRegistered(_) | PartyEvent::EventCorrected(_) => Ok(()),
        }
    }

    // A document for more readers than an earlier one states the registration again, for those who know only that document.
    fn admit_live(&self, event: &PartyEvent, live: LiveRecording) -> Result<(), Rejection> {
        live.admit_day(event.as_payload().occurred())?;
        let PartyEvent::PartyRegistered(registered) = event else { return Ok(()) };
        ensure(self.name.is_none(), || {
            Rejection::already_recorded(
                "party-registered-once",
                format!("{} is already registered", registered.name),
                "correct the earlier event to change its category",
            )
        })
    }

    fn evolve(&mut self, event: &PartyEvent) {
        match event {
            PartyEvent::PartyRegistered(registered) => self.name = Some(registered.name.clone()),
            PartyEvent::StatusAgreed(agreed) => self.dealt_with.push((agreed.kind, agreed.meeting.clone())),
            PartyEvent::StatusDeferred(deferred) => self.dealt_with.push((deferred.kind, deferred.meeting.clone())),
            PartyEvent::PartyIdentified(_) | PartyEvent::EventCorrected(_) => {}
        }
    }
}

aggregate!(Party, PartyEvent, "party");
