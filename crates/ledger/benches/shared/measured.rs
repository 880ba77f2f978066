//! What was measured, round after round, by name.
//!
//! Ratios are taken within a round, where both sides met the machine in the same mood, and the median of the rounds is
//! shown. So are the figures themselves.

use std::collections::BTreeMap;

/// The rounds of each figure with its unit, by name: `sqlite, now, bare`.
#[derive(Default)]
pub(crate) struct Measured(pub(crate) BTreeMap<String, (&'static str, Vec<f64>)>);

impl Measured {
    pub(crate) fn add(&mut self, name: String, unit: &'static str, value: f64) {
        self.0.entry(name).or_insert_with(|| (unit, Vec::new())).1.push(value);
    }

    fn rounds(&self, name: &str) -> &[f64] {
        self.0.get(name).map_or(&[], |(_, rounds)| rounds)
    }

    pub(crate) fn median(&self, name: &str) -> f64 {
        median(self.rounds(name).to_vec())
    }

    /// The median of `over / under` in each round.
    pub(crate) fn ratio(&self, over: &str, under: &str) -> f64 {
        median(self.rounds(over).iter().zip(self.rounds(under)).map(|(over, under)| over / under).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[length / 2],
        length => f64::midpoint(values[length / 2 - 1], values[length / 2]),
    }
}
