//! Running headers, footers and page numbers: lines at the edge of the pages that repeat.

use super::lines::TextLine;

/// The most lines of furniture at each edge.
const DEPTH: usize = 4;

/// Removes the furniture from the pages and returns it. `heights` holds each page's height.
pub(super) fn take_off(pages: &mut [Vec<TextLine>], heights: &[f64]) -> Vec<TextLine> {
    let mut taken = Vec::new();
    for edge in [Edge::Top, Edge::Foot] {
        let numbers: Vec<usize> = (0..pages.len()).map(|page| edge.furniture(pages, heights, page)).collect();
        for (lines, number) in pages.iter_mut().zip(numbers) {
            match edge {
                Edge::Top => taken.extend(lines.drain(..number)),
                Edge::Foot => taken.extend(lines.drain(lines.len() - number..)),
            }
        }
    }
    taken
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Top,
    Foot,
}

impl Edge {
    /// Returns the line at `depth` from the edge.
    fn line(self, lines: &[TextLine], depth: usize) -> Option<&TextLine> {
        match self {
            Self::Top => lines.get(depth),
            Self::Foot => lines.len().checked_sub(depth + 1).and_then(|at| lines.get(at)),
        }
    }

    fn distance(self, line: &TextLine, height: f64) -> f64 {
        match self {
            Self::Top => line.y,
            Self::Foot => height - line.y,
        }
    }

    /// Returns the number of furniture lines at the edge of a page.
    fn furniture(self, pages: &[Vec<TextLine>], heights: &[f64], page: usize) -> usize {
        let mut number = 0;
        for depth in 0..DEPTH.min(pages[page].len()) {
            let Some(line) = self.line(&pages[page], depth) else { break };
            let text = line.text();
            let distance = self.distance(line, heights[page]);
            let outside = distance < 0.12 * heights[page];
            if outside && (is_page_number(&text, page + 1) || self.repeats(pages, heights, page, depth)) {
                number = depth + 1;
            }
        }
        number
    }

    /// Whether the line appears on other pages at the same distance from the edge, apart from its numbers.
    fn repeats(self, pages: &[Vec<TextLine>], heights: &[f64], page: usize, depth: usize) -> bool {
        let Some(line) = self.line(&pages[page], depth) else { return false };
        let (text, distance) = (line.text(), self.distance(line, heights[page]));
        let key = numbers_aside(&text);
        let same = |(other, height): (&Vec<TextLine>, &f64)| {
            (0..DEPTH)
                .filter_map(|depth| self.line(other, depth))
                .any(|line| (self.distance(line, *height) - distance).abs() < 6.0 && numbers_aside(&line.text()) == key)
        };
        let count = pages.iter().zip(heights).filter(|page| same(*page)).count();
        // A sentence may recur in one place of two pages by chance, but not of all.
        let is_sentence = text.ends_with('.') && text.split(' ').count() > 4;
        let enough = if is_sentence { pages.len().max(3) } else { (pages.len() * 2).div_ceil(5).max(2) };
        count >= enough
    }
}

/// Returns the text with each run of digits as `#`.
fn numbers_aside(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !key.ends_with('#') {
            key.push(c);
        }
    }
    key
}

/// Whether the line is a page number: `3`, `- 3 -`, `Page 3`, `Page 3 of 9`, `3/9`. A bare number must be the page's
/// own.
fn is_page_number(text: &str, page: usize) -> bool {
    if text.trim_matches(['-', '–', ' ']).parse() == Ok(page) {
        return true;
    }
    let key = numbers_aside(&text.to_lowercase());
    let plain: String = key.chars().filter(|c| c.is_alphanumeric() || matches!(c, '#' | '/')).collect();
    matches!(plain.as_str(), "page#" | "page#of#" | "#of#" | "#/#" | "page#/#" | "p#")
}
