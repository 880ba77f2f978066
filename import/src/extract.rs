//! What a paragraph, a bullet or a cell says: its sentences' decisions, statuses, approvals, actions and deferrals.

use crate::block::RichText;
use crate::findings::Kind;
use crate::grammar::action::{self, Days, Written};
use crate::grammar::action_table::Columns;
use crate::grammar::action_update::{self, FoundUpdate};
use crate::grammar::sentence::{Unit, sentences};
use crate::grammar::token::{Token, begins, index_at, tokens};
use crate::grammar::verb::FoundDecision;
use crate::grammar::{address, classification, minutes, party, reference, status, time, verb};
use crate::headlines::{Action, Decision, Deferral, Minutes, Outcome, Progress, Record, Status, Update};
use crate::reader::Reader;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{ActionRef, PartyName};
use std::collections::BTreeSet;
use std::ops::Range;

/// The highest place that is given to an action without a reference, exclusive: a place has at most four digits.
const MAX_PLACE: u32 = 10_000;

/// How many parties one decision is about at most.
const MAX_SUBJECTS: usize = 64;

impl Reader {
    pub(crate) fn days(&self) -> Days {
        Days { held_on: self.headlines.held_on, next_meeting_on: self.headlines.next_meeting_on }
    }

    /// Reads a unit's sentences.
    pub(crate) fn extract(&mut self, unit: &Unit) {
        let found = classification::marked(unit.text());
        self.marked_higher(found.mark, unit.line_at(0), unit.text());
        let base = found.text.start;
        let body = &unit.text()[found.text.clone()];
        let ranges: Vec<Range<usize>> =
            sentences(body).into_iter().map(|range| range.start + base..range.end + base).collect();
        let words: Vec<Vec<Token<'_>>> =
            ranges.iter().map(|range| tokens(&unit.text()[range.clone()], range.start)).collect();
        let (committee, number) = (self.headlines.committee().clone(), self.headlines.reference.number());
        let starts: Vec<bool> = words
            .iter()
            .map(|words| action::start(&words[..words.len().min(24)], &committee, number).is_some())
            .collect();
        let mut at = 0;
        while at < ranges.len() {
            if starts[at] {
                let next = (at + 1..ranges.len()).find(|at| starts[*at]).unwrap_or(ranges.len());
                // The mark at the end belongs to the action that stands there.
                let end = ranges.get(next).map_or(unit.text().len(), |next| next.start);
                self.action_line(unit, ranges[at].start..end);
                at = next;
            } else {
                self.sentence(unit, &words[at]);
                at += 1;
            }
        }
        if words.first().and_then(|words| words.first()).is_some_and(|first| first.text == "ACTION" && !starts[0]) {
            self.not_understood(unit.line_at(0), unit.text());
        }
    }

    fn marked_higher(&mut self, mark: Option<Classification>, line: u32, text: &str) {
        let document = self.headlines.text_classification;
        if let Some(mark) = mark.filter(|mark| mark.rank() > document.rank()) {
            self.find(line, Kind::HigherClassification, &format!("{mark} in a document that is {document}: {text}"));
        }
    }

    fn action_line(&mut self, unit: &Unit, range: Range<usize>) {
        let text = unit.text()[range.clone()].trim_end();
        let lines = unit.lines(&range);
        let Some(line) =
            action::line(text, &self.headlines.committee().clone(), self.headlines.reference.number(), self.days())
        else {
            self.not_understood(lines.0, text);
            return;
        };
        let given = line.reference == Written::Missing;
        let reference = match line.reference {
            Written::Reference(reference) => Some(reference),
            Written::Place(place) => self.numbered(place),
            Written::Missing => self.next_free(),
        };
        let Some(reference) = reference else {
            self.not_understood(lines.0, text);
            return;
        };
        let seen = self.actions.get(&reference).copied().unwrap_or_default();
        let earlier = reference.meeting_number() < self.headlines.reference.number();
        if earlier || seen.raised || reference.committee() != self.headlines.committee() {
            self.restated(&reference, &line.text, lines, seen.raised);
            return;
        }
        if given {
            self.find(lines.0, Kind::ActionWithoutReference, &format!("recorded as {reference}: {}", line.text));
        }
        let item = self.item_number();
        let decision = self.current.as_ref().and_then(|current| current.promised.last().map(|promised| promised.2));
        let words = tokens(&line.text, 0);
        let parties = party::names(&party::all(&words));
        let references = self.references(&words, &parties);
        let (mark, owners, due_on, text) = (line.mark, line.owners, line.due_on, line.text);
        self.raise(Action { reference, text, owners, due_on, mark, item, decision, references }, lines);
    }

