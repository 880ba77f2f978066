//! Rolls of people: `Present: Ada Marsh (Chair), Ben Okoro (Large Suppliers)`, `Apologies: Dev Patel`.

use minutebook_domain::meeting::Capacity;
use minutebook_domain::reference::Name;

/// The kind of roll that a label opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RollKind {
    /// People who attended, in this capacity unless their entry gives another.
    Attended(Capacity),
    /// People who sent apologies.
    SentApologies,
}

/// A person on a roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListedPerson {
    pub(crate) name: Name,
    pub(crate) organisation: Option<Name>,
    pub(crate) capacity: Option<Capacity>,
    /// The part of the meeting that the person attended.
    pub(crate) part: Option<Name>,
    /// The person who came instead.
    pub(crate) alternate: Option<Name>,
}

/// The labels; a label stands before its own prefixes.
const LABELS: [(&str, RollKind); 23] = [
    ("members present", RollKind::Attended(Capacity::Member)),
    ("members in attendance", RollKind::Attended(Capacity::Member)),
    ("members", RollKind::Attended(Capacity::Member)),
    ("also in attendance", RollKind::Attended(Capacity::InAttendance)),
    ("also present", RollKind::Attended(Capacity::InAttendance)),
    ("in attendance", RollKind::Attended(Capacity::InAttendance)),
    ("other attendees", RollKind::Attended(Capacity::InAttendance)),
    ("present", RollKind::Attended(Capacity::Member)),
    ("attendees", RollKind::Attended(Capacity::Member)),
    ("attendance", RollKind::Attended(Capacity::Member)),
    ("alternates", RollKind::Attended(Capacity::Alternate)),
    ("observers", RollKind::Attended(Capacity::Observer)),
    ("observing", RollKind::Attended(Capacity::Observer)),
    ("guests", RollKind::Attended(Capacity::InAttendance)),
    ("chair", RollKind::Attended(Capacity::Chair)),
    ("secretary", RollKind::Attended(Capacity::Secretary)),
    ("minutes taken by", RollKind::Attended(Capacity::Secretary)),
    ("apologies for absence", RollKind::SentApologies),
    ("apologies received", RollKind::SentApologies),
    ("apologies", RollKind::SentApologies),
    ("absent with apologies", RollKind::SentApologies),
    ("absent", RollKind::SentApologies),
    ("regrets", RollKind::SentApologies),
];

/// The words between `Apologies` and the names, longer ones first.
const RECEIVED: [&str; 6] = [
    "were received from",
    "had been received from",
    "have been received from",
    "were given by",
    "received from",
    "from",
];

/// Returns the roll that a line's label opens and the names after it, which are empty if the label stands alone.
pub(crate) fn labelled(line: &str) -> Option<(RollKind, &str)> {
    let line = line.trim();
    let (label, roll) = LABELS.iter().find(|(label, _)| {
        let begins = line.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label));
        begins && !line[label.len()..].starts_with(char::is_alphanumeric)
    })?;
    let rest = line[label.len()..].trim_start();
    if rest.is_empty() {
        return Some((*roll, rest));
    }
    if let Some(names) = rest.strip_prefix([':', '–', '—', '-']) {
        return Some((*roll, names.trim()));
    }
    let joined = RECEIVED.iter().find_map(|words| rest.strip_prefix(words));
    joined.filter(|_| *roll == RollKind::SentApologies).map(|names| (*roll, names.trim()))
}

/// Returns the people in a text, and the parts that name nobody.
pub(crate) fn people(text: &str) -> (Vec<ListedPerson>, Vec<&str>) {
    let (mut people, mut unread): (Vec<ListedPerson>, Vec<&str>) = (Vec::new(), Vec::new());
    for part in parts(text.trim().trim_end_matches('.')) {
        let nobody = ["none", "nil", "n/a", "no apologies", "none received"];
        if part.is_empty() || nobody.iter().any(|none| part.eq_ignore_ascii_case(none)) {
            continue;
        }
        match (person(part), stand_in(part), people.last_mut()) {
            (_, Some(alternate), Some(last)) => last.alternate = Some(alternate),
            (Some(person), ..) => people.push(person),
            _ => unread.push(part),
        }
    }
    (people, unread)
}

