//! What stands before the first item: as it was imported, or in the house style.

use super::already_printed::{plain, plain_block};
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

    /// What stands before the first item, and in each item whose title is about who was there.
    pub(super) fn texts_that_may_call_a_roll(&self) -> Vec<String> {
        const ABOUT: [&str; 6] = ["attend", "apolog", "welcome", "present", "introduction", "quor"];
        let joined = |blocks: &[Block]| blocks.iter().map(plain_block).collect::<Vec<_>>().join(" ");
        let items = self.items.iter().filter(|item| {
            let title = item.title.to_lowercase();
            title.split(|c: char| !c.is_alphabetic()).any(|word| ABOUT.iter().any(|about| word.starts_with(about)))
        });
        std::iter::once(joined(&self.front)).chain(items.map(|item| joined(&item.content))).collect()
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
