//! A ledger that cannot be written to: an archived file, a file of another user, a replica.

use crate::fixtures::cli::{Cli, Run};
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::minutebook;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;

/// Runs the program as a user who owns none of the files: root may write to every file.
fn as_auditor(cli: &Cli, arguments: &[&str]) -> Run {
    let mut command = cli.command(arguments);
    if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        command.uid(65_534).gid(65_534);
    }
    Run::of(&command.stdin(Stdio::null()).output().unwrap())
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Field case 18.
#[test]
fn a_file_that_cannot_be_written_to_is_read_searched_and_verified() {
    let cli = Cli::new();
    for words in [
        "record committee SSC --name Security --default-classification WHITE",
        "record meeting SSC_72_2702 --held-on 2019-02-27",
        "record action SSC72/01 --text Circulate --raised-on 2019-02-27",
    ] {
        cli.done(&words.split(' ').collect::<Vec<_>>());
    }
    let (ledger, wal) = (cli.path("minutebook.db"), cli.path("minutebook.db-wal"));
    let files = || std::fs::read_dir(cli.folder.path()).unwrap().count();
    assert!(!wal.exists());
    allow(&ledger, 0o444);
    for folder in [0o555, 0o777] {
        allow(cli.folder.path(), folder);
        let before = files();
        for words in ["actions", "actions --search circ", "meetings", "log", "history SSC72/01", "verify"] {
            let run = as_auditor(&cli, &words.split(' ').collect::<Vec<_>>());
            assert_eq!(run.status, 0, "{words}: {}", run.err);
            assert!(!run.out.is_empty(), "{words}");
        }
        let run = as_auditor(&cli, &["record", "complete", "SSC72/01", "--on", "2019-03-12"]);
        assert!(run.status == 1 && run.err.contains("cannot be written to"), "{}", run.err);
        assert_eq!(files(), before, "reading leaves no file behind");
    }
    // What was recorded last may stand in the write-ahead log alone, which cannot be read without writing beside it.
    allow(cli.folder.path(), 0o755);
    std::fs::write(&wal, "frames").unwrap();
    let run = as_auditor(&cli, &["actions"]);
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.err.contains("minutebook.db-wal") && run.err.contains("copy both"), "{}", run.err);
}

#[test]
fn a_database_that_takes_no_writes_is_read_and_verified() {
    let database = cluster().create_database();
    let url = cluster().url(&database);
    let run = |words: &str| Run::of(&minutebook(&url).args(words.split(' ')).output().unwrap());
    for words in ["migrate", "record committee SSC --name Security"] {
        assert_eq!(run(words).status, 0, "{words}");
    }
    // As a replica answers.
    cluster().execute("postgres", &format!("ALTER DATABASE {database} SET default_transaction_read_only = on"));
    for words in ["actions", "log", "verify"] {
        let run = run(words);
        assert_eq!(run.status, 0, "{words}: {}", run.err);
    }
    let refused = run("record meeting SSC_72_2702 --held-on 2019-02-27 --classification WHITE");
    assert!(refused.status == 1 && refused.err.contains("cannot be written to"), "{}", refused.err);
}
