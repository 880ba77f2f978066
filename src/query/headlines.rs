//! A meeting's headlines for an audience, as of a moment.

use super::ReadError;
use super::edition_choice::EditionChoice;
use super::meeting_names::{MeetingNames, first_reference};
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use super::stream::StreamHistory;
use chrono::{DateTime, Utc};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::committee::{CommitteeEstablished, CommitteeEvent};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::{DocumentKind, MeetingEvent};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DocumentEdition, MeetingRef, PartyName};
use minutebook_domain::{Event, Position, StreamId};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, Selection};
use minutebook_projections::editions::{editions_of, stated_by};
use minutebook_projections::headlines::{MeetingDocument, MeetingDocumentError, MeetingRecord, document};
use minutebook_projections::meetings::Meetings;
use std::collections::HashMap;

/// The headlines and the moment of which they are.
#[derive(Debug)]
pub struct MeetingHeadlines {
    /// The document.
    pub document: MeetingDocument,
    /// The requested moment; `None` for everything recorded about the meeting.
    pub as_of: Option<DateTime<Utc>>,
    /// The last position of the log that the document takes into account.
    pub position: Position,
}

/// Why there are no headlines.
#[derive(Debug, thiserror::Error)]
pub enum HeadlinesError {
    /// The query has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The streams could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The meeting had not been convened.
    #[error("there is no such meeting")]
    NotConvened,
    /// The meeting has no such edition for the reader.
    #[error("there is no {0} edition")]
    NoSuchEdition(EditionChoice),
    /// The whole document is above the clearance.
    #[error("the headlines are not for this audience")]
    AboveClearance,
}

/// Returns the headlines of a meeting for the query's reader. The query must cover the meeting's committee.
///
/// Without a choice, the document is the most confidential edition that the reader may know. A text is printed if both its
/// classification at the time and the current one permit it.
pub async fn headlines(
    log: &Log,
    meeting: &MeetingRef,
    choice: Option<EditionChoice>,
    query: &ReadQuery,
) -> Result<MeetingHeadlines, HeadlinesError> {
    let scopes = committee_scopes(log, query, DefaultMoment::EndOfTime).await?;
    let scope = scopes.into_iter().find(|scope| scope.committee.code == *meeting.committee());
    let Some(mut scope) = scope else { return Err(HeadlinesError::NotConvened) };
    let position = log.known_whole(scope.at.known_at).await.map_err(ReadError::from)?;
    let meeting = &first_reference(log, scope.clearance, meeting).await.map_err(ReadError::from)?;
    let stream = StreamId::Meeting(meeting.clone());
    let at = BitemporalMoment { known_at: Some(position), ..scope.at };
    // The log is read for a meeting that the reader sees: reading it for another would tell by its time that it exists.
    let seen = log.rows::<Meetings>(RowFilter::Stream(&stream), at, scope.clearance).await.map_err(ReadError::from)?;
    if seen.rows.is_empty() {
        return Err(HeadlinesError::NotConvened);
    }
    scope.name_meetings(log, position).await.map_err(ReadError::from)?;
    let stream = StreamHistory::read(log, &stream).await.map_err(ReadError::from)?;
    let mut editions = editions_of(meeting, &stream.statements_at(position));
    // A reader knows of no edition above the clearance.
    editions.retain(|edition| scope.clearance.permits(edition.classification));
    let edition = choice.map_or(editions.last(), |choice| choice.among(&editions)).cloned();
    if let Some(choice) = choice.filter(|_| edition.is_none() && !editions.is_empty()) {
        return Err(HeadlinesError::NoSuchEdition(choice));
    }
    let clearance = match &edition {
        // What a higher edition says is no part of a lower one.
        Some(edition) if editions.last() > Some(edition) => Clearance::up_to(edition.classification),
        None if choice == Some(EditionChoice::White) => Clearance::up_to(Classification::public()),
        _ => scope.clearance,
    };
    let reader = MeetingReader { log, at, position, clearance, names: &scope.names, edition: edition.as_ref() };
    let related = reader.related(meeting).await?;
    let committee = reader.committee(meeting).await?;
    let mut events = reader.meeting(meeting).await?;
    if let Some(edition) = edition.as_ref().filter(|_| editions.len() > 1) {
        classify(&mut events, edition.classification);
    }
    let kind = edition.as_ref().map(|edition| edition.kind).or(choice.map(EditionChoice::kind));
    let record = MeetingRecord {
        is_minutes: kind == Some(DocumentKind::Minutes) || choice == Some(EditionChoice::Confidential),
        meeting: &events,
        actions: &related.actions,
        parties: &related.parties,
        committee_name: committee.as_ref().map(|committee| &committee.name),
        quorum: committee.as_ref().and_then(|committee| committee.quorum),
    };
    match document(&record, clearance) {
        Ok(document) => {
            Ok(MeetingHeadlines { document, as_of: query.as_of.as_ref().map(|_| scope.at.as_of), position })
        }
        Err(MeetingDocumentError::NotConvened) => Err(HeadlinesError::NotConvened),
        Err(MeetingDocumentError::AboveClearance) => Err(HeadlinesError::AboveClearance),
    }
}

