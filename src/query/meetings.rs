//! Lists the calendar of meetings.

use super::list::{ListField, ListItem, ListPage, joined, text};
use super::meeting_names::first_reference;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, page};
use super::visible_row::VisibleRow;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Capacity;
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef, Name, Prose};
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::Log;
use minutebook_projections::meetings::{Apologies, Attendance, MeetingRow, Meetings, PublishedEdition};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A meeting as of the requested moment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// The meeting's reference, such as `SSC_72_2702`.
    pub reference: MeetingRef,
    /// The references that the meeting had before, in the order in which it got them. Each still finds it.
    pub formerly: Vec<MeetingRef>,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The meeting's number within the committee; null if its reference has its day alone.
    pub number: Option<u32>,
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The time at which the meeting begins, in `time_zone`.
    #[serde(serialize_with = "time_of_day")]
    #[schema(value_type = Option<String>, pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "10:00")]
    pub starts_at: Option<NaiveTime>,
    /// The time at which the meeting ends, in `time_zone`.
    #[serde(serialize_with = "time_of_day")]
    #[schema(value_type = Option<String>, pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "16:00")]
    pub ends_at: Option<NaiveTime>,
    /// The place of the meeting.
    pub venue: Option<Name>,
    /// The classification of the meeting's published document.
    pub classification: Classification,
    /// The day of the next meeting.
    pub next_meeting_on: Option<NaiveDate>,
    /// The agenda items that the reader may see.
    pub items: Vec<ItemView>,
    /// The IANA time zone of the meeting's times.
    pub time_zone: String,
    /// Whether the chair has closed the meeting.
    pub closed: bool,
    /// Whether the meeting was cancelled.
    pub cancelled: bool,
    /// The day for which the meeting was first convened; null unless it was postponed.
    pub postponed_from: Option<NaiveDate>,
    /// Whether the members present reached the quorum; null if the quorum or the attendance is unknown.
    pub quorate: Option<bool>,
    /// The people who attended.
    pub attendance: Vec<Attendance>,
    /// The people who sent apologies.
    pub apologies: Vec<Apologies>,
    /// The published editions of the headlines whose audience the reader belongs to.
    pub published: Vec<PublishedEdition>,
    /// Whether `next_meeting_on` is announced and no meeting of the committee is convened for that day or later.
    #[serde(skip)]
    pub announces_next: bool,
    /// The position from which the meeting is known as it is.
    #[serde(skip)]
    pub known_from: Position,
}

/// An agenda item of a meeting.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ItemView {
    /// The item's number.
    pub number: ItemLabel,
    /// The item's title.
    pub title: Prose,
    /// The classification printed beside the item, if any.
    pub classification: Option<Classification>,
}

impl ItemView {
    /// Returns the item on one line: `1. Attendance [GREEN]`.
    pub fn line(&self) -> String {
        let mark = self.classification.map(|mark| format!(" [{mark}]")).unwrap_or_default();
        format!("{}. {}{mark}", self.number, self.title)
    }
}

#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
fn time_of_day<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(&time.format("%H:%M")),
        None => serializer.serialize_none(),
    }
}

impl MeetingView {
    /// Returns what the meeting is called: `SSC meeting 72`, or `SSC meeting` without a number.
    pub fn title(&self) -> String {
        let number = self.number.map_or_else(String::new, |number| format!(" {number}"));
        format!("{} meeting{number}", self.committee)
    }

    /// Returns the meeting's first reference, by which feeds and calendars know it, however often it is renumbered.
    pub fn first_reference(&self) -> &MeetingRef {
        self.formerly.first().unwrap_or(&self.reference)
    }

    /// Builds the view without the items whose titles the reader may not see. Returns `None` for a reader who may not see
    /// the meeting's document.
    fn of(visible: &VisibleRow<MeetingRow>, scope: &CommitteeScope) -> Option<Self> {
        if !visible.permits(|row| Some(row.classification)) {
            return None;
        }
        let row = &visible.row;
        let item = |number: ItemLabel| move |row: &MeetingRow| row.items.iter().position(|item| item.number == number);
        let items = row.items.iter().filter_map(|tabled| {
            let at = item(tabled.number);
            let title = visible.text(move |row| at(row).and_then(|at| row.items.get(at)).map(|item| &item.title))?;
            Some(ItemView { number: tabled.number, title: title.clone(), classification: tabled.classification })
        });
        let sat = |present: &&Attendance| {
            matches!(present.capacity, Capacity::Chair | Capacity::Member | Capacity::Alternate)
        };
        let members = row.attendance.iter().filter(sat).count();
        let quorum = scope.committee.quorum.filter(|_| !row.attendance.is_empty());
        let published = row.published.iter().filter(|edition| scope.clearance.permits(edition.audience));
        Some(Self {
            reference: row.reference.clone(),
            formerly: row.formerly.clone(),
            committee: row.reference.committee().clone(),
            number: row.reference.number(),
            held_on: row.held_on,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            venue: row.venue.clone(),
            classification: row.classification,
            next_meeting_on: row.next_meeting_on,
            items: items.collect(),
            time_zone: scope.zone.name().to_owned(),
            closed: row.closed,
            cancelled: row.cancelled,
            postponed_from: row.postponed_from,
            quorate: quorum.map(|quorum| usize::try_from(quorum).is_ok_and(|quorum| members >= quorum)),
            attendance: row.attendance.clone(),
            apologies: row.apologies.clone(),
            published: published.cloned().collect(),
            announces_next: false,
            known_from: visible.known_from,
        })
    }

