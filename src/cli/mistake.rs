//! A mistake on the command line, explained in the words of the committee whose ledger it is.

use super::failure::Failure;
use super::ledger_option::ledger_of;
use super::suggestions::{LedgerNames, nearest};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use minutebook_domain::StreamId;
use minutebook_domain::classification::{Scheme, UnknownClassification};
use minutebook_domain::meeting::UnknownWord;
use minutebook_domain::reference::{
    ActionRef, CommitteeCode, DecisionId, IllFormed, MeetingRef, PartyCategory, PartyName,
};
use minutebook_ledger::{Environment, Log};
use std::error::Error;
use std::ffi::OsString;

/// Returns what is wrong with a value, and its accepted form; none for any other mistake.
pub(super) async fn explain(mistake: &clap::Error, words: &[OsString]) -> Option<Failure> {
    if mistake.kind() != ErrorKind::ValueValidation {
        return None;
    }
    let Some(ContextValue::String(argument)) = mistake.get(ContextKind::InvalidArg) else { return None };
    let cause = mistake.source()?;
    let log = open(words).await;
    let names = log.as_ref().map(|log| LedgerNames { log });
    let (what, help) = if let Some(ill_formed) = cause.downcast_ref::<IllFormed>() {
        (ill_formed.what(), Some(help_on_reference(ill_formed, names.as_ref()).await))
    } else if let Some(unknown) = cause.downcast_ref::<UnknownWord>() {
        let accepted = unknown.accepted();
        let near = nearest(unknown.given(), accepted.iter().copied());
        (
            format!("`{}` is not known", unknown.given()),
            Some(with_near(near, format!("one of: {}", accepted.join(", ")))),
        )
    } else if let Some(unknown) = cause.downcast_ref::<UnknownClassification>() {
        let what = format!("`{}` is not a classification", unknown.given());
        (what, Some(help_on_classification(unknown, names.as_ref(), words).await))
    } else if cause.downcast_ref::<std::num::ParseIntError>().is_some() {
        let given = match mistake.get(ContextKind::InvalidValue) {
            Some(ContextValue::String(given)) => given.as_str(),
            _ => "",
        };
        (format!("`{given}` is not a whole number from 0 on"), None)
    } else {
        (cause.to_string(), None)
    };
    if let Some(log) = &log {
        log.close().await;
    }
    let failure = Failure::new(format!("{argument}: {what}"));
    Some(match help {
        Some(help) => failure.with_help(help),
        None => failure,
    })
}

/// Opens the ledger that the words name, to look up names. Without one there is no suggestion.
async fn open(words: &[OsString]) -> Option<Log> {
    Log::open_as_it_is(&ledger_of(words)?, Environment::system()).await.ok()
}

fn with_near(near: Option<&str>, help: String) -> String {
    match near {
        Some(near) => {
            let mut rest = help.chars();
            let first = rest.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            format!("did you mean `{near}`? {first}{}", rest.as_str())
        }
        None => help,
    }
}

/// The help on a reference, by its kind: the likely one, and the form that the committee writes.
async fn help_on_reference(ill_formed: &IllFormed, names: Option<&LedgerNames<'_>>) -> String {
    let given = ill_formed.given();
    let general = format!("{} is expected", ill_formed.expected());
    let Some(names) = names else { return general };
    match ill_formed.kind() {
        MeetingRef::KIND => help_on_meeting(given, names).await.unwrap_or(general),
        ActionRef::KIND => {
            let known: Vec<String> = references(names.actions().await.ok(), |action| action.reference.to_string());
            let near = nearest(given, known.iter().map(String::as_str)).map(str::to_owned);
            let near = near.or_else(|| rewritten::<ActionRef>(given, '/'));
            let form = known.last().map_or(general, |last| format!("an action is written as `{last}`"));
            with_near(near.as_deref(), form)
        }
        DecisionId::KIND => {
            let known: Vec<String> = references(names.decisions().await.ok(), |decision| decision.id.to_string());
            let near = nearest(given, known.iter().map(String::as_str));
            let form = known.last().map_or(general, |last| format!("a decision is written as `{last}`"));
            with_near(near, form)
        }
        CommitteeCode::KIND => {
            let known: Vec<String> = references(names.committees().await.ok(), |committee| committee.code.to_string());
            with_near(nearest(given, known.iter().map(String::as_str)), general)
        }
        PartyName::KIND => {
            let known = names.parties().await.unwrap_or_default();
            let known: Vec<String> = known.iter().map(StreamId::subject).collect();
            let near = nearest(given, known.iter().map(String::as_str));
            let categories: Vec<&str> = PartyCategory::names().collect();
            let form = format!(
                "{general}; its category is one of: {}, or one that the committee added",
                categories.join(", ")
            );
            with_near(near, form)
        }
        _ => general,
    }
}

