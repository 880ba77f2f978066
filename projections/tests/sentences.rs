//! The sentences that stand for records without prose, as a table for reading: `cargo test -p minutebook-projections
//! sentences -- --nocapture`.

use crate::headlines::{meeting, paragraphs, rendered};
use crate::history::{History, text};
use serde_json::{Value, json};

/// What is recorded, beside the sentence that the headlines have for it.
struct Example {
    template: &'static str,
    event: &'static str,
    data: Value,
    sentence: &'static str,
}

fn example(template: &'static str, event: &'static str, data: Value, sentence: &'static str) -> Example {
    Example { template, event, data, sentence }
}

fn decision(verb: &str, words: &str, more: Value) -> Value {
    let mut data = json!({"number": 1, "item": 1, "verb": verb, "text": text("WHITE", words)});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    data
}

fn action(words: &str, owners: &[&str], due_on: Option<&str>) -> Value {
    json!({"reference": "SSC72/01", "text": text("WHITE", words), "owners": owners, "due_on": due_on,
           "raised_on": "2019-02-27", "raised_in": "SSC_72_2702", "item": 1})
}

fn approval(outcome: &str, amendments: &[&str]) -> Value {
    let amendments: Vec<Value> = amendments.iter().map(|words| text("WHITE", words)).collect();
    json!({"committee": "SSC", "minutes_of": "2019-01-30", "edition": "draft", "outcome": outcome, "amendments": amendments})
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn examples() -> Vec<Example> {
    let decided =
        |verb, words, more, sentence| example("decision", "DecisionRecorded", decision(verb, words, more), sentence);
    let raised =
        |words, owners: &[&str], due, sentence| example("action", "ActionRaised", action(words, owners, due), sentence);
    let approved = |outcome, amendments: &[&str], sentence| {
        example("minutes", "MinutesApproved", approval(outcome, amendments), sentence)
    };
    let none = || json!({});
    let to = |field: &str, value: &str| json!({field: value});
    vec![
        decided("NOTED", "the update", none(), "The SSC NOTED the update."),
        decided("NOTED", "The update.", none(), "The SSC NOTED the update."),
        decided("NOTED", "Ofgem’s letter", none(), "The SSC NOTED Ofgem’s letter."),
        decided("AGREED", "that the limit stays", none(), "The SSC AGREED that the limit stays."),
        decided("AGREED", "To publish the guide", none(), "The SSC AGREED to publish the guide."),
        decided("AGREED", "Under item 3, the new limit", none(), "The SSC AGREED under item 3, the new limit."),
        decided("WITHDRAWN", "the earlier guidance", none(), "The SSC has WITHDRAWN the earlier guidance."),
        decided(
            "RECOMMENDED",
            "the work package",
            to("recommended_to", "SECCo Board"),
            "The SSC RECOMMENDED to the SECCo Board the work package.",
        ),
        decided(
            "RECOMMENDED",
            "that it adopt the plan",
            to("recommended_to", "Ofgem"),
            "The SSC RECOMMENDED to Ofgem that it adopt the plan.",
        ),
        decided("RECOMMENDED", "SECMP0037", to("recommended_to", "Ofgem"), "The SSC RECOMMENDED to Ofgem: SECMP0037."),
        decided(
            "RECOMMENDED",
            "the budget for approval",
            to("recommended_to", "SEC Panel"),
            "The SSC RECOMMENDED the budget for approval by the SEC Panel.",
        ),
        decided(
            "RECOMMENDED",
            "the budget to the SEC Panel",
            to("recommended_to", "SEC Panel"),
            "The SSC RECOMMENDED the budget to the SEC Panel.",
        ),
        decided("RECOMMENDED", "the budget", none(), "The SSC RECOMMENDED the budget."),
        decided(
            "DEFERRED",
            "the costs",
            to("deferred_to", "2019-03-13"),
            "The SSC DEFERRED the costs to 13 March 2019.",
        ),
        decided("DEFERRED", "the costs", none(), "The SSC DEFERRED the costs."),
        decided(
            "DELEGATED",
            "the review",
            to("delegated_to", "SSC Chair"),
            "The SSC DELEGATED the review to the SSC Chair.",
        ),
        decided(
            "DELEGATED",
            "the review",
            to("delegated_to", "Jane Smith"),
            "The SSC DELEGATED the review to Jane Smith.",
        ),
        raised(
            "Circulate the paper.",
            &["SECAS"],
            Some("2019-03-27"),
            "ACTION SSC72/01: SECAS to circulate the paper by 27 March 2019.",
        ),
        raised("Circulate the paper", &[], None, "ACTION SSC72/01: Circulate the paper."),
        raised("SECAS to circulate the paper", &["SECAS"], None, "ACTION SSC72/01: SECAS to circulate the paper."),
        raised(
            "Chair to brief the Board",
            &["SSC Chair"],
            None,
            "ACTION SSC72/01 (SSC Chair): Chair to brief the Board.",
        ),
        raised(
            "SECAS and the DCC to draft terms",
            &["SECAS", "DCC"],
            None,
            "ACTION SSC72/01: SECAS and the DCC to draft terms.",
        ),
        raised(
            "SECAS to draft terms",
            &["SECAS", "DCC"],
            None,
            "ACTION SSC72/01 (SECAS and DCC): SECAS to draft terms.",
        ),
        raised("Brief the SECAS team", &["SECAS"], None, "ACTION SSC72/01: SECAS to brief the SECAS team."),
        raised("The report should be sent", &["SECAS"], None, "ACTION SSC72/01 (SECAS): The report should be sent."),
        raised("DCC report on the outage", &["DCC"], None, "ACTION SSC72/01 (DCC): DCC report on the outage."),
        raised(
            "Write to Ofgem by 27 March 2019",
            &["SECAS", "NCSC", "DCC"],
            Some("2019-03-27"),
            "ACTION SSC72/01: SECAS, NCSC and DCC to write to Ofgem by 27 March 2019.",
        ),
        approved("as written", &[], "The SSC APPROVED the Draft Minutes of 30 January 2019 as written."),
        approved(
            "subject to amendments",
            &[],
            "The SSC APPROVED the Draft Minutes of 30 January 2019 subject to amendments.",
        ),
        approved(
            "subject to amendments",
            &["The correction of the date", "the addition of item 4."],
            "The SSC APPROVED the Draft Minutes of 30 January 2019 subject to the correction of the date; the addition of item 4.",
        ),
        approved(
            "subject to amendments",
            &["Under item 3, replace “10” by “12”"],
            "The SSC APPROVED the Draft Minutes of 30 January 2019 subject to this amendment: Under item 3, replace “10” by “12”.",
        ),
        approved(
            "subject to amendments",
            &["Under item 3, replace “10” by “12”", "the addition of item 4"],
            "The SSC APPROVED the Draft Minutes of 30 January 2019 subject to these amendments: Under item 3, replace “10” by “12”; the addition of item 4.",
        ),
        example(
            "interest",
            "InterestDeclared",
            json!({"name": "Ann Lee", "item": 1, "interest": text("WHITE", "she advises the applicant"), "recused": true}),
            "Ann Lee declared an interest: she advises the applicant. Ann Lee left while it was decided.",
        ),
        example("closing", "MeetingClosed", json!({"closed_at": "15:45"}), "The meeting closed at 15:45."),
        example("next meeting", "NextMeetingSet", json!({"on": "2019-03-13"}), "Next Meeting: 13 March 2019"),
    ]
}

/// The paragraphs of the headlines of a meeting with one item, at which this was recorded.
fn printed(event: &str, data: Value) -> Vec<String> {
    let meeting = meeting();
    let document = if event == "ActionRaised" {
        rendered(&meeting, &[History::of("action:SSC72/01").then("2019-02-27", event, data)], "WHITE")
    } else {
        rendered(&meeting.then("2019-02-27", event, data), &[], "WHITE")
    };
    let document = document.unwrap();
    let blocks = document.items.iter().flat_map(|item| &item.content).chain(&document.trailing);
    paragraphs(&blocks.cloned().collect::<Vec<_>>()).into_iter().map(str::to_owned).collect()
}

#[test]
fn every_template_makes_right_sentences() {
    println!("template      sentence");
    for Example { template, event, data, sentence } in examples() {
        let recorded = data.to_string();
        let printed = printed(event, data);
        println!("{template:<14}{}", printed.join(" | "));
        assert_eq!(printed, [sentence], "{recorded}");
    }
}

#[test]
fn an_item_is_said_to_be_in_the_confidential_minutes_only_if_there_are_such_minutes() {
    let marked = || {
        let tabled = json!({"number": 2, "title": text("WHITE", "Keys"), "classification": "RED"});
        meeting().then("2019-02-27", "AgendaItemTabled", tabled)
    };
    let notice = |meeting: &History| {
        let document = rendered(meeting, &[], "WHITE").unwrap();
        paragraphs(&document.items[1].content).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(notice(&marked()), ["The Agenda Item was marked as RED."]);
    // A paragraph above the audience changes nothing.
    let hidden = json!({"passage": 1, "item": 2, "text": text("RED", "The keys are lost.")});
    assert_eq!(
        notice(&marked().then("2019-02-27", "ParagraphRecorded", hidden)),
        ["The Agenda Item was marked as RED."]
    );
    for (edition, expected) in [
        ("draft", "The Agenda Item was marked as RED."),
        ("confidential draft", "The Agenda Item was marked as RED and therefore recorded in the Confidential Minutes."),
    ] {
        let drafted =
            marked().then("2019-03-01", "MinutesDrafted", json!({"edition": edition, "drafted_on": "2019-03-01"}));
        assert_eq!(notice(&drafted), [expected], "{edition}");
    }
}
