//! What `record` fills in from the open meeting: the meeting itself, its day, and the next free reference of an action.

use super::open_meeting;
use super::suggestions::LedgerNames;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use minutebook_domain::reference::{ActionRef, MeetingRef};
use minutebook_ledger::{Environment, LedgerUrl, Log};
use std::ffi::OsString;

/// The subcommands that say what happened on a day, with the option of the day and that of the meeting.
const DAYS: [(&str, &str, Option<&str>); 11] = [
    ("action", "--raised-on", Some("--raised-in")),
    ("assign", "--on", Some("--at-meeting")),
    ("progress", "--on", Some("--at-meeting")),
    ("due-date", "--on", Some("--at-meeting")),
    ("carry-forward", "--on", Some("--at-meeting")),
    ("complete", "--on", Some("--at-meeting")),
    ("reopen", "--on", Some("--at-meeting")),
    ("withdraw", "--on", Some("--at-meeting")),
    ("supersede", "--on", Some("--at-meeting")),
    ("status", "--agreed-on", None),
    ("status-deferred", "--deferred-on", None),
];

/// Returns the words of a `record` command with what the mistake says is missing, as far as the meeting supplies it.
pub(super) async fn fill(words: &[OsString], mistake: &clap::Error, ledger: &LedgerUrl) -> Option<Vec<OsString>> {
    let at = words.iter().position(|word| word == "record")? + 1;
    let subcommand = words.get(at)?.to_str().filter(|word| !word.starts_with('-'))?;
    let given = || words[at + 1..].iter().filter_map(|word| word.to_str());
    let missing = missing(mistake)?;
    let named = given().find_map(|word| word.parse::<MeetingRef>().ok());
    let meeting = match &named {
        // The options of a day belong to the meeting that is named.
        Some(named) if !missing.contains(&"<MEETING>".to_owned()) => named.clone(),
        _ => open_meeting::current(ledger)?,
    };
    let mut added = Vec::new();
    for name in &missing {
        if name == "<MEETING>" {
            added.insert(0, meeting.to_string());
            continue;
        }
        let log = Log::open_as_it_is(ledger, Environment::system()).await.ok()?;
        let names = LedgerNames { log: &log };
        if name == "<ACTION>" && subcommand == "action" {
            added.insert(0, next_free(&names, &meeting).await?);
        } else if let Some((_, day, at_meeting)) = DAYS.iter().find(|(of, day, _)| *of == subcommand && day == name) {
            let meetings = names.meetings().await.ok()?;
            let held = meetings.iter().find(|row| row.reference == meeting || row.formerly.contains(&meeting))?;
            added.push(format!("{day}={}", held.held_on));
            if let Some(option) = at_meeting.filter(|option| !given().any(|word| word.starts_with(option))) {
                added.push(format!("{option}={meeting}"));
            }
        }
        log.close().await;
    }
    if added.is_empty() {
        return None;
    }
    let added = added.into_iter().map(OsString::from);
    Some(words[..=at].iter().cloned().chain(added).chain(words[at + 1..].iter().cloned()).collect())
}

/// The arguments that are missing, by name: `<MEETING>`, `--on`. A first word that can be no meeting means that the meeting
/// is missing.
fn missing(mistake: &clap::Error) -> Option<Vec<String>> {
    let name = |argument: &String| argument.split([' ', '=']).next().unwrap_or_default().to_owned();
    match (mistake.kind(), mistake.get(ContextKind::InvalidArg)) {
        (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(missing))) => {
            Some(missing.iter().map(name).collect())
        }
        (ErrorKind::ValueValidation, Some(ContextValue::String(argument))) if argument == "<MEETING>" => {
            let given = match mistake.get(ContextKind::InvalidValue) {
                Some(ContextValue::String(given)) => given.as_str(),
                _ => "",
            };
            (!looks_like_reference(given)).then(|| vec![argument.clone()])
        }
        _ => None,
    }
}

/// Whether a word is a mistyped reference, and no title or name.
fn looks_like_reference(word: &str) -> bool {
    let has = |wanted: fn(char) -> bool| word.contains(wanted);
    !has(char::is_whitespace) && has(|c| c.is_ascii_digit()) && has(|c| matches!(c, '-' | '_' | '/'))
}

/// The lowest reference with the meeting's number that no action has.
async fn next_free(names: &LedgerNames<'_>, meeting: &MeetingRef) -> Option<String> {
    let (committee, number) = (meeting.committee(), meeting.number()?);
    let taken: Vec<ActionRef> = names.actions().await.ok()?.into_iter().map(|action| action.reference).collect();
    let free = |place: &u32| {
        let digits = place.to_string();
        !taken.iter().any(|action| {
            let own = action.committee() == committee && action.meeting_number() == number;
            own && action.to_string().rsplit('/').next().is_some_and(|taken| taken.trim_start_matches('0') == digits)
        })
    };
    (1..10_000).find(free).map(|place| format!("{committee}{number}/{place:02}"))
}
