//! `record` without arguments on a terminal: what is recorded is asked for field by field.

use super::arguments::Arguments;
use super::failure::Failure;
use super::ledger_option::ledger_of;
use super::open_meeting;
use super::terminal::print_error;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, CommandFactory, Parser};
use dialoguer::Input;
use std::ffi::OsString;
use std::io::IsTerminal;

/// Returns whether the words are a `record` alone, typed where a person can be asked.
pub(super) fn is_wanted(words: &[OsString]) -> bool {
    words.last().is_some_and(|word| word == "record")
        && std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
}

/// Asks for the subcommand and its fields, and returns the words of the whole command.
pub(super) fn ask_fields(words: &[OsString]) -> Result<Vec<OsString>, Failure> {
    let mut command = Arguments::command();
    command.build();
    let record = command.find_subcommand("record").ok_or_else(|| Failure::new("there is nothing to record"))?;
    let kinds: Vec<&str> =
        record.get_subcommands().map(clap::Command::get_name).filter(|name| *name != "lines").collect();
    print_error(&format!("one of: {}", kinds.join(", ")));
    let kind = loop {
        let kind = answer("what is recorded?", None)?;
        if kinds.contains(&kind.as_str()) {
            break kind;
        }
        print_error(&format!("`{kind}` cannot be recorded; one of: {}", kinds.join(", ")));
    };
    let mut filled: Vec<OsString> = words.to_vec();
    filled.push(kind.clone().into());
    let subcommand =
        record.find_subcommand(&kind).ok_or_else(|| Failure::new(format!("`{kind}` cannot be recorded")))?;
    let meeting = ledger_of(words).and_then(|ledger| open_meeting::current(&ledger)).map(|meeting| meeting.to_string());
    for argument in fields(subcommand) {
        let default = meeting.clone().filter(|_| argument.to_string() == "<MEETING>");
        let mut is_given = false;
        loop {
            let Some(added) = ask_field(argument, default.as_deref())? else {
                if is_given || !argument.is_required_set() {
                    break;
                }
                print_error("this is needed (Ctrl+C ends without a record)");
                continue;
            };
            let tried: Vec<OsString> = filled.iter().chain(&added).cloned().collect();
            match Arguments::try_parse_from(&tried) {
                Err(mistake) if is_about_a_value(mistake.kind()) => {
                    print_error(mistake.to_string().lines().next().unwrap_or_default());
                }
                _ => {
                    (filled, is_given) = (tried, true);
                    if !takes_several(argument) {
                        break;
                    }
                }
            }
        }
    }
    let shown: Vec<String> = filled[1..].iter().map(|word| quoted(&word.to_string_lossy())).collect();
    print_error(&format!("minutebook {}", shown.join(" ")));
    Ok(filled)
}

/// The fields of a subcommand: what must be given, then what may be.
fn fields(subcommand: &clap::Command) -> Vec<&Arg> {
    let is_own = |argument: &&Arg| {
        !argument.is_global_set()
            && !matches!(
                argument.get_action(),
                ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
            )
    };
    let own = || subcommand.get_arguments().filter(is_own);
    own()
        .filter(|argument| argument.is_required_set())
        .chain(own().filter(|argument| !argument.is_required_set()))
        .collect()
}

fn takes_several(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append)
}

/// Returns the words that give the field its value; none if it is left empty.
fn ask_field(argument: &Arg, default: Option<&str>) -> Result<Option<Vec<OsString>>, Failure> {
    let help = argument.get_help().map(|help| help.to_string().replace('\n', " ")).unwrap_or_default();
    let help = help.trim_end_matches('.');
    let is_flag = matches!(argument.get_action(), ArgAction::SetTrue);
    let after = match (is_flag, argument.is_required_set()) {
        (true, _) => " (yes, or empty)",
        (false, true) => "",
        (false, false) => " (may be empty)",
    };
    let given = answer(&format!("{help}{after}"), default)?;
    let given = given.trim();
    if given.is_empty() {
        return Ok(None);
    }
    let option = argument.get_long().map(|long| format!("--{long}"));
    Ok(match option {
        Some(option) if is_flag => {
            ["y", "yes", "true"].contains(&given.to_lowercase().as_str()).then(|| vec![option.into()])
        }
        Some(option) => Some(vec![format!("{option}={given}").into()]),
        None => Some(vec![given.into()]),
    })
}

fn answer(question: &str, default: Option<&str>) -> Result<String, Failure> {
    let mut input = Input::<String>::new().with_prompt(question).allow_empty(true);
    if let Some(default) = default {
        input = input.default(default.to_owned());
    }
    input.interact().map_err(|error| Failure::new(format!("nothing was recorded: {error}")))
}

fn is_about_a_value(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ValueValidation | ErrorKind::InvalidValue | ErrorKind::UnknownArgument)
}

/// The word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || "_-/.:=+,".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
