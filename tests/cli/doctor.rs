//! `minutebook doctor`

use crate::fixtures::cli::Cli;
use std::os::unix::fs::PermissionsExt as _;

/// The result of a check.
fn result<'a>(printed: &'a str, check: &str) -> &'a str {
    let line = printed.lines().find(|line| line.contains(&format!(" {check} "))).unwrap_or_else(|| panic!("{printed}"));
    if line.contains("AMISS") { "AMISS" } else { "ok" }
}

#[test]
fn the_doctor_finds_nothing_in_a_sound_ledger_and_says_what_is_amiss_in_another() {
    let cli = Cli::new();
    let missing = cli.run(&["doctor"]);
    assert_eq!((missing.status, result(&missing.out, "ledger")), (1, "AMISS"), "{}", missing.out);
    assert!(missing.out.contains("there is no ledger"), "{}", missing.out);
    cli.done(&["record", "committee", "SSC", "--name", "Security"]);
    let sound = cli.done(&["doctor"]);
    for check in ["configuration", "ledger", "schema", "lists", "clock", "recording", "permissions", "disk"] {
        assert_eq!(result(&sound, check), "ok", "{check}: {sound}");
    }
    std::fs::set_permissions(cli.path("minutebook.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(cli.path("minutebook.toml"), "[limits]\nconections = 1\n").unwrap();
    let amiss = cli.run(&["doctor", "--config", "minutebook.toml"]);
    assert_eq!(amiss.status, 1);
    for (check, expected) in [("configuration", "AMISS"), ("permissions", "AMISS"), ("clock", "ok")] {
        assert_eq!(result(&amiss.out, check), expected, "{check}: {}", amiss.out);
    }
}
