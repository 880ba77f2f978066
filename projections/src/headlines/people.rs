//! Attendance, apologies, the quorum and declared interests.

use super::HeadlinesBlock;
use super::already_printed::plain;
use super::fold::DocumentFold;
use super::sentences;
use minutebook_domain::meeting::{ApologiesRecorded, AttendanceRecorded, Capacity, InterestDeclared};
use minutebook_domain::reference::Name;

/// A person on the roll.
struct Entry {
    name: String,
    line: String,
}

/// The people present and absent, gathered until the front of the document is complete.
#[derive(Default)]
pub(super) struct AttendanceRoll {
    present: Vec<Entry>,
    apologies: Vec<Entry>,
    /// The number of voting members who stayed throughout.
    counted: u32,
}

impl AttendanceRoll {
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

    /// Returns the roll as blocks, without the parts that `texts`, the imported texts on attendance, already hold.
    pub(super) fn blocks(self, quorum: Option<u32>, texts: &[String]) -> Vec<HeadlinesBlock> {
        let mut blocks = Vec::new();
        let present = missing_lines(self.present, texts);
        let met = quorum.filter(|_| !present.is_empty()).map(|quorum| quorate(self.counted, quorum));
        for (label, entries) in [("Present:", present), ("Apologies:", missing_lines(self.apologies, texts))] {
            if !entries.is_empty() {
                blocks.push(HeadlinesBlock::Paragraph(label.to_owned()));
                blocks.push(HeadlinesBlock::bullets(entries));
            }
        }
        blocks.extend(met.map(HeadlinesBlock::Paragraph));
        blocks
    }
}

/// Returns the lines of the roll, or none if one text names everyone on it.
fn missing_lines(roll: Vec<Entry>, texts: &[String]) -> Vec<String> {
    let is_printed = texts.iter().any(|text| roll.iter().all(|entry| text.contains(&plain(&entry.name))));
    if is_printed { Vec::new() } else { roll.into_iter().map(|entry| entry.line).collect() }
}

impl DocumentFold<'_> {
    pub(super) fn interest(&mut self, of: &InterestDeclared) {
        let place = self.place(of.item);
        let above = self.above(of.interest.classification());
        let Some(interest) = self.disclosed(&of.interest, place) else { return };
        let interest = interest.as_str().trim().trim_end_matches('.');
        let withdrew = if of.recused { format!(" {} left while it was decided.", of.name) } else { String::new() };
        let sentence = format!("{} declared an interest: {interest}.{withdrew}", of.name);
        self.print(place, HeadlinesBlock::Paragraph(sentences::with_mark(&sentence, above)));
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
