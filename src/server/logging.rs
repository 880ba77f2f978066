//! The process's log subscriber: lines to standard error, and spans to a collector if one is configured.

use super::log_writer::LogWriter;
use super::settings::{LogFormat, LogSection};
use super::telemetry::Telemetry;
use crate::spans;
use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{Directive, EnvFilter, ParseError, Targets};
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
    let filter = LogFilter::parse(&settings.filter)
        .map_err(|source| LogFilterError { filter: settings.filter.clone(), source })?;
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // A second call in one process keeps the first subscriber.
    let _ = match (filter, telemetry.is_enabled()) {
        // One filter for the whole subscriber is faster than one for each layer.
        (LogFilter::Targets(targets), false) => registry().with(lines).with(*targets).try_init(),
        (LogFilter::Directives(filter), false) => registry().with(lines).with(*filter).try_init(),
        (LogFilter::Targets(targets), true) => {
            registry().with(lines.with_filter(*targets)).with(telemetry.layer()).try_init()
        }
        (LogFilter::Directives(filter), true) => {
            registry().with(lines.with_filter(*filter)).with(telemetry.layer()).try_init()
        }
    };
    Ok(())
}

/// The parsed `log.filter`. It turns the exportable spans off: they would repeat the access log.
enum LogFilter {
    /// Levels of modules, the usual form and the faster one.
    Targets(Box<Targets>),
    /// Directives that name spans or fields too.
    Directives(Box<EnvFilter>),
}

impl LogFilter {
    fn parse(text: &str) -> Result<Self, ParseError> {
        if let Ok(targets) = text.parse::<Targets>() {
            let off = |targets: Targets, target| targets.with_target(target, LevelFilter::OFF);
            return Ok(Self::Targets(Box::new(spans::TARGETS.into_iter().fold(targets, off))));
        }
        let mut filter = EnvFilter::try_new(text)?;
        for target in spans::TARGETS {
            filter = filter.add_directive(format!("{target}=off").parse::<Directive>()?);
        }
        Ok(Self::Directives(Box::new(filter)))
    }
}
