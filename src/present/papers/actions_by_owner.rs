//! The actions by owner as a paper.

use super::agenda::NO_OWNER;
use super::{Paper, PaperSection, rows, titled};
use crate::query::actions_by_owner::ActionsByOwner;
use chrono::NaiveDate;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_projections::headlines::day;

/// Returns the paper, with a section for each owner. `committee` is the one whose actions they are; `None` for several.
pub fn by_owner_paper(
    list: &ActionsByOwner,
    noun: &str,
    committee: Option<(&CommitteeCode, &Name)>,
    today: NaiveDate,
) -> Paper {
    let is_shared = list.page.rows.iter().any(|action| action.owners.len() > 1);
    let sections = list.owners.iter().map(|group| PaperSection {
        heading: group.owner.as_ref().map_or_else(|| capitalised(NO_OWNER), ToString::to_string),
        empty: "",
        columns: if is_shared { rows::SHARED } else { rows::OF_ONE },
        rows: group.actions.iter().map(|action| rows::of_owner(action, group.owner.as_ref(), is_shared)).collect(),
    });
    let what = "Actions by Owner";
    let number = list.page.rows.len();
    let late = list.page.rows.iter().filter(|action| action.overdue).count();
    let late = if late == 0 { String::new() } else { format!(", {late} overdue") };
    let noun = if number == 1 { noun.trim_end_matches('s') } else { noun };
    Paper {
        title: committee.map_or_else(|| what.to_owned(), |(code, name)| titled(name, code, what)),
        subtitle: None,
        header: committee.map_or_else(|| what.to_owned(), |(code, _)| format!("{code} {what}")),
        lines: vec![format!("{number} {noun}{late}, as of {}.", day(today))],
        creator: committee.map_or_else(|| "Minutebook".to_owned(), |(code, _)| code.to_string()),
        mark: list.mark,
        sections: sections.collect(),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
