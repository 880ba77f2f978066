//! Headlines as a Word document.

use super::title;
use crate::present::docx::{BodyXml, WordDocument};
use crate::present::footer::Footer;
use minutebook_projections::headlines::MeetingDocument;
use zip::result::ZipError;

/// Returns the bytes of the package.
pub fn docx(document: &MeetingDocument, footer: Option<&Footer>) -> Result<Vec<u8>, ZipError> {
    let reference = document.particulars.reference.to_string();
    let document = WordDocument {
        title: format!("{reference}: {}", title(document)),
        creator: document.particulars.committee().as_str(),
        header: &reference,
        mark: document.holds.label(),
        footer,
        body: body(document),
    };
    document.package()
}

fn body(document: &MeetingDocument) -> BodyXml {
    let mut body = BodyXml::default();
    document.front.iter().for_each(|block| body.block(block));
    for item in &document.items {
        let mark = item.mark.map_or_else(String::new, |mark| format!(" ({mark})"));
        body.heading(&format!("{}. {}{mark}", item.number, item.title));
        item.content.iter().for_each(|block| body.block(block));
    }
    document.trailing.iter().for_each(|block| body.block(block));
    body
}
