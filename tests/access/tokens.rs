//! The ledger's own tokens: when they are accepted and when not.

use crate::fixtures::committee::{established, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use crate::fixtures::record_lines::PATIENCE;
use minutebook::access::{AuthenticationError, CommitteeSet, Grant, Right, Role, TokenSecret, Tokens, issue, revoke};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::{Event, Position, RequestMetadata, SenderIdentity};
use minutebook_ledger::{Environment, Log, Opening, Recorder, Selection};
use std::time::Instant;

pub(super) fn metadata(key: &str) -> RequestMetadata {
    RequestMetadata { actor: "tester".into(), command_id: key.into(), ..RequestMetadata::default() }
}

/// A grant for all committees, without an end.
pub(super) fn grant(name: &str, roles: &[Role], clearance: &str) -> Grant {
    Grant {
        name: name.parse().unwrap(),
        roles: roles.to_vec(),
        clearance: clearance.parse().unwrap(),
        committees: None,
        valid_from: None,
        expires_at: None,
    }
}

on_both_stores!(
    a_token_is_accepted_until_it_is_revoked,
    a_token_is_refused_outside_its_validity,
    other_processes_honour_issued_and_revoked_tokens,
    a_token_stays_revoked_when_its_revocation_is_struck,
    the_last_use_is_noted_outside_the_log,
    the_database_stores_no_secret,
);

async fn a_token_is_accepted_until_it_is_revoked(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    recorder.record(&request("begin", &established("SSC"))).await.unwrap();
    let rights = Grant {
        committees: Some(vec!["SSC".parse().unwrap()]),
        ..grant("jane.smith", &[Role::Secretary, Role::Auditor], "AMBER")
    };
    let issued = issue(&recorder, rights, metadata("issue")).await.unwrap();
    let tokens = Tokens::new(recorder.log().clone());
    let jane = tokens.authenticate(issued.secret.reveal()).await.unwrap();
    assert_eq!(jane.name(), "jane.smith");
    assert_eq!(jane.identity(), Some(&SenderIdentity::Token(issued.id.clone())));
    let right = Right {
        roles: [Role::Secretary, Role::Auditor].into(),
        clearance: Clearance::up_to("AMBER".parse::<Classification>().unwrap()),
        committees: CommitteeSet::These(["SSC".parse().unwrap()].into()),
    };
    assert_eq!(jane.rights()[..1], [right]);
    revoke(&recorder, issued.id.clone(), false, metadata("revoke")).await.unwrap();
    assert_eq!(tokens.authenticate(issued.secret.reveal()).await, Err(AuthenticationError::Revoked(issued.id.clone())));
    let again = revoke(&recorder, issued.id, false, metadata("again")).await.unwrap_err().to_string();
    assert!(again.contains("already revoked"), "{again}");
}

async fn a_token_is_refused_outside_its_validity(ledger: TestLedger) {
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    let rights = Grant {
        valid_from: Some("2026-11-25T09:00:00Z".parse().unwrap()),
        expires_at: Some("2026-11-26T09:00:00Z".parse().unwrap()),
        ..grant("a guest", &[Role::Reader], "GREEN")
    };
    let issued = issue(&recorder, rights, metadata("issue")).await.unwrap();
    let tokens = Tokens::new(recorder.log().clone());
    let id = || issued.id.clone();
    let table = [
        ("2026-11-24T09:00:00Z", Err(AuthenticationError::NotYetValid(id()))),
        ("2026-11-25T08:59:59.999999Z", Err(AuthenticationError::NotYetValid(id()))),
        ("2026-11-25T09:00:00Z", Ok(())),
        ("2026-11-26T08:59:59.999999Z", Ok(())),
        ("2026-11-26T09:00:00Z", Err(AuthenticationError::Expired(id()))),
        ("2036-11-26T09:00:00Z", Err(AuthenticationError::Expired(id()))),
    ];
    for (time, expected) in table {
        clock.set(time);
        assert_eq!(tokens.authenticate(issued.secret.reveal()).await.map(|_| ()), expected, "at {time}");
    }
}

async fn other_processes_honour_issued_and_revoked_tokens(ledger: TestLedger) {
    let here = ledger.recorder().await;
    let there = Log::open(&ledger.url, Opening::Existing, Environment::system()).await.unwrap();
    let tokens = Tokens::new(there.clone());
    // Presented at once, before this process learns that another one issued it.
    let issued = issue(&here, grant("jane", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    assert_eq!(tokens.authenticate(issued.secret.reveal()).await.unwrap().name(), "jane");
    revoke(&here, issued.id.clone(), true, metadata("revoke")).await.unwrap();
    // Once this process learns of the revocation, the token is refused.
    let deadline = Instant::now() + PATIENCE;
    while there.known_head() < Position::new(2) {
        assert!(Instant::now() < deadline, "the other process did not learn of it in time");
        tokio::task::yield_now().await;
    }
    assert_eq!(tokens.authenticate(issued.secret.reveal()).await, Err(AuthenticationError::Revoked(issued.id)));
}

async fn a_token_stays_revoked_when_its_revocation_is_struck(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    let issued = issue(&recorder, grant("jane", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    let receipt = revoke(&recorder, issued.id.clone(), false, metadata("revoke")).await.unwrap();
    let strike = serde_json::json!({"corrects": receipt.events[0].event_id, "change": "struck", "reason": "a slip"});
    recorder.record(&request("strike", &strike)).await.unwrap();
    let tokens = Tokens::new(recorder.log().clone());
    assert_eq!(tokens.authenticate(issued.secret.reveal()).await, Err(AuthenticationError::Revoked(issued.id)));
}

async fn the_last_use_is_noted_outside_the_log(ledger: TestLedger) {
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    let log = recorder.log();
    let issued = issue(&recorder, grant("jane", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    let tokens = Tokens::new(log.clone());
    assert_eq!(tokens.list().await.unwrap()[0].1, None);
    // A use within a minute of the last noted one is not noted.
    for (used, noted) in [("09:00:00", "09:00:00"), ("09:00:59", "09:00:00"), ("09:01:00", "09:01:00")] {
        clock.set(&format!("2026-11-24T{used}Z"));
        tokens.authenticate(issued.secret.reveal()).await.unwrap();
        let noted = format!("2026-11-24T{noted}Z").parse().unwrap();
        let deadline = Instant::now() + PATIENCE;
        while tokens.list().await.unwrap()[0].1 != Some(noted) {
            assert!(Instant::now() < deadline, "used at {used}, but {:?} is noted", tokens.list().await.unwrap()[0].1);
            tokio::task::yield_now().await;
        }
    }
    log.note_token_use(&issued.id, "2026-11-24T08:00:00Z".parse().unwrap()).await.unwrap();
    let last = log.token_uses().await.unwrap()[&issued.id];
    assert_eq!(last.to_rfc3339(), "2026-11-24T09:01:00+00:00", "a late note does not move the last use back");
    assert_eq!(log.head().await.unwrap(), Position::new(1), "a use is no event");
}

async fn the_database_stores_no_secret(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    let issued = issue(&recorder, grant("jane", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    let random = &issued.secret.reveal()[3..33];
    let events = recorder.log().read_all(Selection::All).await.unwrap();
    let [recorded] = &events[..] else { panic!("{events:?}") };
    let Event::Token(event) = &recorded.event else { panic!("{recorded:?}") };
    let stored = format!("{}{recorded:?}", event.data().unwrap());
    assert!(stored.contains(&issued.secret.hash().to_string()), "{stored}");
    assert!(!stored.contains(random), "{stored}");
    assert!(!format!("{issued:?}").contains(random), "the Debug form hides it");
    assert_eq!(recorded.references, [format!("token:{}", issued.id), "tokens".into()]);
}

/// `GOOD` with the character at `place` changed.
fn with(place: usize, character: char) -> String {
    let mut token: Vec<char> = GOOD.chars().collect();
    token[place] = if token[place] == character { 'x' } else { character };
    token.into_iter().collect()
}

/// A well-formed token; its checksum was computed by hand.
const GOOD: &str = "mb_0123456789ABCDEFGHIJKLMNOPQRST2GRt1E";

#[test]
fn malformed_tokens_and_wrong_checksums_are_refused_by_parsing() {
    assert!(TokenSecret::parse(GOOD).is_ok());
    let body = &GOOD[3..];
    let malformed = [
        String::new(),
        "mb_".into(),
        GOOD[..38].into(),
        format!("{GOOD}0"),
        format!("gh_{body}"),
        format!("MB_{body}"),
        format!(" {GOOD}"),
        format!("{GOOD}\n"),
        with(10, '-'),
        with(10, 'é'),
        // The right number of bytes, but fewer characters.
        format!("mb_{}é", &body[..34]),
        "mb_".to_owned() + &"0".repeat(1 << 20),
    ];
    for presented in malformed {
        assert_eq!(TokenSecret::parse(&presented).unwrap_err(), AuthenticationError::NotAToken, "{presented:.50}");
    }
    for place in 3..39 {
        assert_eq!(
            TokenSecret::parse(&with(place, '0')).unwrap_err(),
            AuthenticationError::WrongChecksum,
            "another digit at {place}"
        );
    }
}

#[tokio::test]
async fn an_invented_token_is_unknown_and_a_mistyped_one_causes_no_lookup() {
    let ledger = TestLedger::new(crate::fixtures::ledgers::Store::Sqlite);
    let log = ledger.open().await;
    let tokens = Tokens::new(log.clone());
    assert_eq!(tokens.authenticate(GOOD).await.unwrap_err(), AuthenticationError::Unknown);
    // With the store closed a lookup fails; a malformed token is refused without one.
    log.close().await;
    let unavailable = tokens.authenticate(GOOD).await.unwrap_err();
    assert!(unavailable.is_temporary(), "{unavailable}");
    assert_eq!(tokens.authenticate(&with(20, 'z')).await.unwrap_err(), AuthenticationError::WrongChecksum);
    assert_eq!(tokens.authenticate("Bearer").await.unwrap_err(), AuthenticationError::NotAToken);
}
