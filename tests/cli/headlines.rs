//! `minutebook headlines`

use crate::fixtures::cli::Cli;
use crate::fixtures::real_document::{real_document, untidy_document};
use serde_json::{Value, json};
use std::path::Path;

const AUDIENCES: [&str; 4] = ["WHITE", "GREEN", "AMBER", "RED"];
const FORMATS: [&str; 4] = ["md", "html", "json", "docx"];

/// The text of a rendering; of a Word document, that of all its parts, unpacked.
fn rendered(cli: &Cli, meeting: &str, audience: &str, format: &str) -> String {
    if format == "docx" {
        return unpacked(&cli.bytes(&["headlines", meeting, "--audience", audience, "--format", format]));
    }
    cli.done(&["headlines", meeting, "--audience", audience, "--format", format])
}

fn unpacked(package: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        text.push_str(&format!("\n{}\n", part.name().unwrap()));
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
    }
    text
}

/// A meeting that was recorded live, with a text of each kind at each classification. The word `Canary`, with the
/// classification after it, is in each.
fn recorded_live() -> Cli {
    let cli = Cli::new();
    let record = |words: &[&str]| {
        let all: Vec<&str> = ["record"].into_iter().chain(words.iter().copied()).collect();
        cli.done(&all);
    };
    record(&["committee", "TSC", "--name", "Tidal Sub-Committee", "--default-classification", "WHITE"]);
    let at = ["--starts-at", "10:00", "--ends-at", "12:30", "--venue", "Harbour House"];
    let of_meeting = ["meeting", "TSC_4_1404", "--held-on", "2023-04-14", "--classification", "WHITE"];
    record(&[&of_meeting[..], &at[..]].concat());
    record(&["item", "TSC_4_1404", "Locks & <Weirs>", "--mark", "RED"]);
    for level in AUDIENCES {
        let title = format!("Canary{level}title");
        record(&["item", "TSC_4_1404", &title, "--classification", level]);
        for kind in ["paragraph", "matter"] {
            let text = format!("Canary{level}{kind} was seen.");
            record(&[kind, "TSC_4_1404", "--item", "1", "--text", &text, "--classification", level]);
        }
        let hidden = format!("{level}: Canary{level}entry");
        let entries = ["--entry", "An open entry", "--entry", &hidden, "--classification", "WHITE"];
        record(&[&["list", "TSC_4_1404", "--item", "1"], &entries[..]].concat());
        let cell = format!("Canary{level}cell | 3");
        let table = ["--header", "Lamp | Oil", "--row", &cell, "--classification", level];
        record(&[&["table", "TSC_4_1404", "--item", "1"], &table[..]].concat());
        let text = format!("the Canary{level}decision");
        record(&["decision", "TSC_4_1404", "AGREED", "--item", "1", "--text", &text, "--classification", level]);
        let reference = format!("TSC4/0{}", AUDIENCES.iter().position(|other| *other == level).unwrap() + 1);
        let text = format!("Paint the Canary{level}action");
        let raised = ["--raised-in", "TSC_4_1404", "--raised-on", "2023-04-14", "--due-on", "2023-05-12"];
        let of_action = ["action", &reference, "--text", &text, "--classification", level, "--owner", "SECAS"];
        record(&[&of_action[..], &raised[..]].concat());
    }
    record(&["next-meeting", "TSC_4_1404", "--on", "2023-05-12"]);
    cli
}

#[test]
fn nothing_above_the_audience_is_in_any_rendering() {
    let cli = recorded_live();
    let kinds = ["title", "paragraph", "matter", "entry", "cell", "decision", "action"];
    for (rank, audience) in AUDIENCES.iter().enumerate() {
        for format in FORMATS {
            let text = rendered(&cli, "TSC_4_1404", audience, format);
            for (of, level) in AUDIENCES.iter().enumerate() {
                for kind in kinds {
                    let canary = format!("Canary{level}{kind}");
                    assert_eq!(text.contains(&canary), of <= rank, "{canary} for {audience} as {format}:\n{text}");
                }
            }
        }
    }
}

#[test]
fn records_without_text_are_put_into_sentences() {
    let cli = recorded_live();
    let text = rendered(&cli, "TSC_4_1404", "white", "md");
    for line in [
        "## Tidal Sub-Committee (TSC) Meeting Headlines",
        "14 April 2023, 10:00 – 12:30, Harbour House",
        "### TSC\\_4\\_1404 – TSC Meeting Headlines",
        "#### 1. Locks \\& \\<Weirs> (**RED**)",
        "The Agenda Item was marked as **RED**.",
        "- CanaryWHITEmatter was seen.",
        "| CanaryWHITEcell | 3 |",
        "The TSC **AGREED** the CanaryWHITEdecision.",
        "**ACTION TSC4/01:** SECAS to paint the CanaryWHITEaction by 12 May 2023.",
        "**Next Meeting: 12 May 2023**",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing from:\n{text}");
    }
    assert!(text.starts_with("This document is classified as **White** in accordance with"), "{text}");
    // The confidential edition says what it is, and which of its sentences may not go further.
    let text = rendered(&cli, "TSC_4_1404", "red", "md");
    assert!(text.starts_with("This document is classified as **Red** in accordance with"), "{text}");
    assert!(text.contains("The TSC **AGREED** the CanaryREDdecision. (**RED**)"), "{text}");
    assert!(!text.contains("The Agenda Item was marked"), "{text}");
}

