//! The rules for cancelling, postponing and renumbering a meeting.

use super::calendar::{MeetingCancelled, MeetingPostponed, MeetingRenumbered};
use super::{Convened, Meeting, MeetingEvent};
use crate::local_time::is_in_order;
use crate::reference::MeetingRef;
use crate::rejection::{Rejection, ensure};
use chrono::NaiveDate;

impl Meeting {
    pub(super) fn admit_cancellation(
        &self,
        cancelled: &MeetingCancelled,
        convened: &Convened,
    ) -> Result<(), Rejection> {
        self.ensure_not_held("cancelled")?;
        ensure_by_its_day("cancelled", cancelled.cancelled_on, convened)
    }

    pub(super) fn admit_postponement(
        &self,
        postponed: &MeetingPostponed,
        convened: &Convened,
    ) -> Result<(), Rejection> {
        self.ensure_not_held("postponed")?;
        ensure_by_its_day("postponed", postponed.postponed_on, convened)?;
        let starts_at = postponed.starts_at.or(convened.starts_at);
        ensure((postponed.to, starts_at) > (convened.held_on, convened.starts_at), || {
            Rejection::new(
                "postponed-to-later",
                format!("the meeting of {} cannot be postponed to {}", convened.held_on, postponed.to),
                format!("a date after {}, or a later start", convened.held_on),
            )
        })?;
        let ends_at = postponed.ends_after(convened.ends_at);
        ensure(starts_at.zip(ends_at).is_none_or(|(start, end)| is_in_order(start, end)), || {
            Rejection::new(
                "ends-after-start",
                "the meeting ends before it starts",
                "an end later than the start, or after midnight and within twelve hours",
            )
        })
    }

    /// A meeting may be renumbered at any time, also once it is closed or cancelled.
    pub(super) fn admit_renumbering(
        &self,
        renumbered: &MeetingRenumbered,
        convened: &Convened,
    ) -> Result<(), Rejection> {
        let new = &renumbered.reference;
        ensure(new.committee() == convened.reference.committee(), || {
            Rejection::new(
                "reference-of-its-committee",
                format!("{new} is no reference of {}", convened.reference.committee()),
                format!("a reference that begins with {}_", convened.reference.committee()),
            )
        })?;
        ensure(self.reference() != Some(new), || {
            Rejection::new("reference-changes", format!("the meeting is {new} already"), "another reference")
        })?;
        ensure_carries_date(new, convened.held_on)
    }

    /// After a cancellation the record changes only by correction; the meeting may still be renumbered.
    pub(super) fn admit_after_cancellation(&self, event: &MeetingEvent) -> Result<(), Rejection> {
        match (event, &self.convened) {
            (MeetingEvent::EventCorrected(_), _) => Ok(()),
            (MeetingEvent::MeetingRenumbered(renumbered), Some(convened)) => {
                self.admit_renumbering(renumbered, convened)
            }
            (MeetingEvent::MeetingCancelled(_), _) => Err(Rejection::already_recorded(
                "meeting-cancelled-once",
                "the meeting is already cancelled",
                "correct the earlier event to change it",
            )),
            _ => Err(Rejection::new(
                "meeting-not-cancelled",
                format!("the meeting was cancelled: no {} can be added to its record", event.event_type()),
                "strike the cancellation by a correction, with a reason, if the meeting was held",
            )),
        }
    }

    /// Refuses what can only happen to a meeting that is still to be held.
    fn ensure_not_held(&self, what: &str) -> Result<(), Rejection> {
        let held = if self.closed {
            "closed"
        } else if self.is_held() {
            "held: its record says who attended or what was said"
        } else {
            return Ok(());
        };
        Err(Rejection::new(
            "meeting-not-held",
            format!("the meeting cannot be {what}: it was {held}"),
            "a meeting that is still to be held; a correction, with a reason, if the record is wrong",
        ))
    }

    /// Whether the record holds anything that only happens at a meeting.
    fn is_held(&self) -> bool {
        !(self.attending.is_empty()
            && self.passages.is_empty()
            && self.matters.is_empty()
            && self.decisions.is_empty()
            && self.minutes_approved.is_empty())
    }
}

/// Refuses a day after that of the meeting.
fn ensure_by_its_day(what: &str, day: Option<NaiveDate>, convened: &Convened) -> Result<(), Rejection> {
    ensure(day.is_none_or(|day| day <= convened.held_on), || {
        Rejection::new(
            "changed-by-its-day",
            format!("the meeting of {} cannot have been {what} after it", convened.held_on),
            format!("a date up to {}", convened.held_on),
        )
    })
}

/// Refuses a reference whose day is not that of the meeting.
pub(super) fn ensure_carries_date(reference: &MeetingRef, held_on: NaiveDate) -> Result<(), Rejection> {
    ensure(reference.falls_on(held_on), || {
        Rejection::new(
            "reference-carries-date",
            format!("{reference} does not carry the day and month of {held_on}"),
            format!("the reference of that day is {}", reference.on(held_on)),
        )
    })
}
