//! A writer: what they may record, and the only way from a handler to the recorder.
//!
//! Permission comes before everything: before a version, a rule, or whether a subject exists. A right to record counts only
//! with a clearance for the top of the committee's scheme, so the rules' answers tell a writer nothing they may not read.

use super::{Reader, Service};
use crate::access::{Permission, Principal};
use crate::api::problem::{Problem, ProblemKind};
use crate::ingest::{self, ImportError, ImportedDocument, TypedText, UnderstoodText};
use crate::query::visible_row::sees_all;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use minutebook_domain::{
    CommandId, Event, Position, Rejection, RejectionKind, RequestMetadata, SenderIdentity, Source, StreamId,
    StreamVersion,
};
use minutebook_ledger::{
    AppendError, Command, EventLocation, Log, Receipt, RecordError, Recorder, Request, Selection, StoreError,
};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

/// A principal with a token that may record in at least one committee.
#[derive(Clone)]
pub struct Writer {
    principal: Principal,
    /// Records what the principal may record.
    recorder: Recorder,
    service: Service,
}

impl FromRequestParts<Service> for Writer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        let reader = Reader::from_request_parts(parts, service).await?;
        let principal = reader.principal().clone();
        if principal.is_anonymous() {
            return Err(anonymous("recording needs a token"));
        }
        if !Permission::RECORDING.iter().any(|permission| principal.may(*permission)) {
            return Err(forbidden("this token permits reading only"));
        }
        if !principal.may_record() {
            return Err(forbidden(
                "this token's right to record does not count: it takes a clearance for the highest mark of the committee's \
                 scheme, since the rules judge the whole record",
            ));
        }
        let recorder = service.inner.recorder.acting_for(Arc::new(principal.clone()));
        Ok(Self { principal, recorder, service: service.clone() })
    }
}

/// The options of an import.
pub(in crate::api) struct ImportOptions {
    /// The mark of a document that states none.
    pub(in crate::api) classification: Option<Classification>,
    /// The meeting that the document is of, where it names another or none.
    pub(in crate::api) meeting: Option<MeetingRef>,
    /// Whether what it recorded under another meeting is moved.
    pub(in crate::api) moves: bool,
    /// Whether it may lower marks of what is recorded already.
    pub(in crate::api) lower: bool,
    /// Whether nothing is recorded.
    pub(in crate::api) dry_run: bool,
}

impl Writer {
    /// The metadata of a request with an idempotency key. Keys belong to the token, or to the person at their provider: two
    /// writers may use the same key, and neither learns of the other's.
    pub(in crate::api) fn metadata(&self, key: &str) -> RequestMetadata {
        RequestMetadata {
            actor: self.principal.name().to_owned(),
            command_id: CommandId::Http { sha256: self.principal.own_key(key) }.to_string(),
            source: Source {
                client: Some("http".into()),
                identity: self.principal.identity().cloned(),
                ..Source::default()
            },
            ..RequestMetadata::default()
        }
    }

    /// Refuses a request that the writer may not make: with 403, or with 404 if it corrects an event that does not exist or
    /// is of a committee whose record the writer may not know.
    pub(in crate::api) async fn authorize(&self, request: &Request) -> Result<(), Problem> {
        Ok(self.recorder.authorize(request).await?)
    }

    /// Records a request if the writer may record all of it. A repeated request gets its first receipt.
    pub(in crate::api) async fn record(&self, request: &Request) -> Result<Receipt, Problem> {
        match self.recorder.record(request).await {
            Ok(receipt) => Ok(receipt),
            Err(error) => Err(self.refusal(request, error).await),
        }
    }

    /// The answer to a request that the recorder refused: 412 for a stale version, 404 for an event whose stream nobody
    /// has begun, else the rule.
    async fn refusal(&self, request: &Request, error: RecordError) -> Problem {
        if let (RecordError::Append(AppendError::Conflict { actual, .. }), Some(_)) = (&error, request.expected) {
            return Problem::stale(*actual);
        }
        let RecordError::Rejected(refusal) = &error else { return error.into() };
        match refusal.kind() {
            RejectionKind::NotBegun => match self.unbegun(&request.commands).await {
                Ok(Some(stream)) => no_such(&stream),
                Ok(None) => error.into(),
                Err(error) => error.into(),
            },
            // The rule names the other record, which may be of a committee whose record the writer may not know.
            RejectionKind::ReliedOn if !sees_all(self.principal.clearance_everywhere()) => {
                Rejection::relied_on(refusal.rule(), "another record depends on it", refusal.accepted()).into()
            }
            _ => error.into(),
        }
    }

    /// The stream of the first command that needs one and finds none.
    async fn unbegun(&self, commands: &[Command]) -> Result<Option<StreamId>, RecordError> {
        for (place, command) in commands.iter().enumerate() {
            let Command::Record { stream, event, .. } = command else { continue };
            let mut stream = stream.clone();
            if let StreamId::Meeting(meeting) = &stream {
                stream = StreamId::Meeting(self.recorder.first_reference(meeting).await?);
            }
            let begun = event.begins_its_stream() || begins(&commands[..place], &stream);
            if !begun && self.log().version(&stream).await? == StreamVersion::NONE {
                return Ok(Some(stream));
            }
        }
        Ok(None)
    }

    /// Refuses an import, before the document is read, by a writer who may import none or none of the meeting given.
    pub(in crate::api) async fn authorize_import(&self, meeting: Option<&MeetingRef>) -> Result<(), Problem> {
        if !self.principal.may(Permission::Record) {
            return Err(forbidden("this token does not permit its bearer to record"));
        }
        match meeting {
            Some(meeting) => self.authorize_recording(meeting.committee()).await,
            None => Ok(()),
        }
    }

