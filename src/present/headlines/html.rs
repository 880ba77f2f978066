//! Headlines as one accessible page (WCAG 2.2), with landmarks, ordered headings and scoped table headers. The page loads
//! nothing else and is styled for print.

use super::title;
use crate::present::emphasis::runs;
use crate::present::footer::Footer;
use minutebook_projections::headlines::{HeadlinesBlock, MeetingDocument};

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}.reference{font-weight:bold}\
table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left;vertical-align:top}\
footer{margin-top:3rem;border-top:1px solid #767676;font-size:.85rem;overflow-wrap:anywhere}\
.classification{border:1px solid #767676;padding:.3rem .6rem;display:inline-block}\
.skip{position:absolute;left:-99rem}.skip:focus{position:static}\
@media print{@page{size:A4;margin:2cm}.skip{display:none}thead{display:table-header-group}\
body{margin:0;max-width:none;font-size:11pt}h1,h2{break-after:avoid}tr,li{break-inside:avoid}}";

/// Renders the page.
pub fn html(document: &MeetingDocument, footer: Option<&Footer>) -> String {
    let title = title(document);
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str(&format!("<title>{}: {}</title>\n", document.particulars.reference, escaped(&title)));
    page.push_str(&format!("<style>{STYLE}</style>\n</head>\n<body>\n"));
    page.push_str("<a class=\"skip\" href=\"#items\">Skip to the items</a>\n<header>\n");
    if !document.front.iter().any(|block| matches!(block, HeadlinesBlock::Title(_))) {
        page.push_str(&format!("<h1>{}</h1>\n", escaped(&title)));
    }
    document.front.iter().for_each(|block| push(&mut page, block));
    // In words, since many readers cannot tell colours apart.
    let mark = escaped(document.holds.label());
    page.push_str(&format!("<p class=\"classification\">Classification: <strong>{mark}</strong></p>\n"));
    page.push_str("</header>\n<main id=\"items\">\n");
    for item in &document.items {
        let id = format!("item-{}", item.number);
        let mark = item.mark.map_or_else(String::new, |mark| format!(" (<strong>{}</strong>)", escaped(mark.label())));
        page.push_str(&format!("<section aria-labelledby=\"{id}\">\n"));
        page.push_str(&format!("<h2 id=\"{id}\">{}. {}{mark}</h2>\n", item.number, inline(&item.title)));
        item.content.iter().for_each(|block| push(&mut page, block));
        page.push_str("</section>\n");
    }
    document.trailing.iter().for_each(|block| push(&mut page, block));
    page.push_str("</main>\n");
    if let Some(footer) = footer {
        page.push_str(&format!("<footer>\n<p>{}</p>\n</footer>\n", escaped(&footer.line())));
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn push(page: &mut String, block: &HeadlinesBlock) {
    match block {
        HeadlinesBlock::Title(text) => page.push_str(&format!("<h1>{}</h1>\n", inline(text))),
        HeadlinesBlock::Reference(text) => page.push_str(&format!("<p class=\"reference\">{}</p>\n", inline(text))),
        HeadlinesBlock::Paragraph(text) => page.push_str(&format!("<p>{}</p>\n", inline(text))),
        HeadlinesBlock::List { ordered, entries, depths } => {
            list(page, if *ordered { "ol" } else { "ul" }, entries, depths);
        }
        HeadlinesBlock::Table { header, rows } => {
            page.push_str("<table>\n<thead>\n<tr>");
            for cell in header {
                page.push_str(&format!("<th scope=\"col\">{}</th>", inline(cell)));
            }
            page.push_str("</tr>\n</thead>\n<tbody>\n");
            for row in rows {
                page.push_str("<tr>");
                for cell in row {
                    page.push_str(&format!("<td>{}</td>", inline(cell)));
                }
                page.push_str("</tr>\n");
            }
            page.push_str("</tbody>\n</table>\n");
        }
    }
}

/// Renders a list with nested lists.
fn list(page: &mut String, tag: &str, entries: &[String], depths: &[u32]) {
    let close = |page: &mut String, from: u32, to: u32| {
        page.push_str("</li>\n");
        (to..from).for_each(|_| page.push_str(&format!("</{tag}>\n</li>\n")));
    };
    page.push_str(&format!("<{tag}>\n"));
    let mut last = None;
    for (at, entry) in entries.iter().enumerate() {
        let depth = depths.get(at).copied().unwrap_or_default();
        match last {
            Some(last) if depth > last => page.push_str(&format!("\n<{tag}>\n")),
            Some(last) => close(page, last, depth),
            None => {}
        }
        page.push_str(&format!("<li>{}", inline(entry)));
        last = Some(depth);
    }
    if let Some(last) = last {
        close(page, last, 0);
    }
    page.push_str(&format!("</{tag}>\n"));
}

fn inline(text: &str) -> String {
    let run = |(bold, text): (bool, &str)| {
        let text = escaped(text).replace('\n', "<br>\n");
        if bold { format!("<strong>{text}</strong>") } else { text }
    };
    runs(text.trim()).into_iter().map(run).collect()
}

/// Escapes text for content and quoted attributes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}
