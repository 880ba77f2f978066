//! The examples of the documents: each is run, and what it prints is compared with what the page shows.

mod page;
mod shell;

use crate::fixtures::record_lines::minutebook;
use crate::fixtures::server_process::ServerProcess;
use page::{Step, steps};
use std::process::Command;

macro_rules! pages {
    ($($name:ident: $path:literal, $least:literal;)+) => {
        $(#[test]
        fn $name() {
            run($path, include_str!(concat!("../../", $path)), $least);
        })+
    };
}

// Each page with the number of examples it has at least, so that none is lost by a change of its form.
pages! {
    the_readmes_examples_print_what_it_shows: "README.md", 30;
    the_examples_of_the_page_on_the_api_print_what_it_shows: "docs/api.md", 12;
    the_examples_of_the_page_on_the_feed_print_what_it_shows: "docs/feed.md", 4;
}

/// The page on the API ends in a chart, with the script that draws it.
#[test]
fn the_chart_of_the_page_on_the_api_is_what_its_script_draws() {
    let (script, page) = (include_str!("../../docs/chart.py"), include_str!("../../docs/api.md"));
    assert!(page.ends_with(&format!("```python\n{script}```\n")), "the page shows another script");
    assert!(script.lines().count() <= 14);
    let folder = tempfile::tempdir().unwrap();
    let ledger = format!("sqlite:{}/book.db", folder.path().display());
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample");
    let imported = minutebook(&ledger).args(["import", sample]).output().unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let server = ServerProcess::start(&ledger);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/chart.py");
    let address = format!("http://{}", server.address);
    let drawn = Command::new("python3").args([script, &address, "TSC", "2024-06-30"]).output().unwrap();
    assert_eq!(String::from_utf8(drawn.stdout).unwrap(), include_str!("../../docs/chart.svg"));
    assert!(server.stop().0);
}

fn run(path: &str, page: &str, least: usize) {
    let steps = steps(page);
    let examples = steps.iter().filter(|step| matches!(step, Step::Command(_))).count();
    assert!(examples >= least, "{path} has {examples} examples; at least {least} were expected");
    let differences = shell::run_page(&steps);
    assert!(differences.is_empty(), "{path}:\n{}", differences.join("\n"));
}

/// The unit gives the server no rights that it does not need. systemd scores it where it is installed.
#[test]
fn the_service_file_confines_the_server() {
    let unit = include_str!("../../docs/minutebook.service");
    for setting in
        ["DynamicUser=yes", "CapabilityBoundingSet=\n", "ProtectSystem=strict", "SystemCallFilter=@system-service"]
    {
        assert!(unit.contains(setting), "{setting}");
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/minutebook.service");
    // The threshold is in tenths: under 2.0 on a scale of 10.
    let scored = Command::new("systemd-analyze").args(["security", "--offline=true", "--threshold=19", file]).output();
    if let Ok(scored) = scored {
        assert!(scored.status.success(), "{}", String::from_utf8_lossy(&scored.stdout));
    }
}
