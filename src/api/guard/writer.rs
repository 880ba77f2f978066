//! Someone who records: what they may record, and the only way from a handler into the book.
//!
//! Whoever may not see something is told that it is not there, before anything else is said of it. Whoever sees it is told
//! when they may not touch it.

use super::visibility::Visibility;
use super::{Reader, Service};
use crate::access::{Permission, Principal};
use crate::api::problem::Problem;
use crate::ingest::{self, ImportedDocument};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Position, Source, StreamId};
use minutebook_ledger::{Command, Envelope, EventLocation, Log, Receipt, Request, Selection, StoreError};
use sha2::{Digest, Sha256};
use std::path::Path;
use tokio::task::spawn_blocking;

/// A writer whose token was checked, and who may record somewhere. There is none without a token.
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
            return Err(anonymous("whoever records something presents a token"));
        }
        if !RECORDING.iter().any(|permission| principal.may(*permission)) {
            return Err(forbidden("this token lets its bearer read, and record nothing"));
        }
        Ok(Self { principal, service: service.clone() })
    }
}

/// What one of has to be permitted to whoever records anything.
const RECORDING: [Permission; 2] = [Permission::Record, Permission::Publish];

impl Writer {
    /// The envelope of what this writer sends under a key of theirs. Keys are a writer's own: two who choose the same one
    /// do not meet, and nobody learns which ones another has used.
    pub(in crate::api) fn envelope(&self, key: &str) -> Envelope {
        Envelope {
            actor: self.principal.name().to_owned(),
            command_id: format!("http:{}", own_key(&self.principal, key)),
            source: Source { client: Some("http".into()), ..Source::default() },
            ..Envelope::default()
        }
    }

    /// Records a request, if all of it is this writer's to record. What was recorded once is answered again, though the
    /// writer may not see it any more by then.
    pub(in crate::api) async fn record(&self, request: &Request) -> Result<Receipt, Problem> {
        let sight = self.sight();
        for place in 0..request.commands.len() {
            if let Err(problem) = self.permit(&sight, &request.commands[..=place]).await {
                let earlier = match problem.status() {
                    StatusCode::NOT_FOUND => self.service.inner.recorder.repeated(request).await,
                    _ => Ok(None),
                };
                return match earlier {
                    Ok(earlier) => earlier.ok_or(problem),
                    Err(error) => sight.refusal(request, error).await,
                };
            }
        }
        match self.service.inner.recorder.record(request).await {
            Ok(receipt) => Ok(receipt),
            Err(error) => sight.refusal(request, error).await,
        }
    }

    /// Imports a document, if all that it leads to is this writer's to record; or finds out what it would lead to.
    pub(in crate::api) async fn import(
        &self,
        name: String,
        bytes: Vec<u8>,
        dry: bool,
    ) -> Result<ImportedDocument, Problem> {
        let _turn = self.service.inner.imports.acquire().await.map_err(|error| Problem::internal(&error))?;
        let envelope = Envelope { command_id: String::new(), ..self.envelope("") };
        // Reading a document of megabytes would hold up whoever else is answered by the same thread.
        let reading = spawn_blocking(move || ingest::SourceDocument::read(Path::new(&name), &bytes));
        let document = reading.await.map_err(|error| Problem::internal(&error))??;
        let prepared = ingest::prepare(&self.service.inner.recorder, document, &envelope).await?;
        let committee = prepared.report.committee();
        if !self.principal.may_in(Permission::Record, committee) {
            return Err(forbidden(&format!("this token does not let its bearer record in {committee}")));
        }
        for sourced in &prepared.events {
            self.permit_event(&sourced.stream, &sourced.event)?;
        }
        // What the book has of it already decides what is recorded of the document, and what is reported.
        if !self.sight().of_all_in(&prepared.report).await? {
            return Err(forbidden("the ledger holds more of what this document is about than this token opens"));
        }
        if dry {
            return Ok(ImportedDocument { report: prepared.report, receipt: None });
        }
        Ok(ingest::record(&self.service.inner.recorder, prepared).await?)
    }

    /// The number that a decision of theirs was given.
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

    /// The version that a stream is at.
    pub(in crate::api) async fn version(&self, stream: &StreamId) -> Result<u64, StoreError> {
        Ok(self.log().version(stream).await?.number())
    }

    fn sight(&self) -> Visibility<'_> {
        Visibility { principal: &self.principal, log: self.log() }
    }

    /// Whether the last of the commands is theirs to give after the others.
    async fn permit(&self, sight: &Visibility<'_>, commands: &[Command]) -> Result<(), Problem> {
        let Some((last, before)) = commands.split_last() else { return Ok(()) };
        match last {
            Command::Record { stream, event, .. } => {
                sight.of_stream(stream, event, before).await?;
                self.permit_event(stream, event)?;
                sight.of_requirements(event, before).await
            }
            Command::Correct { event, change, .. } => {
                let (stream, corrected) = sight.of_event(*event).await?;
                self.permit_event(&stream, &corrected)?;
                match change {
                    Change::Struck => Ok(()),
                    Change::Replaced(by) | Change::Supplemented(by) => {
                        self.permit_event(&stream, by)?;
                        sight.of_requirements(by, before).await
                    }
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
            Some(committee) => format!("this token does not let its bearer {permission} in {committee}"),
            None => format!("this token does not let its bearer {permission} the ledger"),
        };
        if may { Ok(()) } else { Err(forbidden(&what())) }
    }
}

/// A key as it is this principal's alone.
pub(super) fn own_key(principal: &Principal, key: &str) -> String {
    let name = principal.name();
    let mut hash = Sha256::new();
    hash.update((name.len() as u64).to_be_bytes());
    hash.update(name);
    hash.update(key);
    hex::encode(hash.finalize())
}

/// Nobody is named as doing it.
pub(super) fn anonymous(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "There is no token", detail)
        .accepted("the header `Authorization`, with `Bearer` and a token that permits it")
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"minutebook\""))
}

pub(super) fn forbidden(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "The token does not permit it", detail)
}
