//! Bullets and numbers before the entries of lists: signs of the text, or small shapes drawn beside it.

use super::lines::{ListMark, TextLine};
use hayro_interpret::kurbo::Rect;

/// Signs that are bullets wherever they begin a line. Those of the private area are what Symbol and Wingdings leave.
const BULLETS: [&str; 18] = [
    "•", "‣", "◦", "▪", "■", "□", "●", "○", "◆", "➢", "✓", "\u{F0B7}", "\u{F0A7}", "\u{F0D8}", "\u{F076}", "·", "*",
    "-",
];

/// Signs that are bullets where more than a space sets them apart.
const BULLETS_SET_APART: [&str; 4] = ["–", "—", "o", "\u{FFFD}"];

/// Finds the mark of each line that has one; `left` is where the body's text begins.
pub(super) fn find(lines: &mut [TextLine], shapes: &[Rect], left: f64) {
    let dots: Vec<&Rect> = shapes.iter().filter(|shape| is_dot(shape)).collect();
    for line in lines {
        line.mark = sign(line, left).or_else(|| {
            let middle = line.y - 0.3 * line.size;
            let beside = |dot: &&&Rect| {
                let center = dot.center();
                (center.y - middle).abs() < 0.35 * line.size
                    && dot.x1 <= line.x.0
                    && line.x.0 - dot.x1 < 2.5 * line.size
            };
            dots.iter().find(beside).map(|dot| ListMark { x: dot.x0, number: None })
        });
    }
}

fn is_dot(shape: &Rect) -> bool {
    let (width, height) = (shape.width(), shape.height());
    (1.0..9.0).contains(&width) && (1.0..9.0).contains(&height) && (width - height).abs() < 0.35 * width.max(height)
}

/// The sign that the line's own text begins with, which is taken off it.
fn sign(line: &mut TextLine, left: f64) -> Option<ListMark> {
    let [first, second, ..] = line.words.as_slice() else { return None };
    let gap = second.x.0 - first.x.1;
    // The space of a font of one width is wide too.
    let set_apart = gap > 0.75 * line.size;
    let is_bullet = (second.spaced || set_apart) && BULLETS.contains(&first.text.as_str())
        || set_apart && BULLETS_SET_APART.contains(&first.text.as_str());
    let indented = first.x.0 > left + 0.7 * line.size;
    let number = number(&first.text).filter(|_| second.spaced && (set_apart || indented) && !line.is_bold());
    if !is_bullet && number.is_none() {
        return None;
    }
    let mark = ListMark { x: first.x.0, number };
    line.words.remove(0);
    line.x.0 = line.words[0].x.0;
    Some(mark)
}

/// `3.` or `3)`.
fn number(text: &str) -> Option<u64> {
    let digits = text.strip_suffix(['.', ')'])?;
    let digits = digits.strip_prefix('(').unwrap_or(digits);
    (digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}
