//! The event that a correction names: by its id, or by the reference of what it recorded.

use crate::cli::failure::Failure;
use crate::cli::scope::full_clearance;
use crate::query::meeting_names::first_reference;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, PartyName};
use minutebook_domain::{Event, EventId, StreamId, StreamVersion};
use minutebook_ledger::{Log, Selection};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Events that an error message lists.
const MOST_SHOWN: usize = 10;

/// An event's id, or the reference of what it recorded.
#[derive(Debug, Clone)]
pub(super) enum EventName {
    Id(EventId),
    Committee(CommitteeCode),
    Meeting(MeetingRef),
    Item(MeetingRef, u32),
    Decision(DecisionId),
    Action(ActionRef),
    Party(PartyName),
    /// A status of the party at the meeting.
    PartyAt(MeetingRef, PartyName),
}

impl FromStr for EventName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at_meeting = || {
            let (meeting, rest) = text.split_once('/')?;
            let meeting: MeetingRef = meeting.parse().ok()?;
            let number = rest.parse().ok().filter(|_| rest.starts_with(|c: char| c.is_ascii_digit() && c != '0'));
            match number {
                Some(number) => Some(Self::Item(meeting, number)),
                None => rest.parse().ok().map(|party| Self::PartyAt(meeting, party)),
            }
        };
        let found = text.parse().ok().map(Self::Id);
        let found = found.or_else(|| text.parse().ok().map(Self::Decision)).or_else(at_meeting);
        let found = found.or_else(|| text.parse().ok().map(Self::Action));
        let found = found.or_else(|| text.parse().ok().map(Self::Meeting));
        let found = found.or_else(|| text.parse().ok().map(Self::Party));
        found.or_else(|| text.parse().ok().map(Self::Committee)).ok_or_else(|| {
            "an event's id or a reference was expected: `SSC72/01`, `SSC_72_2702`, `SSC_72_2702/D3`, `SSC_72_2702/4` \
             for an item, `SSC_72_2702/Other User L` for a status"
                .to_owned()
        })
    }
}

/// What else says which event is meant.
#[derive(Debug, Default)]
pub(super) struct EventHints<'a> {
    /// The type, or its last words: `ActionCompleted`, `completed`.
    pub(super) event_type: Option<&'a str>,
    /// Fields that the event has.
    pub(super) fields: Vec<&'a str>,
}

/// An event that may be meant.
struct Candidate {
    id: EventId,
    event: Event,
}

