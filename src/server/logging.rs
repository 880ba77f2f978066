//! The process's log subscriber: lines to standard error, and spans to a collector if one is configured.

use super::log_writer::LogWriter;
use super::settings::{LogFormat, LogSection};
use super::telemetry::Telemetry;
use crate::spans;
use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{ParseError, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, registry};

/// The server's buffered log, which [`flush`] writes out.
static BUFFERED: OnceLock<LogWriter> = OnceLock::new();

/// A `log.filter` that cannot be parsed.
#[derive(Debug, thiserror::Error)]
#[error(
    "invalid `log.filter` `{filter}`: {source}; expected a level such as `info`, or levels such as `info,sqlx=warn`"
)]
pub struct LogFilterError {
    filter: String,
    source: ParseError,
}

/// Starts the log of a command. Each line is written before the program continues.
pub fn start(settings: &LogSection) -> Result<(), LogFilterError> {
    subscribe(settings, &Telemetry::disabled(), std::io::stderr)
}

/// Starts the log of a server, whose lines are buffered for a moment: see `log_writer.rs`.
pub fn start_buffered(settings: &LogSection, telemetry: &Telemetry) -> Result<(), LogFilterError> {
    subscribe(settings, telemetry, BUFFERED.get_or_init(LogWriter::start).clone())
}

/// Writes the buffered lines. Call it before the program exits.
pub fn flush() {
    if let Some(writer) = BUFFERED.get() {
        writer.flush();
    }
}

fn subscribe<W>(settings: &LogSection, telemetry: &Telemetry, writer: W) -> Result<(), LogFilterError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter =
        parse_filter(&settings.filter).map_err(|source| LogFilterError { filter: settings.filter.clone(), source })?;
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // A second call in one process keeps the first subscriber.
    let _ = if telemetry.is_enabled() {
        registry().with(lines.with_filter(filter)).with(telemetry.layer()).try_init()
    } else {
        // One filter for the whole subscriber is faster than one for each layer.
        registry().with(lines).with(filter).try_init()
    };
    Ok(())
}

/// Parses `log.filter`. It turns the exportable spans off: they would repeat the access log.
fn parse_filter(text: &str) -> Result<Targets, ParseError> {
    let off = |targets: Targets, target| targets.with_target(target, LevelFilter::OFF);
    Ok(spans::TARGETS.into_iter().fold(text.parse()?, off))
}
