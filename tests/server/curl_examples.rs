//! The curl commands of docs/api.md and docs/feed.md run as they are written.

use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::minutebook;
use crate::fixtures::server_process::ServerProcess;
use std::process::Command;

#[tokio::test]
async fn every_curl_command_of_the_api_page_succeeds() {
    run_lines(include_str!("../../docs/api.md"), "secretary", 8).await;
}

#[tokio::test]
async fn every_curl_command_of_the_feed_page_succeeds() {
    run_lines(include_str!("../../docs/feed.md"), "admin", 4).await;
}

/// Runs the commands of a page, at least `least` of them, with a token of this role.
async fn run_lines(page: &str, role: &str, least: usize) {
    let ledger = TestLedger::new(Store::Sqlite);
    ledger.open().await.close().await;
    let run = |arguments: &[&str]| {
        let output =
            minutebook(&ledger.url_text).current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["import", "sample"]);
    let issued = run(&["token", "create", "dashboard", "--role", role, "--clearance", "GREEN"]);
    let server = ServerProcess::start(&ledger.url_text);
    let folder = tempfile::tempdir().unwrap();
    // A backslash at the end of a line continues the command.
    let page = page.replace("\\\n", " ");
    let lines: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("$ curl ")).collect();
    assert!(lines.len() >= least, "{lines:?}");
    for line in lines {
        let line = line.replace("http://127.0.0.1:8080", &format!("http://{}", server.address));
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("curl --silent --show-error --fail-with-body {line}")]).current_dir(folder.path());
        let output = shell.env("TOKEN", issued.trim()).output().unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        // The feed does not end, so its commands set a time limit; curl exits with 28 when it is reached.
        let followed = line.contains("--max-time") && output.status.code() == Some(28);
        assert!(
            output.status.success() || followed,
            "curl {line}\n{answer}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!answer.is_empty() || line.contains("--output"), "curl {line}: the answer is empty");
    }
}
