//! Settings: which layer wins, what is shown, and how mistakes are reported.

use crate::fixtures::record_lines::minutebook;
use std::path::Path;
use std::process::Output;

fn serve(arguments: &[&str], environment: &[(&str, &str)]) -> (bool, String) {
    let mut command = minutebook("sqlite:nowhere.db");
    command.env_remove("MINUTEBOOK_LEDGER").arg("serve").args(arguments).envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

fn write_file(folder: &Path, text: &str) -> String {
    let path = folder.join("minutebook.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_command_line_overrides_the_environment_and_the_environment_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_file(folder.path(), "[limits]\nconnections = 1\nheader_seconds = 1\nrequest_seconds = 1\n");
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
fn the_ledgers_password_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = write_file(folder.path(), "ledger = \"postgres://writer:hunter2@db.example/book\"\n");
    let (shown, text) = serve(&["--config", &file, "--show-config"], &[]);
    assert!(shown && text.contains("postgres://writer@db.example/book"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
#[cfg(feature = "telemetry")]
fn the_collectors_credentials_are_neither_shown_nor_repeated_in_errors() {
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
        ("telemetry.sample_ratio=much", "expected a number"),
    ] {
        let (shown, text) = serve(&["--set", setting], &[]);
        assert!(!shown && text.contains(expected) && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_mistake_is_refused_with_its_file_line_option_or_variable() {
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
        let file = write_file(folder.path(), text);
        let (shown, message) = serve(&["--config", &file, "--show-config"], &[]);
        assert!(!shown && message.matches(expected).count() == 1, "{text}: {message}");
    }
    for (arguments, environment, expected) in [
        (&["--set", "limits.conections=1"][..], &[][..], "--set limits.conections: no such setting"),
        (
            &["--set", "limits.connections=x"],
            &[],
            "--set limits.connections: invalid value `x`: expected a whole number",
        ),
        (&["--listen", "nowhere"], &[], "--listen: invalid value `nowhere`"),
        (&["--config", "nowhere.toml"], &[], "cannot read the configuration file `nowhere.toml`"),
        (&[], &[("MINUTEBOOK_LIMITS_CONECTIONS", "1")], "MINUTEBOOK_LIMITS_CONECTIONS: no such setting"),
        (&[], &[("MINUTEBOOK_LISTEN", "nowhere")], "MINUTEBOOK_LISTEN: invalid value `nowhere`"),
    ] {
        let (shown, message) = serve(&[arguments, &["--show-config"]].concat(), environment);
        assert!(!shown && message.contains(expected), "{arguments:?} {environment:?}: {message}");
    }
}

/// The configuration in docs/operations.md lists every setting with its default.
#[test]
fn the_documented_configuration_equals_the_defaults() {
    let page = include_str!("../../docs/operations.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = write_file(folder.path(), example);
    let values = |(shown, text): (bool, String)| {
        assert!(shown, "{text}");
        text.lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    let documented = serve(&["--config", &file, "--show-config"], &[]);
    assert!(!documented.1.contains("# default"), "docs/operations.md lacks a setting: {}", documented.1);
    assert_eq!(values(documented), values(serve(&["--show-config"], &[])));
}
