//! Where the program's own log goes: standard error.

use super::log_lines::LogLines;
use super::settings::{LogFormat, LogSection};
use std::io::IsTerminal;
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;

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
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| {
        format!("`log.filter` is `{}`: {error}; a level such as `info` was expected", settings.filter)
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // A second call in one process finds the first one's subscriber, which is as good.
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    Ok(())
}
