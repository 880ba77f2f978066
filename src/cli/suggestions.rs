//! The likely word where a person wrote another: "did you mean `Other User L`?"

use super::failure::Failure;
use super::scope::{full_clearance, with_audit};
use crate::query::actions::{ActionFilter, ActionView};
use crate::query::committees::{CommitteeFilter, CommitteeView};
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use crate::query::read_query::{QueryError, ReadQuery};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::merge::MergeError;
use minutebook_domain::party::Assessment;
use minutebook_domain::reference::{Name, PartyCategory};
use minutebook_domain::{Event, Position, RejectionKind, Requirement, StreamId};
use minutebook_ledger::{Command, Log, RecordError, Request, Selection, StoreError};
use std::collections::BTreeSet;

/// Returns the known word that is nearest to the given one, if any is near.
///
/// Words are compared without case, marks and leading zeros. Words that differ in a digit or in the letters of a party are
/// never near: the next action or party is no slip of the pen.
pub(super) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain_form(given);
    let limit = match wanted.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        5..=11 => 2,
        _ => 3,
    };
    let near = known.into_iter().filter(|word| *word != given).filter_map(|word| {
        let form = plain_form(word);
        let distance = strsim::osa_distance(&wanted, &form);
        let is_same_subject = digits(&wanted) == digits(&form) && letters(given) == letters(word);
        (distance <= limit && is_same_subject).then_some((distance, word))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// The letters at the end of a party's name: `L` of `Other User L`.
fn letters(word: &str) -> Option<&str> {
    let (_, last) = word.trim().rsplit_once(' ')?;
    (last.len() <= 3 && last.chars().all(|c| c.is_ascii_uppercase())).then_some(last)
}

/// The letters and digits of a word in lower case, without the leading zeros of its numbers: `ssc721` for `SSC72/01`.
fn plain_form(word: &str) -> String {
    let parts = word.split(|c: char| !c.is_alphanumeric());
    parts.map(|part| part.trim_start_matches('0').to_lowercase()).collect()
}

/// The digits of a word, sorted, so that two that were exchanged are the same.
fn digits(form: &str) -> Vec<char> {
    let mut digits: Vec<char> = form.chars().filter(char::is_ascii_digit).collect();
    digits.sort_unstable();
    digits
}

/// The names that a ledger holds, for a user who can read all of it.
pub(super) struct LedgerNames<'a> {
    pub(super) log: &'a Log,
}

impl LedgerNames<'_> {
    fn everything() -> ReadQuery {
        ReadQuery { as_of: None, known_at: None, clearances: with_audit(full_clearance()), committee: None }
    }

    pub(super) async fn committees(&self) -> Result<Vec<CommitteeView>, QueryError> {
        Ok(CommitteeView::list(self.log, &Self::everything(), &CommitteeFilter).await?.rows)
    }

    /// The meetings in the order of their days, planned ones too.
    pub(super) async fn meetings(&self) -> Result<Vec<MeetingView>, QueryError> {
        let mut meetings = MeetingView::list(self.log, &Self::everything(), &MeetingFilter::default()).await?.rows;
        meetings.sort_by_key(|meeting| meeting.held_on);
        Ok(meetings)
    }

    pub(super) async fn actions(&self) -> Result<Vec<ActionView>, QueryError> {
        Ok(ActionView::list(self.log, &Self::everything(), &ActionFilter::default()).await?.rows)
    }

    pub(super) async fn decisions(&self) -> Result<Vec<DecisionView>, QueryError> {
        Ok(DecisionView::list(self.log, &Self::everything(), &DecisionFilter::default()).await?.rows)
    }

    /// The streams of the parties that are registered.
    pub(super) async fn parties(&self) -> Result<BTreeSet<StreamId>, StoreError> {
        let registered = self.log.read_all(Selection::Type("PartyRegistered".into())).await?;
        Ok(registered.into_iter().map(|event| event.stream).collect())
    }

    /// The owners of actions, past ones too.
    pub(super) async fn owners(&self) -> Result<BTreeSet<String>, QueryError> {
        Ok(self.actions().await?.iter().flat_map(|action| &action.owners).map(ToString::to_string).collect())
    }

    /// The names of the subjects of the same kind as `stream`, in the same committee.
    async fn alike(&self, stream: &StreamId) -> Result<Vec<String>, QueryError> {
        let is_own = |committee: &_| stream.committee() == Some(committee);
        Ok(match stream {
            StreamId::Committee(_) => self.committees().await?.iter().map(|row| row.code.to_string()).collect(),
            StreamId::Meeting(_) => self.meetings().await?.iter().map(|row| row.reference.to_string()).collect(),
            StreamId::Action(_) => self.actions().await?.iter().map(|row| row.reference.to_string()).collect(),
            StreamId::Party(..) => {
                let parties = self.parties().await?.into_iter();
                parties.filter(|party| party.committee().is_some_and(is_own)).map(|party| party.subject()).collect()
            }
            StreamId::Token(_) => Vec::new(),
        })
    }
}

