//! The form of a disclosure as docs/events.md describes it: its example and its table.

use super::checker::checked;
use minutebook_domain::Event;
use minutebook_domain::fragment::{FragmentSlot, METADATA_SLOTS};
use minutebook_ledger::commitment::{fragment_digest, leaf, leaf_of_skeleton};
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/events.md");

/// The part of the page under a heading.
fn section(heading: &str) -> &'static str {
    let (_, after) = PAGE.split_once(&format!("\n### {heading}\n")).unwrap();
    after.split_once("\n##").unwrap().0
}

/// The lines of JSON in a part of the page.
fn json_lines(part: &'static str) -> Vec<&'static str> {
    part.split("```json\n").skip(1).map(|block| block.split_once("\n```").unwrap().0).collect()
}

/// The cells of the rows of a table, without their quotation marks.
fn table(part: &'static str, header: &str) -> Vec<Vec<&'static str>> {
    let (_, rows) = part.split_once(header).unwrap();
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()).collect()
}

fn bytes32(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// The value in backticks after some words.
fn after(part: &'static str, words: &str) -> &'static str {
    part.split_once(words).unwrap().1.split('`').nth(1).unwrap()
}

#[test]
fn the_worked_example_is_what_the_program_computes() {
    let example = section("A worked example");
    let [stored, skeleton] = json_lines(example)[..] else { panic!("two blocks") };
    let salt = bytes32(after(example, "With the salt"));
    let expected = after(example, "and the leaf");
    assert_eq!(leaf(&salt, stored.as_bytes()).unwrap().to_string(), expected);
    let outer = bytes32(after(example, "The outer salt is"));
    assert_eq!(leaf_of_skeleton(&outer, skeleton.as_bytes()).to_string(), expected);
    let fragments = table(example, "| i | member | span | salt | digest |");
    assert_eq!(fragments.len(), 12);
    for row in &fragments {
        let [_, _, span, salt, digest] = row[..] else { panic!("five cells: {row:?}") };
        let span = if span == "nothing" { "" } else { span };
        let computed = fragment_digest(&bytes32(salt), span.as_bytes());
        let digest_bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, digest).unwrap();
        assert_eq!(computed.as_bytes().as_slice(), digest_bytes);
        assert!(skeleton.contains(digest));
    }
    let [disclosure] = json_lines(section("What a reader gets"))[..] else { panic!("one block") };
    let given: Value = serde_json::from_str(disclosure).unwrap();
    assert_eq!((given["skeleton"].as_str(), given["leaf"].as_str()), (Some(skeleton), Some(expected)));
    assert_eq!(checked(&[disclosure.to_owned()]), [format!("OK 40 {expected}")]);
}

#[test]
fn every_fragment_is_in_the_table_of_the_page() {
    let name = |slot: &FragmentSlot| format!("`{}{}`", slot.name, if slot.kind.is_list() { "[]" } else { "" });
    let rows =
        Event::catalogue().filter(|(_, event_type)| *event_type != "EventCorrected").filter_map(|(_, event_type)| {
            let names: Vec<String> = Event::slots_of(event_type, u32::MAX).map(|slot| name(&slot)).collect();
            (!names.is_empty()).then(|| format!("| `{event_type}` | {} |", names.join(", ")))
        });
    for row in rows {
        assert!(PAGE.contains(&row), "{row}");
    }
    let part = section("The skeleton");
    for slot in METADATA_SLOTS {
        assert!(part.contains(&format!("`{}`", slot.name)), "{}", slot.name);
    }
    for slot in Event::slots_of("EventCorrected", 1) {
        assert!(part.contains(&name(&slot)), "{}", slot.name);
    }
}
