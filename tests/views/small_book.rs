//! A book small enough to be reckoned by hand: two actions, a backdated assignment, two corrections.

use crate::support::committee::{begin, raised, request};
use chrono::NaiveDate;
use minutebook_domain::Position;
use minutebook_ledger::{BitemporalMoment, Recorder};
use serde_json::{Value, json};

/// The end of a day in the committee's time zone, roughly enough: everything is at other times.
pub(crate) fn at(day: &str, known_at: Option<u64>) -> BitemporalMoment {
    let as_of = day.parse::<NaiveDate>().unwrap().and_hms_opt(22, 0, 0).unwrap().and_utc();
    BitemporalMoment { as_of, known_at: known_at.map(Position::new) }
}

pub(crate) struct SmallBook;

impl SmallBook {
    /// Ten events; the first two establish the committee and convene its meeting. In the end SSC72/01 is not done.
    pub(crate) async fn record(recorder: &Recorder) {
        begin(recorder).await;
        let of = |name: &str, data: Value| json!({"stream": "action:SSC72/01", "type": name, "data": data});
        let moved = json!({"to": "2019-04-10", "moved_on": "2019-03-13",
                           "note": {"classification": "GREEN", "text": "The paper is late"}});
        let secret = json!({"reference": "SSC72/02", "text": {"classification": "RED", "text": "Meet Real Ltd"},
                            "owners": ["DCC"], "due_on": "2019-03-13", "raised_on": "2019-02-27"});
        append(recorder, "3", raised("SSC72/01")).await;
        append(recorder, "4", of("DueDateMoved", moved)).await;
        append(recorder, "5", json!({"stream": "action:SSC72/02", "type": "ActionRaised", "data": secret})).await;
        append(recorder, "6", of("ActionAssigned", json!({"owners": ["DCC", "SECAS"], "assigned_on": "2019-03-01"})))
            .await;
        let completed = append(recorder, "7", of("ActionCompleted", json!({"completed_on": "2019-04-10"}))).await;
        let other = json!({"type": "ActionCompleted", "data": {"completed_on": "2019-04-03"}});
        let correction =
            json!({"corrects": completed, "change": {"replaced": other}, "reason": "read from the wrong line"});
        let correction = append(recorder, "8", correction).await;
        let struck = json!({"corrects": correction, "change": "struck", "reason": "the line was right"});
        append(recorder, "9", struck).await;
        let struck = json!({"corrects": completed, "change": "struck", "reason": "it is not done at all"});
        append(recorder, "10", struck).await;
    }
}

async fn append(recorder: &Recorder, key: &str, json: Value) -> Value {
    let receipt = recorder.record(&request(key, &json)).await.unwrap();
    json!(receipt.events[0].event_id)
}
