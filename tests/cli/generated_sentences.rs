//! Headlines of meetings recorded live: sentences are written from verb, status and party, and give the same events when
//! they are imported.

use crate::fixtures::cli::Cli;
use minutebook_domain::Event;
use serde_json::{Value, json};

/// Runs `record` with the words of each line; a bar divides the words.
fn record(cli: &Cli, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = std::iter::once("record").chain(line.split('|').map(str::trim)).collect();
        cli.done(&words);
    }
}

const BEFORE: &str = "\
committee|SSC|--name|Security Sub-Committee|--quorum|3
meeting|SSC_71_1302|--held-on|2019-02-13|--classification|WHITE
decision|SSC_71_1302|AGREED|--text|the first limit|--classification|WHITE
action|SSC71/01|--text|Write to the DCC|--classification|WHITE|--owner|SECAS|--due-on|2019-02-20|--raised-on|2019-02-13
action|SSC71/02|--text|Draft the terms|--classification|WHITE|--owner|SECAS|--due-on|2019-03-20|--raised-on|2019-02-13
action|SSC71/03|--text|Review the plan|--classification|WHITE|--owner|NCSC|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/04|--text|Ask Ofgem|--classification|WHITE|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/05|--text|Check the list|--classification|WHITE|--owner|DCC|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/06|--text|Publish the guide|--classification|WHITE|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/07|--text|Arrange a workshop|--classification|WHITE|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/08|--text|Prepare a paper|--classification|WHITE|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/09|--text|Share the report|--classification|WHITE|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
action|SSC71/10|--text|Submit the CanaryAction|--classification|RED|--owner|SECAS|--due-on|2019-02-25|--raised-on|2019-02-13
complete|SSC71/08|--on|2019-02-20
";

