//! The rules of a meeting's decisions and minutes, and of what follows its close.

use super::{convened, item, paragraph};
use crate::rules::{Case, case, live_case};
use crate::support::{event, marked, record};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::rules::LiveRecording;
use serde_json::{Value, json};

/// A decision to defer, with one field set to something else.
fn decision(field: &str, value: impl Into<Value>) -> Value {
    let mut data = json!({ "verb": "DEFERRED", "text": marked("AMBER", "the assurance status of Other User L") });
    data[field] = value.into();
    data
}

fn supersession(decision: &str, by: &str) -> Value {
    json!({ "decision": decision, "by": by })
}

/// An approval of the minutes of 13 February 2019, with one field set to something else.
fn approval(field: &str, value: impl Into<Value>) -> Value {
    let mut data =
        json!({ "committee": "SSC", "minutes_of": "2019-02-13", "edition": "draft", "outcome": "as written" });
    data[field] = value.into();
    data
}

fn amended(outcome: &str) -> Value {
    let mut data = approval("outcome", outcome);
    data["amendments"] = json!([marked("GREEN", "In paragraph 3, for `2018` read `2019`.")]);
    data
}

fn drafted(date: &str) -> Value {
    json!({ "edition": "draft", "drafted_on": date })
}

fn headlines(edition: u32, date: &str) -> Value {
    json!({ "edition": edition, "audience": "WHITE", "published_on": date })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = decisions();
    cases.extend(minutes());
    cases.extend(after_the_close());
    cases.extend(recorded_live());
    cases
}

fn recorded_live() -> Vec<Case> {
    let on = |today: &str, planned| LiveRecording { today: today.parse().unwrap(), planned };
    let attendance = || event("AttendanceRecorded", &json!({ "name": "Jane Doe", "capacity": "member" }));
    let decided = || event("DecisionRecorded", &decision("number", 1));
    let approved = || event("MinutesApproved", &approval("edition", "draft"));
    vec![
        live_case::<Meeting>(
            "meeting-has-begun",
            "attendance is recorded on the day before the meeting",
            &[convened()],
            [(attendance(), on("2019-02-26", false)), (attendance(), on("2019-02-27", false))],
        ),
        live_case::<Meeting>(
            "meeting-has-begun",
            "a decision is recorded on the day before the meeting, and is not planned",
            &[convened()],
            [(decided(), on("2019-02-26", false)), (decided(), on("2019-02-26", true))],
        ),
        live_case::<Meeting>(
            "minutes-of-a-meeting-held",
            "a planned approval is of minutes of a meeting that is still to come",
            &[convened()],
            [(approved(), on("2019-02-12", true)), (approved(), on("2019-02-13", true))],
        ),
        live_case::<Meeting>(
            "amendments-given",
            "minutes are approved subject to amendments, and none is given",
            &[convened()],
            [
                (event("MinutesApproved", &approval("outcome", "subject to amendments")), on("2019-02-27", false)),
                (event("MinutesApproved", &amended("subject to amendments")), on("2019-02-27", false)),
            ],
        ),
    ]
}

fn decisions() -> Vec<Case> {
    let decided: [MeetingEvent; 3] = [
        convened(),
        event("DecisionRecorded", &decision("number", 1)),
        event("DecisionRecorded", &decision("number", u32::MAX)),
    ];
    let mut superseded = decided.to_vec();
    superseded.push(event("DecisionSuperseded", &supersession("SSC_72_2702/D1", "SSC_73_1303/D4")));
    let instead_of = |decision| json!([decision]);
    vec![
        case::<Meeting>(
            "decision-number-used-once",
            "two decisions have one number",
            &decided,
            [record("DecisionRecorded", &decision("number", 1)), record("DecisionRecorded", &decision("number", 2))],
        ),
        case::<Meeting>(
            "decision-number-used-once",
            "no number is left after the highest",
            &decided,
            [record("DecisionRecorded", &decision("number", 0)), record("DecisionRecorded", &decision("number", 3))],
        ),
        case::<Meeting>(
            "verb-fits-decision",
            "a decision to defer is addressed to another body",
            &[convened()],
            [
                record("DecisionRecorded", &decision("recommended_to", "SEC Panel")),
                record("DecisionRecorded", &decision("deferred_to", "2019-03-13")),
            ],
        ),
        case::<Meeting>(
            "deferred-to-later",
            "a matter is deferred to the day of the meeting",
            &[convened()],
            [
                record("DecisionRecorded", &decision("deferred_to", "2019-02-27")),
                record("DecisionRecorded", &decision("deferred_to", "2019-02-28")),
            ],
        ),
        case::<Meeting>(
            "supersedes-earlier",
            "a decision supersedes one that is not made yet",
            &decided[..2],
            [
                record("DecisionRecorded", &decision("supersedes", instead_of("SSC_72_2702/D2"))),
                record("DecisionRecorded", &{
                    let mut data = decision("supersedes", instead_of("SSC_72_2702/D1"));
                    data["number"] = 2.into();
                    data
                }),
            ],
        ),
        case::<Meeting>(
            "supersedes-earlier",
            "a decision takes its own place",
            &decided,
            [
                record("DecisionSuperseded", &supersession("SSC_72_2702/D1", "SSC_72_2702/D1")),
                record("DecisionSuperseded", &supersession("SSC_72_2702/D1", "SSC_73_1303/D4")),
            ],
        ),
        case::<Meeting>(
            "superseded-decision-recorded",
            "another meeting's decision is superseded in this one's record",
            &decided,
            [
                record("DecisionSuperseded", &supersession("SSC_71_1302/D1", "SSC_73_1303/D4")),
                record("DecisionSuperseded", &supersession("SSC_72_2702/D1", "SSC_73_1303/D4")),
            ],
        ),
        case::<Meeting>(
            "superseded-once",
            "a decision that no longer stands is superseded",
            &superseded,
            [
                record("DecisionSuperseded", &supersession("SSC_72_2702/D1", "SSC_74_2703/D1")),
                record("DecisionSuperseded", &supersession("SSC_72_2702/D4294967295", "SSC_74_2703/D1")),
            ],
        ),
    ]
}

