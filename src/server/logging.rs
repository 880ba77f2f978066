//! Where the program's own log goes: standard error.

use super::settings::{LogFormat, LogSection};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Begins the log; or says why what is to be in it is not understood.
pub fn begin(settings: &LogSection) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| {
        format!("`log.filter` is `{}`: {error}; a level such as `info` was expected", settings.filter)
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    // A second call in one process finds the first one's subscriber, which is as good.
    let _ = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    Ok(())
}
