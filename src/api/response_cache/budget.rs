//! The memory of large answers: those in the cache and those on their way to a client, each counted once.

use axum::body::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of all large answers together, those in the cache included.
pub(super) const CAPACITY: usize = 48 << 20;
/// Bytes up to which an answer is not counted: the number of connections bounds these.
const UNCOUNTED: usize = 16 << 10;
/// Bytes that one permit stands for.
const UNIT: usize = 1 << 10;

/// Counts the bodies of large answers for as long as any reader or the cache holds them.
pub(in crate::api) struct ResponseBudget(Arc<Semaphore>);

/// A body with the permits for its bytes.
struct CountedBody {
    bytes: Box<[u8]>,
    _permits: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for CountedBody {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Default for ResponseBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CAPACITY / UNIT)))
    }
}

impl ResponseBudget {
    /// Returns the body in memory of its own size, counted until its last clone is dropped. None if there is no room.
    pub(in crate::api) fn hold(&self, body: Bytes) -> Option<Bytes> {
        if body.len() <= UNCOUNTED {
            // A copy: the handler's body may share a larger buffer.
            return Some(Bytes::copy_from_slice(&body));
        }
        let permits = u32::try_from(body.len().div_ceil(UNIT)).ok()?;
        let permits = self.0.clone().try_acquire_many_owned(permits).ok()?;
        let bytes = match body.try_into_mut() {
            Ok(own) => Vec::from(own).into_boxed_slice(),
            Err(shared) => shared.to_vec().into_boxed_slice(),
        };
        Some(Bytes::from_owner(CountedBody { bytes, _permits: permits }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_counts_until_its_last_clone_is_dropped() {
        let budget = ResponseBudget::default();
        let body = || Bytes::from(vec![b'x'; 8 << 20]);
        let held: Vec<Bytes> = std::iter::from_fn(|| budget.hold(body())).take(100).collect();
        assert_eq!(held.len(), CAPACITY / (8 << 20));
        assert!(budget.hold(body()).is_none(), "there is no room for another large answer");
        assert!(budget.hold(Bytes::from_static(b"small")).is_some());
        let clone = held[0].clone();
        drop(held);
        assert_eq!(budget.0.available_permits(), (CAPACITY - (8 << 20)) / UNIT);
        drop(clone);
        assert_eq!(budget.0.available_permits(), CAPACITY / UNIT);
    }
}
