//! What each aggregate's events are drawn from.

use super::generators::{Sample, day, meeting, name, number, one_of, perhaps, text};
use super::invariants;
use crate::support::marked;
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::party::{Party, PartyEvent};
use minutebook_domain::token::{Token, TokenEvent};
use minutebook_domain::{Event, StreamId};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// The strategy for an event: each field is drawn from a strategy of its own.
macro_rules! fact {
    ($event_type:literal { $($field:ident: $from:expr),* $(,)? }) => {
        ($($from,)*).prop_map(|($($field,)*)| ($event_type, json!({ $(stringify!($field): $field),* }))).boxed()
    };
}

impl Sample for Committee {
    type Fact = CommitteeEvent;
    const OPENING: &'static str = "CommitteeEstablished";

    fn opening() -> Value {
        json!({ "code": "SSC", "name": "Security Sub-Committee" })
    }

    fn openings() -> BoxedStrategy<Value> {
        (one_of(&["Panel Information Policy", "TLP 2.0", "None"]), one_of(&["Europe/London", "Europe/Atlantis"]))
            .prop_map(
                |(scheme, zone)| json!({ "code": "SSC", "name": "Sub-Committee", "scheme": scheme, "time_zone": zone }),
            )
            .boxed()
    }

    fn later() -> BoxedStrategy<(&'static str, Value)> {
        prop_oneof![
            fact!("MemberAppointed" { name: name(), role: one_of(&["chair", "alternate"]), appointed_on: day() }),
            fact!("MemberRetired" { name: name(), retired_on: day() }),
        ]
        .boxed()
    }

    fn in_stream(fact: CommitteeEvent) -> (StreamId, Event) {
        ("committee:SSC".parse().unwrap(), Event::Committee(fact))
    }

    fn invariants(history: &[&CommitteeEvent]) {
        invariants::committee(history);
    }
}

impl Sample for Party {
    type Fact = PartyEvent;
    const OPENING: &'static str = "PartyRegistered";

    fn opening() -> Value {
        json!({ "committee": "SSC", "name": "Other User L", "category": "Other User" })
    }

    fn openings() -> BoxedStrategy<Value> {
        one_of(&["Other User", "Other SEC Party", "DCC"])
            .prop_map(|category| json!({ "committee": "SSC", "name": "Other User L", "category": category }))
            .boxed()
    }

    fn later() -> BoxedStrategy<(&'static str, Value)> {
        let kind = || one_of(&["assurance", "compliance"]);
        let assessment =
            || perhaps(one_of(&["Full User Security Assessment", "Verification User Security Assessment"]));
        let value = one_of(&["Approved", "Approved subject to a Director's Letter", "Rejected", "Splendid"])
            .prop_map(|text| json!({ "classification": "RED", "text": text }));
        prop_oneof![
            fact!("PartyIdentified" { real_name: text() }),
            fact!("StatusAgreed" {
                meeting: meeting(), agreed_on: day(), kind: kind(), value: perhaps(value), assessment: assessment(),
            }),
            fact!("StatusDeferred" {
                meeting: meeting(), deferred_on: day(), kind: kind(), assessment: assessment(),
                deferred_to: perhaps(day()),
            }),
        ]
        .boxed()
    }

    fn in_stream(fact: PartyEvent) -> (StreamId, Event) {
        ("party:SSC:Other User L".parse().unwrap(), Event::Party(fact))
    }

    fn invariants(history: &[&PartyEvent]) {
        invariants::party(history);
    }
}

impl Sample for Token {
    type Fact = TokenEvent;
    const OPENING: &'static str = "TokenIssued";

    fn opening() -> Value {
        json!({ "id": "1f0c9a7e2b34", "name": marked("RED", "jane.smith"), "sha256": "ab".repeat(32),
            "roles": ["secretary"], "clearance": "RED" })
    }

    fn openings() -> BoxedStrategy<Value> {
        let name = one_of(&["RED", "RED", "AMBER"]).prop_map(|mark| marked(mark.as_str().unwrap(), "jane.smith"));
        let sha256 = one_of(&["ab", "ab", "cd"]).prop_map(|byte| byte.as_str().unwrap().repeat(32));
        let roles = prop::collection::vec(one_of(&["reader", "auditor"]), 0..3).prop_map(Value::from);
        let committees = prop::collection::vec(one_of(&["SSC", "OPSG"]), 0..2).prop_map(Value::from);
        let moment = || perhaps(one_of(&["2026-11-24T09:00:00Z", "2026-11-25T09:00:00Z"]));
        (name, sha256, roles, perhaps(committees), moment(), moment())
            .prop_map(|(name, sha256, roles, committees, valid_from, expires_at)| {
                json!({ "id": "1f0c9a7e2b34", "name": name, "sha256": sha256, "roles": roles, "clearance": "AMBER",
                    "committees": committees, "valid_from": valid_from, "expires_at": expires_at })
            })
            .boxed()
    }

    fn later() -> BoxedStrategy<(&'static str, Value)> {
        fact!("TokenRevoked" { compromised: prop::bool::ANY.prop_map(Value::from) })
    }

    fn in_stream(fact: TokenEvent) -> (StreamId, Event) {
        ("token:1f0c9a7e2b34".parse().unwrap(), Event::Token(fact))
    }

    fn invariants(history: &[&TokenEvent]) {
        invariants::token(history);
    }
}

impl Sample for Action {
    type Fact = ActionEvent;
    const OPENING: &'static str = "ActionRaised";

    fn opening() -> Value {
        json!({ "reference": "SSC72/01", "text": marked("WHITE", "Write to the parties."), "raised_on": "2019-02-27" })
    }

