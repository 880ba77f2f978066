//! Which meeting comes next, and which were held last.

use super::meetings::MeetingView;
use super::moment::end_of_day;
use super::read_query::CommitteeScope;
use chrono::NaiveDate;

/// Returns the day of the committee's next meeting, and the meeting if it is convened. `meetings` are all of the committee's.
///
/// A meeting is to come until the end of its day, or until the chair has closed it.
pub fn next_meeting<'m>(
    meetings: &'m [MeetingView],
    scope: &CommitteeScope,
) -> Option<(NaiveDate, Option<&'m MeetingView>)> {
    let convened = meetings.iter().filter(|meeting| !meeting.cancelled && is_to_come(meeting, scope));
    let convened = convened.min_by_key(|meeting| meeting.held_on).map(|meeting| (meeting.held_on, Some(meeting)));
    let announcing = meetings.iter().filter(|meeting| meeting.announces_next);
    let announced = announcing.filter_map(|meeting| meeting.next_meeting_on);
    convened.or_else(|| announced.filter(|day| is_after(*day, scope)).min().map(|day| (day, None)))
}

/// Returns the meetings that were held, the latest first.
pub fn last_meetings<'m>(meetings: &'m [MeetingView], scope: &CommitteeScope) -> Vec<&'m MeetingView> {
    let held = |meeting: &&MeetingView| !meeting.cancelled && !is_to_come(meeting, scope);
    let mut held: Vec<&MeetingView> = meetings.iter().filter(held).collect();
    held.sort_by_key(|meeting| std::cmp::Reverse(meeting.held_on));
    held
}

fn is_to_come(meeting: &MeetingView, scope: &CommitteeScope) -> bool {
    is_after(meeting.held_on, scope) && !meeting.closed
}

/// Whether a day ends after the moment.
fn is_after(day: NaiveDate, scope: &CommitteeScope) -> bool {
    end_of_day(day, scope.zone) > scope.at.as_of
}
