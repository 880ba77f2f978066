//! The agenda of the next meeting as a paper.

use super::{Paper, PaperCell, PaperColumn, PaperSection, rows, titled};
use crate::query::agenda::{Agenda, AgendaMeeting};
use minutebook_projections::headlines::day;

/// What the paper calls itself.
const WHAT: &str = "Meeting Agenda";

/// Returns the paper. A section without rows says so, but that of items: a meeting that is not convened has none.
pub fn agenda_paper(agenda: &Agenda) -> Paper {
    let of = |heading: &str, empty, columns, rows| PaperSection { heading: heading.to_owned(), empty, columns, rows };
    let meeting = agenda.meeting.as_ref();
    let due = match meeting {
        Some(meeting) => format!("Actions overdue or due by {}", day(meeting.held_on)),
        None => "Actions overdue".to_owned(),
    };
    let others = agenda.other_actions.iter().flat_map(|group| {
        let owner = group.owner.as_ref().map_or_else(|| NO_OWNER.to_owned(), ToString::to_string);
        group.actions.iter().map(move |action| {
            let mut cells = rows::action(action);
            let shared = cells.remove(2);
            // The owner comes first; the others who share the action stand under their own names too.
            cells.insert(0, PaperCell { text: owner.clone(), ..shared });
            cells
        })
    });
    let mut sections = vec![
        of("Standing items", "No standing item.", rows::ITEMS, each(&agenda.standing_items, rows::item)),
        of(
            "Minutes to approve",
            "No minutes to approve.",
            rows::MINUTES,
            each(&agenda.minutes_to_approve, rows::minutes),
        ),
        of("Matters arising", "No matter arising.", rows::MATTERS, each(&agenda.matters_arising, rows::matter)),
        of(
            "Deferred to this meeting",
            "Nothing was deferred to it.",
            rows::DEFERRALS,
            each(&agenda.deferred, rows::deferral),
        ),
        of(&due, "No such action.", rows::ACTIONS, each(&agenda.actions_due, rows::action)),
        of("Other outstanding actions, by owner", "No other action.", OTHERS, others.collect()),
        of(
            "Recommendations that await an answer",
            "No recommendation awaits an answer.",
            rows::RECOMMENDATIONS,
            each(&agenda.recommendations, rows::recommendation),
        ),
    ];
    if meeting.is_some_and(|meeting| meeting.reference.is_some()) {
        sections.insert(0, of("Items tabled", "No item is tabled yet.", rows::ITEMS, each(&agenda.items, rows::item)));
    }
    let reference = meeting.and_then(|meeting| meeting.reference.as_ref());
    Paper {
        title: titled(&agenda.name, &agenda.committee, WHAT),
        subtitle: reference.map(|reference| format!("{reference} – {} {WHAT}", agenda.committee)),
        header: reference.map_or_else(|| format!("{} {WHAT}", agenda.committee), ToString::to_string),
        lines: vec![
            meeting.map_or_else(|| UNKNOWN.to_owned(), when_and_where),
            format!("As of {}.", day(agenda.today)),
        ],
        creator: agenda.committee.to_string(),
        mark: agenda.mark,
        sections,
    }
}

/// What stands for the owner of actions without one.
pub(super) const NO_OWNER: &str = "no owner";

const UNKNOWN: &str = "The next meeting is neither convened nor announced.";

/// The other outstanding actions, with the owner first.
const OTHERS: &[PaperColumn] =
    &[with_share(rows::ACTIONS[2], 6), rows::ACTIONS[0], rows::ACTIONS[1], rows::ACTIONS[3], rows::ACTIONS[4]];

const fn with_share(of: PaperColumn, share: usize) -> PaperColumn {
    PaperColumn { column: of.column, share }
}

fn each<V>(list: &[V], row: impl Fn(&V) -> Vec<PaperCell>) -> Vec<Vec<PaperCell>> {
    list.iter().map(row).collect()
}

/// `27 March 2019, 10:00 – 16:00, Fleet Street`, and the meeting that announced it if it is not convened.
fn when_and_where(meeting: &AgendaMeeting) -> String {
    let times: Vec<&str> = [&meeting.starts_at, &meeting.ends_at].into_iter().flatten().map(String::as_str).collect();
    let times = if times.is_empty() { String::new() } else { format!(", {}", times.join(" – ")) };
    let venue = meeting.venue.as_ref().map_or_else(String::new, |venue| format!(", {venue}"));
    let announced = match (&meeting.reference, &meeting.announced_at) {
        (None, Some(by)) => format!(", as announced at {by}; the meeting is not yet convened"),
        _ => String::new(),
    };
    format!("{}{times}{venue}{announced}", day(meeting.held_on))
}
