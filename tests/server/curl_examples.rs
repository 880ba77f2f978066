//! The lines of the documentation that begin with curl are run as they stand there.

use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::minutebook;
use crate::fixtures::server_process::ServerProcess;
use std::process::Command;

#[tokio::test]
async fn every_curl_line_of_the_page_on_the_api_does_what_the_page_says() {
    run_lines(include_str!("../../docs/api.md"), "secretary", 8).await;
}

#[tokio::test]
async fn every_curl_line_of_the_page_on_the_feed_does_what_the_page_says() {
    run_lines(include_str!("../../docs/feed.md"), "admin", 4).await;
}

/// Runs the lines of a page, of which there are so many at least, with a token of that role.
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
    // A line that ends in a backslash goes on in the next one.
    let page = page.replace("\\\n", " ");
    let lines: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("$ curl ")).collect();
    assert!(lines.len() >= least, "{lines:?}");
    for line in lines {
        let line = line.replace("http://127.0.0.1:8080", &format!("http://{}", server.address));
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("curl --silent --show-error --fail-with-body {line}")]).current_dir(folder.path());
        let output = shell.env("TOKEN", issued.trim()).output().unwrap();
        let answer = String::from_utf8_lossy(&output.stdout).into_owned();
        // The feed does not end: its line says how long it is followed, and curl says that the time was up.
        let followed = line.contains("--max-time") && output.status.code() == Some(28);
        assert!(
            output.status.success() || followed,
            "curl {line}\n{answer}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!answer.is_empty() || line.contains("--output"), "curl {line}: nothing was answered");
    }
}
