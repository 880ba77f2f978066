//! The lists of a real document, on the eve of its meeting and on the day.

use crate::fixtures::cli::Cli;
use crate::fixtures::real_document::real_document;
use serde_json::Value;

#[test]
fn the_lists_of_a_real_meeting_begin_on_its_day() {
    let Some(path) = real_document() else { return };
    let cli = Cli::new();
    let ledger = format!("sqlite:{}", cli.folder.path().join("ssc.db").display());
    cli.run(&["--ledger", &ledger, "import", &path.display().to_string()]);
    let listed = |words: &str, list: &str, fields: &[&str]| -> Vec<String> {
        let arguments: Vec<&str> = ["--ledger", &ledger].into_iter().chain(words.split(' ')).collect();
        let answer: Value = serde_json::from_str(&cli.done(&[&arguments[..], &["--format", "json"]].concat())).unwrap();
        let said = |row: &Value| fields.iter().map(|field| row[*field].to_string()).collect::<Vec<_>>().join(" ");
        answer[list].as_array().unwrap().iter().map(|row| said(row).replace('"', "")).collect()
    };
    for list in ["decisions", "matters", "minutes"] {
        assert_eq!(listed(&format!("{list} --as-of 2019-02-26"), list, &[]), [""; 0], "{list}");
    }
    assert_eq!(listed("party --as-of 2019-02-26", "statuses", &[]), [""; 0]);
    let statuses = listed("party --as-of 2019-02-27", "statuses", &["party", "kind", "value", "item"]);
    let expected = [
        "Other User L assurance null 3",
        "Small Supplier AA compliance null 4",
        "Small Supplier AE compliance null 5",
        "Small Supplier B compliance null 6",
    ];
    assert_eq!(statuses, expected);
    let agreed =
        listed("decisions --verb AGREED --search Compliance --as-of 2019-02-27", "decisions", &["verb", "item"]);
    assert_eq!(agreed, ["AGREED 4", "AGREED 5", "AGREED 6"]);
    let recommended =
        listed("decisions --verb RECOMMENDED --as-of 2019-02-27", "decisions", &["recommended_to", "item"]);
    assert_eq!(recommended, ["SECCo Board 11"]);
    let minutes = listed("minutes --as-of 2019-02-27", "minutes", &["held_on", "edition", "status", "approved_at"]);
    let expected = [
        "2019-02-13 draft approved SSC_72_2702",
        "2019-02-13 confidential draft approved SSC_72_2702",
        "2019-02-27 null not yet approved null",
    ];
    assert_eq!(minutes, expected);
    let meetings =
        listed("meetings", "meetings", &["reference", "number", "held_on", "starts_at", "ends_at", "next_meeting_on"]);
    assert_eq!(meetings, ["SSC_72_2702 72 2019-02-27 10:00 16:00 2019-03-13"]);
}