impl EventName {
    /// Returns the id of the event. A reference that several events fit is refused, with their ids.
    pub(super) async fn find(&self, log: &Log, reference: &str, hints: &EventHints<'_>) -> Result<EventId, Failure> {
        if let Some(first) = self.by_first_reference(log).await? {
            return Box::pin(first.find(log, reference, hints)).await;
        }
        let stream = match self {
            Self::Id(id) => return Ok(*id),
            Self::Committee(code) => StreamId::Committee(code.clone()),
            Self::Meeting(meeting) | Self::Item(meeting, _) => StreamId::Meeting(meeting.clone()),
            Self::Decision(decision) => StreamId::Meeting(decision.meeting().clone()),
            Self::Action(action) => StreamId::Action(action.clone()),
            Self::PartyAt(meeting, party) => StreamId::Party(meeting.committee().clone(), party.clone()),
            Self::Party(party) => party_stream(log, party).await?,
        };
        let types = self.types(&stream, hints)?;
        let mut candidates = standing_events(log, &stream).await?;
        if candidates.is_empty() {
            return Err(Failure::new(format!("there is no {} `{}`", stream.kind(), stream.subject())).with_help(
                "the id of an event, which `minutebook log` shows, or the reference of something recorded",
            ));
        }
        let decisions: Vec<String> = candidates
            .iter()
            .filter_map(|candidate| match &candidate.event {
                Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => {
                    Some(format!("{}/D{}", stream.subject(), decision.number))
                }
                _ => None,
            })
            .take(MOST_SHOWN)
            .collect();
        candidates.retain(|candidate| types.contains(&candidate.event.event_type()) && self.is_about(&candidate.event));
        if matches!(self, Self::Action(_)) {
            // Of what happened to an action more than once, the last counts.
            let mut later = BTreeSet::new();
            candidates.reverse();
            candidates.retain(|candidate| later.insert(candidate.event.event_type()));
            candidates.reverse();
        }
        match candidates.as_slice() {
            [candidate] => Ok(candidate.id),
            [] if matches!(self, Self::Decision(_)) && !decisions.is_empty() => {
                let failure = Failure::new(format!("there is no decision `{reference}`"));
                Err(failure.with_help(format!("its meeting has: {}", decisions.join(", "))))
            }
            [] => Err(Failure::new(format!("`{reference}` has no {}", types.join(" or ")))
                .with_help(format!("`minutebook history '{}'` shows the events", stream.subject()))),
            several => {
                let shown = several.iter().take(MOST_SHOWN);
                let shown: Vec<String> =
                    shown.map(|candidate| format!("{} {}", candidate.event.event_type(), candidate.id)).collect();
                let more = if several.len() > MOST_SHOWN { ", …" } else { "" };
                let what = format!("`{reference}` has {} events that may be meant", several.len());
                Err(Failure::new(what).with_help(format!("one of them by its id: {}{more}", shown.join(", "))))
            }
        }
    }

    /// Returns the same with the first reference of its meeting, if it has another.
    async fn by_first_reference(&self, log: &Log) -> Result<Option<Self>, Failure> {
        let given = match self {
            Self::Meeting(meeting) | Self::Item(meeting, _) | Self::PartyAt(meeting, _) => meeting,
            Self::Decision(decision) => decision.meeting(),
            Self::Id(_) | Self::Committee(_) | Self::Action(_) | Self::Party(_) => return Ok(None),
        };
        let first = first_reference(log, full_clearance(), given).await?;
        Ok((first != *given).then(|| match self {
            Self::Item(_, number) => Self::Item(first, *number),
            Self::PartyAt(_, party) => Self::PartyAt(first, party.clone()),
            Self::Decision(decision) => Self::Decision(DecisionId::new(first, decision.number())),
            _ => Self::Meeting(first),
        }))
    }

