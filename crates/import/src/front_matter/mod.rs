//! The front matter, before the first item: classification, committee, reference, day, times and place of the meeting.

mod committee_code;
mod furniture;
mod venue_and_times;

use crate::block::{LineRange, RichText, SourceBlock, texts};
use crate::context::ImportContext;
use crate::findings::{ImportFinding, ImportFindingKind, excerpt};
use crate::grammar::reference::{self, WrittenMeeting};
use crate::grammar::token::{TextToken, tokens};
use crate::grammar::{classification, date, next_meeting};
use chrono::{Datelike, NaiveDate, NaiveTime};
use furniture::plain_words;
use minutebook_domain::classification::Classification;
use minutebook_domain::local_time::is_in_order;
use minutebook_domain::meeting::DocumentKind;
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Name};
use std::collections::BTreeSet;
use venue_and_times::VenueAndTimes;

/// A particular without which no meeting can be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    /// No text names the meeting.
    #[error("no meeting's reference was found: expected one such as `SSC_72_2702` before the first item")]
    NoMeeting,
    /// No text gives the day of the meeting.
    #[error("no date of the meeting was found: expected one such as `27 February 2019` before the first item")]
    NoDate,
}

/// The meeting's particulars.
#[derive(Debug)]
pub(crate) struct FrontMatter {
    pub(crate) reference: MeetingRef,
    pub(crate) kind: DocumentKind,
    pub(crate) committee_name: Option<Name>,
    pub(crate) held_on: NaiveDate,
    pub(crate) starts_at: Option<NaiveTime>,
    pub(crate) ends_at: Option<NaiveTime>,
    pub(crate) venue: Option<Name>,
    pub(crate) classification: Option<Classification>,
    pub(crate) lines: LineRange,
    pub(crate) findings: Vec<ImportFinding>,
    /// The first lines of the texts that gave a particular.
    recognised: BTreeSet<u32>,
    /// The texts that a running header repeats, as plain lower-case words.
    titles: Vec<String>,
}

impl FrontMatter {
    /// The particulars of a meeting whose record goes on.
    pub(crate) fn of_open_meeting(reference: MeetingRef, held_on: NaiveDate, classification: Classification) -> Self {
        Self {
            reference,
            kind: DocumentKind::Headlines,
            committee_name: None,
            held_on,
            starts_at: None,
            ends_at: None,
            venue: None,
            classification: Some(classification),
            lines: (1, 1),
            findings: Vec::new(),
            recognised: BTreeSet::new(),
            titles: Vec::new(),
        }
    }
}

