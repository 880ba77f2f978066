//! Writes plain PDFs: Markdown set in a monospaced font, with running headers, wrapped lines and page breaks. It
//! decides by other means than the reader what a line is.

use std::fmt::Write as _;

const COLUMNS: usize = 78;
const LINES: usize = 52;
const SIZE: f64 = 9.0;
const LEADING: f64 = 11.0;

/// A stretch of text, and whether it is bold.
type Span = (String, bool);

/// A line to set: its indent in columns and its spans. A line without spans is a gap.
type Line = (usize, Vec<Span>);

/// Sets a Markdown document as a PDF with this running header.
pub(crate) fn pdf(markdown: &str, header: &str) -> Vec<u8> {
    let lines = laid_out(markdown);
    let pages: Vec<Vec<u8>> = lines.chunks(LINES).enumerate().map(|(at, page)| content(page, header, at + 1)).collect();
    file(&pages)
}

/// Returns a file of pages with these contents.
pub(crate) fn file(pages: &[Vec<u8>]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 5 + 2 * page)).collect();
    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).into_bytes(),
        font("Courier").into_bytes(),
        font("Courier-Bold").into_bytes(),
    ];
    for (page, content) in pages.iter().enumerate() {
        let resources = "<< /Font << /R 3 0 R /B 4 0 R >> >>";
        let contents = 6 + 2 * page;
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} /Contents {contents} 0 R >>"
        );
        objects.push(page.into_bytes());
        objects
            .push([format!("<< /Length {} >>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat());
    }
    assembled(&objects, "")
}

/// Returns a file of these objects, numbered from 1; the first is the catalogue.
pub(crate) fn assembled(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(bytes.len());
        bytes.extend([format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let start = bytes.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in &offsets {
        writeln!(table, "{offset:010} 00000 n ").unwrap();
    }
    write!(table, "trailer << /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    bytes.extend(table.into_bytes());
    bytes
}

fn content(lines: &[Line], header: &str, page: usize) -> Vec<u8> {
    let mut out = b"BT\n".to_vec();
    let mut place = |indent: usize, y: f64, spans: &[Span]| {
        #[expect(clippy::cast_precision_loss, reason = "a column of a page")]
        let x = 60.0 + 0.6 * SIZE * indent as f64;
        out.extend(format!("1 0 0 1 {x:.2} {y:.2} Tm\n").into_bytes());
        for (text, bold) in spans {
            out.extend(format!("/{} {SIZE} Tf (", if *bold { 'B' } else { 'R' }).into_bytes());
            out.extend(text.chars().flat_map(win_ansi));
            out.extend(b") Tj\n");
        }
    };
    place(0, 810.0, &[(header.to_owned(), false)]);
    place(30, 30.0, &[(format!("Page {page}"), false)]);
    let mut y = 770.0;
    for (indent, spans) in lines {
        place(*indent, y, spans);
        y -= LEADING;
    }
    out.extend(b"ET");
    out
}

fn win_ansi(c: char) -> Vec<u8> {
    match c {
        '(' | ')' | '\\' => vec![b'\\', u8::try_from(c).unwrap()],
        '–' => vec![0x96],
        '‘' => vec![0x91],
        '’' => vec![0x92],
        '•' => vec![0x95],
        c => vec![u8::try_from(c).unwrap_or(b'?')],
    }
}

fn laid_out(markdown: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut spans: Vec<Span> = Vec::new();
    for source in markdown.lines().chain([""]) {
        let source = source
            .replace("\\_", "_")
            .replace("<sup>", "")
            .replace("</sup>", "")
            .replace("](#)", "")
            .replace(['['], "");
        let text = source.trim();
        if text.is_empty() {
            flush(&mut lines, &mut spans, 0);
            lines.push((0, Vec::new()));
            continue;
        }
        if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            flush(&mut lines, &mut spans, 0);
            let depth = 2 + (source.len() - source.trim_start().len());
            let first = lines.len();
            spans = bold_parts(item, false);
            flush(&mut lines, &mut spans, depth + 4);
            if let Some((indent, spans)) = lines.get_mut(first) {
                *indent = depth;
                spans.insert(0, ("•   ".to_owned(), false));
            }
            continue;
        }
        let heading = text.starts_with('#');
        spans.extend(bold_parts(text.trim_start_matches('#').trim(), heading));
        if source.ends_with("  ") || text.ends_with(')') || text.ends_with('.') {
            flush(&mut lines, &mut spans, 0);
        } else {
            spans.push((" ".to_owned(), false));
        }
    }
    lines
}

fn bold_parts(text: &str, all: bool) -> Vec<Span> {
    text.split("**").enumerate().map(|(at, part)| (part.to_owned(), all || at % 2 == 1)).collect()
}

/// Wraps the spans into lines.
fn flush(lines: &mut Vec<Line>, spans: &mut Vec<Span>, indent: usize) {
    let letters: Vec<(char, bool)> =
        spans.drain(..).flat_map(|(text, bold)| text.chars().map(move |c| (c, bold)).collect::<Vec<_>>()).collect();
    let mut line: Vec<(char, bool)> = Vec::new();
    for word in letters.split_inclusive(|(c, _)| *c == ' ') {
        let needed = word.iter().filter(|(c, _)| *c != ' ').count();
        if indent + line.len() + needed > COLUMNS {
            lines.push((indent, set(&std::mem::take(&mut line))));
        }
        line.extend(word);
    }
    if !line.is_empty() {
        lines.push((indent, set(&line)));
    }
}

fn set(letters: &[(char, bool)]) -> Vec<Span> {
    letters.chunk_by(|a, b| a.1 == b.1).map(|part| (part.iter().map(|(c, _)| *c).collect(), part[0].1)).collect()
}
