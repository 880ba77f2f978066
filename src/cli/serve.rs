//! `minutebook serve`

use super::failure::Failure;
use super::output::print;
use super::terminal::print_error;
use crate::server::settings::{SettingOption, SettingsError, SettingsLayers};
use crate::server::telemetry::Telemetry;
use crate::server::{PositionFile, PositionFileError, Server, logging, shutdown_signal};
use minutebook_ledger::{Discontinuity, Environment, LedgerUrl, Log, Opening, UrlError};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

/// Serve the HTTP API until interrupted.
///
/// A setting comes from the command line, else from the environment (limits.connections from
/// MINUTEBOOK_LIMITS_CONNECTIONS), else from the configuration file, else it has its default. docs/operations.md lists
/// all settings.
#[derive(clap::Args)]
pub(super) struct ServeArgs {
    /// The address to listen on: 127.0.0.1:8080. Port 0 takes any free port.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The configuration file, in TOML.
    #[arg(long, value_name = "FILE", env = "MINUTEBOOK_CONFIG")]
    config: Option<PathBuf>,
    /// Record although the clock does not fit the last event: the day that the clock shows, in UTC.
    #[arg(long, value_name = "DAY")]
    accept_clock: Option<String>,
    /// Override a setting: limits.connections=100. Can be given more than once.
    #[arg(long, value_name = "SETTING=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Go on from the log as it is, although events after this position are lost: a backup was restored, or the database
    /// failed over to a copy that was behind. It is the last position of the log now.
    #[arg(long, value_name = "POSITION", env = "MINUTEBOOK_ACCEPT_LOST_TAIL", allow_hyphen_values = true)]
    accept_lost_tail: Option<u64>,
    /// Print every setting and where its value comes from, without secrets, and exit.
    #[arg(long)]
    show_config: bool,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once('=').ok_or("expected a setting and its value, such as limits.connections=100")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub(super) async fn run(ledger: Option<&LedgerUrl>, command: ServeArgs) -> Result<ExitCode, Failure> {
    let layers = layers(ledger, &command);
    if command.show_config {
        print(&layers.show()?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = layers.settings()?;
    let telemetry = Telemetry::start(&settings.telemetry)?;
    logging::start_buffered(&settings.log, &telemetry).map_err(|error| Failure::from_error(&error))?;
    let refused = |error: UrlError| Failure::new(format!("the setting `ledger`: {error}"));
    let url = ledger.cloned().map_or_else(|| settings.ledger.parse().map_err(refused), Ok)?;
    let log = Log::open(&url, Opening::Existing, Environment::system().accepting(settings.accept_clock)).await?;
    if let Some(fault) = log.clock_fault().await? {
        tracing::warn!(event = "clock.in_doubt", "nothing is recorded: {fault}");
    }
    let position_file = PositionFile::of(&settings, &url);
    if let Some(file) = &position_file {
        match file.compare(&log).await? {
            Ok(()) => {}
            Err(discontinuity) => accept(&log, file, &discontinuity, command.accept_lost_tail).await?,
        }
    }
    let server = Server::bind(log.clone(), settings, position_file).await?;
    let stop = shutdown_signal()?;
    let address = server.address()?;
    print_error(&format!("listening on {}", addresses(address)));
    let (version, ledger) = (env!("MINUTEBOOK_VERSION"), url.to_string());
    tracing::info!(event = "server.started", version, ledger, %address, position = %log.known_head(), "the server started");
    let position = server.run(stop).await;
    tracing::info!(event = "server.stopped", version, ledger, %address, %position, "the server stopped");
    telemetry.shut_down().await;
    Ok(ExitCode::SUCCESS)
}

/// Returns the addresses of the page and the API: for a server on every address of the machine, one that answers on the machine itself.
fn addresses(bound: SocketAddr) -> String {
    let local = match bound.ip() {
        ip if !ip.is_unspecified() => return format!("http://{bound}/, the API at /api/v1"),
        IpAddr::V4(_) => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::from(Ipv6Addr::LOCALHOST),
    };
    format!(
        "http://{}/ and every other address of this machine, the API at /api/v1",
        SocketAddr::new(local, bound.port())
    )
}

/// Refuses a log that does not continue what the server saw of it before, unless the operator names its present end.
async fn accept(
    log: &Log,
    file: &PositionFile,
    discontinuity: &Discontinuity,
    accepted: Option<u64>,
) -> Result<(), Failure> {
    let head = log.head().await?;
    if accepted == Some(head.number()) {
        tracing::warn!(event = "log.lost_tail_accepted", %head, "{discontinuity}; the server goes on from position {head}");
        return Ok(());
    }
    let help = format!(
        "restore the events that are missing; or, if they are lost, go on without them: minutebook serve \
         --accept-lost-tail {head} (the position was seen by {})",
        file.path().display()
    );
    let given = accepted.map(|given| format!("; --accept-lost-tail {given} does not name its end")).unwrap_or_default();
    Err(Failure::new(format!("{discontinuity}{given}")).with_help(help))
}

/// Collects the settings of the command line, the environment and the file.
fn layers(ledger: Option<&LedgerUrl>, command: &ServeArgs) -> SettingsLayers {
    let option = |option: &str, setting: &str, value: &str| SettingOption {
        option: option.to_owned(),
        setting: setting.to_owned(),
        value: value.to_owned(),
    };
    let mut options = Vec::new();
    options.extend(ledger.map(|ledger| option("--ledger or MINUTEBOOK_LEDGER", "ledger", &ledger.to_string())));
    options.extend(command.listen.as_deref().map(|address| option("--listen", "listen", address)));
    options.extend(command.accept_clock.as_deref().map(|day| option("--accept-clock", "accept_clock", day)));
    options.extend(command.set.iter().map(|(name, value)| option(&format!("--set {name}"), name, value)));
    // A variable that is not UTF-8 is no setting.
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    SettingsLayers { file: command.config.clone(), environment: environment.collect(), options }
}

impl From<PositionFileError> for Failure {
    fn from(error: PositionFileError) -> Self {
        let help = match &error {
            PositionFileError::Malformed { .. } => {
                Some("remove the file to start without it: then a lost end of the log is not noticed")
            }
            PositionFileError::Unreadable { .. } | PositionFileError::Store(_) => None,
        };
        let failure = Self::from_error(&error);
        match help {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::from_error(&error).with_help("minutebook serve --show-config prints all settings and their values")
    }
}
