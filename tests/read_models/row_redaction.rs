//! Changes, provenance and statistics show a reader no text above their clearance.

use super::statistics::counted;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::classification::up_to;
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use crate::fixtures::small_ledger::end_of_day;
use minutebook::query::changes::changes_between;
use minutebook::query::provenance::row_provenance;
use minutebook_domain::StreamId;
use minutebook_ledger::{BitemporalMoment, Log};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;

on_both_stores!(no_canary_is_shown_above_the_clearance);

/// All changes, provenance and statistics for a reader, at several moments.
async fn answers(log: &Log, level: &str) -> String {
    let mut answers = String::new();
    let head = log.head().await.unwrap().number();
    let moments = [
        end_of_day("2019-02-26", None),
        end_of_day("2019-02-28", None),
        end_of_day("2019-04-20", Some(head - 17)),
        end_of_day("2019-04-20", None),
    ];
    let moments = moments.into_iter().chain([end_of_day("2019-04-20", Some(head - 1))]);
    let moments: Vec<BitemporalMoment> = moments.collect();
    for first in &moments {
        for second in &moments {
            answers.push_str(&changes::<Actions>(log, *first, *second, level).await);
            answers.push_str(&changes::<Decisions>(log, *first, *second, level).await);
            answers.push_str(&changes::<PartyStatuses>(log, *first, *second, level).await);
        }
        for number in (1..=4).chain(11..=14).chain([20]) {
            let stream: StreamId = format!("action:SSC72/{number:02}").parse().unwrap();
            answers.push_str(&text(
                row_provenance::<Actions>(log, &stream, None, *first, up_to(level), true).await.unwrap(),
            ));
        }
        let stream: StreamId = "meeting:SSC_72_2702".parse().unwrap();
        answers.push_str(&text(
            row_provenance::<Decisions>(log, &stream, None, *first, up_to(level), true).await.unwrap(),
        ));
        answers
            .push_str(&text(row_provenance::<Meetings>(log, &stream, None, *first, up_to(level), true).await.unwrap()));
        for letter in ["K", "L", "M", "N"] {
            let stream: StreamId = format!("party:SSC:Other User {letter}").parse().unwrap();
            answers.push_str(&text(
                row_provenance::<PartyStatuses>(log, &stream, None, *first, up_to(level), true).await.unwrap(),
            ));
        }
        answers.push_str(&text(counted(log, *first, level).await));
    }
    answers
}

fn text(value: impl serde::Serialize) -> String {
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}

async fn changes<P: Projection>(log: &Log, first: BitemporalMoment, second: BitemporalMoment, level: &str) -> String {
    let committee = "SSC".parse().unwrap();
    text(changes_between::<P>(log, &committee, first, second, up_to(level), true).await.unwrap())
}

async fn no_canary_is_shown_above_the_clearance(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    for (rank, reader) in LEVELS.iter().enumerate() {
        let answers = answers(&log, reader).await;
        for (of, level) in LEVELS.iter().enumerate() {
            for place in ["action", "note", "progress", "corrected", "decision", "status", "reason", "title"] {
                let canary = format!("Canary{level}{place}");
                // The first notes are visible only as known before their correction.
                assert_eq!(answers.contains(&canary), of <= rank, "{canary} for {reader}");
            }
        }
        assert_eq!(
            answers.contains("CanaryREDwide"),
            *reader == "RED",
            "a text first marked WHITE and now RED, read by {reader}"
        );
        for (number, level) in LEVELS.iter().enumerate().skip(rank + 1) {
            assert!(!answers.contains(&format!("SSC72/0{}", number + 1)), "the action of {level} is named to {reader}");
            assert!(!answers.contains(&format!("/D{}\"", number + 1)), "the decision of {level} is named to {reader}");
            assert!(
                !answers.contains(&format!("\"number\": {},", number + 1)),
                "an item of {level} is named to {reader}"
            );
            assert!(
                !answers.contains(&format!("\"audience\": \"{level}\"")),
                "a document for {level} is named to {reader}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_below_red_get_identical_answers_from_rows() {
    let (one, other) = (TestLedger::new(Store::Sqlite), TestLedger::new(Store::Sqlite));
    let (one, other) = (canary_ledger(&one, " one").await, canary_ledger(&other, " or the other").await);
    for reader in ["WHITE", "GREEN", "AMBER"] {
        assert_eq!(answers(&one, reader).await, answers(&other, reader).await, "{reader}");
    }
    assert_ne!(answers(&one, "RED").await, answers(&other, "RED").await);
}
