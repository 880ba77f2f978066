//! Approvals of minutes and statuses of parties, which follow from decisions.

use super::HeadlinesReader;
use super::sentences::MAX_SUBJECTS;
use crate::findings::ImportFindingKind;
use crate::grammar::sentence::TextUnit;
use crate::grammar::token::{TextToken, begins, index_at};
use crate::grammar::verb::FoundDecision;
use crate::grammar::{address, minutes, party, status};
use crate::headlines::{ParsedMinutes, ParsedRecord, ParsedStatus, StatusOutcome};
use minutebook_domain::meeting::{MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::PartyName;

impl HeadlinesReader {
    pub(super) fn approve_minutes(
        &mut self,
        words: &[TextToken<'_>],
        found: &FoundDecision,
        about: &[TextToken<'_>],
        lines: (u32, u32),
    ) {
        let as_record = (0..about.len()).any(|at| {
            begins(about, at, &["as", "written"])
                || about[at].is_any(&["true", "accurate", "correct"])
                || (begins(about, at, &["to", "approve"]) && about.iter().any(|t| t.is("minutes")))
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
        // `… the Draft Minutes and the Confidential Draft Minutes, and the SSC APPROVED both as written.`
        let named = about.iter().any(|t| t.is("minutes"));
        let both = !named && as_record && before.iter().any(|t| t.is("minutes"));
        let approved = if both { minutes::approvals(words, held_on, &earlier) } else { Vec::new() };
        for approval in minutes::approvals(about, held_on, &earlier).into_iter().chain(approved) {
            let Some(minutes_of) = approval.minutes_of else {
                self.find(lines.0, ImportFindingKind::MinutesWithoutDate, &found.text);
                continue;
            };
            if !self.minutes_approved.insert((minutes_of, approval.edition)) {
                continue;
            }
            let amended = approval.outcome == MinutesOutcome::SubjectToAmendments;
            let amendments = if amended { minutes::amendments(&found.text) } else { Vec::new() };
            if amended && amendments.is_empty() {
                self.find(lines.0, ImportFindingKind::AmendmentsMissing, &found.text);
            }
            let record = ParsedMinutes {
                minutes_of,
                edition: approval.edition,
                outcome: approval.outcome,
                amendments: amendments.into_iter().map(str::to_owned).collect(),
                comments_received,
            };
            self.record(ParsedRecord::Minutes(record), lines);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one decision's")]
    pub(super) fn agree_status(
        &mut self,
        unit: &TextUnit,
        found: &FoundDecision,
        about: &[TextToken<'_>],
        subjects: &[PartyName],
        deferred_to: Option<chrono::NaiveDate>,
        decision: u32,
        lines: (u32, u32),
    ) {
        let Some(kind) = status::kind(about) else { return };
        let defers = about.iter().any(|t| t.is_any(&["defer", "postpone"]));
        let agrees = matches!(found.verb, Verb::Agreed | Verb::Approved | Verb::Ratified | Verb::Endorsed);
        let outcome = match found.verb {
            Verb::Deferred => StatusOutcome::Deferred(deferred_to),
            _ if agrees && defers => {
                let to = address::deferred_to(about, self.headlines.held_on, self.headlines.next_meeting_on);
                StatusOutcome::Deferred(to)
            }
            _ if agrees => StatusOutcome::Agreed(status::value(unit.text(), about)),
            _ => return,
        };
        self.status(kind, outcome, subjects, about, Some(decision), lines);
    }

    /// Reads a status set without a verb in capitals: `The SSC set the Assurance Status for … as Approved.`
    pub(super) fn set_status(&mut self, unit: &TextUnit, words: &[TextToken<'_>], lines: (u32, u32)) {
        let sets = words.iter().any(|t| t.is_any(&["set", "confirmed"]));
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
        self.status(kind, StatusOutcome::Agreed(Some(value)), &parties, words, None, lines);
    }

    fn status(
        &mut self,
        kind: StatusKind,
        outcome: StatusOutcome,
        subjects: &[PartyName],
        about: &[TextToken<'_>],
        decision: Option<u32>,
        lines: (u32, u32),
    ) {
        let mut parties = subjects.to_vec();
        if parties.is_empty() && about.iter().any(|t| t.text == "DCC") {
            parties.extend("DCC".parse::<PartyName>());
        }
        // The code defines four assurance statuses; it publishes no list of compliance statuses.
        let known =
            |value: &String| kind == StatusKind::Compliance || !matches!(value.as_str(), "Compliant" | "Non-Compliant");
        let outcome = match outcome {
            StatusOutcome::Agreed(value) => StatusOutcome::Agreed(value.filter(known)),
            deferred @ StatusOutcome::Deferred(_) => deferred,
        };
        let assessment = self.current.as_ref().and_then(|current| current.assessment.clone());
        let fits = match &assessment {
            Some(Assessment::Full) => kind == StatusKind::Assurance,
            Some(Assessment::Verification) => kind == StatusKind::Compliance,
            _ => true,
        };
        if !fits {
            self.find(
                lines.0,
                ImportFindingKind::StatusRefused,
                &format!("the item's assessment leads to no {kind} status"),
            );
        }
        self.register(&parties, lines);
        for party in parties {
            if !self.statuses.insert((party.clone(), kind)) {
                self.find(
                    lines.0,
                    ImportFindingKind::StatusRefused,
                    &format!("the {kind} status of {party} is already recorded"),
                );
                continue;
            }
            let status = ParsedStatus {
                party,
                kind,
                outcome: outcome.clone(),
                assessment: assessment.clone().filter(|_| fits),
                item: self.item_number(),
                decision,
            };
            self.record(ParsedRecord::Status(status), lines);
        }
    }
}
