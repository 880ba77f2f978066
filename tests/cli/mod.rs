//! The program as a person or a script runs it.

mod actions;
mod between;
mod book;
mod corrected_documents;
mod decisions;
mod demo;
mod export;
pub(crate) mod headlines;
mod help;
mod hostile;
mod import;
mod import_folder;
mod import_log;
mod lines;
mod lint;
mod lint_book;
mod live;
mod meetings;
mod moments;
mod party;
mod rebuild;
mod record;
mod roundtrip;
mod ssc;
mod statistics;
mod token;
mod why;

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// A folder of its own, in which the program is run.
pub(crate) struct Cli {
    folder: tempfile::TempDir,
}

/// What a run printed, and its exit status.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Cli {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_minutebook"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("MINUTEBOOK_ACTOR", "jane");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs it with something on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that stops reading early closes the pipe; what it says about that is what the test looks at.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Run::of(&child.wait_with_output().unwrap())
    }

    /// Runs it and insists that it did what was asked.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.status, 0, "{arguments:?}: {}", run.err);
        run.out
    }

    /// Where a file of this name would be in its folder.
    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it and gives the bytes that it printed.
    pub(crate) fn bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.command(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The events, as `log` prints them.
    pub(crate) fn events(&self) -> Vec<Value> {
        serde_json::from_str(&self.done(&["log", "--format", "json"])).unwrap()
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}
