//! What a meeting's document is folded from: the streams that the meeting touched, whole.

use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{Name, PartyName};

/// The streams that a meeting's document is folded from, each with its corrections, in the order of the log.
#[derive(Debug, Clone, Copy, Default)]
pub struct Record<'a> {
    /// The meeting's own stream.
    pub meeting: &'a [MeetingEvent],
    /// The stream of each action that the meeting raised or took up.
    pub actions: &'a [Vec<ActionEvent>],
    /// The stream of each party that the meeting dealt with.
    pub parties: &'a [(PartyName, Vec<PartyEvent>)],
    /// The committee's name in full, if it is known.
    pub committee_name: Option<&'a Name>,
    /// How many members must be present for a decision, if the committee has said so.
    pub quorum: Option<u32>,
}
