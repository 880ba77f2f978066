//! Sentences of the house style for records without prose.

use super::already_printed::plain;
use super::{Particulars, PrintedAction, PrintedDecision, PrintedMatter};
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::meeting::{DocumentKind, Verb};
use minutebook_domain::reference::{Name, PartyName};

/// Formats a day as documents do: `27 February 2019`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Formats a time of day: `10:00`.
pub fn clock_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// `This document is classified as White in accordance with the Panel Information Policy. …`
pub(super) fn classification(of: Classification) -> String {
    let scheme = Scheme::all().iter().find(|scheme| scheme.levels().iter().any(|level| level.label == of.label()));
    let scheme = scheme.unwrap_or_else(Scheme::panel_information_policy).name();
    let label = of.label();
    let label = label.chars().take(1).chain(label.to_lowercase().chars().skip(1)).collect::<String>();
    let handling = of.handling().trim_end_matches('.');
    format!("This document is classified as {label} in accordance with the {scheme}. {handling}.")
}

/// What the document calls itself.
fn name_of(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Headlines => "Meeting Headlines",
        DocumentKind::Minutes => "Meeting Minutes",
    }
}

/// `Security Sub-Committee (SSC) Meeting Headlines`
pub(super) fn title(of: &Particulars) -> String {
    let called = name_of(of.kind);
    match &of.committee_name {
        Some(name) if name.as_str() != of.committee().as_str() => {
            format!("{name} ({}) {called}", of.committee())
        }
        _ => format!("{} {called}", of.committee()),
    }
}

/// `27 February 2019, 10:00 – 16:00, Gemserv Office`
pub(super) fn when_and_where(of: &Particulars) -> String {
    let times = match (of.starts_at, of.ends_at) {
        (Some(start), Some(end)) => format!(", {} – {}", clock_time(start), clock_time(end)),
        (Some(start), None) => format!(", {}", clock_time(start)),
        _ => String::new(),
    };
    let venue = of.venue.as_ref().map_or_else(String::new, |venue| format!(", {venue}"));
    format!("{}{times}{venue}", day(of.held_on))
}

/// `SSC_72_2702 – SSC Meeting Headlines`
pub(super) fn reference(of: &Particulars) -> String {
    format!("{} – {} {}", of.reference, of.committee(), name_of(of.kind))
}

/// `Cancelled on 20 February 2019. The papers are not ready.`
pub(super) fn cancelled(on: Option<NaiveDate>, note: Option<&str>) -> String {
    let on = on.map_or_else(String::new, |on| format!(" on {}", day(on)));
    with_note(format!("Cancelled{on}."), note)
}

/// `Postponed from 27 February 2019 to 6 March 2019. The papers are not ready.`
pub(super) fn postponed(from: NaiveDate, to: NaiveDate, note: Option<&str>) -> String {
    let from = if from == to { String::new() } else { format!(" from {}", day(from)) };
    with_note(format!("Postponed{from} to {}.", day(to)), note)
}

fn with_note(sentence: String, note: Option<&str>) -> String {
    match note.map(|note| note.trim().trim_end_matches('.')) {
        Some(note) => format!("{sentence} {note}."),
        None => sentence,
    }
}

/// `The Agenda Item was marked as RED and therefore recorded in the Confidential Minutes.` The second half only where the
/// reader may know of confidential minutes.
pub(super) fn marked_item(mark: Classification, confidential_minutes: bool) -> String {
    let recorded = if confidential_minutes { " and therefore recorded in the Confidential Minutes" } else { "" };
    format!("The Agenda Item was marked as {mark}{recorded}.")
}

