//! The permissions of roles, and the committees that they apply to.

use minutebook::access::{Permission, Principal, Role, Tokens, issue};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Event, StreamId};
use minutebook_ledger::Recorder;
use serde_json::{Value, json, value::to_raw_value};

use super::tokens::{grant, metadata};
use crate::fixtures::committee::{established, request};
use crate::fixtures::ledgers::{Store, TestLedger};

fn up_to(label: &str) -> Clearance {
    Clearance::up_to(label.parse().unwrap())
}

fn committee(code: &str) -> CommitteeCode {
    code.parse().unwrap()
}

/// Issues a token with these rights and authenticates with it.
async fn holder(roles: &[Role], clearance: &str, committees: Option<&[&str]>) -> Principal {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder: Recorder = ledger.recorder().await;
    for code in ["SSC", "OPSG"] {
        recorder.record(&request(code, &established(code))).await.unwrap();
    }
    let committees = committees.map(|codes| codes.iter().map(|code| committee(code)).collect());
    let rights = minutebook::access::Grant { committees, ..grant("holder", roles, clearance) };
    let issued = issue(&recorder, rights, metadata("issue")).await.unwrap();
    Tokens::new(recorder.log().clone()).authenticate(issued.secret.reveal()).await.unwrap()
}

#[test]
fn the_documented_table_equals_the_programs() {
    let mut table = String::from("| role |");
    table.extend(Permission::ALL.iter().map(|permission| format!(" {permission} |")));
    table.push_str("\n|---|---|---|---|---|---|\n");
    for role in ["reader", "member", "secretary", "chair", "auditor", "admin"] {
        table.push_str(&format!("| `{role}` |"));
        let role: Role = role.parse().unwrap();
        table.extend(Permission::ALL.iter().map(|one| if one.granted_to(role) { " yes |" } else { " |" }));
        table.push('\n');
    }
    let documented = include_str!("../../docs/access.md");
    assert!(documented.contains(&table), "docs/access.md lacks the table:\n{table}");
}

#[test]
fn the_anonymous_principal_reads_white_and_does_nothing_else() {
    let anyone = Principal::anonymous();
    let may: Vec<Permission> = Permission::ALL.into_iter().filter(|one| anyone.may(*one)).collect();
    assert_eq!(may, [Permission::Read]);
    assert_eq!(anyone.clearance_everywhere(), up_to("WHITE"));
    assert!(anyone.is_anonymous());
    assert!(anyone.sees(&"meeting:SSC_72_2702".parse().unwrap()));
    assert!(!anyone.sees(&"token:1f0c9a7e2b34".parse().unwrap()));
}

#[tokio::test]
async fn a_tokens_rights_apply_to_its_committees_only() {
    let secretary = holder(&[Role::Secretary], "RED", Some(&["SSC"])).await;
    let (own, other) = (committee("SSC"), committee("OPSG"));
    assert!(secretary.may_in(Permission::Record, &own));
    assert!(!secretary.may_in(Permission::Record, &other), "the token does not cover OPSG");
    assert!(!secretary.may_everywhere(Permission::Record));
    assert_eq!(secretary.clearance_in(&own), up_to("RED"));
    assert_eq!(secretary.clearance_in(&other), up_to("WHITE"), "elsewhere only WHITE is readable");
    assert!(secretary.may_in(Permission::Read, &other));
    assert_eq!(secretary.clearance_everywhere(), up_to("WHITE"));
}

#[tokio::test]
async fn only_auditors_of_the_whole_ledger_with_red_clearance_see_tokens() {
    let token: StreamId = "token:1f0c9a7e2b34".parse().unwrap();
    for role in [Role::Reader, Role::Member, Role::Secretary, Role::Chair] {
        assert!(!holder(&[role], "RED", None).await.sees(&token), "{role}");
    }
    for role in [Role::Auditor, Role::Admin] {
        assert!(holder(&[role], "RED", None).await.sees(&token), "{role}");
        assert!(!holder(&[role], "AMBER", None).await.sees(&token), "{role} below RED");
        assert!(!holder(&[role], "RED", Some(&["SSC"])).await.sees(&token), "{role} of one committee");
    }
}

#[test]
fn the_event_decides_the_required_permission() {
    let needed = |stream: &str, event_type: &str, data: &Value| {
        let raw = to_raw_value(data).unwrap();
        Permission::required_to_record(&Event::decode(&stream.parse().unwrap(), event_type, 1, &raw).unwrap())
    };
    let (meeting, token) = ("meeting:SSC_72_2702", "token:1f0c9a7e2b34");
    let approved = json!({"committee": "SSC", "minutes_of": "2019-02-13", "edition": "draft", "outcome": "as written"});
    let corrected = |event_type: &str, data: &Value| json!({"version": 1, "change": {"replaced": {"type": event_type, "data": data}}});
    let revoked = json!({});
    assert_eq!(needed(meeting, "NextMeetingSet", &json!({"on": "2019-03-13"})), Permission::Record);
    assert_eq!(needed(meeting, "MinutesApproved", &approved), Permission::Publish);
    assert_eq!(needed(meeting, "MeetingClosed", &json!({})), Permission::Publish);
    let by_correction = corrected("MinutesApproved", &approved);
    assert_eq!(needed(meeting, "EventCorrected", &by_correction), Permission::Publish, "a correction requires it too");
    assert_eq!(needed(token, "TokenRevoked", &revoked), Permission::Administer);
    assert_eq!(needed(token, "EventCorrected", &corrected("TokenRevoked", &revoked)), Permission::Administer);
}