const MEETING: &str = "\
meeting|SSC_72_2702|--held-on|2019-02-27|--starts-at|10:00|--ends-at|16:00|--venue|Gemserv Office|--classification|WHITE
attendance|SSC_72_2702|Jane Smith|--as|chair|--organisation|SECAS
attendance|SSC_72_2702|Ann Lee|--as|member
attendance|SSC_72_2702|Tom Ray|--as|observer|--part|items 3 to 5
apologies|SSC_72_2702|Bob Hill|--organisation|Ofgem|--alternate|Ann Lee
item|SSC_72_2702|Matters Arising
item|SSC_72_2702|Minutes and Actions Outstanding
item|SSC_72_2702|Full User Security Assessment – Other User ‘L’|--mark|RED
item|SSC_72_2702|Verification User Security Assessment – Small Supplier ‘AA’|--mark|RED
item|SSC_72_2702|Full User Security Assessment – Large Supplier ‘C’|--mark|RED
item|SSC_72_2702|Quarterly Work Package|--mark|RED
item|SSC_72_2702|Any Other Business (AOB)|--mark|AMBER
interest|SSC_72_2702|Ann Lee|--item|3|--text|she advises the applicant|--classification|WHITE|--recused
matter|SSC_72_2702|--item|1|--text|An update on SECMP0037 was given.|--classification|WHITE
matter|SSC_72_2702|--item|1|--text|The consultancy assignment was discussed.|--classification|WHITE|--mark|RED
minutes-approved|SSC_72_2702|--minutes-of|2019-02-13|--comments-received|false
minutes-approved|SSC_72_2702|--minutes-of|2019-02-13|--edition|confidential draft|--comments-received|false
minutes-approved|SSC_72_2702|--minutes-of|2019-01-30|--outcome|subject to amendments|--amendment|the correction of the date|--amendment|the addition of item 4|--classification|WHITE
decision|SSC_72_2702|AGREED|--item|3|--text|the Assurance Status for Other User ‘L’|--classification|WHITE|--subject|Other User L
party|SSC|Other User L
party|SSC|Small Supplier AA
party|SSC|Large Supplier C
status|SSC_72_2702|Other User L|--kind|assurance|--value|Approved subject to the closure of two findings|--classification|WHITE|--agreed-on|2019-02-27|--item|3|--decision|SSC_72_2702/D1
status|SSC_72_2702|Small Supplier AA|--kind|compliance|--agreed-on|2019-02-27|--item|4
status-deferred|SSC_72_2702|Large Supplier C|--kind|assurance|--deferred-on|2019-02-27|--deferred-to|2019-03-13|--item|5
decision|SSC_72_2702|RECOMMENDED|--item|6|--text|the work package|--classification|WHITE|--recommended-to|SECCo Board
decision|SSC_72_2702|DEFERRED|--item|6|--text|the costs|--classification|WHITE|--deferred-to|2019-03-13
decision|SSC_72_2702|DELEGATED|--item|6|--text|the review|--classification|WHITE|--delegated-to|SSC Chair
decision|SSC_72_2702|APPROVED|--item|6|--text|the second limit|--classification|WHITE|--supersedes|SSC_71_1302/D1
decision|SSC_72_2702|NOTED|--item|6|--text|the update|--classification|WHITE
decision|SSC_72_2702|ENDORSED|--item|6|--text|the approach|--classification|WHITE
decision|SSC_72_2702|RATIFIED|--item|6|--text|the appointment|--classification|WHITE
decision|SSC_72_2702|REJECTED|--item|6|--text|the request|--classification|WHITE
decision|SSC_72_2702|WITHDRAWN|--item|6|--text|the earlier guidance|--classification|WHITE
decision|SSC_72_2702|SUPERSEDED|--item|6|--text|the old plan|--classification|WHITE
action|SSC72/01|--text|Circulate the paper|--classification|WHITE|--owner|SECAS|--due-on|2019-03-27|--raised-on|2019-02-27|--raised-in|SSC_72_2702|--item|6
complete|SSC71/01|--on|2019-02-27|--at-meeting|SSC_72_2702|--note|The paper was sent.|--classification|WHITE
progress|SSC71/02|--on|2019-02-27|--at-meeting|SSC_72_2702|--reported|on target
progress|SSC71/03|--on|2019-02-27|--at-meeting|SSC_72_2702|--reported|overdue
due-date|SSC71/04|--to|2019-03-20|--on|2019-02-27|--at-meeting|SSC_72_2702
carry-forward|SSC71/05|--to|2019-03-13|--on|2019-02-27|--at-meeting|SSC_72_2702
withdraw|SSC71/06|--on|2019-02-27|--at-meeting|SSC_72_2702
supersede|SSC71/07|--by|SSC72/01|--on|2019-02-27|--at-meeting|SSC_72_2702
reopen|SSC71/08|--on|2019-02-27|--at-meeting|SSC_72_2702
assign|SSC71/09|--owner|DCC|--owner|NCSC|--on|2019-02-27|--at-meeting|SSC_72_2702
complete|SSC71/10|--on|2019-02-27|--at-meeting|SSC_72_2702|--note|CanaryNote|--classification|RED
next-meeting|SSC_72_2702|--on|2019-03-13
close|SSC_72_2702|--at|15:45
";

fn recorded() -> Cli {
    let cli = Cli::new();
    record(&cli, BEFORE);
    record(&cli, MEETING);
    cli
}

fn headlines(cli: &Cli, audience: &str) -> String {
    cli.done(&["headlines", "SSC_72_2702", "--audience", audience])
}

