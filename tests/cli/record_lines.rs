//! `minutebook record lines`

use crate::fixtures::cli::Cli;
use crate::fixtures::committee::{completed, convened, established, raised};
use serde_json::{Value, json};

fn answers(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_is_answered_and_a_refused_one_does_not_stop_the_rest() {
    let cli = Cli::new();
    let lines = [
        established("SSC").to_string(),
        String::new(),
        json!({"commands": [convened("SSC_72_2702", "2019-02-27"), raised("SSC72/01")], "idempotency_key": "batch"})
            .to_string(),
        completed("SSC72/09").to_string(),
        "not json".to_owned(),
        completed("SSC72/01").to_string(),
    ];
    let run = cli.run_with(&["record", "lines"], &lines.join("\n"));
    assert_eq!(run.status, 1, "two lines were refused");
    let answers = answers(&run.out);
    assert_eq!(answers.iter().map(|answer| answer["line"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 3, 4, 5, 6]);
    assert_eq!(answers[1]["command_id"], "batch");
    assert_eq!(answers[1]["events"].as_array().unwrap().len(), 2);
    assert!(answers[2]["error"].as_str().unwrap().contains("never raised"), "{}", answers[2]);
    assert!(answers[3]["error"].as_str().unwrap().contains("JSON object"), "{}", answers[3]);
    assert_eq!(answers[4]["events"][0]["position"], 4);
}

#[test]
fn a_file_of_lines_is_recorded_and_a_second_time_changes_nothing() {
    let cli = Cli::new();
    let mut lines = String::new();
    for (key, mut line) in [("a", established("SSC")), ("b", raised("SSC72/01"))] {
        line["idempotency_key"] = key.into();
        lines.push_str(&format!("{line}\n"));
    }
    std::fs::write(cli.folder.path().join("lines.ndjson"), lines).unwrap();
    let first = cli.done(&["record", "lines", "lines.ndjson"]);
    assert_eq!(cli.done(&["record", "lines", "lines.ndjson"]), first);
    assert_eq!(cli.events().len(), 2);
    let missing = cli.run(&["record", "lines", "nothing.ndjson"]);
    assert!(missing.status == 1 && missing.err.contains("nothing.ndjson"), "{}", missing.err);
}
