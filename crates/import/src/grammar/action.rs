//! Action lines: `ACTION SSC72/01: SECAS to circulate the paper by 27 March 2019. (RED)`.

use super::classification::marked;
use super::token::{TextToken, TokenKind, begins, tokens};
use super::{address, date, reference};
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, CommitteeCode, Name};

/// An action line, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActionLine {
    pub(crate) reference: WrittenReference,
    pub(crate) text: String,
    pub(crate) owners: Vec<Name>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) mark: Option<Classification>,
}

/// How a line gives the action's reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WrittenReference {
    /// In full, or without the committee's code.
    Reference(ActionRef),
    /// As a place among the meeting's actions.
    Place(u32),
    /// Without a reference.
    Missing,
}

/// The days to which a line's due date can refer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MeetingDays {
    pub(crate) held_on: NaiveDate,
    pub(crate) next_meeting_on: Option<NaiveDate>,
}

/// Returns the reference of an action line and the token where its text begins; `None` if the text is no action line.
pub(crate) fn start(
    words: &[TextToken<'_>],
    committee: &CommitteeCode,
    number: u32,
) -> Option<(WrittenReference, usize)> {
    let mut at = usize::from(words.first()?.is("new"));
    let label = words.get(at)?;
    if !label.is("action") {
        // `SSC72/01: SECAS to …` needs no label if the action is this meeting's.
        let (found, next) = reference::action(words, 0, committee).filter(|_| label.kind == TokenKind::Word)?;
        let ours = found.committee() == committee && found.meeting_number() == number;
        let sign = words.get(next).filter(|t| ours && (t.text == ":" || t.is_dash()))?;
        return Some((WrittenReference::Reference(found), next + usize::from(!sign.text.is_empty())));
    }
    let shouted = label.text == "ACTION";
    at += 1;
    let prefix = |t: &TextToken<'_>| {
        t.is_any(&["ref", "reference", "no", "number", "point"]) || matches!(t.text, "." | ":" | "#" | "(" | "[")
    };
    let before_prefix = at;
    while at < before_prefix + 4 && words.get(at).is_some_and(prefix) {
        at += 1;
    }
    let opened = words[before_prefix..at].iter().any(|t| matches!(t.text, "(" | "["));
    let colon = words[before_prefix..at].iter().any(|t| t.text == ":");
    let after = |at: usize| {
        separator(words, at + usize::from(opened && words.get(at).is_some_and(|t| matches!(t.text, ")" | "]"))))
    };
    if let Some((found, next)) = reference::action(words, at, committee) {
        let (separated, text) = after(next);
        let opens_owner = words.get(next).is_some_and(|t| matches!(t.text, "(" | "["));
        let names_owner = shouted && words.get(next).is_some_and(TextToken::is_capitalised);
        return (separated || opens_owner || names_owner || words.len() == next)
            .then_some((WrittenReference::Reference(found), text));
    }
    if let Some(place) = words.get(at).and_then(|t| t.number(3)) {
        let (separated, text) = after(at + 1);
        return (separated && place > 0).then_some((WrittenReference::Place(place), text));
    }
    let (separated, text) = separator(words, at);
    let missing = (colon || (separated && shouted)) && !opened;
    missing.then_some((WrittenReference::Missing, text))
}

