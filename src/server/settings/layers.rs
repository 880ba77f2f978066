//! Settings from the command line, the environment and a file, the former before the latter, put together.

use super::{Settings, secrets};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use toml::{Table, Value};

/// What every variable of the environment begins with.
const PREFIX: &str = "MINUTEBOOK_";

/// What is said about settings, and where.
#[derive(Debug, Clone, Default)]
pub struct SettingsLayers {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// Variables of the environment, with their values. Those that are about something else are passed over.
    pub environment: Vec<(String, String)>,
    /// On the command line: the option, the setting, its value.
    pub flags: Vec<(String, String, String)>,
}

/// Why settings are not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the configuration `{}` cannot be read: {error}", path.display())]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file does not say what a configuration says.
    #[error("the configuration `{}` is not accepted:\n{}", path.display(), what.trim_end())]
    File {
        /// Where.
        path: PathBuf,
        /// What is wrong, with its line.
        what: String,
    },
    /// A value that the setting does not take.
    #[error("{place} is `{value}`: {what}")]
    Value {
        /// Where it was said.
        place: String,
        /// What was said.
        value: String,
        /// What is wrong.
        what: String,
    },
    /// A setting that there is not.
    #[error("{place} names no setting; these can be set: {known}")]
    Unknown {
        /// Where it was said.
        place: String,
        /// What can be set.
        known: String,
    },
    /// A collector that cannot be sent anything as it is configured.
    #[error("{0}")]
    Telemetry(String),
    /// A provider of identity that cannot be trusted as it is configured.
    #[error("provider `{issuer}`: {what}")]
    Provider {
        /// RowSelection one.
        issuer: String,
        /// What is wrong.
        what: String,
    },
}

/// Settings with where each comes from.
#[derive(Debug)]
struct Merged {
    values: BTreeMap<String, (Value, String)>,
    providers: Option<Value>,
}

impl SettingsLayers {
    /// The settings that result.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        let merged = self.merge()?;
        let settings: Settings = merged.table().try_into().map_err(|error: toml::de::Error| SettingsError::Value {
            place: "the configuration".into(),
            value: String::new(),
            what: error.message().to_owned(),
        })?;
        settings.telemetry.collector().map_err(SettingsError::Telemetry)?;
        for provider in &settings.oidc {
            let refused = |what: String| SettingsError::Provider { issuer: provider.issuer.clone(), what };
            provider.check().map_err(|error| refused(error.to_string()))?;
        }
        Ok(settings)
    }

    /// The settings that result, as a file would say them; beside each, where it comes from. Secrets are left out.
    pub fn show(&self) -> Result<String, SettingsError> {
        self.settings()?;
        let merged = self.merge()?;
        let mut shown = String::new();
        let mut section = "";
        // Settings without a section come first: they would belong to the section above them.
        let (within, without): (Vec<_>, Vec<_>) = merged.values.iter().partition(|(name, _)| name.contains('.'));
        for (full, (value, place)) in without.into_iter().chain(within) {
            let (of, name) = full.split_once('.').unwrap_or(("", full));
            if of != section {
                let _ = write!(shown, "\n[{of}]\n");
                section = of;
            }
            let value = secrets::shown(full, value);
            let _ = writeln!(shown, "{:<40} # {place}", format!("{name} = {value}"));
        }
        if let Some(providers) = merged.providers {
            let table = Table::from_iter([("oidc".to_owned(), providers)]);
            let _ = write!(shown, "\n{}", toml::to_string(&table).unwrap_or_default());
        }
        Ok(shown)
    }

    fn merge(&self) -> Result<Merged, SettingsError> {
        let defaults = Table::try_from(Settings::default()).unwrap_or_default();
        let values = flat(&defaults).into_iter().map(|(name, value)| (name, (value, "default".to_owned())));
        let mut merged = Merged { values: values.collect(), providers: None };
        if let Some(path) = &self.file {
            let unreadable = |error| SettingsError::Unreadable { path: path.clone(), error };
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            let refused = |error: toml::de::Error| SettingsError::File { path: path.clone(), what: error.to_string() };
            // As settings first: it is then that the line of a mistake is known.
            toml::from_str::<Settings>(&text).map_err(refused)?;
            let mut table: Table = toml::from_str(&text).map_err(refused)?;
            merged.providers = table.remove("oidc");
            for (name, value) in flat(&table) {
                let value = as_kind_of(merged.values.get(&name).map(|(before, _)| before), value);
                merged.values.insert(name, (value, format!("{}", path.display())));
            }
        }
        for (variable, text) in &self.environment {
            let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
            let named = merged.values.keys().find(|name| name.replace('.', "_").to_uppercase() == *rest).cloned();
            match named {
                Some(name) => merged.set(&name, text, variable)?,
                None if is_of_section(rest, &defaults) => return Err(merged.unknown(variable)),
                None => {}
            }
        }
        for (option, name, text) in &self.flags {
            merged.set(name, text, option)?;
        }
        Ok(merged)
    }
}

