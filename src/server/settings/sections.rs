//! The settings and their defaults, section by section.

use super::telemetry::TelemetrySection;
use crate::access::oidc::OidcConfig;
use crate::api::FeedSettings;
use crate::webhooks::WebhookSettings;
use chrono::NaiveDate;
use ipnet::IpNet;
use minutebook_ledger::LedgerUrl;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

/// All settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The URL of the ledger.
    pub ledger: String,
    /// The file that keeps the last position that this server has seen of the log, so that a later start notices a lost end.
    /// Empty for the default: `<ledger>-position` beside an SQLite ledger, and none for PostgreSQL.
    pub position_file: String,
    /// The address to listen on; port 0 picks a free port.
    pub listen: SocketAddr,
    /// The day that the clock shows, in UTC, if the server should record although the clock does not fit the last event.
    #[serde(with = "super::optional_day")]
    pub accept_clock: Option<NaiveDate>,
    /// Limits on clients.
    pub limits: LimitsSection,
    /// The live feed.
    pub feed: FeedSection,
    /// Webhook deliveries.
    pub webhooks: WebhookSection,
    /// The server's log.
    pub log: LogSection,
    /// The export of spans.
    pub telemetry: TelemetrySection,
    /// The trusted OpenID providers; none by default.
    #[serde(skip_serializing)]
    pub oidc: Vec<OidcConfig>,
}

/// Limits on clients.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// Open connections. Further ones get one of 64 more places, for health checks and tokens alone.
    pub connections: NonZeroU32,
    /// Open connections from one address that is no trusted proxy; 0 for no limit.
    pub connections_per_address: u32,
    /// Seconds for a request's headers to arrive, and for a connection to be idle between requests.
    pub header_seconds: NonZeroU32,
    /// Seconds for a request to arrive whole and its response to start. The live feed goes on after that.
    pub request_seconds: NonZeroU32,
    /// Seconds for a client to accept data that waits for it, 4 KiB for each second; else it is disconnected.
    pub slow_reader_seconds: NonZeroU32,
    /// Seconds for requests in progress to finish when the server stops.
    pub shutdown_seconds: u32,
    /// Requests per minute with one token; 0 for no limit.
    pub token_requests_per_minute: u32,
    /// Requests per minute without a token from one address; 0 for no limit.
    pub address_requests_per_minute: u32,
    /// Rejected tokens per minute from one address before the address is blocked; 0 for no limit.
    pub bad_tokens_per_minute: u32,
    /// Networks of the proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
}

/// The live feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedSection {
    /// Seconds between two heartbeats.
    pub heartbeat_seconds: NonZeroU32,
    /// Seconds for a reader to accept pending events before the server disconnects it.
    pub patience_seconds: NonZeroU32,
}

/// Webhook deliveries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSection {
    /// Whether receivers may be on this machine or in a private network, and use plain HTTP.
    pub private_addresses: bool,
    /// Seconds for a receiver to answer.
    pub patience_seconds: NonZeroU32,
    /// Seconds before the first retry; the delay doubles with each failure, up to 6 hours.
    pub first_retry_seconds: NonZeroU32,
    /// Days of continuous failure after which a webhook is disabled: the delays between its attempts, added up.
    pub gives_up_after_days: NonZeroU32,
}

/// The server's log, on standard error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// The format of a line.
    pub format: LogFormat,
    /// The lowest level that is logged, or one level per module: `info,sqlx=warn`.
    pub filter: String,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ledger: LedgerUrl::default().to_string(),
            position_file: String::new(),
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            accept_clock: None,
            limits: LimitsSection::default(),
            feed: FeedSection::default(),
            webhooks: WebhookSection::default(),
            log: LogSection::default(),
            telemetry: TelemetrySection::default(),
            oidc: Vec::new(),
        }
    }
}

impl Default for LimitsSection {
    fn default() -> Self {
        Self {
            connections: nonzero(2048),
            connections_per_address: 512,
            header_seconds: nonzero(15),
            request_seconds: nonzero(60),
            slow_reader_seconds: nonzero(15),
            shutdown_seconds: 20,
            token_requests_per_minute: 6000,
            address_requests_per_minute: 1200,
            bad_tokens_per_minute: 20,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for FeedSection {
    fn default() -> Self {
        Self { heartbeat_seconds: nonzero(15), patience_seconds: nonzero(30) }
    }
}

impl Default for WebhookSection {
    fn default() -> Self {
        Self {
            private_addresses: false,
            patience_seconds: nonzero(15),
            first_retry_seconds: nonzero(5),
            gives_up_after_days: nonzero(5),
        }
    }
}

impl Default for LogSection {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

fn nonzero(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn seconds(seconds: NonZeroU32) -> Duration {
    Duration::from_secs(seconds.get().into())
}

impl LimitsSection {
    /// Time limit for a request's headers, and for an idle connection.
    pub fn header_timeout(&self) -> Duration {
        seconds(self.header_seconds)
    }

    /// Time limit from a request's headers to the start of its response.
    pub fn request_timeout(&self) -> Duration {
        seconds(self.request_seconds)
    }

    /// The time in which a client must accept data that waits for it.
    pub fn slow_reader_window(&self) -> Duration {
        seconds(self.slow_reader_seconds)
    }

    /// Time limit for requests in progress when the server stops.
    pub fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds.into())
    }
}

impl FeedSection {
    /// Converts the section to the feed's own settings.
    pub fn settings(&self) -> FeedSettings {
        let (heartbeat, patience) = (seconds(self.heartbeat_seconds), seconds(self.patience_seconds));
        FeedSettings { heartbeat, patience, ..FeedSettings::default() }
    }
}

impl WebhookSection {
    /// Converts the section to the deliverer's own settings.
    pub fn settings(&self) -> WebhookSettings {
        let response_timeout = seconds(self.patience_seconds);
        WebhookSettings {
            private_addresses: self.private_addresses,
            response_timeout,
            first_retry: seconds(self.first_retry_seconds),
            gives_up_after: Duration::from_hours(24 * u64::from(self.gives_up_after_days.get())),
            // Longer than a delivery can take: no server takes over while another still waits for an answer. The margin
            // allows for a busy database between two deliveries.
            lease: response_timeout * 2 + Duration::from_secs(30),
            ..WebhookSettings::default()
        }
    }
}
