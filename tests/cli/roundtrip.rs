//! A document that is imported, rendered and imported again is the same record.

use crate::fixtures::cli::Cli;
use crate::fixtures::real_document::real_document;
use minutebook::present::headlines::{docx::docx, html::html, markdown::markdown};
use minutebook_domain::Event;
use minutebook_domain::StreamId;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::committee::CommitteeEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{Name, PartyName};
use minutebook_import::{ImportContext, SourcedEvent, establishment, events, read};
use minutebook_projections::headlines::{MeetingDocument, MeetingRecord, document};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

/// What a document records, lines aside.
fn recorded(text: &str) -> Vec<SourcedEvent> {
    recorded_as("TSC_31_1206.md", text.as_bytes())
}

fn recorded_as(file_name: &str, bytes: &[u8]) -> Vec<SourcedEvent> {
    let context = ImportContext { file_name, ..ImportContext::default() };
    let shown = || String::from_utf8_lossy(&bytes[..bytes.len().min(4000)]).into_owned();
    let headlines = read(bytes, &context).unwrap_or_else(|refusal| panic!("{file_name}: {refusal}:\n{}", shown()));
    establishment(&headlines).into_iter().chain(events(&headlines)).collect()
}

fn essence_of(events: &[SourcedEvent]) -> Vec<Value> {
    let essence = |sourced: &SourcedEvent| {
        json!([sourced.stream.to_string(), sourced.event.event_type(), sourced.event.data().unwrap()])
    };
    events.iter().map(essence).collect()
}

fn folded(events: &[SourcedEvent], audience: &str) -> MeetingDocument {
    let mut meeting: Vec<MeetingEvent> = Vec::new();
    let mut actions: Vec<(String, Vec<ActionEvent>)> = Vec::new();
    let mut parties: Vec<(PartyName, Vec<PartyEvent>)> = Vec::new();
    let mut name: Option<Name> = None;
    for SourcedEvent { stream, event, .. } in events {
        match event.clone() {
            Event::Meeting(event) => meeting.push(event),
            Event::Committee(CommitteeEvent::CommitteeEstablished(established)) => name = Some(established.name),
            Event::Committee(_) | Event::Token(_) => {}
            Event::Action(event) => match actions.iter_mut().find(|(known, _)| *known == stream.to_string()) {
                Some((_, events)) => events.push(event),
                None => actions.push((stream.to_string(), vec![event])),
            },
            Event::Party(event) => {
                let StreamId::Party(_, of) = stream else { panic!("{stream} is no party's") };
                match parties.iter_mut().find(|(known, _)| known == of) {
                    Some((_, events)) => events.push(event),
                    None => parties.push((of.clone(), vec![event])),
                }
            }
        }
    }
    let actions: Vec<Vec<ActionEvent>> = actions.into_iter().map(|(_, events)| events).collect();
    let record = MeetingRecord {
        is_minutes: false,
        meeting: &meeting,
        actions: &actions,
        parties: &parties,
        committee_name: name.as_ref(),
        quorum: None,
    };
    document(&record, Clearance::up_to(audience.parse::<Classification>().unwrap())).unwrap()
}

fn comes_back(text: &str) -> Result<(), TestCaseError> {
    let first = recorded(text);
    for audience in ["WHITE", "GREEN", "AMBER", "RED"] {
        let rendered = markdown(&folded(&first, audience), None);
        prop_assert_eq!(
            essence_of(&recorded(&rendered)),
            essence_of(&first),
            "for {}:\n{}\nrendered as:\n{}",
            audience,
            text,
            rendered
        );
    }
    Ok(())
}

const FRONT: &str = "This document is classified as **White** in accordance with the Panel Information Policy.\n\n\
    ## Tidal Sub-Committee (TSC) Meeting Headlines\n\n12 June 2024, 10:00 – 12:30, The Old Customs House, Quay Street\n\n\
    ### TSC\\_31\\_1206 – TSC Meeting Headlines\n\n";

