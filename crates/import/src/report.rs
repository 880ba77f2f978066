//! The report that `import --format json` prints for a document of headlines.

use crate::findings::{ImportFinding, UnrecognisedText};
use crate::headlines::{ParsedAttendee, ParsedHeadlines, ParsedRecord, StatusOutcome};
use chrono::{NaiveDate, NaiveTime};
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::{Capacity, MinutesEdition, MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{
    ActionRef, CommitteeCode, DecisionId, MeetingRef, Name, PartyCategory, PartyName, Reference,
};
use serde::Serialize;

/// The report of one document. [`report`] leaves `file`, `sha256`, `already_imported`, `events_appended` and
/// `corrections` for the caller to set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The file's name.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether the ledger already holds this file.
    pub already_imported: bool,
    /// The number of events that were recorded.
    pub events_appended: u64,
    /// The number of corrections that bring an earlier import of the meeting to this document; absent for a first
    /// import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrections: Option<u64>,
    /// What each audience newly reads, where the document adds to a meeting that is recorded already. An audience that reads no
    /// more than the one below it is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub newly_visible: Vec<AudienceReport>,
    /// The meeting's reference.
    pub meeting: MeetingRef,
    /// The edition that the document is a version of: `headlines WHITE`, `minutes RED`.
    pub edition: String,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The committee's full name; null if the document gives only its code.
    pub committee_name: Option<Name>,
    /// The meeting's number.
    pub number: u32,
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The time it began, such as `10:00`.
    pub starts_at: Option<String>,
    /// The time it ended, such as `16:00`.
    pub ends_at: Option<String>,
    /// The place of the meeting.
    pub venue: Option<Name>,
    /// The classification that the document states.
    pub classification: Option<Classification>,
    /// The day of the next meeting.
    pub next_meeting_on: Option<NaiveDate>,
    /// The people who attended.
    pub attendance: Vec<AttendeeReport>,
    /// The people who sent apologies.
    pub apologies: Vec<ApologyReport>,
    /// The agenda items.
    pub items: Vec<ItemReport>,
    /// The matters arising.
    pub matters_arising: Vec<MatterReport>,
    /// The decisions.
    pub decisions: Vec<DecisionReport>,
    /// The minutes that were approved.
    pub minutes_approved: Vec<MinutesReport>,
    /// The statuses that were agreed or deferred.
    pub statuses: Vec<StatusReport>,
    /// The new actions.
    pub actions: Vec<ActionReport>,
    /// The updates of earlier actions.
    pub action_updates: Vec<UpdateReport>,
    /// What the document says of all outstanding actions at once.
    pub outstanding_actions: Option<&'static str>,
    /// The parties, in the order of their first mention.
    pub parties: Vec<PartyName>,
    /// The category of each party.
    pub party_categories: std::collections::BTreeMap<String, PartyCategory>,
    /// The other references: modifications, sections of the code, meetings.
    pub references: Vec<Reference>,
    /// The matters put off to a later meeting without a decision.
    pub deferrals: Vec<DeferralReport>,
    /// The text that was not understood.
    pub unrecognised: Vec<UnrecognisedText>,
    /// The findings.
    pub findings: Vec<ImportFinding>,
}

/// What an import makes known to an audience.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AudienceReport {
    /// The audience.
    pub audience: Classification,
    /// The number of events that it newly knows of.
    pub events: usize,
    /// The number of texts that it newly reads.
    pub texts: usize,
    /// The actions, parties and decisions among them.
    pub references: Vec<String>,
}

/// A person who attended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct AttendeeReport {
    pub name: Name,
    pub organisation: Option<Name>,
    pub capacity: Capacity,
    pub part: Option<Name>,
}

/// A person who sent apologies.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct ApologyReport {
    pub name: Name,
    pub organisation: Option<Name>,
    pub alternate: Option<Name>,
}

/// An agenda item.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct ItemReport {
    pub number: u32,
    pub title: String,
    pub classification: Option<Classification>,
}

/// A matter arising.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct MatterReport {
    pub text: String,
    pub classification: Option<Classification>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct DecisionReport {
    pub verb: Verb,
    pub item: Option<u32>,
    pub text: String,
    pub subjects: Vec<PartyName>,
    pub recommended_to: Option<Name>,
    pub deferred_to: Option<NaiveDate>,
    pub delegated_to: Option<Name>,
    pub supersedes: Vec<DecisionId>,
}

/// The approval of one set of minutes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct MinutesReport {
    pub minutes_of: NaiveDate,
    pub edition: MinutesEdition,
    pub outcome: MinutesOutcome,
    pub amendments: Vec<String>,
    pub comments_received: Option<bool>,
}

/// A status of a party.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct StatusReport {
    pub party: PartyName,
    pub kind: StatusKind,
    pub value: Option<String>,
    /// Whether the status was deferred. `deferred_to` is null if no day was given.
    pub deferred: bool,
    pub deferred_to: Option<NaiveDate>,
    pub assessment: Option<Assessment>,
    pub item: Option<u32>,
}

/// A new action.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct ActionReport {
    pub reference: ActionRef,
    pub text: String,
    pub owners: Vec<Name>,
    pub due_on: Option<NaiveDate>,
    pub classification: Option<Classification>,
    pub item: Option<u32>,
}

/// An update of an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct UpdateReport {
    pub reference: ActionRef,
    pub status: &'static str,
}

