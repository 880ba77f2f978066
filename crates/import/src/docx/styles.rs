//! Styles of paragraphs and runs, with what they inherit.

use super::xml::XmlElement;
use std::collections::HashMap;

/// The most ancestors of a style that are followed, which also ends a cycle.
const MAX_ANCESTRY: usize = 32;

#[derive(Debug, Default)]
struct Style {
    /// In lower case. Built-in styles have English names in every language, but translated ids.
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    bold: Option<bool>,
    hidden: Option<bool>,
    list: Option<String>,
    depth: Option<u8>,
}

/// A document's styles.
#[derive(Debug, Default)]
pub(super) struct StyleTable {
    by_id: HashMap<String, Style>,
    default_paragraph: Option<String>,
    bold: bool,
}

/// What a style makes of a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ParagraphStyle {
    pub(super) id: String,
    /// The level of the heading, from 1.
    pub(super) level: Option<u8>,
    /// The style of the paragraph's runs.
    pub(super) run: RunStyle,
    /// The list that the style puts the paragraph in.
    pub(super) list: Option<String>,
    pub(super) depth: Option<u8>,
    /// Whether the paragraph is a line of the table of contents.
    pub(super) contents: bool,
    /// Whether the paragraph continues the list entry above it.
    pub(super) continues: bool,
}

/// What a style makes of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RunStyle {
    pub(super) bold: bool,
    pub(super) hidden: bool,
}

impl StyleTable {
    /// Reads the styles part.
    pub(super) fn read(root: &XmlElement<'_>) -> Self {
        let mut styles = Self::default();
        let defaults = root.find(&["docDefaults", "rPrDefault", "rPr"]);
        styles.bold = defaults.and_then(|defaults| defaults.switch("b")).unwrap_or(false);
        for element in root.elements().filter(|element| element.name == "style") {
            let Some(id) = element.attribute("styleId") else { continue };
            let is_default = element.attribute("default").is_some_and(|value| matches!(value.as_str(), "1" | "true"));
            if is_default && element.attribute("type").as_deref() == Some("paragraph") {
                styles.default_paragraph = Some(id.clone());
            }
            styles.by_id.insert(id, style(element));
        }
        styles
    }

    /// Returns what the style makes of a paragraph; without an id, the default style.
    pub(super) fn paragraph(&self, id: Option<&str>) -> ParagraphStyle {
        let mut found =
            ParagraphStyle { run: RunStyle { bold: self.bold, hidden: false }, ..ParagraphStyle::default() };
        let Some(id) = id.or(self.default_paragraph.as_deref()) else { return found };
        id.clone_into(&mut found.id);
        let (mut bold, mut hidden, mut named) = (None, None, None);
        // A document may use built-in styles without defining them; then only the id tells what they are.
        let mut name = id.to_lowercase();
        let mut outline = None;
        for style in self.ancestry(id) {
            name.clone_from(&style.name);
            outline = outline.or(style.outline);
            bold = bold.or(style.bold);
            hidden = hidden.or(style.hidden);
            found.list = found.list.or_else(|| style.list.clone());
            found.depth = found.depth.or(style.depth);
            named = named.or_else(|| heading_named(&name));
            found.contents |= is_contents(&name);
            found.continues |= name.starts_with("list continue");
        }
        found.contents |= is_contents(&name);
        named = named.or_else(|| heading_named(&name));
        // Outline level 9 is body text.
        found.level = outline.map_or(named, |outline| (outline < 9).then_some(outline + 1));
        found.run.bold = bold.unwrap_or(self.bold);
        found.run.hidden = hidden.unwrap_or(false);
        found
    }

    /// Returns what the style makes of a run.
    pub(super) fn run(&self, id: &str) -> RunStyle {
        let (mut bold, mut hidden) = (None, None);
        for style in self.ancestry(id) {
            bold = bold.or(style.bold);
            hidden = hidden.or(style.hidden);
        }
        RunStyle { bold: bold.unwrap_or(false), hidden: hidden.unwrap_or(false) }
    }

    fn ancestry(&self, id: &str) -> impl Iterator<Item = &Style> {
        let of = |id: &str| self.by_id.get(id);
        std::iter::successors(of(id), move |style| of(style.based_on.as_deref()?)).take(MAX_ANCESTRY)
    }
}

fn style(element: &XmlElement<'_>) -> Style {
    let paragraph = element.child("pPr");
    let run = element.child("rPr");
    let numbering = paragraph.and_then(|paragraph| paragraph.child("numPr"));
    Style {
        name: element.value_of("name").unwrap_or_default().to_lowercase(),
        based_on: element.value_of("basedOn"),
        outline: paragraph.and_then(|paragraph| paragraph.value_of("outlineLvl")?.parse().ok()),
        bold: run.and_then(|run| run.switch("b")),
        hidden: run.and_then(|run| run.switch("vanish")),
        list: numbering.and_then(|numbering| numbering.value_of("numId")),
        depth: numbering.and_then(|numbering| numbering.value_of("ilvl")?.parse().ok()),
    }
}

/// Returns the level of a heading style by its name: `heading 2`, `Heading2`, `Title`.
fn heading_named(name: &str) -> Option<u8> {
    match name {
        "title" => Some(1),
        "subtitle" => Some(2),
        name => {
            let level = name.strip_prefix("heading")?.trim().parse().ok()?;
            (1..=9).contains(&level).then_some(level)
        }
    }
}

fn is_contents(name: &str) -> bool {
    let rest = name.strip_prefix("toc").or_else(|| name.strip_prefix("contents"));
    rest.is_some_and(|rest| rest.trim() == "heading" || rest.trim().parse::<u8>().is_ok())
}
