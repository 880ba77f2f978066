//! What a reader may not see does not show: not in what changed, not in where it comes from, not in what is counted.

use super::differing::up_to;
use super::small_book::at;
use crate::support::committee::{begin, raised, request};
use crate::support::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use minutebook::query::between::between;
use minutebook::query::provenance::why;
use minutebook::query::statistics::{Wanted, statistics};
use minutebook_domain::StreamId;
use minutebook_ledger::{BitemporalMoment, Log, Recorder, RowFilter};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use serde_json::{Value, json};

pub(crate) const LEVELS: [&str; 4] = ["WHITE", "GREEN", "AMBER", "RED"];

on_both_stores!(no_canary_is_told_above_the_clearance);

/// A book with a text at each classification in each place, the RED ones ending in `ending`. Everything is corrected,
/// and one WHITE text is RED since.
pub(crate) async fn book(ledger: &TestLedger, ending: &str) -> Log {
    let recorder = Recorder::new(ledger.open_in(fixed(FixedClock::at("2019-05-01T12:00:00Z"))).await);
    begin(&recorder).await;
    let mut number = 0;
    let mut keyed = |json: Value| {
        number += 1;
        request(&format!("canary-{number}"), &json)
    };
    let mut corrected = Vec::new();
    for (index, level) in LEVELS.iter().enumerate() {
        let ending = if *level == "RED" { ending } else { "" };
        let text = |place: &str| json!({"classification": level, "text": format!("Canary{level}{place}{ending}")});
        let action = format!("SSC72/0{}", index + 1);
        let mut raised = raised(&action);
        raised["data"]["text"] = text("action");
        let of_action =
            |name: &str, data: Value| json!({"stream": format!("action:{action}"), "type": name, "data": data});
        let open = format!("SSC72/1{}", index + 1);
        let mut noted = crate::support::committee::raised(&open);
        noted["data"]["text"]["text"] = "An open text".into();
        let on_open = json!({"note": text("note"), "progressed_on": "2019-03-01"});
        // What takes the place of a text may itself be above the clearance.
        let supersedes: Vec<String> =
            (1..=index).rev().take(1).map(|number| format!("SSC_72_2702/D{number}")).collect();
        let decision = json!({"verb": "AGREED", "text": text("decision"), "supersedes": supersedes});
        let party = format!("Other User {}", ["K", "L", "M", "N"][index]);
        // A status is public, and an action may be; the decision that it carries out may be neither.
        let decided = format!("SSC_72_2702/D{}", index + 1);
        noted["data"]["decision"] = decided.clone().into();
        let status = json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "compliance",
                            "value": text("status"), "decision": decided});
        let registered = json!({"committee": "SSC", "name": party, "category": "Other User"});
        let stream = format!("party:SSC:{party}");
        for json in [
            json!({"stream": "meeting:SSC_72_2702", "type": "DecisionRecorded", "data": decision}),
            json!({"stream": "meeting:SSC_72_2702", "type": "AgendaItemTabled",
                   "data": {"number": index + 1, "title": text("title")}}),
            raised,
            of_action("ActionProgressed", json!({"note": text("progress"), "progressed_on": "2019-03-01"})),
            noted,
            json!({"stream": format!("action:{open}"), "type": "ActionProgressed", "data": on_open}),
            json!({"stream": stream, "type": "PartyRegistered", "data": registered}),
            json!({"stream": stream, "type": "StatusAgreed", "data": status}),
        ] {
            let receipt = recorder.record(&keyed(json)).await.unwrap();
            if receipt.events[0].event_type == "ActionProgressed" {
                corrected.push((receipt.events[0].event_id, *level, text("corrected")));
            }
        }
    }
    for (event, level, note) in corrected {
        let ending = if level == "RED" { ending } else { "" };
        let by = json!({"type": "ActionProgressed", "data": {"note": note, "progressed_on": "2019-03-02"}});
        let reason = format!("Canary{level}reason{ending}");
        let json = json!({"corrects": event, "change": {"replaced": by}, "reason": reason});
        recorder.record(&keyed(json)).await.unwrap();
    }
    let of_meeting = |name: &str, data: Value| json!({"stream": "meeting:SSC_72_2702", "type": name, "data": data});
    recorder.record(&keyed(of_meeting("MeetingClosed", json!({})))).await.unwrap();
    for level in LEVELS {
        let published = json!({"audience": level, "published_on": "2019-03-01"});
        recorder.record(&keyed(of_meeting("HeadlinesPublished", published))).await.unwrap();
    }
    let superseded = json!({"by": "SSC72/04", "superseded_on": "2019-03-13"});
    let superseded = json!({"stream": "action:SSC72/11", "type": "ActionSuperseded", "data": superseded});
    recorder.record(&keyed(superseded)).await.unwrap();
    // What was printed too widely once.
    let mut wide = raised("SSC72/20");
    wide["data"]["text"]["text"] = format!("CanaryREDwide{ending}").into();
    let receipt = recorder.record(&keyed(wide.clone())).await.unwrap();
    wide["data"]["text"]["classification"] = "RED".into();
    let by = json!({"type": "ActionRaised", "data": wide["data"]});
    let json = json!({"corrects": receipt.events[0].event_id, "change": {"replaced": by}, "reason": "marked too low"});
    recorder.record(&keyed(json)).await.unwrap();
    recorder.log().clone()
}

