//! The lists of a published and of an invented document, on the eve of the meeting and on its day.

use crate::fixtures::cli::Cli;
use crate::fixtures::real_document::{real_document, untidy_document};
use serde_json::Value;
use std::path::Path;

/// A ledger with one imported document.
struct Imported {
    cli: Cli,
    ledger: String,
}

impl Imported {
    fn new(document: &Path) -> Self {
        let cli = Cli::new();
        let ledger = format!("sqlite:{}", cli.folder.path().join("imported.db").display());
        cli.run(&["--ledger", &ledger, "import", &document.display().to_string()]);
        Self { cli, ledger }
    }

    /// Returns these fields of each row of a list, joined by spaces.
    fn list(&self, words: &str, list: &str, fields: &[&str]) -> Vec<String> {
        let arguments: Vec<&str> = ["--ledger", &self.ledger].into_iter().chain(words.split(' ')).collect();
        let json = self.cli.done(&[&arguments[..], &["--format", "json"]].concat());
        let answer: Value = serde_json::from_str(&json).unwrap();
        let joined = |row: &Value| fields.iter().map(|field| row[*field].to_string()).collect::<Vec<_>>().join(" ");
        answer[list].as_array().unwrap().iter().map(|row| joined(row).replace('"', "")).collect()
    }

    /// No list holds anything of the meeting as of this day.
    fn is_empty_as_of(&self, day: &str) {
        for list in ["decisions", "matters", "minutes"] {
            assert_eq!(self.list(&format!("{list} --as-of {day}"), list, &[]), [""; 0], "{list}");
        }
        assert_eq!(self.list(&format!("party --as-of {day}"), "statuses", &[]), [""; 0]);
    }
}

#[test]
fn the_lists_of_the_real_meeting_begin_on_its_day() {
    let Some(path) = real_document() else { return };
    let imported = Imported::new(&path);
    imported.is_empty_as_of("2019-02-26");
    let statuses = imported.list("party --as-of 2019-02-27", "statuses", &["party", "kind", "value", "item"]);
    let expected = [
        "Other User L assurance null 3",
        "Small Supplier AA compliance null 4",
        "Small Supplier AE compliance null 5",
        "Small Supplier B compliance null 6",
    ];
    assert_eq!(statuses, expected);
    let agreed =
        imported.list("decisions --verb AGREED --search Compliance --as-of 2019-02-27", "decisions", &["verb", "item"]);
    assert_eq!(agreed, ["AGREED 4", "AGREED 5", "AGREED 6"]);
    let recommended =
        imported.list("decisions --verb RECOMMENDED --as-of 2019-02-27", "decisions", &["recommended_to", "item"]);
    assert_eq!(recommended, ["SECCo Board 11"]);
    let minutes =
        imported.list("minutes --as-of 2019-02-27", "minutes", &["held_on", "edition", "status", "approved_at"]);
    let expected = [
        "2019-02-13 draft approved SSC_72_2702",
        "2019-02-13 confidential draft approved SSC_72_2702",
        "2019-02-27 null not yet approved null",
    ];
    assert_eq!(minutes, expected);
    let meetings = imported.list(
        "meetings",
        "meetings",
        &["reference", "number", "held_on", "starts_at", "ends_at", "next_meeting_on"],
    );
    assert_eq!(meetings, ["SSC_72_2702 72 2019-02-27 10:00 16:00 2019-03-13"]);
}

#[test]
fn the_lists_of_the_invented_meeting_begin_on_its_day() {
    let imported = Imported::new(&untidy_document());
    imported.is_empty_as_of("2025-09-16");
    let statuses = imported.list("party --as-of 2025-09-17", "statuses", &["party", "kind", "value", "item"]);
    assert_eq!(statuses, ["Other User P assurance null 3", "Small Supplier AD compliance null 4"]);
    let agreed = imported.list("decisions --verb AGREED --as-of 2025-09-17", "decisions", &["verb", "item"]);
    assert_eq!(agreed, ["AGREED 3", "AGREED 4", "AGREED 9"]);
    let recommended =
        imported.list("decisions --verb RECOMMENDED --as-of 2025-09-17", "decisions", &["recommended_to", "item"]);
    assert_eq!(recommended, ["Harbour Panel 7"]);
    let minutes =
        imported.list("minutes --as-of 2025-09-17", "minutes", &["held_on", "edition", "status", "approved_at"]);
    let expected = [
        "2025-08-20 draft approved LSC_58_1709",
        "2025-08-20 confidential draft approved LSC_58_1709",
        "2025-09-17 null not yet approved null",
    ];
    assert_eq!(minutes, expected);
    let actions = imported.list("actions --as-of 2025-09-17", "actions", &["reference", "due_on"]);
    assert_eq!(actions, ["LSC58/01 2025-10-10"]);
    let fields = ["reference", "number", "held_on", "starts_at", "ends_at", "next_meeting_on"];
    assert_eq!(imported.list("meetings", "meetings", &fields), ["LSC_58_1709 58 2025-09-17 09:30 15:15 2025-10-15"]);
}
