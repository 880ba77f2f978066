//! The disclosure of an event: its skeleton, and those of its fragments that a reader may know, each with its salt.
//!
//! With it the reader checks what they were told against the leaf of the event, and learns nothing of the rest. The event's
//! own salt, from which the others are derived, is no part of it.

use super::commitment::{EventSalt, Fragment, stored_skeleton};
use super::log::Log;
use super::store::{EventRow, StoreError, read};
use minutebook_domain::Position;
use serde::Serialize;
use serde_json::Value;

/// An event that can be checked against its leaf, disclosed in part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disclosure {
    /// The event's position in the log.
    pub position: Position,
    /// The index of its leaf in the Merkle tree, from 0.
    pub leaf_index: u64,
    /// The leaf that follows from skeleton and outer salt, in hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub leaf: String,
    /// The salt of the skeleton, in hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub outer_salt: String,
    /// The canonical JSON of the event with a digest, `{"sd": …}`, in the place of each fragment.
    pub skeleton: String,
    /// The fragments that the reader may know, by their numbers.
    pub fragments: Vec<DisclosedFragment>,
}

/// A fragment of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisclosedFragment {
    /// Its number in the skeleton, from 0.
    pub index: u32,
    /// Its salt, in hexadecimal digits.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub salt: String,
    /// Its value. Its digest is over the canonical JSON of it.
    pub value: Value,
}

/// An event with its salt, which it gives to nobody.
pub struct SealedEvent(EventRow);

impl SealedEvent {
    /// Discloses the fragments for which `permits` says so.
    pub fn disclose(&self, permits: impl Fn(&Fragment<'_>) -> bool) -> Result<Disclosure, StoreError> {
        let Self(row) = self;
        let position = read(row.position);
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged { position, what: error.to_string() };
        let salt = EventSalt::new(&row.salt).map_err(|error| damaged(&error))?;
        let mut permitted: Vec<(u32, Vec<u8>)> = Vec::new();
        let skeleton = stored_skeleton(&salt, &row.event_bytes, |fragment| {
            if permits(&fragment) {
                permitted.push((fragment.index, fragment.span.to_vec()));
            }
        })
        .map_err(|error| damaged(&error))?;
        let fragment = |(index, span): (u32, Vec<u8>)| {
            let value = serde_json::from_slice(&span).map_err(|error| damaged(&error))?;
            Ok(DisclosedFragment { index, salt: hex::encode(salt.fragment(index)), value })
        };
        Ok(Disclosure {
            position: Position::new(position),
            leaf_index: position.saturating_sub(1),
            leaf: hex::encode(&row.leaf),
            outer_salt: hex::encode(salt.outer()),
            skeleton: String::from_utf8(skeleton).map_err(|error| damaged(&error))?,
            fragments: permitted.into_iter().map(fragment).collect::<Result<_, StoreError>>()?,
        })
    }
}

impl Log {
    /// The event at `position`, to disclose parts of it; `None` if there is no such event.
    pub async fn sealed(&self, position: Position) -> Result<Option<SealedEvent>, StoreError> {
        let Some(after) = position.number().checked_sub(1) else { return Ok(None) };
        let rows = self.store().rows(after, 1).await?;
        Ok(rows.into_iter().next().filter(|row| read(row.position) == position.number()).map(SealedEvent))
    }
}
