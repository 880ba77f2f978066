//! Numbers of lists and headings. A Word document does not store them: they are counted as Word counts them.

use super::xml::XmlElement;
use std::collections::HashMap;

/// The number of levels of a list.
const LEVELS: usize = 9;

/// The most links from a list to the definition of its levels.
const MAX_LINKS: usize = 4;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Level {
    start: u64,
    /// The form of the number: `decimal`, `lowerLetter`, `bullet`.
    format: String,
    /// The pattern of the label: `%1.`, `Item %1:`, `%1.%2`.
    pattern: String,
    /// The style whose paragraphs are at this level.
    style: Option<String>,
    /// Whether the count continues after an entry of a higher level.
    never_restarts: bool,
    /// Whether the numbers of higher levels are written in figures, whatever their own format.
    in_figures: bool,
}

#[derive(Debug, Default)]
struct List {
    /// The id of the definition. Lists that share one continue each other's numbers.
    definition: String,
    levels: Vec<Level>,
    /// The levels that this list restarts, each with its first number.
    restarts: Vec<(usize, u64)>,
}

/// A document's lists and their counts.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<String, List>,
    counts: HashMap<String, [Option<u64>; LEVELS]>,
    restarted: Vec<String>,
}

/// The label that Word prints before a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NumberLabel {
    Bullet,
    /// A number alone, with the label as printed: `3.` or `(3)`.
    Number(u64, String),
    /// Any other label: `Item 3:`, `1.2`, `a)`.
    Text(String),
}

impl Numbering {
    /// Reads the numbering part.
    pub(super) fn read(root: &XmlElement<'_>) -> Self {
        let mut definitions: HashMap<String, &XmlElement<'_>> = HashMap::new();
        let mut of_style: HashMap<String, String> = HashMap::new();
        for element in root.elements().filter(|element| element.name == "abstractNum") {
            let Some(id) = element.attribute("abstractNumId") else { continue };
            if let Some(style) = element.value_of("styleLink") {
                of_style.insert(style, id.clone());
            }
            definitions.insert(id, element);
        }
        let mut numbering = Self::default();
        for element in root.elements().filter(|element| element.name == "num") {
            let Some(id) = element.attribute("numId") else { continue };
            let mut definition = element.value_of("abstractNumId").unwrap_or_default();
            for _ in 0..MAX_LINKS {
                let link = definitions.get(&definition).and_then(|element| element.value_of("numStyleLink"));
                let Some(linked) = link.and_then(|style| of_style.get(&style)) else { break };
                definition.clone_from(linked);
            }
            let levels = definitions.get(&definition).map(|definition| levels(definition)).unwrap_or_default();
            let mut list = List { definition, levels, restarts: Vec::new() };
            list.override_levels(element);
            numbering.lists.insert(id, list);
        }
        numbering
    }

    /// Whether the list is defined.
    pub(super) fn has(&self, list: &str) -> bool {
        self.lists.contains_key(list)
    }

    /// Returns the level of the list that belongs to a style.
    pub(super) fn level_of_style(&self, list: &str, style: &str) -> Option<u8> {
        let levels = &self.lists.get(list)?.levels;
        let level = levels.iter().position(|level| level.style.as_deref() == Some(style))?;
        u8::try_from(level).ok()
    }

    /// Counts a paragraph of the list and returns its label.
    pub(super) fn count(&mut self, list: &str, depth: u8) -> Option<NumberLabel> {
        let id = list;
        let list = self.lists.get(id)?;
        let depth = usize::from(depth).min(LEVELS - 1);
        let counts = self.counts.entry(list.definition.clone()).or_default();
        if !list.restarts.is_empty() && !self.restarted.iter().any(|restarted| restarted == id) {
            self.restarted.push(id.to_owned());
            for (level, _) in &list.restarts {
                counts[*level] = None;
            }
        }
        let start = |level: usize| {
            let restart = list.restarts.iter().find(|(at, _)| *at == level).map(|(_, start)| *start);
            restart.or_else(|| Some(list.levels.get(level)?.start)).unwrap_or(1)
        };
        for (level, count) in counts.iter_mut().enumerate().take(depth) {
            count.get_or_insert_with(|| start(level));
        }
        counts[depth] = Some(counts[depth].map_or_else(|| start(depth), |count| count.saturating_add(1)));
        for (level, count) in counts.iter_mut().enumerate().skip(depth + 1) {
            if !list.levels.get(level).is_some_and(|level| level.never_restarts) {
                *count = None;
            }
        }
        Some(list.label(counts, depth))
    }
}

impl List {
    fn override_levels(&mut self, list: &XmlElement<'_>) {
        for change in list.elements().filter(|element| element.name == "lvlOverride") {
            let Some(at) = change.attribute("ilvl").and_then(|at| at.parse::<usize>().ok()) else { continue };
            if at >= LEVELS {
                continue;
            }
            if let Some(element) = change.child("lvl") {
                self.levels.resize(self.levels.len().max(at + 1), Level::default());
                self.levels[at] = level(element);
            }
            if let Some(start) = change.value_of("startOverride").and_then(|start| start.parse().ok()) {
                self.restarts.push((at, start));
            }
        }
    }