impl Merged {
    /// Sets what was said in one place, and sees that it can be said.
    fn set(&mut self, name: &str, text: &str, place: &str) -> Result<(), SettingsError> {
        let Some((before, _)) = self.values.get(name) else { return Err(self.unknown(place)) };
        let hidden = || if secrets::may_be_secret(name) { "…".to_owned() } else { text.to_owned() };
        let refused = |what: String| SettingsError::Value { place: place.to_owned(), value: hidden(), what };
        let value = match before {
            Value::Integer(_) => {
                Value::Integer(text.trim().parse().map_err(|_| refused("a whole number was expected".into()))?)
            }
            Value::Float(_) => Value::Float(text.trim().parse().map_err(|_| refused("a number was expected".into()))?),
            Value::Array(_) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
            }
            Value::Boolean(_) => {
                Value::Boolean(text.trim().parse().map_err(|_| refused("true or false was expected".into()))?)
            }
            _ => Value::String(text.to_owned()),
        };
        let alone = nested([(name, &value)]);
        alone.try_into::<Settings>().map_err(|error| refused(error.message().to_owned()))?;
        self.values.insert(name.to_owned(), (value, place.to_owned()));
        Ok(())
    }

    fn unknown(&self, place: &str) -> SettingsError {
        let known = self.values.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        SettingsError::Unknown { place: place.to_owned(), known }
    }

    fn table(&self) -> Table {
        let mut table = nested(self.values.iter().map(|(name, (value, _))| (name.as_str(), value)));
        if let Some(providers) = &self.providers {
            table.insert("oidc".into(), providers.clone());
        }
        table
    }
}

/// Whether a variable can only be meant for a section: `LIMITS_…`.
fn is_of_section(rest: &str, defaults: &Table) -> bool {
    let mut sections = defaults.iter().filter(|(_, value)| value.is_table());
    sections.any(|(section, _)| rest.strip_prefix(&section.to_uppercase()).is_some_and(|name| name.starts_with('_')))
}

/// Values by their full names: `limits.connections`.
fn flat(table: &Table) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(section) => {
                values.extend(flat(section).into_iter().map(|(of, value)| (format!("{name}.{of}"), value)));
            }
            value => values.push((name.clone(), value.clone())),
        }
    }
    values
}

fn nested<'a>(values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Table {
    let mut table = Table::new();
    for (name, value) in values {
        match name.split_once('.') {
            None => drop(table.insert(name.to_owned(), value.clone())),
            Some((section, name)) => {
                let section = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
                if let Value::Table(section) = section {
                    section.insert(name.to_owned(), value.clone());
                }
            }
        }
    }
    table
}

/// A value as what it is to be: a whole number may stand for any number.
fn as_kind_of(before: Option<&Value>, value: Value) -> Value {
    match (before, &value) {
        (Some(Value::Float(_)), Value::Integer(whole)) => {
            i32::try_from(*whole).map_or(value, |whole| Value::Float(whole.into()))
        }
        _ => value,
    }
}
