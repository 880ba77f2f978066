//! The server's settings, with their defaults.
//!
//! Every setting has one name, such as `limits.connections`. It is set on the command line (`--set
//! limits.connections=100`), in the environment (`MINUTEBOOK_LIMITS_CONNECTIONS`) or in a TOML file; the first of these
//! wins. `sections.rs` lists the settings, `layers.rs` merges them.

mod error;
mod layers;
mod optional_day;
mod secrets;
mod sections;
mod telemetry;

pub use error::SettingsError;
pub use layers::{SettingOption, SettingsLayers};
pub use sections::{FeedSection, LimitsSection, LogFormat, LogSection, Settings, WebhookSection};
pub use telemetry::{CollectorEndpoint, SecretValue, TelemetrySection, TelemetrySettingError};