/// Reads the particulars from `front`, the texts before the first item. What these omit comes from the whole document,
/// the pages' headers and footers, and the file's name.
pub(crate) fn read(
    front: &[RichText],
    whole: &[SourceBlock],
    furniture: &[RichText],
    context: &ImportContext<'_>,
) -> Result<FrontMatter, FrontMatterError> {
    let lines: Vec<String> = front.iter().map(RichText::on_one_line).collect();
    let words: Vec<Vec<TextToken<'_>>> = lines.iter().map(|line| tokens(line, 0)).collect();
    let mut recognised = BTreeSet::new();
    let mut recognise = |text: usize| {
        front.get(text).into_iter().for_each(|text| {
            recognised.insert(text.line_at(0));
        });
    };
    let mut findings = Vec::new();

    let classified = lines.iter().position(|line| classification::of_document(line).is_some());
    classified.into_iter().for_each(&mut recognise);
    let stated = classified.and_then(|at| classification::of_document(&lines[at])).or_else(|| stated_later(whole));
    let stated = stated.or_else(|| furniture.iter().find_map(|text| classification::of_document(&text.on_one_line())));

    let (titled, found) = match find_reference(&words) {
        Some((text, found)) => (Some(text), Some(found)),
        None => (None, reference_elsewhere(whole, furniture, context.file_name)),
    };
    titled.into_iter().for_each(&mut recognise);
    let found = context.meeting.map(WrittenMeeting::of).or(found);
    let known = found.as_ref().map(|found| &found.committee);
    let mut named = find_committee(&lines, &words, known);
    if named.is_none() && known.is_none() {
        named = committee_code::without_one(&lines, &words, whole);
        if let Some(named) = &named {
            let text = format!("recorded as {}", named.code);
            findings.push(ImportFinding {
                line: front[named.text].line_at(0),
                kind: ImportFindingKind::CommitteeWithoutCode,
                text,
            });
        }
    }
    named.as_ref().into_iter().for_each(|named| recognise(named.text));

    let speaks_of_next = |at: &usize| next_meeting::is_announced(&words[*at]);
    let dates: Vec<(usize, date::FoundDate, NaiveDate)> = (0..words.len())
        .filter(|at| Some(*at) != classified && !speaks_of_next(at))
        .flat_map(|at| date::all(&words[at]).into_iter().map(move |found| (at, found)))
        .filter_map(|(at, found)| found.date.in_full().map(|day| (at, found, day)))
        .collect();
    let agrees = |day: &NaiveDate| found.as_ref().is_none_or(|found| found.in_year(day.year()) == Some(*day));
    let held = dates.iter().find(|(_, _, day)| agrees(day)).or(dates.first());
    let held_on = held.map(|(_, _, day)| *day).or_else(|| day_elsewhere(whole, found.as_ref()?));
    let Some(held_on) = held_on else {
        return Err(if found.is_some() { FrontMatterError::NoDate } else { FrontMatterError::NoMeeting });
    };
    let (reference, held_on) = if let Some(found) = &found {
        agree(found, held_on, front, &mut findings)
    } else {
        let committee = named.as_ref().map(|named| named.code.clone()).ok_or(FrontMatterError::NoMeeting)?;
        let numbered = words.iter().enumerate().find_map(|(at, words)| Some((at, meeting_number(words)?)));
        let (at, number) = numbered.ok_or(FrontMatterError::NoMeeting)?;
        recognise(at);
        (MeetingRef::new(committee, number, held_on), held_on)
    };

    // A meeting that is named by its day alone has no number to read.
    let reference = match context.meeting {
        Some(given) if given.number().is_none() => given.on(held_on),
        _ => reference,
    };

    let mut place = VenueAndTimes::default();
    if let Some((at, found, _)) = held {
        recognise(*at);
        place.read(&lines[*at], &words[*at], found);
        if let Some(next) = lines.get(at + 1) {
            let taken = [titled, classified, named.as_ref().map(|named| named.text)].contains(&Some(at + 1));
            if place.read_next(next, taken, titled == Some(at + 1)) {
                recognise(at + 1);
            }
        }
    }
    for at in 0..lines.len() {
        if place.read_label(&lines[at], &words[at]) {
            recognise(at);
        }
    }
    for at in (0..lines.len()).filter(speaks_of_next) {
        recognise(at);
    }
    let line = held.and_then(|(at, ..)| front.get(*at)).map_or(1, |text| text.line_at(0));
    let (starts_at, ends_at) = times_in_order(&place, line, &mut findings);
    let venue = place.venue.map(|venue| venue.trim().trim_end_matches([',', '.', ';']).to_owned());
    let titles = [titled, named.as_ref().map(|named| named.text)];
    let repeated = [titles[0], titles[1], classified];
    let repeated = repeated.into_iter().flatten().map(|at| plain_words(&words[at])).collect();
    let used = recognised.iter().copied();
    let span = (used.clone().next().unwrap_or(1), used.last().unwrap_or(1));
    Ok(FrontMatter {
        reference,
        kind: kind_of_document(&words, &titles),
        committee_name: named.and_then(|named| named.name),
        held_on,
        starts_at,
        ends_at,
        venue: venue.and_then(|venue| venue.parse().ok()),
        classification: stated,
        lines: span,
        findings,
        recognised,
        titles: repeated,
    })
}

