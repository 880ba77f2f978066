//! A document on its way into the ledger: the requests that would record it, and what the rules say to them.

use super::known_actions::KnownActions;
use minutebook_domain::classification::Clearance;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DocumentEdition, MeetingRef};
use minutebook_domain::{CommandId, Event, Position, Rejection, RequestMetadata, Source};
use minutebook_import::SourcedEvent;
use minutebook_ledger::{Command, PendingAppend, RecordError, Recorder, Rehearsal, Request, Selection};
use minutebook_projections::redaction::redacted_history;
use std::collections::HashSet;
use std::path::PathBuf;

/// The importer's version, recorded with the source of each event that it reads.
const IMPORTER_VERSION: &str = env!("CARGO_PKG_VERSION");

/// One document, its identity, and the recorder that it is offered to.
pub(super) struct Intake<'a> {
    pub(super) recorder: &'a Recorder,
    pub(super) path: PathBuf,
    /// The file's name without its folder.
    pub(super) name: String,
    pub(super) sha256: String,
    /// The edition that the document is a version of, if it is a meeting's.
    pub(super) edition: Option<DocumentEdition>,
    pub(super) metadata: &'a RequestMetadata,
}

/// A document's events, divided into those that the rules accept and those that they refuse.
pub(super) struct JudgedEvents {
    pub(super) accepted: Vec<SourcedEvent>,
    pub(super) refused: Vec<(SourcedEvent, Rejection)>,
    /// Those accepted at a higher mark than they are stated at: the first line of each, and why.
    pub(super) raised: Vec<(u32, String)>,
    /// Records the accepted events.
    pub(super) rehearsed: RehearsedRequest,
}

/// A request with the decisions of its rehearsal, so that recording it doesn't decide again.
pub(super) struct RehearsedRequest {
    pub(super) request: Request,
    pub(super) pending: PendingAppend,
}

impl Intake<'_> {
    /// Rehearses the events in order: the rules judge each as if the accepted ones before it were recorded. What the
    /// readers of a statement know already is refused.
    pub(super) async fn judge(&self, stated: Vec<SourcedEvent>) -> Result<JudgedEvents, RecordError> {
        let KnownActions { news: events, known: mut refused, raised } = self.without_known_actions(stated).await?;
        let mut request = self.request(&events);
        let Rehearsal { outcomes, pending } = self.recorder.rehearse(&request).await?;
        let (mut accepted, mut commands) = (Vec::new(), Vec::new());
        for ((sourced, command), outcome) in events.into_iter().zip(request.commands).zip(outcomes) {
            match outcome {
                None => {
                    accepted.push(sourced);
                    commands.push(command);
                }
                Some(refusal) => refused.push((sourced, refusal)),
            }
        }
        request.commands = commands;
        Ok(JudgedEvents { accepted, refused, raised, rehearsed: RehearsedRequest { request, pending } })
    }

    /// Leaves out registrations of parties that the document's readers know already. One that only others know is stated
    /// again, so that the document reads the same whether or not they know more.
    pub(super) async fn without_known_registrations(
        &self,
        events: Vec<SourcedEvent>,
    ) -> Result<Vec<SourcedEvent>, RecordError> {
        let is_registration = |event: &Event| matches!(event, Event::Party(PartyEvent::PartyRegistered(_)));
        let mut kept = Vec::with_capacity(events.len());
        let mut stated = HashSet::new();
        for sourced in events {
            if is_registration(&sourced.event) {
                let history = self.recorder.log().read_all(Selection::Stream(sourced.stream.clone())).await?;
                let readers = sourced.classification.map_or(Clearance::full(), Clearance::up_to);
                let known = redacted_history(&history, history.len(), readers);
                if known.iter().any(|recorded| is_registration(&recorded.event))
                    || !stated.insert(sourced.stream.clone())
                {
                    continue;
                }
            }
            kept.push(sourced);
        }
        Ok(kept)
    }

    /// Whether a document of the same bytes was recorded before.
    pub(super) async fn is_recorded(&self) -> Result<bool, RecordError> {
        Ok(self.recorder.receipt(&self.command_id()).await?.is_some())
    }

    pub(super) fn command_id(&self) -> String {
        CommandId::import(&self.sha256).to_string()
    }

    fn source(&self) -> Source {
        Source {
            client: self.metadata.source.client.clone(),
            identity: self.metadata.source.identity.clone(),
            file: Some(self.name.clone()),
            sha256: Some(self.sha256.clone()),
            edition: self.edition.clone(),
            importer: Some(IMPORTER_VERSION.into()),
            ..Source::default()
        }
    }

    /// The source of an event that was read from these lines (first and last, counted from 1).
    pub(super) fn source_of(&self, lines: (u32, u32)) -> Source {
        Source { first_line: Some(lines.0), last_line: Some(lines.1), ..self.source() }
    }

    /// The request that brings the record of a meeting to a later document. `known` tells whether the document is a later
    /// version of an edition that the ledger has, or another edition.
    pub(super) fn correction(&self, commands: Vec<Command>, known: bool) -> Request {
        let kind = self.edition.as_ref().map_or("document", |edition| edition.kind.word());
        let what = if known { format!("corrected {kind}") } else { format!("another edition: {kind}") };
        let reason = Some(format!("{what}: file {} (sha {})", self.name, &self.sha256[..12]));
        let metadata =
            RequestMetadata { command_id: self.command_id(), source: self.source(), reason, ..self.metadata.clone() };
        Request { commands, metadata, expected: None, planned: false }
    }

    /// The request that moves the document's record to another meeting.
    pub(super) fn moved(
        &self,
        to: &MeetingRef,
        from: &MeetingRef,
        recorded: Position,
        commands: Vec<Command>,
    ) -> Request {
        let file = format!("file {} (sha {})", self.name, &self.sha256[..12]);
        let reason = Some(format!("moved from {from} to {to}: {file}"));
        // The id of an import, so that the moved record is that of a document too.
        let command_id = CommandId::import(format!("{} {to} {recorded}", self.sha256)).to_string();
        let metadata = RequestMetadata { command_id, source: self.source(), reason, ..self.metadata.clone() };
        Request { commands, metadata, expected: None, planned: false }
    }

    /// The command that records one event of the document.
    pub(super) fn record(&self, sourced: &SourcedEvent) -> Command {
        Command::Record {
            stream: sourced.stream.clone(),
            event: sourced.event.clone(),
            source: Some(self.source_of(sourced.lines)),
            classification: sourced.classification,
        }
    }

    /// The request that records `events`, each with the lines it was read from.
    fn request(&self, events: &[SourcedEvent]) -> Request {
        let commands = events.iter().map(|sourced| self.record(sourced)).collect();
        let metadata =
            RequestMetadata { command_id: self.command_id(), source: self.source(), ..self.metadata.clone() };
        Request { commands, metadata, expected: None, planned: false }
    }
}
