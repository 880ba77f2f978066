//! A number that changes over time, as the moments of its changes.

use std::ops::Range;

/// Returns the changes of a number that is greater by `more` for a stretch of time.
pub(super) fn changes(stretch: Range<i64>, more: i32) -> impl Iterator<Item = (i64, i32)> {
    let end = (stretch.end < i64::MAX).then_some((stretch.end, -more));
    std::iter::once((stretch.start, more)).chain(end)
}

/// A number over time: what it is from each moment of a change on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// The moments in order, in microseconds since the epoch.
    moments: Vec<i64>,
    /// The number from each of the moments on.
    sums: Vec<u32>,
}

impl Series {
    /// Sums up changes, which may come in any order.
    pub(super) fn of(mut changes: Vec<(i64, i32)>) -> Self {
        changes.sort_unstable_by_key(|(moment, _)| *moment);
        let mut series = Self::default();
        let mut sum = 0_i64;
        for of_moment in changes.chunk_by(|(one, _), (next, _)| one == next) {
            let change: i64 = of_moment.iter().map(|(_, change)| i64::from(*change)).sum();
            sum += change;
            if let Some((moment, _)) = of_moment.first().filter(|_| change != 0) {
                series.moments.push(*moment);
                series.sums.push(u32::try_from(sum.max(0)).unwrap_or(u32::MAX));
            }
        }
        series
    }

    /// Returns the number at a moment.
    pub(super) fn at(&self, moment: i64) -> u32 {
        let passed = self.moments.partition_point(|change| *change <= moment);
        passed.checked_sub(1).and_then(|last| self.sums.get(last)).copied().unwrap_or(0)
    }
}

/// Values that come and go over time, such as how many days each closed action took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ValueSeries {
    /// Moment, value, and how many more there are of it from then on; in the order of moments.
    changes: Vec<(i64, i32, i32)>,
}

impl ValueSeries {
    /// Sums up changes of the number of each value, which may come in any order.
    pub(super) fn of(mut changes: Vec<(i64, i32, i32)>) -> Self {
        changes.sort_unstable();
        let mut series = Self::default();
        for alike in changes.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
            let more: i32 = alike.iter().map(|(.., more)| more).sum();
            if let Some((moment, value, _)) = alike.first().filter(|_| more != 0) {
                series.changes.push((*moment, *value, more));
            }
        }
        series
    }

    /// Returns the median of the values that are there at a moment: the mean of the middle two for an even number.
    pub(super) fn median(&self, moment: i64) -> Option<f64> {
        let passed = self.changes.partition_point(|(change, ..)| *change <= moment);
        let (mut there, mut gone) = (Vec::with_capacity(passed), Vec::new());
        for (_, value, more) in &self.changes[..passed] {
            let values = if *more > 0 { &mut there } else { &mut gone };
            values.extend(std::iter::repeat_n(*value, usize::try_from(more.unsigned_abs()).unwrap_or(0)));
        }
        if !gone.is_empty() {
            there.sort_unstable();
            gone.sort_unstable();
            let mut gone = gone.into_iter().peekable();
            there.retain(|value| gone.next_if_eq(value).is_none());
        }
        let middle = there.len() / 2;
        if there.is_empty() {
            return None;
        }
        let is_even = there.len().is_multiple_of(2);
        let (below, upper, _) = there.select_nth_unstable(middle);
        let upper = *upper;
        let lower = if is_even { below.iter().copied().max().unwrap_or(upper) } else { upper };
        Some(f64::midpoint(f64::from(lower), f64::from(upper)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_sums_up_its_changes_to_a_moment() {
        let series = Series::of(vec![(30, -1), (10, 1), (10, 1), (20, 1), (20, -1)]);
        assert_eq!([9, 10, 19, 20, 29, 30, 99].map(|moment| series.at(moment)), [0, 2, 2, 2, 2, 1, 1]);
        assert_eq!(series.moments, [10, 30], "changes that cancel out are no change");
    }

    #[test]
    fn a_median_is_over_the_values_that_are_there() {
        let series = ValueSeries::of(vec![(10, 7, 1), (20, 3, 1), (20, 12, 2), (30, 12, -1), (30, 3, -1), (40, 5, 1)]);
        let medians = [9, 10, 20, 30, 40].map(|moment| series.median(moment));
        assert_eq!(medians, [None, Some(7.0), Some(9.5), Some(9.5), Some(7.0)]);
    }
}
