//! Actors and sources in a table.

use minutebook_domain::Source;

/// Formats an actor: `jane`, or `jane for the chair`.
pub fn by(actor: &str, on_behalf_of: Option<&str>) -> String {
    on_behalf_of.map_or_else(|| actor.to_owned(), |behalf| format!("{actor} for {behalf}"))
}

/// Formats a source: `headlines.md:12-14`, or the program that sent the event.
pub fn from(source: &Source) -> String {
    match (&source.file, source.first_line, source.last_line) {
        (Some(file), Some(first), Some(last)) if last > first => format!("{file}:{first}-{last}"),
        (Some(file), Some(first), _) => format!("{file}:{first}"),
        (Some(file), None, _) => file.clone(),
        (None, ..) => source.client.clone().unwrap_or_default(),
    }
}
