//! Statistics over rows.

use crate::history::{History, end_of, text, up_to};
use chrono::{DateTime, NaiveDate};
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::PartyCategory;
use minutebook_projections::actions::Actions;
use minutebook_projections::statistics::{
    ActionCounts, ActionStatistics, ActionTally, Calendar, CountTally, CountedAction, CountedDecision, CountedSpan,
    CountedStatus, Month,
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
fn actions() -> [History; 4] {
    [
        action(&["SECAS"], "WHITE", "2019-02-01", "2019-02-20", Some("2019-02-11")),
        action(&["SECAS", "NCSC"], "WHITE", "2019-02-14", "2019-03-13", Some("2019-03-01")),
        action(&[], "WHITE", "2019-03-05", "2019-03-13", None),
        action(&["NCSC"], "RED", "2019-03-06", "2019-03-13", None),
    ]
}

/// The spans of an action: from each of its events to the next.
fn spans(history: &History) -> Vec<CountedSpan<CountedAction>> {
    let starts: Vec<i64> = history.events.iter().map(|event| event.metadata.valid_at.timestamp_micros()).collect();
    let ends = starts.iter().skip(1).copied().chain([i64::MAX]);
    let span = |(start, end): (&i64, i64)| {
        let day = DateTime::from_timestamp_micros(*start).unwrap().date_naive();
        let (value, mark) = CountedAction::of(&history.row::<Actions>("", &day.to_string()).unwrap());
        CountedSpan { valid: *start..end, ranks: 0..i16::MAX, mark: Some(mark), value }
    };
    starts.iter().zip(ends).map(span).collect()
}

fn statistics(as_of: &str, level: &str) -> ActionStatistics {
    let spans: Vec<_> = actions().iter().flat_map(spans).collect();
    let mut calendar = Calendar::default();
    let tally = ActionTally::of(&spans, up_to(level), &mut calendar);
    tally.at(end_of(as_of).timestamp_micros(), &mut calendar, 120)
}

fn counts(opened: u32, closed: u32, outstanding: u32, overdue: u32) -> ActionCounts {
    ActionCounts { opened, closed, outstanding, overdue }
}

#[test]
fn actions_are_counted_in_total_and_by_owner() {
    let statistics = statistics("2019-03-20", "AMBER");
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
    let (on_the_day, after) = (statistics("2019-03-13", "WHITE"), statistics("2019-03-14", "WHITE"));
    assert_eq!((on_the_day.total.overdue, after.total.overdue), (0, 1));
}

#[test]
fn a_hidden_action_is_not_counted() {
    assert_eq!(statistics("2019-03-20", "RED").total, counts(4, 2, 2, 2));
}

#[test]
fn a_month_counts_what_it_opened_and_closed_and_what_stood_at_its_end() {
    let statistics = statistics("2019-03-20", "WHITE");
    let months: Vec<_> =
        statistics.by_month.iter().map(|month| (month.month.to_string(), month.figures.clone())).collect();
    assert_eq!(months, [("2019-02".to_owned(), counts(2, 1, 1, 0)), ("2019-03".to_owned(), counts(1, 1, 1, 1))]);
}

fn since<V>(day: &str, mark: Option<&str>, value: V) -> CountedSpan<V> {
    let valid = end_of(day).timestamp_micros()..i64::MAX;
    CountedSpan { valid, ranks: 0..i16::MAX, mark: mark.map(|mark| mark.parse().unwrap()), value }
}

#[test]
fn decisions_are_counted_by_month_and_verb_without_hidden_ones() {
    let agreed = CountedDecision { decided_at: end_of("2019-02-27").timestamp_micros(), verb: Verb::Agreed };
    let spans = ["WHITE", "WHITE", "RED"].map(|mark| since("2019-02-27", Some(mark), agreed));
    let calendar = Calendar::default();
    for (level, number) in [("WHITE", 2), ("RED", 3)] {
        let month = |decision: &CountedDecision| (Month::of(calendar.day_of(decision.decided_at)), decision.verb);
        let tally = CountTally::of(&spans, up_to(level), month);
        assert!(tally.decisions(end_of("2019-02-26").timestamp_micros()).is_empty());
        let counted = tally.decisions(end_of("2019-02-28").timestamp_micros());
        assert_eq!(
            (counted.len(), counted[0].decisions, counted[0].month.to_string().as_str()),
            (1, number, "2019-02")
        );
    }
}

#[test]
fn agreed_and_deferred_statuses_are_counted_apart() {
    let status = |deferred| CountedStatus { kind: StatusKind::Assurance, category: PartyCategory::OtherUser, deferred };
    let spans = [since("2019-02-27", None, status(false)), since("2019-02-27", None, status(true))];
    let counted = CountTally::of(&spans, up_to("WHITE"), CountedStatus::clone).statuses(i64::MAX - 1);
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