#[test]
fn the_page_has_landmarks_headings_and_table_headers_and_loads_nothing() {
    let cli = recorded_live();
    let page = rendered(&cli, "TSC_4_1404", "white", "html");
    for part in [
        "<html lang=\"en-GB\">",
        "<h1>Tidal Sub-Committee (TSC) Meeting Headlines</h1>",
        "<h2 id=\"item-1\">1. Locks &amp; &lt;Weirs&gt; (<strong>RED</strong>)</h2>",
        "<th scope=\"col\">Lamp</th>",
        "<main id=\"items\">",
        "Classification: <strong>WHITE</strong>",
        "<a class=\"skip\" href=\"#items\">",
        "<title>TSC_4_1404: Tidal",
        "<footer>",
        "@media print",
    ] {
        assert!(page.contains(part), "{part} is missing from:\n{page}");
    }
    assert!(!page.contains("http") && !page.contains("src=") && !page.contains("@import"), "{page}");
    assert_eq!(page.matches("<h1").count(), 1);
    let levels: Vec<&str> = page.match_indices("<h").map(|(at, _)| &page[at + 2..=at + 2]).collect();
    let levels: String = levels.into_iter().filter(|level| level.parse::<u8>().is_ok()).collect();
    assert!(levels.starts_with("12") && levels[1..].bytes().all(|level| level == b'2'), "in order: {levels}");
    assert!(page.matches("<th ").count() > 0 && !page.contains("<th>"), "every header has a scope");
}

#[test]
fn json_has_the_names_of_the_api() {
    let cli = recorded_live();
    let document: Value = serde_json::from_str(&rendered(&cli, "TSC_4_1404", "white", "json")).unwrap();
    assert_eq!((&document["reference"], &document["starts_at"]), (&json!("TSC_4_1404"), &json!("10:00")));
    assert_eq!(document["items"][0]["classification"], "RED");
    assert_eq!(document["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(document["decisions"][0]["id"], "TSC_4_1404/D1");
    assert_eq!(document["actions"][0]["owners"], json!(["SECAS"]));
    assert_eq!(document["footer"]["position"], cli.events().len());
}

#[test]
fn every_rendering_names_the_position_the_root_and_the_time_it_was_made_from() {
    let cli = recorded_live();
    let verified = cli.done(&["verify"]);
    let root = verified.rsplit("root ").next().unwrap().trim();
    let position = cli.events().len();
    for format in ["md", "html"] {
        let shown = rendered(&cli, "TSC_4_1404", "RED", format);
        let footer = shown.lines().find(|line| line.contains("Rendered by Minutebook")).unwrap();
        assert!(footer.contains(&format!("position {position}, root {root}, 20")), "{footer}");
    }
    let json: Value = serde_json::from_str(&rendered(&cli, "TSC_4_1404", "RED", "json")).unwrap();
    assert_eq!((&json["footer"]["root"], &json["footer"]["position"]), (&root.into(), &position.into()));
    // One more event is another root.
    cli.done(&["record", "committee", "ABC", "--name", "Another", "--default-classification", "WHITE"]);
    assert!(!rendered(&cli, "TSC_4_1404", "RED", "md").contains(root));
}

#[test]
fn a_document_above_the_audience_or_an_unknown_meeting_is_refused() {
    let cli = Cli::new();
    cli.done(&["record", "committee", "TSC", "--name", "Tidal", "--default-classification", "WHITE"]);
    let of_meeting = ["--held-on", "2023-04-14", "--classification", "AMBER", "--venue", "CanaryHouse"];
    cli.done(&[&["record", "meeting", "TSC_4_1404"], &of_meeting[..]].concat());
    for audience in ["WHITE", "GREEN"] {
        let run = cli.run(&["headlines", "TSC_4_1404", "--audience", audience]);
        assert_eq!((run.status, run.out.as_str()), (1, ""));
        assert!(!run.err.contains("Canary"), "{}", run.err);
    }
    assert_eq!(cli.run(&["headlines", "TSC_4_1404", "--audience", "amber"]).status, 0);
    let run = cli.run(&["headlines", "TSC_4_1504", "--audience", "red"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(run.err.contains("TSC_4_1404"), "the similar reference is missing: {}", run.err);
}

/// The words of a Markdown text, its mark-up and this program's footer aside.
fn words(text: &str) -> Vec<String> {
    let plain = text.replace("<sup>", "").replace("</sup>", "").replace('\\', "").replace("](#)", "");
    let lines = plain.lines().filter(|line| !line.starts_with("Rendered by Minutebook"));
    // The word `Item` before a heading's number is mark-up, as the full stop after one is.
    let lines = lines.map(|line| line.strip_prefix("Item ").unwrap_or(line));
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn import(path: &Path) -> (Cli, String) {
    let cli = Cli::new();
    let path = path.canonicalize().unwrap();
    cli.done(&["import", path.to_str().unwrap()]);
    let meeting = cli.events().iter().find(|event| event["type"] == "MeetingConvened").unwrap()["data"]["reference"]
        .as_str()
        .unwrap()
        .to_owned();
    (cli, meeting)
}

#[test]
fn an_imported_document_comes_back_word_for_word() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/import/tests/samples");
    let samples = std::fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path());
    for path in samples.chain(real_document()).filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let (cli, meeting) = import(&path);
        for audience in AUDIENCES {
            let text = rendered(&cli, &meeting, audience, "md");
            assert_eq!(words(&text), words(&std::fs::read_to_string(&path).unwrap()), "{}", path.display());
        }
    }
}

/// A document with every sign that Markdown could take for mark-up.
const MARKDOWN_SIGNS: &str = "\
This document is classified as **Green** in accordance with the Panel Information Policy.

## Tidal Sub-Committee (TSC) Meeting Headlines

14 April 2023, 10:00 – 12:30, Harbour House, Cardiff

### TSC\\_4\\_1404 – TSC Meeting Headlines

**1. Matters Arising**

- The TSC **NOTED** the snake\\_case of SECMP0201. (**RED**)
- An update on \\*stars\\* and 3 < 4 & 5 \\| 6 was given.

#### 2. Full User Security Assessment – Other User ‘K’ (**RED**)

The TSC **AGREED** the Assurance Status for Other User ‘K’.

1\\. This is no list.

\\# This is no heading, and \\[this\\](that) no link; \\`code\\` &amp;amp; neither.

1. The old ropes were counted.
2. The TSC **APPROVED** new ropes.

1) Another list.
2) Its end.