/// Tells the kind of document by the texts that name the committee or the meeting, or else by a short first text: minutes,
/// where one of them says so and none says headlines.
fn kind_of_document(words: &[Vec<TextToken<'_>>], titles: &[Option<usize>]) -> DocumentKind {
    let first = words.iter().position(|words| words.len() <= 12 && words.iter().any(|word| word.is("minutes")));
    let titles = titles.iter().copied().flatten().chain(first.filter(|at| *at < 4));
    let titles: Vec<&TextToken<'_>> = titles.filter_map(|at| words.get(at)).flatten().collect();
    let says = |what: &str| titles.iter().any(|word| word.is(what));
    if says("minutes") && !says("headlines") { DocumentKind::Minutes } else { DocumentKind::Headlines }
}

/// Returns the times of the meeting. An end that does not follow the start is left out, with a finding.
fn times_in_order(
    place: &VenueAndTimes,
    line: u32,
    findings: &mut Vec<ImportFinding>,
) -> (Option<NaiveTime>, Option<NaiveTime>) {
    let (starts_at, ends_at) = (place.times.as_ref().map(|t| t.starts), place.times.as_ref().and_then(|t| t.ends));
    if starts_at.zip(ends_at).is_some_and(|(start, end)| !is_in_order(start, end)) {
        let text = "the meeting ends before it starts".into();
        findings.push(ImportFinding { line, kind: ImportFindingKind::DateOutOfOrder, text });
        return (starts_at, None);
    }
    (starts_at, ends_at)
}

/// Returns the classification that the document states at its end.
fn stated_later(whole: &[SourceBlock]) -> Option<Classification> {
    let stated = |block: &SourceBlock| match block {
        SourceBlock::Paragraph(text) if text.as_str().to_lowercase().starts_with("this document") => {
            classification::of_document(&text.on_one_line())
        }
        _ => None,
    };
    whole.iter().rev().find_map(stated)
}

/// Returns the reference in the front matter, preferably one at the beginning of a line.
fn find_reference(words: &[Vec<TextToken<'_>>]) -> Option<(usize, WrittenMeeting)> {
    let heading =
        |(at, words): (usize, &Vec<TextToken<'_>>)| reference::meeting(words, 0, true).map(|found| (at, found.0));
    let inside =
        |(at, words): (usize, &Vec<TextToken<'_>>)| reference::first_meeting(words, true).map(|found| (at, found.0));
    words.iter().enumerate().find_map(heading).or_else(|| words.iter().enumerate().find_map(inside))
}

fn reference_elsewhere(whole: &[SourceBlock], furniture: &[RichText], file_name: &str) -> Option<WrittenMeeting> {
    let heads = |block: &SourceBlock| match block {
        SourceBlock::Heading(_, text) | SourceBlock::Paragraph(text) if text.as_str().len() < 200 => {
            reference::meeting(&tokens(text.as_str(), 0), 0, true).map(|found| found.0)
        }
        _ => None,
    };
    let in_name = || reference::first_meeting(&tokens(file_name, 0), true).map(|found| found.0);
    let in_furniture = || {
        let tokenised = |text: &RichText| reference::first_meeting(&tokens(text.as_str(), 0), true);
        furniture.iter().find_map(tokenised).map(|found| found.0)
    };
    whole.iter().find_map(heads).or_else(in_furniture).or_else(in_name)
}

/// Returns a full date, anywhere in the document, on the day and month of the reference.
fn day_elsewhere(whole: &[SourceBlock], found: &WrittenMeeting) -> Option<NaiveDate> {
    texts(whole).iter().find_map(|text| {
        let days = date::all(&tokens(text.as_str(), 0)).into_iter().filter_map(|found| found.date.in_full());
        days.into_iter().find(|day| (day.day(), day.month()) == (found.day, found.month))
    })
}

/// Reconciles the reference and the day. If they differ, the reference counts, because people cite the meeting by it.
fn agree(
    found: &WrittenMeeting,
    held_on: NaiveDate,
    front: &[RichText],
    findings: &mut Vec<ImportFinding>,
) -> (MeetingRef, NaiveDate) {
    let of_reference = found.in_year(held_on.year());
    if of_reference != Some(held_on) {
        let line = front.first().map_or(1, |text| text.line_at(0));
        let text = format!("the reference gives {:02}{:02}, the document {held_on}", found.day, found.month);
        findings.push(ImportFinding { line, kind: ImportFindingKind::ReferenceDateDiffers, text: excerpt(&text) });
    }
    let held_on = of_reference.unwrap_or(held_on);
    (MeetingRef::new(found.committee.clone(), found.number, held_on), held_on)
}

struct NamedCommittee {
    text: usize,
    code: CommitteeCode,
    name: Option<Name>,
}

/// Finds the committee in a title such as `Security Sub-Committee (SSC) Meeting Headlines`.
fn find_committee(
    lines: &[String],
    words: &[Vec<TextToken<'_>>],
    known: Option<&CommitteeCode>,
) -> Option<NamedCommittee> {
    for (text, words) in words.iter().enumerate() {
        for at in 1..words.len().saturating_sub(1).min(40) {
            let Some(code) = bracketed_code(words, at, known) else { continue };
            if known.is_some_and(|known| *known != code) {
                continue;
            }
            let small = ["of", "and", "for", "the"];
            let of_name = |t: &TextToken<'_>| t.is_capitalised() || t.is_dash() || t.is_any(&small) || t.text == "&";
            let mut start = at - 1;
            while start > 0 && of_name(&words[start - 1]) {
                start -= 1;
            }
            let leads =
                |t: &TextToken<'_>| t.is_any(&["of", "and", "for", "the", "minutes", "headlines"]) || t.is_dash();
            while start < at - 1 && leads(&words[start]) {
                start += 1;
            }
            let name = (start < at - 1).then(|| lines[text][words[start].start..words[at - 2].end()].parse().ok());
            return Some(NamedCommittee { text, code, name: name.flatten() });
        }
    }
    None
}

/// Returns the code in brackets whose first word is at `at`: `(SSC)`, or `(SMKI PMA)` if that code is known.
fn bracketed_code(words: &[TextToken<'_>], at: usize, known: Option<&CommitteeCode>) -> Option<CommitteeCode> {
    let opened = words[at - 1].text == "(";
    let close = (at + 1..words.len().min(at + 5)).find(|at| words[*at].text == ")").filter(|_| opened)?;
    if close == at + 1 {
        return words[at].text.parse().ok();
    }
    let joined: String = words[at..close].iter().map(|t| t.text).filter(|said| *said != "-").collect();
    known.filter(|known| known.as_str() == joined).cloned()
}

/// Returns the number in `Meeting 72`, `Meeting No. 72` or `72nd Meeting`.
fn meeting_number(words: &[TextToken<'_>]) -> Option<u32> {
    let at = words.iter().position(|t| t.is("meeting"))?;
    let after = words[at + 1..].iter().take(3).find_map(|t| t.number(4));
    let before = || words[at.saturating_sub(3)..at].iter().find_map(|t| t.number(3));
    after.or_else(before).filter(|number| *number > 0)
}