/// Returns the editions of a meeting's headlines that were imported, and that a reader with the clearance may know of.
pub async fn imported_headlines(
    log: &Log,
    meeting: &MeetingRef,
    position: Position,
    clearance: Clearance,
) -> Result<Vec<DocumentEdition>, ReadError> {
    let stream = StreamHistory::read(log, &StreamId::Meeting(meeting.clone())).await?;
    let mut editions = editions_of(meeting, &stream.statements_at(position));
    editions.retain(|edition| edition.kind == DocumentKind::Headlines && clearance.permits(edition.classification));
    Ok(editions.into_iter().collect())
}

/// Gives the notice of the meeting the mark of the edition: with several editions it has the lowest of theirs.
fn classify(events: &mut [MeetingEvent], mark: Classification) {
    for event in events {
        if let MeetingEvent::MeetingConvened(convened) = event
            && convened.classification.rank() < mark.rank()
        {
            convened.classification = mark;
        }
    }
}

/// Reads streams as of the moment.
struct MeetingReader<'a> {
    log: &'a Log,
    at: BitemporalMoment,
    position: Position,
    clearance: Clearance,
    names: &'a MeetingNames,
    /// The edition that is read, if the meeting's record came from documents.
    edition: Option<&'a DocumentEdition>,
}

/// The events of the actions and parties that refer to the meeting.
#[derive(Default)]
struct RelatedStreams {
    actions: Vec<Vec<ActionEvent>>,
    parties: Vec<(PartyName, Vec<PartyEvent>)>,
}

impl MeetingReader<'_> {
    /// Returns the events of a stream that count at the moment, with corrections applied: those that the edition states, and
    /// those recorded live.
    async fn stream(&self, stream: &StreamId) -> Result<Vec<Event>, ReadError> {
        let history = StreamHistory::read(self.log, stream).await?;
        let known = history.known_at(self.position, self.clearance);
        let valid: HashMap<_, _> = known.iter().map(|event| (event.version, event.metadata.valid_at)).collect();
        let events: Vec<_> = known.into_iter().map(|event| (event.version, event.event)).collect();
        let standing = Event::standing(&events).into_iter();
        // An event that a correction brought in is valid from the valid time of the correction.
        let is_valid = |version| valid.get(&version).is_some_and(|valid_at| *valid_at <= self.at.as_of);
        let standing: Vec<_> = standing.filter(|standing| is_valid(standing.brought_in_by)).collect();
        let mut events: Vec<Event> = match self.edition {
            Some(edition) => stated_by(standing, &history.statements_at(self.position), edition),
            None => standing.into_iter().map(|standing| standing.event).collect(),
        };
        for event in &mut events {
            event.meetings(&mut |meeting| *meeting = self.names.meeting(meeting));
        }
        Ok(events)
    }

    async fn meeting(&self, meeting: &MeetingRef) -> Result<Vec<MeetingEvent>, ReadError> {
        let events = self.stream(&StreamId::Meeting(meeting.clone())).await?.into_iter();
        let events = events.filter_map(|event| match event {
            Event::Meeting(event) => Some(event),
            _ => None,
        });
        Ok(events.collect())
    }

    async fn related(&self, meeting: &MeetingRef) -> Result<RelatedStreams, ReadError> {
        let mut streams: Vec<StreamId> = Vec::new();
        for recorded in self.log.read_all(Selection::Reference(meeting.to_string())).await? {
            if recorded.position <= self.position && !streams.contains(&recorded.stream) {
                streams.push(recorded.stream);
            }
        }
        let mut related = RelatedStreams::default();
        for stream in streams {
            match &stream {
                StreamId::Action(_) => {
                    let events = self.stream(&stream).await?.into_iter().filter_map(|event| match event {
                        Event::Action(event) => Some(event),
                        _ => None,
                    });
                    related.actions.push(events.collect());
                }
                StreamId::Party(_, name) => {
                    let events = self.stream(&stream).await?.into_iter().filter_map(|event| match event {
                        Event::Party(event) => Some(event),
                        _ => None,
                    });
                    related.parties.push((name.clone(), events.collect()));
                }
                StreamId::Meeting(_) | StreamId::Committee(_) | StreamId::Token(_) => {}
            }
        }
        Ok(related)
    }

    async fn committee(&self, meeting: &MeetingRef) -> Result<Option<CommitteeEstablished>, ReadError> {
        // Not limited by valid time: a committee named later has its name in earlier headlines too.
        let stream = StreamId::Committee(meeting.committee().clone());
        let known = StreamHistory::read(self.log, &stream).await?.known_at(self.position, self.clearance);
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
