//! Lines of an export: how they are written and read.

use crate::commitment::{CommitmentError, leaf};
use crate::event_codec;
use crate::merkle::Hash;
use crate::recordable::unrecordable;
use crate::store::{EventRow, stored};
use minutebook_domain::{RecordedEvent, calendar_day};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;

/// The version of the format that this program writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;
/// The end of an event's line after the stored bytes: three hashes in hexadecimal digits, each under its name.
const BEGINS: &str = ",\"export\":{\"fingerprint\":\"";
const LEAF: &str = "\",\"leaf\":\"";
const SALT: &str = "\",\"salt\":\"";
const ENDS: &str = "\"}}";
const DIGITS: usize = 64;
const TAIL: usize = BEGINS.len() + LEAF.len() + SALT.len() + ENDS.len() + 3 * DIGITS;

/// An event as read from a line, with everything that restores its row.
#[derive(Debug)]
pub(crate) struct ExportedEvent {
    pub(crate) row: EventRow,
    /// The fingerprint of the command that led to it.
    pub(crate) fingerprint: Hash,
    pub(crate) leaf: Hash,
    pub(crate) event: RecordedEvent,
}

/// The last line: the number of events, and their root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportEnd {
    /// The version of the format.
    pub(crate) format: u32,
    /// The number of events.
    pub(crate) events: u64,
    /// The Merkle root over their leaves.
    pub(crate) root: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LastLine {
    end: ExportEnd,
}

/// A line of an export.
#[derive(Debug)]
pub(crate) enum ExportLine {
    Event(Box<ExportedEvent>),
    End(ExportEnd),
}

/// A line that is no line of an export.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    #[error(
        "this is no line of an export: an event's stored bytes with its salt and leaf were expected, as `log --format ndjson` prints them"
    )]
    Shape,
    #[error("this program cannot read the event: {0}")]
    Unreadable(#[from] event_codec::StoredEventError),
    #[error("the leaf is {said}, and that of the salt and the bytes is {computed}: one of the three was changed")]
    Leaf { said: Hash, computed: Hash },
    #[error("the event has no leaf: {0}")]
    NoLeaf(#[from] CommitmentError),
    #[error("{0}")]
    Unrecordable(String),
    #[error("the export has format {0}, and this program reads formats up to {FORMAT}: use a newer one")]
    Format(u32),
}

/// Writes the line of `row` with its newline; `fingerprint` is that of its command.
pub(crate) fn write(row: &EventRow, fingerprint: &[u8], into: &mut String) {
    // The line holds the stored bytes unchanged; their closing brace moves to its end.
    let bytes = String::from_utf8_lossy(&row.event_bytes);
    into.push_str(bytes.strip_suffix('}').unwrap_or(&bytes));
    for (before, hash) in [(BEGINS, fingerprint), (LEAF, &row.leaf), (SALT, &row.salt)] {
        into.push_str(before);
        into.push_str(&hex::encode(hash));
    }
    into.push_str(ENDS);
    into.push('\n');
}

/// Writes the last line, with its newline.
pub(crate) fn write_end(end: ExportEnd, into: &mut String) -> Result<(), serde_json::Error> {
    let line = serde_json::to_string(&LastLine { end })?;
    // Writing to a string cannot fail.
    let _ = writeln!(into, "{line}");
    Ok(())
}

/// Reads a line without its newline. An event's leaf is computed again, and its columns are read from its bytes.
pub(crate) fn read(line: &[u8]) -> Result<ExportLine, LineError> {
    if line.starts_with(b"{\"end\":") {
        let last: LastLine = serde_json::from_slice(line).map_err(|_| LineError::Shape)?;
        return if last.end.format == FORMAT {
            Ok(ExportLine::End(last.end))
        } else {
            Err(LineError::Format(last.end.format))
        };
    }
    let (bytes, tail) = line.split_at_checked(line.len().saturating_sub(TAIL)).ok_or(LineError::Shape)?;
    let [fingerprint, said, salt] = hashes(tail).ok_or(LineError::Shape)?;
    let mut event_bytes = bytes.to_vec();
    event_bytes.push(b'}');
    let computed = leaf(salt.as_bytes(), &event_bytes)?;
    if computed != said {
        return Err(LineError::Leaf { said, computed });
    }
    let event = event_codec::decode(&event_bytes)?;
    check_recordable(&event_bytes, &event)?;
    let row = EventRow {
        position: stored(event.position.number()),
        stream: event.stream.to_string(),
        version: stored(event.version.number()),
        event_id: event.event_id.to_string(),
        event_type: event.event.event_type().to_owned(),
        recorded_at: event.recorded_at.timestamp_micros(),
        event_bytes,
        salt: salt.as_bytes().to_vec(),
        leaf: said.as_bytes().to_vec(),
    };
    Ok(ExportLine::Event(Box::new(ExportedEvent { row, fingerprint, leaf: said, event })))
}

/// Refuses an event that no store can hold. The payload's own type checks its texts and days.
fn check_recordable(bytes: &[u8], event: &RecordedEvent) -> Result<(), LineError> {
    let mut problem = event.event.data().map_or(None, |data| unrecordable(&data));
    if bytes.windows(NULL.len()).any(|window| window == NULL) {
        // Its position may be larger than the numbers of a payload.
        let members = serde_json::from_slice::<serde_json::Map<String, Value>>(bytes).unwrap_or_default();
        let texts = members.into_iter().filter(|(_, value)| !value.is_number()).collect();
        problem = problem.or_else(|| unrecordable(&Value::Object(texts)));
    }
    if !calendar_day::is_recordable(event.metadata.valid_at.date_naive()) {
        problem.get_or_insert_with(|| {
            format!("`valid_at` is {}: a time of the years 1 to 9999 was expected", event.metadata.valid_at)
        });
    }
    problem.map_or(Ok(()), |problem| Err(LineError::Unrecordable(problem)))
}

/// U+0000 as JSON writes it.
const NULL: &[u8] = br"\u0000";

/// The hashes in a line's tail: fingerprint, leaf and salt.
fn hashes(tail: &[u8]) -> Option<[Hash; 3]> {
    let mut rest = tail;
    let mut hash = |before: &str| {
        let (digits, after) = rest.strip_prefix(before.as_bytes())?.split_at_checked(DIGITS)?;
        rest = after;
        Hash::from_hex(digits)
    };
    let hashes = [hash(BEGINS)?, hash(LEAF)?, hash(SALT)?];
    (rest == ENDS.as_bytes()).then_some(hashes)
}
