//! How a document is set: the size of its letters, its margins and the distance of its lines.

use super::lines::TextLine;
use std::collections::BTreeMap;

/// The widest distance of two lines of a paragraph, relative to their size.
const WIDEST_PITCH: f64 = 1.65;

/// How the body of a document is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextMetrics {
    /// The size of most letters, in points.
    pub(super) size: f64,
    /// The left and the right margin.
    pub(super) left: f64,
    pub(super) right: f64,
    /// The distance of a paragraph's lines, relative to their size.
    pub(super) pitch: f64,
    /// Whether wider gaps separate the paragraphs.
    pub(super) has_gaps: bool,
}

impl TextMetrics {
    /// Measures the pages.
    pub(super) fn of(pages: &[Vec<TextLine>]) -> Self {
        let all = || pages.iter().flatten();
        let size = most_common(all().map(|line| (line.size, line.text().len()))).unwrap_or(10.0);
        let left = most_common(all().map(|line| (line.x.0, line.text().len()))).unwrap_or(0.0);
        let left = all().map(|line| line.x.0).filter(|x| *x < left).fold(left, |least, x| {
            // A margin is a position where several lines begin.
            if all().filter(|line| (line.x.0 - x).abs() < 1.0).count() > 2 { least.min(x) } else { least }
        });
        let mut ends: Vec<f64> = all().map(|line| line.x.1).collect();
        ends.sort_by(f64::total_cmp);
        let right = ends.get(ends.len().saturating_sub(1 + ends.len() / 50)).copied().unwrap_or(0.0);
        let mut ratios: Vec<f64> = Vec::new();
        for page in pages {
            for pair in page.windows(2) {
                let ratio = (pair[1].y - pair[0].y) / pair[0].size.max(pair[1].size);
                if ratio > 0.9 && (pair[0].size - pair[1].size).abs() < 0.5 {
                    ratios.push(ratio);
                }
            }
        }
        ratios.sort_by(f64::total_cmp);
        let repeated = ratios.windows(2).find(|pair| pair[1] - pair[0] < 0.06).map(|pair| pair[1]);
        let pitch = repeated.or(ratios.first().copied()).filter(|ratio| *ratio < WIDEST_PITCH).unwrap_or(1.25);
        let wider = ratios.iter().filter(|ratio| **ratio > pitch * PARTED).count();
        Self { size, left, right, pitch, has_gaps: wider * 6 > ratios.len() }
    }

    /// Whether the distance of two lines separates paragraphs.
    pub(super) fn parts(&self, above: &TextLine, below: &TextLine) -> bool {
        below.y - above.y > self.pitch * PARTED * above.size.max(below.size) || below.y < above.y
    }

    /// Whether the line has room for the first word of the next one, so that the author broke it.
    pub(super) fn is_short(&self, line: &TextLine, next: &TextLine) -> bool {
        line.x.1 + 0.25 * line.size + next.first_word_width() < self.right - 0.3 * line.size
    }
}

/// A distance beyond the pitch by this factor separates paragraphs.
const PARTED: f64 = 1.2;

/// Returns the number with the most weight, treating numbers within half a point as equal.
fn most_common(numbers: impl Iterator<Item = (f64, usize)>) -> Option<f64> {
    let mut weights: BTreeMap<i64, (usize, f64)> = BTreeMap::new();
    for (number, weight) in numbers {
        #[expect(clippy::cast_possible_truncation, reason = "the place of a letter on a page is a small number")]
        let entry = weights.entry((number * 2.0).round() as i64).or_insert((0, number));
        entry.0 += weight;
    }
    weights.into_values().max_by_key(|(weight, _)| *weight).map(|(_, number)| number)
}
