//! The events that change when a meeting is held, whether it is held, and what it is called.

use crate::classification::{Classified, stored_option};
use crate::payload::{Payload, References};
use crate::reference::{MeetingRef, Name, Prose};
use crate::roles;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// A meeting that was convened will not be held.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingCancelled {
    /// The day on which it was cancelled, at the latest that of the meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub cancelled_on: Option<NaiveDate>,
    /// The reason as announced.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
}

roles!(MeetingCancelled { cancelled_on: Open, note: Optional });

impl Payload for MeetingCancelled {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.cancelled_on.map(|day| (day, None))
    }
}

/// A meeting was put off to a later day or hour. Its reference stays until it is renumbered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingPostponed {
    /// The new day of the meeting.
    #[serde(with = "crate::calendar_day")]
    pub to: NaiveDate,
    /// The time at which it begins then; the time set before, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub starts_at: Option<NaiveTime>,
    /// The time at which it ends then. Left out, it is unknown if the beginning changes, and the time set before if not.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::clock_time")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::TimeOfDay>))]
    pub ends_at: Option<NaiveTime>,
    /// The new place; the place set before, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Name>,
    /// The day on which it was postponed, at the latest the day set before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub postponed_on: Option<NaiveDate>,
    /// The reason as announced.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
}

roles!(MeetingPostponed { to: Open, starts_at: Open, ends_at: Open, venue: Open, postponed_on: Open, note: Optional });

impl MeetingPostponed {
    /// The time at which the meeting ends after this event, when it ended at `before`.
    pub fn ends_after(&self, before: Option<NaiveTime>) -> Option<NaiveTime> {
        if self.starts_at.is_some() { self.ends_at } else { self.ends_at.or(before) }
    }
}

impl Payload for MeetingPostponed {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.postponed_on.map(|day| (day, None))
    }
}

/// A meeting got another reference. Its stream keeps its name, and every reference that it had still finds it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeetingRenumbered {
    /// The new reference; its day and month are those of the meeting.
    pub reference: MeetingRef,
    /// The day from which it is called so; the day of recording, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub renumbered_on: Option<NaiveDate>,
    /// The reason as announced.
    #[serde(default, with = "stored_option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::MarkedProse>))]
    pub note: Option<Classified<Prose>>,
}

roles!(MeetingRenumbered { reference: Names, renumbered_on: Open, note: Optional });

impl Payload for MeetingRenumbered {
    fn references(&self, into: &mut References) {
        into.add(&self.reference);
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.renumbered_on.map(|day| (day, None))
    }
}
