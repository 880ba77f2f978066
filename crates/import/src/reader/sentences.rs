//! The sentences of a paragraph, bullet or cell: decisions, statuses, approvals, actions and deferrals.

use super::HeadlinesReader;
use crate::findings::ImportFindingKind;
use crate::grammar::action::{self, MeetingDays};
use crate::grammar::action_update::{self, FoundUpdate};
use crate::grammar::promise::promises_to_act;
use crate::grammar::sentence::{TextUnit, sentences};
use crate::grammar::token::{TextToken, begins, tokens};
use crate::grammar::verb::FoundDecision;
use crate::grammar::{address, classification, minutes, party, reference, supersession, time, verb};
use crate::headlines::{ActionProgress, ParsedDecision, ParsedDeferral, ParsedRecord};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::PartyName;
use std::ops::Range;

/// The most parties of one decision.
pub(super) const MAX_SUBJECTS: usize = 64;

impl HeadlinesReader {
    pub(crate) fn days(&self) -> MeetingDays {
        MeetingDays { held_on: self.headlines.held_on, next_meeting_on: self.headlines.next_meeting_on }
    }

    /// Reads a unit's sentences.
    pub(crate) fn extract(&mut self, unit: &TextUnit) {
        let found = classification::marked(unit.text());
        self.marked_higher(found.mark, unit.line_at(0), unit.text());
        let base = found.text.start;
        let body = &unit.text()[found.text.clone()];
        let ranges: Vec<Range<usize>> =
            sentences(body).into_iter().map(|range| range.start + base..range.end + base).collect();
        let words: Vec<Vec<TextToken<'_>>> =
            ranges.iter().map(|range| tokens(&unit.text()[range.clone()], range.start)).collect();
        let (committee, number) = (self.headlines.committee().clone(), self.headlines.number());
        if self.followed_up(unit, &words) {
            return;
        }
        let starts: Vec<bool> = words
            .iter()
            .map(|words| action::start(&words[..words.len().min(24)], &committee, number).is_some())
            .collect();
        let mut at = 0;
        while at < ranges.len() {
            if starts[at] {
                let next = (at + 1..ranges.len()).find(|at| starts[*at]).unwrap_or(ranges.len());
                // A mark at the end of the unit belongs to its last action.
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

    /// Reads a text about one earlier action in which some sentence gives its status: `SSC71/01 – SECAS to draft
    /// guidance. Status: Closed`. Returns whether it was one.
    fn followed_up(&mut self, unit: &TextUnit, sentences: &[Vec<TextToken<'_>>]) -> bool {
        let committee = self.headlines.committee().clone();
        let Some(first) = sentences.first().filter(|_| sentences.len() > 1) else { return false };
        let Some((reference, _)) = reference::beginning(first, &committee) else { return false };
        let earlier = reference.committee() == &committee && reference.meeting_number() < self.headlines.number();
        let decides = |words: &Vec<TextToken<'_>>| {
            !verb::decisions(unit.text(), words, unit.bold_verbs(), &verb::VerbStyle::Marked).is_empty()
        };
        let words: Vec<TextToken<'_>> = sentences.iter().flatten().copied().collect();
        let held_on = self.headlines.held_on;
        let stated: Vec<ActionProgress> = (0..words.len())
            .filter_map(|at| action_update::progress(unit.text(), &words, at, &committee, held_on))
            .map(|(progress, _)| progress)
            .collect();
        let others = reference::actions(&words, &committee).iter().filter(|(found, _)| *found != reference).count();
        let by_another = stated.iter().any(|progress| matches!(progress, ActionProgress::Superseded(_)));
        if !earlier || stated.is_empty() || others > usize::from(by_another) || sentences.iter().any(decides) {
            return false;
        }
        let told = stated.iter().find(|progress| **progress != ActionProgress::Ongoing).unwrap_or(&stated[0]);
        let lines = unit.lines(&(0..unit.text().len()));
        self.update(reference, told.clone(), Some(unit.text().to_owned()), lines);
        true
    }

    fn marked_higher(&mut self, mark: Option<Classification>, line: u32, text: &str) {
        let document = self.headlines.text_classification;
        if let Some(mark) = mark.filter(|mark| mark.rank() > document.rank()) {
            self.find(
                line,
                ImportFindingKind::HigherClassification,
                &format!("{mark} in a {document} document: {text}"),
            );
        }
    }

    fn sentence(&mut self, unit: &TextUnit, words: &[TextToken<'_>]) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let range = first.start..last.end();
        let lines = unit.lines(&range);
        let held_on = self.headlines.held_on;
        let committee = self.headlines.committee().clone();
        let said = &unit.text()[range.clone()];

        let updates = action_update::updates(unit.text(), words, &committee, held_on);
        let mut decisions = verb::decisions(unit.text(), words, unit.bold_verbs(), &self.writing);
        if !updates.is_empty() {
            // `Action SSC71/04 was WITHDRAWN` updates the action; it is not also a decision.
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
                let deferral = ParsedDeferral { line: lines.0, item: self.item_number(), to, text: said.to_owned() };
                self.find(lines.0, ImportFindingKind::DeferredToMeeting, &format!("to {to}: {said}"));
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

    /// Remembers what later sentences of the item refer back to.
    fn remember(&mut self, words: &[TextToken<'_>]) {
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
        unit: &TextUnit,
        words: &[TextToken<'_>],
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
            self.find(line, ImportFindingKind::RecommendationUnaddressed, &said);
        }
        if let Some(to) = deferred_to {
            self.find(line, ImportFindingKind::DeferredToMeeting, &format!("to {to}: {said}"));
        }
        self.decisions += 1;
        let number = self.decisions;
        let references = self.references(about, &subjects);
        let decision = ParsedDecision {
            number,
            item: self.item_number(),
            verb: found.verb,
            text: found.text.clone(),
            subjects: subjects.clone(),
            recommended_to,
            deferred_to,
            delegated_to,
            supersedes: supersession::superseded(about, held_on),
            passage: unit.passage_at(found.offset),
            references,
        };
        self.record(ParsedRecord::Decision(decision), lines);
        if found.verb == Verb::Agreed && promises_to_act(about) {
            if let Some(current) = &mut self.current {
                current.promised.push((line, found.text.clone(), number));
            } else {
                self.find(line, ImportFindingKind::AgreedWithoutAction, &said);
            }
        }
        self.approve_minutes(words, found, about, lines);
        self.agree_status(unit, found, about, &subjects, deferred_to, number, lines);
    }

    /// Returns the parties that a decision concerns: those in its part of the sentence, else in the sentence, else
    /// those of the item's title if the item assesses a party.
    fn subjects(&self, found: &FoundDecision, in_sentence: &[party::FoundParty]) -> Vec<PartyName> {
        let named: Vec<party::FoundParty> = in_sentence
            .iter()
            .filter(|party| party.tokens.start >= found.about.start && party.tokens.end <= found.about.end)
            .cloned()
            .collect();
        let mut subjects = party::names(if named.is_empty() { in_sentence } else { &named });
        if subjects.is_empty()
            && let Some(current) =
                self.current.as_ref().filter(|current| current.assessment.is_some() || current.about_status)
        {
            subjects.clone_from(&current.parties);
        }
        subjects.truncate(MAX_SUBJECTS);
        subjects
    }
}
