//! Whether the log still continues what this process has seen of it.
//!
//! Nobody removes the end of a log. But a backup may be restored, a database may fail over to a copy that is behind, and
//! the file may be replaced. What this process acknowledged, keeps in memory and has answered then speaks of events that
//! the log no longer has. From then on the process answers and records nothing more, until it is started again.

use super::store::{Discontinuity, EventLog, FoundEnd, LogEnd, StoreError};
use minutebook_domain::Position;
use tokio::sync::watch;

/// The end of the log that this process has seen, and whether the log still continues it.
#[derive(Debug)]
pub(crate) struct Continuity {
    seen: watch::Sender<LogEnd>,
    broken: watch::Sender<Option<Discontinuity>>,
}

impl Continuity {
    pub(crate) fn new(seen: LogEnd) -> Self {
        Self { seen: watch::Sender::new(seen), broken: watch::Sender::new(None) }
    }

    /// The last end of the log that this process has seen.
    pub(crate) fn seen(&self) -> LogEnd {
        *self.seen.borrow()
    }

    /// A receiver that wakes when the seen end moves.
    pub(crate) fn watch(&self) -> ContinuityWatch {
        ContinuityWatch { seen: self.seen.subscribe(), broken: self.broken.subscribe() }
    }

    /// Notes a later end of the log.
    pub(crate) fn advance(&self, end: LogEnd) {
        self.seen.send_if_modified(|seen| {
            let moved = seen.position < end.position;
            if moved {
                *seen = end;
            }
            moved
        });
    }

    /// Refuses if the log was found broken off.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &*self.broken.borrow() {
            None => Ok(()),
            Some(discontinuity) => Err(discontinuity.clone().into()),
        }
    }

    /// Passes on a result of the store, and remembers an error that says that the log was broken off.
    pub(crate) fn judge<T, E: Into<StoreError>>(&self, result: Result<T, E>) -> Result<T, StoreError> {
        let result = result.map_err(Into::into);
        if let Err(StoreError::NotContinued(discontinuity)) = &result {
            self.break_off(discontinuity);
        }
        result
    }

    /// Compares a head that was read after `seen` was. The leaf there is compared by [`Continuity::compare`].
    pub(crate) fn check_head(&self, seen: LogEnd, head: Position) -> Result<(), StoreError> {
        self.check()?;
        let lost = Discontinuity::TailLost { head, seen: seen.position };
        self.judge(if head < seen.position { Err(lost) } else { Ok(()) })
    }

    /// Reads the end of the log, compares it with what was seen, and notes it.
    pub(crate) async fn compare(&self, log: &(impl EventLog + ?Sized)) -> Result<LogEnd, StoreError> {
        self.check()?;
        let seen = self.seen();
        let FoundEnd { end, seen_leaf } = self.judge(log.end(seen.position.number()).await)?;
        self.judge(seen.check(end.position, seen_leaf))?;
        self.advance(end);
        Ok(end)
    }

    fn break_off(&self, discontinuity: &Discontinuity) {
        let first = self.broken.send_if_modified(|broken| {
            let first = broken.is_none();
            broken.get_or_insert_with(|| discontinuity.clone());
            first
        });
        if first {
            tracing::error!(
                event = "log.not_continued",
                "{discontinuity}; nothing more is answered or recorded before a restart"
            );
        }
    }
}

/// Waits for the log to grow.
#[derive(Debug, Clone)]
pub(crate) struct ContinuityWatch {
    seen: watch::Receiver<LogEnd>,
    broken: watch::Receiver<Option<Discontinuity>>,
}

impl ContinuityWatch {
    /// Refuses if the log was found broken off.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &*self.broken.borrow() {
            None => Ok(()),
            Some(discontinuity) => Err(discontinuity.clone().into()),
        }
    }

    /// How the log was broken off, if it was.
    pub(crate) fn discontinuity(&self) -> Option<Discontinuity> {
        self.broken.borrow().clone()
    }

    /// Marks the present position as seen, so that [`ContinuityWatch::changed`] waits for the next one.
    pub(crate) fn mark_seen(&mut self) {
        self.seen.borrow_and_update();
    }

    /// Waits until the log grows, or was broken off or closed.
    pub(crate) async fn changed(&mut self) -> Result<(), StoreError> {
        tokio::select! {
            changed = self.seen.changed() => return changed.map_err(|_| StoreError::Closed),
            _ = self.broken.wait_for(Option::is_some) => {}
        }
        self.check()
    }

    /// Waits until the log reaches `position`, or was closed.
    pub(crate) async fn reached(mut self, position: Position) {
        // If the log was closed, the channel is too, and waiting ends.
        let _ = self.seen.wait_for(|seen| seen.position >= position).await;
    }

    /// Waits until the log is found broken off, or was closed.
    pub(crate) async fn broken_off(mut self) {
        let _ = self.broken.wait_for(Option::is_some).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::Hash;

    fn end(position: u64, leaf: u8) -> LogEnd {
        LogEnd { position: Position::new(position), leaf: Some(Hash::new([leaf; 32])) }
    }

    #[tokio::test]
    async fn once_broken_off_it_stays_so_and_wakes_everyone_who_waits() {
        let continuity = Continuity::new(end(7, 1));
        let mut watch = continuity.watch();
        let waits = tokio::spawn(watch.clone().broken_off());
        assert!(continuity.check_head(end(7, 1), Position::new(8)).is_ok());
        let error = continuity.check_head(end(7, 1), Position::new(6)).unwrap_err();
        assert!(error.to_string().contains("position 6"), "{error}");
        waits.await.unwrap();
        watch.mark_seen();
        assert!(matches!(watch.changed().await, Err(StoreError::NotContinued(_))));
        assert!(continuity.check_head(end(7, 1), Position::new(8)).is_err(), "it was broken off before");
    }
}