- A bullet.

* A bullet of another list.

**ACTION TSC4/01:** SECAS to circulate the paper by 28 April 2023.

| Lamp \\| Oil | Note |
| --- | --- |
| North | \\*full\\* |
| South |  |

**Next Meeting: 12 May 2023**

Questions may be sent to the secretary.
";

/// What the events say, where they were read from and when aside.
fn essence_of_events(cli: &Cli) -> Vec<Value> {
    let essence = |event: &Value| json!([event["stream"], event["version"], event["type"], event["data"]]);
    cli.events().iter().map(essence).collect()
}

#[test]
fn a_rendering_that_is_imported_gives_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let untidy = folder.path().join("untidy.md");
    std::fs::write(&untidy, MARKDOWN_SIGNS).unwrap();
    for path in [untidy, untidy_document()].into_iter().chain(real_document()) {
        let (cli, meeting) = import(&path);
        for audience in ["GREEN", "RED"] {
            for format in ["md", "docx"] {
                let again = folder.path().join(format!("again.{format}"));
                let again = again.to_str().unwrap();
                cli.done(&["headlines", &meeting, "--audience", audience, "--format", format, "-o", again]);
                let (second, _) = import(Path::new(again));
                assert_eq!(essence_of_events(&second), essence_of_events(&cli), "{} as {format}", path.display());
            }
        }
    }
}

#[test]
fn a_word_document_has_real_headings_lists_and_tables_and_the_same_bytes_each_time() {
    let cli = recorded_live();
    let text = rendered(&cli, "TSC_4_1404", "white", "docx");
    for part in [
        "<w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t xml:space=\"preserve\">1. Locks &amp; &lt;Weirs&gt; (RED)</w:t>",
        "<w:pStyle w:val=\"ListBullet\"/><w:numPr>",
        "<w:tblHeader/>",
        "Classification: WHITE",
        "Rendered by Minutebook for WHITE: position",
        " NUMPAGES ",
        "<dc:title>TSC_4_1404: Tidal Sub-Committee (TSC) Meeting Headlines</dc:title>",
        "<dc:language>en-GB</dc:language>",
    ] {
        assert!(text.contains(part), "{part} is missing from:\n{text}");
    }
    // But for the time of rendering, which is in the footer and the properties.
    let timeless = |text: &str| {
        let (_, after) = text.split_once("<dcterms:created xsi:type=\"dcterms:W3CDTF\">").unwrap();
        text.replace(after.split_once('<').unwrap().0, "then")
    };
    let again = rendered(&cli, "TSC_4_1404", "white", "docx");
    assert_eq!(timeless(&text), timeless(&again));
}

#[test]
fn every_format_can_be_written_to_a_file() {
    let cli = recorded_live();
    for format in FORMATS {
        let file = cli.path(&format!("headlines.{format}"));
        let out = cli.done(&["headlines", "TSC_4_1404", "--format", format, "--output", file.to_str().unwrap()]);
        assert_eq!(out, "");
        assert!(std::fs::metadata(&file).unwrap().len() > 500, "{format}");
    }
    let nowhere = cli.path("no folder/a.docx");
    let run = cli.run(&["headlines", "TSC_4_1404", "--format", "docx", "-o", nowhere.to_str().unwrap()]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(run.err.contains("cannot be written"), "{}", run.err);
}