/// `The SSC AGREED the Assurance Status for Other User ‘L’.`
pub(super) fn decision(committee: &str, of: &PrintedDecision, delegated_to: Option<&Name>) -> String {
    let text = of.text.trim().trim_end_matches('.');
    let stated = plain(text);
    let unless_stated = |words: String| if stated.contains(plain(&words).trim_end()) { None } else { Some(words) };
    let to = match of.verb {
        Verb::Recommended => of.recommended_to.as_ref().and_then(|body| unless_stated(body.to_string())),
        Verb::Deferred => of.deferred_to.and_then(|to| unless_stated(day(to))),
        Verb::Delegated => delegated_to.and_then(|to| unless_stated(to.to_string())),
        _ => None,
    };
    let text = within_a_sentence(text);
    let said = match (of.verb, to) {
        (Verb::Recommended, Some(to)) => recommended(&text, &with_article(&to)),
        (Verb::Delegated, Some(to)) => format!("{text} to {}", with_article(&to)),
        (_, Some(to)) => format!("{text} to {to}"),
        (_, None) => text,
    };
    let earlier: Vec<String> = of.supersedes.iter().map(ToString::to_string).collect();
    let earlier = match earlier.len() {
        0 => String::new(),
        1 => format!(" It takes the place of decision {}.", earlier[0]),
        _ => format!(" It takes the place of decisions {}.", joined(&earlier)),
    };
    // WITHDRAWN is a participle and needs an auxiliary.
    let has = if of.verb == Verb::Withdrawn { "has " } else { "" };
    format!("The {committee} {has}{} {said}.{earlier}", of.verb)
}

/// What a body may be asked for: `the budget for approval`, to which `by the Panel` is added.
const REQUESTS: [&str; 6] = [
    " for approval ",
    " for endorsement ",
    " for ratification ",
    " for consideration ",
    " for agreement ",
    " for decision ",
];

/// `to the SECCo Board the budget`, or `the budget for approval by the SECCo Board` where the text asks for something.
fn recommended(text: &str, to: &str) -> String {
    if REQUESTS.iter().any(|request| plain(text).ends_with(request)) {
        return format!("{text} by {to}");
    }
    // A name after a name would read as one.
    let between = if text.starts_with(char::is_uppercase) { ":" } else { "" };
    format!("to {to}{between} {text}")
}

/// Words that begin a text with a capital, and have none within a sentence. Others may be names.
const SMALL_WORDS: [&str; 27] = [
    "A", "All", "An", "And", "Any", "As", "At", "Both", "By", "Each", "For", "From", "If", "In", "It", "Its", "No",
    "On", "Subject", "That", "The", "These", "This", "To", "Under", "When", "With",
];

/// Lowers the first letter of a text that continues a sentence, unless it may begin a name.
fn within_a_sentence(text: &str) -> String {
    let first = text.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    if SMALL_WORDS.contains(&first) { with_small_letter(text) } else { text.to_owned() }
}

/// Lowers the article that begins a text.
pub(super) fn with_small_article(text: &str) -> String {
    if ["The ", "A ", "An "].iter().any(|article| text.starts_with(article)) {
        with_small_letter(text)
    } else {
        text.to_owned()
    }
}

fn with_small_letter(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Nouns that end the names of bodies, which take an article; proper names do not.
const BODIES: [&str; 12] = [
    "Board",
    "Panel",
    "Committee",
    "Sub-Committee",
    "Group",
    "Authority",
    "Department",
    "Council",
    "Team",
    "Forum",
    "Chair",
    "Secretary",
];

/// `the SECCo Board`, but `Ofgem`, and `the DCC`.
fn with_article(name: &str) -> String {
    let last = name.rsplit(' ').next().unwrap_or_default();
    let short = (2..=4).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_uppercase());
    let has_one = name.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("the "));
    if !has_one && (short || BODIES.contains(&last)) { format!("the {name}") } else { name.to_owned() }
}

