//! Where the program's own log goes: standard error; and its spans, to a collector if there is one.

use super::log_writer::LogLines;
use super::settings::{LogFormat, LogSection};
use super::telemetry::Telemetry;
use crate::spans;
use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, registry};

/// The lines of a log that does not wait for them to be written.
static LINES: OnceLock<LogLines> = OnceLock::new();

/// Begins the log; or says why what is to be in it is not understood. Each line is written before the program goes on.
pub fn start(settings: &LogSection) -> Result<(), String> {
    write(settings, &Telemetry::disabled(), std::io::stderr)
}

/// Begins the log of a server, which does not wait for its lines to be written: see `log_lines.rs`.
pub fn start_buffered(settings: &LogSection, telemetry: &Telemetry) -> Result<(), String> {
    write(settings, telemetry, LINES.get_or_init(LogLines::begin).clone())
}

/// Writes what is still to be written, for a program that is about to end.
pub fn flush() {
    if let Some(lines) = LINES.get() {
        lines.write();
    }
}

fn write<W>(settings: &LogSection, telemetry: &Telemetry, writer: W) -> Result<(), String>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let wanted = Wanted::of(&settings.filter)?;
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // A second call in one process finds the first one's subscriber, which is as good.
    let _ = match (wanted, telemetry.exports()) {
        // A filter for all there is takes less time than one for each.
        (Wanted::Targets(targets), false) => registry().with(lines).with(*targets).try_init(),
        (Wanted::Directives(filter), false) => registry().with(lines).with(*filter).try_init(),
        (Wanted::Targets(targets), true) => {
            registry().with(lines.with_filter(*targets)).with(telemetry.layer()).try_init()
        }
        (Wanted::Directives(filter), true) => {
            registry().with(lines.with_filter(*filter)).with(telemetry.layer()).try_init()
        }
    };
    Ok(())
}

/// What is to be in the log. The spans that are exported are not: it does not say twice what it says of a request.
enum Wanted {
    /// Levels of modules, which are told apart faster by who knows of nothing else.
    Targets(Box<Targets>),
    Directives(Box<EnvFilter>),
}

impl Wanted {
    fn of(text: &str) -> Result<Self, String> {
        if let Ok(targets) = text.parse::<Targets>() {
            let targets = spans::TARGETS
                .into_iter()
                .fold(targets, |targets, target| targets.with_target(target, LevelFilter::OFF));
            return Ok(Self::Targets(Box::new(targets)));
        }
        let amiss = |error: &dyn std::fmt::Display| {
            format!("`log.filter` is `{text}`: {error}; a level such as `info` was expected")
        };
        let mut filter = EnvFilter::try_new(text).map_err(|error| amiss(&error))?;
        for target in spans::TARGETS {
            let off = format!("{target}=off").parse().map_err(|error| amiss(&error as &dyn std::fmt::Display))?;
            filter = filter.add_directive(off);
        }
        Ok(Self::Directives(Box::new(filter)))
    }
}
