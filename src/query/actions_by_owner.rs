//! Actions by the people and bodies responsible for them.

use super::actions::{ActionFilter, ActionView};
use super::list::{ListPage, natural};
use super::paper_mark::{lower_readers, own_mark};
use super::queryable::Queryable;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use minutebook_domain::classification::Classification;
use minutebook_domain::comparison::comparison_form;
use minutebook_domain::reference::Name;
use minutebook_ledger::Log;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};

/// The actions of one owner.
#[derive(Debug, Clone, Serialize)]
pub struct OwnerGroup {
    /// The owner; null for the actions without one.
    pub owner: Option<Name>,
    /// The owner's actions, in the order of the list.
    pub actions: Vec<ActionView>,
}

/// Actions by owner, and the classification of a paper that prints them.
#[derive(Debug, Clone)]
pub struct ActionsByOwner {
    /// The owners by name; the actions without an owner come last.
    pub owners: Vec<OwnerGroup>,
    /// The page of the list that is grouped. Its rows are those of `owners`, each once.
    pub page: ListPage<ActionView>,
    /// The lowest classification whose readers are told the same.
    pub mark: Classification,
}

/// Returns the actions that match the filter, by owner. `arrange` sorts the list and chooses the rows.
pub async fn actions_by_owner(
    log: &Log,
    query: &ReadQuery,
    filter: &ActionFilter,
    arrange: impl FnOnce(&mut ListPage<ActionView>),
) -> Result<ActionsByOwner, QueryError> {
    let mut page = ActionView::list(log, query, filter).await?;
    let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
    let all = printed(&page.rows);
    let marks = page.rows.iter().map(|action| action.classification);
    let mut mark = own_mark(query);
    for (lower, query) in lower_readers(query, &scopes, marks) {
        match ActionView::list(log, &query, filter).await {
            Ok(page) if printed(&page.rows) == all => {
                mark = lower;
                break;
            }
            // Readers with the lower clearance may not know the committee.
            Ok(_) | Err(QueryError::UnknownCommittee { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    page.arrange(None, 0, None);
    arrange(&mut page);
    Ok(ActionsByOwner { owners: by_owner(&page.rows), page, mark })
}

/// Groups actions by owner. An action with several owners stands under each of them. Names that differ only in how they are
/// written are one owner, called as the first action calls it.
pub fn by_owner(actions: &[ActionView]) -> Vec<OwnerGroup> {
    let mut owners: BTreeMap<String, OwnerGroup> = BTreeMap::new();
    let mut unowned = OwnerGroup { owner: None, actions: Vec::new() };
    for action in actions {
        let mut named: BTreeSet<String> = BTreeSet::new();
        for owner in &action.owners {
            let form = comparison_form(owner.as_str());
            if named.insert(form.clone()) {
                let new = || OwnerGroup { owner: Some(owner.clone()), actions: Vec::new() };
                owners.entry(form).or_insert_with(new).actions.push(action.clone());
            }
        }
        if named.is_empty() {
            unowned.actions.push(action.clone());
        }
    }
    let mut owners: Vec<(String, OwnerGroup)> = owners.into_iter().collect();
    owners.sort_by(|(one, _), (other, _)| natural(one, other));
    let owners = owners.into_iter().map(|(_, owner)| owner);
    owners.chain((!unowned.actions.is_empty()).then_some(unowned)).collect()
}

/// What a paper prints of actions.
pub(super) fn printed(actions: &[ActionView]) -> Vec<String> {
    let text = |action: &ActionView| {
        let ActionView { reference, text, owners, due_on, overdue, status, raised_in, raised_on, .. } = action;
        format!("{reference} {text} {owners:?} {due_on:?} {overdue} {status} {raised_in:?} {raised_on}")
    };
    actions.iter().map(text).collect()
}

impl Serialize for ActionsByOwner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.page.serialize_as("owners", &self.owners, serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minutebook_domain::Position;
    use minutebook_domain::action::ActionStatus;

    fn action(reference: &str, owners: &[&str]) -> ActionView {
        let day = chrono::NaiveDate::from_ymd_opt(2019, 2, 27).unwrap();
        ActionView {
            reference: reference.parse().unwrap(),
            text: "Write to the Panel".parse().unwrap(),
            owners: owners.iter().map(|owner| owner.parse().unwrap()).collect(),
            due_on: None,
            status: ActionStatus::Outstanding,
            progress: None,
            overdue: false,
            raised_in: None,
            raised_on: day,
            classification: Classification::public(),
            committee: "SSC".parse().unwrap(),
            item: None,
            marked: None,
            references: Vec::new(),
            reported: None,
            note: None,
            updated_on: day,
            closed_on: None,
            superseded_by: None,
            age_days: 0,
            due_date_moves: 0,
            carried_forward: 0,
            reassigned: 0,
            known_from: Position::START,
        }
    }

    #[test]
    fn an_owner_has_one_group_in_every_spelling_and_actions_without_an_owner_come_last() {
        let actions = [
            action("SSC72/01", &[]),
            action("SSC72/02", &["Sean O\u{2019}Brien", "DCC"]),
            action("SSC72/03", &["sean  O'BRIEN", "Sean O'Brien"]),
            action("SSC72/04", &["Group 10"]),
            action("SSC72/05", &["Group 9"]),
        ];
        let groups: Vec<String> = by_owner(&actions)
            .iter()
            .map(|group| {
                let owner = group.owner.as_ref().map_or("none", Name::as_str);
                let of: Vec<String> = group.actions.iter().map(|action| action.reference.to_string()).collect();
                format!("{owner}: {}", of.join(" "))
            })
            .collect();
        let expected = [
            "DCC: SSC72/02",
            "Group 9: SSC72/05",
            "Group 10: SSC72/04",
            "Sean O\u{2019}Brien: SSC72/02 SSC72/03",
            "none: SSC72/01",
        ];
        assert_eq!(groups, expected);
    }
}