    fn label(&self, counts: &[Option<u64>; LEVELS], depth: usize) -> NumberLabel {
        let Some(level) = self.levels.get(depth) else { return NumberLabel::Bullet };
        let mut text = String::new();
        let mut numbers = 0;
        let mut signs = level.pattern.chars();
        while let Some(sign) = signs.next() {
            let digit = (sign == '%').then(|| signs.as_str().chars().next().and_then(|digit| digit.to_digit(10)));
            let Some(at) = digit.flatten().filter(|digit| *digit > 0).and_then(|digit| usize::try_from(digit - 1).ok())
            else {
                text.push(sign);
                continue;
            };
            signs.next();
            numbers += 1;
            let own = self.levels.get(at).map_or("decimal", |level| level.format.as_str());
            let format = if level.in_figures { "decimal" } else { own };
            text.push_str(&written(counts.get(at).copied().flatten().unwrap_or(1), format));
        }
        let text = text.trim().to_owned();
        if level.format == "bullet" || text.is_empty() {
            return NumberLabel::Bullet;
        }
        let count = counts[depth].unwrap_or(1);
        let alone = text.trim_matches(|c: char| !c.is_alphanumeric());
        if numbers == 1 && alone == count.to_string() {
            NumberLabel::Number(count, text)
        } else {
            NumberLabel::Text(text)
        }
    }
}

fn levels(definition: &XmlElement<'_>) -> Vec<Level> {
    let mut levels = Vec::new();
    for element in definition.elements().filter(|element| element.name == "lvl") {
        let Some(at) = element.attribute("ilvl").and_then(|at| at.parse::<usize>().ok()) else { continue };
        if at < LEVELS {
            levels.resize(levels.len().max(at + 1), Level::default());
            levels[at] = level(element);
        }
    }
    levels
}

fn level(element: &XmlElement<'_>) -> Level {
    Level {
        start: element.value_of("start").and_then(|start| start.parse().ok()).unwrap_or(1),
        format: element.value_of("numFmt").unwrap_or_else(|| "decimal".to_owned()),
        pattern: element.value_of("lvlText").unwrap_or_default(),
        style: element.value_of("pStyle"),
        never_restarts: element.value_of("lvlRestart").as_deref() == Some("0"),
        in_figures: element.switch("isLgl").unwrap_or(false),
    }
}

fn written(number: u64, format: &str) -> String {
    match format {
        "none" | "bullet" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "lowerLetter" => letters(number),
        "upperLetter" => letters(number).to_uppercase(),
        "lowerRoman" => roman(number),
        "upperRoman" => roman(number).to_uppercase(),
        "ordinal" => format!("{number}{}", ordinal_ending(number)),
        _ => number.to_string(),
    }
}

/// Returns Word's letters: a, b, … z, aa, bb, …
fn letters(number: u64) -> String {
    let (round, letter) = ((number.max(1) - 1) / 26, (number.max(1) - 1) % 26);
    let letter = char::from(b'a' + u8::try_from(letter).unwrap_or(0));
    let times = usize::try_from(round).unwrap_or(0).min(30) + 1;
    std::iter::repeat_n(letter, times).collect()
}

fn roman(number: u64) -> String {
    const SIGNS: [(u64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number > 4999 {
        return number.to_string();
    }
    let (mut left, mut text) = (number, String::new());
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}

fn ordinal_ending(number: u64) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::{NumberLabel, Numbering, written};
    use crate::docx::xml::parse;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let all = |format| [1, 4, 26, 28, 40].map(|number| written(number, format)).join(" ");
        assert_eq!(all("decimal"), "1 4 26 28 40");
        assert_eq!(all("lowerLetter"), "a d z bb nn");
        assert_eq!(all("upperRoman"), "I IV XXVI XXVIII XL");
        assert_eq!(all("decimalZero"), "01 04 26 28 40");
        assert_eq!(["ordinal"; 3].map(|format| written(21, format))[0], "21st");
        assert_eq!(written(u64::MAX, "lowerLetter").len(), 31);
    }

    #[test]
    fn levels_count_restart_and_share_their_definition() {
        let xml = "<numbering><abstractNum abstractNumId='7'>\
            <lvl ilvl='0'><start val='3'/><numFmt val='decimal'/><lvlText val='%1.'/></lvl>\
            <lvl ilvl='1'><start val='1'/><numFmt val='decimal'/><lvlText val='%1.%2'/></lvl>\
            <lvl ilvl='2'><start val='1'/><numFmt val='lowerLetter'/><lvlText val='(%3)'/></lvl></abstractNum>\
            <num numId='1'><abstractNumId val='7'/></num>\
            <num numId='2'><abstractNumId val='7'/></num>\
            <num numId='3'><abstractNumId val='7'/><lvlOverride ilvl='0'><startOverride val='1'/></lvlOverride></num>\
            </numbering>";
        let mut numbering = Numbering::read(&parse("numbering.xml", xml).unwrap());
        let number = |count: u64| Some(NumberLabel::Number(count, format!("{count}.")));
        let text = |text: &str| Some(NumberLabel::Text(text.to_owned()));
        assert_eq!(numbering.count("1", 0), number(3));
        assert_eq!(numbering.count("1", 1), text("3.1"));
        assert_eq!(numbering.count("1", 2), text("(a)"));
        assert_eq!(numbering.count("1", 1), text("3.2"));
        assert_eq!(numbering.count("2", 0), number(4), "the other list goes on with the count");
        assert_eq!(numbering.count("1", 1), text("4.1"));
        assert_eq!(numbering.count("3", 0), number(1), "this list begins anew");
        assert_eq!(numbering.count("3", 0), number(2));
        assert_eq!(numbering.count("9", 0), None);
    }
}
