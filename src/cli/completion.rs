//! Completion in the shell, with the names that the ledger holds: `source <(COMPLETE=bash minutebook)`.

use super::arguments::Arguments;
use super::ledger_option::ledger_of;
use super::suggestions::LedgerNames;
use clap::CommandFactory;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, ItemLabel, MeetingRef, PartyName};
use minutebook_ledger::{Environment, Log};
use std::any::TypeId;
use std::ffi::{OsStr, OsString};

/// What an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameKind {
    Committee,
    Meeting,
    Action,
    Decision,
    Party,
    Item,
}

/// Answers the shell if it asks for candidates, and ends the program then.
pub(super) fn answer_shell() {
    CompleteEnv::with_factory(command).complete();
}

/// The command line, whose arguments complete to names of the ledger.
fn command() -> clap::Command {
    with_names(Arguments::command())
}

fn with_names(command: clap::Command) -> clap::Command {
    let completed = command.mut_args(|argument| match kind_of(&argument) {
        Some(kind) => argument.add(ArgValueCompleter::new(move |current: &OsStr| candidates(kind, current))),
        None => argument,
    });
    completed.mut_subcommands(with_names)
}

/// What the values of an argument name, by their type.
fn kind_of(argument: &clap::Arg) -> Option<NameKind> {
    let kinds = [
        (TypeId::of::<CommitteeCode>(), NameKind::Committee),
        (TypeId::of::<MeetingRef>(), NameKind::Meeting),
        (TypeId::of::<ActionRef>(), NameKind::Action),
        (TypeId::of::<DecisionId>(), NameKind::Decision),
        (TypeId::of::<PartyName>(), NameKind::Party),
        (TypeId::of::<ItemLabel>(), NameKind::Item),
    ];
    let own = argument.get_value_parser().type_id();
    kinds.into_iter().find(|(kind, _)| own == *kind).map(|(_, kind)| kind)
}

/// The names of the ledger that begin with what was typed; none if there is no ledger.
fn candidates(kind: NameKind, current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let words: Vec<OsString> = std::env::args_os().collect();
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Vec::new() };
    let names = runtime.block_on(names(kind, &words)).unwrap_or_default();
    let fitting = names.into_iter().filter(|(name, _)| name.to_lowercase().starts_with(&typed.to_lowercase()));
    fitting.map(|(name, help)| CompletionCandidate::new(name).help(Some(help.into()))).collect()
}

/// Each name with a few words on it.
async fn names(kind: NameKind, words: &[OsString]) -> Option<Vec<(String, String)>> {
    let log = Log::open_as_it_is(&ledger_of(words)?, Environment::system()).await.ok()?;
    let names = LedgerNames { log: &log };
    let found: Vec<(String, String)> = match kind {
        NameKind::Committee => {
            names.committees().await.ok()?.iter().map(|row| (row.code.to_string(), row.name.to_string())).collect()
        }
        NameKind::Meeting => names
            .meetings()
            .await
            .ok()?
            .iter()
            .map(|row| (row.reference.to_string(), row.held_on.to_string()))
            .collect(),
        NameKind::Action => {
            names.actions().await.ok()?.iter().map(|row| (row.reference.to_string(), row.text.to_string())).collect()
        }
        NameKind::Decision => {
            let described = |verb, text| format!("{verb} {text}");
            names
                .decisions()
                .await
                .ok()?
                .iter()
                .map(|row| (row.id.to_string(), described(row.verb, &row.text)))
                .collect()
        }
        NameKind::Party => {
            let parties = names.parties().await.ok()?;
            parties
                .iter()
                .map(|party| (party.subject(), party.committee().map_or_else(String::new, ToString::to_string)))
                .collect()
        }
        NameKind::Item => {
            let meetings = names.meetings().await.ok()?;
            let typed = |meeting: &MeetingRef| words.iter().any(|word| word.to_str() == Some(&meeting.to_string()));
            let meeting = meetings.iter().find(|row| typed(&row.reference)).or(meetings.last())?;
            meeting.items.iter().map(|item| (item.number.to_string(), item.title.to_string())).collect()
        }
    };
    log.close().await;
    Some(found)
}
