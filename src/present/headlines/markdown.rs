//! Headlines in Markdown, as the committee publishes them. Texts are escaped so that a new import reads the same words.
//!
//! Hand-written, since the house style fixes bold words, list markers and line breaks.

use crate::present::emphasis::runs;
use crate::present::footer::Footer;
use minutebook_projections::headlines::{HeadlinesBlock, MeetingDocument};

/// Renders the document with an optional footer.
pub fn markdown(document: &MeetingDocument, footer: Option<&Footer>) -> String {
    let mut blocks = Vec::new();
    push(&mut blocks, &document.front);
    for item in &document.items {
        let mark = item.mark.map_or_else(String::new, |mark| format!(" (**{mark}**)"));
        blocks.push(format!("{}{mark}", heading(&format!("{}. {}", item.number, item.title))));
        push(&mut blocks, &item.content);
    }
    push(&mut blocks, &document.trailing);
    if let Some(footer) = footer {
        blocks.push("---".to_owned());
        blocks.push(paragraph(&footer.line()));
    }
    blocks.join("\n\n") + "\n"
}

/// Renders a heading.
pub(in crate::present) fn heading(text: &str) -> String {
    format!("#### {}", inline(text).replace('#', "\\#"))
}

/// Renders blocks.
pub(in crate::present) fn push(into: &mut Vec<String>, blocks: &[HeadlinesBlock]) {
    let mut lists = 0;
    for block in blocks {
        // Consecutive lists alternate their markers; with the same marker they would read as one list.
        lists = if matches!(block, HeadlinesBlock::List { .. }) { lists + 1 } else { 0 };
        into.push(written(block, lists % 2 == 0));
    }
}

fn written(block: &HeadlinesBlock, other_sign: bool) -> String {
    match block {
        HeadlinesBlock::Title(text) => format!("## {}", inline(text).replace('#', "\\#")),
        HeadlinesBlock::Reference(text) => format!("### {}", inline(text).replace('#', "\\#")),
        HeadlinesBlock::Paragraph(text) => paragraph(text),
        HeadlinesBlock::List { ordered, entries, depths } => {
            let (after_number, bullet) = if other_sign { (')', "*") } else { ('.', "-") };
            let sign = |at: usize| if *ordered { format!("{}{after_number}", at + 1) } else { bullet.to_owned() };
            let indent = |at: usize| "  ".repeat(depths.get(at).map_or(0, |depth| *depth as usize));
            let entry = |(at, text): (usize, &String)| format!("{}{} {}", indent(at), sign(at), line(text.trim()));
            entries.iter().enumerate().map(entry).collect::<Vec<_>>().join("\n")
        }
        HeadlinesBlock::Table { header, rows } => table(header, rows),
    }
}

/// Renders a paragraph; two trailing spaces keep its lines apart.
fn paragraph(text: &str) -> String {
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|text| !text.is_empty());
    lines.map(line).collect::<Vec<_>>().join("  \n")
}

fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).chain([header.len()]).max().unwrap_or(0);
    let row = |cells: &[String]| {
        let cell = |at: usize| cells.get(at).map_or_else(String::new, |cell| inline(cell.trim()).replace('|', "\\|"));
        format!("| {} |", (0..columns).map(cell).collect::<Vec<_>>().join(" | "))
    };
    let mut lines = vec![row(header), format!("|{}", " --- |".repeat(columns))];
    lines.extend(rows.iter().map(|cells| row(cells)));
    lines.join("\n")
}

/// Escapes text at the beginning of a line, where more characters have a meaning.
fn line(text: &str) -> String {
    let escaped = inline(text);
    let digits = escaped.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && escaped[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &escaped[..digits], &escaped[digits..]);
    }
    if escaped.starts_with(['-', '+', '#', '>', '=']) { format!("\\{escaped}") } else { escaped }
}

/// Renders text on one line with its bold runs.
fn inline(text: &str) -> String {
    let one_line = text.split(['\n', '\r']).map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let one_line = one_line.join(" ");
    let run = |(bold, text): (bool, &str)| if bold { format!("**{}**", escaped(text)) } else { escaped(text) };
    runs(&one_line).into_iter().map(run).collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~') {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn markdown_characters_are_escaped() {
        for (text, written) in [
            ("SSC_72 *not* <b> & `x` [y](z) ~~t~~ \\", r"SSC\_72 \*not\* \<b> \& \`x\` \[y\](z) \~\~t\~\~ \\"),
            ("1. One", r"1\. One"),
            ("- a", r"\- a"),
            ("# a", r"\# a"),
            ("The SSC NOTED it. (RED)", "The SSC **NOTED** it. (**RED**)"),
        ] {
            assert_eq!(super::paragraph(text), written);
        }
        let table = super::table(&["a|b".to_owned()], &[vec!["c".to_owned(), "d".to_owned()]]);
        let list = |text: &str| super::HeadlinesBlock::List {
            ordered: false,
            entries: vec![text.to_owned()],
            depths: Vec::new(),
        };
        let mut blocks = Vec::new();
        super::push(&mut blocks, &[list("a"), list("- b")]);
        assert_eq!(blocks, ["- a", r"* \- b"]);
        assert_eq!(table, "| a\\|b |  |\n| --- | --- |\n| c | d |");
    }
}
