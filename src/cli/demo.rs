//! `minutebook demo`

use super::failure::Failure;
use super::headlines::document_for;
use super::output::print;
use super::scope::MomentArgs;
use crate::ingest::{self, ImportReport};
use crate::present::headlines::markdown::markdown;
use crate::present::table::{self, Column};
use futures_util::future::LocalBoxFuture;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{CommandId, Position, RequestMetadata, Source, StreamId};
use minutebook_import::report::FileReport;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, Recorder, Selection, command_json};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The sample committee's headlines, in the order of its meetings.
const HEADLINES: [(&str, &str); 6] = [
    ("TSC_41_1001.md", include_str!("../../sample/TSC_41_1001.md")),
    ("TSC_42_0702.md", include_str!("../../sample/TSC_42_0702.md")),
    ("TSC_43_0603.md", include_str!("../../sample/TSC_43_0603.md")),
    ("TSC_44_0304.md", include_str!("../../sample/TSC_44_0304.md")),
    ("TSC_45_0105.md", include_str!("../../sample/TSC_45_0105.md")),
    ("TSC_46_2905.md", include_str!("../../sample/TSC_46_2905.md")),
];

/// The corrections that the committee agreed, one command a line. An event has no id before it is recorded, so these
/// commands name it by stream and version: `action:TSC43/02@1`.
const CORRECTIONS: &str = include_str!("../../sample/corrections.ndjson");

const ACTION_LOG: &str = include_str!("../../sample/actions.csv");

/// The last meeting.
const LAST_MEETING: &str = "TSC_46_2905";

/// The width of the demo's tables: that of most terminal windows.
const WIDTH: u16 = 100;

const ACTOR: &str = "sample secretary";

/// The commands that the demo runs, each under a title.
const COMMANDS: [(&str, &[&str]); 5] = [
    ("Outstanding actions on the day after the last meeting", &["actions", "--as-of", "2024-05-30"]),
    ("The decisions of the last meeting", &["decisions", "--meeting", LAST_MEETING]),
    (
        "A party whose status was deferred, approved on conditions, then approved",
        &["history", "Other User K", "--brief"],
    ),
    ("An action from the meeting that raised it to the meeting that closed it", &["history", "TSC41/02", "--brief"]),
    ("An action whose due date was published wrong and corrected", &["history", "TSC43/02", "--brief"]),
];

/// Create a ledger with a sample committee and show what it holds.
#[derive(clap::Args)]
pub(super) struct DemoArgs {
    /// The file to create the ledger in. A second run with the same file records nothing new.
    #[arg(long, default_value = "minutebook-demo.db")]
    file: PathBuf,
}

/// `run_command` runs a command as if its words had been typed.
pub(super) async fn run(
    command: DemoArgs,
    run_command: impl Fn(Vec<String>) -> LocalBoxFuture<'static, Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    let url = LedgerUrl::Sqlite(command.file.clone());
    let file = command.file.display();
    let recorder = Recorder::new(Log::open(&url, Opening::OrNew, Environment::system()).await?);
    let first = recorder.log().read(Selection::All, Position::START).next_page().await?;
    if first.first().is_some_and(|event| event.metadata.actor != ACTOR) {
        let what = format!("`{file}` holds a ledger that is not the demo's");
        return Err(Failure::new(what).with_help("name another file with --file"));
    }
    let mut reports = Vec::with_capacity(HEADLINES.len());
    for (name, text) in HEADLINES {
        if let ImportReport::Headlines(report) = import_one(&recorder, name, text).await? {
            reports.push(report);
        }
    }
    for (index, line) in CORRECTIONS.lines().enumerate() {
        correct(&recorder, index, line).await?;
    }
    let action_log = import_one(&recorder, "actions.csv", ACTION_LOG).await?;
    let head = recorder.log().head().await?;
    let last: MeetingRef = LAST_MEETING.parse().map_err(|error| Failure::new(format!("`{LAST_MEETING}`: {error}")))?;
    let (document, _) =
        document_for(recorder.log(), &last, None, Classification::public(), MomentArgs::default()).await?;
    recorder.log().close().await;
    table::within(WIDTH);
    print(&format!(
        "The Technical Security Sub-Committee is fictitious. {file} is now its ledger: {head} events\n\
         from the headlines of six meetings, one correction and the action log.\n\n\
         Below is what the commands print. To run one yourself, add --ledger {url}.\n"
    ))?;
    print(&table::table(&MEETINGS, reports.iter().map(meeting).collect(), ""))?;
    if let ImportReport::ActionLog(log) = &action_log {
        print(&format!("\nThe action log lists {} actions.", log.actions.len()))?;
    }
    let run_titled = async |title: &str, words: &[&str]| {
        print(&heading(title, words))?;
        let ledger = ["--ledger".to_owned(), url.to_string()];
        run_command(ledger.into_iter().chain(words.iter().map(|word| (*word).to_owned())).collect()).await
    };
    for (title, words) in COMMANDS {
        run_titled(title, words).await?;
    }
    print(&heading("The beginning of the last meeting's headlines, for the public", &["headlines", LAST_MEETING]))?;
    print(&beginning(&markdown(&document, None)))?;
    let status = run_titled("Whether the ledger is as it was recorded", &["verify"]).await?;
    let ledger = format!("minutebook --ledger {url}");
    print(&format!(
        "\nNext:\n  {ledger} lint --as-of 2024-05-30\n  {ledger} actions --as-of 2024-03-06\n  \
         {ledger} headlines {LAST_MEETING}"
    ))?;
    Ok(status)
}

