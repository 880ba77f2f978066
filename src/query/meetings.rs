//! The calendar of meetings as a reader sees it.

use super::listed::{Asked, Field, Listed, Page, joined, text};
use super::read_query::{AskError, CommitteeScope, DefaultMoment, ReadQuery, RowSelection, page};
use super::visible_row::VisibleRow;
use crate::present::table::Cell;
use crate::present::times::date;
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Capacity;
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Name, Prose};
use minutebook_ledger::Log;
use minutebook_projections::meetings::{Apologies, Attendance, MeetingRow, Meetings, Published};
use serde::{Serialize, Serializer};

/// A meeting, at the moment that was asked about.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// Its reference.
    pub reference: MeetingRef,
    /// The committee.
    pub committee: CommitteeCode,
    /// Its number.
    pub number: u32,
    /// The day it is held.
    pub held_on: NaiveDate,
    /// When it begins, where the committee is.
    #[serde(serialize_with = "time_of_day")]
    #[schema(value_type = Option<String>, pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "10:00")]
    pub starts_at: Option<NaiveTime>,
    /// When it ends.
    #[serde(serialize_with = "time_of_day")]
    #[schema(value_type = Option<String>, pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "16:00")]
    pub ends_at: Option<NaiveTime>,
    /// Where.
    pub venue: Option<Name>,
    /// The classification of its published document.
    pub classification: Classification,
    /// The day of the next one.
    pub next_meeting_on: Option<NaiveDate>,
    /// Its agenda.
    pub items: Vec<ItemView>,
    /// The time zone of its times.
    pub time_zone: String,
    /// Whether the chair closed it.
    pub closed: bool,
    /// Whether as many of the committee were there as a decision takes; none where that is not known.
    pub quorate: Option<bool>,
    /// Who was there.
    pub attendance: Vec<Attendance>,
    /// Who sent apologies.
    pub apologies: Vec<Apologies>,
    /// The editions of its headlines that went out to readers with this clearance.
    pub published: Vec<Published>,
}

/// An agenda item.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ItemView {
    /// Its number.
    pub number: u32,
    /// Its title.
    pub title: Prose,
    /// The mark printed beside it.
    pub classification: Option<Classification>,
}

#[expect(clippy::ref_option, reason = "serde hands a field over so")]
fn time_of_day<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(&time.format("%H:%M")),
        None => serializer.serialize_none(),
    }
}

impl MeetingView {
    /// The meeting; none for a reader to whom not even its document is published. An item whose title they may not see is
    /// not on their agenda.
    fn of(seen: &VisibleRow<MeetingRow>, vantage: &CommitteeScope) -> Option<Self> {
        if !seen.permits(|row| Some(row.classification)) {
            return None;
        }
        let row = &seen.row;
        let item = |number: u32| move |row: &MeetingRow| row.items.iter().position(|item| item.number == number);
        let items = row.items.iter().filter_map(|tabled| {
            let at = item(tabled.number);
            let title = seen.text(move |row| at(row).and_then(|at| row.items.get(at)).map(|item| &item.title))?;
            Some(ItemView { number: tabled.number, title: title.clone(), classification: tabled.classification })
        });
        let sat = |present: &&Attendance| {
            matches!(present.capacity, Capacity::Chair | Capacity::Member | Capacity::Alternate)
        };
        let members = row.attendance.iter().filter(sat).count();
        let quorum = vantage.committee.quorum.filter(|_| !row.attendance.is_empty());
        let published = row.published.iter().filter(|edition| vantage.clearance.permits(edition.audience));
        Some(Self {
            reference: row.reference.clone(),
            committee: row.reference.committee().clone(),
            number: row.reference.number(),
            held_on: row.held_on,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            venue: row.venue.clone(),
            classification: row.classification,
            next_meeting_on: row.next_meeting_on,
            items: items.collect(),
            time_zone: vantage.zone.name().to_owned(),
            closed: row.closed,
            quorate: quorum.map(|quorum| usize::try_from(quorum).is_ok_and(|quorum| members >= quorum)),
            attendance: row.attendance.clone(),
            apologies: row.apologies.clone(),
            published: published.cloned().collect(),
        })
    }

    fn hours(&self) -> String {
        let hour = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M").to_string());
        match (hour(self.starts_at), hour(self.ends_at)) {
            (Some(from), Some(to)) => format!("{from}–{to}"),
            (Some(from), None) => from,
            (None, Some(to)) => format!("–{to}"),
            (None, None) => String::new(),
        }
    }
}

/// RowSelection meetings.
#[derive(Debug, Clone, Default)]
pub struct MeetingFilter {
    /// The one with this reference.
    pub reference: Option<MeetingRef>,
}

impl Asked for MeetingView {
    type Filter = MeetingFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &MeetingFilter) -> Result<Page<Self>, AskError> {
        let mut page = page::<Meetings, _>(
            log,
            question,
            DefaultMoment::Ever,
            RowSelection::all::<Meetings>(),
            |rows, vantage| {
                let views = rows.iter().filter_map(|seen| Self::of(seen, vantage));
                views.filter(|view| filter.reference.as_ref().is_none_or(|wanted| *wanted == view.reference)).collect()
            },
        )
        .await?;
        page.rows.sort_by(|a, b| (a.held_on, &a.reference).cmp(&(b.held_on, &b.reference)));
        Ok(page)
    }
}

impl Listed for MeetingView {
    const PLURAL: &'static str = "meetings";
    const TITLES: &'static [&'static str] = &["Meeting", "Held", "Time", "Venue", "Agenda", "Next"];
    const NOTHING: &'static str = "no such meetings";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "reference", value: |meeting| meeting.reference.to_string() },
        Field { name: "committee", value: |meeting| meeting.committee.to_string() },
        Field { name: "number", value: |meeting| meeting.number.to_string() },
        Field { name: "held_on", value: |meeting| meeting.held_on.to_string() },
        Field { name: "starts_at", value: |meeting| text(meeting.starts_at.map(|at| at.format("%H:%M")).as_ref()) },
        Field { name: "ends_at", value: |meeting| text(meeting.ends_at.map(|at| at.format("%H:%M")).as_ref()) },
        Field { name: "venue", value: |meeting| text(meeting.venue.as_ref()) },
        Field { name: "classification", value: |meeting| meeting.classification.to_string() },
        Field { name: "next_meeting_on", value: |meeting| text(meeting.next_meeting_on.as_ref()) },
        Field { name: "items", value: |meeting| joined(&meeting.items.iter().map(agenda).collect::<Vec<_>>()) },
        Field { name: "time_zone", value: |meeting| meeting.time_zone.clone() },
        Field { name: "closed", value: |meeting| meeting.closed.to_string() },
        Field { name: "quorate", value: |meeting| text(meeting.quorate.as_ref()) },
    ];

    fn cells(&self) -> Vec<Cell> {
        let items: Vec<String> = self.items.iter().map(agenda).collect();
        vec![
            self.reference.to_string().into(),
            date(Some(self.held_on)).into(),
            self.hours().into(),
            text(self.venue.as_ref()).into(),
            items.join("\n").into(),
            date(self.next_meeting_on).into(),
        ]
    }
}

fn agenda(item: &ItemView) -> String {
    let mark = item.classification.map(|mark| format!(" [{mark}]")).unwrap_or_default();
    format!("{}. {}{mark}", item.number, item.title)
}
