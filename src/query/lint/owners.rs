//! The rule on owners: each is a member, a body or a party that the ledger knows.

use super::finding::UnlocatedFinding;
use super::rule::LintRule;
use super::snapshot::{CommitteeSnapshot, EventLocator};
use minutebook_domain::StreamId;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::comparison::comparison_form;
use std::collections::BTreeSet;

/// Roles and groups that own actions without a name.
const ROLES: [&str; 8] = ["all", "chair", "committee", "dcc", "members", "secretariat", "secretary", "vice-chair"];

pub(super) fn findings(snapshot: &CommitteeSnapshot<'_>) -> Vec<UnlocatedFinding> {
    let known = known_names(snapshot);
    let is_known = |name: &str| {
        let folded = folded(name);
        ROLES.contains(&folded.trim_start_matches("the ")) || known.iter().any(|known| self::folded(known) == folded)
    };
    let outstanding = snapshot.actions.iter().filter(|action| action.row.status == ActionStatus::Outstanding);
    let owners = outstanding.flat_map(|action| action.row.owners.iter().map(move |owner| (action, owner)));
    let unknown = owners.filter(|(_, owner)| !is_known(owner.as_str())).map(|(action, owner)| {
        let text = match nearest(owner.as_str(), &known) {
            Some(near) => format!("`{owner}`; the nearest known name is `{near}`"),
            None => format!("`{owner}`"),
        };
        UnlocatedFinding {
            kind: LintRule::OwnerUnknown,
            stream: StreamId::Action(action.row.reference.clone()),
            event: EventLocator::ActionRaised,
            meeting: action.row.raised_in.clone(),
            item: action.row.item,
            subject: action.row.reference.to_string(),
            text,
        }
    });
    unknown.collect()
}

/// The names of the committee, its members, those who attended or were absent, their bodies, the bodies that decisions
/// name, and the parties.
fn known_names(snapshot: &CommitteeSnapshot<'_>) -> BTreeSet<String> {
    let committee = &snapshot.scope.committee;
    let mut names = BTreeSet::from([committee.code.to_string(), committee.name.to_string()]);
    for member in &committee.members {
        names.insert(member.name.to_string());
        names.extend(member.organisation.as_ref().map(ToString::to_string));
    }
    for meeting in &snapshot.meetings {
        let present = meeting.row.attendance.iter().map(|person| (&person.name, &person.organisation));
        let absent = meeting.row.apologies.iter().map(|person| (&person.name, &person.organisation));
        for (name, organisation) in present.chain(absent) {
            names.insert(name.to_string());
            names.extend(organisation.as_ref().map(ToString::to_string));
        }
    }
    for decision in &snapshot.decisions {
        let bodies = decision.row.recommended_to.iter().chain(&decision.row.delegated_to);
        names.extend(bodies.map(ToString::to_string));
        names.extend(decision.row.subjects.iter().map(ToString::to_string));
    }
    names.extend(snapshot.statuses.iter().map(|status| status.party.to_string()));
    names
}

fn folded(name: &str) -> String {
    comparison_form(name)
}

/// Returns the known name with the fewest edits to `name`, if at most half of its letters differ.
fn nearest<'n>(name: &str, known: &'n BTreeSet<String>) -> Option<&'n str> {
    let name: Vec<char> = folded(name).chars().collect();
    let distances =
        known.iter().map(|known| (edits(&name, &folded(known).chars().collect::<Vec<_>>()), known.as_str()));
    distances.min().filter(|(distance, _)| distance * 2 <= name.len()).map(|(_, known)| known)
}

/// The number of letters to insert, delete or change to turn `a` into `b` (Levenshtein).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use std::collections::BTreeSet;

    #[test]
    fn the_nearest_name_has_the_fewest_edits() {
        let known = BTreeSet::from(["SECAS", "NCSC", "Harbour Master"].map(str::to_owned));
        for (name, expected) in [
            ("SECSA", Some("SECAS")),
            ("SECA", Some("SECAS")),
            ("harbor master", Some("Harbour Master")),
            ("Ofgem", None),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
    }
}