    fn numbered(&self, place: u32) -> Option<ActionRef> {
        format!("{}{}/{place:02}", self.headlines.committee(), self.headlines.reference.number()).parse().ok()
    }

    /// The first place that no action of the document has.
    fn next_free(&mut self) -> Option<ActionRef> {
        let (committee, number) = (self.headlines.committee(), self.headlines.reference.number());
        let place = |known: &ActionRef| {
            let ours = known.committee() == committee && known.meeting_number() == number;
            ours.then(|| known.to_string().rsplit_once('/')?.1.parse::<u32>().ok()).flatten()
        };
        // Every reference that the document writes was collected before; what is given counts up past those.
        let taken: BTreeSet<u32> = match self.last_given {
            0 => self.actions.keys().filter_map(place).collect(),
            _ => std::mem::take(&mut self.places),
        };
        let free = (self.last_given + 1..MAX_PLACE).find(|place| !taken.contains(place));
        self.places = taken;
        self.last_given = free.unwrap_or(MAX_PLACE);
        self.numbered(free?)
    }

    fn raise(&mut self, mut action: Action, lines: (u32, u32)) {
        if action.text.is_empty() {
            self.not_understood(lines.0, &action.reference.to_string());
            return;
        }
        if let Some(due) = action.due_on.filter(|due| *due < self.headlines.held_on) {
            self.find(
                lines.0,
                Kind::DateOutOfOrder,
                &format!("{} is due on {due}, before the meeting", action.reference),
            );
            action.due_on = None;
        }
        let about = format!("{}: {}", action.reference, action.text);
        if action.owners.is_empty() {
            self.find(lines.0, Kind::ActionWithoutOwner, &about);
        }
        if action.due_on.is_none() {
            self.find(lines.0, Kind::ActionWithoutDueDate, &about);
        }
        self.actions.entry(action.reference.clone()).or_default().raised = true;
        if let Some(current) = &mut self.current {
            current.raised = true;
        }
        self.record(Record::Action(action), lines);
    }

    /// An action line of an earlier meeting's action: its text, and perhaps what became of it.
    fn restated(&mut self, reference: &ActionRef, text: &str, lines: (u32, u32), raised_here: bool) {
        let words = tokens(text, 0);
        let (committee, held_on) = (self.headlines.committee().clone(), self.headlines.held_on);
        let progress = (0..words.len())
            .find_map(|at| action_update::progress(text, &words, at, &committee, held_on))
            .map(|(progress, _)| progress);
        if reference.committee() != &committee || (raised_here && progress.is_none()) {
            self.find(lines.0, Kind::ActionReferenceRefused, &format!("{reference}: {text}"));
            return;
        }
        let note = Some(text.to_owned()).filter(|text| !text.is_empty());
        self.update(reference.clone(), progress.unwrap_or(Progress::Ongoing), note, lines);
    }

    fn update(&mut self, reference: ActionRef, progress: Progress, note: Option<String>, lines: (u32, u32)) {
        let seen = self.actions.entry(reference.clone()).or_default();
        let refused = seen.ended != (progress == Progress::Reopened) && seen.ended;
        let itself = matches!(&progress, Progress::Superseded(by) if *by == reference);
        if refused || itself || (progress == Progress::Ongoing && note.is_none()) {
            let text = format!("{reference} cannot also be {}", progress.words());
            self.find(lines.0, Kind::ActionUpdateRefused, &text);
            return;
        }
        seen.ended = progress.ends_it();
        self.record(Record::Update(Update { reference, progress, note }), lines);
    }

