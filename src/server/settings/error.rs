//! Why settings are refused: each error names the place of the mistake and what was expected there.

use super::telemetry::TelemetrySettingError;
use crate::access::oidc::OidcConfigError;
use std::path::PathBuf;

/// Settings that are not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("cannot read the configuration file `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not TOML, or holds an unknown setting or an invalid value. The source shows the line.
    #[error("invalid configuration file `{}`:\n{}", path.display(), source.to_string().trim_end())]
    File {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        source: Box<toml::de::Error>,
    },
    /// A value on the command line or in the environment is invalid.
    #[error("{place}: invalid value `{value}`: {reason}")]
    Value {
        /// The option or the variable.
        place: String,
        /// The value, or `…` if it may be secret.
        value: String,
        /// What was expected.
        reason: String,
    },
    /// An option or a variable names a setting that does not exist.
    #[error("{place}: no such setting; expected one of {known}")]
    Unknown {
        /// The option or the variable.
        place: String,
        /// All settings.
        known: String,
    },
    /// The values are valid one by one, but not together.
    #[error("invalid configuration: {0}")]
    Combined(#[source] Box<toml::de::Error>),
    /// A telemetry setting is invalid.
    #[error(transparent)]
    Telemetry(#[from] TelemetrySettingError),
    /// An OpenID provider is configured in an unsafe way.
    #[error("OpenID provider `{issuer}`: {source}")]
    Provider {
        /// The provider's `issuer`.
        issuer: String,
        /// The setting and what was expected.
        source: OidcConfigError,
    },
}
