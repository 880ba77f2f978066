//! Who was there, who was not, who had an interest, and whether there were enough.

use super::Block;
use super::fold::Fold;
use super::sentences;
use minutebook_domain::meeting::{ApologiesRecorded, AttendanceRecorded, Capacity, InterestDeclared};
use minutebook_domain::reference::Name;

/// What is known of those present, gathered until the front of the document is complete.
#[derive(Default)]
pub(super) struct People {
    present: Vec<String>,
    apologies: Vec<String>,
    /// Those whose presence counts, and stayed.
    counted: u32,
}

impl People {
    pub(super) fn attended(&mut self, of: &AttendanceRecorded) {
        let votes = matches!(of.capacity, Capacity::Chair | Capacity::Member | Capacity::Alternate);
        self.counted += u32::from(votes && of.part.is_none());
        let part = of.part.as_ref().map_or_else(String::new, |part| format!(", {part}"));
        self.present.push(format!("{}, {}{part}", named(&of.name, of.organisation.as_ref()), of.capacity));
    }

    pub(super) fn sent_apologies(&mut self, of: &ApologiesRecorded) {
        let alternate = of.alternate.as_ref().map_or_else(String::new, |name| format!(", represented by {name}"));
        self.apologies.push(format!("{}{alternate}", named(&of.name, of.organisation.as_ref())));
    }

    /// The blocks that stand before the first item.
    pub(super) fn blocks(self, quorum: Option<u32>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let met = quorum.filter(|_| !self.present.is_empty()).map(|quorum| quorate(self.counted, quorum));
        for (label, entries) in [("Present:", self.present), ("Apologies:", self.apologies)] {
            if !entries.is_empty() {
                blocks.push(Block::Paragraph(label.to_owned()));
                blocks.push(Block::bullets(entries));
            }
        }
        blocks.extend(met.map(Block::Paragraph));
        blocks
    }
}

impl Fold<'_> {
    pub(super) fn interest(&mut self, of: &InterestDeclared) {
        let place = self.place(of.item);
        let above = self.above(of.interest.classification());
        let Some(interest) = self.disclosed(&of.interest, place) else { return };
        let interest = interest.as_str().trim().trim_end_matches('.');
        let withdrew = if of.recused { format!(" {} left while it was decided.", of.name) } else { String::new() };
        let sentence = format!("{} declared an interest: {interest}.{withdrew}", of.name);
        self.print(place, Block::Paragraph(sentences::with_mark(&sentence, above)));
    }
}

fn named(name: &Name, organisation: Option<&Name>) -> String {
    organisation.map_or_else(|| name.to_string(), |body| format!("{name} ({body})"))
}

fn quorate(counted: u32, quorum: u32) -> String {
    let not = if counted < quorum { "not " } else { "" };
    let members = if counted == 1 { "member was" } else { "members were" };
    format!("The meeting was {not}quorate: {counted} {members} present throughout, of {quorum} required.")
}
