//! Every rule by name: a command that it refuses after a history, and a similar one (its neighbour) that it accepts.

mod action;
mod committee;
mod correction;
mod meeting;
mod party;
mod token;

use minutebook_domain::correction::Correctable;
use minutebook_domain::rules::{AggregateCommand, LiveRecording, Rules, check_history};
use minutebook_domain::{Rejection, RejectionKind};
use std::collections::BTreeSet;
use std::path::Path;

/// The outcomes of the two commands that show a rule.
struct Case {
    rule: &'static str,
    says: &'static str,
    refused: Result<(), Rejection>,
    neighbour: Result<(), Rejection>,
}

/// A case of `rule`, described by `says`: after `history`, exactly this rule refuses the first command, and the second,
/// its legal neighbour, is accepted.
fn case<R: Rules>(
    rule: &'static str,
    says: &'static str,
    history: &[R::Event],
    [refused, neighbour]: [AggregateCommand<R::Event>; 2],
) -> Case {
    let state = check_history::<R>(history).unwrap_or_else(|(version, rejection)| {
        panic!("the history of the case `{says}` is illegal itself at version {version}: {rejection}")
    });
    let outcome = |command| state.decide(command).map(|_| ());
    Case { rule, says, refused: outcome(refused), neighbour: outcome(neighbour) }
}

/// A case of a rule that only live recordings are held to. The neighbour may be recorded on another day or as planned.
fn live_case<R: Rules>(
    rule: &'static str,
    says: &'static str,
    history: &[R::Event],
    [refused, neighbour]: [(R::Event, LiveRecording); 2],
) -> Case {
    let state = check_history::<R>(history).unwrap_or_else(|(_, rejection)| panic!("{says}: {rejection}"));
    let outcome = |(event, live): (R::Event, LiveRecording)| {
        state.admit(&event).unwrap_or_else(|rejection| panic!("a document may say so: {says}: {rejection}"));
        state.admit_live(&event, live)
    };
    Case { rule, says, refused: outcome(refused), neighbour: outcome(neighbour) }
}

/// The command to record the correction that `event` holds, given the stream's `history`.
fn correct<E: Correctable>(history: &[E], event: &E) -> AggregateCommand<E> {
    AggregateCommand::Correct { correction: event.as_correction().unwrap().clone(), history: history.to_vec() }
}

fn every_case() -> Vec<Case> {
    [committee::cases(), meeting::cases(), action::cases(), party::cases(), token::cases(), correction::cases()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn a_command_that_breaks_a_rule_is_refused_by_that_rule_and_no_other() {
    for Case { rule, says, refused, .. } in every_case() {
        match refused {
            Ok(()) => panic!("`{says}` was accepted, and {rule} forbids it"),
            Err(rejection) => {
                assert_eq!(rejection.rule(), rule, "`{says}` was refused by another rule: {rejection}");
                assert_eq!(rejection.kind(), kind_by_name(rule), "{rule} is named for its kind");
                assert!(!rejection.what().is_empty() && !rejection.accepted().is_empty(), "{rule} explains itself");
            }
        }
    }
}

/// The kind that the name of a rule promises to a reader.
fn kind_by_name(rule: &str) -> RejectionKind {
    if rule.ends_with("-first") {
        RejectionKind::NotBegun
    } else if rule.ends_with("-once") {
        RejectionKind::AlreadyRecorded
    } else {
        RejectionKind::Other
    }
}

#[test]
fn the_legal_neighbour_of_a_refused_command_is_accepted() {
    for Case { rule, says, neighbour, .. } in every_case() {
        assert_eq!(neighbour, Ok(()), "the neighbour of `{says}` [{rule}] is legal");
    }
}

#[test]
fn every_rule_in_the_source_has_a_case_and_every_case_a_rule() {
    let mut in_source = BTreeSet::new();
    collect_rules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    let in_table: BTreeSet<String> = every_case().iter().map(|case| case.rule.to_owned()).collect();
    assert!(in_source.len() > 50, "the scan finds the rules: {in_source:?}");
    assert_eq!(in_source, in_table, "source and table name the same rules");
}

/// The constructors of a rejection; each takes the rule's name first.
const CONSTRUCTORS: [&str; 4] = ["new", "not_begun", "already_recorded", "relied_on"];

/// Adds the rules that the source files of `folder` refuse by: the first literal of a constructor's call, or of a call
/// of `unused`, which passes the name on.
fn collect_rules(folder: &Path, rules: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_rules(&path, rules);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let calls = CONSTRUCTORS.iter().flat_map(|name| {
            source.split(&format!("Rejection::{name}(")).skip(1).map(str::to_owned).collect::<Vec<_>>()
        });
        for call in calls {
            let argument = call.trim_start();
            if let Some(literal) = argument.strip_prefix('"') {
                rules.insert(literal.split('"').next().unwrap().to_owned());
            } else {
                // A name that is not a literal here would escape the scan: only `unused` may pass one on.
                assert!(argument.starts_with("rule,"), "{}: {argument:.60}", path.display());
            }
        }
        for call in source.split("unused(").skip(1).filter(|call| call.trim_start().starts_with("&self.")) {
            rules.insert(call.split('"').nth(1).unwrap().to_owned());
        }
    }
}