    /// Marks the last announcement of each committee among meetings in the order of days, unless a meeting is convened for its day or later. A meeting that
    /// was cancelled or postponed counts for the day it was convened for: the announcement led to it.
    fn mark_announcements(meetings: &mut [Self]) {
        let mut last: BTreeMap<CommitteeCode, (Option<(usize, NaiveDate)>, NaiveDate)> = BTreeMap::new();
        for (index, meeting) in meetings.iter().enumerate() {
            let day = meeting.held_on.max(meeting.postponed_from.unwrap_or(meeting.held_on));
            let (announced, convened) = last.entry(meeting.committee.clone()).or_insert((None, day));
            let next = meeting.next_meeting_on.filter(|_| !meeting.cancelled);
            *announced = next.map(|next| (index, next)).or(*announced);
            *convened = (*convened).max(day);
        }
        for (announced, convened) in last.into_values() {
            if let Some((index, _)) = announced.filter(|(_, day)| *day > convened) {
                meetings[index].announces_next = true;
            }
        }
    }
}

/// Selects meetings. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct MeetingFilter {
    /// The meeting's reference.
    pub reference: Option<MeetingRef>,
}

impl Queryable for MeetingView {
    type Filter = MeetingFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &MeetingFilter) -> Result<ListPage<Self>, QueryError> {
        let reference = match &filter.reference {
            Some(given) => Some(first_reference(log, query.clearances.of(given.committee()), given).await?),
            None => None,
        };
        let stream = reference.map(StreamId::Meeting);
        let which = match &stream {
            Some(stream) => RowSelection::of_streams(std::slice::from_ref(stream)),
            None => RowSelection::all::<Meetings>(),
        };
        let mut page = page::<Meetings, _>(log, query, DefaultMoment::EndOfTime, which, |rows, scope| {
            rows.iter().filter_map(|row| Self::of(row, scope)).collect()
        })
        .await?;
        page.rows.sort_by(|a, b| (a.held_on, &a.reference).cmp(&(b.held_on, &b.reference)));
        Self::mark_announcements(&mut page.rows);
        Ok(page)
    }
}

impl ListItem for MeetingView {
    const PLURAL: &'static str = "meetings";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "reference", value: |meeting| meeting.reference.to_string() },
        ListField { name: "committee", value: |meeting| meeting.committee.to_string() },
        ListField { name: "number", value: |meeting| text(meeting.number.as_ref()) },
        ListField { name: "held_on", value: |meeting| meeting.held_on.to_string() },
        ListField { name: "starts_at", value: |meeting| text(meeting.starts_at.map(|at| at.format("%H:%M")).as_ref()) },
        ListField { name: "ends_at", value: |meeting| text(meeting.ends_at.map(|at| at.format("%H:%M")).as_ref()) },
        ListField { name: "venue", value: |meeting| text(meeting.venue.as_ref()) },
        ListField { name: "classification", value: |meeting| meeting.classification.to_string() },
        ListField { name: "next_meeting_on", value: |meeting| text(meeting.next_meeting_on.as_ref()) },
        ListField {
            name: "items",
            value: |meeting| joined(&meeting.items.iter().map(ItemView::line).collect::<Vec<_>>()),
        },
        ListField { name: "time_zone", value: |meeting| meeting.time_zone.clone() },
        ListField { name: "closed", value: |meeting| meeting.closed.to_string() },
        ListField { name: "quorate", value: |meeting| text(meeting.quorate.as_ref()) },
        ListField { name: "cancelled", value: |meeting| meeting.cancelled.to_string() },
        ListField { name: "postponed_from", value: |meeting| text(meeting.postponed_from.as_ref()) },
        ListField { name: "formerly", value: |meeting| joined(&meeting.formerly) },
    ];
}
