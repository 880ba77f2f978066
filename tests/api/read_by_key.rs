//! One subject is read by its key: the rows of others are not even read.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{begin, completed, convened, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::Recorder;
use serde_json::json;

on_both_stores!(one_subject_is_read_without_the_rows_of_others, changes_are_read_without_the_rows_that_did_not_change,);

/// Makes the rows of a stream unreadable, so that whatever reads them fails.
async fn damage(raw: &RawDatabase, model: &str, stream: &str) {
    let generation = raw.generation(model).await;
    let sql = format!("UPDATE row_versions_{generation} SET content = '{{}}' WHERE stream = '{stream}'");
    raw.execute(&sql).await.unwrap();
}

/// Records two actions, two decisions of two meetings, and two parties with a status each.
async fn record_two_of_each(ledger: &TestLedger) -> Recorder {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let decision = |meeting: &str| {
        json!({"stream": format!("meeting:{meeting}"), "type": "DecisionRecorded",
               "data": {"number": 1, "verb": "AGREED", "text": {"classification": "WHITE", "text": "it"}}})
    };
    let party = |name: &str| {
        json!({"stream": format!("party:SSC:{name}"), "type": "PartyRegistered",
               "data": {"committee": "SSC", "name": name, "category": "Other User"}})
    };
    let status = |name: &str| {
        json!({"stream": format!("party:SSC:{name}"), "type": "StatusDeferred",
               "data": {"meeting": "SSC_72_2702", "deferred_on": "2019-02-27", "kind": "assurance"}})
    };
    let commands = [
        raised("SSC72/01"),
        raised("SSC72/02"),
        convened("SSC_73_1303", "2019-03-13"),
        decision("SSC_72_2702"),
        decision("SSC_73_1303"),
        party("Other User L"),
        party("Other User M"),
        status("Other User L"),
        status("Other User M"),
    ];
    for (number, json) in commands.iter().enumerate() {
        recorder.record(&request(&number.to_string(), json)).await.unwrap();
    }
    recorder
}

async fn one_subject_is_read_without_the_rows_of_others(ledger: TestLedger) {
    let recorder = record_two_of_each(&ledger).await;
    let client = ApiClient::of(recorder.log().clone());
    let raw = RawDatabase::of(&ledger).await;
    for (model, stream, list, path) in [
        ("actions", "action:SSC72/02", "/api/v1/actions", "/api/v1/actions/ssc72/01"),
        ("actions", "action:SSC72/02", "/api/v1/actions", "/api/v1/actions/SSC72/01/provenance"),
        ("decisions", "meeting:SSC_73_1303", "/api/v1/decisions", "/api/v1/decisions/SSC_72_2702/D1/provenance"),
        ("decisions", "meeting:SSC_73_1303", "/api/v1/decisions", "/api/v1/decisions/SSC_72_2702/D1"),
        ("party_statuses", "party:SSC:Other User M", "/api/v1/parties", "/api/v1/parties/other%20user%20L/statuses"),
        ("meetings", "meeting:SSC_73_1303", "/api/v1/meetings", "/api/v1/meetings/SSC_72_2702"),
    ] {
        client.get(path).await.expect(200);
        damage(&raw, model, stream).await;
        // Another target than before: the answer is not in the cache.
        client.get(&format!("{list}?as_of=2019-04-01")).await.expect(500);
        client.get(&format!("{path}?as_of=2019-04-01")).await.expect(200);
    }
}

async fn changes_are_read_without_the_rows_that_did_not_change(ledger: TestLedger) {
    let recorder = record_two_of_each(&ledger).await;
    let agreed = json!({"stream": "party:SSC:Other User L", "type": "StatusAgreed",
                        "data": {"meeting": "SSC_73_1303", "agreed_on": "2019-03-13", "kind": "assurance"}});
    let decided = json!({"stream": "meeting:SSC_73_1303", "type": "DecisionRecorded", "data": {
        "number": 2, "verb": "AGREED", "text": {"classification": "WHITE", "text": "it"},
        "supersedes": ["SSC_72_2702/D1"]}});
    let before = recorder.log().head().await.unwrap();
    for (key, json) in [("completed", completed("SSC72/01")), ("agreed", agreed), ("decided", decided)] {
        recorder.record(&request(key, &json)).await.unwrap();
    }
    let after = recorder.log().head().await.unwrap();
    let client = ApiClient::of(recorder.log().clone());
    let raw = RawDatabase::of(&ledger).await;
    for (model, stream, list) in [
        ("actions", "action:SSC72/02", "/api/v1/actions"),
        ("party_statuses", "party:SSC:Other User M", "/api/v1/parties"),
    ] {
        damage(&raw, model, stream).await;
        client.get(&format!("{list}?as_of=2019-04-02")).await.expect(500);
        // Between two days, as known now; and on one day, between two positions.
        let days = "from=2019-03-01&to=2019-04-02".to_owned();
        let positions = format!("from=2019-04-02&from_known_at={before}&to=2019-04-02&to_known_at={after}");
        for moments in [days, positions] {
            let found = client.get(&format!("{list}/changes?{moments}")).await.expect(200).json();
            assert_eq!(found["changes"].as_array().unwrap().len(), 1, "{found}");
        }
    }
    let found = client.get("/api/v1/decisions/changes?from=2019-03-01&to=2019-04-02").await.expect(200).json();
    let changed: Vec<_> =
        found["changes"].as_array().unwrap().iter().map(|change| change["row"]["id"].clone()).collect();
    // The first was superseded at the later meeting.
    assert_eq!(json!(changed), json!(["SSC_72_2702/D1", "SSC_73_1303/D1", "SSC_73_1303/D2"]));
}