/// Words as they are written in Markdown, odd signs escaped or not.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "the",
        "tide",
        "tables",
        "rose",
        "and",
        "Harbour",
        "snake\\_case",
        "\\*stars\\*",
        "*soft*",
        "**bold**",
        "3 < 4",
        "\\<b>",
        "&amp;",
        "\\[x\\](y)",
        "`code`",
        "\\~\\~t\\~\\~",
        "e.g.",
        "SECMP0037",
        "G2.44",
        "Other User ‘L’",
        "–",
        "+",
        "=",
        "#5",
        "£3",
        "x | y",
        "25<sup>th</sup>",
        "\\\\",
        "it’s",
        "“so”",
        "(see above)",
        "!",
        "ends.",
        "Then",
    ]);
    prop::collection::vec(word, 1..9).prop_map(|words| format!("So {} it is", words.join(" ")))
}

fn sentence() -> impl Strategy<Value = String> {
    let verb =
        prop::sample::select(vec!["NOTED", "AGREED", "APPROVED", "ENDORSED", "RATIFIED", "REJECTED", "WITHDRAWN"]);
    let mark = prop::sample::select(vec!["", " (**RED**)", " (AMBER)", " (GREEN)"]);
    prop_oneof![
        words().prop_map(|words| format!("{words}.")),
        (words(), mark).prop_map(|(words, mark)| format!("{words}.{mark}")),
        (verb, words()).prop_map(|(verb, words)| format!("The TSC **{verb}** the plan. {words}.")),
        Just("The TSC **RECOMMENDED** the budget for Harbour Board approval.".to_owned()),
        Just("The TSC **DEFERRED** the survey to 10 July 2024.".to_owned()),
        Just("The TSC **DELEGATED** the review to the TSC Chair.".to_owned()),
        Just("The TSC **APPROVED** the Draft Minutes of 15 May 2024 as written.".to_owned()),
        Just("Action TSC30/02 is complete.".to_owned()),
        Just("The TSC **AGREED** the Assurance Status for Other User ‘L’ as Approved subject to two steps.".to_owned()),
    ]
}

