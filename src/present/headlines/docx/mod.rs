//! Headlines as a Word document with real headings, lists and tables. Each page shows the classification and the footer.
//!
//! The same input gives the same bytes: the package holds no time but the footer's.

mod content;
mod fixed;
mod package;
mod pages;

use super::{Footer, title};
use minutebook_projections::headlines::MeetingDocument;
use zip::result::ZipError;

/// Returns the bytes of the package.
pub fn docx(document: &MeetingDocument, footer: Option<&Footer>) -> Result<Vec<u8>, ZipError> {
    let mut content = content::BodyXml::default();
    content.document(document);
    let mark = document.holds.label();
    let parts = [
        ("[Content_Types].xml", fixed::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", fixed::RELATIONS.to_owned()),
        ("docProps/core.xml", pages::properties(&title(document), document, footer)),
        ("word/document.xml", content.finished()),
        ("word/_rels/document.xml.rels", fixed::DOCUMENT_RELATIONS.to_owned()),
        ("word/styles.xml", fixed::styles()),
        ("word/numbering.xml", content.numbering()),
        ("word/settings.xml", fixed::SETTINGS.to_owned()),
        ("word/header1.xml", pages::header(document.particulars.reference.to_string().as_str(), mark)),
        ("word/footer1.xml", pages::footer(footer)),
    ];
    package::zipped(&parts)
}

/// Escapes text for content and quoted attributes, without the characters that XML forbids.
fn escaped(text: &str) -> String {
    let held = |sign: &char| matches!(sign, '\t' | '\n') || *sign >= ' ' && !matches!(sign, '\u{FFFE}' | '\u{FFFF}');
    quick_xml::escape::escape(text.chars().filter(held).collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_safe_in_xml() {
        assert_eq!(super::escaped("a<b> & \"c\" 'd'\u{1}\u{FFFF}"), "a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;");
    }
}
