//! A throw-away PostgreSQL cluster for the tests.
//!
//! The first call of [`cluster`] starts one server for the whole test process, in a temporary folder and on a Unix
//! socket in that folder, so that two test processes never meet. A supervisor, a small shell script in a process group
//! of its own, starts the server and afterwards blocks on a pipe whose other end only this process holds. However this
//! process ends, by a normal exit, a panic, an abort or a `SIGKILL`, the kernel closes that pipe, and the supervisor
//! stops the server and removes the folder.
//!
//! A machine without PostgreSQL's server fails the tests: there is no way to skip them.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The server listens on no network port: this only names the socket file.
const PORT: u16 = 5432;

/// The role that owns the cluster, whichever user of the system runs it.
const SUPERUSER: &str = "postgres";

/// The longest folder whose socket, `/.s.PGSQL.5432` appended, still fits the kernel's 107 bytes.
const LONGEST_FOLDER: usize = 92;

const SETTINGS: &str = "\
listen_addresses = ''
fsync = on
synchronous_commit = on
max_connections = 200
shared_buffers = 64MB
";

/// What the supervisor runs: `sh -c SUPERVISOR supervisor FOLDER BIN [PREFIX...]`, PREFIX being what turns root into
/// the server's user. It says `ready` once the server answers, or else anything, which is then the reason.
///
/// It ignores the signals that a terminal or a CI runner sends, because it is needed most when they arrive. Whatever
/// it starts reads from `/dev/null`, so that nothing but the supervisor holds the pipe's reading end.
const SUPERVISOR: &str = r#"
trap '' HUP INT TERM PIPE
exec 2>&1
folder=$1 bin=$2
shift 2

give_up() {
    echo "$1 failed; the last lines of its log:"
    tail -n 40 "$folder/log"
    rm -rf "$folder"
    exit 1
}

: </dev/null >"$folder/log" || exit 1
"$@" "$bin/initdb" --pgdata="$folder/data" --auth=trust --encoding=UTF8 --locale=C --username=postgres --no-sync \
    </dev/null >>"$folder/log" 2>&1 || give_up initdb
cat "$folder/settings" >>"$folder/data/postgresql.conf" || give_up 'writing postgresql.conf'
"$@" "$bin/pg_ctl" start --pgdata="$folder/data" --log="$folder/server.log" --wait --timeout=60 \
    </dev/null >>"$folder/log" 2>&1 || {
    cat "$folder/server.log" >>"$folder/log"
    "$@" "$bin/pg_ctl" stop --pgdata="$folder/data" --mode=immediate </dev/null >/dev/null 2>&1
    give_up 'starting the server'
}
echo ready
exec >/dev/null 2>&1

while read -r _; do :; done

"$@" "$bin/pg_ctl" stop --pgdata="$folder/data" --mode=immediate --wait --timeout=30 </dev/null ||
    "$@" sh -c 'kill -KILL "$(head -n 1 "$1/data/postmaster.pid")"' sh "$folder"
rm -rf "$folder"
"#;

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// The cluster of this test process, started by the first call.
///
/// A cluster that did not start is not tried again: every test that needs it panics with the same reason.
#[track_caller]
pub(crate) fn cluster() -> &'static Cluster {
    match CLUSTER.get_or_init(Cluster::start) {
        Ok(cluster) => cluster,
        Err(reason) => panic!("{reason}"),
    }
}

/// A running PostgreSQL server with databases to make and to query.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: PathBuf,
    psql: PathBuf,
    databases: AtomicU64,
    /// It holds the writing end of the supervisor's pipe, which has to stay open as long as this process lives. The
    /// standard library marks that end close-on-exec, so no program that a test starts can keep it open for longer.
    _supervisor: Child,
}

impl Cluster {
    /// A URL that connects to the database as the superuser, both by sqlx and by PostgreSQL's own programs.
    pub(crate) fn url(&self, database: &str) -> String {
        self.url_as(database, SUPERUSER)
    }

    /// A URL that connects to the database as the role, which needs no password.
    ///
    /// Port and TLS mode stand in it because sqlx would else take them from `PGPORT` and `PGSSLMODE`.
    pub(crate) fn url_as(&self, database: &str, role: &str) -> String {
        let host = percent_encoded(&self.folder.to_string_lossy());
        let (database, role) = (percent_encoded(database), percent_encoded(role));
        format!("postgres:///{database}?host={host}&port={PORT}&user={role}&sslmode=disable")
    }