fn references<V>(rows: Option<Vec<V>>, name: impl Fn(&V) -> String) -> Vec<String> {
    rows.unwrap_or_default().iter().map(name).collect()
}

/// The meeting that was meant, and how the committee writes its meetings.
async fn help_on_meeting(given: &str, names: &LedgerNames<'_>) -> Option<String> {
    let meetings = names.meetings().await.ok()?;
    let known: Vec<String> = meetings.iter().map(|meeting| meeting.reference.to_string()).collect();
    let near = nearest(given, known.iter().map(String::as_str)).map(str::to_owned);
    let near = near.or_else(|| rewritten::<MeetingRef>(given, '_'));
    let upper = given.to_uppercase();
    let of_its_committee = meetings.iter().rev().find(|meeting| upper.starts_with(meeting.committee.as_str()));
    let example = of_its_committee.or(meetings.last())?;
    let form = format!("a meeting of {} is written as `{}`", example.committee, example.reference);
    Some(with_near(near.as_deref(), form))
}

/// The text as a well-formed reference, with capitals and with the separator that its kind has.
fn rewritten<R: std::str::FromStr + ToString>(given: &str, separator: char) -> Option<String> {
    let upper = given.trim().to_uppercase();
    let text: String = upper.chars().map(|c| if c.is_alphanumeric() { c } else { separator }).collect();
    text.parse::<R>().ok().map(|reference| reference.to_string())
}

/// The help on a classification: the levels of the committee's own scheme.
async fn help_on_classification(
    unknown: &UnknownClassification,
    names: Option<&LedgerNames<'_>>,
    words: &[OsString],
) -> String {
    let committees = match names {
        Some(names) => names.committees().await.unwrap_or_default(),
        None => Vec::new(),
    };
    let code = words.iter().filter_map(|word| word.to_str()).find_map(named_committee);
    let of_code = committees.iter().find(|committee| code.as_ref() == Some(&committee.code));
    let only = || committees.first().filter(|_| committees.len() == 1);
    let committee = of_code.or_else(only);
    let scheme = committee.and_then(|committee| Scheme::named(&committee.scheme));
    let schemes: Vec<&Scheme> = match scheme {
        Some(scheme) => vec![scheme],
        None => Scheme::all().iter().collect(),
    };
    let mut labels: Vec<&str> = Vec::new();
    for label in schemes.iter().flat_map(|scheme| scheme.levels()).map(|level| level.label.as_str()) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let near = nearest(unknown.given(), labels.iter().copied());
    let labels = labels.join(", ");
    with_near(
        near,
        committee.map_or_else(|| format!("one of: {labels}"), |known| format!("{} has: {labels}", known.code)),
    )
}

/// The committee of the subject that a word names.
fn named_committee(word: &str) -> Option<CommitteeCode> {
    let meeting = word.parse::<MeetingRef>().ok().map(|meeting| meeting.committee().clone());
    let action = || word.parse::<ActionRef>().ok().map(|action| action.committee().clone());
    let decision = || word.parse::<DecisionId>().ok().map(|decision| decision.committee().clone());
    meeting.or_else(action).or_else(decision).or_else(|| word.parse().ok())
}
