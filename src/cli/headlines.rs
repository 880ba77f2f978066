//! `minutebook headlines`

use super::failure::Failure;
use super::output::{print, print_bytes};
use crate::ledger::{Environment, LedgerUrl, Log, Opening, Selection};
use crate::render::headlines::{Footer, docx::docx, html::html, json::json, markdown::markdown};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::committee::{CommitteeEstablished, CommitteeEvent};
use minutebook_domain::correction::in_force;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{MeetingRef, PartyName};
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_projections::headlines::{MeetingDocument, NoDocument, Record, document};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Print a meeting's headlines, as an audience may read them.
///
/// Nothing above the audience's classification is printed in any form. What was imported comes back word for word; what
/// was recorded without prose is put into sentences.
#[derive(clap::Args)]
pub(super) struct Headlines {
    /// The meeting: `SSC_72_2702`.
    meeting: MeetingRef,
    /// For whom: the highest classification that they may read.
    #[arg(long, value_name = "LEVEL", default_value = "WHITE")]
    audience: Classification,
    /// How to print it.
    #[arg(long, default_value = "md")]
    format: Format,
    /// Where to write it, rather than to the standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Markdown, in the house style.
    Md,
    /// One page that loads nothing from elsewhere.
    Html,
    /// JSON.
    Json,
    /// A Word document.
    Docx,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Headlines) -> Result<ExitCode, Failure> {
    if command.format == Format::Docx && command.output.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::new("a Word document is not written to a terminal").with_help("-o FILE"));
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let (document, footer) = folded(&log, &command.meeting, command.audience).await?;
    log.close().await;
    let text = match command.format {
        Format::Md => markdown(&document, Some(&footer)),
        Format::Html => html(&document, Some(&footer)),
        Format::Json => json(&document, Some(&footer))?,
        Format::Docx => {
            write(&docx(&document, Some(&footer))?, command.output.as_deref())?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    match command.output {
        Some(path) => write((text.trim_end_matches('\n').to_owned() + "\n").as_bytes(), Some(&path))?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A meeting's document as an audience may read it, and what is said below it.
pub(super) async fn folded(
    log: &Log,
    meeting: &MeetingRef,
    audience: Classification,
) -> Result<(MeetingDocument, Footer), Failure> {
    let position = log.head().await?;
    let streams = touched(log, meeting, position).await?;
    let committee = committee(log, meeting, position).await?;
    let record = Record {
        meeting: &meeting_stream(log, meeting, position).await?,
        actions: &streams.actions,
        parties: &streams.parties,
        committee_name: committee.as_ref().map(|committee| &committee.name),
        quorum: committee.as_ref().and_then(|committee| committee.quorum),
    };
    let document = match document(&record, Clearance::up_to(audience)) {
        Ok(document) => document,
        Err(NoDocument::NotConvened) => return Err(unknown(log, meeting).await?),
        Err(NoDocument::AboveClearance) => {
            let what = format!("the headlines of {meeting} are not for {audience}");
            return Err(Failure::new(what).with_help("give a higher --audience, if they are for one"));
        }
    };
    let root = log.root_at(position).await?;
    Ok((document, Footer { audience, position, root, rendered_at: log.environment().clock.now() }))
}

/// Writes a document to its file, or to the standard output.
fn write(bytes: &[u8], path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return print_bytes(bytes) };
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

/// A stream up to `position`: the footer names it, and what is recorded meanwhile is not in the document.
async fn read(log: &Log, stream: StreamId, position: Position) -> Result<Vec<RecordedEvent>, Failure> {
    let mut events = log.read_all(Selection::Stream(stream)).await?;
    events.retain(|recorded| recorded.position <= position);
    Ok(events)
}

async fn meeting_stream(log: &Log, meeting: &MeetingRef, position: Position) -> Result<Vec<MeetingEvent>, Failure> {
    let stream = read(log, StreamId::Meeting(meeting.clone()), position).await?.into_iter();
    let events = stream.filter_map(|recorded| match recorded.event {
        Event::Meeting(event) => Some(event),
        _ => None,
    });
    Ok(events.collect())
}

/// The streams of the actions and parties that the meeting touched.
#[derive(Default)]
struct Touched {
    actions: Vec<Vec<ActionEvent>>,
    parties: Vec<(PartyName, Vec<PartyEvent>)>,
}

async fn touched(log: &Log, meeting: &MeetingRef, position: Position) -> Result<Touched, Failure> {
    let mut streams: Vec<StreamId> = Vec::new();
    for recorded in log.read_all(Selection::Reference(meeting.to_string())).await? {
        if recorded.position <= position && !streams.contains(&recorded.stream) {
            streams.push(recorded.stream);
        }
    }
    let mut touched = Touched::default();
    for stream in streams {
        let party = match &stream {
            StreamId::Action(_) => None,
            StreamId::Party(_, name) => Some(name.clone()),
            StreamId::Meeting(_) | StreamId::Committee(_) => continue,
        };
        let (mut of_action, mut of_party) = (Vec::new(), Vec::new());
        for recorded in read(log, stream, position).await? {
            match recorded.event {
                Event::Action(event) => of_action.push(event),
                Event::Party(event) => of_party.push(event),
                Event::Meeting(_) | Event::Committee(_) => {}
            }
        }
        match party {
            Some(name) => touched.parties.push((name, of_party)),
            None => touched.actions.push(of_action),
        }
    }
    Ok(touched)
}

async fn committee(
    log: &Log,
    meeting: &MeetingRef,
    position: Position,
) -> Result<Option<CommitteeEstablished>, Failure> {
    let stream = read(log, StreamId::Committee(meeting.committee().clone()), position).await?;
    let events = stream.into_iter().filter_map(|recorded| match recorded.event {
        Event::Committee(event) => Some(event),
        _ => None,
    });
    let events: Vec<CommitteeEvent> = events.collect();
    Ok(in_force(&events).into_iter().find_map(|event| match event {
        CommitteeEvent::CommitteeEstablished(established) => Some(established.clone()),
        _ => None,
    }))
}

async fn unknown(log: &Log, meeting: &MeetingRef) -> Result<Failure, Failure> {
    // Its day and month may be wrong, or its number too.
    let committee = meeting.committee();
    let mut similar = log.references_like(&format!("{committee}_{}_", meeting.number()), 50).await?;
    if similar.is_empty() {
        similar = log.references_like(&format!("{committee}_"), 50).await?;
    }
    let meetings: Vec<String> =
        similar.into_iter().filter(|text| text.parse::<MeetingRef>().is_ok()).take(10).collect();
    let failure = Failure::new(format!("there is no meeting {meeting} in the ledger"));
    Ok(if meetings.is_empty() { failure } else { failure.with_help(format!("it has: {}", meetings.join(", "))) })
}
