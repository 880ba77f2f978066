//! The disk is full: a clear refusal, nothing acknowledged is lost, and the same process goes on when there is room.

use crate::fixtures::committee::{begin, raised};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::record_lines::{RecordLines, minutebook, verify};
use crate::fixtures::sent_commands::SentCommands;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs as `sh -c SCRIPT sh FOLDER PROGRAM ARGUMENTS...` with mounts of its own, which end with it. It puts a small
/// disk on FOLDER/disk, with the ledger that stands in FOLDER and some ballast on it, and runs the program there. When
/// a line comes through FOLDER/make-room, the ballast goes. At the end the ledger is copied back.
///
/// The pipe's other end is the test's: if the test ends early, so does the reader.
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

/// Runs as the other, on a disk without a free byte, on which only the ledger's own file is.
const SCRIPT_WITHOUT_ROOM: &str = r#"
folder=$1
shift
mount -t tmpfs -o size=1m minutebook "$folder/disk" || exit 99
cp "$folder/book.db" "$folder/disk/" || exit 98
cat /dev/zero >"$folder/disk/ballast" 2>/dev/null
exec "$@"
"#;

/// How many refusals in a row show that it is not by chance that nothing fits.
const REFUSALS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_refused_clearly_and_recording_goes_on_when_there_is_room() {
    let ledger = begun().await;
    let folder = folder(&ledger);
    assert!(Command::new("mkfifo").arg(folder.join("make-room")).status().unwrap().success());

    let mut books = SentCommands::new("full");
    let mut lines = RecordLines::spawn(&mut on_a_small_disk(SCRIPT, folder));
    let mut make_room = File::options().write(true).open(folder.join("make-room")).unwrap();
    let mut number = 0;
    let mut in_a_row = 0;
    while in_a_row < REFUSALS {
        assert!(number < 2000, "what cannot have fitted on the disk was acknowledged");
        // Four at a time, so that some of a refused transaction's commands come back together.
        for _ in 0..4 {
            number += 1;
            let actions = [raised(&format!("SSC{}/01", 100 + number)), raised(&format!("SSC{}/02", 100 + number))];
            lines.send(&books.sending(&actions[..=number % 2]));
        }
        for _ in 0..4 {
            let answer = lines.answer();
            if let Some(error) = answer["error"].as_str() {
                assert_eq!(error, "the disk is full: nothing was recorded; make room and send it again");
                in_a_row += 1;
            } else {
                books.acknowledge(&answer);
                in_a_row = 0;
            }
        }
    }
    let before = books.acknowledged();
    assert!(before > 0, "the disk was full from the beginning");
    let refused = books.unacknowledged();

    writeln!(make_room).unwrap();
    assert_eq!(lines.answer(), json!({"room": "made"}));
    for line in &refused {
        lines.send(line);
        // The very next answer is an acknowledgement: nothing has to be started again, or waited for.
        books.acknowledge(&lines.answer());
    }
    lines.send(&books.sending(&[raised("SSC72/01"), raised("SSC72/02")]));
    books.acknowledge(&lines.answer());
    let (rest, status) = lines.finish();
    assert_eq!(rest, Vec::<Value>::new());
    assert_eq!(status.code(), Some(1), "some lines were refused");
    eprintln!("{before} commands before the disk was full, {} refused, and then acknowledged", refused.len());

    let log = ledger.open().await;
    assert_eq!(books.check(&log).await, 0);
    let head = log.head().await.unwrap().number();
    assert_eq!(books.events() + 2, head, "what was refused and sent again is there once");
    log.close().await;
    verify(&ledger.url_text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_begins_on_a_full_disk_says_so() {
    let ledger = begun().await;
    let output = on_a_small_disk(SCRIPT_WITHOUT_ROOM, folder(&ledger)).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("error: the disk is full"), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

/// A ledger with a committee, in a folder that has a place for a disk.
async fn begun() -> TestLedger {
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

/// A process that records lines on the small disk that the script makes.
fn on_a_small_disk(script: &str, folder: &Path) -> Command {
    let way = way_to_mount(&folder.join("disk"));
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

/// How this machine lets a test mount a small disk that nobody else sees: as root, as root of a namespace of its own,
/// or with the help of `sudo`.
fn way_to_mount(place: &Path) -> &'static [&'static str] {
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
