//! Minutes taken in the browser.

use crate::fixtures::browser::ServedBook;
use crate::fixtures::cli::Cli;
use serde_json::{Value, json};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample");
const MEETINGS: [&str; 5] = ["TSC_41_1001", "TSC_42_0702", "TSC_43_0603", "TSC_44_0304", "TSC_45_0105"];
const TEXT: &str = "The TSC NOTED the canary of the draft.";

fn first_meetings() -> Cli {
    let cli = Cli::new();
    for meeting in MEETINGS {
        cli.done(&["import", &format!("{SAMPLE}/{meeting}.md")]);
    }
    cli
}

/// The paragraphs of the sixth meeting as a secretary would type them, the day of the next meeting first.
fn paragraphs() -> Vec<String> {
    let document = std::fs::read_to_string(format!("{SAMPLE}/TSC_46_2905.md")).unwrap();
    let plain = document.replace("**", "").replace("<sup>", "").replace("</sup>", "").replace('\\', "");
    let plain = plain.replace("Arising;\n\n-", "Arising;\n-");
    let mut paragraphs: Vec<String> = plain.split("\n\n").map(|paragraph| paragraph.trim().to_owned()).collect();
    let begin = paragraphs.iter().position(|paragraph| paragraph.starts_with("Present:")).unwrap();
    let next = paragraphs.pop().unwrap();
    std::iter::once(next).chain(paragraphs.drain(begin..)).map(|text| text.replace(";\n-", ";\n\n-")).collect()
}

#[test]
fn minutes_are_typed_by_keyboard_and_nothing_typed_is_lost_or_read_by_others() {
    let cli = first_meetings();
    cli.done(&["record", "meeting", "TSC_50_3010", "--held-on", "2024-10-30", "--classification", "WHITE"]);
    cli.done(&["record", "item", "TSC_50_3010", "Any Other Business"]);
    let token = |name: &str| {
        let words = ["token", "create", name, "--role", "secretary", "--clearance", "RED"];
        cli.done(&words).lines().last().unwrap().trim().to_owned()
    };
    let (secretary, second) = (token("jane"), token("john"));
    let book = ServedBook::serve(cli);
    let before = book.cli.events().len();
    let paragraphs = paragraphs();
    let convene = json!([["number", "46"], ["held-on", "2024-05-29"], ["starts-at", "10:00"], ["ends-at", "14:00"]]);
    let found = book.read(
        "minutes",
        json!({
            "paragraphs": paragraphs, "convene": convene, "secretary": secretary, "second": second,
            "other": "/minutes/TSC_50_3010", "text": TEXT,
        }),
    );
    // The record is that of the document imported, with few keys more than its letters.
    let imported = first_meetings();
    imported.done(&["import", &format!("{SAMPLE}/TSC_46_2905.md")]);
    let headlines = |cli: &Cli| -> Value {
        serde_json::from_str(&cli.done(&["headlines", "TSC_46_2905", "--format", "json"])).unwrap()
    };
    let (typed, read) = (headlines(&book.cli), headlines(&imported));
    for field in ["items", "decisions", "actions", "matters_arising", "next_meeting_on", "attendance"] {
        assert_eq!(typed[field], read[field], "{field}");
    }
    let published: usize = paragraphs.iter().map(|text| text.chars().count()).sum();
    let keys = found["keys"].as_u64().unwrap();
    assert!(keys * 10 <= published as u64 * 13, "{keys} keys for {published} letters");
    // Nothing typed is lost.
    for kept in ["reloaded", "closed"] {
        assert_eq!(found[kept], TEXT, "{kept}");
    }
    assert_eq!(found["second"], "", "a second tab has a draft of its own");
    for (mishap, says) in
        [("offline", "cannot be reached"), ("expired", "Your session has ended"), ("unanswered", "cannot be reached")]
    {
        assert_eq!(found[mishap]["text"], TEXT, "{mishap}");
        assert!(found[mishap]["says"].as_str().unwrap().contains(says), "{}", found[mishap]);
    }
    // It is recorded once, although its first answer was lost.
    let events = book.cli.events();
    let texts = events[before..].iter().filter(|event| event["data"]["text"]["text"] == TEXT).count();
    assert_eq!(texts, 1);
    // No draft can be read by who opens the database of the browser, or by its next user.
    assert_ne!(found["stored"], "");
    assert!(!found["stored"].as_str().unwrap().contains("canary"));
    assert_eq!(found["left"], "", "what is recorded is no draft any more");
    assert_eq!((&found["other"], &found["others"]), (&json!(""), &json!(false)));
}
