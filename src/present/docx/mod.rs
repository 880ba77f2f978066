//! Word documents with real headings, lists and tables. Each page shows the classification and the footer.
//!
//! The same input gives the same bytes: the package holds no time but the footer's.

mod body;
mod fixed;
mod package;
mod pages;

pub use body::BodyXml;

use super::footer::Footer;
use zip::result::ZipError;

/// A Word document.
pub struct WordDocument<'a> {
    /// The title among the document's properties.
    pub title: String,
    /// The creator among the document's properties.
    pub creator: &'a str,
    /// What the document is of, in the header of each page.
    pub header: &'a str,
    /// The classification in words, in the header of each page.
    pub mark: &'a str,
    /// The footer of each page.
    pub footer: Option<&'a Footer>,
    /// The text.
    pub body: BodyXml,
}

impl WordDocument<'_> {
    /// Returns the bytes of the package.
    pub fn package(&self) -> Result<Vec<u8>, ZipError> {
        let parts = [
            ("[Content_Types].xml", fixed::CONTENT_TYPES.to_owned()),
            ("_rels/.rels", fixed::RELATIONS.to_owned()),
            ("docProps/core.xml", pages::properties(&self.title, self.creator, self.footer)),
            ("word/document.xml", self.body.finished()),
            ("word/_rels/document.xml.rels", fixed::DOCUMENT_RELATIONS.to_owned()),
            ("word/styles.xml", fixed::styles()),
            ("word/numbering.xml", self.body.numbering()),
            ("word/settings.xml", fixed::SETTINGS.to_owned()),
            ("word/header1.xml", pages::header(self.header, self.mark)),
            ("word/footer1.xml", pages::footer(self.footer)),
        ];
        package::zipped(&parts)
    }
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
