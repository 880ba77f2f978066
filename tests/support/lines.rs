//! `minutebook record lines` as a process of its own, fed and read line by line.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longer than anything takes that is going to happen at all.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A running process that records the lines it is sent. It is killed when this is dropped.
pub(crate) struct Lines {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<Value>,
}

impl Lines {
    /// A process that records in `ledger`, so many lines at a time.
    pub(crate) fn start(ledger: &str, jobs: u16) -> Self {
        Self::spawn(minutebook(ledger).args(["record", "lines", "--jobs", &jobs.to_string()]))
    }

    /// The process of a command that prints an object of JSON for each line, or a few more.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (answer, answers) = channel();
        // A thread reads, so that the process never waits for the test, and the test can wait with a limit.
        std::thread::spawn(move || {
            let mut line = String::new();
            // What was killed while printing leaves a piece of a line, and that acknowledges nothing.
            while output.read_line(&mut line).is_ok_and(|_| line.ends_with('\n')) {
                let parsed = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
                if answer.send(parsed).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Self { child, input, answers }
    }

    /// Sends one command.
    pub(crate) fn send(&mut self, command: &Value) {
        let line = format!("{command}\n");
        let sent = self.input.as_mut().unwrap().write_all(line.as_bytes());
        assert!(sent.is_ok(), "the process ended before it was told to: {sent:?}");
    }

    /// The next answer; none when the time is over or the process has printed its last.
    pub(crate) fn answer_before(&self, deadline: Instant) -> Option<Value> {
        self.answers.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()
    }

    /// The next answer, which is sure to come.
    pub(crate) fn answer(&self) -> Value {
        self.answer_before(Instant::now() + PATIENCE).unwrap_or_else(|| panic!("there was no answer"))
    }

    /// Kills the process where it stands, with SIGKILL, and returns what it had printed until then.
    pub(crate) fn kill(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.answers.iter().collect()
    }

    /// Says that no more lines come, and returns what is still answered and how the process ends.
    pub(crate) fn finish(mut self) -> (Vec<Value>, ExitStatus) {
        drop(self.input.take());
        let rest = self.answers.iter().collect();
        (rest, self.child.wait().unwrap())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        drop(self.input.take());
        // After `kill` and `finish` there is nobody left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, with `ledger` and an actor named.
pub(crate) fn minutebook(ledger: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_minutebook"));
    command.env("MINUTEBOOK_LEDGER", ledger).env("MINUTEBOOK_ACTOR", "tester").env_remove("MINUTEBOOK_LOG_FILTER");
    command
}

/// Runs `minutebook verify`, which must find nothing.
#[track_caller]
pub(crate) fn verify(ledger: &str) {
    let output = minutebook(ledger).arg("verify").output().unwrap();
    assert!(output.status.success(), "verify: {}", String::from_utf8_lossy(&output.stdout));
}

/// `command` under this idempotency key.
pub(crate) fn keyed(key: &str, mut command: Value) -> Value {
    command["idempotency_key"] = Value::from(key);
    command
}
