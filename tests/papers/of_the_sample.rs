//! The papers of the sample committee. Read a change before you accept it.

use super::{on_80_columns, sample, unpacked};

#[test]
fn the_agenda_of_the_sample() {
    let cli = sample();
    let mut text = String::new();
    for day in ["2024-03-30", "2024-05-30"] {
        text += &on_80_columns(&cli, &format!("agenda TSC --as-of {day}"));
    }
    text += &on_80_columns(&cli, "agenda TSC --as-of 2024-05-30 --clearance WHITE");
    text += &on_80_columns(&cli, "agenda TSC --as-of 2023-12-01");
    insta::assert_snapshot!(text);
}

#[test]
fn the_actions_of_the_sample_by_owner() {
    let cli = sample();
    let mut text = String::new();
    for day in ["2024-03-30", "2024-05-30"] {
        text += &on_80_columns(&cli, &format!("actions --by-owner --committee TSC --as-of {day}"));
    }
    text += &on_80_columns(&cli, "actions --by-owner --owner nobody --as-of 2024-05-30");
    text += &on_80_columns(&cli, "actions --by-owner --all --as-of 2024-02-08 --format csv");
    insta::assert_snapshot!(text);
}

#[test]
fn json_has_an_object_for_each_owner_with_the_actions_of_the_list() {
    let cli = sample();
    let json = |words: &[&str]| -> serde_json::Value {
        serde_json::from_str(&cli.done(&[words, &["--as-of", "2024-03-30", "--format", "json"]].concat())).unwrap()
    };
    let (grouped, list) = (json(&["actions", "--by-owner"]), json(&["actions"]));
    let owners = grouped["owners"].as_array().unwrap();
    let names: Vec<&str> = owners.iter().map(|owner| owner["owner"].as_str().unwrap()).collect();
    assert_eq!(names, ["DCC", "NCSC", "Secretariat"]);
    for action in list["actions"].as_array().unwrap() {
        for owner in action["owners"].as_array().unwrap() {
            let group = owners.iter().find(|group| group["owner"] == *owner).unwrap();
            assert!(group["actions"].as_array().unwrap().contains(action), "{owner}: {}", action["reference"]);
        }
    }
    for field in ["total", "as_of", "known_at", "position"] {
        assert_eq!(grouped[field], list[field], "{field}");
    }
    let agenda = json(&["agenda", "TSC"]);
    assert_eq!(agenda["meeting"]["held_on"], "2024-04-03");
    assert_eq!(agenda["meeting"]["announced_at"], "TSC_43_0603");
    let lists = [
        ("minutes_to_approve", json(&["minutes", "--unapproved"])["minutes"].clone()),
        ("matters_arising", json(&["matters", "--meeting", "TSC_43_0603"])["matters"].clone()),
        ("deferred", json(&["deferred", "--to", "2024-04-03"])["deferrals"].clone()),
        ("recommendations", json(&["recommendations", "--unanswered"])["decisions"].clone()),
    ];
    for (list, expected) in lists {
        assert_eq!(agenda[list], expected, "{list}");
    }
}

#[test]
fn a_paper_is_a_word_document_with_real_headings_and_tables() {
    let cli = sample();
    let as_of = ["--as-of", "2024-05-30", "--format", "docx"];
    let parts = [
        "<w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t xml:space=\"preserve\">Technical Security Sub-Committee (TSC) Meeting Agenda</w:t>",
        "<w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t xml:space=\"preserve\">Minutes to approve</w:t>",
        "<w:tblHeader/>",
        "<w:cantSplit/>",
        "the question of a trial to the next meeting",
        "Classification: GREEN",
        "Rendered by Minutebook for RED: as of 2024-05-30T22:59:59.999999Z, position",
        "<dc:title>Technical Security Sub-Committee (TSC) Meeting Agenda</dc:title>",
    ];
    let text = unpacked(&cli.bytes(&[&["agenda", "TSC"], &as_of[..]].concat()));
    for part in parts {
        assert!(text.contains(part), "{part} is missing from:\n{text}");
    }
    let file = cli.path("actions.docx");
    cli.done(&[&["actions", "--by-owner", "--output", file.to_str().unwrap()], &as_of[..]].concat());
    let text = unpacked(&std::fs::read(file).unwrap());
    for part in
        ["Heading1\"/></w:pPr><w:r><w:t xml:space=\"preserve\">TSC Chair</w:t>", "TSC46/01", "Classification: GREEN"]
    {
        assert!(text.contains(part), "{part} is missing from:\n{text}");
    }
}

#[test]
fn what_cannot_be_printed_so_is_refused_with_what_can() {
    let cli = sample();
    for (words, said) in [
        ("actions --by-owner --format ics", "use --format table, json, csv, md or docx"),
        ("actions --format docx", "give --by-owner"),
        ("agenda SSC", "the ledger holds: TSC"),
    ] {
        let run = cli.run(&words.split(' ').collect::<Vec<_>>());
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{words}");
        assert!(run.err.contains(said), "{words}: {}", run.err);
    }
}
