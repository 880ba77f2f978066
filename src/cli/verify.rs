//! `minutebook verify`

use super::failure::Failure;
use super::output::{ReportFormat, print};
use super::progress::DelayedProgressBar;
use crate::present::table::{Column, table};
use minutebook_domain::Position;
use minutebook_ledger::merkle::Hash;
use minutebook_ledger::{Environment, KnownRoot, LedgerUrl, Log, VerifyProgress, VerifyReport};
use serde_json::json;
use std::process::ExitCode;

/// Check that no event of the ledger was altered, lost or reordered.
///
/// Every event is read and checked against its salt and its leaf, every list against the events, and the schema of the
/// database against that of this version. Each problem is printed with its position, and the exit status is 1 if there are
/// any. The root is a fingerprint of the whole log: keep it, with the number of events, in another place. Given later with
/// `--root` and `--at`, it shows whether those events were changed, or the last of them cut off.
#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    /// The root that an earlier `verify` printed, 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", requires = "at", value_parser = root)]
    root: Option<Hash>,
    /// The number of events that had that root.
    #[arg(long, value_name = "N", requires = "root", value_parser = clap::value_parser!(u64).range(1..))]
    at: Option<u64>,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ReportFormat,
}

pub(super) async fn run(url: &LedgerUrl, command: &VerifyArgs) -> Result<ExitCode, Failure> {
    let log = Log::open_as_it_is(url, Environment::system()).await?;
    let known = command.root.zip(command.at).map(|(root, at)| KnownRoot { at: Position::new(at), root });
    let (mut events, mut streams) = (DelayedProgressBar::new("events"), DelayedProgressBar::new("streams"));
    let report = minutebook_ledger::verify_against(&log, known, |progress| match progress {
        VerifyProgress::Events { done, of } => events.show(done, of),
        VerifyProgress::Streams { done, of } => {
            events.finish();
            streams.show(done, of);
        }
    })
    .await?;
    streams.finish();
    log.close().await;
    match command.format {
        ReportFormat::Table => print(&as_text(&report, known.is_some()))?,
        ReportFormat::Json => print(&serde_json::to_string_pretty(&as_json(&report))?)?,
    }
    Ok(ExitCode::from(u8::from(!report.is_sound())))
}

fn root(text: &str) -> Result<Hash, String> {
    Hash::from_hex(text.as_bytes())
        .ok_or_else(|| "64 hexadecimal digits were expected, as `verify` prints them".to_owned())
}

const COLUMNS: [Column; 3] = [Column::whole("Check"), Column::text("Promise"), Column::words("Result")];

fn as_text(report: &VerifyReport, has_root: bool) -> String {
    let row = |check: &minutebook_ledger::VerifyCheck| {
        let outcome = match check.problems_found {
            0 => "ok".to_owned(),
            1 => "1 problem".to_owned(),
            several => format!("{several} problems"),
        };
        vec![check.kind.name().to_owned(), check.kind.promise().to_owned(), outcome]
    };
    let mut text = table(&COLUMNS, report.checks.iter().map(row).collect(), "");
    for check in report.checks.iter().filter(|check| check.problems_found > 0) {
        for problem in &check.problems {
            text.push_str(&format!("\nposition {}: {}: {}", problem.position, check.kind.name(), problem.what));
        }
        let more = check.problems_found - check.problems.len();
        if more > 0 {
            text.push_str(&format!("\n… and {more} more of {}", check.kind.name()));
        }
    }
    for note in &report.notes {
        text.push_str(&format!("\nnote: {note}"));
    }
    if !has_root {
        let unknown = "\nnote: only a root kept elsewhere (--root, --at) shows events cut off at the end";
        text.push_str(unknown);
    }
    let verdict = if report.is_sound() { "sound" } else { "NOT SOUND" };
    text + &format!("\n{} events, {verdict}; root {}", report.events, report.root)
}

fn as_json(report: &VerifyReport) -> serde_json::Value {
    let checks: Vec<_> = report
        .checks
        .iter()
        .map(|check| {
            let problems: Vec<_> = check
                .problems
                .iter()
                .map(|problem| json!({"position": problem.position, "what": problem.what}))
                .collect();
            json!({"name": check.kind.name(), "promise": check.kind.promise(), "problems_found": check.problems_found, "problems": problems})
        })
        .collect();
    json!({"events": report.events, "root": report.root.to_string(), "sound": report.is_sound(), "checks": checks,
           "notes": report.notes})
}
