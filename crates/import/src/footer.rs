//! The footer that `minutebook headlines` prints. It is the program's line, not part of the committee's record.

use crate::block::SourceBlock;

/// The first words of the footer of a rendered document.
pub const RENDERED_BY: &str = "Rendered by Minutebook";

/// A longer paragraph is the committee's text, whatever its first words are.
const MAX_FOOTER_BYTES: usize = 400;

/// Removes the footer from the end of a document that this program rendered.
pub(crate) fn drop_from(blocks: &mut Vec<SourceBlock>) {
    let is_footer = |block: &SourceBlock| match block {
        SourceBlock::Paragraph(text) => {
            text.as_str().starts_with(RENDERED_BY) && text.as_str().len() < MAX_FOOTER_BYTES
        }
        _ => false,
    };
    if blocks.len() > 1 {
        blocks.pop_if(|last| is_footer(last));
    }
}
