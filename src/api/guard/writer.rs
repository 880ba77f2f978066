//! A writer: what they may record, and the only way from a handler to the recorder.
//!
//! Visibility is checked before permission: a subject that the writer may not see gets 404, and one that they see and may
//! not change gets 403.

use super::visibility::Visibility;
use super::{Reader, Service};
use crate::access::{Permission, Principal};
use crate::api::problem::{Problem, ProblemKind};
use crate::ingest::{self, ImportedDocument};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use minutebook_domain::classification::Classification;
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{CommandId, Event, Position, RequestMetadata, Source, StreamId};
use minutebook_ledger::{Command, EventLocation, Log, Receipt, Request, Selection, StoreError, resolve_merge};
use sha2::{Digest, Sha256};
use std::path::Path;
use tokio::task::spawn_blocking;

/// A principal with a token that may record in at least one committee.
#[derive(Clone)]
pub struct Writer {
    principal: Principal,
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
        if !RECORDING.iter().any(|permission| principal.may(*permission)) {
            return Err(forbidden("this token permits reading only"));
        }
        Ok(Self { principal, service: service.clone() })
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

/// A writer has at least one of these.
const RECORDING: [Permission; 2] = [Permission::Record, Permission::Publish];

impl Writer {
    /// The metadata of a request with an idempotency key. Keys are scoped to the writer: two writers may use the same key,
    /// and neither learns of the other's.
    pub(in crate::api) fn metadata(&self, key: &str) -> RequestMetadata {
        RequestMetadata {
            actor: self.principal.name().to_owned(),
            command_id: CommandId::Http { sha256: own_key(&self.principal, key) }.to_string(),
            source: Source { client: Some("http".into()), ..Source::default() },
            ..RequestMetadata::default()
        }
    }

    /// Records a request if the writer may record all of it. A repeated request gets its first receipt, even if the writer
    /// no longer sees the subject.
    pub(in crate::api) async fn record(&self, request: &Request) -> Result<Receipt, Problem> {
        let visibility = self.visibility();
        let request = &visibility.with_own_clearance(request).await?;
        let commands = visibility.by_own_names(&request.commands).await?;
        for place in 0..commands.len() {
            if let Err(problem) = self.permit(&visibility, &commands[..=place]).await {
                let earlier = match problem.status() {
                    StatusCode::NOT_FOUND => self.service.inner.recorder.receipt_of(request).await,
                    _ => Ok(None),
                };
                return match earlier {
                    Ok(earlier) => earlier.ok_or(problem),
                    Err(error) => visibility.refusal(request, error).await,
                };
            }
        }
        match self.service.inner.recorder.record(request).await {
            Ok(receipt) => Ok(receipt),
            Err(error) => visibility.refusal(request, error).await,
        }
    }

    /// Imports a document if the writer may record all of its events; a dry run reports what an import would record.
    pub(in crate::api) async fn import(
        &self,
        name: String,
        bytes: Vec<u8>,
        options: ImportOptions,
    ) -> Result<ImportedDocument, Problem> {
        let _turn = self.service.inner.imports.acquire().await.map_err(|error| Problem::internal(&error))?;
        let metadata = RequestMetadata { command_id: String::new(), ..self.metadata("") };
        // Parsing takes seconds for a large document, and would block the runtime's thread.
        let ImportOptions { classification, meeting, moves, lower, dry_run } = options;
        let reading = spawn_blocking(move || ingest::SourceDocument::read_as(Path::new(&name), &bytes, meeting));
        let document = reading.await.map_err(|error| Problem::internal(&error))??;
        let document = document.with_classification(classification).moving(moves);
        let prepared = ingest::prepare(&self.service.inner.recorder, document, &metadata).await?;
        let committee = prepared.report.committee();
        if !self.principal.may_in(Permission::Record, committee) {
            return Err(forbidden(&format!("this token does not permit recording in {committee}")));
        }
        for sourced in &prepared.events {
            self.permit_event(&sourced.stream, &sourced.event)?;
        }
        // The report compares the document with what the ledger has, so the writer must be allowed to read all of that.
        if !self.visibility().sees_all_of(&prepared.report).await? {
            return Err(forbidden(
                "the ledger has events about this meeting or these actions that this token may not read",
            ));
        }
        if dry_run {
            return Ok(ImportedDocument { report: prepared.report, receipt: None });
        }
        if !prepared.lowered.is_empty() && !lower {
            let what = format!("the import would lower the marks of {} events", prepared.lowered.len());
            return Err(Problem::unprocessable(what).with_field("lower").with_accepted("true"));
        }
        Ok(ingest::record(&self.service.inner.recorder, prepared).await?)
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
        self.service.inner.recorder.log()
    }

    /// The current version of a stream.
    pub(in crate::api) async fn version(&self, stream: &StreamId) -> Result<u64, StoreError> {
        Ok(self.log().version(stream).await?.number())
    }

    fn visibility(&self) -> Visibility<'_> {
        Visibility { principal: &self.principal, log: self.log() }
    }

    /// Checks the last of the commands, given that the ones before it are recorded too.
    async fn permit(&self, visibility: &Visibility<'_>, commands: &[Command]) -> Result<(), Problem> {
        let Some((last, before)) = commands.split_last() else { return Ok(()) };
        match last {
            Command::Record { stream, event, .. } => {
                visibility.check_stream(stream, event, before).await?;
                self.permit_event(stream, event)?;
                visibility.check_requirements(event, before).await
            }
            Command::Correct { event, change, .. } => {
                let (stream, corrected) = visibility.find_event(*event).await?;
                self.permit_event(&stream, &corrected)?;
                match change {
                    Change::Struck | Change::Marked(_) => Ok(()),
                    Change::Replaced(by) | Change::Supplemented(by) => {
                        self.permit_event(&stream, by)?;
                        visibility.check_requirements(by, before).await
                    }
                }
            }
            Command::Merge { event, merge, clearance, .. } => {
                let (stream, corrected) = visibility.find_event(*event).await?;
                self.permit_event(&stream, &corrected)?;
                let history = self.log().read_all(Selection::Stream(stream.clone())).await?;
                match resolve_merge(&history, *event, merge, *clearance) {
                    Ok(resolved) => {
                        self.permit_event(&stream, &resolved.event)?;
                        visibility.check_requirements(&resolved.event, before).await
                    }
                    // The recorder refuses it too, unless the request is a repeated one.
                    Err(_) => Ok(()),
                }
            }
        }
    }

    fn permit_event(&self, stream: &StreamId, event: &Event) -> Result<(), Problem> {
        let permission = Permission::required_to_record(event);
        let may = match stream.committee() {
            Some(committee) => self.principal.may_in(permission, committee),
            None => self.principal.may_everywhere(permission),
        };
        let what = || match stream.committee() {
            Some(committee) => format!("this token does not permit its bearer to {permission} in {committee}"),
            None => format!("this token does not permit its bearer to {permission} the ledger"),
        };
        if may { Ok(()) } else { Err(forbidden(&what())) }
    }
}

/// Hashes an idempotency key together with the principal's name, so that keys of two principals never collide.
pub(super) fn own_key(principal: &Principal, key: &str) -> String {
    let name = principal.name();
    let mut hash = Sha256::new();
    hash.update((name.len() as u64).to_be_bytes());
    hash.update(name);
    hash.update(key);
    hex::encode(hash.finalize())
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
