//! Who was there, who was not, who had an interest, and whether there were enough.

use super::Block;
use super::already_printed::plain;
use super::fold::Fold;
use super::sentences;
use minutebook_domain::meeting::{ApologiesRecorded, AttendanceRecorded, Capacity, InterestDeclared};
use minutebook_domain::reference::Name;

/// Someone on a roll.
struct Entry {
    name: String,
    line: String,
}

/// What is known of those present, gathered until the front of the document is complete.
#[derive(Default)]
pub(super) struct People {
    present: Vec<Entry>,
    apologies: Vec<Entry>,
    /// Those whose presence counts, and stayed.
    counted: u32,
}

impl People {
    pub(super) fn attended(&mut self, of: &AttendanceRecorded) {
        let votes = matches!(of.capacity, Capacity::Chair | Capacity::Member | Capacity::Alternate);
        self.counted += u32::from(votes && of.part.is_none());
        let part = of.part.as_ref().map_or_else(String::new, |part| format!(", {part}"));
        let line = format!("{}, {}{part}", named(&of.name, of.organisation.as_ref()), of.capacity);
        self.present.push(Entry { name: of.name.to_string(), line });
    }

    pub(super) fn sent_apologies(&mut self, of: &ApologiesRecorded) {
        let alternate = of.alternate.as_ref().map_or_else(String::new, |name| format!(", represented by {name}"));
        let line = format!("{}{alternate}", named(&of.name, of.organisation.as_ref()));
        self.apologies.push(Entry { name: of.name.to_string(), line });
    }

    /// The blocks that stand before the first item. A roll that was imported stands in a text of the document already, and
    /// is not called again: `texts` are the parts of the document that may hold one.
    pub(super) fn blocks(self, quorum: Option<u32>, texts: &[String]) -> Vec<Block> {
        let mut blocks = Vec::new();
        let present = uncalled(self.present, texts);
        let met = quorum.filter(|_| !present.is_empty()).map(|quorum| quorate(self.counted, quorum));
        for (label, entries) in [("Present:", present), ("Apologies:", uncalled(self.apologies, texts))] {
            if !entries.is_empty() {
                blocks.push(Block::Paragraph(label.to_owned()));
                blocks.push(Block::bullets(entries));
            }
        }
        blocks.extend(met.map(Block::Paragraph));
        blocks
    }
}

/// The lines of a roll, unless one of the texts names all who are on it.
fn uncalled(roll: Vec<Entry>, texts: &[String]) -> Vec<String> {
    let is_called = texts.iter().any(|text| roll.iter().all(|entry| text.contains(&plain(&entry.name))));
    if is_called { Vec::new() } else { roll.into_iter().map(|entry| entry.line).collect() }
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
