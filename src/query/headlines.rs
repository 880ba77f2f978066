//! A meeting's headlines as an audience may read them, at a moment.

use super::ViewError;
use super::read_query::{AskError, DefaultMoment, ReadQuery, vantages};
use super::stream::Stream;
use chrono::{DateTime, Utc};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Clearance;
use minutebook_domain::committee::{CommitteeEstablished, CommitteeEvent};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_domain::{Event, Position, StreamId};
use minutebook_ledger::{BitemporalMoment, Log, Selection};
use minutebook_projections::headlines::{MeetingDocument, NoDocument, Record, document};
use std::collections::HashMap;

/// The document, and the position that it is known at.
#[derive(Debug)]
pub struct Headlines {
    /// The document.
    pub document: MeetingDocument,
    /// The moment that it is of; none for everything that is recorded of the meeting.
    pub as_of: Option<DateTime<Utc>>,
    /// The last event that was taken into account.
    pub position: Position,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum NoHeadlines {
    /// The question has no answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// What was recorded could not be read.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The meeting was not convened, or not by then.
    #[error("there is no such meeting")]
    NotConvened,
    /// The whole document is above the audience.
    #[error("the headlines are not for this audience")]
    AboveClearance,
}

/// The headlines of a meeting for whom the question says, which is about the meeting's committee.
///
/// A text is in them if its classification of then and that of today both allow.
pub async fn headlines(log: &Log, meeting: &MeetingRef, question: &ReadQuery) -> Result<Headlines, NoHeadlines> {
    let vantages = vantages(log, question, DefaultMoment::Ever).await?;
    let vantage = vantages.iter().find(|vantage| vantage.committee.code == *meeting.committee());
    let Some(vantage) = vantage else { return Err(NoHeadlines::NotConvened) };
    let position = log.known_whole(vantage.at.known_at).await.map_err(ViewError::from)?;
    let reading = Reading {
        log,
        at: BitemporalMoment { known_at: Some(position), ..vantage.at },
        position,
        clearance: vantage.clearance,
    };
    let touched = reading.touched(meeting).await?;
    let committee = reading.committee(meeting).await?;
    let record = Record {
        meeting: &reading.meeting(meeting).await?,
        actions: &touched.actions,
        parties: &touched.parties,
        committee_name: committee.as_ref().map(|committee| &committee.name),
        quorum: committee.as_ref().and_then(|committee| committee.quorum),
    };
    match document(&record, vantage.clearance) {
        Ok(document) => Ok(Headlines { document, as_of: question.as_of.map(|_| vantage.at.as_of), position }),
        Err(NoDocument::NotConvened) => Err(NoHeadlines::NotConvened),
        Err(NoDocument::AboveClearance) => Err(NoHeadlines::AboveClearance),
    }
}

/// Streams as they were at the moment.
struct Reading<'a> {
    log: &'a Log,
    at: BitemporalMoment,
    position: Position,
    clearance: Clearance,
}

/// The streams of the actions and parties that the meeting touched.
#[derive(Default)]
struct Touched {
    actions: Vec<Vec<ActionEvent>>,
    parties: Vec<(PartyName, Vec<PartyEvent>)>,
}

impl Reading<'_> {
    /// What counts, by what was known then, of what had been so by then.
    async fn stream(&self, stream: &StreamId) -> Result<Vec<Event>, ViewError> {
        let known = Stream::read(self.log, stream).await?.known_at(self.position, self.clearance)?;
        let valid: HashMap<_, _> = known.iter().map(|event| (event.version, event.valid_at)).collect();
        let events: Vec<_> = known.into_iter().map(|event| (event.version, event.event)).collect();
        let standing = Event::standing(&events).into_iter();
        // What a correction brought in is so from the moment that the correction speaks of.
        let by_then = |version| valid.get(&version).is_some_and(|valid_at| *valid_at <= self.at.as_of);
        Ok(standing.filter(|standing| by_then(standing.brought_in_by)).map(|standing| standing.event).collect())
    }

    async fn meeting(&self, meeting: &MeetingRef) -> Result<Vec<MeetingEvent>, ViewError> {
        let events = self.stream(&StreamId::Meeting(meeting.clone())).await?.into_iter();
        let events = events.filter_map(|event| match event {
            Event::Meeting(event) => Some(event),
            _ => None,
        });
        Ok(events.collect())
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
                StreamId::Action(_) => {
                    let events = self.stream(&stream).await?.into_iter().filter_map(|event| match event {
                        Event::Action(event) => Some(event),
                        _ => None,
                    });
                    touched.actions.push(events.collect());
                }
                StreamId::Party(_, name) => {
                    let events = self.stream(&stream).await?.into_iter().filter_map(|event| match event {
                        Event::Party(event) => Some(event),
                        _ => None,
                    });
                    touched.parties.push((name.clone(), events.collect()));
                }
                StreamId::Meeting(_) | StreamId::Committee(_) | StreamId::Token(_) => {}
            }
        }
        Ok(touched)
    }

    async fn committee(&self, meeting: &MeetingRef) -> Result<Option<CommitteeEstablished>, ViewError> {
        // The name that the committee has is in the headlines of a meeting before it was given one, too.
        let stream = StreamId::Committee(meeting.committee().clone());
        let known = Stream::read(self.log, &stream).await?.known_at(self.position, self.clearance)?;
        let events = known.into_iter().filter_map(|recorded| match recorded.event {
            Event::Committee(event) => Some(event),
            _ => None,
        });
        let events: Vec<CommitteeEvent> = events.collect();
        Ok(in_force(&events).into_iter().find_map(|event| match event {
            CommitteeEvent::CommitteeEstablished(established) => Some(established.clone()),
            _ => None,
        }))
    }
}
