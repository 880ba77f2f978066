//! Statistics over rows.

use crate::history::{History, text, up_to};
use chrono::NaiveDate;
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::statistics::{
    ActionCounts, CountedActions, Month, MonthEnd, action_statistics, decision_statistics, status_statistics,
};
use serde_json::json;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An action of an owner with a mark, its days of raising and closing, and its due date.
fn action(owners: &[&str], mark: &str, raised: &str, due: &str, closed: Option<&str>) -> History {
    let reference = format!("SSC72/{:02}", raised[8..].parse::<u32>().unwrap());
    let history = History::of(&format!("action:{reference}")).then(
        raised,
        "ActionRaised",
        json!({"reference": reference, "text": text(mark, "Ask"), "owners": owners, "due_on": due, "raised_on": raised}),
    );
    match closed {
        Some(on) => history.then(on, "ActionCompleted", json!({"completed_on": on})),
        None => history,
    }
}

/// Three actions: closed after 10 days, closed after 15 days, and overdue from 14 March on; and a RED one.
fn rows(as_of: &str) -> Vec<ActionRow> {
    let actions = [
        action(&["SECAS"], "WHITE", "2019-02-01", "2019-02-20", Some("2019-02-11")),
        action(&["SECAS", "NCSC"], "WHITE", "2019-02-14", "2019-03-13", Some("2019-03-01")),
        action(&[], "WHITE", "2019-03-05", "2019-03-13", None),
        action(&["NCSC"], "RED", "2019-03-06", "2019-03-13", None),
    ];
    actions.iter().filter_map(|history| history.row::<Actions>("", as_of)).collect()
}

fn counts(opened: u32, closed: u32, outstanding: u32, overdue: u32) -> ActionCounts {
    ActionCounts { opened, closed, outstanding, overdue }
}

#[test]
fn actions_are_counted_in_total_and_by_owner() {
    let statistics = action_statistics(&rows("2019-03-20"), day("2019-03-20"), &[], up_to("AMBER"));
    assert_eq!(statistics.total, counts(3, 2, 1, 1));
    assert_eq!(statistics.median_days_to_close, Some(12.5));
    let by_owner: Vec<_> = statistics
        .by_owner
        .iter()
        .map(|owner| {
            (
                owner.owner.as_ref().map(minutebook_domain::reference::Name::as_str),
                owner.figures.clone(),
                owner.median_days_to_close,
            )
        })
        .collect();
    assert_eq!(
        by_owner,
        [
            (None, counts(1, 0, 1, 1), None),
            (Some("NCSC"), counts(1, 1, 0, 0), Some(15.0)),
            (Some("SECAS"), counts(2, 2, 0, 0), Some(12.5)),
        ]
    );
}

#[test]
fn an_action_is_overdue_from_the_day_after_its_due_date() {
    let on_the_day = action_statistics(&rows("2019-03-13"), day("2019-03-13"), &[], up_to("WHITE"));
    let after = action_statistics(&rows("2019-03-14"), day("2019-03-14"), &[], up_to("WHITE"));
    assert_eq!((on_the_day.total.overdue, after.total.overdue), (0, 1));
}

#[test]
fn a_hidden_action_is_not_counted() {
    let all = action_statistics(&rows("2019-03-20"), day("2019-03-20"), &[], up_to("RED"));
    assert_eq!(all.total, counts(4, 2, 2, 2));
}

#[test]
fn a_month_counts_what_it_opened_and_closed_and_what_stood_at_its_end() {
    let now = rows("2019-03-20");
    let known = CountedActions::of(&now, up_to("WHITE"));
    let ends = ["2019-02-28", "2019-03-20"].map(|end| MonthEnd::count(day(end), &rows(end), &known, up_to("WHITE")));
    let statistics = action_statistics(&now, day("2019-03-20"), &ends, up_to("WHITE"));
    let months: Vec<_> =
        statistics.by_month.iter().map(|month| (month.month.to_string(), month.figures.clone())).collect();
    assert_eq!(months, [("2019-02".to_owned(), counts(2, 1, 1, 0)), ("2019-03".to_owned(), counts(1, 1, 1, 1))]);
}

#[test]
fn decisions_are_counted_by_month_and_verb_without_hidden_ones() {
    let history = (1..=3).fold(History::of("meeting:SSC_72_2702"), |history, number| {
        let mark = if number == 3 { "RED" } else { "WHITE" };
        let data = json!({"number": number, "verb": "AGREED", "text": text(mark, "it")});
        history.then("2019-02-27", "DecisionRecorded", data)
    });
    let rows: Vec<_> = ["1", "2", "3"].iter().map(|key| history.row::<Decisions>(key, "2019-02-27").unwrap()).collect();
    let dated = || rows.iter().map(|row| (day("2019-02-27"), row));
    for (level, number) in [("WHITE", 2), ("RED", 3)] {
        let counted = decision_statistics(dated(), up_to(level));
        assert_eq!(
            (counted.len(), counted[0].decisions, counted[0].month.to_string().as_str()),
            (1, number, "2019-02")
        );
    }
}

#[test]
fn agreed_and_deferred_statuses_are_counted_apart() {
    let agreed = History::of("party:SSC:Other User L").then(
        "2019-02-27",
        "StatusAgreed",
        json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance"}),
    );
    let deferred = History::of("party:SSC:Other User M").then(
        "2019-02-27",
        "StatusDeferred",
        json!({"meeting": "SSC_72_2702", "deferred_on": "2019-02-27", "kind": "assurance"}),
    );
    let row = |history: &History| history.row::<PartyStatuses>("SSC_72_2702 assurance", "2019-02-27").unwrap();
    let counted = status_statistics([&row(&agreed), &row(&deferred)]);
    assert_eq!((counted.len(), counted[0].agreed, counted[0].deferred), (1, 1, 1));
    assert_eq!(counted[0].category, "Other User");
}

#[test]
fn a_month_knows_its_neighbours_and_its_last_day() {
    let december = Month::of(day("2019-12-31"));
    assert_eq!(december.next().unwrap().to_string(), "2020-01");
    assert_eq!(december.previous().unwrap().to_string(), "2019-11");
    assert_eq!(Month::of(day("2020-02-01")).last_day(), day("2020-02-29"));
}
