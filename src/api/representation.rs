//! The format of a response, chosen by the parameter `format` or by `Accept` (RFC 9110, section 12.5.1).
//!
//! `Accept` is parsed by hand: the crate `headers` has no typed header for it.

use super::problem::{Problem, ProblemKind};
use axum::http::{HeaderMap, header};
use std::str::FromStr;

/// A format of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Representation {
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
    /// iCalendar.
    Ics,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// A Word document.
    Docx,
    /// JSON, one row per line.
    Ndjson,
    /// An Atom feed.
    Atom,
}

impl Representation {
    const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Json, "json", "application/json"),
        (Self::Csv, "csv", "text/csv; charset=utf-8"),
        (Self::Ics, "ics", "text/calendar; charset=utf-8"),
        (Self::Markdown, "md", "text/markdown; charset=utf-8"),
        (Self::Html, "html", "text/html; charset=utf-8"),
        (Self::Docx, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Self::Ndjson, "ndjson", "application/x-ndjson"),
        (Self::Atom, "atom", "application/atom+xml; charset=utf-8"),
    ];

    /// The media type, with its parameters.
    pub(super) fn media_type(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(.., media_type)| media_type)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(_, name, _)| name)
    }

    /// Chooses one of the offered formats: `requested` by the parameter, else the best match of `Accept`, else the first.
    pub(super) fn choose(requested: Option<Self>, headers: &HeaderMap, offered: &[Self]) -> Result<Self, Problem> {
        let names = || offered.iter().map(|form| form.name()).collect::<Vec<_>>().join(", ");
        match requested {
            Some(requested) if offered.contains(&requested) => return Ok(requested),
            Some(_) => {
                let problem = Problem::malformed("format", "the resource does not have this format");
                return Err(problem.with_accepted(names()));
            }
            None => {}
        }
        let accepts: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        if accepts.is_empty() {
            return offered
                .first()
                .copied()
                .ok_or_else(|| Problem::new(ProblemKind::NotAcceptable, "the resource has no format"));
        }
        best(&accepts.join(","), offered).ok_or_else(|| {
            let detail = "the resource has none of the media types in `Accept`";
            let media_types = offered.iter().map(|form| form.media_type()).collect::<Vec<_>>().join(", ");
            Problem::new(ProblemKind::NotAcceptable, detail).with_accepted(media_types)
        })
    }
}

impl FromStr for Representation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.iter().find(|(_, name, _)| *name == text);
        let names = || Self::ALL.map(|(_, name, _)| name).join(", ");
        named.map(|(form, ..)| *form).ok_or_else(|| format!("expected one of: {}", names()))
    }
}

/// The offered format with the highest quality in `Accept`; the first of several. A quality of 0 excludes a format.
fn best(accept: &str, offered: &[Representation]) -> Option<Representation> {
    let ranges: Vec<(&str, f32)> = accept
        .split(',')
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let media_range = parts.next().filter(|range| !range.is_empty())?;
            let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
            Some((media_range, weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0))))
        })
        .collect();
    let weight = |form: &Representation| {
        let media_type = form.media_type().split(';').next().unwrap_or_default();
        let kind = media_type.split('/').next().unwrap_or_default();
        let is = |range: &str| range.eq_ignore_ascii_case(media_type);
        let is_kind = |range: &str| range.strip_suffix("/*").is_some_and(|range| range.eq_ignore_ascii_case(kind));
        // The most specific range decides (RFC 9110, section 12.5.1).
        let exact = ranges.iter().find(|(range, _)| is(range));
        let of_kind = exact.or_else(|| ranges.iter().find(|(range, _)| is_kind(range)));
        of_kind.or_else(|| ranges.iter().find(|(range, _)| *range == "*/*")).map_or(0.0, |(_, weight)| *weight)
    };
    let mut best = None;
    for form in offered {
        let weight = weight(form);
        if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
            best = Some((*form, weight));
        }
    }
    best.map(|(form, _)| form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accepted_format_with_the_highest_quality_is_chosen() {
        use Representation::{Csv, Html, Json};
        for (accept, offered, expected) in [
            ("*/*", &[Json, Csv][..], Some(Json)),
            ("text/csv", &[Json, Csv], Some(Csv)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", &[Json, Html], Some(Html)),
            ("text/html,*/*;q=0.8", &[Json, Csv], Some(Json)),
            ("application/json;q=0.5, text/*", &[Json, Csv], Some(Csv)),
            ("application/json;q=0", &[Json], None),
            ("image/png", &[Json, Csv], None),
        ] {
            assert_eq!(best(accept, offered), expected, "{accept}");
        }
    }
}
