//! Bullets and numbers before list entries, typed or drawn.

use super::lines::{ListMark, TextLine};
use hayro_interpret::kurbo::Rect;

/// Characters that are bullets at the beginning of a line. Symbol and Wingdings leave those of the private use area.
const BULLETS: [&str; 18] = [
    "•", "‣", "◦", "▪", "■", "□", "●", "○", "◆", "➢", "✓", "\u{F0B7}", "\u{F0A7}", "\u{F0D8}", "\u{F076}", "·", "*",
    "-",
];

/// Characters that are bullets only if more than a space follows.
const BULLETS_SET_APART: [&str; 4] = ["–", "—", "o", "\u{FFFD}"];

/// Finds the mark of each line; `left` is the left margin.
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

/// Removes a typed bullet or number from the line and returns it.
fn sign(line: &mut TextLine, left: f64) -> Option<ListMark> {
    let [first, second, ..] = line.words.as_slice() else { return None };
    let gap = second.x.0 - first.x.1;
    // In a monospaced font a single space is wide too.
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

/// Reads `3.` or `3)`.
fn number(text: &str) -> Option<u64> {
    let digits = text.strip_suffix(['.', ')'])?;
    let digits = digits.strip_prefix('(').unwrap_or(digits);
    (digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}
