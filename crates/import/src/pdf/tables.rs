//! Tables by their rules: crossing strokes make a grid, and the letters inside it fill its cells.

use super::glyphs::PlacedGlyph;
use hayro_interpret::kurbo::Rect;

/// Strokes closer than this count as one, in points.
const NEAR: f64 = 4.0;

/// The most strokes of a page that are searched for tables; a page with more is a drawing.
const MAX_STROKES: usize = 4000;

/// The rules of a table, from left to right and from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TableGrid {
    pub(super) columns: Vec<f64>,
    pub(super) rows: Vec<f64>,
}

impl TableGrid {
    /// Returns the row and column of a letter inside the grid.
    pub(super) fn cell(&self, glyph: &PlacedGlyph) -> Option<(usize, usize)> {
        let place = |rules: &[f64], at: f64| {
            let after = rules.partition_point(|rule| *rule <= at);
            (after > 0 && after < rules.len()).then(|| after - 1)
        };
        let row = place(&self.rows, glyph.y - 0.3 * glyph.size)?;
        Some((row, place(&self.columns, f64::midpoint(glyph.x.0, glyph.x.1))?))
    }

    /// Returns the numbers of rows and columns.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.rows.len().saturating_sub(1), self.columns.len().saturating_sub(1))
    }
}

/// Returns the grids of a page with at least two columns, from top to bottom.
pub(super) fn grids(shapes: &[Rect]) -> Vec<TableGrid> {
    let strokes: Vec<Rect> = shapes.iter().copied().filter(is_stroke).collect();
    if strokes.len() > MAX_STROKES {
        return Vec::new();
    }
    let mut grids: Vec<TableGrid> = connected(&strokes).iter().filter_map(|group| grid(group)).collect();
    grids.sort_by(|a, b| a.rows[0].total_cmp(&b.rows[0]));
    grids
}

fn is_stroke(shape: &Rect) -> bool {
    let (width, height) = (shape.width(), shape.height());
    (width < 3.0 && height > 6.0) || (height < 3.0 && width > 6.0)
}

fn is_upright(stroke: &Rect) -> bool {
    stroke.height() > stroke.width()
}

/// Groups the strokes that touch each other.
fn connected(strokes: &[Rect]) -> Vec<Vec<Rect>> {
    let mut groups: Vec<Vec<Rect>> = Vec::new();
    let mut left: Vec<Rect> = strokes.to_vec();
    while let Some(first) = left.pop() {
        let mut group = vec![first];
        let mut at = 0;
        while at < group.len() {
            let reach = group[at].inflate(NEAR, NEAR);
            let (meeting, others) = left.into_iter().partition(|stroke: &Rect| overlaps(&reach, stroke));
            left = others;
            group.extend::<Vec<Rect>>(meeting);
            at += 1;
        }
        groups.push(group);
    }
    groups
}

fn overlaps(a: &Rect, b: &Rect) -> bool {
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

fn grid(group: &[Rect]) -> Option<TableGrid> {
    let columns = merged(group.iter().filter(|stroke| is_upright(stroke)).map(|stroke| stroke.center().x));
    let rows = merged(group.iter().filter(|stroke| !is_upright(stroke)).map(|stroke| stroke.center().y));
    (columns.len() >= 3 && rows.len() >= 2).then_some(TableGrid { columns, rows })
}

fn merged(places: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut places: Vec<f64> = places.collect();
    places.sort_by(f64::total_cmp);
    let mut kept: Vec<f64> = Vec::new();
    for place in places {
        if kept.last().is_none_or(|last| place - last > NEAR) {
            kept.push(place);
        }
    }
    kept
}
