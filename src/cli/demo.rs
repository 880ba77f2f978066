//! `minutebook demo`

use super::arguments::Arguments;
use super::failure::Failure;
use super::moment::Moment;
use super::output::print;
use super::{headlines, history};
use crate::ingest::{self, ImportReport};
use crate::present::headlines::markdown::markdown;
use crate::present::table;
use clap::Parser;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{Position, Source, StreamId};
use minutebook_import::report::FileReport;
use minutebook_ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder, Selection, command_json};
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

/// The corrections that the committee agreed, a command a line. An event's id is not known before it is recorded: they
/// name it by its stream and its version, `action:TSC43/02@1`.
const CORRECTIONS: &str = include_str!("../../sample/corrections.ndjson");

const ACTION_LOG: &str = include_str!("../../sample/actions.csv");

/// The last of the meetings.
const LAST: &str = "TSC_46_2905";

/// A window as most people have it.
const COLUMNS: u16 = 100;

const ACTOR: &str = "sample secretary";

/// Make a ledger with a sample committee, and show what it holds.
#[derive(clap::Args)]
pub(super) struct Demo {
    /// The file to make the ledger in. A second demo in the same file records nothing new.
    #[arg(long, default_value = "minutebook-demo.db")]
    file: PathBuf,
}

pub(super) async fn run(command: Demo) -> Result<ExitCode, Failure> {
    let url = LedgerUrl::Sqlite(command.file.clone());
    let recorder = Recorder::new(Log::open(&url, Opening::OrNew, Environment::system()).await?);
    let first = recorder.log().read(Selection::All, Position::START).next_page().await?;
    if first.first().is_some_and(|event| event.actor != ACTOR) {
        let what = format!("{} holds a ledger that is not a demo's", command.file.display());
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
    let last: MeetingRef = LAST.parse().map_err(|error| Failure::new(format!("{LAST}: {error}")))?;
    let log = import_one(&recorder, "actions.csv", ACTION_LOG).await?;
    let head = recorder.log().head().await?;
    let (document, _) = headlines::folded(recorder.log(), &last, Classification::public(), Moment::default()).await?;
    recorder.log().close().await;
    table::within(COLUMNS);
    let file = command.file.display();
    print(&format!(
        "The Technical Security Sub-Committee does not exist. The headlines of its six meetings, the\n\
         correction that it agreed and its action log were read into {file}: {head} events.\n\n\
         What follows is what the commands print: type them with --ledger {url}.\n"
    ))?;
    print(&table::table(&MEETINGS, reports.iter().map(meeting).collect(), ""))?;
    if let ImportReport::ActionLog(log) = &log {
        print(&format!(
            "\nIts action log has {} actions; what it says beside the headlines is recorded.",
            log.actions.len()
        ))?;
    }
    shown(&url, "What is to be done, on the day after the last meeting", &["actions", "--as-of", "2024-05-30"]).await?;
    shown(&url, "What the last meeting decided", &["decisions", "--meeting", LAST]).await?;
    for (title, subject) in [
        ("A party: put off, approved on conditions, approved", "Other User K"),
        ("An action, from the meeting that raised it to the one that closed it", "TSC41/02"),
        ("An action whose date was published wrong, and put right", "TSC43/02"),
    ] {
        print(&heading(title, &format!("history '{subject}'")))?;
        history::run(&url, history::History::in_brief(subject)).await?;
    }
    print(&heading("The last meeting's headlines, as the public reads them", &format!("headlines {LAST}")))?;
    print(&beginning(&markdown(&document, None)))?;
    let status = shown(&url, "Is everything as it was recorded?", &["verify"]).await?;
    let ledger = format!("minutebook --ledger {url}");
    print(&format!(
        "\nLook further:\n  {ledger} lint --as-of 2024-05-30\n  {ledger} actions --as-of 2024-03-06\n  \
         {ledger} headlines {LAST} --format html"
    ))?;
    Ok(status)
}

/// What is printed above a part, with the command that prints it.
fn heading(title: &str, command: &str) -> String {
    format!("\n{title}\n$ minutebook {command}\n")
}

/// Runs a command as if it had been typed, under its heading.
async fn shown(url: &LedgerUrl, title: &str, words: &[&str]) -> Result<ExitCode, Failure> {
    print(&heading(title, &words.join(" ")))?;
    let ledger = url.to_string();
    let typed = ["minutebook", "--ledger", &ledger].into_iter().chain(words.iter().copied());
    let arguments = Arguments::try_parse_from(typed).map_err(|error| Failure::new(error.to_string()))?;
    // A command that runs another one would have no size.
    Ok(Box::pin(super::run(arguments)).await)
}

/// The first lines of a document, no wider than the tables.
fn beginning(markdown: &str) -> String {
    const LINES: usize = 30;
    let mut lines: Vec<String> = Vec::new();
    for line in markdown.trim().lines() {
        let mut row = String::new();
        for word in line.split(' ') {
            if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > usize::from(COLUMNS) {
                lines.push(std::mem::take(&mut row));
            }
            row.push_str(if row.is_empty() { "" } else { " " });
            row.push_str(word);
        }
        lines.push(row);
    }
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    while more && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if more {
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

async fn import_one(recorder: &Recorder, name: &str, text: &str) -> Result<ImportReport, Failure> {
    let envelope = Envelope { actor: ACTOR.into(), ..Envelope::default() };
    let refused = |error: ingest::ImportError| Failure::new(format!("{name}: {error}"));
    let document = ingest::SourceDocument::read(Path::new(name), text.as_bytes()).map_err(refused)?;
    let prepared = ingest::prepare(recorder, document, &envelope).await.map_err(refused)?;
    ingest::record(recorder, prepared).await.map(|imported| imported.report).map_err(refused)
}

async fn correct(recorder: &Recorder, index: usize, line: &str) -> Result<(), Failure> {
    // The key makes a second demo on the same file record nothing new.
    let command_id = format!("sample-correction-{}", index + 1);
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
    let wrong = wrong.ok_or_else(|| Failure::new(format!("no event is named by {}", command["corrects"])))?;
    command["corrects"] = serde_json::to_value(wrong.event_id)?;
    let source = Source { client: Some("demo".into()), ..Source::default() };
    let defaults = Envelope { actor: ACTOR.into(), command_id, source, ..Envelope::default() };
    let request =
        command_json::request(&command.to_string(), defaults).map_err(|error| Failure::new(error.to_string()))?;
    recorder.record(&request).await?;
    Ok(())
}

const MEETINGS: [&str; 8] =
    ["Meeting", "Held", "For", "Items", "Decisions", "Statuses", "Actions raised", "Followed up"];

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
