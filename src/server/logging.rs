//! Where the program's own log goes: standard error; and its spans, to a collector if there is one.

use super::settings::{LogFormat, LogSection};
use super::telemetry::{Telemetry, logged};
use std::io::IsTerminal;
use tracing_subscriber::filter::FilterExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Begins the log; or says why what is to be in it is not understood.
pub fn begin(settings: &LogSection, telemetry: &Telemetry) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.filter).map_err(|error| {
        format!("`log.filter` is `{}`: {error}; a level such as `info` was expected", settings.filter)
    })?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    let log = match settings.format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let lines = tracing_subscriber::registry().with(log.with_filter(filter.and(logged())));
    // A second call in one process finds the first one's subscriber, which is as good.
    let _ = lines.with(telemetry.layer()).try_init();
    Ok(())
}
