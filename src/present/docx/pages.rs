//! Page headers, page footers and document properties.

use super::escaped;
use super::fixed::{DECLARATION, NAMESPACES};
use crate::present::footer::Footer;
use crate::present::times;

/// Returns the page header: what the document is of, and the classification in words.
pub(super) fn header(reference: &str, mark: &str) -> String {
    format!(
        "{DECLARATION}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>{}<w:r><w:tab/></w:r>\
         <w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Classification: {}</w:t></w:r></w:p></w:hdr>",
        run(reference),
        escaped(mark)
    )
}

/// Returns the page footer: the document's footer and the page number.
pub(super) fn footer(footer: Option<&Footer>) -> String {
    let rendered = footer.map_or_else(String::new, |footer| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}</w:p>", run(&footer.line()))
    });
    format!(
        "{DECLARATION}<w:ftr {NAMESPACES}>{rendered}<w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"right\"/></w:pPr>\
         {}{}{}{}</w:p></w:ftr>",
        run("Page "),
        field("PAGE"),
        run(" of "),
        field("NUMPAGES")
    )
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text))
}

fn field(instruction: &str) -> String {
    format!("<w:fldSimple w:instr=\" {instruction} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>")
}

/// Returns the document properties: title, creator, language and time of rendering.
pub(super) fn properties(title: &str, creator: &str, footer: Option<&Footer>) -> String {
    let created = footer.map_or_else(String::new, |footer| {
        let at = times::exact(footer.rendered_at);
        format!("<dcterms:created xsi:type=\"dcterms:W3CDTF\">{}</dcterms:created>", escaped(&at))
    });
    format!(
        "{DECLARATION}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>\
         <dc:creator>{}</dc:creator><dc:language>en-GB</dc:language>{created}</cp:coreProperties>",
        escaped(title),
        escaped(creator)
    )
}
