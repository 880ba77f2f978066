//! A meeting's headlines as they are, as they were at a moment, and as was then known.

use super::asking::{AskError, Otherwise, Question, vantages};
use super::stream::{Stream, ViewError};
use crate::ledger::{Log, Selection};
use chrono::{DateTime, Utc};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Clearance;
use minutebook_domain::committee::{CommitteeEstablished, CommitteeEvent};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_domain::{Event, Position, StreamId};
use minutebook_projections::headlines::{MeetingDocument, NoDocument, Record, document};
use minutebook_projections::projection::in_order_of_stream;

/// A document, and what it was made from.
#[derive(Debug, Clone)]
pub struct Headlines {
    /// The document.
    pub document: MeetingDocument,
    /// The moment that it is of; none for everything that is recorded of the meeting.
    pub as_of: Option<DateTime<Utc>>,
    /// The position that it is known at.
    pub position: Position,
}

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum HeadlinesError {
    /// The ledger could not be read, or not at that moment.
    #[error(transparent)]
    View(#[from] ViewError),
    /// There is no document, or none for this reader.
    #[error("there is no such document")]
    NoDocument(NoDocument),
}

/// The headlines of a meeting, as the reader of the question may read them.
pub async fn headlines(log: &Log, meeting: &MeetingRef, question: &Question) -> Result<Headlines, HeadlinesError> {
    let question = Question { committee: Some(meeting.committee().clone()), ..question.clone() };
    let vantages = match vantages(log, &question, Otherwise::Ever).await {
        Err(AskError::UnknownCommittee { .. }) => Vec::new(),
        vantages => vantages.map_err(ViewError::from)?,
    };
    let vantage = vantages.into_iter().next().ok_or(HeadlinesError::NoDocument(NoDocument::NotConvened))?;
    let position = log.known_whole(vantage.at.known_at).await.map_err(ViewError::from)?;
    let (as_of, clearance) = (vantage.at.as_of, vantage.clearance);
    let reading = Reading { log, as_of, position, clearance };
    let own: Vec<MeetingEvent> = reading.events(&StreamId::Meeting(meeting.clone()), of_meeting).await?;
    let touched = reading.touched(meeting).await?;
    let committee = reading.committee(meeting).await?;
    let record = Record {
        meeting: &own,
        actions: &touched.actions,
        parties: &touched.parties,
        committee_name: committee.as_ref().map(|committee| &committee.name),
        quorum: committee.as_ref().and_then(|committee| committee.quorum),
    };
    let document = document(&record, clearance).map_err(HeadlinesError::NoDocument)?;
    Ok(Headlines { document, as_of: question.as_of.map(|_| as_of), position })
}

/// The streams of the actions and parties that the meeting touched.
#[derive(Default)]
struct Touched {
    actions: Vec<Vec<ActionEvent>>,
    parties: Vec<(PartyName, Vec<PartyEvent>)>,
}

/// The streams of the log at a moment, for a reader.
struct Reading<'a> {
    log: &'a Log,
    as_of: DateTime<Utc>,
    position: Position,
    clearance: Clearance,
}

impl Reading<'_> {
    /// What counts of a stream, in its own order. What is recorded meanwhile is not in the document.
    async fn events<E>(&self, stream: &StreamId, own: fn(Event) -> Option<E>) -> Result<Vec<E>, ViewError> {
        let history = Stream::read(self.log, stream).await?.known_at(self.position, self.clearance)?;
        let so = in_order_of_stream(&history).into_iter().filter(|sourced| sourced.fact.valid_at <= self.as_of);
        Ok(so.filter_map(|sourced| own(sourced.fact.event.into_owned())).collect())
    }

    async fn touched(&self, meeting: &MeetingRef) -> Result<Touched, ViewError> {
        let mut streams: Vec<StreamId> = Vec::new();
        for recorded in self.log.read_all(Selection::Reference(meeting.to_string())).await? {
            if recorded.position <= self.position && !streams.contains(&recorded.stream) {
                streams.push(recorded.stream);
            }
        }
        let mut touched = Touched::default();
        for stream in streams {
            match &stream {
                StreamId::Action(_) => touched.actions.push(self.events(&stream, of_action).await?),
                StreamId::Party(_, name) => {
                    touched.parties.push((name.clone(), self.events(&stream, of_party).await?));
                }
                _ => {}
            }
        }
        Ok(touched)
    }

    /// The committee, whenever it was established: its name is that of every document.
    async fn committee(&self, meeting: &MeetingRef) -> Result<Option<CommitteeEstablished>, ViewError> {
        let mut events = self.log.read_all(Selection::Stream(StreamId::Committee(meeting.committee().clone()))).await?;
        events.retain(|recorded| recorded.position <= self.position);
        Ok(in_order_of_stream(&events).into_iter().find_map(|sourced| match sourced.fact.event.into_owned() {
            Event::Committee(CommitteeEvent::CommitteeEstablished(established)) => Some(established),
            _ => None,
        }))
    }
}

fn of_meeting(event: Event) -> Option<MeetingEvent> {
    if let Event::Meeting(event) = event { Some(event) } else { None }
}

fn of_action(event: Event) -> Option<ActionEvent> {
    if let Event::Action(event) = event { Some(event) } else { None }
}

fn of_party(event: Event) -> Option<PartyEvent> {
    if let Event::Party(event) = event { Some(event) } else { None }
}
