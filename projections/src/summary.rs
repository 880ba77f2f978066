//! One-line summaries of events for a reader with a given clearance.

use minutebook_domain::Event;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::{Classified, Clearance};
use minutebook_domain::committee::CommitteeEvent;
use minutebook_domain::correction::{Change, Correction, Marking};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::ItemLabel;
use minutebook_domain::token::TokenEvent;
use std::fmt::Display;

/// Returns what happened in one line. A text above the clearance is replaced by its mark, such as `[RED]`.
pub fn summary(event: &Event, clearance: Clearance) -> String {
    match event {
        Event::Committee(event) => committee(event, clearance),
        Event::Meeting(event) => meeting(event, clearance),
        Event::Action(event) => action(event, clearance),
        Event::Party(event) => party(event, clearance),
        Event::Token(event) => token(event, clearance),
    }
}

fn text<T: Display>(classified: &Classified<T>, clearance: Clearance) -> String {
    classified.disclose(clearance).map_or_else(|| format!("[{}]", classified.classification()), ToString::to_string)
}

/// Returns the text after a colon, or nothing.
fn note<T: Display>(classified: Option<&Classified<T>>, clearance: Clearance) -> String {
    classified.map_or_else(String::new, |note| format!(": {}", text(note, clearance)))
}

/// Returns the value after `before`, or nothing.
fn with<T: Display>(before: &str, value: Option<&T>) -> String {
    value.map_or_else(String::new, |value| format!("{before}{value}"))
}

