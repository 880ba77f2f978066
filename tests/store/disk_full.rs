//! On a full disk, commands are refused with a clear message and no acknowledged event is lost. The same process
//! records again once there is room.

use crate::fixtures::committee::{begin, raised};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::{RecordLines, minutebook, verify};
use crate::fixtures::sent_commands::SentCommands;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs as `sh -c SCRIPT sh FOLDER PROGRAM ARGUMENTS...` in a mount namespace of its own. It mounts a small disk on
/// FOLDER/disk, copies the ledger from FOLDER and some ballast onto it, and runs the program there. A line through the
/// pipe FOLDER/make-room removes the ballast. At the end the ledger is copied back.
///
/// The test holds the other end of the pipe, so the reader ends with the test.
const SCRIPT: &str = r#"
folder=$1
shift
mount -t tmpfs -o size=12m minutebook "$folder/disk" || exit 99
cp "$folder"/book.db* "$folder/disk/" || exit 98
head -c 12058624 /dev/zero >"$folder/disk/ballast" || exit 97
{ read -r _ <&3 && rm "$folder/disk/ballast" && echo '{"room": "made"}'; } 3<"$folder/make-room" </dev/null &
"$@"
status=$?
rm "$folder"/book.db*
cp "$folder"/disk/book.db* "$folder/"
exit $status
"#;

/// Runs like `SCRIPT`, on a disk that the ledger's file and the ballast fill to the last byte.
const SCRIPT_WITHOUT_ROOM: &str = r#"
folder=$1
shift
mount -t tmpfs -o size=1m minutebook "$folder/disk" || exit 99
cp "$folder/book.db" "$folder/disk/" || exit 98
cat /dev/zero >"$folder/disk/ballast" 2>/dev/null
exec "$@"
"#;

/// Refusals in a row after which the disk counts as full.
const REFUSALS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_on_a_full_disk_are_refused_and_recording_resumes_with_room() {
    let ledger = ledger_with_disk().await;
    let folder = folder(&ledger);
    assert!(Command::new("mkfifo").arg(folder.join("make-room")).status().unwrap().success());

    let mut sent = SentCommands::new("full");
    let mut lines = RecordLines::spawn(&mut on_a_small_disk(SCRIPT, folder));
    let mut make_room = File::options().write(true).open(folder.join("make-room")).unwrap();
    let mut number = 0;
    let mut in_a_row = 0;
    while in_a_row < REFUSALS {
        assert!(number < 2000, "more was acknowledged than fits on the disk");
        // Four at a time, so that several commands share a refused transaction.
        for _ in 0..4 {
            number += 1;
            let actions = [raised(&format!("SSC{}/01", 100 + number)), raised(&format!("SSC{}/02", 100 + number))];
            lines.send(&sent.add(&actions[..=number % 2]));
        }
        for _ in 0..4 {
            let answer = lines.answer();
            if let Some(error) = answer["error"].as_str() {
                assert_eq!(error, "the disk is full: nothing was recorded; make room and send it again");
                in_a_row += 1;
            } else {
                sent.acknowledge(&answer);
                in_a_row = 0;
            }
        }
    }
    let before = sent.acknowledged();
    assert!(before > 0, "the disk was full from the start");
    let refused = sent.unacknowledged();

    writeln!(make_room).unwrap();
    assert_eq!(lines.answer(), json!({"room": "made"}));
    for line in &refused {
        lines.send(line);
        // The next answer is an acknowledgement: the process needs no restart and no pause.
        sent.acknowledge(&lines.answer());
    }
    lines.send(&sent.add(&[raised("SSC72/01"), raised("SSC72/02")]));
    sent.acknowledge(&lines.answer());
    let (rest, status) = lines.finish();
    assert_eq!(rest, Vec::<Value>::new());
    assert_eq!(status.code(), Some(1), "some lines were refused");
    eprintln!("{before} commands before the disk was full, {} refused, and then acknowledged", refused.len());

    let log = ledger.open().await;
    assert_eq!(sent.check(&log).await, 0);
    let head = log.head().await.unwrap().number();
    assert_eq!(sent.events() + 2, head, "each refused command that was sent again is recorded once");
    log.close().await;
    verify(&ledger.url_text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_starts_on_a_full_disk_reports_it() {
    let ledger = ledger_with_disk().await;
    let output = on_a_small_disk(SCRIPT_WITHOUT_ROOM, folder(&ledger)).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("error: the disk is full"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

/// A SQLite ledger with a committee, in a folder with a mount point for the small disk.
async fn ledger_with_disk() -> TestLedger {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.log().close().await;
    fs::create_dir(folder(&ledger).join("disk")).unwrap();
    ledger
}

fn folder(ledger: &TestLedger) -> &Path {
    Path::new(ledger.url_text.trim_start_matches("sqlite:")).parent().unwrap()
}

/// A process that records lines in the ledger on the small disk of `script`.
fn on_a_small_disk(script: &str, folder: &Path) -> Command {
    let way = mount_command(&folder.join("disk"));
    let program = minutebook(&format!("sqlite:{}", folder.join("disk/book.db").display()));
    let mut command = Command::new(way[0]);
    command.args(&way[1..]).args(["sh", "-c", script, "sh"]).arg(folder).arg(program.get_program());
    command.args(["record", "lines", "--jobs", "4"]);
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The command with which this machine lets a test mount a private disk: as root, as root of a user namespace, or
/// through `sudo`.
fn mount_command(place: &Path) -> &'static [&'static str] {
    let ways: [&[&str]; 3] = [
        &["unshare", "--mount"],
        &["unshare", "--mount", "--map-root-user"],
        &["sudo", "-n", "--preserve-env=MINUTEBOOK_LEDGER,MINUTEBOOK_ACTOR", "unshare", "--mount"],
    ];
    let works = |way: &&&[&str]| {
        let mut probe = Command::new(way[0]);
        probe.args(&way[1..]).args(["mount", "-t", "tmpfs", "-o", "size=64k", "minutebook"]).arg(place);
        probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    };
    ways.iter().find(works).unwrap_or_else(|| {
        panic!(
            "this test fills a small disk, and cannot mount one: `unshare --mount` (util-linux) was refused, with and \
             without --map-root-user and with `sudo -n`. Run it as root, or allow user namespaces."
        )
    })
}
