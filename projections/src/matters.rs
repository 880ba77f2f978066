//! Matters arising from earlier minutes.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use crate::words::SearchTexts;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Classified, stored};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{ItemLabel, MeetingRef, Prose, Reference};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each matter.
#[derive(Debug)]
pub struct Matters;

/// A matter arising.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MatterRow {
    /// The meeting that noted the matter.
    pub meeting: MeetingRef,
    /// The matter's number within the meeting, from 1.
    pub number: u32,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// The text of the matter.
    #[serde(with = "stored")]
    pub text: Classified<Prose>,
    /// The classification printed beside it in a document.
    pub marked: Option<Classification>,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// The subjects that the text mentions.
    pub references: Vec<Reference>,
}

row_roles!(MatterRow {
    meeting: Own,
    number: Open,
    item: Open,
    text: Main,
    marked: Open,
    noted_at: Open,
    references: Names,
});

impl Projection for Matters {
    const NAME: &'static str = "matters";
    const VERSION: u32 = 3;
    const MEETING_FIELDS: &'static [&'static str] = &["meeting"];
    type Row = MatterRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Meeting(MeetingEvent::MatterArisingNoted(matter)) => vec![matter.number.to_string()],
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<MatterRow>, fact: &Fact<'_>) -> Result<Option<MatterRow>, FoldError> {
        let (StreamId::Meeting(meeting), Event::Meeting(MeetingEvent::MatterArisingNoted(matter))) =
            (fact.stream, &*fact.event)
        else {
            return Ok(row);
        };
        Ok(Some(MatterRow {
            meeting: meeting.clone(),
            number: matter.number,
            item: matter.item,
            text: matter.text.clone(),
            marked: matter.marked,
            noted_at: fact.valid_at,
            references: matter.references.clone(),
        }))
    }

    fn listing(row: &MatterRow) -> Listing {
        Listing { scope: row.meeting.committee().to_string(), facet: "" }
    }

    fn texts(row: &MatterRow) -> SearchTexts {
        SearchTexts::default().with(&row.text)
    }
}
