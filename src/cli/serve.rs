//! `minutebook serve`

use super::failure::Failure;
use super::output::print;
use crate::server::settings::{SettingsError, SettingsLayers};
use crate::server::telemetry::{Telemetry, TelemetryError};
use crate::server::{Server, ServerError, logging, shutdown_signal};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, UrlError};
use std::path::PathBuf;
use std::process::ExitCode;

/// Serve the HTTP API, until told to stop.
///
/// What is not said here is taken from the environment (the setting `limits.connections` from
/// `MINUTEBOOK_LIMITS_CONNECTIONS`), then from the file, then as it comes. docs/operations.md lists the settings.
#[derive(clap::Args)]
pub(super) struct Serve {
    /// Where to listen: `127.0.0.1:8080`; with port 0, on any that is free.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The configuration, in TOML.
    #[arg(long, value_name = "FILE", env = "MINUTEBOOK_CONFIG")]
    config: Option<PathBuf>,
    /// Set anything that the configuration can set: `--set limits.connections=100`.
    #[arg(long, value_name = "SETTING=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Print every setting and where it comes from, without secrets, and serve nothing.
    #[arg(long)]
    show_config: bool,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a setting and its value were expected: limits.connections=100")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) async fn run(ledger: Option<&LedgerUrl>, command: Serve) -> Result<ExitCode, Failure> {
    let layers = layers(ledger, &command);
    if command.show_config {
        print(&layers.show()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = layers.settings()?;
    let telemetry = Telemetry::start(&settings.telemetry)?;
    logging::start_buffered(&settings.log, &telemetry).map_err(Failure::new)?;
    let refused = |error: UrlError| Failure::new(format!("the setting `ledger`: {error}"));
    let url = ledger.cloned().map_or_else(|| settings.ledger.parse().map_err(refused), Ok)?;
    let log = Log::open(&url, Opening::Existing, Environment::system()).await?;
    let server = Server::bind(log, settings).await?;
    let stop = shutdown_signal()?;
    eprintln!("listening on http://{}/api/v1", server.address()?);
    server.run(stop).await;
    telemetry.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// What is said on the command line, in the environment and in the file.
fn layers(ledger: Option<&LedgerUrl>, command: &Serve) -> SettingsLayers {
    let flag = |option: &str, name: &str, value: &str| (option.to_owned(), name.to_owned(), value.to_owned());
    let mut flags = Vec::new();
    flags.extend(ledger.map(|ledger| flag("--ledger or MINUTEBOOK_LEDGER", "ledger", &ledger.to_string())));
    flags.extend(command.listen.as_deref().map(|address| flag("--listen", "listen", address)));
    flags.extend(command.set.iter().map(|(name, value)| flag(&format!("--set {name}"), name, value)));
    // What is no text cannot be a setting of ours.
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    SettingsLayers { file: command.config.clone(), environment: environment.collect(), flags }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::new(error.to_string())
            .with_help("minutebook serve --show-config prints what can be set, and what it is set to")
    }
}

impl From<TelemetryError> for Failure {
    fn from(error: TelemetryError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self::new(error.to_string())
    }
}
