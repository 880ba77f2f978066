//! One subject is read by its key: the rows of others are not even read.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{begin, convened, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use serde_json::json;

on_both_stores!(one_subject_is_read_without_the_rows_of_others);

/// Makes the rows of a stream unreadable, so that whatever reads them fails.
async fn damage(raw: &RawDatabase, model: &str, stream: &str) {
    let generation = raw.generation(model).await;
    let sql = format!("UPDATE row_versions_{generation} SET content = '{{}}' WHERE stream = '{stream}'");
    raw.execute(&sql).await.unwrap();
}

async fn one_subject_is_read_without_the_rows_of_others(ledger: TestLedger) {
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
    let client = ApiClient::of(recorder.log().clone());
    let raw = RawDatabase::of(&ledger).await;
    for (model, stream, list, path) in [
        ("actions", "action:SSC72/02", "/api/v1/actions", "/api/v1/actions/ssc72/01"),
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
