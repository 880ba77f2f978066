//! The front of a document, before the first item: as imported, or in the house style.

use super::already_printed::{plain, plain_block};
use super::{HeadlinesBlock, MeetingDocument, sentences};

/// The length in bytes of the longest text that counts as a heading.
const MAX_HEADING: usize = 160;

impl MeetingDocument {
    /// Returns every block in the order of the document.
    pub fn blocks(&self) -> impl Iterator<Item = &HeadlinesBlock> {
        let items = self.items.iter().flat_map(|item| &item.content);
        self.front.iter().chain(items).chain(&self.trailing)
    }

    /// Marks the imported title and reference as such, or writes the particulars if there are none.
    pub(super) fn complete_front(&mut self) {
        let reference = plain(&self.particulars.reference.to_string());
        let code = format!("({})", self.particulars.committee());
        let named = self.heading(|text| plain(text).contains(&reference));
        if let Some(at) = named {
            let titled = self.heading(|text| text.contains(&code)).filter(|titled| *titled < at);
            self.set(at, HeadlinesBlock::Reference);
            if let Some(titled) = titled {
                self.set(titled, HeadlinesBlock::Title);
            }
        } else {
            let of = &self.particulars;
            let particulars = [
                HeadlinesBlock::Title(sentences::title(of)),
                HeadlinesBlock::Paragraph(sentences::when_and_where(of)),
                HeadlinesBlock::Reference(sentences::reference(of)),
            ];
            self.front.splice(0..0, particulars);
        }
        // The imported front states the published classification: an edition with higher texts must state its own.
        let higher = self.holds.rank() > self.particulars.classification.rank();
        if named.is_none() || higher {
            self.front.insert(0, HeadlinesBlock::Paragraph(sentences::classification(self.holds)));
        }
    }

    /// Adds the sentences below the line that names the meeting.
    pub(super) fn announce(&mut self, sentences: Vec<String>) {
        let named = self.front.iter().rposition(|block| matches!(block, HeadlinesBlock::Reference(_)));
        let at = named.map_or(0, |named| named + 1);
        self.front.splice(at..at, sentences.into_iter().map(HeadlinesBlock::Paragraph));
    }

    /// Returns the words of the front and of each item whose title concerns attendance.
    pub(super) fn attendance_texts(&self) -> Vec<String> {
        const ABOUT: [&str; 6] = ["attend", "apolog", "welcome", "present", "introduction", "quor"];
        let joined = |blocks: &[HeadlinesBlock]| blocks.iter().map(plain_block).collect::<Vec<_>>().join(" ");
        let items = self.items.iter().filter(|item| {
            let title = item.title.to_lowercase();
            title.split(|c: char| !c.is_alphabetic()).any(|word| ABOUT.iter().any(|about| word.starts_with(about)))
        });
        std::iter::once(joined(&self.front)).chain(items.map(|item| joined(&item.content))).collect()
    }

    fn heading(&self, is_it: impl Fn(&str) -> bool) -> Option<usize> {
        self.front.iter().position(
            |block| matches!(block, HeadlinesBlock::Paragraph(text) if text.len() <= MAX_HEADING && !text.ends_with('.') && is_it(text)),
        )
    }

    fn set(&mut self, at: usize, role: fn(String) -> HeadlinesBlock) {
        if let Some(HeadlinesBlock::Paragraph(text)) = self.front.get_mut(at) {
            self.front[at] = role(std::mem::take(text));
        }
    }
}
