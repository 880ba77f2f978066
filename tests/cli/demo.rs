//! `minutebook demo`

use crate::fixtures::cli::Cli;

#[test]
fn the_demo_shows_a_sound_ledger_and_can_be_run_again() {
    let cli = Cli::new();
    let first = cli.done(&["demo"]);
    // A long cell goes on in the next line, with the other cells of its row between.
    let words = first.split_whitespace().collect::<Vec<_>>().join(" ");
    for shown in [
        "TSC_46_2905",
        "due date moved to 2024-02-28",
        "carried forward to 2024-04-03",
        "overdue on 2024-04-03",
        "complete on 2024-05-01",
        "replaced on the authority of",
        "assurance status deferred at TSC_41_1001",
        "assurance status agreed at TSC_45_0105:",
        "sound; root",
        // The outstanding actions, the last meeting's decisions, and its headlines.
        "overdue",
        "TSC46/02",
        "TSC_46_2905/D8",
        "### TSC\\_46\\_2905 – TSC Meeting Headlines",
        "#### 1. ",
    ] {
        assert!(words.contains(shown), "{shown} is missing from:\n{first}");
    }
    let wide: Vec<&str> = first.lines().filter(|line| line.chars().count() > 100).collect();
    assert_eq!(wide, [""; 0], "lines wider than 100 columns");
    assert_eq!(first.matches("Margaret Ashdown").count(), 1, "attendance is printed once");
    assert_eq!(cli.done(&["demo"]), first, "a second run records nothing");
    let files = std::fs::read_dir(cli.folder.path()).unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(files.collect::<Vec<_>>(), ["minutebook-demo.db"], "no lock and no companion is left");
}

#[test]
fn the_sample_correction_and_supersession_are_in_the_ledger() {
    let cli = Cli::new();
    cli.done(&["demo", "--file", "minutebook.db"]);
    let events = cli.events();
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).collect::<Vec<_>>();
    assert_eq!(of("EventCorrected").len(), 1);
    assert_eq!(of("EventCorrected")[0]["stream"], "action:TSC43/02");
    assert_eq!(of("EventCorrected")[0]["data"]["change"]["replaced"]["data"]["due_on"], "2024-03-27");
    assert_eq!(of("DecisionSuperseded").len(), 1);
    assert_eq!(of("DecisionSuperseded")[0]["data"]["decision"], "TSC_43_0603/D5");
    assert_eq!(of("AttendanceRecorded").len(), 49);
    // The corrected day is printed in the headlines of the meeting, and the mistake is still in the log.
    let headlines = cli.done(&["headlines", "TSC_44_0304"]);
    assert!(headlines.contains("should have read 27 March 2024"), "{headlines}");
}
