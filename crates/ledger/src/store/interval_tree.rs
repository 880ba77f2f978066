//! Intervals in a B-tree: each is stored under one node of a binary tree over its axis, the lowest node that spans it.
//!
//! An interval that contains a point is stored under a node above that point, and there are a few dozen of those. "Which
//! rows were valid on that day" is a look-up in an ordinary index, and its cost does not grow with the history.
//! (Edelsbrunner's interval tree, as Kriegel, Pötke and Seidl brought it to SQL databases in 2000.)

use std::ops::{Range, RangeInclusive};

/// The end of a stored interval that has none.
pub(crate) const FOREVER: i64 = i64::MAX;

/// Microseconds in a unit of the axis of valid time. The tree knows days; the statement compares exactly.
const DAY: i64 = 86_400_000_000;
/// Days from 0001-01-01 to 1970-01-01.
const EPOCH_DAY: i64 = 719_162;
/// The axis of valid time has 2^21 days, up to the year 5742; the axis of positions has 2^32.
const DAY_BITS: u32 = 21;
const POSITION_BITS: u32 = 32;

/// Returns the leaf of a point. Nodes are numbered as in a heap: the root is 1, the children of n are 2n and 2n + 1.
fn leaf(point: i64, bits: u32) -> i64 {
    (1 << bits) + point.clamp(0, (1 << bits) - 1)
}

fn day(micros: i64) -> i64 {
    micros.div_euclid(DAY).saturating_add(EPOCH_DAY)
}

/// Returns the lowest node that spans both leaves.
fn fork(mut first: i64, mut last: i64) -> i64 {
    while first != last {
        first >>= 1;
        last >>= 1;
    }
    first
}

fn above(leaf: i64) -> Vec<i64> {
    std::iter::successors(Some(leaf), |node| (*node > 1).then_some(node >> 1)).collect()
}

/// Returns the node of an interval of valid time, in microseconds.
pub(crate) fn of_valid(interval: Range<i64>) -> i64 {
    let last = if interval.end == FOREVER { i64::MAX } else { day(interval.end) };
    fork(leaf(day(interval.start), DAY_BITS), leaf(last, DAY_BITS))
}

/// Returns the nodes under which an interval that contains a moment can be stored.
pub(crate) fn at_moment(micros: i64) -> Vec<i64> {
    above(leaf(day(micros), DAY_BITS))
}

/// The nodes over a stretch of valid time.
pub(crate) struct NodesOver {
    /// Those whose days may reach beyond the stretch.
    pub(crate) reaching: Vec<i64>,
    /// Those whose days lie within it, level by level.
    pub(crate) within: Vec<RangeInclusive<i64>>,
}

/// Returns the nodes under which an interval that begins after one moment and up to another can be stored.
pub(crate) fn over_moments(after: i64, through: i64) -> NodesOver {
    let (mut first, mut last) = (leaf(day(after), DAY_BITS), leaf(day(through), DAY_BITS));
    let (mut reaching, mut within) = (Vec::new(), Vec::new());
    while first >= 1 && first <= last {
        reaching.push(first);
        if first != last {
            reaching.push(last);
        }
        if first + 1 < last {
            within.push(first + 1..=last - 1);
        }
        (first, last) = (first >> 1, last >> 1);
    }
    NodesOver { reaching, within }
}

/// Returns the node of an interval of positions.
pub(crate) fn of_known(interval: Range<i64>) -> i64 {
    fork(leaf(interval.start, POSITION_BITS), leaf(interval.end, POSITION_BITS))
}

/// Returns the nodes under which an interval that contains a position can be stored.
pub(crate) fn at_position(position: i64) -> Vec<i64> {
    above(leaf(position, POSITION_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_interval_is_stored_above_each_of_its_moments(
            start in -70_000_000_000_000_000_i64..200_000_000_000_000_000,
            length in prop_oneof![1_i64..90_000_000_000, 1_i64..100_000_000_000_000_000, Just(FOREVER)],
            part in 0.0_f64..1.0,
        ) {
            let end = start.saturating_add(length);
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any point between will do")]
            let point = start + (((end - start) as f64 * part) as i64).min(end - start - 1).max(0);
            prop_assert!(at_moment(point).contains(&of_valid(start..end)));
        }

        #[test]
        fn an_interval_is_found_by_its_beginning(
            after in -70_000_000_000_000_000_i64..200_000_000_000_000_000,
            stretch in prop_oneof![1_i64..90_000_000_000, 1_i64..100_000_000_000_000_000],
            length in prop_oneof![1_i64..90_000_000_000, 1_i64..100_000_000_000_000_000, Just(FOREVER)],
            part in 0..1000_i64,
        ) {
            let start = after + 1 + (stretch - 1) / 1000 * part;
            let node = of_valid(start..start.saturating_add(length));
            let nodes = over_moments(after, after + stretch);
            let within = nodes.within.iter().filter(|within| within.contains(&node)).count();
            prop_assert_eq!(within + nodes.reaching.iter().filter(|reaching| **reaching == node).count(), 1);
        }

        #[test]
        fn an_interval_is_stored_above_each_of_its_positions(start in 1_i64..10_000_000, length in 1_i64..10_000_000, part in 0..100_i64) {
            let point = start + (length - 1) * part / 100;
            prop_assert!(at_position(point).contains(&of_known(start..start + length)));
            prop_assert!(at_position(point).contains(&of_known(start..FOREVER)));
        }
    }
}