    fn openings() -> BoxedStrategy<Value> {
        (day(), perhaps(day()), text(), one_of(&["SSC_72_2702", "OPSG_5_2702"]))
            .prop_map(|(raised_on, due_on, text, raised_in)| {
                json!({ "reference": "SSC72/01", "text": text, "raised_on": raised_on, "due_on": due_on,
                    "raised_in": raised_in })
            })
            .boxed()
    }

    fn later() -> BoxedStrategy<(&'static str, Value)> {
        let owners = prop::collection::vec(name(), 0..3).prop_map(Value::from);
        prop_oneof![
            fact!("ActionAssigned" { owners: owners, assigned_on: day() }),
            fact!("ActionProgressed" { note: perhaps(text()), reported: perhaps(one_of(&["overdue"])),
                progressed_on: day() }),
            fact!("DueDateMoved" { to: day(), note: perhaps(text()), moved_on: day(), at_meeting: perhaps(meeting()) }),
            fact!("ActionCarriedForward" { to: perhaps(day()), carried_on: day() }),
            fact!("ActionCompleted" { note: perhaps(text()), completed_on: day() }),
            fact!("ActionReopened" { note: perhaps(text()), reopened_on: day() }),
            fact!("ActionWithdrawn" { note: perhaps(text()), withdrawn_on: day() }),
            fact!("ActionSuperseded" { by: one_of(&["SSC72/01", "SSC73/02"]), superseded_on: day() }),
        ]
        .boxed()
    }

    fn in_stream(fact: ActionEvent) -> (StreamId, Event) {
        ("action:SSC72/01".parse().unwrap(), Event::Action(fact))
    }

    fn invariants(history: &[&ActionEvent]) {
        invariants::action(history);
    }
}

impl Sample for Meeting {
    type Fact = MeetingEvent;
    const OPENING: &'static str = "MeetingConvened";

    fn opening() -> Value {
        json!({ "reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE" })
    }

    fn openings() -> BoxedStrategy<Value> {
        (
            one_of(&["SSC_72_2702", "SSC_72_2802"]),
            day(),
            perhaps(one_of(&["10:00"])),
            perhaps(one_of(&["09:59", "12:00"])),
        )
            .prop_map(|(reference, held_on, starts_at, ends_at)| {
                json!({ "reference": reference, "held_on": held_on, "starts_at": starts_at, "ends_at": ends_at,
                    "classification": "GREEN" })
            })
            .boxed()
    }

    fn later() -> BoxedStrategy<(&'static str, Value)> {
        let item = || perhaps(select([1, 2, 3].as_slice()).prop_map(Value::from));
        let decision = || one_of(&["SSC_72_2702/D1", "SSC_72_2702/D2", "SSC_71_1302/D1"]);
        let edition = || one_of(&["draft", "confidential draft"]);
        let entries = prop::collection::vec(text(), 0..3).prop_map(Value::from);
        let amendments = prop::collection::vec(text(), 0..2).prop_map(Value::from);
        let cells = Just(json!({ "classification": "RED", "text": { "header": ["Party"], "rows": [["DCC"]] } }));
        prop_oneof![
            fact!("AttendanceRecorded" { name: name(), capacity: one_of(&["chair", "observer"]) }),
            fact!("ApologiesRecorded" { name: name(), alternate: perhaps(name()) }),
            fact!("InterestDeclared" { name: name(), item: item(), interest: text() }),
            fact!("AgendaItemTabled" { number: number(), title: text() }),
            fact!("ParagraphRecorded" { passage: number(), item: item(), text: text() }),
            fact!("ListRecorded" { passage: number(), item: item(), entries: entries }),
            fact!("TableRecorded" { passage: number(), item: item(), table: cells }),
            fact!("MatterArisingNoted" { number: number(), item: item(), text: text() }),
            fact!("DecisionRecorded" {
                number: number(), item: item(), verb: one_of(&["NOTED", "DEFERRED", "RECOMMENDED"]), text: text(),
                deferred_to: perhaps(day()), recommended_to: perhaps(name()),
                supersedes: prop::collection::vec(decision(), 0..2).prop_map(Value::from),
            }),
            fact!("DecisionSuperseded" { decision: decision(), by: decision() }),
            fact!("MinutesDrafted" { edition: edition(), drafted_on: day() }),
            fact!("MinutesApproved" {
                committee: one_of(&["SSC", "SSC", "SSC", "OPSG"]), minutes_of: day(), edition: edition(),
                outcome: one_of(&["as written", "subject to amendments"]), amendments: amendments,
            }),
            fact!("NextMeetingSet" { on: day() }),
            fact!("MeetingClosed" { closed_at: perhaps(one_of(&["15:30"])) }),
            fact!("MeetingCancelled" { cancelled_on: perhaps(day()), note: perhaps(text()) }),
            fact!("MeetingPostponed" {
                to: day(), starts_at: perhaps(one_of(&["09:00", "11:00"])), ends_at: perhaps(one_of(&["10:30"])),
                postponed_on: perhaps(day()),
            }),
            fact!("MeetingRenumbered" {
                reference: one_of(&["SSC_73_2702", "SSC_72_2702", "SSC_73_1303", "OPSG_72_2702"]),
                renumbered_on: perhaps(day()),
            }),
            fact!("HeadlinesPublished" { edition: number(), audience: one_of(&["WHITE"]), published_on: day() }),
        ]
        .boxed()
    }

    fn in_stream(fact: MeetingEvent) -> (StreamId, Event) {
        ("meeting:SSC_72_2702".parse().unwrap(), Event::Meeting(fact))
    }

    fn invariants(history: &[&MeetingEvent]) {
        invariants::meeting(history);
    }
}
