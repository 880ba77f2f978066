//! `minutebook record text`: a typed paragraph, read by the grammar of documents.

use super::metadata::MetadataArgs;
use crate::cli::failure::Failure;
use crate::cli::output::{print, print_recorded};
use crate::cli::suggestions::refusal;
use crate::cli::terminal::ask;
use crate::ingest::{TypedText, UnderstoodText, understand};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ItemLabel, MeetingRef};
use minutebook_ledger::{Receipt, Recorder};
use std::io::IsTerminal;
use std::process::ExitCode;

/// Record a typed text, and what it decides.
///
/// The text is read as a document is: 'The SSC AGREED the plan. ACTION SSC73/01: SECAS to publish it by 27 March 2019.' A
/// heading such as '4. Remediation Plans (RED)' tables an agenda item; 'Present: Ada Marsh (Chair)' records who was there.
/// What was understood is shown first, and recorded after a yes.
#[derive(clap::Args)]
pub(super) struct TextCommandArgs {
    /// The meeting.
    meeting: MeetingRef,
    /// The text; without it, standard input.
    text: Option<String>,
    /// The number of the agenda item that it stands under.
    #[arg(long)]
    item: Option<ItemLabel>,
    /// Record without asking.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(
    recorder: &Recorder,
    command: TextCommandArgs,
    metadata: &MetadataArgs,
    classification: Option<Classification>,
) -> Result<ExitCode, Failure> {
    let text = match command.text {
        Some(text) => text,
        None => std::io::read_to_string(std::io::stdin())?,
    };
    let typed = TypedText { meeting: &command.meeting, item: command.item, text: &text, classification };
    let understood = understand(recorder, &typed).await?;
    if !metadata.json {
        print(&shown(&understood, command.item))?;
    }
    if !understood.refused.is_empty() {
        return Err(Failure::new("nothing was recorded: a part of the text is refused")
            .with_help(understood.refused.join("; ")));
    }
    if !command.yes && !is_confirmed()? {
        print("nothing was recorded")?;
        return Ok(ExitCode::from(1));
    }
    let request = understood.request(metadata.metadata(recorder.log().environment())?, metadata.planned);
    match recorder.record(&request).await {
        Ok(receipt) if metadata.json => print_recorded(&serde_json::to_string_pretty(&receipt)?)?,
        Ok(receipt) => print_recorded(&recorded(&receipt))?,
        Err(error) => return Err(refusal(recorder.log(), error, &request).await),
    }
    Ok(ExitCode::SUCCESS)
}

/// What was understood, a line for each statement.
fn shown(understood: &UnderstoodText, item: Option<ItemLabel>) -> String {
    let under = item.map(|item| format!(", item {item}")).unwrap_or_default();
    let mut lines = vec![format!("understood at {}{under} ({}):", understood.meeting, understood.classification)];
    for statement in &understood.statements {
        let subject = statement.subject.as_ref().filter(|subject| !statement.summary.contains(subject.as_str()));
        let subject = subject.map(|subject| format!("{subject}: ")).unwrap_or_default();
        lines.push(format!("  {subject}{}", statement.summary));
    }
    lines.extend(understood.findings.iter().map(|finding| format!("  note: {finding}")));
    lines.join("\n")
}

fn recorded(receipt: &Receipt) -> String {
    match receipt.events.as_slice() {
        [] => "nothing to record".to_owned(),
        [only] => format!("recorded at position {}", only.position),
        [first, .., last] => format!("recorded at positions {} to {}", first.position, last.position),
    }
}

/// Asks on the terminal, also after a text that was typed there: its end is no end of the terminal.
fn is_confirmed() -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("nothing was recorded: nobody can be asked here").with_help("give --yes to record it"));
    }
    ask("record this? [y/N]");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