/// A matter put off without a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it, as in the documented shape")]
pub struct DeferralReport {
    pub line: u32,
    pub item: Option<u32>,
    pub deferred_to: NaiveDate,
    pub text: String,
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Builds the report of a document.
pub fn report(headlines: &ParsedHeadlines) -> FileReport {
    let mut report = empty(headlines);
    let mut seen = std::collections::BTreeSet::new();
    for placed in &headlines.records {
        add(&mut report, &placed.record);
        let mentioned = match &placed.record {
            ParsedRecord::Item(item) => &item.references,
            ParsedRecord::Paragraph(passage, _)
            | ParsedRecord::List(passage, ..)
            | ParsedRecord::Table(passage, ..) => &passage.references,
            _ => continue,
        };
        // Parties and actions are listed in fields of their own.
        let other = |found: &&Reference| {
            let text = found.as_str();
            let is_party = |party: PartyName| party.category().is_of_the_code();
            !text.parse().is_ok_and(is_party) && text.parse::<ActionRef>().is_err()
        };
        let new = mentioned.iter().filter(other).filter(|found| seen.insert((*found).clone()));
        report.references.extend(new.cloned());
    }
    report
}

fn empty(headlines: &ParsedHeadlines) -> FileReport {
    let deferral = |deferral: &crate::headlines::ParsedDeferral| DeferralReport {
        line: deferral.line,
        item: deferral.item,
        deferred_to: deferral.to,
        text: deferral.text.clone(),
    };
    FileReport {
        file: String::new(),
        sha256: String::new(),
        already_imported: false,
        events_appended: 0,
        corrections: None,
        newly_visible: Vec::new(),
        meeting: headlines.reference.clone(),
        edition: headlines.edition().name(),
        committee: headlines.committee().clone(),
        committee_name: headlines.committee_name.clone(),
        number: headlines.number(),
        held_on: headlines.held_on,
        starts_at: headlines.starts_at.map(clock),
        ends_at: headlines.ends_at.map(clock),
        venue: headlines.venue.clone(),
        classification: headlines.classification,
        next_meeting_on: headlines.next_meeting_on,
        attendance: Vec::new(),
        apologies: Vec::new(),
        items: Vec::new(),
        matters_arising: Vec::new(),
        decisions: Vec::new(),
        minutes_approved: Vec::new(),
        statuses: Vec::new(),
        actions: Vec::new(),
        action_updates: Vec::new(),
        outstanding_actions: headlines.outstanding_actions,
        parties: Vec::new(),
        party_categories: std::collections::BTreeMap::new(),
        references: Vec::new(),
        deferrals: headlines.deferrals.iter().map(deferral).collect(),
        unrecognised: headlines.unrecognised.clone(),
        findings: headlines.findings.clone(),
    }
}

fn add(report: &mut FileReport, record: &ParsedRecord) {
    match record {
        ParsedRecord::Attendance(attendee) => {
            let ParsedAttendee { name, organisation, capacity, part } = attendee.clone();
            report.attendance.push(AttendeeReport { name, organisation, capacity, part });
        }
        ParsedRecord::Apologies(name, organisation, alternate) => {
            let (name, organisation, alternate) = (name.clone(), organisation.clone(), alternate.clone());
            report.apologies.push(ApologyReport { name, organisation, alternate });
        }
        ParsedRecord::Item(item) => {
            let (number, title) = (item.number, item.title.clone());
            report.items.push(ItemReport { number, title, classification: item.mark });
        }
        ParsedRecord::Matter(matter) => {
            report.matters_arising.push(MatterReport { text: matter.text.clone(), classification: matter.mark });
        }
        ParsedRecord::Decision(decision) => report.decisions.push(DecisionReport {
            verb: decision.verb,
            item: decision.item,
            text: decision.text.clone(),
            subjects: decision.subjects.clone(),
            recommended_to: decision.recommended_to.clone(),
            deferred_to: decision.deferred_to,
            delegated_to: decision.delegated_to.clone(),
            supersedes: decision.supersedes.clone(),
        }),
        ParsedRecord::Minutes(minutes) => report.minutes_approved.push(MinutesReport {
            minutes_of: minutes.minutes_of,
            edition: minutes.edition,
            outcome: minutes.outcome,
            amendments: minutes.amendments.clone(),
            comments_received: minutes.comments_received,
        }),
        ParsedRecord::Party(name) => {
            report.party_categories.insert(name.to_string(), name.category().clone());
            report.parties.push(name.clone());
        }
        ParsedRecord::Status(status) => {
            let (value, deferred_to) = match &status.outcome {
                StatusOutcome::Agreed(value) => (value.clone(), None),
                StatusOutcome::Deferred(to) => (None, *to),
            };
            report.statuses.push(StatusReport {
                party: status.party.clone(),
                kind: status.kind,
                value,
                deferred: matches!(status.outcome, StatusOutcome::Deferred(_)),
                deferred_to,
                assessment: status.assessment.clone(),
                item: status.item,
            });
        }
        ParsedRecord::Action(action) => report.actions.push(ActionReport {
            reference: action.reference.clone(),
            text: action.text.clone(),
            owners: action.owners.clone(),
            due_on: action.due_on,
            classification: action.mark,
            item: action.item,
        }),
        ParsedRecord::Update(update) => report
            .action_updates
            .push(UpdateReport { reference: update.reference.clone(), status: update.progress.words() }),
        ParsedRecord::Paragraph(..)
        | ParsedRecord::List(..)
        | ParsedRecord::Table(..)
        | ParsedRecord::NextMeeting(_) => {}
    }
}
