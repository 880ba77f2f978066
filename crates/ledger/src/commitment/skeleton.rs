//! Writes the bytes of an event and its skeleton in one pass.
//!
//! The roles of the fields say which members are fragments. A member that is one has a digest in the skeleton whether or
//! not it has a value, and a list has a power of two of them.

use super::{EventSalt, fragment_digest};
use crate::canonical::{self, NotCanonical};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minutebook_domain::Event;
use minutebook_domain::fragment::{CHANGE, CHANGES_WITH_EVENT, FragmentSlot, METADATA_SLOTS};
use serde_json::{Map, Value};

/// The span of a member that the event does not have.
const ABSENT: &[u8] = b"";
/// The span of what fills up a list.
const PADDING: &[u8] = b"null";

/// A part of an event with a digest of its own.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    /// Its number in the skeleton, from 0.
    pub index: u32,
    /// 0 in the metadata, 1 in the payload, 2 in the payload of the event that a correction brings in, and so on.
    pub depth: usize,
    /// The member that it is or belongs to.
    pub slot: FragmentSlot,
    /// Its place in the list that the member is; 0 for a member that is no list.
    pub entry: usize,
    /// Its canonical JSON.
    pub span: &'a [u8],
}

/// Writes an event's members to its stored bytes and to its skeleton.
pub(crate) struct SkeletonWriter<F> {
    salt: EventSalt,
    next: u32,
    bytes: Vec<u8>,
    skeleton: Vec<u8>,
    /// Called with each fragment that has a value.
    visit: F,
}

/// Whether a member stands before the next one, in the bytes and in the skeleton.
#[derive(Default)]
struct Separators {
    bytes: bool,
    skeleton: bool,
}

