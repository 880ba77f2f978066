//! The configuration of the server: what can be set, and what it is set to unless something else is said.
//!
//! Every setting has one name, such as `limits.connections`. It is given on the command line (`--set
//! limits.connections=100`), in the environment (`MINUTEBOOK_LIMITS_CONNECTIONS`), or in a TOML file; the first of these
//! that names it counts. `layers.rs` puts them together.

mod layers;
mod secrets;
mod telemetry;

pub use layers::{SettingsError, SettingsLayers};
pub(super) use telemetry::Collector;
pub use telemetry::{Hidden, TelemetrySection};

use crate::access::oidc::OidcConfig;
use crate::api::FeedSettings;
use crate::webhooks::WebhookSettings;
use ipnet::IpNet;
use minutebook_ledger::LedgerUrl;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

/// Everything that can be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The ledger that is served.
    pub ledger: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What a client may take of the server.
    pub limits: Limits,
    /// The live feed.
    pub feed: FeedSection,
    /// Whom events are sent to.
    pub webhooks: WebhookSection,
    /// The log that the server keeps of itself.
    pub log: LogSection,
    /// The spans that a collector is sent.
    pub telemetry: TelemetrySection,
    /// The providers of identity that are trusted; none unless they are named.
    #[serde(skip_serializing)]
    pub oidc: Vec<OidcConfig>,
}

/// What a client may take of the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections that are open at a time. One more waits until another is closed.
    pub connections: NonZeroU32,
    /// How long a client may take to send the headers of a request, and may be silent between two, in seconds.
    pub header_seconds: NonZeroU32,
    /// How long a request may take to arrive whole and be answered, in seconds. The live feed has no end.
    pub request_seconds: NonZeroU32,
    /// How long it is waited for requests that are under way when the server stops, in seconds.
    pub shutdown_seconds: u32,
    /// Requests a minute with one token; 0 for any number.
    pub token_requests_per_minute: u32,
    /// Requests a minute without a token from one address; 0 for any number.
    pub address_requests_per_minute: u32,
    /// Tokens a minute from one address that are no good; 0 for any number.
    pub bad_tokens_per_minute: u32,
    /// Addresses of the proxies that are believed when they say in `X-Forwarded-For` whom they speak for.
    pub trusted_proxies: Vec<IpNet>,
}

/// The live feed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedSection {
    /// How often a reader is sent a sign of life, in seconds.
    pub heartbeat_seconds: NonZeroU32,
    /// How long a reader may take to take what they are sent, before they are dropped, in seconds.
    pub patience_seconds: NonZeroU32,
}

/// Whom events are sent to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSection {
    /// Whether events may be sent to this machine and to private networks, unencrypted too.
    pub private_addresses: bool,
    /// How long a receiver may take to answer, in seconds.
    pub patience_seconds: NonZeroU32,
    /// How long it is waited after a first failure, in seconds. It doubles with each one that follows.
    pub first_retry_seconds: NonZeroU32,
    /// For how many days a receiver may fail before nothing more is sent.
    pub gives_up_after_days: NonZeroU32,
}

/// The log that the server keeps of itself, on standard error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// How its lines look.
    pub format: LogFormat,
    /// What is in it: a level, or one for each module (`info,sqlx=warn`).
    pub filter: String,
}

/// How the lines of the server's log look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: an object in each line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ledger: LedgerUrl::default().to_string(),
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            limits: Limits::default(),
            feed: FeedSection::default(),
            webhooks: WebhookSection::default(),
            log: LogSection::default(),
            telemetry: TelemetrySection::default(),
            oidc: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: number(2048),
            header_seconds: number(15),
            request_seconds: number(60),
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
        Self { heartbeat_seconds: number(15), patience_seconds: number(30) }
    }
}

impl Default for WebhookSection {
    fn default() -> Self {
        Self {
            private_addresses: false,
            patience_seconds: number(15),
            first_retry_seconds: number(5),
            gives_up_after_days: number(5),
        }
    }
}

impl Default for LogSection {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info".into() }
    }
}

fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn seconds(seconds: NonZeroU32) -> Duration {
    Duration::from_secs(seconds.get().into())
}

impl Limits {
    /// How long a client may take to send headers, and may be silent.
    pub fn header_time(&self) -> Duration {
        seconds(self.header_seconds)
    }

    /// How long a request may take.
    pub fn request_time(&self) -> Duration {
        seconds(self.request_seconds)
    }

    /// How long requests that are under way have when the server stops.
    pub fn shutdown_time(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds.into())
    }
}

impl FeedSection {
    /// As the feed takes it.
    pub fn settings(&self) -> FeedSettings {
        let (heartbeat, patience) = (seconds(self.heartbeat_seconds), seconds(self.patience_seconds));
        FeedSettings { heartbeat, patience, ..FeedSettings::default() }
    }
}

impl WebhookSection {
    /// As the deliverer takes it.
    pub fn settings(&self) -> WebhookSettings {
        let patience = seconds(self.patience_seconds);
        WebhookSettings {
            private_addresses: self.private_addresses,
            patience,
            first_retry: seconds(self.first_retry_seconds),
            gives_up_after: Duration::from_hours(24 * u64::from(self.gives_up_after_days.get())),
            // Nobody else takes over from who still waits for an answer, though the servers' clocks differ a little.
            lease: patience * 2 + Duration::from_secs(30),
            ..WebhookSettings::default()
        }
    }
}