    /// Creates an empty database and returns its name, which no other test of this process has.
    pub(crate) fn create_database(&self) -> String {
        self.create_database_from("template1")
    }

    /// Creates a database as a copy of another and returns its name.
    ///
    /// PostgreSQL refuses to copy a database that anyone is connected to.
    pub(crate) fn create_database_from(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed) + 1);
        let template = template.replace('"', "\"\"");
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE \"{template}\""));
        name
    }

    /// Runs SQL as the superuser and returns the rows it gives, one a line, with `|` between the columns.
    ///
    /// Each statement commits by itself unless the SQL says `BEGIN`. The first that fails ends the run and the test.
    #[track_caller]
    pub(crate) fn execute(&self, database: &str, sql: &str) -> String {
        match self.try_execute(database, sql) {
            Ok(rows) => rows,
            Err(error) => panic!("the SQL failed in database {database}: {error}\n{sql}"),
        }
    }

    /// Runs SQL as [`Cluster::execute`] does, and returns what psql says about a statement that fails.
    pub(crate) fn try_execute(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(&self.psql);
        without_postgres_variables(&mut psql)
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", &self.url(database), "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = psql.spawn().map_err(|error| format!("{} did not start: {error}", self.psql.display()))?;
        let input = child.stdin.take();
        // The SQL goes in from a thread of its own: psql may stop reading it until someone takes its output.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut input) = input {
                    // psql closes its input early only when it fails, and then its own message is the one to show.
                    let _ = input.write_all(sql.as_bytes());
                }
            });
            child.wait_with_output()
        })
        .map_err(|error| format!("psql could not be waited for: {error}"))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
        }
    }

    fn start() -> Result<Self, String> {
        let bin = server_programs()?;
        let psql = if bin.join("psql").is_file() { bin.join("psql") } else { PathBuf::from("psql") };
        let (folder, prefix) = server_folder()?;
        Self::start_in(&folder, &bin, &psql, &prefix).inspect_err(|_| {
            // The supervisor has removed it already, unless the supervisor is what did not start.
            let _ = fs::remove_dir_all(&folder);
        })
    }

    fn start_in(folder: &Path, bin: &Path, psql: &Path, prefix: &[String]) -> Result<Self, String> {
        let settings = format!("{SETTINGS}port = {PORT}\nunix_socket_directories = '{}'\n", folder.display());
        fs::write(folder.join("settings"), settings)
            .map_err(|error| format!("{} cannot be written to: {error}", folder.display()))?;

        let mut command = Command::new("sh");
        without_postgres_variables(&mut command)
            .args(["-c", SUPERVISOR, "supervisor"])
            .args([folder, bin])
            .args(prefix)
            // The server's user may not be allowed into the folder that the tests run in.
            .current_dir("/")
            // A Ctrl-C reaches the process group of the terminal's foreground, and the supervisor is not to be in it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut supervisor =
            command.spawn().map_err(|error| format!("the supervisor of PostgreSQL did not start: {error}"))?;

        let mut said = String::new();
        if let Some(output) = supervisor.stdout.take() {
            let mut output = BufReader::new(output);
            let ready = output.read_line(&mut said).is_ok() && said == "ready\n";
            if ready {
                return Ok(Self {
                    folder: folder.to_owned(),
                    psql: psql.to_owned(),
                    databases: AtomicU64::new(0),
                    _supervisor: supervisor,
                });
            }
            let _ = output.read_to_string(&mut said);
        }
        drop(supervisor.stdin.take());
        let _ = supervisor.wait();
        Err(format!("the tests' PostgreSQL from {} did not start: {said}", bin.display()))
    }
}

/// Makes the cluster's folder and returns it with the command that precedes every command of the server: none for an
/// ordinary user; for root, whom the server refuses, the one that takes on another user, who then owns the folder.
fn server_folder() -> Result<(PathBuf, Vec<String>), String> {
    let mut reasons = String::new();
    // The folder for temporary files may be too long for a socket, or closed to the server's user.
    let mut parents = vec![std::env::temp_dir(), PathBuf::from("/tmp")];
    parents.dedup();
    for parent in parents {
        match server_folder_in(&parent) {
            Ok(made) => return Ok(made),
            Err(reason) => {
                let _ = write!(reasons, "\n  {}: {reason}", parent.display());
            }
        }
    }
    Err(format!("there is no folder to run the tests' PostgreSQL in:{reasons}"))
}

