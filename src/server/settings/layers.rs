//! Merges the layers of settings: the command line over the environment, over the TOML file, over the defaults.
//!
//! Hand-written on `toml` because `figment` 0.10 is less precise. It reports a mistake without the line in the file or the
//! name of the variable, and repeats a wrong value though it may be a secret. It expects lists in the environment in
//! brackets, where ours have commas, and brings a second TOML parser (`toml` 0.8).

use super::error::SettingsError;
use super::secrets;
use super::sections::Settings;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use toml::{Table, Value};

/// The prefix of every environment variable.
const PREFIX: &str = "MINUTEBOOK_";

/// All layers above the defaults.
#[derive(Debug, Clone, Default)]
pub struct SettingsLayers {
    /// The configuration file, if there is one.
    pub file: Option<PathBuf>,
    /// Names and values of environment variables. Variables that name no section of the settings are ignored.
    pub environment: Vec<(String, String)>,
    /// Settings on the command line; a later one wins.
    pub options: Vec<SettingOption>,
}

/// A setting on the command line.
#[derive(Debug, Clone)]
pub struct SettingOption {
    /// The option as the user wrote it, for error messages: `--set limits.connections`.
    pub option: String,
    /// The setting's full name: `limits.connections`.
    pub setting: String,
    /// The value, as text.
    pub value: String,
}

/// The merged settings, each with the place that it comes from.
#[derive(Debug)]
struct MergedSettings {
    /// Value and place by full name.
    values: BTreeMap<String, (Value, String)>,
    /// The `oidc` array of the file, which no other layer can set.
    providers: Option<Value>,
}

impl SettingsLayers {
    /// Merges the layers and checks the result.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        let invalid = |error| SettingsError::Combined(Box::new(error));
        let settings: Settings = self.merge()?.table().try_into().map_err(invalid)?;
        settings.telemetry.collector()?;
        for provider in &settings.oidc {
            let issuer = provider.issuer.clone();
            provider.check().map_err(|source| SettingsError::Provider { issuer, source })?;
        }
        Ok(settings)
    }

    /// Renders the merged settings as TOML, with the place of each value in a comment. Secrets are left out.
    pub fn show(&self) -> Result<String, SettingsError> {
        self.settings()?;
        let merged = self.merge()?;
        let mut text = String::new();
        let mut section = "";
        // TOML assigns a key after a section header to that section, so top-level settings come first.
        let (nested, top_level): (Vec<_>, Vec<_>) = merged.values.iter().partition(|(name, _)| name.contains('.'));
        for (full_name, (value, place)) in top_level.into_iter().chain(nested) {
            let (of, name) = full_name.split_once('.').unwrap_or(("", full_name));
            if of != section {
                let _ = write!(text, "\n[{of}]\n");
                section = of;
            }
            let value = secrets::redact(full_name, value);
            let _ = writeln!(text, "{:<40} # {place}", format!("{name} = {value}"));
        }
        if let Some(providers) = merged.providers {
            let table = Table::from_iter([("oidc".to_owned(), providers)]);
            let _ = write!(text, "\n{}", toml::to_string(&table).unwrap_or_default());
        }
        Ok(text)
    }

    fn merge(&self) -> Result<MergedSettings, SettingsError> {
        let defaults = Table::try_from(Settings::default()).unwrap_or_default();
        let values = flatten(&defaults).into_iter().map(|(name, value)| (name, (value, "default".to_owned())));
        let mut merged = MergedSettings { values: values.collect(), providers: None };
        if let Some(path) = &self.file {
            let unreadable = |source| SettingsError::Unreadable { path: path.clone(), source };
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            let invalid = |error| SettingsError::File { path: path.clone(), source: Box::new(error) };
            // Parsing as `Settings` reports mistakes with their line; parsing as a table tells which keys the file has.
            toml::from_str::<Settings>(&text).map_err(invalid)?;
            let mut table: Table = toml::from_str(&text).map_err(invalid)?;
            merged.providers = table.remove("oidc");
            for (name, value) in flatten(&table) {
                let value = widen(merged.values.get(&name).map(|(default, _)| default), value);
                merged.values.insert(name, (value, format!("{}", path.display())));
            }
        }
        for (variable, text) in &self.environment {
            let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
            let setting = merged.values.keys().find(|name| name.replace('.', "_").to_uppercase() == *rest).cloned();
            match setting {
                Some(name) => merged.set(&name, text, variable)?,
                None if names_section(rest, &defaults) => return Err(merged.unknown(variable)),
                None => {}
            }
        }
        for SettingOption { option, setting, value } in &self.options {
            merged.set(setting, value, option)?;
        }
        Ok(merged)
    }
}

impl MergedSettings {
    /// Parses `text` as the setting's type, checks it, and stores it with its place.
    fn set(&mut self, name: &str, text: &str, place: &str) -> Result<(), SettingsError> {
        let Some((current, _)) = self.values.get(name) else { return Err(self.unknown(place)) };
        let shown = || if secrets::may_be_secret(name) { "…".to_owned() } else { text.to_owned() };
        let invalid =
            |reason: &str| SettingsError::Value { place: place.to_owned(), value: shown(), reason: reason.into() };
        let trimmed = text.trim();
        let value = match current {
            Value::Integer(_) => Value::Integer(trimmed.parse().map_err(|_| invalid("expected a whole number"))?),
            Value::Float(_) => Value::Float(trimmed.parse().map_err(|_| invalid("expected a number"))?),
            Value::Boolean(_) => Value::Boolean(trimmed.parse().map_err(|_| invalid("expected true or false"))?),
            Value::Array(_) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
            }
            _ => Value::String(text.to_owned()),
        };
        nest([(name, &value)]).try_into::<Settings>().map_err(|error| invalid(error.message()))?;
        self.values.insert(name.to_owned(), (value, place.to_owned()));
        Ok(())
    }

    fn unknown(&self, place: &str) -> SettingsError {
        let known = self.values.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        SettingsError::Unknown { place: place.to_owned(), known }
    }

    fn table(&self) -> Table {
        let mut table = nest(self.values.iter().map(|(name, (value, _))| (name.as_str(), value)));
        if let Some(providers) = &self.providers {
            table.insert("oidc".into(), providers.clone());
        }
        table
    }
}

/// Returns whether a variable, without its prefix, starts with the name of a section: `LIMITS_…`. Such a variable is
/// certainly a misspelt setting; others may belong to a command, as `MINUTEBOOK_CONFIG` does.
fn names_section(rest: &str, defaults: &Table) -> bool {
    let mut sections = defaults.iter().filter(|(_, value)| value.is_table());
    sections.any(|(section, _)| rest.strip_prefix(&section.to_uppercase()).is_some_and(|name| name.starts_with('_')))
}

/// Lists a table's values by their full names, such as `limits.connections`.
fn flatten(table: &Table) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(section) => {
                values.extend(flatten(section).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => values.push((name.clone(), value.clone())),
        }
    }
    values
}

/// The inverse of [`flatten`].
fn nest<'a>(values: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Table {
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

/// Turns an integer into a float where the default is a float: `sample_ratio = 1` is valid.
fn widen(default: Option<&Value>, value: Value) -> Value {
    match (default, &value) {
        (Some(Value::Float(_)), Value::Integer(whole)) => {
            i32::try_from(*whole).map_or(value, |whole| Value::Float(whole.into()))
        }
        _ => value,
    }
}
