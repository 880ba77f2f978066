//! The addresses of pages: people read them, send them and keep them.

use super::moment::PageMoment;
use minutebook_domain::StreamId;
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, PartyName};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a path segment spells out.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'%');

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// The page of a committee.
pub(super) fn committee(code: &CommitteeCode) -> String {
    format!("/{code}")
}

/// The page of an action: `/SSC/actions/SSC73-01`.
pub(super) fn action(action: &ActionRef) -> String {
    format!("/{}/actions/{}", action.committee(), segment(&action.to_string().replace('/', "-")))
}

/// The page of a decision: `/SSC/decisions/SSC_72_2702-D6`.
pub(super) fn decision(decision: &DecisionId) -> String {
    format!("/{}/decisions/{}", decision.meeting().committee(), segment(&decision.to_string().replace('/', "-")))
}

/// The page of a meeting: `/SSC/meetings/SSC_72_2702`.
pub(super) fn meeting(meeting: &MeetingRef) -> String {
    format!("/{}/meetings/{}", meeting.committee(), segment(&meeting.to_string()))
}

/// The page of a party: `/SSC/parties/Other%20User%20L`.
pub(super) fn party(committee: &CommitteeCode, party: &PartyName) -> String {
    format!("/{committee}/parties/{}", segment(party.as_str()))
}

/// The page of an event.
pub(super) fn event(position: impl std::fmt::Display) -> String {
    format!("/audit/events/{position}")
}

/// The page of a stream's subject; none for a token, which has no page.
pub(super) fn subject(stream: &StreamId) -> Option<String> {
    match stream {
        StreamId::Committee(code) => Some(committee(code)),
        StreamId::Meeting(reference) => Some(meeting(reference)),
        StreamId::Action(reference) => Some(action(reference)),
        StreamId::Party(code, name) => Some(party(code, name)),
        StreamId::Token(_) => None,
    }
}

/// The page of what a reference names, if it is one that has a page.
pub(super) fn named(reference: &str) -> Option<String> {
    let of_action = reference.parse::<ActionRef>().ok().map(|named| action(&named));
    let of_decision = || reference.parse::<DecisionId>().ok().map(|named| decision(&named));
    let of_meeting = || reference.parse::<MeetingRef>().ok().map(|named| meeting(&named));
    of_action.or_else(of_decision).or_else(of_meeting)
}

/// An address with fields after it; those without a value are left out.
pub(super) fn with_fields<'a>(path: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let query = query.extend_pairs(fields).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// An address at a moment.
pub(super) fn at(path: &str, moment: &PageMoment) -> String {
    let (as_of, known_at) = moment.texts();
    with_fields(path, [("as_of", as_of.as_str()), ("known_at", known_at.as_str())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_a_person_would_write() {
        let text = |text: &str| named(text).unwrap_or_default();
        assert_eq!(text("SSC73/01"), "/SSC/actions/SSC73-01");
        assert_eq!(text("SSC_72_2702/D6"), "/SSC/decisions/SSC_72_2702-D6");
        assert_eq!(text("SSC_72_2702"), "/SSC/meetings/SSC_72_2702");
        assert_eq!(text("SECMP0037"), "");
        let party = party(&"SSC".parse().unwrap(), &"Other User L".parse().unwrap());
        assert_eq!(party, "/SSC/parties/Other%20User%20L");
        assert_eq!(with_fields("/SSC", [("as_of", ""), ("search", "a & b")]), "/SSC?search=a+%26+b");
    }
}
