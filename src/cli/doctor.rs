//! `minutebook doctor`

use super::failure::Failure;
use super::output::print;
use crate::present::table::{Column, table};
use crate::server::settings::SettingsLayers;
use minutebook_ledger::{Environment, LedgerUrl, Log, StoreError, free_room};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The least room on the disk of a ledger, in bytes. A rebuild and a copy need as much as the ledger itself.
const LEAST_ROOM: u64 = 256 << 20;
const MIB: u64 = 1 << 20;

/// Look at configuration, ledger, schema, permissions, clock and disk, and say what is amiss.
///
/// Each line says what was found and, if something is amiss, what to do. The exit status is 1 then. Nothing is recorded;
/// `minutebook verify` checks the events themselves.
#[derive(clap::Args)]
pub(super) struct DoctorArgs {
    /// The configuration file of the server, in TOML.
    #[arg(long, value_name = "FILE", env = "MINUTEBOOK_CONFIG")]
    config: Option<PathBuf>,
}

const COLUMNS: [Column; 4] =
    [Column::whole("Check"), Column::whole("Result"), Column::text("Found"), Column::words("What to do")];

/// What was found of one thing.
struct Diagnosis {
    what: &'static str,
    found: String,
    /// What to do; none if nothing is amiss.
    remedy: Option<String>,
}

impl Diagnosis {
    fn good(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, found: found.into(), remedy: None }
    }

    fn amiss(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what, found: found.into(), remedy: Some(remedy.into()) }
    }
}

pub(super) async fn run(given: Option<&LedgerUrl>, command: DoctorArgs) -> Result<ExitCode, Failure> {
    let (configuration, url) = configuration(given, command.config);
    let mut found = vec![configuration];
    if let Some(url) = url {
        found.extend(ledger(&url).await);
        if let LedgerUrl::Sqlite(path) = &url {
            found.extend(file(path));
        }
    }
    let rows = found.iter().map(|diagnosis| {
        let verdict = if diagnosis.remedy.is_none() { "ok" } else { "AMISS" };
        let remedy = diagnosis.remedy.clone().unwrap_or_default();
        vec![diagnosis.what.to_owned(), verdict.to_owned(), diagnosis.found.clone(), remedy]
    });
    print(&table(&COLUMNS, rows.collect(), ""))?;
    Ok(ExitCode::from(u8::from(found.iter().any(|diagnosis| diagnosis.remedy.is_some()))))
}

/// Reads the settings as the server would, and returns the ledger that it would serve.
fn configuration(given: Option<&LedgerUrl>, file: Option<PathBuf>) -> (Diagnosis, Option<LedgerUrl>) {
    const WHAT: &str = "configuration";
    let read = file.as_ref().map_or_else(|| "no file; defaults".to_owned(), |file| file.display().to_string());
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let layers = SettingsLayers { file, environment: environment.collect(), options: Vec::new() };
    let settings = match layers.settings() {
        Ok(settings) => settings,
        Err(error) => {
            let remedy = "mend the setting; `minutebook serve --show-config` prints all";
            return (Diagnosis::amiss(WHAT, error.to_string(), remedy), Some(given.cloned().unwrap_or_default()));
        }
    };
    match given.cloned().map_or_else(|| settings.ledger.parse(), Ok) {
        Ok(url) => (Diagnosis::good(WHAT, read), Some(url)),
        Err(error) => {
            let remedy = "name the ledger as sqlite:PATH or postgres://USER@HOST/DATABASE";
            (Diagnosis::amiss(WHAT, error.to_string(), remedy), None)
        }
    }
}

/// Opens the ledger and asks for its health.
async fn ledger(url: &LedgerUrl) -> Vec<Diagnosis> {
    let log = match Log::open_as_it_is(url, Environment::system()).await {
        Ok(log) => log,
        Err(error @ (StoreError::NotMigrated(_) | StoreError::Newer(_) | StoreError::Unreleased(_))) => {
            return vec![Diagnosis::amiss(
                "schema",
                error.to_string(),
                "run `minutebook migrate`, or the other version",
            )];
        }
        Err(error) => {
            return vec![Diagnosis::amiss("ledger", error.to_string(), "see the cause; nothing else was checked")];
        }
    };
    let mut found = Vec::new();
    match log.health().await {
        Ok(health) => {
            found.push(Diagnosis::good("ledger", format!("{url}, {} events", health.head)));
            found.push(Diagnosis::good("schema", "of this version"));
            let behind = health.head.number().saturating_sub(health.read_up_to.number());
            found.push(if health.halted.is_empty() && behind == 0 {
                Diagnosis::good("lists", "as far as the log")
            } else {
                let halted = if health.halted.is_empty() { "none" } else { &health.halted.join(", ") };
                Diagnosis::amiss(
                    "lists",
                    format!("{behind} events behind; halted: {halted}"),
                    "run `minutebook rebuild`",
                )
            });
            found.push(match health.clock_fault {
                None => Diagnosis::good("clock", "fits the last event"),
                Some(fault) => {
                    Diagnosis::amiss("clock", fault.to_string(), "set the clock, or confirm it with --accept-clock")
                }
            });
        }
        Err(error) => found.push(Diagnosis::amiss("ledger", error.to_string(), "run `minutebook verify`")),
    }
    found.push(match log.check_append().await {
        Ok(()) => Diagnosis::good("recording", "allowed"),
        Err(error) => Diagnosis::amiss("recording", error.to_string(), "allow it, if this user is to record"),
    });
    log.close().await;
    found
}

/// Looks at the file of an SQLite ledger and at its disk.
fn file(path: &Path) -> Vec<Diagnosis> {
    let Ok(metadata) = std::fs::metadata(path) else { return Vec::new() };
    let mut found = vec![permissions(path, &metadata)];
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Some(room) = free_room(folder) {
        let needed = metadata.len().max(LEAST_ROOM);
        let shown = format!("{} MiB free", room / MIB);
        found.push(if room < needed {
            let remedy = format!("make room: a rebuild or a copy may need {} MiB", needed / MIB);
            Diagnosis::amiss("disk", shown, remedy)
        } else {
            Diagnosis::good("disk", shown)
        });
    }
    found
}

/// Whether others than the owner may read the file.
#[cfg(unix)]
fn permissions(path: &Path, metadata: &std::fs::Metadata) -> Diagnosis {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    let shown = format!("mode {mode:03o}");
    if mode & 0o007 != 0 {
        let remedy = format!("`chmod o= {}`: a reader of the file reads every text, whatever its mark", path.display());
        return Diagnosis::amiss("permissions", format!("{shown}: everyone on this machine may open the file"), remedy);
    }
    Diagnosis::good("permissions", shown)
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: &std::fs::Metadata) -> Diagnosis {
    Diagnosis::good("permissions", "not looked at on this system")
}
