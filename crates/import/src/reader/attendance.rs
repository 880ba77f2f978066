//! Attendance and apologies: in lines, in lists under a label, and in tables.

use super::HeadlinesReader;
use crate::block::{ListEntry, RichText};
use crate::findings::ImportFindingKind;
use crate::grammar::attendance::{self, ListedPerson, RollKind};
use crate::headlines::{ParsedAttendee, ParsedRecord};
use crate::layout::{DocumentPart, TextRole};
use minutebook_domain::meeting::Capacity;

impl HeadlinesReader {
    /// Whether a roll is expected here: before the first item, or in an item about attendance.
    fn rolls_stand_here(&self, in_front: bool) -> bool {
        in_front || self.current.as_ref().is_some_and(|current| current.about_attendance)
    }

    /// Reads a paragraph that is a roll, or the label of the list that follows. Returns whether it was one.
    pub(super) fn roll(&mut self, text: &RichText, next: Option<&DocumentPart>, in_front: bool) -> bool {
        if !self.rolls_stand_here(in_front) {
            return false;
        }
        let lines: Vec<&str> = text.as_str().split('\n').collect();
        let Some((label, names)) = attendance::labelled(lines[0]) else { return false };
        if names.is_empty() && lines.len() == 1 {
            let leads = matches!(next, Some(DocumentPart::List(_) | DocumentPart::Text(TextRole::Paragraph, _)));
            if leads {
                self.paragraph(text);
                self.calling = Some(label);
            }
            return leads;
        }
        self.paragraph(text);
        let (mut start, mut offset) = (0, 0);
        // A paragraph may hold several rolls, each beginning a line.
        for (at, line) in lines.iter().enumerate() {
            let after = offset + line.len() + 1;
            if lines.get(at + 1).is_none_or(|next| attendance::labelled(next).is_some()) {
                let segment = text.slice(start..(after - 1).min(text.as_str().len()));
                if let Some((roll, names)) = attendance::labelled(segment.as_str()) {
                    self.call(roll, names, segment.lines());
                }
                start = after;
            }
            offset = after;
        }
        true
    }

    /// Reads the names under a label that stood alone.
    pub(super) fn called(&mut self, text: &RichText) {
        if let Some(roll) = self.calling {
            self.call(roll, text.as_str(), text.lines());
        }
    }

    /// Reads a list under a label, one person an entry. Returns whether a label was open.
    pub(super) fn called_list(&mut self, entries: &[ListEntry]) -> bool {
        let Some(roll) = self.calling.take() else { return false };
        for entry in entries {
            let one = entry.text.on_one_line();
            // `Ada Marsh, Large Suppliers` is one person: the comma does not separate two.
            if let Some((own, names)) = attendance::labelled(&one).filter(|(_, names)| !names.is_empty()) {
                self.call(own, names, entry.text.lines());
                continue;
            }
            let bracketed = match (one.split_once(", "), one.split_once("), ")) {
                (_, Some((named, rest))) => format!("{named}; {rest})"),
                (Some((name, rest)), _) if !one.contains('(') => format!("{name} ({rest})"),
                _ => one,
            };
            self.call(roll, &bracketed, entry.text.lines());
        }
        true
    }

    /// Reads a table with a column of names and one of capacities or attendance. Returns whether it was one.
    pub(super) fn roll_table(&mut self, header: &[String], rows: &[Vec<RichText>], in_front: bool) -> bool {
        if !self.rolls_stand_here(in_front) {
            return false;
        }
        let column = |names: &[&str]| {
            header.iter().position(|title| names.iter().any(|name| title.trim().eq_ignore_ascii_case(name)))
        };
        let Some(name) = column(&["name", "attendee", "member", "present", "in attendance", "apologies"]) else {
            return false;
        };
        let of =
            column(&["representing", "organisation", "organization", "company", "constituency", "category", "party"]);
        let by_title = attendance::labelled(&header[name]).map(|found| found.0);
        for row in rows {
            let cell = |at: usize| row.get(at).map(RichText::on_one_line).unwrap_or_default();
            let Some(lines) = row.get(name).filter(|cell| !cell.is_empty()).map(RichText::lines) else { continue };
            // Any column besides the name and the organisation may give the capacity.
            let how = (0..row.len()).filter(|at| *at != name && Some(*at) != of).map(cell);
            let said = how.filter_map(|how| roll_of(&how)).next_back();
            let roll = said.or(by_title).unwrap_or(RollKind::Attended(Capacity::Member));
            let body = of.map(cell).filter(|body| !body.is_empty());
            let written = body.map_or_else(|| cell(name), |body| format!("{} ({body})", cell(name)));
            self.call(roll, &written, lines);
        }
        true
    }

    fn call(&mut self, roll: RollKind, names: &str, lines: (u32, u32)) {
        let (people, unread) = attendance::people(names);
        for part in unread {
            self.not_understood(lines.0, &part.replace('\n', " "));
        }
        for ListedPerson { name, organisation, capacity, part, alternate } in people {
            if !self.people.insert(name.clone()) {
                self.find(lines.0, ImportFindingKind::PersonRepeated, name.as_str());
                continue;
            }
            let record = match roll {
                RollKind::SentApologies => ParsedRecord::Apologies(name, organisation, alternate),
                RollKind::Attended(called) => {
                    let capacity = capacity.unwrap_or(called);
                    ParsedRecord::Attendance(ParsedAttendee { name, organisation, capacity, part })
                }
            };
            self.record(record, lines);
        }
    }
}

fn roll_of(cell: &str) -> Option<RollKind> {
    let cell = cell.trim().to_lowercase();
    let known = attendance::labelled(&cell).map(|found| found.0);
    known.or_else(|| attendance::capacity(&cell).map(RollKind::Attended))
}