/// Each type of event with a line that it makes in the document above, or why it makes none.
const RENDERED: [(&str, Result<&str, &str>); 36] = [
    ("CommitteeEstablished", Ok("## Security Sub-Committee (SSC) Meeting Headlines")),
    ("MemberAppointed", Err("a member is named where they attend")),
    ("MemberRetired", Err("no part of a meeting")),
    ("MeetingConvened", Ok("27 February 2019, 10:00 – 16:00, Gemserv Office")),
    ("AttendanceRecorded", Ok("- Jane Smith (SECAS), chair")),
    ("ApologiesRecorded", Ok("- Bob Hill (Ofgem), represented by Ann Lee")),
    (
        "InterestDeclared",
        Ok("Ann Lee declared an interest: she advises the applicant. Ann Lee left while it was decided."),
    ),
    ("AgendaItemTabled", Ok("#### 3. Full User Security Assessment – Other User ‘L’ (**RED**)")),
    ("ParagraphRecorded", Err("it is prose already, and is printed as it stands")),
    ("ListRecorded", Err("it is prose already, and is printed as it stands")),
    ("TableRecorded", Err("it is prose already, and is printed as it stands")),
    ("MatterArisingNoted", Ok("- The consultancy assignment was discussed. (**RED**)")),
    ("DecisionRecorded", Ok("The SSC **NOTED** the update.")),
    ("DecisionSuperseded", Err("what a later meeting decided is in that meeting's headlines, and here in the JSON")),
    ("MinutesDrafted", Err("it follows the meeting")),
    (
        "MinutesApproved",
        Ok(
            "No comments were received, and the SSC **APPROVED** the Draft Minutes and the Confidential Draft Minutes of 13 February 2019 as written.",
        ),
    ),
    ("NextMeetingSet", Ok("**Next Meeting: 13 March 2019**")),
    ("MeetingClosed", Ok("The meeting closed at 15:45.")),
    ("HeadlinesPublished", Err("it follows the document")),
    ("MeetingCancelled", Err("it has a document of its own, as such a meeting was never held")),
    ("MeetingPostponed", Err("it has a document of its own")),
    ("MeetingRenumbered", Err("the document has the new reference, where it had the old")),
    ("ActionRaised", Ok("**ACTION SSC72/01:** SECAS to circulate the paper by 27 March 2019.")),
    ("ActionAssigned", Ok("Action SSC71/09 was reassigned to DCC and NCSC.")),
    ("ActionProgressed", Ok("Action SSC71/02 is on target.")),
    ("DueDateMoved", Ok("The due date of Action SSC71/04 was moved to 20 March 2019.")),
    ("ActionCarriedForward", Ok("Action SSC71/05 was carried forward to 13 March 2019.")),
    ("ActionCompleted", Ok("Action SSC71/01 is complete. The paper was sent.")),
    ("ActionReopened", Ok("Action SSC71/08 was reopened.")),
    ("ActionWithdrawn", Ok("Action SSC71/06 was withdrawn.")),
    ("ActionSuperseded", Ok("Action SSC71/07 was superseded by SSC72/01.")),
    ("PartyRegistered", Err("a party is named where it is spoken of")),
    ("PartyIdentified", Err("the real name is no part of any headlines")),
    ("StatusAgreed", Ok("The SSC **AGREED** the Compliance Status for Small Supplier ‘AA’.")),
    ("TokenIssued", Err("who is let in to the ledger is no business of a meeting")),
    ("TokenRevoked", Err("who is let in to the ledger is no business of a meeting")),
];

#[test]
fn every_type_of_event_has_its_sentence_or_a_reason_for_none() {
    let text = headlines(&recorded(), "white");
    let deferred =
        ("StatusDeferred", Ok("The SSC **DEFERRED** the Assurance Status for Large Supplier ‘C’ to 13 March 2019."));
    for (_, name) in Event::catalogue().filter(|(_, name)| *name != "EventCorrected") {
        let known = RENDERED.iter().chain([&deferred]).find(|(known, _)| *known == name);
        match known.unwrap_or_else(|| panic!("{name} has neither a line nor a reason")).1 {
            Ok(line) => assert!(text.lines().any(|found| found == line), "{name}: {line} is missing from:\n{text}"),
            Err(reason) => assert!(!reason.is_empty()),
        }
    }
}

#[test]
fn every_verb_and_outcome_has_its_sentence() {
    let text = headlines(&recorded(), "white");
    for line in [
        "The meeting was not quorate: 2 members were present throughout, of 3 required.",
        "Updates were noted on the following Matters Arising;",
        "The SSC **APPROVED** the Draft Minutes of 30 January 2019 subject to the correction of the date; the addition of item 4.",
        "Action SSC71/03 is overdue.",
        "The SSC **AGREED** the Assurance Status for Other User ‘L’ as Approved subject to the closure of two findings.",
        "The SSC **RECOMMENDED** to the SECCo Board the work package.",
        "The SSC **DEFERRED** the costs to 13 March 2019.",
        "The SSC **DELEGATED** the review to the SSC Chair.",
        "The SSC **APPROVED** the second limit. It takes the place of decision SSC\\_71\\_1302/D1.",
        "The SSC **ENDORSED** the approach.",
        "The SSC **RATIFIED** the appointment.",
        "The SSC **REJECTED** the request.",
        "The SSC has **WITHDRAWN** the earlier guidance.",
        "The SSC **SUPERSEDED** the old plan.",
        "The Agenda Item was marked as **AMBER**.",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing from:\n{text}");
    }
    assert_eq!(text.matches("Assurance Status for Other User").count(), 1, "{text}");
}

