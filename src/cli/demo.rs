//! `minutebook demo`

use super::failure::Failure;
use super::output::print;
use super::{history, verify};
use crate::import::{self, Report};
use crate::ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder, Selection, command_json};
use crate::render::table::table;
use minutebook_domain::{Position, Source, StreamId};
use minutebook_import::report::FileReport;
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
        if let Report::Headlines(report) = import_one(&recorder, name, text).await? {
            reports.push(report);
        }
    }
    for (index, line) in CORRECTIONS.lines().enumerate() {
        correct(&recorder, index, line).await?;
    }
    let head = recorder.log().head().await?;
    recorder.log().close().await;
    let meetings = reports.len();
    print(&format!(
        "The headlines of {meetings} meetings of a committee that does not exist, read into {}: {head} events.\n",
        command.file.display()
    ))?;
    print(&table(&MEETINGS, reports.iter().map(meeting).collect(), ""))?;
    for (title, subject) in [
        ("An action, from the meeting that raised it to the one that closed it", "TSC41/02"),
        ("An action whose date was published wrong, and put right", "TSC43/02"),
        ("A party's statuses: put off, approved on conditions, approved", "Other User K"),
    ] {
        print(&format!("\n{title} (minutebook history '{subject}')\n"))?;
        history::run(&url, history::History::in_brief(subject)).await?;
    }
    print("\nIs everything as it was recorded? (minutebook verify)\n")?;
    let status = verify::run(&url, &verify::Verify::in_a_table()).await?;
    print(&format!(
        "\nLook further:\n  minutebook --ledger {url} headlines TSC_46_2905\n  minutebook --ledger {url} log"
    ))?;
    Ok(status)
}

async fn import_one(recorder: &Recorder, name: &str, text: &str) -> Result<Report, Failure> {
    let envelope = Envelope { actor: ACTOR.into(), ..Envelope::default() };
    let refused = |error: import::ImportError| Failure::new(format!("{name}: {error}"));
    let prepared =
        import::prepare_bytes(recorder, Path::new(name), text.as_bytes().to_vec(), &envelope).await.map_err(refused)?;
    import::record(recorder, prepared).await.map(|imported| imported.report).map_err(refused)
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

const MEETINGS: [&str; 8] = ["Meeting", "Held", "For", "Items", "Decisions", "Statuses", "Actions", "To look at"];

fn meeting(report: &FileReport) -> Vec<String> {
    let raised = report.actions.len();
    let actions = format!("{raised} raised, {} followed up", report.action_updates.len());
    vec![
        report.meeting.to_string(),
        report.held_on.to_string(),
        report.classification.map_or_else(String::new, |mark| mark.to_string()),
        report.items.len().to_string(),
        report.decisions.len().to_string(),
        report.statuses.len().to_string(),
        actions,
        report.findings.len().to_string(),
    ]
}