fn minutes() -> Vec<Case> {
    let approved = [convened(), event("MinutesApproved", &approval("comments_received", true))];
    vec![
        case::<Meeting>(
            "own-minutes",
            "a meeting approves another committee's minutes",
            &[convened()],
            [
                record("MinutesApproved", &approval("committee", "OPSG")),
                record("MinutesApproved", &approval("committee", "SSC")),
            ],
        ),
        case::<Meeting>(
            "minutes-of-a-meeting-held",
            "a meeting approves its own minutes",
            &[convened()],
            [
                record("MinutesApproved", &approval("minutes_of", "2019-02-27")),
                record("MinutesApproved", &approval("minutes_of", "2019-02-26")),
            ],
        ),
        case::<Meeting>(
            "minutes-approved-once",
            "a meeting approves the same minutes twice",
            &approved,
            [
                record("MinutesApproved", &approval("outcome", "subject to amendments")),
                record("MinutesApproved", &approval("edition", "confidential draft")),
            ],
        ),
        case::<Meeting>(
            "amendments-fit-outcome",
            "minutes approved as written are amended",
            &[convened()],
            [
                record("MinutesApproved", &amended("as written")),
                record("MinutesApproved", &amended("subject to amendments")),
            ],
        ),
        case::<Meeting>(
            "minutes-drafted-after-meeting",
            "minutes are drafted before there is anything to minute",
            &[convened()],
            [record("MinutesDrafted", &drafted("2019-02-26")), record("MinutesDrafted", &drafted("2019-02-27"))],
        ),
    ]
}

fn after_the_close() -> Vec<Case> {
    let closed = [convened(), event("MeetingClosed", &json!({ "closed_at": "15:30" }))];
    let mut published = closed.to_vec();
    published.push(event("HeadlinesPublished", &headlines(1, "2019-03-06")));
    let draft = || record("MinutesDrafted", &drafted("2019-03-06"));
    vec![
        case::<Meeting>(
            "meeting-open",
            "an item is tabled after the close",
            &closed,
            [record("AgendaItemTabled", &item(1)), draft()],
        ),
        case::<Meeting>(
            "meeting-open",
            "a paragraph is recorded after the close",
            &closed,
            [record("ParagraphRecorded", &paragraph(1, None)), draft()],
        ),
        case::<Meeting>(
            "meeting-closed-once",
            "a meeting is closed twice",
            &closed,
            [record("MeetingClosed", &json!({})), draft()],
        ),
        case::<Meeting>(
            "minutes-drafted-after-meeting",
            "minutes are drafted before a meeting that is closed by now",
            &closed,
            [record("MinutesDrafted", &drafted("2019-02-26")), draft()],
        ),
        case::<Meeting>(
            "published-after-close",
            "headlines go out while the meeting is open",
            &[convened()],
            [record("HeadlinesPublished", &headlines(1, "2019-03-06")), record("MeetingClosed", &json!({}))],
        ),
        case::<Meeting>(
            "published-after-meeting",
            "headlines go out before the meeting",
            &closed,
            [
                record("HeadlinesPublished", &headlines(1, "2019-02-26")),
                record("HeadlinesPublished", &headlines(1, "2019-02-27")),
            ],
        ),
        case::<Meeting>(
            "editions-in-order",
            "an edition is left out",
            &published,
            [
                record("HeadlinesPublished", &headlines(3, "2019-03-07")),
                record("HeadlinesPublished", &headlines(0, "2019-03-07")),
            ],
        ),
    ]
}
