//! Meetings: the calendar, agendas, attendance and published headlines.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::Event;
use minutebook_domain::classification::{Classification, Classified, stored};
use minutebook_domain::meeting::{Capacity, MeetingConvened, MeetingEvent};
use minutebook_domain::reference::{ItemLabel, MeetingRef, Name, Prose};
use serde::{Deserialize, Serialize};

/// One row for each meeting.
#[derive(Debug)]
pub struct Meetings;

/// The facet of the meetings that have another reference than their stream's.
pub const RENUMBERED: &str = "renumbered";

/// A meeting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MeetingRow {
    /// The meeting's reference in force.
    pub reference: MeetingRef,
    /// The references that it had before, in the order in which it got them.
    pub formerly: Vec<MeetingRef>,
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The time at which it begins, in the committee's time zone.
    pub starts_at: Option<NaiveTime>,
    /// The time at which it ends.
    pub ends_at: Option<NaiveTime>,
    /// The place of the meeting.
    pub venue: Option<Name>,
    /// The classification of the meeting's published document.
    pub classification: Classification,
    /// The day of the next meeting.
    pub next_meeting_on: Option<NaiveDate>,
    /// Whether the chair has closed the meeting.
    pub closed: bool,
    /// Whether the meeting was cancelled.
    pub cancelled: bool,
    /// The day that it was first convened for, if it was postponed since.
    pub postponed_from: Option<NaiveDate>,
    /// The published editions of the headlines.
    pub published: Vec<PublishedEdition>,
    /// The agenda items.
    pub items: Vec<ItemRow>,
    /// The people who attended.
    pub attendance: Vec<Attendance>,
    /// The people who sent apologies.
    pub apologies: Vec<Apologies>,
}

row_roles!(MeetingRow {
    reference: Own,
    formerly: Own,
    held_on: Open,
    starts_at: Open,
    ends_at: Open,
    venue: Open,
    classification: Whole,
    next_meeting_on: Open,
    closed: Open,
    cancelled: Open,
    postponed_from: Open,
    published: Entries,
    items: Entries,
    attendance: Entries,
    apologies: Entries,
});

/// An agenda item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ItemRow {
    /// The item's number, from 1.
    pub number: ItemLabel,
    /// The item's title.
    #[serde(with = "stored")]
    pub title: Classified<Prose>,
    /// The classification printed beside the item.
    pub classification: Option<Classification>,
}

// The mark is the one printed beside the item. The title's own says who may know of it.
row_roles!(ItemRow { number: Open, title: Main, classification: Open });

/// A published edition of the headlines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishedEdition {
    /// The number of the edition, from 1.
    pub edition: u32,
    /// The classification of its audience: everyone cleared up to this level.
    pub audience: Classification,
    /// The day of publication.
    pub published_on: NaiveDate,
}

row_roles!(PublishedEdition { edition: Open, audience: Whole, published_on: Open });

/// A person who attended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attendance {
    /// The person's name.
    pub name: Name,
    /// The body that the person represents.
    pub organisation: Option<Name>,
    /// The capacity in which the person attended.
    pub capacity: Capacity,
    /// The part of the meeting that the person attended; null for all of it.
    pub part: Option<Name>,
}

row_roles!(Attendance { name: Open, organisation: Open, capacity: Open, part: Open });

/// A person who sent apologies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Apologies {
    /// The person's name.
    pub name: Name,
    /// The body that the person represents.
    pub organisation: Option<Name>,
    /// The person who came instead.
    pub alternate: Option<Name>,
}

row_roles!(Apologies { name: Open, organisation: Open, alternate: Open });

impl Projection for Meetings {
    const NAME: &'static str = "meetings";
    const VERSION: u32 = 2;
    const FACETS: &'static [&'static str] = &["", RENUMBERED];
    type Row = MeetingRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Meeting(
                MeetingEvent::MeetingConvened(_)
                | MeetingEvent::AgendaItemTabled(_)
                | MeetingEvent::AttendanceRecorded(_)
                | MeetingEvent::ApologiesRecorded(_)
                | MeetingEvent::NextMeetingSet(_)
                | MeetingEvent::MeetingClosed(_)
                | MeetingEvent::HeadlinesPublished(_)
                | MeetingEvent::MeetingCancelled(_)
                | MeetingEvent::MeetingPostponed(_)
                | MeetingEvent::MeetingRenumbered(_),
            ) => vec![String::new()],
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<MeetingRow>, fact: &Fact<'_>) -> Result<Option<MeetingRow>, FoldError> {
        let Event::Meeting(event) = &*fact.event else { return Ok(row) };
        if let MeetingEvent::MeetingConvened(convened) = event {
            return Ok(Some(MeetingRow::convened(convened)));
        }
        Ok(row.map(|mut row| {
            row.update(event);
            row
        }))
    }

    fn listing(row: &MeetingRow) -> Listing {
        let facet = if row.formerly.is_empty() { "" } else { RENUMBERED };
        Listing { scope: row.reference.committee().to_string(), facet }
    }
}

impl MeetingRow {
    /// Returns the reference that the meeting's stream is named for.
    pub fn first_reference(&self) -> &MeetingRef {
        self.formerly.first().unwrap_or(&self.reference)
    }

    fn convened(convened: &MeetingConvened) -> Self {
        Self {
            reference: convened.reference.clone(),
            formerly: Vec::new(),
            held_on: convened.held_on,
            starts_at: convened.starts_at,
            ends_at: convened.ends_at,
            venue: convened.venue.clone(),
            classification: convened.classification,
            next_meeting_on: None,
            closed: false,
            cancelled: false,
            postponed_from: None,
            published: Vec::new(),
            items: Vec::new(),
            attendance: Vec::new(),
            apologies: Vec::new(),
        }
    }

    fn update(&mut self, event: &MeetingEvent) {
        match event {
            MeetingEvent::AgendaItemTabled(item) => self.items.push(ItemRow {
                number: item.number,
                title: item.title.clone(),
                classification: item.classification,
            }),
            MeetingEvent::AttendanceRecorded(present) => self.attendance.push(Attendance {
                name: present.name.clone(),
                organisation: present.organisation.clone(),
                capacity: present.capacity,
                part: present.part.clone(),
            }),
            MeetingEvent::ApologiesRecorded(absent) => self.apologies.push(Apologies {
                name: absent.name.clone(),
                organisation: absent.organisation.clone(),
                alternate: absent.alternate.clone(),
            }),
            MeetingEvent::NextMeetingSet(next) => self.next_meeting_on = Some(next.on),
            MeetingEvent::MeetingClosed(_) => self.closed = true,
            MeetingEvent::MeetingCancelled(_) => self.cancelled = true,
            MeetingEvent::MeetingPostponed(postponed) => {
                self.postponed_from.get_or_insert(self.held_on);
                self.held_on = postponed.to;
                self.ends_at = postponed.ends_after(self.ends_at);
                self.starts_at = postponed.starts_at.or(self.starts_at);
                self.venue = postponed.venue.clone().or_else(|| self.venue.take());
            }
            MeetingEvent::MeetingRenumbered(renumbered) => {
                let new = renumbered.reference.clone();
                self.formerly.push(std::mem::replace(&mut self.reference, new));
            }
            MeetingEvent::HeadlinesPublished(published) => self.published.push(PublishedEdition {
                edition: published.edition,
                audience: published.audience,
                published_on: published.published_on,
            }),
            _ => {}
        }
    }
}