    pub(crate) fn action_row(&mut self, row: &[RichText], columns: Columns) {
        let cell =
            |column: Option<usize>| column.and_then(|at| row.get(at)).map(RichText::on_one_line).unwrap_or_default();
        let line = row.iter().find(|cell| !cell.is_empty()).map_or((1, 1), RichText::lines);
        let named = cell(Some(columns.reference));
        let words = tokens(&named, 0);
        let committee = self.headlines.committee().clone();
        let at = usize::from(words.first().is_some_and(|t| t.is("action")));
        let found = reference::action(&words, at, &committee);
        let Some((reference, end)) = found else {
            let all: Vec<String> = row.iter().map(RichText::on_one_line).filter(|cell| !cell.is_empty()).collect();
            if !all.is_empty() {
                self.not_understood(line.0, &all.join(" | "));
            }
            return;
        };
        let status_text = cell(columns.status);
        let update = cell(columns.update);
        let progress = [&status_text, &update].into_iter().find_map(|text| self.progress_in(text));
        let ours =
            reference.meeting_number() == self.headlines.reference.number() && reference.committee() == &committee;
        let seen = self.actions.get(&reference).copied().unwrap_or_default();
        if ours && !seen.raised {
            let rest = named
                .get(words[end - 1].end()..)
                .unwrap_or_default()
                .trim_start_matches([':', ' ', '–', '-'])
                .to_owned();
            let described = if columns.text.is_some() { cell(columns.text) } else { rest };
            let marked = classification::marked(&described);
            let mark = classification::labels(&tokens(&cell(columns.mark), 0)).or(marked.mark);
            let text = described[marked.text].to_owned();
            let due_on = action::due(&tokens(&cell(columns.due), 0), self.days());
            let owners = action::owners_in(&cell(columns.owner)).unwrap_or_default();
            let item = self.item_number();
            let text_words = tokens(&text, 0);
            let references = self.references(&text_words, &party::names(&party::all(&text_words)));
            let action =
                Action { reference: reference.clone(), text, owners, due_on, mark, item, decision: None, references };
            self.raise(action, line);
            if let Some(progress) = progress.filter(|progress| !matches!(progress, Progress::Ongoing)) {
                self.update(reference, progress, Some(update).filter(|text| !text.is_empty()), line);
            }
            return;
        }
        let note = [update, status_text].into_iter().find(|text| !text.is_empty());
        if let Some(progress) = progress.or_else(|| note.is_some().then_some(Progress::Ongoing)) {
            self.update(reference, progress, note, line);
        }
    }

    fn progress_in(&self, text: &str) -> Option<Progress> {
        let words = tokens(text, 0);
        let (committee, held_on) = (self.headlines.committee(), self.headlines.held_on);
        (0..words.len())
            .find_map(|at| action_update::progress(text, &words, at, committee, held_on))
            .map(|found| found.0)
    }

