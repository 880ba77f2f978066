//! Where the program's own log goes: standard error.

use super::log_lines::LogLines;
use super::settings::{LogFormat, LogSection};
use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// The lines of a log that does not wait for them to be written.
static LINES: OnceLock<LogLines> = OnceLock::new();

/// Begins the log; or says why what is to be in it is not understood. Each line is written before the program goes on.
pub fn begin(settings: &LogSection) -> Result<(), String> {
    write(settings, std::io::stderr)
}

/// Begins the log of a server, which does not wait for its lines to be written: see `log_lines.rs`.
pub fn begin_unwaited(settings: &LogSection) -> Result<(), String> {
    write(settings, LINES.get_or_init(LogLines::begin).clone())
}

/// Writes what is still to be written, for a program that is about to end.
pub fn end() {
    if let Some(lines) = LINES.get() {
        lines.write();
    }
}

fn write<W>(settings: &LogSection, writer: W) -> Result<(), String>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = filter(&settings.filter)?;
    let lines = fmt::layer().with_writer(writer).with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // A second call in one process finds the first one's subscriber, which is as good.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
    Ok(())
}

/// What is to be in the log. Levels and modules are told apart faster by who knows of nothing else.
fn filter<S>(text: &str) -> Result<Box<dyn Layer<S> + Send + Sync>, String>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if let Ok(targets) = text.parse::<Targets>() {
        return Ok(targets.boxed());
    }
    let filter = EnvFilter::try_new(text);
    let filter =
        filter.map_err(|error| format!("`log.filter` is `{text}`: {error}; a level such as `info` was expected"));
    Ok(filter?.boxed())
}
