//! The sample committee.

use super::Cli;

#[test]
fn the_demo_shows_a_sound_ledger_and_can_be_run_again() {
    let cli = Cli::new();
    let first = cli.done(&["demo"]);
    for shown in ["TSC4/02 raised", "due date moved to 2023-05-26", "assurance status agreed", "sound; root"] {
        assert!(first.contains(shown), "{shown} is missing from:\n{first}");
    }
    assert_eq!(cli.done(&["demo"]), first, "the same ledger, and nothing recorded twice");
}