/// Everything that a reader is told, at several moments.
async fn told(log: &Log, level: &str) -> String {
    let mut told = String::new();
    let head = log.head().await.unwrap().number();
    let moments =
        [at("2019-02-26", None), at("2019-02-28", None), at("2019-04-20", Some(head - 17)), at("2019-04-20", None)];
    let moments = moments.into_iter().chain([at("2019-04-20", Some(head - 1))]);
    let moments: Vec<BitemporalMoment> = moments.collect();
    for first in &moments {
        for second in &moments {
            told.push_str(&differing::<Actions>(log, *first, *second, level).await);
            told.push_str(&differing::<Decisions>(log, *first, *second, level).await);
            told.push_str(&differing::<PartyStatuses>(log, *first, *second, level).await);
        }
        for number in (1..=4).chain(11..=14).chain([20]) {
            let stream: StreamId = format!("action:SSC72/{number:02}").parse().unwrap();
            told.push_str(&text(why::<Actions>(log, &stream, None, *first, up_to(level)).await.unwrap()));
        }
        let stream: StreamId = "meeting:SSC_72_2702".parse().unwrap();
        told.push_str(&text(why::<Decisions>(log, &stream, None, *first, up_to(level)).await.unwrap()));
        told.push_str(&text(why::<Meetings>(log, &stream, None, *first, up_to(level)).await.unwrap()));
        for letter in ["K", "L", "M", "N"] {
            let stream: StreamId = format!("party:SSC:Other User {letter}").parse().unwrap();
            told.push_str(&text(why::<PartyStatuses>(log, &stream, None, *first, up_to(level)).await.unwrap()));
        }
        let committee = "SSC".parse().unwrap();
        let wanted = Wanted { committee: &committee, zone: chrono_tz::Europe::London, owner: None, months: 12 };
        told.push_str(&text(statistics(log, &wanted, *first, up_to(level)).await.unwrap()));
    }
    told
}

fn text(value: impl serde::Serialize) -> String {
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

async fn differing<P: Projection>(log: &Log, first: BitemporalMoment, second: BitemporalMoment, level: &str) -> String {
    let which = RowFilter::Listed { scope: "SSC", facets: P::FACETS };
    text(between::<P>(log, which, first, second, up_to(level)).await.unwrap())
}

async fn no_canary_is_told_above_the_clearance(ledger: TestLedger) {
    let log = book(&ledger, "").await;
    for (rank, reader) in LEVELS.iter().enumerate() {
        let told = told(&log, reader).await;
        for (of, level) in LEVELS.iter().enumerate() {
            for place in ["action", "note", "progress", "corrected", "decision", "status", "reason", "title"] {
                let canary = format!("Canary{level}{place}");
                // Of the first notes nothing is told that the corrected ones do not say, but as they were once known.
                assert_eq!(told.contains(&canary), of <= rank, "{canary} for {reader}");
            }
        }
        assert_eq!(told.contains("CanaryREDwide"), *reader == "RED", "what was WHITE once is RED today: {reader}");
        for (number, level) in LEVELS.iter().enumerate().skip(rank + 1) {
            assert!(!told.contains(&format!("SSC72/0{}", number + 1)), "the action of {level} is named to {reader}");
            assert!(!told.contains(&format!("/D{}\"", number + 1)), "the decision of {level} is named to {reader}");
            assert!(!told.contains(&format!("\"number\": {},", number + 1)), "an item of {level} is named to {reader}");
            assert!(
                !told.contains(&format!("\"audience\": \"{level}\"")),
                "a document for {level} is named to {reader}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_that_differ_only_in_red_text_are_told_alike_below_red() {
    let (one, other) = (TestLedger::new(Store::Sqlite), TestLedger::new(Store::Sqlite));
    let (one, other) = (book(&one, " one").await, book(&other, " or the other").await);
    for reader in ["WHITE", "GREEN", "AMBER"] {
        assert_eq!(told(&one, reader).await, told(&other, reader).await, "{reader}");
    }
    assert_ne!(told(&one, "RED").await, told(&other, "RED").await);
}