/// A title, and below it the command as it is typed into a shell.
fn heading(title: &str, words: &[&str]) -> String {
    let quoted = |word: &&str| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() };
    format!("\n{title}\n$ minutebook {}\n", words.iter().map(quoted).collect::<Vec<_>>().join(" "))
}

/// The first lines of a document, wrapped to the width of the tables.
fn beginning(markdown: &str) -> String {
    const LINES: usize = 30;
    let mut lines: Vec<String> = Vec::new();
    for line in markdown.trim().lines() {
        let mut row = String::new();
        for word in line.split(' ') {
            if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > usize::from(WIDTH) {
                lines.push(std::mem::take(&mut row));
            }
            row.push_str(if row.is_empty() { "" } else { " " });
            row.push_str(word);
        }
        lines.push(row);
    }
    let is_cut = lines.len() > LINES;
    lines.truncate(LINES);
    while is_cut && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if is_cut {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

async fn import_one(recorder: &Recorder, name: &str, text: &str) -> Result<ImportReport, Failure> {
    let metadata = RequestMetadata { actor: ACTOR.into(), ..RequestMetadata::default() };
    let refused = |error: ingest::ImportError| Failure::new(format!("{name}: {}", Failure::from(error).message()));
    let document = ingest::SourceDocument::read(Path::new(name), text.as_bytes()).map_err(refused)?;
    let prepared = ingest::prepare(recorder, document, &metadata).await.map_err(refused)?;
    ingest::record(recorder, prepared).await.map(|imported| imported.report).map_err(refused)
}

async fn correct(recorder: &Recorder, index: usize, line: &str) -> Result<(), Failure> {
    // This id makes a second run with the same file record nothing new.
    let command_id = CommandId::SampleCorrection { number: index + 1 }.to_string();
    if recorder.receipt(&command_id).await?.is_some() {
        return Ok(());
    }
    let mut command: Value = serde_json::from_str(line)?;
    let named = command["corrects"].as_str().and_then(|named| named.split_once('@'));
    let wrong = match named.and_then(|(stream, version)| Some((stream.parse::<StreamId>().ok()?, version))) {
        Some((stream, version)) => {
            let events = recorder.log().read_all(Selection::Stream(stream)).await?;
            events.into_iter().find(|event| event.version.to_string() == version)
        }
        None => None,
    };
    let wrong = wrong.ok_or_else(|| {
        Failure::new(format!("the sample corrects an event that it does not hold: {}", command["corrects"]))
    })?;
    command["corrects"] = serde_json::to_value(wrong.event_id)?;
    let source = Source { client: Some("demo".into()), ..Source::default() };
    let defaults = RequestMetadata { actor: ACTOR.into(), command_id, source, ..RequestMetadata::default() };
    let request = command_json::request(&command.to_string(), defaults).map_err(|error| Failure::from_error(&error))?;
    recorder.record(&request).await?;
    Ok(())
}

const MEETINGS: [Column; 8] = [
    Column::whole("Meeting"),
    Column::whole("Held"),
    Column::whole("Classified"),
    Column::whole("Items"),
    Column::whole("Decisions"),
    Column::whole("Statuses"),
    Column::whole("Raised"),
    Column::whole("Updated"),
];

fn meeting(report: &FileReport) -> Vec<String> {
    vec![
        report.meeting.to_string(),
        report.held_on.to_string(),
        report.classification.map_or_else(String::new, |mark| mark.to_string()),
        report.items.len().to_string(),
        report.decisions.len().to_string(),
        report.statuses.len().to_string(),
        report.actions.len().to_string(),
        report.action_updates.len().to_string(),
    ]
}