/// Notes the owners in a request that own no action so far, each with the owner whose name is near.
pub(super) async fn new_owners(log: &Log, request: &Request) -> Result<Vec<String>, QueryError> {
    let given: Vec<(&StreamId, &Name)> = recorded(request)
        .flat_map(|(stream, event)| match event {
            Event::Action(ActionEvent::ActionRaised(raised)) => {
                raised.owners.iter().map(|name| (stream, name)).collect::<Vec<_>>()
            }
            Event::Action(ActionEvent::ActionAssigned(assigned)) => {
                assigned.owners.iter().map(|name| (stream, name)).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let known = LedgerNames { log }.owners().await?;
    let note = |(stream, name): &(&StreamId, &Name)| {
        let near = nearest(name.as_str(), known.iter().map(String::as_str));
        let meant = near.map(|near| format!("; did you mean `{near}` for {}?", stream.subject())).unwrap_or_default();
        let is_new = !known.is_empty() && !known.contains(name.as_str());
        is_new.then(|| format!("note: `{name}` owns no other action{meant}"))
    };
    Ok(given.iter().filter_map(note).collect())
}

/// Returns the failure of a request that was refused: with the subject that is missing, and the likely word for it.
pub(super) async fn refusal(log: &Log, error: RecordError, request: &Request) -> Failure {
    let rejection = match &error {
        RecordError::Rejected(rejection) => rejection,
        RecordError::Merge(merge) => return merge_failure(merge, request),
        _ => return error.into(),
    };
    let (rule, what, accepted) = (rejection.rule(), rejection.what().to_owned(), rejection.accepted().to_owned());
    if rejection.kind() == RejectionKind::NotBegun
        && let Ok(Some(missing)) = missing_stream(log, request).await
    {
        let subject = missing.subject();
        let what = if what.contains(&subject) { what } else { format!("{what}: `{subject}`") };
        let alike = LedgerNames { log }.alike(&missing).await.unwrap_or_default();
        let help = match nearest(&subject, alike.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? If not, {accepted}"),
            None => accepted,
        };
        return Failure::new(format!("{what} [{rule}]")).with_help(help);
    }
    let near = match rule {
        "category-of-its-committee" => near_requirement(request, |requirement| match requirement {
            Requirement::PartyCategory { category, .. } => nearest(category.name(), PartyCategory::names()),
            _ => None,
        }),
        "assessment-of-its-committee" => near_requirement(request, |requirement| match requirement {
            Requirement::Assessment { assessment, .. } => nearest(assessment.as_str(), Assessment::names()),
            _ => None,
        }),
        _ => None,
    };
    match near {
        Some(near) => {
            Failure::new(format!("{what} [{rule}]")).with_help(format!("did you mean `{near}`? If not, {accepted}"))
        }
        None => error.into(),
    }
}

/// The failure of a correction of named fields: with the field or the word that was likely meant.
fn merge_failure(error: &MergeError, request: &Request) -> Failure {
    let value = request.commands.iter().find_map(|command| match command {
        Command::Merge { merge, .. } => merge.typed(&error.field),
        Command::Record { .. } | Command::Correct { .. } => None,
    });
    let accepted: Vec<&str> = error.accepted.strip_prefix("one of: ").unwrap_or_default().split(", ").collect();
    let near = value.and_then(|value| nearest(value, accepted.iter().copied()));
    let near = near.or_else(|| nearest(&error.field, accepted.iter().copied()));
    let help = near.map(|near| format!("did you mean `{near}`? Else {}", error.accepted));
    Failure::new(&error.what).with_help(help.unwrap_or_else(|| error.accepted.clone()))
}

fn near_requirement(request: &Request, near: impl Fn(&Requirement) -> Option<&'static str>) -> Option<&'static str> {
    recorded(request).flat_map(|(_, event)| event.payload().requires()).find_map(|requirement| near(&requirement))
}

/// The events of a request that are no corrections, each with its stream.
fn recorded(request: &Request) -> impl Iterator<Item = (&StreamId, &Event)> {
    request.commands.iter().filter_map(|command| match command {
        Command::Record { stream, event, .. } => Some((stream, event)),
        Command::Correct { .. } | Command::Merge { .. } => None,
    })
}

/// Returns the first stream that the request needs and the ledger does not hold.
async fn missing_stream(log: &Log, request: &Request) -> Result<Option<StreamId>, StoreError> {
    for (stream, event) in recorded(request) {
        let begun = event.payload().begins();
        let required = event.payload().requires().into_iter().filter_map(|requirement| requirement.stream());
        let needed: Vec<StreamId> =
            required.chain([stream.clone()]).filter(|needed| Some(needed) != begun.as_ref()).collect();
        for needed in needed {
            if log.read(Selection::Stream(needed.clone()), Position::START).next_page().await?.is_empty() {
                return Ok(Some(needed));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_a_near_word_is_suggested() {
        let known = ["SSC_72_2702", "SSC72/01", "Other User L", "SECAS", "DCC", "AGREED", "WHITE", "Gordon Hextall"];
        for (given, near) in [
            ("SSC-72-2702", Some("SSC_72_2702")),
            ("ssc_72_2702", Some("SSC_72_2702")),
            ("SSC_27_2702", Some("SSC_72_2702")),
            ("SSC72/1", Some("SSC72/01")),
            ("Oher User L", Some("Other User L")),
            ("SECSA", Some("SECAS")),
            ("Gordon Hextal", Some("Gordon Hextall")),
            ("AGRED", Some("AGREED")),
            ("WITHE", Some("WHITE")),
            // Another meeting, action or party is not a mistyped one.
            ("SSC_73_1303", None),
            ("SSC72/09", None),
            ("Ofgem", None),
            ("DC", None),
            ("", None),
            ("SECAS", None),
            ("Other User Q", None),
        ] {
            assert_eq!(nearest(given, known), near, "{given}");
        }
    }
}