fn list() -> impl Strategy<Value = String> {
    let entries = prop::collection::vec((0usize..4, sentence()), 1..6);
    (entries, prop::sample::select(vec!["-", "*", "1."])).prop_map(|(entries, sign)| {
        let mut deepest = 0;
        let lines = entries.into_iter().map(|(depth, text)| {
            let depth = depth.min(deepest);
            deepest = depth + 1;
            format!("{}{sign} {text}", " ".repeat((sign.len() + 1) * depth))
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

fn block() -> impl Strategy<Value = String> {
    let cells = || prop::collection::vec(words(), 3);
    prop_oneof![
        4 => sentence(),
        2 => (sentence(), sentence()).prop_map(|(a, b)| format!("{a}  \n{b}")),
        3 => list(),
        1 => words().prop_map(|words| format!("##### {words}")),
        1 => sentence().prop_map(|text| format!("> {text}")),
        1 => words().prop_map(|words| format!("```\n{words}\n```")),
        1 => (cells(), cells()).prop_map(|(head, row): (Vec<String>, Vec<String>)| {
            let line = |cells: &[String]| format!("| {} |", cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "));
            format!("{}\n| --- | --- | --- |\n{}", line(&head), line(&row))
        }),
    ]
}

fn meeting() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec!["", " (**RED**)", " (**AMBER**)", " (GREEN)"]);
    let title = prop::sample::select(vec![
        "Matters Arising",
        "Minutes and Actions Outstanding",
        "Locks \\& Weirs",
        "Full User Security Assessment – Other User ‘L’",
    ]);
    let item = (title, mark, prop::collection::vec(block(), 0..5));
    let raised = prop::option::of(words());
    (prop::collection::vec(item, 1..5), raised, prop::collection::vec(block(), 0..2)).prop_map(
        |(items, raised, trailing)| {
            let mut text = FRONT.to_owned();
            for (number, (title, mark, blocks)) in items.into_iter().enumerate() {
                text.push_str(&format!("#### {}. {title}{mark}\n\n", number + 1));
                for block in &blocks {
                    text.push_str(&format!("{block}\n\n"));
                }
            }
            if let Some(words) = raised {
                text.push_str(&format!("**ACTION TSC31/01:** SECAS to see that {words} by 28 June 2024.\n\n"));
            }
            text.push_str("**Next Meeting: 10 July 2024**\n\n");
            for block in &trailing {
                text.push_str(&format!("{block}\n\n"));
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_meeting_comes_back_as_it_was(text in meeting()) {
        comes_back(&text)?;
    }
}

#[test]
fn nested_bullets_keep_their_places() {
    let text = format!("{FRONT}#### 1. Locks\n\n- one\n  - two (RED)\n    - three\n- four\n\n1. a\n2. b\n");
    comes_back(&text).unwrap();
    let document = folded(&recorded(&text), "WHITE");
    let rendered = markdown(&document, None);
    assert!(rendered.contains("- one\n  - two (**RED**)\n    - three\n- four"), "{rendered}");
    assert!(rendered.contains("1) a\n2) b"), "{rendered}");
    let page = html(&document, None).replace('\n', "");
    assert!(
        page.contains(
            "<ul><li>one<ul><li>two (<strong>RED</strong>)<ul><li>three</li></ul></li></ul></li><li>four</li></ul>"
        ),
        "{page}"
    );
}

#[test]
fn every_sample_meeting_survives_a_round_trip_in_markdown_and_word() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    for (name, audiences) in [
        ("TSC_41_1001", &["WHITE", "GREEN", "AMBER", "RED"][..]),
        ("TSC_42_0702", &["WHITE", "GREEN", "AMBER", "RED"]),
        ("TSC_43_0603", &["WHITE", "GREEN", "AMBER", "RED"]),
        ("TSC_44_0304", &["WHITE", "GREEN", "AMBER", "RED"]),
        ("TSC_45_0105", &["GREEN", "AMBER", "RED"]),
        ("TSC_46_2905", &["WHITE", "GREEN", "AMBER", "RED"]),
    ] {
        let first = recorded_as(&format!("{name}.md"), &std::fs::read(folder.join(format!("{name}.md"))).unwrap());
        for audience in audiences {
            let document = folded(&first, audience);
            let rendered = markdown(&document, None);
            let again = recorded_as("rendered.md", rendered.as_bytes());
            assert_eq!(essence_of(&again), essence_of(&first), "{name} for {audience}, rendered as:\n{rendered}");
            let again = recorded_as("rendered.docx", &docx(&document, None).unwrap());
            assert_eq!(essence_of(&again), essence_of(&first), "{name} for {audience} in Word");
        }
    }
}

/// What a rendering says to the book that it was rendered from.
fn says_nothing_new(cli: &Cli, meeting: &str, audiences: &[&str]) {
    let before = cli.events().len();
    for audience in audiences {
        for format in ["md", "docx"] {
            let file = format!("{meeting}-{audience}.{format}");
            cli.done(&["headlines", meeting, "--audience", audience, "--format", format, "--output", &file]);
            let said = cli.done(&["import", &file]);
            assert!(said.contains("no difference from the ledger; nothing recorded"), "{file}: {said}");
        }
    }
    assert_eq!(cli.events().len(), before, "{meeting}");
}

#[test]
fn a_rendering_imported_into_its_own_ledger_records_nothing() {
    let cli = Cli::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    cli.run(&["import", folder.to_str().unwrap()]);
    for meeting in ["TSC_41_1001", "TSC_42_0702", "TSC_43_0603", "TSC_44_0304", "TSC_46_2905"] {
        says_nothing_new(&cli, meeting, &["WHITE", "RED"]);
    }
    says_nothing_new(&cli, "TSC_45_0105", &["GREEN", "RED"]);
}

#[test]
fn a_real_meetings_word_rendering_records_nothing() {
    let Some(path) = real_document() else { return };
    let cli = Cli::new();
    cli.done(&["import", path.canonicalize().unwrap().to_str().unwrap()]);
    says_nothing_new(&cli, "SSC_72_2702", &["WHITE", "RED"]);
}
