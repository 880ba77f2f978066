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

#[test]
fn a_line_that_no_store_can_hold_is_refused_by_its_field() {
    let cli = Cli::new();
    let action = |field: &str, value: &str| raised("SSC72/01").to_string().replacen(field, value, 1);
    let text = |text: &str| {
        let mut line = raised("SSC72/01");
        line["data"]["text"]["text"] = "TEXT".into();
        line.to_string().replace("TEXT", text)
    };
    let day = |day: &str| {
        let mut line = raised("SSC72/01");
        line["data"]["raised_on"] = day.into();
        line.to_string()
    };
    let mut reason = raised("SSC72/01");
    reason["reason"] = "a\0b".into();
    let lines = [
        (text(r"to be struck off\u0000 next week"), "U+0000"),
        (text(r"to be struck off\ud800 next week"), "lone surrogate"),
        (reason.to_string(), "U+0000"),
        (day("0000-12-31"), "the years 1 to 9999"),
        (day("+12019-02-27"), "the years 1 to 9999"),
        (action("SSC72/01", "SSC9999999999/01"), "SSC9999999999/01"),
    ];
    let mut input = vec![established("SSC").to_string()];
    input.extend(lines.iter().map(|(line, _)| line.clone()));
    let run = cli.run_with(&["record", "lines"], &input.join("\n"));
    assert_eq!((run.status, run.err.as_str()), (1, "made the ledger minutebook.db\n"));
    for (answer, (line, named)) in answers(&run.out)[1..].iter().zip(&lines) {
        assert!(answer["error"].as_str().unwrap().contains(named), "{line}: {answer}");
    }
    assert_eq!(cli.events().len(), 1);
}

#[test]
fn attendance_at_a_meeting_of_the_future_is_refused_unless_planned() {
    let cli = Cli::new();
    let attendance = |planned: bool| {
        let mut line = json!({"stream": "meeting:SSC_999_2702", "type": "AttendanceRecorded",
                              "data": {"name": "Jane Doe", "capacity": "member"}});
        if planned {
            line["planned"] = true.into();
        }
        line.to_string()
    };
    let lines = [
        established("SSC").to_string(),
        convened("SSC_999_2702", "2999-02-27").to_string(),
        attendance(false),
        attendance(true),
    ];
    let run = cli.run_with(&["record", "lines"], &lines.join("\n"));
    let answers = answers(&run.out);
    assert!(answers[2]["error"].as_str().unwrap().contains("meeting-has-begun"), "{}", answers[2]);
    assert_eq!(answers[3]["events"][0]["position"], 3, "{}", answers[3]);
}
