//! A shell that runs the examples of a page in a folder of their own, as the page's reader would.

use super::page::{Example, Step};
use crate::fixtures::postgres::cluster;
use regex::{Captures, Regex};
use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The address that the pages show; the server is given a free port.
const SHOWN_ADDRESS: &str = "127.0.0.1:8080";

/// What the pages tell the reader to run outside a shell of ours: building and testing.
const NOT_RUN: [&str; 3] = ["cargo ", "bash scripts/", "export PATH="];

/// Runs every step of a page and returns what did not come out as shown, one text for each example.
pub(super) fn run_page(steps: &[Step]) -> Vec<String> {
    let mut shell = Shell::new();
    let mut differences = Vec::new();
    for step in steps {
        match step {
            Step::File { name, text } => std::fs::write(shell.folder.path().join(name), text).unwrap(),
            Step::Command(example) if NOT_RUN.iter().any(|start| example.command.starts_with(start)) => {}
            Step::Command(example) => differences.extend(shell.run(example)),
        }
    }
    differences
}

struct Shell {
    folder: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    /// Event ids that the page shows in full, and those of this run.
    ids: HashMap<String, String>,
    server: Option<Server>,
}

struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::os::unix::fs::symlink(root.join("sample"), folder.path().join("sample")).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_minutebook")).parent().unwrap().display().to_string();
        let path = std::env::var("PATH").unwrap();
        let environment = [
            ("PATH", format!("{program}:{}:{path}", cluster().programs().display())),
            ("HOME", folder.path().display().to_string()),
            ("MINUTEBOOK_ACTOR", "jane.smith".to_owned()),
            ("COLUMNS", "100".to_owned()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).into();
        let shell = Self { folder, environment, ids: HashMap::new(), server: None };
        // The pages show lists before they say how to import: the reader has run the demo.
        let (printed, done) = shell.call("minutebook import sample", "");
        assert!(done, "{printed}");
        shell
    }

    /// Runs one example; `None` if it came out as the page shows.
    fn run(&mut self, example: &Example) -> Option<String> {
        if example.command.starts_with("curl ") && self.server.is_none() {
            // A page that has no line of its own for it supposes a server.
            self.serve("minutebook serve");
        }
        let command = self.in_this_run(&example.command);
        let (printed, done) = if command.starts_with("minutebook serve") {
            self.serve(&command)
        } else if command.starts_with("export ") || is_assignment(&command) {
            self.assign(&command)
        } else {
            self.call(&command, &example.output)
        };
        let printed = self.as_shown(&printed);
        let printed: String = printed.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        let comparable = example.output.is_empty() || settled(&printed) == settled(&example.output);
        if !example.output.is_empty() {
            let full = |text: &str| uuids(text).map(str::to_owned).collect::<Vec<_>>();
            self.ids.extend(full(&example.output).into_iter().zip(full(&printed)));
        }
        (!done || !comparable).then(|| {
            format!("line {}: $ {}\nshown:\n{}\nprinted:\n{printed}", example.line, example.command, example.output)
        })
    }

    /// Names of the page replaced by those of this run: addresses, databases and event ids.
    fn in_this_run(&self, command: &str) -> String {
        let mut command = command.to_owned();
        for (shown, id) in &self.ids {
            command = command.replace(shown, id);
        }
        if let Some(server) = &self.server {
            command = command.replace(SHOWN_ADDRESS, &server.address);
        }
        command = command.replace("-h localhost -U postgres", &cluster().client_options());
        for (shown, url) in databases() {
            command = command.replace(shown, &format!("'{url}'"));
        }
        command
    }

    /// The reverse, in what was printed.
    fn as_shown(&self, printed: &str) -> String {
        let mut printed = printed.to_owned();
        for (shown, url) in databases() {
            printed = printed.replace(&url, shown);
        }
        match &self.server {
            Some(server) => printed.replace(&server.address, SHOWN_ADDRESS),
            None => printed,
        }
    }

    fn bash(&self, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script]).env_clear().envs(&self.environment).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command. It may fail only where the page shows an error.
    fn call(&self, command: &str, shown: &str) -> (String, bool) {
        let command = match command.strip_prefix("curl ") {
            Some(rest) => format!("curl --silent --show-error --fail-with-body {rest}"),
            None => command.to_owned(),
        };
        let output = self.bash(&format!("exec 2>&1; {command}")).output().unwrap();
        // A feed does not end: its line says how long curl follows it, and curl exits with 28 then.
        let followed = command.contains("--max-time") && output.status.code() == Some(28);
        let refused = shown.to_lowercase().contains("error");
        // Lint exits with 1 where something calls for attention, as it does in the sample.
        let found = command.starts_with("minutebook lint") && output.status.code() == Some(1);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let answered = !command.starts_with("curl ") || !printed.is_empty() || command.contains("--output");
        (printed, answered && (followed || found || output.status.success() != refused))
    }

    /// Runs an assignment and keeps the variables it leaves.
    fn assign(&mut self, command: &str) -> (String, bool) {
        let output = self.bash(&format!("set -a; {command}\nenv -0")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        self.environment = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.success())
    }

    /// Starts a server on a free port in place of the running one, and returns its first line.
    fn serve(&mut self, command: &str) -> (String, bool) {
        self.server = None;
        let command = command.split(" --listen").next().unwrap_or(command);
        let mut command = self.bash(&format!("exec 2>&1; exec {command} --listen 127.0.0.1:0"));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "the server ended: {printed}");
            printed.push_str(&line);
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(['/', '"', '\n']).next().unwrap().to_owned();
            }
        };
        // Its log is read, so that it never waits for a reader.
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
        self.server = Some(Server { child, address });
        (printed, true)
    }
}

fn databases() -> [(&'static str, String); 2] {
    [
        ("postgres://postgres@localhost/minutebook", cluster().url("minutebook")),
        ("postgres://book_writer@localhost/minutebook", cluster().url_as("minutebook", "book_writer")),
    ]
}

fn is_assignment(command: &str) -> bool {
    let name = command.split('=').next().unwrap_or_default();
    command.contains('=') && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

fn uuids(text: &str) -> impl Iterator<Item = &str> {
    pattern("[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{8}-…")
        .find_iter(text)
        .map(|found| found.as_str())
        .collect::<Vec<_>>()
        .into_iter()
}

/// The text without what differs from run to run: ids, times, tokens, hashes.
fn settled(text: &str) -> String {
    let id = pattern("[0-9a-f]{8}-(?:(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|…)");
    let time = pattern(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z");
    let hash = pattern("[0-9a-f]{64}");
    let token = pattern("mb_[0-9A-Za-z_]+");
    let keep_dates = |found: &Captures<'_>| {
        if found[0].ends_with("00:00:00.000000Z") { found[0].to_owned() } else { "<time>".to_owned() }
    };
    let text = id.replace_all(text, "<id>");
    let text = time.replace_all(&text, keep_dates);
    let text = hash.replace_all(&text, "<hash>");
    token.replace_all(&text, "<token>").into_owned()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are written here")
}
