//! What the sender of a request may record. An attempt asks for each event that it decides and for each committee that the
//! event belongs to or names a subject of, so that no route into the recorder can leave the question out.

use super::RecordError;
use super::attempt::Attempt;
use super::corrections::{no_such_event, standing_for};
use super::{Command, Request};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Event, EventId, StreamId};
use std::fmt::Debug;

/// What the sender of a request may record.
pub trait Authority: Debug + Send + Sync {
    /// Returns whether the sender may record `event` as far as it touches `committee`: by belonging to it, or by naming a
    /// subject of it. `None` is the ledger itself. `top` is the highest mark of the committee's scheme.
    fn permit(&self, event: &Event, committee: Option<&CommitteeCode>, top: Classification) -> Result<(), Forbidden>;

    /// Returns whether the sender may record anything in `committee`, and so may know all of its record.
    fn knows(&self, committee: Option<&CommitteeCode>, top: Classification) -> bool;

    /// Returns whether the sender may record everything, so that there is nothing to ask.
    fn is_full(&self) -> bool {
        false
    }
}

/// A request that its sender may not make. It says what is missing, and nothing of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Forbidden(pub String);

/// The authority over everything: that of a person with direct access to the database.
#[derive(Debug, Clone, Copy)]
pub struct FullAuthority;

impl Authority for FullAuthority {
    fn permit(&self, _: &Event, _: Option<&CommitteeCode>, _: Classification) -> Result<(), Forbidden> {
        Ok(())
    }

    fn knows(&self, _: Option<&CommitteeCode>, _: Classification) -> bool {
        true
    }

    fn is_full(&self) -> bool {
        true
    }
}

/// The authority over nothing, for a recorder that records only on behalf of others.
#[derive(Debug, Clone, Copy)]
pub struct NoAuthority;

impl Authority for NoAuthority {
    fn permit(&self, _: &Event, _: Option<&CommitteeCode>, _: Classification) -> Result<(), Forbidden> {
        Err(Forbidden("nobody with a right to record sent the request".into()))
    }

    fn knows(&self, _: Option<&CommitteeCode>, _: Classification) -> bool {
        false
    }
}

impl Attempt<'_> {
    /// Refuses a request with a command that the sender may not give, before anything else of it is looked at.
    pub(super) async fn authorize(&mut self, request: &Request) -> Result<(), RecordError> {
        if self.authority.is_full() {
            return Ok(());
        }
        for command in &request.commands {
            match command {
                Command::Record { stream, event, .. } => self.authorize_event(stream, event).await?,
                Command::Correct { event, change, .. } => {
                    let stream = self.authorize_correction(*event).await?;
                    if let Some(by) = change.event() {
                        self.authorize_event(&stream, by).await?;
                    }
                }
                // What it comes to is checked when it is decided.
                Command::Merge { event, .. } => _ = self.authorize_correction(*event).await?,
            }
        }
        Ok(())
    }

    /// Refuses an event that the sender may not record.
    pub(super) async fn authorize_event(&mut self, stream: &StreamId, event: &Event) -> Result<(), RecordError> {
        if self.authority.is_full() {
            return Ok(());
        }
        for committee in event.committees(stream) {
            let top = self.top_mark(committee.as_ref()).await?;
            self.authority.permit(event, committee.as_ref(), top)?;
        }
        Ok(())
    }

    /// Refuses the correction of an event that the sender may not record, nor what stands in its place. Returns its stream.
    /// An event of a committee whose record the sender may not know gets the answer of one that does not exist.
    async fn authorize_correction(&mut self, corrected: EventId) -> Result<StreamId, RecordError> {
        let stream = self.stream_of(corrected).await?;
        let top = self.top_mark(stream.committee()).await?;
        if !self.authority.knows(stream.committee(), top) {
            return Err(no_such_event(corrected).into());
        }
        let history = self.history(&stream).await?;
        let target = history.iter().find(|recorded| recorded.event_id == corrected);
        let target = target.ok_or_else(|| no_such_event(corrected))?;
        let standing = standing_for(&history, target);
        self.authorize_event(&stream, &target.event).await?;
        if standing.event_id != target.event_id {
            self.authorize_event(&stream, &standing.event).await?;
        }
        Ok(stream)
    }

    /// Returns the highest mark of a committee's scheme; of a committee that is not established, the highest there is.
    pub(super) async fn top_mark(&mut self, committee: Option<&CommitteeCode>) -> Result<Classification, RecordError> {
        let Some(code) = committee else { return Ok(Classification::highest()) };
        Ok(self.committee(&StreamId::Committee(code.clone())).await?.scheme().highest())
    }
}