/// `a, b and c`
pub(super) fn joined(parts: &[String]) -> String {
    match parts.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// `Other User ‘L’`
pub(super) fn party(name: &PartyName) -> String {
    match name.as_str().rsplit_once(' ') {
        Some((category, letters)) => format!("{category} ‘{letters}’"),
        None => name.to_string(),
    }
}

/// `The survey of the sluice gates. (RED)`
pub(super) fn matter(of: &PrintedMatter) -> String {
    with_mark(of.text.trim(), of.mark)
}

/// `ACTION SSC72/01: SECAS to circulate the paper by 27 March 2019.` A text that says who does it stays as it is, and one
/// that does not begin with what is to be done follows the owners in brackets: `ACTION SSC72/01 (SECAS): The paper is late.`
pub(super) fn action(of: &PrintedAction) -> String {
    let text = of.text.trim().trim_end_matches('.');
    let owners: Vec<String> = of.owners.iter().map(ToString::to_string).collect();
    let in_brackets = format!(" ({})", joined(&owners));
    let (owners, text) = if owners.is_empty() || names_all(text, &of.owners) {
        ("", text.to_owned())
    } else if begins_with_a_verb(text) {
        ("", format!("{} to {}", joined(&owners), with_small_letter(text)))
    } else {
        (in_brackets.as_str(), text.to_owned())
    };
    let due = of.due_on.map(day).filter(|due| !plain(&text).contains(plain(due).trim_end()));
    let due = due.map_or_else(String::new, |due| format!(" by {due}"));
    with_mark(&format!("ACTION {}{owners}: {text}{due}.", of.reference), of.mark)
}

/// The lead-in to the list of matters arising.
pub(super) const MATTERS: &str = "Updates were noted on the following Matters Arising;";

/// `The meeting closed at 16:00.` Who closed it is not recorded.
pub(super) fn closed(at: NaiveTime) -> String {
    format!("The meeting closed at {}.", clock_time(at))
}

/// `Next Meeting: 13 March 2019`
pub(super) fn next_meeting(on: NaiveDate) -> String {
    format!("Next Meeting: {}", day(on))
}

/// Appends a mark to a text that does not end in one.
pub(super) fn with_mark(text: &str, mark: Option<Classification>) -> String {
    match mark.map(|mark| format!("({mark})")) {
        Some(mark) if !text.trim_end_matches(['.', ';', ',']).ends_with(&mark) => format!("{text} {mark}"),
        _ => text.to_owned(),
    }
}

/// Whether the text says before its verb that all of these owners do it: `SECAS and the DCC to draft …`.
fn names_all(text: &str, owners: &[Name]) -> bool {
    let words = plain(text);
    let before_verb =
        [" to ", " will ", " shall ", " should ", " must "].iter().filter_map(|sign| words.find(sign)).min();
    let subject = before_verb.and_then(|end| words.get(..=end)).unwrap_or_default();
    owners.iter().all(|owner| subject.contains(&plain(owner.as_str())))
}

/// Verbs with which the text of an action begins. A text with another first word may be a sentence of its own.
const VERBS: &str = "\
    acquire add adopt advise agree align allocate amend analyse appoint approach approve archive arrange ask \
    assess assign attend audit avoid begin book brief bring build calculate call challenge chase check choose \
    circulate clarify close collate collect commission communicate compare compile complete conduct confirm \
    consider consult contact continue coordinate correct create decide define delete deliver describe determine \
    develop discuss distribute download draft email encourage engage enquire ensure escalate establish estimate \
    evaluate examine explain explore extend facilitate feed finalise find fix follow forward gather generate get \
    give hand hold identify implement improve include increase inform install introduce investigate invite issue \
    keep liaise look maintain make manage measure meet merge monitor move negotiate nominate notify observe obtain \
    open organise outline paint pay perform phone plan prepare present print procure produce promote prompt \
    propose protect provide publish pursue raise re-issue read recommend reconsider record recruit reduce refer \
    reissue remind remove repeat replace reply report represent request resolve respond restore retain return \
    review revise rewrite ring run schedule search secure seek select send set share sign simplify speak start \
    stop submit summarise support suspend take talk tell test track train transfer translate understand update \
    upgrade upload validate verify visit warn withdraw work write";

fn begins_with_a_verb(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ':']);
    VERBS.split(' ').any(|verb| verb.eq_ignore_ascii_case(first))
}