    fn sentence(&mut self, unit: &Unit, words: &[Token<'_>]) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let range = first.start..last.end();
        let lines = unit.lines(&range);
        let held_on = self.headlines.held_on;
        let committee = self.headlines.committee().clone();
        let said = &unit.text()[range.clone()];

        let updates = action_update::updates(unit.text(), words, &committee, held_on);
        let mut decisions = verb::decisions(unit.text(), words);
        if !updates.is_empty() {
            // `Action SSC71/04 was WITHDRAWN` is an update; the committee's own verb would be another.
            let of_action = |verb: Verb| matches!(verb, Verb::Withdrawn | Verb::Superseded);
            decisions.retain(|decision| !of_action(decision.verb));
        }
        for FoundUpdate { reference, progress, offset } in updates {
            let line = unit.line_at(offset);
            self.update(reference, progress, Some(said.to_owned()), (line, lines.1.max(line)));
        }
        if decisions.is_empty() {
            self.set_status(unit, words, lines);
            if let Some(to) = action_update::put_off_to(words, held_on, self.headlines.next_meeting_on) {
                let deferral = Deferral { line: lines.0, item: self.item_number(), to, text: said.to_owned() };
                self.find(lines.0, Kind::DeferredToMeeting, &format!("to {to}: {said}"));
                self.headlines.deferrals.push(deferral);
            }
        }
        let sentence_parties = party::all(words);
        for decision in &decisions {
            self.decision(unit, words, decision, &sentence_parties, lines);
        }
        if let Some(stated) = action_update::of_all_actions(words) {
            self.headlines.outstanding_actions.get_or_insert(stated);
        }
        let closes = (0..words.len()).find(|at| {
            begins(words, *at, &["closed", "the", "meeting"])
                || begins(words, *at, &["meeting", "closed"])
                || begins(words, *at, &["meeting", "ended"])
                || begins(words, *at, &["meeting", "was", "closed"])
        });
        if let Some(times) = closes.and_then(|at| time::first(&words[at..])) {
            self.headlines.closed_at = Some(times.starts);
        }
        self.remember(words);
    }

    /// What later sentences of the item refer back to.
    fn remember(&mut self, words: &[Token<'_>]) {
        let held_on = self.headlines.held_on;
        let Some(current) = &mut self.current else { return };
        if words.iter().any(|t| t.is_any(&["minutes", "meeting"])) {
            let days = minutes::earlier_days(words, held_on);
            if !days.is_empty() {
                current.days = days;
            }
        }
        current.comments = minutes::comments_received(words).or(current.comments);
    }

    fn decision(
        &mut self,
        unit: &Unit,
        words: &[Token<'_>],
        found: &FoundDecision,
        in_sentence: &[party::FoundParty],
        lines: (u32, u32),
    ) {
        let about = &words[found.about.start.min(words.len())..found.about.end.min(words.len())];
        let (held_on, next) = (self.headlines.held_on, self.headlines.next_meeting_on);
        let line = unit.line_at(found.offset);
        let subjects = self.subjects(found, in_sentence);
        let recommended_to =
            (found.verb == Verb::Recommended).then(|| address::recommended_to(unit.text(), about)).flatten();
        let deferred_to = (found.verb == Verb::Deferred).then(|| address::deferred_to(about, held_on, next)).flatten();
        let delegated_to = (found.verb == Verb::Delegated).then(|| address::delegated_to(unit.text(), about)).flatten();
        let said = format!("{} {}", found.verb, found.text);
        if found.verb == Verb::Recommended && recommended_to.is_none() {
            self.find(line, Kind::RecommendationUnaddressed, &said);
        }
        if let Some(to) = deferred_to {
            self.find(line, Kind::DeferredToMeeting, &format!("to {to}: {said}"));
        }
        self.decisions += 1;
        let number = self.decisions;
        let references = self.references(about, &subjects);
        let decision = Decision {
            number,
            item: self.item_number(),
            verb: found.verb,
            text: found.text.clone(),
            subjects: subjects.clone(),
            recommended_to,
            deferred_to,
            delegated_to,
            passage: unit.passage_at(found.offset),
            references,
        };
        self.record(Record::Decision(decision), lines);
        if found.verb == Verb::Agreed && promises(about) {
            if let Some(current) = &mut self.current {
                current.promised.push((line, found.text.clone(), number));
            } else {
                self.find(line, Kind::AgreedWithoutAction, &said);
            }
        }
        self.approve_minutes(words, found, about, lines);
        self.agree_status(unit, found, about, &subjects, deferred_to, number, lines);
    }

    /// The parties that a decision is about: those named in its part of the sentence, else in the sentence, else, where
    /// the item is the assessment of a party, that party.
    fn subjects(&self, found: &FoundDecision, in_sentence: &[party::FoundParty]) -> Vec<PartyName> {
        let named: Vec<party::FoundParty> = in_sentence
            .iter()
            .filter(|party| party.tokens.start >= found.about.start && party.tokens.end <= found.about.end)
            .cloned()
            .collect();
        let mut subjects = party::names(if named.is_empty() { in_sentence } else { &named });
        if subjects.is_empty()
            && let Some(current) = self.current.as_ref().filter(|current| current.assessment.is_some())
        {
            subjects.clone_from(&current.parties);
        }
        subjects.truncate(MAX_SUBJECTS);
        subjects
    }

    fn approve_minutes(&mut self, words: &[Token<'_>], found: &FoundDecision, about: &[Token<'_>], lines: (u32, u32)) {
        let as_record = (0..about.len()).any(|at| {
            begins(about, at, &["as", "written"]) || begins(about, at, &["true"]) || begins(about, at, &["accurate"])
        });
        let approves =
            matches!(found.verb, Verb::Approved | Verb::Ratified) || (found.verb == Verb::Agreed && as_record);
        if !approves {
            return;
        }
        let held_on = self.headlines.held_on;
        let before = &words[..index_at(words, found.offset)];
        let mut earlier = minutes::earlier_days(before, held_on);
        if earlier.is_empty()
            && let Some(current) = &self.current
        {
            earlier.clone_from(&current.days);
        }
        let remembered = self.current.as_ref().and_then(|current| current.comments);
        let comments_received = minutes::comments_received(words).or(remembered);
        for approval in minutes::approvals(about, held_on, &earlier) {
            let Some(minutes_of) = approval.minutes_of else {
                self.find(lines.0, Kind::MinutesWithoutDate, &found.text);
                continue;
            };
            if !self.minutes_approved.insert((minutes_of, approval.edition)) {
                continue;
            }
            let amended = approval.outcome == MinutesOutcome::SubjectToAmendments;
            let amendments = minutes::amendments(&found.text).filter(|_| amended).map(str::to_owned);
            let record = Minutes {
                minutes_of,
                edition: approval.edition,
                outcome: approval.outcome,
                amendments: amendments.into_iter().collect(),
                comments_received,
            };
            self.record(Record::Minutes(record), lines);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one decision's")]
    fn agree_status(
        &mut self,
        unit: &Unit,
        found: &FoundDecision,
        about: &[Token<'_>],
        subjects: &[PartyName],
        deferred_to: Option<chrono::NaiveDate>,
        decision: u32,
        lines: (u32, u32),
    ) {
        let Some(kind) = status::kind(about) else { return };
        let defers = about.iter().any(|t| t.is_any(&["defer", "postpone"]));
        let agrees = matches!(found.verb, Verb::Agreed | Verb::Approved | Verb::Ratified | Verb::Endorsed);
        let outcome = match found.verb {
            Verb::Deferred => Outcome::Deferred(deferred_to),
            _ if agrees && defers => {
                let to = address::deferred_to(about, self.headlines.held_on, self.headlines.next_meeting_on);
                Outcome::Deferred(to)
            }
            _ if agrees => Outcome::Agreed(status::value(unit.text(), about)),
            _ => return,
        };
        self.status(kind, outcome, subjects, about, Some(decision), lines);
    }

    /// A status set without an upper-case verb: `The SSC set the Assurance Status for … as Approved.`
    fn set_status(&mut self, unit: &Unit, words: &[Token<'_>], lines: (u32, u32)) {
        let sets = words.iter().any(|t| t.is("set"));
        let (true, Some(kind), Some(value)) = (sets, status::kind(words), status::value(unit.text(), words)) else {
            return;
        };
        let mut parties = party::names(&party::all(words));
        if parties.is_empty()
            && let Some(current) = &self.current
        {
            parties.clone_from(&current.parties);
        }
        parties.truncate(MAX_SUBJECTS);
        self.status(kind, Outcome::Agreed(Some(value)), &parties, words, None, lines);
    }

    fn status(
        &mut self,
        kind: StatusKind,
        outcome: Outcome,
        subjects: &[PartyName],
        about: &[Token<'_>],
        decision: Option<u32>,
        lines: (u32, u32),
    ) {
        let mut parties = subjects.to_vec();
        if parties.is_empty() && about.iter().any(|t| t.text == "DCC") {
            parties.extend("DCC".parse::<PartyName>());
        }
        // No list of compliance statuses is published; of assurance statuses the code has four.
        let known =
            |value: &String| kind == StatusKind::Compliance || !matches!(value.as_str(), "Compliant" | "Non-Compliant");
        let outcome = match outcome {
            Outcome::Agreed(value) => Outcome::Agreed(value.filter(known)),
            deferred @ Outcome::Deferred(_) => deferred,
        };
        let assessment = self.current.as_ref().and_then(|current| current.assessment);
        let fits = match assessment {
            Some(Assessment::Full) => kind == StatusKind::Assurance,
            Some(Assessment::Verification) => kind == StatusKind::Compliance,
            _ => true,
        };
        if !fits {
            self.find(lines.0, Kind::StatusRefused, &format!("no {kind} status follows from the item's assessment"));
        }
        self.register(&parties, lines);
        for party in parties {
            if !self.statuses.insert((party.clone(), kind)) {
                self.find(lines.0, Kind::StatusRefused, &format!("the {kind} status of {party} was dealt with above"));
                continue;
            }
            let status = Status {
                party,
                kind,
                outcome: outcome.clone(),
                assessment: assessment.filter(|_| fits),
                item: self.item_number(),
                decision,
            };
            self.record(Record::Status(status), lines);
        }
    }
}

/// Whether what was agreed is that something be done.
fn promises(about: &[Token<'_>]) -> bool {
    let defers = about.iter().any(|t| t.is_any(&["defer", "postpone", "set"]));
    let to_do = about.first().is_some_and(|t| t.is("to"));
    let that = about.first().is_some_and(|t| t.is("that"));
    let will = about.iter().take(16).any(|t| t.is_any(&["will", "would", "should", "shall", "must"]));
    (to_do && !defers) || (that && will)
}