/// Splits a list of people: by semicolons, else by lines if no line ends in a comma, else by commas and `and`.
fn parts(text: &str) -> Vec<&str> {
    let by_semicolons = cut(text, |rest| usize::from(rest.starts_with(';')));
    if by_semicolons.len() > 1 {
        return by_semicolons;
    }
    let by_commas = cut(text, |rest| {
        let joined = [", and ", " and ", ", ", ",\n", " & "].iter().find(|joiner| rest.starts_with(**joiner));
        joined.map_or(0, |joiner| joiner.len())
    });
    let one_a_line = text.contains('\n') && text.lines().all(|line| !line.trim_end().ends_with(','));
    if one_a_line { text.lines().map(str::trim).collect() } else { by_commas }
}

/// Splits a text outside its brackets; `joiner` returns the length of a separator, or 0.
fn cut(text: &str, joiner: impl Fn(&str) -> usize) -> Vec<&str> {
    let (mut found, mut start, mut depth, mut past) = (Vec::new(), 0, 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= past => {
                let length = joiner(&text[at..]);
                if length > 0 {
                    found.push(text[start..at].trim());
                    (start, past) = (at + length, at + length);
                }
            }
            _ => {}
        }
    }
    found.push(text[start..].trim());
    found
}

/// Reads `with Beth Hargreave as his alternate` and `alternate: Beth Hargreave`.
fn stand_in(part: &str) -> Option<Name> {
    let named = match part.strip_prefix("with ").or_else(|| part.strip_prefix("represented by ")) {
        Some(named) => named.split(" as ").next().unwrap_or(named),
        None => part.strip_prefix("alternate: ").or_else(|| part.strip_prefix("alternate "))?,
    };
    name(named)
}

/// Reads `Colin Baird (DCC; items 5 to 7)`, `Colin Baird – DCC` and `Colin Baird, DCC`.
fn person(part: &str) -> Option<ListedPerson> {
    let (written, details) = match part.split_once(['(', '[']) {
        Some((written, inside)) => (written, inside.trim_end_matches([')', ']', ' ', '.'])),
        None => [" – ", " — ", " - ", ", "].iter().find_map(|sign| part.split_once(sign)).unwrap_or((part, "")),
    };
    let mut person =
        ListedPerson { name: name(written)?, organisation: None, capacity: None, part: None, alternate: None };
    for detail in details.split([';', ',', '(']).map(|detail| detail.trim().trim_end_matches(')')) {
        let lower = detail.to_lowercase();
        if let Some(capacity) = capacity(&lower) {
            person.capacity = Some(capacity);
        } else if let Some(alternate) =
            lower.strip_prefix("alternate: ").and_then(|short| detail.get(detail.len() - short.len()..))
        {
            person.alternate = name(alternate);
        } else if speaks_of_a_part(&lower) {
            person.part = detail.parse().ok();
        } else if person.organisation.is_none() {
            person.organisation = detail.parse().ok();
        }
    }
    Some(person)
}

/// Returns the capacity that a word beside a name gives.
pub(crate) fn capacity(word: &str) -> Option<Capacity> {
    Some(match word {
        "chair" | "chairman" | "chairwoman" | "chairperson" | "deputy chair" | "acting chair" => Capacity::Chair,
        "member" => Capacity::Member,
        "secretary" | "minutes" | "meeting secretary" => Capacity::Secretary,
        "observer" => Capacity::Observer,
        "in attendance" | "guest" => Capacity::InAttendance,
        _ if word == "alternate" || word.starts_with("alternate for ") => Capacity::Alternate,
        _ => return None,
    })
}

fn speaks_of_a_part(detail: &str) -> bool {
    let starts = ["item", "items", "agenda item", "part", "not for", "from ", "until ", "for item", "except", "only"];
    starts.iter().any(|start| detail.starts_with(start)) && !detail.starts_with("items of")
}

/// Reads a person's name: one to six words, capitalised except for particles such as `van`.
fn name(text: &str) -> Option<Name> {
    let text = text.trim().trim_matches('*').trim();
    let inside = ["de", "van", "von", "der", "den", "la", "le", "du", "al", "bin", "y"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let of_a_name = |word: &&str| word.starts_with(char::is_uppercase) || inside.contains(word);
    let fits =
        (1..=6).contains(&words.len()) && words.iter().all(of_a_name) && !text.contains(|c: char| c.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
