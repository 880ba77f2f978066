//! What is configured counts, and where it is wrong that is said.

use crate::fixtures::record_lines::minutebook;
use std::path::Path;
use std::process::Output;

fn serve(arguments: &[&str], environment: &[(&str, &str)]) -> (bool, String) {
    let mut command = minutebook("sqlite:nowhere.db");
    command.env_remove("MINUTEBOOK_LEDGER").arg("serve").args(arguments).envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

fn written(folder: &Path, text: &str) -> String {
    let path = folder.join("minutebook.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_command_line_counts_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "[limits]\nconnections = 1\nheader_seconds = 1\nrequest_seconds = 1\n");
    let environment = [("MINUTEBOOK_LIMITS_CONNECTIONS", "2"), ("MINUTEBOOK_LIMITS_HEADER_SECONDS", "2")];
    let arguments = ["--config", &file, "--set", "limits.connections=3", "--show-config"];
    let (shown, text) = serve(&arguments, &environment);
    assert!(shown, "{text}");
    let line = |setting: &str| text.lines().find(|line| line.starts_with(setting)).unwrap().to_owned();
    assert!(line("connections").contains("= 3 ") && line("connections").ends_with("--set limits.connections"));
    assert!(line("header_seconds").contains("= 2 ") && line("header_seconds").ends_with("HEADER_SECONDS"));
    assert!(line("request_seconds").contains("= 1 ") && line("request_seconds").ends_with("minutebook.toml"));
    assert!(line("shutdown_seconds").ends_with("default"));
}

#[test]
fn secrets_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "ledger = \"postgres://writer:hunter2@db.example/book\"\n");
    let (shown, text) = serve(&["--config", &file, "--show-config"], &[]);
    assert!(shown && text.contains("postgres://writer@db.example/book"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn what_is_shown_to_the_collector_is_shown_to_nobody_else() {
    let endpoint = "telemetry.otlp_endpoint=https://me:hunter2@otel.example/tenant";
    let headers = "telemetry.otlp_headers=authorization=Bearer hunter2,x-key: hunter2";
    let (shown, text) = serve(&["--set", endpoint, "--set", headers, "--show-config"], &[]);
    assert!(shown && text.contains("otel.example/tenant") && text.contains("authorization=…"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("me:"), "{text}");
    for (setting, expected) in [
        ("telemetry.otlp_endpoint=hunter2.example", "otlp_endpoint"),
        ("telemetry.otlp_endpoint=http://a/?key=hunter2", "otlp_endpoint"),
        ("telemetry.otlp_headers=hunter2", "otlp_headers"),
        ("telemetry.sample_ratio=2", "a number from 0 to 1"),
        ("telemetry.sample_ratio=much", "a number was expected"),
    ] {
        let (shown, text) = serve(&["--set", setting], &[]);
        assert!(!shown && text.contains(expected) && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn what_is_no_setting_or_no_value_of_it_is_refused_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("[limits]\nconections = 1\n", "line 2"),
        ("listen = \"nowhere\"\n", "line 1"),
        ("[limits]\nconnections = 0\n", "line 2"),
        (
            "[[oidc]]\nissuer = \"http://example.org\"\naudience = \"a\"\nrights_claim = \"a\"\n[oidc.rights]\n",
            "https://",
        ),
    ] {
        let file = written(folder.path(), text);
        let (shown, said) = serve(&["--config", &file, "--show-config"], &[]);
        assert!(!shown && said.contains(expected), "{text}: {said}");
    }
    for (arguments, environment, expected) in [
        (&["--set", "limits.conections=1"][..], &[][..], "--set limits.conections names no setting"),
        (&["--set", "limits.connections=x"], &[], "a whole number was expected"),
        (&["--listen", "nowhere"], &[], "--listen is `nowhere`"),
        (&["--config", "nowhere.toml"], &[], "nowhere.toml"),
        (&[], &[("MINUTEBOOK_LIMITS_CONECTIONS", "1")], "MINUTEBOOK_LIMITS_CONECTIONS names no setting"),
        (&[], &[("MINUTEBOOK_LISTEN", "nowhere")], "MINUTEBOOK_LISTEN is `nowhere`"),
    ] {
        let (shown, said) = serve(&[arguments, &["--show-config"]].concat(), environment);
        assert!(!shown && said.contains(expected), "{arguments:?} {environment:?}: {said}");
    }
}

/// The configuration in docs/operations.md says what everything is set to, and leaves nothing out.
#[test]
fn the_documented_configuration_is_that_of_the_program() {
    let page = include_str!("../../docs/operations.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), example);
    let values = |(shown, text): (bool, String)| {
        assert!(shown, "{text}");
        text.lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    let documented = serve(&["--config", &file, "--show-config"], &[]);
    assert!(!documented.1.contains("# default"), "a setting is not in the documentation: {}", documented.1);
    assert_eq!(values(documented), values(serve(&["--show-config"], &[])));
}