fn server_folder_in(parent: &Path) -> Result<(PathBuf, Vec<String>), String> {
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    let folder = parent.join(format!("mb-pg-{}-{nanoseconds:08x}", std::process::id()));
    // The path goes into a configuration file and a list of folders: an ordinary one needs no quoting in either.
    let ordinary = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+".contains(&byte);
    let path = folder.as_os_str().as_encoded_bytes();
    if !folder.is_absolute() || path.len() > LONGEST_FOLDER || !path.iter().copied().all(ordinary) {
        return Err("its path is too long or too odd for a socket's".to_owned());
    }
    DirBuilder::new().mode(0o700).create(&folder).map_err(|error| error.to_string())?;
    let prefix = fs::metadata(&folder).map_err(|error| error.to_string()).and_then(|made| {
        // What this process creates belongs to the user it runs as, which std offers no other way to ask for.
        if made.uid() == 0 { hand_over(&folder) } else { Ok(Vec::new()) }
    });
    match prefix {
        Ok(prefix) => Ok((folder, prefix)),
        Err(reason) => {
            let _ = fs::remove_dir(&folder);
            Err(reason)
        }
    }
}

/// Gives the folder to a user whom the server accepts, and returns the command that takes on that user.
fn hand_over(folder: &Path) -> Result<Vec<String>, String> {
    let (user, uid, gid) = ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| Some((user, id("-u", user)?, id("-g", user)?)))
        .ok_or("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor a user `nobody`")?;
    chown(folder, Some(uid), Some(gid)).map_err(|error| format!("it cannot be given to {user}: {error}"))?;
    let (as_user, as_group) = (format!("--reuid={uid}"), format!("--regid={gid}"));
    let ways: [&[&str]; 3] = [
        &["setpriv", &as_user, &as_group, "--clear-groups"],
        &["runuser", "-u", user, "--"],
        &["sudo", "-n", "-u", user, "--"],
    ];
    for way in ways {
        let works = Command::new(way[0])
            .args(&way[1..])
            .args(["sh", "-c", r#"cd "$1" && test -w ."#, "sh"])
            .arg(folder)
            .stdin(Stdio::null())
            .output()
            .is_ok_and(|output| output.status.success());
        if works {
            return Ok(way.iter().map(|&word| word.to_owned()).collect());
        }
    }
    Err(format!("PostgreSQL refuses to run as root, and neither setpriv nor runuser nor sudo lets {user} write there"))
}

fn id(which: &str, user: &str) -> Option<u32> {
    let output = Command::new("id").args([which, user]).stdin(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Finds the folder of the server's programs, or says how to come by them.
fn server_programs() -> Result<PathBuf, String> {
    let has_server = |folder: &Path| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());

    if let Some(named) = std::env::var_os("MINUTEBOOK_PG_BIN") {
        // The supervisor runs in another folder, where a relative path would lead elsewhere.
        return fs::canonicalize(&named).ok().filter(|folder| has_server(folder)).ok_or_else(|| {
            format!("MINUTEBOOK_PG_BIN is {}, which holds no initdb, pg_ctl and postgres", named.display())
        });
    }
    let configured = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).output().ok();
    let configured = configured.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    configured
        .into_iter()
        .chain(installed_versions(Path::new("/usr/lib/postgresql")))
        .chain(std::env::split_paths(&in_path))
        .filter(|folder| folder.is_absolute())
        .find(|folder| has_server(folder))
        .ok_or_else(|| {
            "PostgreSQL's server is missing, and the tests need it: they run against a real one, which they start \
             themselves. Install it (Debian, Ubuntu: `apt-get install postgresql`; Fedora: `dnf install \
             postgresql-server`; Alpine: `apk add postgresql`; Arch: `pacman -S postgresql`; macOS: `brew install \
             postgresql`), or set MINUTEBOOK_PG_BIN to the folder that holds initdb, pg_ctl, postgres and psql."
                .to_owned()
        })
}

/// The program folders of the versions installed side by side, the highest version first.
fn installed_versions(root: &Path) -> Vec<PathBuf> {
    let version = |name: &OsStr| -> Option<Vec<u32>> {
        name.to_str()?.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()
    };
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<_> =
        entries.filter_map(|entry| Some((version(&entry.file_name())?, entry.path().join("bin")))).collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

/// Keeps a developer's own `PGHOST`, `PGOPTIONS` and the like away from the tests' server, and its messages English.
fn without_postgres_variables(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C")
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