fn joined<T: Display>(values: &[T], none: &str) -> String {
    if values.is_empty() { none.into() } else { values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ") }
}

fn corrected<E>(correction: &Correction<E>, clearance: Clearance, event: impl Fn(&E) -> String) -> String {
    let authority = correction.authority.as_ref().and_then(|authority| authority.disclose(clearance));
    let authority = with(" on the authority of ", authority);
    match &correction.change {
        Change::Marked(Marking { classification, field: None, .. }) => {
            format!("version {} marked {classification}{authority}", correction.version)
        }
        Change::Marked(Marking { classification, field: Some(field), .. }) => {
            format!("`{field}` of version {} marked {classification}{authority}", correction.version)
        }
        Change::Struck => format!("version {} struck{authority}", correction.version),
        Change::Replaced(by) => format!("version {} replaced{authority} by: {}", correction.version, event(by)),
        Change::Supplemented(by) => {
            format!("version {} supplemented{authority} with: {}", correction.version, event(by))
        }
    }
}

fn committee(event: &CommitteeEvent, clearance: Clearance) -> String {
    match event {
        CommitteeEvent::CommitteeEstablished(e) => format!("{}, {}, established", e.code, e.name),
        CommitteeEvent::MemberAppointed(e) => {
            format!("{} appointed{}", e.name, with(" for ", e.organisation.as_ref()))
        }
        CommitteeEvent::MemberRetired(e) => format!("{} retired", e.name),
        CommitteeEvent::EventCorrected(e) => corrected(e, clearance, |event| committee(event, clearance)),
    }
}

fn meeting(event: &MeetingEvent, clearance: Clearance) -> String {
    let item = |item: Option<ItemLabel>| with("item ", item.as_ref()) + if item.is_some() { ": " } else { "" };
    match event {
        MeetingEvent::MeetingConvened(e) => {
            format!(
                "meeting {} convened for {}{} ({})",
                e.reference,
                e.held_on,
                with(", ", e.venue.as_ref()),
                e.classification
            )
        }
        MeetingEvent::AttendanceRecorded(e) => {
            format!("{} attended as {}{}", e.name, e.capacity, with(", ", e.part.as_ref()))
        }
        MeetingEvent::ApologiesRecorded(e) => {
            format!("apologies from {}{}", e.name, with("; alternate: ", e.alternate.as_ref()))
        }
        MeetingEvent::InterestDeclared(e) => format!(
            "{}{} declared an interest{}: {}",
            item(e.item),
            e.name,
            if e.recused { " and withdrew" } else { "" },
            text(&e.interest, clearance)
        ),
        MeetingEvent::AgendaItemTabled(e) => {
            let mark = e.classification.map_or_else(String::new, |mark| format!(" ({mark})"));
            format!("item {} tabled: {}{mark}", e.number, text(&e.title, clearance))
        }
        MeetingEvent::ParagraphRecorded(e) => format!("{}{}", item(e.item), text(&e.text, clearance)),
        MeetingEvent::ListRecorded(e) => {
            let entries: Vec<String> = e.entries.iter().map(|entry| text(entry, clearance)).collect();
            format!("{}{}", item(e.item), entries.join("; "))
        }
        MeetingEvent::TableRecorded(e) => {
            let shape = e.table.disclose(clearance).map_or_else(
                || format!("[{}]", e.table.classification()),
                |table| format!("a table of {} rows: {}", table.rows.len(), table.header.join(", ")),
            );
            format!("{}{shape}", item(e.item))
        }
        MeetingEvent::MatterArisingNoted(e) => format!("matter arising {}: {}", e.number, text(&e.text, clearance)),
        MeetingEvent::DecisionRecorded(e) => format!(
            "{}decision D{}: {} {}{}{}{}{}",
            item(e.item),
            e.number,
            e.verb,
            text(&e.text, clearance),
            with("; recommended to ", e.recommended_to.as_ref()),
            with("; deferred to ", e.deferred_to.as_ref()),
            with("; delegated to ", e.delegated_to.as_ref()),
            if e.supersedes.is_empty() { String::new() } else { format!("; supersedes {}", joined(&e.supersedes, "")) },
        ),
        MeetingEvent::DecisionSuperseded(e) => {
            format!("{} {} by {}", e.decision, if e.rescinded { "rescinded" } else { "superseded" }, e.by)
        }
        MeetingEvent::MinutesDrafted(e) => format!("{} minutes ready{}", e.edition, with(": ", e.document.as_ref())),
        MeetingEvent::MinutesApproved(e) => {
            format!("{} minutes of {} approved {}", e.edition, e.minutes_of, e.outcome)
        }
        MeetingEvent::NextMeetingSet(e) => format!("next meeting on {}", e.on),
        MeetingEvent::MeetingClosed(_) => "meeting closed".into(),
        MeetingEvent::HeadlinesPublished(e) => format!("headlines published for {}, edition {}", e.audience, e.edition),
        MeetingEvent::MeetingCancelled(e) => {
            format!("meeting cancelled{}{}", with(" on ", e.cancelled_on.as_ref()), note(e.note.as_ref(), clearance))
        }
        MeetingEvent::MeetingPostponed(e) => format!(
            "meeting postponed to {}{}{}{}",
            e.to,
            with(" at ", e.starts_at.map(|at| at.format("%H:%M")).as_ref()),
            with(", ", e.venue.as_ref()),
            note(e.note.as_ref(), clearance)
        ),
        MeetingEvent::MeetingRenumbered(e) => {
            format!("meeting renumbered as {}{}", e.reference, note(e.note.as_ref(), clearance))
        }
        MeetingEvent::EventCorrected(e) => corrected(e, clearance, |event| meeting(event, clearance)),
    }
}

fn action(event: &ActionEvent, clearance: Clearance) -> String {
    match event {
        ActionEvent::ActionRaised(e) => format!(
            "{} raised: {} — {}{}",
            e.reference,
            text(&e.text, clearance),
            joined(&e.owners, "no owner"),
            with(", due ", e.due_on.as_ref())
        ),
        ActionEvent::ActionAssigned(e) => format!("assigned to {} on {}", joined(&e.owners, "nobody"), e.assigned_on),
        ActionEvent::ActionProgressed(e) => {
            let reported = e.reported.map_or("update", |reported| reported.word());
            format!("{reported} on {}{}", e.progressed_on, note(e.note.as_ref(), clearance))
        }
        ActionEvent::DueDateMoved(e) => format!("due date moved to {}{}", e.to, note(e.note.as_ref(), clearance)),
        ActionEvent::ActionCarriedForward(e) => {
            format!("carried forward{}{}", with(" to ", e.to.as_ref()), note(e.note.as_ref(), clearance))
        }
        ActionEvent::ActionCompleted(e) => {
            format!("complete on {}{}", e.completed_on, note(e.note.as_ref(), clearance))
        }
        ActionEvent::ActionReopened(e) => format!("reopened on {}{}", e.reopened_on, note(e.note.as_ref(), clearance)),
        ActionEvent::ActionWithdrawn(e) => {
            format!("withdrawn on {}{}", e.withdrawn_on, note(e.note.as_ref(), clearance))
        }
        ActionEvent::ActionSuperseded(e) => format!("superseded by {} on {}", e.by, e.superseded_on),
        ActionEvent::EventCorrected(e) => corrected(e, clearance, |event| action(event, clearance)),
    }
}

fn party(event: &PartyEvent, clearance: Clearance) -> String {
    match event {
        PartyEvent::PartyRegistered(e) => format!("{} registered ({})", e.name, e.category),
        PartyEvent::PartyIdentified(e) => format!("real name: {}", text(&e.real_name, clearance)),
        PartyEvent::StatusAgreed(e) => {
            let value = e.value.as_ref().map_or_else(|| "undisclosed".to_owned(), |value| text(value, clearance));
            format!("{} status agreed at {}: {value}", e.kind, e.meeting)
        }
        PartyEvent::StatusDeferred(e) => {
            format!("{} status deferred at {}{}", e.kind, e.meeting, with(" to ", e.deferred_to.as_ref()))
        }
        PartyEvent::EventCorrected(e) => corrected(e, clearance, |event| party(event, clearance)),
    }
}

fn token(event: &TokenEvent, clearance: Clearance) -> String {
    match event {
        TokenEvent::TokenIssued(e) => {
            let committees = e.committees.as_ref().map(|committees| joined(committees, "no committee"));
            format!(
                "token {} issued to {}: {} up to {}{}{}",
                e.id,
                text(&e.name, clearance),
                joined(&e.roles, "no role"),
                e.clearance,
                with(" for ", committees.as_ref()),
                with(", until ", e.expires_at.map(|at| at.format("%Y-%m-%d %H:%M:%SZ")).as_ref()),
            )
        }
        TokenEvent::TokenRevoked(e) => {
            format!("revoked{}", if e.compromised { ", as someone else may have had it" } else { "" })
        }
        TokenEvent::EventCorrected(e) => corrected(e, clearance, |event| token(event, clearance)),
    }
}