    /// Reads a typed text as the minutes of a meeting, and says what of it the rules would refuse. Nothing is recorded.
    pub(crate) async fn understand(&self, typed: &TypedText<'_>) -> Result<UnderstoodText, Problem> {
        self.authorize_recording(typed.meeting.committee()).await?;
        Ok(ingest::understand(&self.recorder, typed).await?)
    }

    /// Records commands that a page sends under a key of the browser's. The same commands sent again under the key are
    /// recorded once.
    pub(crate) async fn record_commands(&self, commands: Vec<Command>, key: &str) -> Result<Receipt, Problem> {
        let request = Request { commands, metadata: self.metadata(key), expected: None, planned: false };
        self.authorize(&request).await?;
        self.record(&request).await
    }

    /// The key under which the writer's browser keeps drafts, and a name for it that tells nothing of it; none for a writer without
    /// a token of the ledger.
    pub(crate) fn draft_key(&self) -> Option<(String, [u8; 32])> {
        let Some(SenderIdentity::Token(id)) = self.principal.identity() else { return None };
        Some((id.to_string(), self.service.inner.authenticator.tokens().draft_key(id)?))
    }

    /// The receipt of what was recorded under a key; none if it is new.
    pub(crate) async fn receipt(&self, key: &str) -> Result<Option<Receipt>, Problem> {
        Ok(self.recorder.receipt(&self.metadata(key).command_id).await?)
    }

    async fn authorize_recording(&self, committee: &CommitteeCode) -> Result<(), Problem> {
        let top = self.recorder.top_mark(committee).await?;
        Ok(self.principal.permit(Permission::Record, Some(committee), top)?)
    }

    /// Waits for one of the few places for imports: a document takes a multiple of its size in memory.
    pub(in crate::api) async fn import_place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.service.inner.imports.clone().acquire_owned().await.map_err(|error| Problem::internal(&error))
    }

    /// Imports a document if the writer may record all of its events; a dry run reports what an import would record.
    pub(in crate::api) async fn import(
        &self,
        name: String,
        bytes: Vec<u8>,
        options: ImportOptions,
    ) -> Result<ImportedDocument, Problem> {
        let metadata = RequestMetadata { command_id: String::new(), ..self.metadata("") };
        // Parsing takes seconds for a large document, and would block the runtime's thread.
        let ImportOptions { classification, meeting, moves, lower, dry_run } = options;
        let reading = spawn_blocking(move || ingest::SourceDocument::read_as(Path::new(&name), &bytes, meeting));
        let document = reading.await.map_err(|error| Problem::internal(&error))??;
        // The report compares the document with what the ledger has, so this comes before the comparison.
        self.authorize_recording(document.committee()).await?;
        let earlier = self.recorder.receipt(&CommandId::import(document.sha256()).to_string()).await?;
        for placed in earlier.iter().flat_map(|receipt| &receipt.events) {
            if let Some(committee) = placed.stream.committee() {
                self.authorize_recording(committee).await?;
            }
        }
        let document = document.with_classification(classification).moving(moves);
        let prepared = match Box::pin(ingest::prepare(&self.recorder, document, &metadata)).await {
            Err(ImportError::OtherMeeting { recorded, given }) => {
                self.authorize_recording(recorded.committee()).await?;
                return Err(ImportError::OtherMeeting { recorded, given }.into());
            }
            prepared => prepared?,
        };
        if dry_run {
            return Ok(ImportedDocument { report: prepared.report, receipt: None });
        }
        if !prepared.lowered.is_empty() && !lower {
            let what = format!("the import would lower the marks of {} events", prepared.lowered.len());
            return Err(Problem::unprocessable(what).with_field("lower").with_accepted("true"));
        }
        Ok(ingest::record(&self.recorder, prepared).await?)
    }

    /// The number that the recorder gave to a decision.
    pub(in crate::api) async fn decision_number(&self, placed: &EventLocation) -> Result<Option<u32>, StoreError> {
        let before = Position::new(placed.position.number().saturating_sub(1));
        let page = self.log().read(Selection::Stream(placed.stream.clone()), before).next_page().await?;
        Ok(page.first().and_then(|recorded| match &recorded.event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => Some(decision.number),
            _ => None,
        }))
    }

    fn log(&self) -> &Log {
        self.recorder.log()
    }

    /// The current version of a stream.
    pub(in crate::api) async fn version(&self, stream: &StreamId) -> Result<u64, StoreError> {
        Ok(self.log().version(stream).await?.number())
    }
}

/// Whether one of the commands begins the stream.
fn begins(commands: &[Command], stream: &StreamId) -> bool {
    commands.iter().any(|command| match command {
        Command::Record { stream: begun, event, .. } => begun == stream && event.begins_its_stream(),
        Command::Correct { .. } | Command::Merge { .. } => false,
    })
}

/// 404 for a stream that nobody has begun.
fn no_such(stream: &StreamId) -> Problem {
    Problem::not_found(format!("there is no {} `{}`", stream.kind(), stream.subject()))
}

/// 401 for a request without a token on a route that needs one.
pub(super) fn anonymous(detail: &str) -> Problem {
    Problem::new(ProblemKind::Unauthorized, detail)
        .with_accepted("the header `Authorization` with `Bearer` and a token")
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"minutebook\""))
}

pub(super) fn forbidden(detail: &str) -> Problem {
    Problem::new(ProblemKind::Forbidden, detail)
}
