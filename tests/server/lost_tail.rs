//! A log that lost its end or its file under a running server: nothing more is answered or recorded before an operator
//! says where the log goes on.

use crate::fixtures::api_client::token;
use crate::fixtures::committee::{begin, raised};
use crate::fixtures::feed_reader::until;
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::{PATIENCE, minutebook, verify};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use minutebook::access::Role;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

struct Fixture {
    ledger: TestLedger,
    caller: HttpCaller,
    /// The file with the last position that the server has seen.
    position_file: PathBuf,
    folder: tempfile::TempDir,
}

impl Fixture {
    async fn of(ledger: TestLedger) -> Self {
        let recorder = ledger.recorder().await;
        begin(&recorder).await;
        let caller = HttpCaller::new(&token(&recorder, &[Role::Secretary], "RED", None).await);
        recorder.log().close().await;
        let folder = tempfile::tempdir().unwrap();
        Self { ledger, caller, position_file: folder.path().join("seen"), folder }
    }

    fn start(&self) -> ServerProcess {
        ServerProcess::start_with(&self.ledger.url_text, &[&self.setting()])
    }

    fn setting(&self) -> String {
        format!("position_file={}", self.position_file.display())
    }

    /// The end of a server that refuses to start, by its standard error.
    fn refused(&self, arguments: &[&str]) -> String {
        let mut serve = minutebook(&self.ledger.url_text);
        serve.args(["serve", "--listen", "127.0.0.1:0", "--set", &self.setting()]).args(arguments);
        let mut child = serve.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        // A server that was not refused has not ended.
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    async fn raise(&self, server: &ServerProcess, action: &str) -> (u16, Value) {
        let body = &raised(action)["data"];
        let (status, text) = self.caller.post(&server.address, "/api/v1/actions", action, body).await.unwrap();
        (status, serde_json::from_str(&text).unwrap())
    }

    /// Raises `count` actions and returns the last position.
    async fn raise_many(&self, server: &ServerProcess, prefix: &str, count: u64) -> u64 {
        let mut last = 0;
        for number in 1..=count {
            let (status, answer) = self.raise(server, &format!("SSC72/{prefix}{number:02}")).await;
            assert_eq!(status, 201, "{answer}");
            last = answer["position"].as_u64().unwrap();
        }
        last
    }

    /// Waits until the server has found the log broken off, and checks what it answers then. Returns the reason.
    async fn stopped(&self, server: &ServerProcess) -> String {
        let begun = Instant::now();
        let reason = loop {
            let (status, health) = self.caller.get(&server.address, "/health/ready").await;
            // Before that, the database may be away.
            if health["checks"]["log_continues"] == json!(false) {
                assert_eq!(status, 503, "{health}");
                break health["reason"].as_str().unwrap().to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "{health}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        for path in ["/api/v1/actions", "/api/v1/events", "/api/v1/committees", "/api/v1/actions?at_least=1"] {
            let (status, problem) = self.caller.get(&server.address, path).await;
            assert_eq!((status, kind(&problem)), (503, "log-not-continued"), "{path}: {problem}");
        }
        let (status, problem) = self.raise(server, "SSC72/98").await;
        assert_eq!((status, kind(&problem)), (503, "log-not-continued"), "{problem}");
        assert_eq!(self.caller.get(&server.address, "/health/live").await.0, 200);
        reason
    }
}

fn kind(problem: &Value) -> &str {
    problem["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default()
}

/// A copy of a ledger, as an operator's backup has it.
enum Backup {
    Sqlite { ledger: PathBuf, copy: PathBuf },
    Postgres { database: String, copy: String },
}

impl Backup {
    async fn take(ledger: &TestLedger) -> Self {
        match ledger.store() {
            Store::Sqlite => {
                let ledger = PathBuf::from(ledger.url_text.strip_prefix("sqlite:").unwrap());
                let copy = ledger.with_extension("backup");
                sqlite(&ledger, &format!("VACUUM INTO '{}'", copy.display())).await;
                Self::Sqlite { ledger, copy }
            }
            Store::Postgres => {
                let database = ledger.url_text["postgres:///".len()..].split('?').next().unwrap().to_owned();
                Self::Postgres { copy: cluster().back_up(&database), database }
            }
        }
    }

    /// Puts the backup in the place of the ledger, under the running server.
    fn restore(self) {
        match self {
            Self::Sqlite { ledger, copy } => {
                for ending in ["-wal", "-shm"] {
                    // A server that has ended leaves neither.
                    let _ = std::fs::remove_file(format!("{}{ending}", ledger.display()));
                }
                std::fs::rename(copy, ledger).unwrap();
            }
            Self::Postgres { database, copy } => cluster().replace_database(&database, &copy),
        }
    }
}

on_both_stores!(
    a_restored_backup_stops_the_server_until_the_lost_tail_is_accepted,
    a_backup_that_grew_beyond_what_was_seen_is_found_by_the_event_there,
);

async fn a_restored_backup_stops_the_server_until_the_lost_tail_is_accepted(ledger: TestLedger) {
    let fixture = Fixture::of(ledger).await;
    let server = fixture.start();
    let kept = fixture.raise_many(&server, "1", 3).await;
    let backup = Backup::take(&fixture.ledger).await;
    let seen = fixture.raise_many(&server, "2", 3).await;
    let mut feed = fixture.caller.follow(&server.address, "/api/v1/events/stream").await;
    // The position file is written a second later at most.
    let note = || std::fs::read_to_string(&fixture.position_file).unwrap_or_default();
    until(|| note().contains(&format!("\"position\":{seen},"))).await;
    backup.restore();

    // No write is acknowledged from the first moment on.
    let (status, answer) = fixture.raise(&server, "SSC72/99").await;
    assert_eq!(status, 503, "{answer}");
    let reason = fixture.stopped(&server).await;
    if fixture.ledger.store() == Store::Postgres {
        assert!(
            reason.contains(&format!("position {kept}")) && reason.contains(&format!("position {seen}")),
            "{reason}"
        );
    }
    while feed.next().await.is_some() {}
    server.kill();

    // A start is refused as well, unless the operator names the end of the log.
    let refusal = fixture.refused(&[]);
    assert!(refusal.contains(&format!("--accept-lost-tail {kept}")), "{refusal}");
    let refusal = fixture.refused(&["--accept-lost-tail", &seen.to_string()]);
    assert!(refusal.contains("does not name its end"), "{refusal}");
    let accepted = [("MINUTEBOOK_ACCEPT_LOST_TAIL", kept.to_string())];
    let server = ServerProcess::start_with_environment(
        &fixture.ledger.url_text,
        &[&fixture.setting()],
        &accepted.each_ref().map(|(name, value)| (*name, value.as_str())),
    );
    assert_eq!(fixture.raise_many(&server, "3", 3).await, kept + 3);
    assert_eq!(fixture.caller.get(&server.address, "/health/ready").await.0, 200);
    server.stop();
    // The option is not needed a second time.
    let server = fixture.start();
    let (_, actions) = fixture.caller.get(&server.address, "/api/v1/actions?limit=500").await;
    let references: Vec<&str> =
        actions["actions"].as_array().unwrap().iter().map(|action| action["reference"].as_str().unwrap()).collect();
    let expected = ["SSC72/101", "SSC72/102", "SSC72/103", "SSC72/301", "SSC72/302", "SSC72/303"];
    assert!(expected.iter().all(|reference| references.contains(reference)), "{references:?}");
    assert!(!references.iter().any(|reference| reference.starts_with("SSC72/2") || *reference == "SSC72/99"));
    server.stop();
    verify(&fixture.ledger.url_text);
}

async fn a_backup_that_grew_beyond_what_was_seen_is_found_by_the_event_there(ledger: TestLedger) {
    let fixture = Fixture::of(ledger).await;
    let server = fixture.start();
    fixture.raise_many(&server, "1", 1).await;
    let backup = Backup::take(&fixture.ledger).await;
    let seen = fixture.raise_many(&server, "2", 2).await;
    server.stop();
    backup.restore();
    // Another server, without that position file, records more than was lost.
    let other = fixture.folder.path().join("other");
    let other = ServerProcess::start_with(&fixture.ledger.url_text, &[&format!("position_file={}", other.display())]);
    fixture.raise_many(&other, "3", 4).await;
    other.stop();
    let refusal = fixture.refused(&[]);
    assert!(refusal.contains(&format!("position {seen} holds another event")), "{refusal}");
}

/// Hurts the files of a ledger under a running server.
type Injury = fn(&Path);

/// What happens to the files, and what the server says of it. Every kind of damage stands for others of its kind.
const INJURIES: &[(&str, Injury, &str)] = &[
    ("deleted", |file| std::fs::remove_file(file).unwrap(), "was deleted"),
    (
        "moved away, and another put there",
        |file| {
            std::fs::rename(file, file.with_extension("away")).unwrap();
            std::fs::copy(file.with_extension("away"), file).unwrap();
        },
        "was replaced by another",
    ),
    (
        "replaced by an empty one",
        |file| drop((std::fs::remove_file(file), std::fs::File::create(file))),
        "was replaced",
    ),
    ("cut to half", |file| set_length(file, |length| length / 2), "was cut short"),
    ("cut to nothing", |file| set_length(file, |_| 0), "was cut short"),
    ("header overwritten", |file| overwrite(file, 0, 100), "damaged"),
    ("first page overwritten", |file| overwrite(file, 100, 3996), "damaged"),
    ("middle overwritten", |file| overwrite(file, 10 * 4096, 20 * 4096), "damaged"),
    ("all overwritten", |file| overwrite(file, 0, usize::MAX), "damaged"),
    ("write-ahead log deleted", |file| std::fs::remove_file(companion(file, "-wal")).unwrap(), "was deleted"),
    (
        "index of the write-ahead log deleted",
        |file| std::fs::remove_file(companion(file, "-shm")).unwrap(),
        "was deleted",
    ),
    ("write-ahead log overwritten", |file| overwrite(&companion(file, "-wal"), 0, usize::MAX), ""),
    ("write-ahead log cut to nothing", |file| set_length(&companion(file, "-wal"), |_| 0), ""),
];

fn companion(file: &Path, ending: &str) -> PathBuf {
    format!("{}{ending}", file.display()).into()
}

fn set_length(file: &Path, length: fn(u64) -> u64) {
    let file = OpenOptions::new().write(true).open(file).unwrap();
    file.set_len(length(file.metadata().unwrap().len())).unwrap();
}

/// Overwrites at most `count` bytes of a file in its place.
fn overwrite(file: &Path, from: u64, count: usize) {
    let file = OpenOptions::new().write(true).open(file).unwrap();
    let rest = usize::try_from(file.metadata().unwrap().len().saturating_sub(from)).unwrap();
    file.write_all_at(&vec![0xa5; count.min(rest)], from).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_to_a_file_that_was_deleted_replaced_cut_or_damaged() {
    for (injury, hurt, reason) in INJURIES {
        let fixture = Fixture::of(TestLedger::new(Store::Sqlite)).await;
        let file = PathBuf::from(fixture.ledger.url_text.strip_prefix("sqlite:").unwrap());
        let server = fixture.start();
        fixture.raise_many(&server, "1", 2).await;
        if !injury.starts_with("write-ahead log") {
            // What the write-ahead log holds is no longer read from the database, and damage there harms nothing.
            sqlite(&file, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        }
        hurt(&file);
        let before = std::fs::read(&file).ok();
        let (status, answer) = fixture.raise(&server, "SSC72/99").await;
        assert_eq!(status, 503, "{injury}: {answer}");
        let stated = fixture.stopped(&server).await;
        assert!(stated.contains(reason), "{injury}: {stated}");
        assert!(!stated.contains(fixture.ledger.url_text.strip_prefix("sqlite:").unwrap()), "{injury}: {stated}");
        assert_eq!(std::fs::read(&file).ok(), before, "{injury}: the file was written to");
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_a_checkpoint_and_a_rebuild_of_another_process_stop_nothing() {
    let fixture = Fixture::of(TestLedger::new(Store::Sqlite)).await;
    let file = PathBuf::from(fixture.ledger.url_text.strip_prefix("sqlite:").unwrap());
    let server = fixture.start();
    for round in 1..=3 {
        fixture.raise_many(&server, &format!("{round}"), 2).await;
        sqlite(&file, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        fixture.raise_many(&server, &format!("4{round}"), 1).await;
        let rebuilt = minutebook(&fixture.ledger.url_text).arg("rebuild").output().unwrap();
        assert!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
        let other = ServerProcess::start_with(&fixture.ledger.url_text, &[&fixture.setting()]);
        fixture.raise_many(&other, &format!("5{round}"), 2).await;
        fixture.raise_many(&server, &format!("6{round}"), 1).await;
        other.stop();
    }
    // Neither does a client of SQLite that reads and hangs up, as a backup does. If it took itself for the last one, it
    // would remove the write-ahead log.
    for number in 1..=5 {
        let python = "import sqlite3, sys\nledger = sqlite3.connect(sys.argv[1])\n\
                      ledger.execute('SELECT count(*) FROM events').fetchall()\nledger.close()";
        let read = std::process::Command::new("python3").arg("-c").arg(python).arg(&file).status().unwrap();
        assert!(read.success());
        fixture.raise_many(&server, &format!("7{number}"), 2).await;
    }
    assert_eq!(fixture.caller.get(&server.address, "/health/ready").await.0, 200);
    server.stop();
    verify(&fixture.ledger.url_text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_noticed_without_a_write() {
    for (name, from) in [("the first page", 0), ("the middle", 10 * 4096)] {
        let fixture = Fixture::of(TestLedger::new(Store::Sqlite)).await;
        let file = PathBuf::from(fixture.ledger.url_text.strip_prefix("sqlite:").unwrap());
        let server = fixture.start();
        fixture.raise_many(&server, "1", 2).await;
        sqlite(&file, "PRAGMA wal_checkpoint(TRUNCATE)").await;
        overwrite(&file, from, 20 * 4096);
        let stated = fixture.stopped(&server).await;
        assert!(stated.contains("damaged"), "{name}: {stated}");
        server.kill();
    }
}

#[test]
fn a_ledger_that_is_gone_is_not_begun_anew_beside_what_is_left_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("book.db");
    let ledger = format!("sqlite:{}", file.display());
    for ending in ["-position", "-wal"] {
        std::fs::write(companion(&file, ending), "left").unwrap();
        for words in [&["serve"][..], &["record", "committee", "SSC", "--name", "Security Sub-Committee"]] {
            let output = minutebook(&ledger).args(words).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && stderr.contains("deleted or moved"), "{words:?}: {stderr}");
            assert!(stderr.contains(ending), "{words:?}: {stderr}");
        }
        std::fs::remove_file(companion(&file, ending)).unwrap();
    }
}

/// Runs one statement on an SQLite file.
async fn sqlite(file: &Path, sql: &str) {
    use crate::fixtures::raw_database::RawDatabase;
    RawDatabase::at(&format!("sqlite:{}", file.display())).await.execute(sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_beside_the_log_explains_no_change_of_the_database() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    let second = HttpCaller::new(&token(&recorder, &[Role::Secretary], "RED", None).await);
    recorder.log().close().await;
    let fixture = Fixture::of(ledger).await;
    let file = PathBuf::from(fixture.ledger.url_text.strip_prefix("sqlite:").unwrap());
    let server = fixture.start();
    fixture.raise_many(&server, "1", 2).await;
    sqlite(&file, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    overwrite(&file, 100, 3996);
    // The server notes the first use of a token in a commit of its own.
    second.get(&server.address, "/api/v1/committees").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, answer) = fixture.raise(&server, "SSC72/99").await;
    assert_eq!(status, 503, "{answer}");
    assert!(fixture.stopped(&server).await.contains("damaged"));
}
