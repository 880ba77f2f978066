//! What stands before the first item: as it was imported, or in the house style.

use super::said::plain;
use super::{Block, MeetingDocument, sentences};

/// The longest text that is set as a heading.
const MAX_HEADING: usize = 160;

impl MeetingDocument {
    /// Every block, in the order of the document.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let items = self.items.iter().flat_map(|item| &item.content);
        self.front.iter().chain(items).chain(&self.trailing)
    }

    /// Sets the imported title and reference as such; where the record has none, writes the particulars.
    pub(super) fn complete_front(&mut self) {
        let reference = plain(&self.particulars.reference.to_string());
        let code = format!("({})", self.particulars.committee());
        let named = self.heading(|text| plain(text).contains(&reference));
        if let Some(at) = named {
            let titled = self.heading(|text| text.contains(&code)).filter(|titled| *titled < at);
            self.set(at, Block::Reference);
            if let Some(titled) = titled {
                self.set(titled, Block::Title);
            }
        } else {
            let of = &self.particulars;
            let particulars = [
                Block::Title(sentences::title(of)),
                Block::Paragraph(sentences::when_and_where(of)),
                Block::Reference(sentences::reference(of)),
            ];
            self.front.splice(0..0, particulars);
        }
        // What the document says of itself holds for what it published; an edition that holds more says so first.
        let higher = self.holds.rank() > self.particulars.classification.rank();
        if named.is_none() || higher {
            self.front.insert(0, Block::Paragraph(sentences::classification(self.holds)));
        }
    }

    fn heading(&self, is_it: impl Fn(&str) -> bool) -> Option<usize> {
        self.front.iter().position(
            |block| matches!(block, Block::Paragraph(text) if text.len() <= MAX_HEADING && !text.ends_with('.') && is_it(text)),
        )
    }

    fn set(&mut self, at: usize, role: fn(String) -> Block) {
        if let Some(Block::Paragraph(text)) = self.front.get_mut(at) {
            self.front[at] = role(std::mem::take(text));
        }
    }
}
