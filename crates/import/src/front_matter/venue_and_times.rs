//! The times and the place of the meeting.

use crate::grammar::token::TextToken;
use crate::grammar::{date, time};

/// The times and the place of the meeting.
#[derive(Default)]
pub(super) struct VenueAndTimes {
    pub(super) times: Option<time::FoundTimes>,
    pub(super) venue: Option<String>,
}

impl VenueAndTimes {
    /// Reads the times and the place beside the date.
    pub(super) fn read(&mut self, text: &str, words: &[TextToken<'_>], date: &date::FoundDate) {
        let after = &words[date.tokens.end..];
        let times_after = time::first(after);
        let venue = match &times_after {
            Some(times) => {
                let rest = trimmed_venue(text, &after[times.tokens.end..]);
                rest.or_else(|| trimmed_venue(text, &after[..times.tokens.start]))
            }
            None => trimmed_venue(text, after),
        };
        self.times = times_after.or_else(|| time::first(&words[..date.tokens.start]));
        self.venue = venue;
    }

    /// Reads the paragraph after the date and times, in which the place may stand or continue. `taken` says that it gives
    /// another particular, `is_title` that this is the meeting's reference. Returns whether it was used.
    pub(super) fn read_next(&mut self, next: &str, taken: bool, is_title: bool) -> bool {
        let mut used = false;
        if self.venue.is_none() && !taken && is_place(next) {
            self.venue = Some(next.to_owned());
            used = true;
        }
        // A place that ends in a comma continues in the next paragraph.
        if let Some(venue) = self.venue.as_mut().filter(|venue| venue.ends_with(',') && !is_title) {
            *venue = format!("{venue} {next}");
            used = true;
        }
        used
    }

    /// Reads a labelled line, `Time: 10:00 – 16:00` or `Venue: …`. Returns whether it was one.
    pub(super) fn read_label(&mut self, text: &str, words: &[TextToken<'_>]) -> bool {
        let Some(label) = words.first() else { return false };
        let labelled = words.get(1).is_some_and(|t| t.text == ":");
        let rest = &words[words.len().min(1 + usize::from(labelled))..];
        if label.is_any(&["time", "times"]) {
            self.times = self.times.take().or_else(|| time::first(rest));
            return self.times.is_some();
        }
        if label.is_any(&["venue", "location", "place"]) {
            self.venue = self.venue.take().or_else(|| trimmed_venue(text, rest));
            return true;
        }
        labelled && label.is("date")
    }
}

fn trimmed_venue(text: &str, words: &[TextToken<'_>]) -> Option<String> {
    let label = |t: &TextToken<'_>| {
        let is_sign = !t.text.contains(char::is_alphanumeric);
        is_sign || t.is_any(&["venue", "location", "place", "time", "at", "held", "in", "from"])
    };
    let start = words.iter().position(|t| !label(t))?;
    let end = words.last()?.end();
    Some(text.get(words[start].start..end)?.to_owned())
}

/// Whether a line names a place: an address, or a way to meet without one, such as `Microsoft Teams`.
fn is_place(text: &str) -> bool {
    const KNOWN: [&str; 8] =
        ["teleconference", "microsoft teams", "ms teams", "teams", "online", "virtual", "by telephone", "zoom"];
    let said = text.trim().to_lowercase();
    let known = KNOWN.iter().any(|known| said.starts_with(known));
    let short = text.len() < 120 && text.split_whitespace().count() <= 16;
    let of_an_address = text.contains(", ") && text.starts_with(char::is_alphanumeric) && !text.contains(':');
    short && !text.ends_with(['.', ';']) && (known || (of_an_address && !said.contains("classif")))
}
