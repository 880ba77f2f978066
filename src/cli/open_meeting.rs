//! `minutebook open`, and the meeting that `record` means where none is named.
//!
//! Each user has an open meeting for each ledger. It is kept in the user's own state folder, never in the ledger:
//! what one secretary has open is no fact about the committee.

use super::failure::Failure;
use super::output::print;
use super::suggestions::{LedgerNames, nearest};
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// The variable that names the open meeting of a shell.
const VARIABLE: &str = "MINUTEBOOK_MEETING";

/// Open a meeting, so that record needs not name it.
///
/// Without a meeting, print the open one. It is kept for this user and this ledger, outside the ledger. The variable
/// MINUTEBOOK_MEETING opens a meeting for one shell, and a meeting named in a command goes before both. Then an action
/// that is raised, updated or completed has the meeting's day, unless another is given.
#[derive(clap::Args)]
pub(super) struct OpenArgs {
    /// The meeting.
    meeting: Option<MeetingRef>,
    /// Open no meeting any more.
    #[arg(long, conflicts_with = "meeting")]
    none: bool,
}

pub(super) async fn run(ledger: &LedgerUrl, command: OpenArgs) -> Result<ExitCode, Failure> {
    let Some(meeting) = command.meeting else {
        if command.none {
            remember(ledger, None)?;
            print("no meeting is open")?;
        } else {
            match current(ledger) {
                Some(meeting) => print(&format!("{meeting} is open"))?,
                None => print("no meeting is open")?,
            }
        }
        return Ok(ExitCode::SUCCESS);
    };
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let meetings = LedgerNames { log: &log }.meetings().await?;
    log.close().await;
    let Some(found) = meetings.iter().find(|row| row.reference == meeting || row.formerly.contains(&meeting)) else {
        let known: Vec<String> = meetings.iter().map(|row| row.reference.to_string()).collect();
        let failure = Failure::new(format!("there is no meeting `{meeting}`"));
        return Err(match nearest(&meeting.to_string(), known.iter().map(String::as_str)) {
            Some(near) => failure.with_help(format!("did you mean `{near}`?")),
            None => failure.with_help("record it first: `minutebook record meeting …`"),
        });
    };
    remember(ledger, Some(&found.reference))?;
    print(&format!("{} is open, held on {}", found.reference, found.held_on))?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the open meeting: that of the shell, else what the user opened for this ledger.
pub(super) fn current(ledger: &LedgerUrl) -> Option<MeetingRef> {
    let of_shell = std::env::var(VARIABLE).ok().and_then(|meeting| meeting.parse().ok());
    of_shell.or_else(|| opened().get(&key(ledger))?.parse().ok())
}

/// The name of a ledger in the user's state.
fn key(ledger: &LedgerUrl) -> String {
    match ledger {
        LedgerUrl::Sqlite(path) => std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string(),
        LedgerUrl::Postgres(_) => ledger.to_string(),
    }
}

fn state_file() -> Option<PathBuf> {
    let folder = dirs::state_dir().or_else(dirs::data_local_dir)?;
    Some(folder.join("minutebook").join("open-meetings.json"))
}

/// The open meetings by ledger; none if the state cannot be read.
fn opened() -> BTreeMap<String, String> {
    let text = state_file().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn remember(ledger: &LedgerUrl, meeting: Option<&MeetingRef>) -> Result<(), Failure> {
    let file = state_file().ok_or_else(|| {
        Failure::new("it is not known where your state is kept").with_help(format!("set {VARIABLE} instead"))
    })?;
    let mut opened = opened();
    match meeting {
        Some(meeting) => opened.insert(key(ledger), meeting.to_string()),
        None => opened.remove(&key(ledger)),
    };
    let written = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let text = serde_json::to_string_pretty(&opened)?;
    written.and_then(|()| std::fs::write(&file, text)).map_err(|error| {
        Failure::new(format!("`{}` cannot be written: {error}", file.display()))
            .with_help(format!("set {VARIABLE} instead"))
    })
}