fn separator(words: &[TextToken<'_>], at: usize) -> (bool, usize) {
    let mut next = at;
    while next < at + 2 && words.get(next).is_some_and(|t| matches!(t.text, ":" | "." | "|" | ")") || t.is_dash()) {
        next += 1;
    }
    (next > at, next)
}

/// Reads an action line; `None` if the text is not one.
pub(crate) fn line(text: &str, committee: &CommitteeCode, number: u32, days: MeetingDays) -> Option<ActionLine> {
    let found = marked(text);
    let body = &text[found.text.clone()];
    let words = tokens(body, 0);
    let (reference, mut at) = start(&words, committee, number)?;
    let mut owners = Vec::new();
    // `ACTION SSC72/01 (SECAS): circulate …`
    if words.get(at).is_some_and(|t| matches!(t.text, "(" | "["))
        && let Some(close) = (at..words.len().min(at + 14)).find(|at| matches!(words[*at].text, ")" | "]"))
        && let Some(named) = owners_in(&body[words[at].end()..words[close].start])
    {
        owners = named;
        at = separator(&words, close + 1).1;
    }
    let fields = fields(&words, at);
    let end = fields.first().map_or(words.len(), |field| field.label);
    let mut said =
        body[words.get(at).map_or(body.len(), |t| t.start)..words.get(end).map_or(body.len(), |t| t.start)].trim();
    said = said.trim_end_matches(['(', '[', '|', '-', '–', '—', ',', ';', ' ']);
    let mut due_on = None;
    for field in &fields {
        let value = &words[field.value.clone()];
        let written =
            body.get(value.first().map_or(0, |t| t.start)..value.last().map_or(0, TextToken::end)).unwrap_or_default();
        match field.kind {
            FieldKind::Owner => {
                owners = owners_in(written.trim_end_matches([')', ']', '.', ';', ','])).unwrap_or(owners);
            }
            FieldKind::Due => due_on = due(value, days).or(due_on),
        }
    }
    let said_words = tokens(said, 0);
    let (named, text_from) = leading_owners(said, &said_words);
    if owners.is_empty() {
        owners = named;
    } else if said[..text_from].ends_with([':', '-', '–', '—']) {
        said = said[text_from..].trim();
    }
    let due_on = due_on.or_else(|| due_in_text(&said_words, days)).or_else(|| due_at_end(&said_words, days));
    Some(ActionLine { reference, text: said.trim().to_owned(), owners, due_on, mark: found.mark })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    Owner,
    Due,
}

struct LabelledField {
    kind: FieldKind,
    label: usize,
    value: std::ops::Range<usize>,
}

/// Returns the labelled fields after the text: `Owner: SECAS`, `Due: 27/03/2019`.
fn fields(words: &[TextToken<'_>], from: usize) -> Vec<LabelledField> {
    let labels: [(&[&str], FieldKind); 13] = [
        (&["action", "owner"], FieldKind::Owner),
        (&["owner", "(", "s", ")"], FieldKind::Owner),
        (&["owner"], FieldKind::Owner),
        (&["owners"], FieldKind::Owner),
        (&["responsible"], FieldKind::Owner),
        (&["assigned", "to"], FieldKind::Owner),
        (&["due", "date"], FieldKind::Due),
        (&["due", "by"], FieldKind::Due),
        (&["due", "on"], FieldKind::Due),
        (&["due"], FieldKind::Due),
        (&["target", "date"], FieldKind::Due),
        (&["deadline"], FieldKind::Due),
        (&["target"], FieldKind::Due),
    ];
    let mut found: Vec<LabelledField> = Vec::new();
    let mut at = from;
    while at < words.len() && found.len() < 8 {
        let label = labels.iter().find(|(label, _)| begins(words, at, label));
        let Some((label, kind)) = label else {
            at += 1;
            continue;
        };
        let value = at + label.len();
        let signed = words.get(value).is_some_and(|t| t.text == ":" || t.is_dash());
        let dated = *kind == FieldKind::Due && date::starting(words, value).is_some();
        if !signed && !dated {
            at += 1;
            continue;
        }
        if let Some(last) = found.last_mut() {
            last.value.end = at;
        }
        found.push(LabelledField { kind: *kind, label: at, value: value + usize::from(signed)..words.len() });
        at = value;
    }
    found
}

/// Verbs that begin an action without an owner: `Circulate to members.`
const IMPERATIVES: [&str; 34] = [
    "add",
    "arrange",
    "ask",
    "bring",
    "check",
    "circulate",
    "confirm",
    "contact",
    "continue",
    "distribute",
    "draft",
    "escalate",
    "feed",
    "forward",
    "investigate",
    "invite",
    "issue",
    "liaise",
    "present",
    "prepare",
    "provide",
    "publish",
    "raise",
    "refer",
    "reply",
    "report",
    "respond",
    "return",
    "review",
    "send",
    "share",
    "speak",
    "submit",
    "write",
];

/// Returns the owners at the beginning of the text, and the offset of what they are to do.
fn leading_owners(text: &str, words: &[TextToken<'_>]) -> (Vec<Name>, usize) {
    let leads =
        |t: &TextToken<'_>| t.is_any(&["to", "will", "shall", "should", "must"]) || t.text == ":" || t.is_dash();
    let Some(at) = words
        .iter()
        .take(16)
        .position(|t| leads(t) && !(t.is_dash() && words.iter().any(|w| w.touches(t) && w.kind != TokenKind::Sign)))
    else {
        return (Vec::new(), 0);
    };
    let mut end = at;
    while end > 0 && words[end - 1].is_any(&["is", "are", "was", "were", "asked", "both"]) {
        end -= 1;
    }
    let small = ["the", "and", "of", "for", "all", "on", "behalf", "with", "members", "each"];
    let of_a_name = |t: &TextToken<'_>| {
        t.is_capitalised()
            || t.is_any(&small)
            || matches!(t.text, "," | "/" | "&" | "-" | "'" | "’" | "‘" | "(" | ")")
            || t.text == "s"
            || t.kind == TokenKind::Number
    };
    let named = &words[..end];
    let imperative = named.first().is_none_or(|t| t.is_any(&IMPERATIVES));
    if imperative || !named.iter().all(of_a_name) || !named.iter().any(|t| t.is_capitalised() || t.is("members")) {
        return (Vec::new(), 0);
    }
    let from = if words[at].kind == TokenKind::Sign { words[at].end() } else { words[at].start };
    (owners_in(&text[..named[named.len() - 1].end()]).unwrap_or_default(), from)
}

/// Returns the owners in a text: `SECAS and the SSC Chair`, `DCC / NCSC`.
pub(crate) fn owners_in(text: &str) -> Option<Vec<Name>> {
    let parts = text.split([',', '/', '&', ';', '\n', '|', '+']).flat_map(|part| part.split(" and "));
    let name = |part: &str| {
        let part = part.trim().trim_matches(['(', ')', '.', '*', '[', ']']).trim();
        let part = part.strip_prefix("and ").unwrap_or(part);
        let part = part.strip_prefix("the ").or_else(|| part.strip_prefix("The ")).unwrap_or(part).trim();
        let nobody = ["tbc", "tbd", "n/a", "none", "-", "–", "tba", "unassigned"];
        (!nobody.iter().any(|none| part.eq_ignore_ascii_case(none)) && part.contains(char::is_alphanumeric))
            .then(|| part.parse().ok())
            .flatten()
    };
    let mut owners: Vec<Name> = Vec::new();
    for owner in parts.filter_map(name).take(16) {
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    (!owners.is_empty()).then_some(owners)
}

/// Returns the due date of a field or cell.
pub(crate) fn due(words: &[TextToken<'_>], days: MeetingDays) -> Option<NaiveDate> {
    let day = date::all(words).first().and_then(|found| found.date.after(days.held_on));
    day.or_else(|| days.next_meeting_on.filter(|_| address::speaks_of_next_meeting(words)))
}

/// Returns the due date at the end of a line, after a sign: `SECAS – write to DCC – 16 November 2023`, `…
/// (16/11/2023)`.
fn due_at_end(words: &[TextToken<'_>], days: MeetingDays) -> Option<NaiveDate> {
    let last = date::all(words).pop()?;
    let ends = words[last.tokens.end..].iter().all(|t| t.kind == TokenKind::Sign);
    let before = words.get(last.tokens.start.checked_sub(1)?)?;
    let parted = before.is_dash() || matches!(before.text, "(" | "[" | "," | ";" | "|" | ":");
    (ends && parted).then(|| last.date.after(days.held_on)).flatten()
}

/// Returns the due date in running text: the last date after `by`, `before` or `until`.
fn due_in_text(words: &[TextToken<'_>], days: MeetingDays) -> Option<NaiveDate> {
    let leads = |t: &TextToken<'_>| t.is_any(&["by", "before", "until", "than", "due", "at", "for"]);
    let strict = |t: &TextToken<'_>| t.is_any(&["by", "before", "until", "than", "due"]);
    let dated = date::all(words).into_iter().rev().find_map(|found| {
        let reach = found.tokens.start.saturating_sub(7);
        words[reach..found.tokens.start].iter().any(strict).then(|| found.date.after(days.held_on)).flatten()
    });
    let next = || {
        let led = (0..words.len())
            .any(|at| leads(&words[at]) && address::speaks_of_next_meeting(&words[at..words.len().min(at + 6)]));
        days.next_meeting_on.filter(|_| led)
    };
    dated.or_else(next)
}
