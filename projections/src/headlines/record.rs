//! The streams from which a meeting's document is folded.

use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{Name, PartyName};

/// The streams from which a meeting's document is folded, each whole and with its corrections.
#[derive(Debug, Clone, Copy, Default)]
pub struct MeetingRecord<'a> {
    /// Whether the document is the minutes, and not the headlines.
    pub is_minutes: bool,
    /// The meeting's own stream.
    pub meeting: &'a [MeetingEvent],
    /// The stream of each action that the meeting raised or updated.
    pub actions: &'a [Vec<ActionEvent>],
    /// The stream of each party whose status the meeting agreed or deferred.
    pub parties: &'a [(PartyName, Vec<PartyEvent>)],
    /// The committee's full name, if known.
    pub committee_name: Option<&'a Name>,
    /// The number of members who must be present for a decision, if set.
    pub quorum: Option<u32>,
}
