//! A subcommand that records one event, and the mark that the event takes.

use crate::cli::failure::Failure;
use minutebook_domain::classification::Classification;
use minutebook_domain::{Event, StreamId};
use minutebook_ledger::{Command, Recorder};

/// A subcommand of `record` that becomes one event.
pub(super) trait FactCommand: Clone {
    /// Returns whether `--classification` marks the text alone. The event then takes its own mark, so that readers who may
    /// not read the text learn no more than before.
    fn marks_its_text(&self) -> bool;

    /// Returns the event, whose texts have this mark.
    fn into_event(self, classification: Classification) -> Result<(StreamId, Event), Failure>;
}

/// Returns the command to record. Texts without a mark take the default mark of the event.
pub(super) async fn command(
    recorder: &Recorder,
    fact: impl FactCommand,
    given: Option<Classification>,
) -> Result<Command, Failure> {
    let classification = given.filter(|_| !fact.marks_its_text());
    let mark = if let Some(given) = given {
        given
    } else {
        let (stream, event) = fact.clone().into_event(Classification::highest())?;
        recorder.default_mark(&stream, &event).await?
    };
    let (stream, event) = fact.into_event(mark)?;
    Ok(Command::Record { stream, event, source: None, classification })
}