#[test]
fn generated_sentences_give_the_same_events_when_imported() {
    let text = headlines(&recorded(), "white");
    let again = Cli::new();
    record(&again, BEFORE);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.md");
    std::fs::write(&path, text).unwrap();
    let report: Value =
        serde_json::from_str(&again.done(&["import", path.to_str().unwrap(), "--format", "json"])).unwrap();
    let file = &report["files"][0];
    let of = |list: &str, names: &[&str]| -> Vec<Value> {
        let rows = file[list].as_array().unwrap().iter();
        rows.map(|row| names.iter().map(|name| row[*name].clone()).collect()).collect()
    };
    assert_eq!(
        of("statuses", &["party", "kind", "value", "deferred_to", "item"]),
        [
            json!(["Other User L", "assurance", "Approved subject to the closure of two findings", null, 3]),
            json!(["Small Supplier AA", "compliance", null, null, 4]),
            json!(["Large Supplier C", "assurance", null, "2019-03-13", 5]),
        ]
    );
    assert_eq!(
        of("minutes_approved", &["minutes_of", "edition", "outcome"]),
        [
            json!(["2019-02-13", "draft", "as written"]),
            json!(["2019-02-13", "confidential draft", "as written"]),
            json!(["2019-01-30", "draft", "subject to amendments"]),
        ]
    );
    assert_eq!(
        of("actions", &["reference", "text", "owners", "due_on"]),
        [json!(["SSC72/01", "SECAS to circulate the paper by 27 March 2019.", ["SECAS"], "2019-03-27"])]
    );
    let decided: Vec<Value> = of("decisions", &["verb", "item", "recommended_to", "deferred_to"]);
    let decided = &decided[decided.len() - 10..];
    assert_eq!(
        decided,
        [
            json!(["RECOMMENDED", 6, "SECCo Board", null]),
            json!(["DEFERRED", 6, null, "2019-03-13"]),
            json!(["DELEGATED", 6, null, null]),
            json!(["APPROVED", 6, null, null]),
            json!(["NOTED", 6, null, null]),
            json!(["ENDORSED", 6, null, null]),
            json!(["RATIFIED", 6, null, null]),
            json!(["REJECTED", 6, null, null]),
            json!(["WITHDRAWN", 6, null, null]),
            json!(["SUPERSEDED", 6, null, null]),
        ]
    );
    let updates = of("action_updates", &["reference", "status"]);
    let became = [
        "complete",
        "on target",
        "overdue",
        "due date moved",
        "carried forward",
        "withdrawn",
        "superseded",
        "reopened",
        "reassigned",
    ];
    let expected: Vec<Value> =
        became.iter().zip(1..).map(|(status, place)| json!([format!("SSC71/0{place}"), status])).collect();
    assert_eq!(updates, expected);
    assert_eq!(of("matters_arising", &["text", "classification"]).len(), 2);
    // What the book took down of the minutes and the action that was superseded is what was recorded live.
    let events = again.events();
    let amended = events.iter().find(|event| event["data"]["outcome"] == "subject to amendments").unwrap();
    assert_eq!(amended["data"]["amendments"].as_array().unwrap().len(), 2);
    assert!(events.iter().any(|event| event["type"] == "ActionSuperseded" && event["data"]["by"] == "SSC72/01"));
}

#[test]
fn an_action_above_the_audience_has_no_updates_in_it() {
    let cli = recorded();
    let (white, red) = (headlines(&cli, "white"), headlines(&cli, "red"));
    assert!(!white.contains("SSC71/10") && !white.contains("CanaryNote"), "{white}");
    assert!(red.contains("Action SSC71/10 is complete. CanaryNote. (**RED**)"), "{red}");
}