impl<F: FnMut(Fragment<'_>)> SkeletonWriter<F> {
    pub(crate) fn new(salt: EventSalt, visit: F) -> Self {
        Self { salt, next: 0, bytes: Vec::new(), skeleton: Vec::new(), visit }
    }

    /// Writes members of the event without braces: those of `members`, and the absent fragments with such `names`. The
    /// payload is of the type that is given, if it is among them.
    pub(crate) fn metadata(
        &mut self,
        members: &Map<String, Value>,
        payload: Option<(&str, u32)>,
        names: impl Fn(&str) -> bool,
    ) -> Result<(), NotCanonical> {
        let slots = METADATA_SLOTS.into_iter().filter(|slot| names(slot.name));
        self.members(0, members, slots, |writer, name, value| match (name, value, payload) {
            ("data", Value::Object(data), Some((event_type, schema_version))) => {
                writer.payload(1, data, event_type, schema_version).map(|()| true)
            }
            _ => Ok(false),
        })
    }

    /// Takes what was written since the last time: the bytes, and the skeleton.
    pub(crate) fn take(&mut self) -> (Vec<u8>, Vec<u8>) {
        (std::mem::take(&mut self.bytes), std::mem::take(&mut self.skeleton))
    }

    fn payload(
        &mut self,
        depth: usize,
        data: &Map<String, Value>,
        event_type: &str,
        schema_version: u32,
    ) -> Result<(), NotCanonical> {
        self.both(b"{");
        let slots = Event::slots_of(event_type, schema_version);
        let is_correction = event_type == "EventCorrected";
        self.members(depth, data, slots, |writer, name, value| match value {
            Value::Object(change) if is_correction && name == CHANGE => writer.change(depth, change),
            _ => Ok(false),
        })?;
        self.both(b"}");
        Ok(())
    }

    /// Writes the change of a correction, if it holds an event.
    fn change(&mut self, depth: usize, change: &Map<String, Value>) -> Result<bool, NotCanonical> {
        let Some((word, Value::Object(event))) = change.iter().next() else { return Ok(false) };
        if change.len() != 1 || !CHANGES_WITH_EVENT.contains(&word.as_str()) {
            return Ok(false);
        }
        self.both(b"{");
        self.both(&canonical::to_bytes(&Value::String(word.clone()))?);
        self.both(b":{");
        let (event_type, schema_version) = typed(event)?;
        self.members(depth, event, std::iter::empty(), |writer, name, value| match (name, value) {
            ("data", Value::Object(data)) => writer.payload(depth + 1, data, event_type, schema_version).map(|()| true),
            _ => Ok(false),
        })?;
        self.both(b"}}");
        Ok(true)
    }

    /// Writes the members of an object, and the fragments that it does not have, sorted by name. `nested` writes a value
    /// that holds fragments itself, or returns false.
    fn members(
        &mut self,
        depth: usize,
        members: &Map<String, Value>,
        slots: impl Iterator<Item = FragmentSlot>,
        mut nested: impl FnMut(&mut Self, &str, &Value) -> Result<bool, NotCanonical>,
    ) -> Result<(), NotCanonical> {
        // The order of other keys is that of their UTF-16 units, and no member of an event has such a name.
        if !members.keys().all(|key| key.is_ascii()) {
            return Err(NotCanonical::OtherForm);
        }
        let mut separators = Separators::default();
        let mut slots = slots.peekable();
        for (name, value) in members {
            while let Some(absent) = slots.next_if(|slot| slot.name < name.as_str()) {
                self.absent(absent, &mut separators);
            }
            self.name(name, &mut separators)?;
            match slots.next_if(|slot| slot.name == name) {
                Some(slot) => self.fragments(depth, slot, value)?,
                None if nested(self, name, value)? => {}
                None => self.open(value)?,
            }
        }
        for absent in slots {
            self.absent(absent, &mut separators);
        }
        Ok(())
    }

    fn both(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.skeleton.extend_from_slice(bytes);
    }

    fn name(&mut self, name: &str, separators: &mut Separators) -> Result<(), NotCanonical> {
        if std::mem::replace(&mut separators.bytes, true) {
            self.bytes.push(b',');
        }
        if std::mem::replace(&mut separators.skeleton, true) {
            self.skeleton.push(b',');
        }
        let from = self.bytes.len();
        serde_json::to_writer(&mut self.bytes, name)?;
        self.bytes.push(b':');
        self.skeleton.extend_from_slice(&self.bytes[from..]);
        Ok(())
    }

    /// Writes a value that every reader of the event gets.
    fn open(&mut self, value: &Value) -> Result<(), NotCanonical> {
        let from = self.bytes.len();
        canonical::write(value, &mut self.bytes)?;
        self.skeleton.extend_from_slice(&self.bytes[from..]);
        Ok(())
    }

    /// Writes a member that is a fragment, or a list of fragments.
    fn fragments(&mut self, depth: usize, slot: FragmentSlot, value: &Value) -> Result<(), NotCanonical> {
        if !slot.kind.is_list() {
            return self.fragment(depth, slot, 0, value);
        }
        let entries = value.as_array().ok_or(NotCanonical::OtherForm)?;
        self.both(b"[");
        for (entry, value) in entries.iter().enumerate() {
            if entry > 0 {
                self.both(b",");
            }
            self.fragment(depth, slot, entry, value)?;
        }
        for entry in entries.len()..entries.len().max(1).next_power_of_two() {
            if entry > 0 {
                self.skeleton.push(b',');
            }
            self.digest(PADDING);
        }
        self.both(b"]");
        Ok(())
    }

    fn fragment(&mut self, depth: usize, slot: FragmentSlot, entry: usize, value: &Value) -> Result<(), NotCanonical> {
        let from = self.bytes.len();
        canonical::write(value, &mut self.bytes)?;
        let index = self.next;
        let digest = fragment_digest(&self.salt.fragment(index), &self.bytes[from..]);
        self.sd(digest.as_bytes());
        (self.visit)(Fragment { index, depth, slot, entry, span: &self.bytes[from..] });
        Ok(())
    }

    /// Writes a member that the event does not have.
    fn absent(&mut self, slot: FragmentSlot, separators: &mut Separators) {
        if std::mem::replace(&mut separators.skeleton, true) {
            self.skeleton.push(b',');
        }
        self.skeleton.push(b'"');
        self.skeleton.extend_from_slice(slot.name.as_bytes());
        self.skeleton.extend_from_slice(b"\":");
        if slot.kind.is_list() {
            self.skeleton.push(b'[');
            self.digest(ABSENT);
            self.skeleton.push(b']');
        } else {
            self.digest(ABSENT);
        }
    }

    fn digest(&mut self, span: &[u8]) {
        let digest = fragment_digest(&self.salt.fragment(self.next), span);
        self.sd(digest.as_bytes());
    }

    fn sd(&mut self, digest: &[u8; 32]) {
        self.next += 1;
        self.skeleton.extend_from_slice(b"{\"sd\":\"");
        self.skeleton.extend_from_slice(URL_SAFE_NO_PAD.encode(digest).as_bytes());
        self.skeleton.extend_from_slice(b"\"}");
    }
}

/// The type and the version of the schema that the members of an event state.
fn typed(members: &Map<String, Value>) -> Result<(&str, u32), NotCanonical> {
    let event_type = members.get("type").and_then(Value::as_str);
    let schema_version = members.get("schema_version").and_then(Value::as_u64);
    let schema_version = schema_version.and_then(|version| u32::try_from(version).ok());
    event_type.zip(schema_version).ok_or(NotCanonical::OtherForm)
}

/// The skeleton of an event from its stored bytes, which must be canonical; `visit` gets each fragment that has a value.
pub(crate) fn stored_skeleton(
    salt: &EventSalt,
    event_bytes: &[u8],
    visit: impl FnMut(Fragment<'_>),
) -> Result<Vec<u8>, NotCanonical> {
    let members: Map<String, Value> = serde_json::from_slice(event_bytes)?;
    let mut writer = SkeletonWriter::new(salt.clone(), visit);
    writer.both(b"{");
    writer.metadata(&members, Some(typed(&members)?), |_| true)?;
    writer.both(b"}");
    let (bytes, skeleton) = writer.take();
    // A duplicate key is read once, so the bytes written again are others.
    if bytes == event_bytes { Ok(skeleton) } else { Err(NotCanonical::OtherForm) }
}