    /// The types that the event may have.
    fn types(&self, stream: &StreamId, hints: &EventHints<'_>) -> Result<Vec<&'static str>, Failure> {
        let of_kind = || Event::catalogue().filter(|(kind, _)| *kind == stream.kind()).map(|(_, name)| name);
        let of_kind = || of_kind().filter(|name| *name != "EventCorrected");
        if let Some(given) = hints.event_type {
            let letters = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
            let wanted = letters(given);
            let named: Vec<&str> = of_kind().filter(|name| letters(name) == wanted).collect();
            let ending: Vec<&str> = of_kind().filter(|name| letters(name).ends_with(&wanted)).collect();
            let types = if named.is_empty() { ending } else { named };
            if types.is_empty() || wanted.is_empty() {
                let known: Vec<&str> = of_kind().collect();
                return Err(Failure::new(format!("`{given}` is not an event type of `{}`", stream.subject()))
                    .with_help(format!("one of: {}", known.join(", "))));
            }
            return Ok(types);
        }
        let first = match self {
            Self::Decision(_) => return Ok(vec!["DecisionRecorded"]),
            Self::Item(..) => return Ok(vec!["AgendaItemTabled"]),
            Self::PartyAt(..) => return Ok(vec!["StatusAgreed", "StatusDeferred"]),
            Self::Action(_) => "ActionRaised",
            Self::Meeting(_) => "MeetingConvened",
            Self::Committee(_) => "CommitteeEstablished",
            Self::Party(_) | Self::Id(_) => "PartyRegistered",
        };
        let has_fields = |name: &str| {
            let own = Event::fields_of(name);
            hints.fields.iter().all(|wanted| own.iter().any(|field| field.name == *wanted))
        };
        let with_fields: Vec<&str> = of_kind().filter(|name| has_fields(name)).collect();
        // Without a type that has the fields, the recorder says of the first event which fields there are.
        Ok(if has_fields(first) || with_fields.is_empty() { vec![first] } else { with_fields })
    }

    /// Whether the event recorded what the reference names; true where it names a whole stream.
    fn is_about(&self, event: &Event) -> bool {
        match (self, event) {
            (Self::Item(_, number), Event::Meeting(MeetingEvent::AgendaItemTabled(item))) => {
                item.number == (*number).into()
            }
            (Self::Decision(id), Event::Meeting(MeetingEvent::DecisionRecorded(decision))) => {
                decision.number == id.number()
            }
            (Self::PartyAt(meeting, _), Event::Party(PartyEvent::StatusAgreed(status))) => status.meeting == *meeting,
            (Self::PartyAt(meeting, _), Event::Party(PartyEvent::StatusDeferred(status))) => status.meeting == *meeting,
            (Self::Item(..) | Self::Decision(_) | Self::PartyAt(..), _) => false,
            _ => true,
        }
    }
}

/// The stream of the party. A name that several committees use is refused.
async fn party_stream(log: &Log, party: &PartyName) -> Result<StreamId, Failure> {
    let naming = log.read_all(Selection::Reference(party.to_string())).await?;
    let streams: BTreeSet<String> = naming
        .iter()
        .filter(|event| matches!(&event.stream, StreamId::Party(_, name) if name == party))
        .filter_map(|event| event.stream.committee().map(ToString::to_string))
        .collect();
    let codes: Vec<&str> = streams.iter().map(String::as_str).collect();
    match codes.as_slice() {
        [code] => {
            let committee = code.parse().map_err(|error| Failure::from_error(&error))?;
            Ok(StreamId::Party(committee, party.clone()))
        }
        [] => Err(Failure::new(format!("there is no party `{party}`")).with_help("`minutebook party` lists parties")),
        _ => Err(Failure::new(format!("`{party}` is a party of {}", codes.join(" and ")))
            .with_help(format!("a status at a meeting, such as `SSC_72_2702/{party}`, or the id of the event"))),
    }
}

/// The events of a stream that stand, with the ids by which they are corrected.
async fn standing_events(log: &Log, stream: &StreamId) -> Result<Vec<Candidate>, Failure> {
    let history = log.read_all(Selection::Stream(stream.clone())).await?;
    let events: Vec<(StreamVersion, Event)> =
        history.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let standing = Event::standing(&events).into_iter().filter_map(|standing| {
        let version = standing.supplement.unwrap_or(standing.place);
        let recorded = history.iter().find(|recorded| recorded.version == version)?;
        Some(Candidate { id: recorded.event_id, event: standing.event })
    });
    Ok(standing.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_by_its_id_or_by_a_reference() {
        for (text, kind) in [
            ("0190a6e0-0000-7000-8000-000000000001", "Id("),
            ("SSC", "Committee("),
            ("SSC_72_2702", "Meeting("),
            ("SSC_72_2702/3", "Item("),
            ("SSC_72_2702/D3", "Decision("),
            ("SSC72/01", "Action("),
            ("Other User L", "Party("),
            ("DCC", "Party("),
            ("SSC_72_2702/Other User L", "PartyAt("),
        ] {
            let parsed = format!("{:?}", text.parse::<EventName>().unwrap());
            assert!(parsed.starts_with(kind), "{text}: {parsed}");
        }
        for text in ["", "ssc", "SSC_72_2702/", "SSC_72_2702/03", "SSC_72_2702/+3", "0190a6e0"] {
            assert!(text.parse::<EventName>().is_err(), "{text}");
        }
    }
}
