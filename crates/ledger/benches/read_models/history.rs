//! The history of a committee, meeting by meeting: what is tabled and decided, what is raised, moved and completed.

use anyhow::Context as _;
use chrono::{DateTime, Months, NaiveDate, Utc};
use minutebook_domain::RequestMetadata;
use minutebook_domain::classification::Classification;
use minutebook_ledger::{Batch, Command, Log, NewEvent, command_json, merkle};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// Meetings of each committee: one a month for twenty years.
pub(crate) const MEETINGS: u32 = 240;
/// Events of one meeting, with those of the actions that it deals with.
pub(crate) const EVENTS: u32 = 21;
/// Actions that are outstanding at any time.
const OUTSTANDING: usize = 12;

pub(crate) fn code(committee: u32) -> String {
    let letter = |number: u32| char::from(b'A' + u8::try_from(number % 26).unwrap_or(0));
    format!("S{}{}{}", letter(committee / 676), letter(committee / 26), letter(committee))
}

/// The day of a meeting; the first is the number 1.
pub(crate) fn day(meeting: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2000, 1, 12)
        .and_then(|day| day.checked_add_months(Months::new(meeting)))
        .unwrap_or_default()
}

/// A committee, as its history goes on.
pub(crate) struct Committee {
    code: String,
    outstanding: VecDeque<String>,
}

/// An event, and the day on which it was so.
type Dated = (Value, NaiveDate);

impl Committee {
    pub(crate) fn new(number: u32) -> Self {
        Self { code: code(number), outstanding: VecDeque::new() }
    }

    /// What establishes it.
    pub(crate) fn established(&self, log: &Log) -> anyhow::Result<Batch> {
        let code = &self.code;
        let data = json!({"code": code, "name": format!("Sub-Committee {code}")});
        let event = json!({"stream": format!("committee:{code}"), "type": "CommitteeEstablished", "data": data});
        let party = json!({"stream": format!("party:{code}:Other User L"), "type": "PartyRegistered",
                           "data": {"committee": code, "name": "Other User L", "category": "Other User"}});
        batch(log, &[(event, day(0)), (party, day(0))])
    }

    /// Everything that comes of the next meeting, as one command.
    pub(crate) fn meeting(&mut self, log: &Log, number: u32) -> anyhow::Result<Batch> {
        let on = day(number);
        let meeting = format!("{}_{number}_{}", self.code, on.format("%d%m"));
        let mut events = self.minuted(&meeting, number);
        self.dealt_with(&meeting, number, &mut events);
        events.push((
            json!({"stream": format!("party:{}:Other User L", self.code), "type": "StatusAgreed",
                   "data": {"meeting": meeting, "agreed_on": on, "kind": "assurance",
                            "value": {"classification": "RED", "text": "Approved"}}}),
            on,
        ));
        batch(log, &events)
    }

    fn minuted(&self, meeting: &str, number: u32) -> Vec<Dated> {
        let on = day(number);
        let text = |words: &str| json!({"classification": "WHITE", "text": words});
        let event =
            |name: &str, data: Value| (json!({"stream": format!("meeting:{meeting}"), "type": name, "data": data}), on);
        let convened = json!({"reference": meeting, "held_on": on, "starts_at": "10:00", "classification": "WHITE"});
        let mut events = vec![event("MeetingConvened", convened)];
        for item in 1..=4 {
            let title = text(&format!("Review of the security architecture, part {item}"));
            events.push(event("AgendaItemTabled", json!({"number": item, "title": title})));
            let words =
                text("The SSC AGREED the approach that was set out in the paper, subject to the changes discussed");
            events.push(event(
                "DecisionRecorded",
                json!({"number": item, "item": item, "verb": "AGREED", "text": words}),
            ));
        }
        events
            .push(event("MatterArisingNoted", json!({"number": 1, "text": text("The users were told of the change")})));
        let approved =
            json!({"committee": self.code, "minutes_of": day(number - 1), "edition": "draft", "outcome": "as written"});
        events.push(event("MinutesApproved", approved));
        events
    }

    fn dealt_with(&mut self, meeting: &str, number: u32, events: &mut Vec<Dated>) {
        let on = day(number);
        let event = |action: &str, name: &str, data: Value| {
            (json!({"stream": format!("action:{action}"), "type": name, "data": data}), on)
        };
        for raised in 1..=3 {
            let action = format!("{}{number}/{raised:02}", self.code);
            let words = "Circulate the paper on the review of the security architecture to the members";
            let data = json!({"reference": action, "text": {"classification": "WHITE", "text": words}, "owners": ["SECAS"],
                              "due_on": day(number + 2), "raised_in": meeting, "raised_on": on});
            events.push(event(&action, "ActionRaised", data));
            self.outstanding.push_back(action);
        }
        let note = json!({"classification": "GREEN", "text": "The paper was sent to two of the members"});
        for place in [1, 3, 5] {
            let Some(action) = self.outstanding.get(place) else { continue };
            // Now and then the committee is told of something late: what was so a month ago.
            let so = if number.is_multiple_of(20) && place == 5 { day(number - 1) } else { on };
            let data = json!({"note": note, "progressed_on": so});
            events.push((event(action, "ActionProgressed", data).0, so));
        }
        if let Some(action) = self.outstanding.get(2) {
            events.push(event(action, "DueDateMoved", json!({"to": day(number + 3), "moved_on": on})));
        }
        while self.outstanding.len() > OUTSTANDING {
            let Some(action) = self.outstanding.pop_front() else { break };
            events.push(event(&action, "ActionCompleted", json!({"completed_on": on})));
        }
    }
}

fn batch(log: &Log, events: &[Dated]) -> anyhow::Result<Batch> {
    let command_id = log.environment().command_id()?;
    let events = events.iter().map(|(json, on)| new_event(json, *on)).collect::<anyhow::Result<_>>()?;
    let fingerprint = merkle::digest(command_id.as_bytes());
    Ok(Batch { fingerprint, command_id, events, conditions: Vec::new() })
}

fn new_event(json: &Value, on: NaiveDate) -> anyhow::Result<NewEvent> {
    let metadata =
        RequestMetadata { actor: "views".to_owned(), command_id: "unused".to_owned(), ..RequestMetadata::default() };
    let request = command_json::request(&json.to_string(), metadata)?;
    let command = request.commands.into_iter().next().context("a request has a command")?;
    let Command::Record { stream, event, .. } = command else { anyhow::bail!("no event in {json}") };
    let valid_at: DateTime<Utc> = on.and_hms_opt(10, 0, 0).unwrap_or_default().and_utc();
    Ok(NewEvent { stream, event, metadata: request.metadata.for_event(Classification::public(), valid_at) })
}
