//! The rules for a meeting's events.

use super::calendar_rules::ensure_carries_date;
use super::events::{DecisionRecorded, DecisionSuperseded, MeetingConvened, MinutesApproved, MinutesDrafted};
use super::{Convened, Meeting, MeetingEvent};
use crate::correction::Correctable;
use crate::local_time::is_in_order;
use crate::reference::{ItemLabel, Name};
use crate::rejection::{Rejection, ensure};
use crate::rules::{LiveRecording, Rules};
use crate::words::{MinutesOutcome, Verb};
use std::collections::BTreeSet;
use std::fmt::Display;

impl Rules for Meeting {
    type Event = MeetingEvent;

    // A document may have been recorded under the reference of a meeting that it is not of.
    const FIRST_MAY_BE_STRUCK: bool = true;

    fn number(&self, event: &mut MeetingEvent) {
        let next = |kind: Numbered| self.given_out[kind as usize].saturating_add(1);
        if let MeetingEvent::AgendaItemTabled(item) = event
            && item.number == ItemLabel::NEXT
        {
            item.number = next(Numbered::Item).into();
        }
        if let Some((kind, number)) = number_of(event)
            && *number == 0
        {
            *number = next(kind);
        }
    }

    fn renumber(by: &mut MeetingEvent, corrected: &MeetingEvent) -> Result<(), Rejection> {
        let kept = |kept: &dyn Display, number: &dyn Display| {
            Rejection::new(
                "number-kept",
                format!("the corrected event has number {kept}, and its replacement {number}"),
                "leave the number out, or strike the event and record another",
            )
        };
        if let (MeetingEvent::AgendaItemTabled(by), MeetingEvent::AgendaItemTabled(item)) = (&mut *by, corrected) {
            if by.number == ItemLabel::NEXT {
                by.number = item.number;
            }
            return ensure(by.number == item.number, || kept(&item.number, &by.number));
        }
        let mut corrected = corrected.clone();
        let (Some((_, number)), Some((_, own))) = (number_of(by), number_of(&mut corrected)) else { return Ok(()) };
        if *number == 0 {
            *number = *own;
        }
        ensure(number == own, || kept(own, number))
    }

    fn reserve(&mut self, event: &MeetingEvent) {
        self.is_marked_anew |= event.as_correction().is_some_and(|correction| correction.change.only_marks());
        // A supplement has a number too.
        let Some(event) = event.or_correcting() else { return };
        if let MeetingEvent::AgendaItemTabled(item) = event {
            let highest = &mut self.given_out[Numbered::Item as usize];
            *highest = (*highest).max(item.number.number().unwrap_or_default());
        }
        if let Some((kind, number)) = number_of(&mut event.clone()) {
            self.given_out[kind as usize] = self.given_out[kind as usize].max(*number);
        }
    }

    fn admit(&self, event: &MeetingEvent) -> Result<(), Rejection> {
        if let MeetingEvent::MeetingConvened(meeting) = event {
            return self.admit_convening(meeting);
        }
        let Some(convened) = &self.convened else {
            return Err(Rejection::not_begun(
                "meeting-convened-first",
                "the meeting is not convened",
                "convene it first",
            ));
        };
        if self.cancelled {
            return self.admit_after_cancellation(event);
        }
        if self.closed {
            return self.admit_after_close(event);
        }
        match event {
            MeetingEvent::AttendanceRecorded(attendance) => self.admit_person(&attendance.name),
            MeetingEvent::ApologiesRecorded(apologies) => self.admit_person(&apologies.name),
            MeetingEvent::InterestDeclared(interest) => {
                ensure(self.attending.contains(&interest.name), || {
                    Rejection::new(
                        "interest-of-someone-present",
                        format!("{} is not recorded as attending", interest.name),
                        "record the attendance first",
                    )
                })?;
                self.admit_item(interest.item)
            }
            MeetingEvent::AgendaItemTabled(item) => self.admit_new_item(item.number),
            MeetingEvent::ParagraphRecorded(paragraph) => self.admit_passage(paragraph.passage, paragraph.item),
            MeetingEvent::ListRecorded(list) => {
                ensure(!list.entries.is_empty(), || {
                    Rejection::new("list-has-entries", "the list has no entries", "at least one entry")
                })?;
                self.admit_passage(list.passage, list.item)
            }
            MeetingEvent::TableRecorded(table) => self.admit_passage(table.passage, table.item),
            MeetingEvent::MatterArisingNoted(matter) => {
                self.admit_item(matter.item)?;
                unused(&self.matters, matter.number, "matter-number-used-once", "matter arising")
            }
            MeetingEvent::DecisionRecorded(decision) => self.admit_decision(decision, convened),
            MeetingEvent::DecisionSuperseded(superseded) => self.admit_supersession(superseded, convened),
            MeetingEvent::MinutesDrafted(minutes) => admit_draft(minutes, convened),
            MeetingEvent::MinutesApproved(minutes) => self.admit_approval(minutes, convened),
            MeetingEvent::NextMeetingSet(next) => ensure(next.on > convened.held_on, || {
                Rejection::new(
                    "next-meeting-later",
                    format!("the next meeting cannot be on {}, when this one is on {}", next.on, convened.held_on),
                    format!("a date after {}", convened.held_on),
                )
            }),
            MeetingEvent::HeadlinesPublished(_) => Err(Rejection::new(
                "published-after-close",
                "the headlines of an open meeting cannot be published",
                "close the meeting first",
            )),
            MeetingEvent::MeetingCancelled(cancelled) => self.admit_cancellation(cancelled, convened),
            MeetingEvent::MeetingPostponed(postponed) => self.admit_postponement(postponed, convened),
            MeetingEvent::MeetingRenumbered(renumbered) => self.admit_renumbering(renumbered, convened),
            MeetingEvent::MeetingClosed(_) | MeetingEvent::MeetingConvened(_) | MeetingEvent::EventCorrected(_) => {
                Ok(())
            }
        }
    }

    fn admit_live(&self, event: &MeetingEvent, live: LiveRecording) -> Result<(), Rejection> {
        let happens_there = matches!(
            event,
            MeetingEvent::AttendanceRecorded(_) | MeetingEvent::DecisionRecorded(_) | MeetingEvent::MinutesApproved(_)
        );
        let still_to_come = self.convened.as_ref().filter(|convened| convened.held_on > live.today);
        if let Some(convened) = still_to_come.filter(|_| happens_there && !live.planned) {
            return Err(Rejection::new(
                "meeting-has-begun",
                format!("the meeting of {} lies in the future", convened.held_on),
                "what has happened, or a plan: `--planned`, or `planned=true` over HTTP",
            ));
        }
        let MeetingEvent::MinutesApproved(minutes) = event else { return Ok(()) };
        ensure(minutes.minutes_of <= live.today, || {
            Rejection::new(
                "minutes-of-a-meeting-held",
                format!("minutes of {} cannot be approved: that meeting is still to come", minutes.minutes_of),
                format!("a date up to {}", live.today),
            )
        })?;
        ensure(minutes.outcome != MinutesOutcome::SubjectToAmendments || !minutes.amendments.is_empty(), || {
            Rejection::new(
                "amendments-given",
                format!("the minutes of {} are approved subject to amendments, and none is given", minutes.minutes_of),
                "at least one amendment, or the outcome `as written`",
            )
        })
    }

    fn evolve(&mut self, event: &MeetingEvent) {
        match event {
            MeetingEvent::MeetingConvened(meeting) => {
                self.convened = Some(Box::new(Convened {
                    reference: meeting.reference.clone(),
                    renumbered: Vec::new(),
                    first: (meeting.held_on, meeting.starts_at),
                    held_on: meeting.held_on,
                    starts_at: meeting.starts_at,
                    ends_at: meeting.ends_at,
                    classification: meeting.classification,
                }));
            }
            MeetingEvent::AttendanceRecorded(attendance) => {
                self.attending.insert(attendance.name.clone());
            }
            MeetingEvent::ApologiesRecorded(apologies) => {
                self.apologies.insert(apologies.name.clone());
            }
            MeetingEvent::AgendaItemTabled(item) => {
                self.items.insert(item.number);
            }
            MeetingEvent::ParagraphRecorded(paragraph) => {
                self.passages.insert(paragraph.passage);
            }
            MeetingEvent::ListRecorded(list) => {
                self.passages.insert(list.passage);
            }
            MeetingEvent::TableRecorded(table) => {
                self.passages.insert(table.passage);
            }
            MeetingEvent::MatterArisingNoted(matter) => {
                self.matters.insert(matter.number);
            }
            MeetingEvent::DecisionRecorded(decision) => {
                self.decisions.insert(decision.number, false);
            }
            MeetingEvent::DecisionSuperseded(superseded) => {
                self.decisions.insert(superseded.decision.number(), true);
            }
            MeetingEvent::MinutesApproved(minutes) => {
                self.minutes_approved.push((minutes.minutes_of, minutes.edition, minutes.outcome));
            }
            MeetingEvent::NextMeetingSet(next) => self.next_meeting_on = Some(next.on),
            MeetingEvent::MeetingClosed(_) => self.closed = true,
            MeetingEvent::MeetingCancelled(_) => self.cancelled = true,
            MeetingEvent::MeetingPostponed(postponed) => {
                if let Some(convened) = &mut self.convened {
                    convened.held_on = postponed.to;
                    convened.ends_at = postponed.ends_after(convened.ends_at);
                    convened.starts_at = postponed.starts_at.or(convened.starts_at);
                }
            }
            MeetingEvent::MeetingRenumbered(renumbered) => {
                if let Some(convened) = &mut self.convened {
                    convened.renumbered.push(renumbered.reference.clone());
                }
            }
            MeetingEvent::HeadlinesPublished(published) => self.editions_published = published.edition,
            MeetingEvent::InterestDeclared(_) | MeetingEvent::MinutesDrafted(_) | MeetingEvent::EventCorrected(_) => {}
        }
    }
}

/// The parts of a record that are numbered within a meeting.
#[derive(Clone, Copy)]
enum Numbered {
    Item,
    Passage,
    Matter,
    Decision,
    Edition,
}

fn number_of(event: &mut MeetingEvent) -> Option<(Numbered, &mut u32)> {
    match event {
        MeetingEvent::ParagraphRecorded(passage) => Some((Numbered::Passage, &mut passage.passage)),
        MeetingEvent::ListRecorded(passage) => Some((Numbered::Passage, &mut passage.passage)),
        MeetingEvent::TableRecorded(passage) => Some((Numbered::Passage, &mut passage.passage)),
        MeetingEvent::MatterArisingNoted(matter) => Some((Numbered::Matter, &mut matter.number)),
        MeetingEvent::DecisionRecorded(decision) => Some((Numbered::Decision, &mut decision.number)),
        MeetingEvent::HeadlinesPublished(edition) => Some((Numbered::Edition, &mut edition.edition)),
        _ => None,
    }
}

/// Admits a number from 1 that is not in `used`.
fn unused(used: &BTreeSet<u32>, number: u32, rule: &'static str, what: &str) -> Result<(), Rejection> {
    ensure(number > 0 && !used.contains(&number), || {
        let next = used.last().map_or(1, |last| last.saturating_add(1));
        Rejection::already_recorded(
            rule,
            format!("{what} {number} is already recorded"),
            format!("the next free number is {next}"),
        )
    })
}

/// Minutes are drafted on the day of the meeting or later; the meeting may be open or closed.
fn admit_draft(minutes: &MinutesDrafted, convened: &Convened) -> Result<(), Rejection> {
    ensure(minutes.drafted_on >= convened.held_on, || {
        Rejection::new(
            "minutes-drafted-after-meeting",
            format!("the meeting of {} cannot have been minuted on {}", convened.held_on, minutes.drafted_on),
            format!("a date from {}", convened.held_on),
        )
    })
}

impl Meeting {
    fn admit_convening(&self, meeting: &MeetingConvened) -> Result<(), Rejection> {
        ensure(self.convened.is_none(), || {
            Rejection::already_recorded(
                "meeting-convened-once",
                format!("meeting {} is already convened", meeting.reference),
                "correct the earlier event to change its date, time or place",
            )
        })?;
        ensure_carries_date(&meeting.reference, meeting.held_on)?;
        let in_order = meeting.starts_at.zip(meeting.ends_at).is_none_or(|(start, end)| is_in_order(start, end));
        ensure(in_order, || {
            Rejection::new(
                "ends-after-start",
                "the meeting ends before it starts",
                "an end later than the start, or after midnight and within twelve hours",
            )
        })
    }

    /// After the close the record changes only by correction. Drafts, supersessions and publications still follow.
    fn admit_after_close(&self, event: &MeetingEvent) -> Result<(), Rejection> {
        match (event, &self.convened) {
            (MeetingEvent::EventCorrected(_), _) => Ok(()),
            (MeetingEvent::MinutesDrafted(minutes), Some(convened)) => admit_draft(minutes, convened),
            (MeetingEvent::MeetingRenumbered(renumbered), Some(convened)) => {
                self.admit_renumbering(renumbered, convened)
            }
            (MeetingEvent::MeetingCancelled(cancelled), Some(convened)) => self.admit_cancellation(cancelled, convened),
            (MeetingEvent::MeetingPostponed(postponed), Some(convened)) => self.admit_postponement(postponed, convened),
            (MeetingEvent::DecisionSuperseded(superseded), Some(convened)) => {
                self.admit_supersession(superseded, convened)
            }
            (MeetingEvent::HeadlinesPublished(published), Some(convened)) => {
                ensure(published.published_on >= convened.held_on, || {
                    Rejection::new(
                        "published-after-meeting",
                        format!("headlines of {} cannot be published on {}", convened.held_on, published.published_on),
                        format!("a date from {}", convened.held_on),
                    )
                })?;
                ensure(published.edition == self.editions_published + 1, || {
                    Rejection::new(
                        "editions-in-order",
                        format!("edition {} does not follow edition {}", published.edition, self.editions_published),
                        format!("edition {}", self.editions_published + 1),
                    )
                })
            }
            (MeetingEvent::MeetingClosed(_), Some(convened)) => Err(Rejection::already_recorded(
                "meeting-closed-once",
                format!("meeting {} is already closed", self.reference().unwrap_or(&convened.reference)),
                "correct the closing to change its time: `minutebook record correction … --event closed`",
            )),
            _ => Err(Rejection::new(
                "meeting-open",
                format!("the meeting is closed: no {} can be added to its record", event.event_type()),
                "a correction that adds it: `minutebook record correction EVENT --supplement`, with a reason",
            )),
        }
    }

    fn admit_person(&self, name: &Name) -> Result<(), Rejection> {
        let known = if self.attending.contains(name) {
            "attending"
        } else if self.apologies.contains(name) {
            "having sent apologies"
        } else {
            return Ok(());
        };
        Err(Rejection::already_recorded(
            "person-recorded-once",
            format!("{name} is already recorded as {known}"),
            "correct the earlier event to change it",
        ))
    }

    fn admit_item(&self, item: Option<ItemLabel>) -> Result<(), Rejection> {
        let Some(number) = item else { return Ok(()) };
        ensure(self.items.contains(&number), || {
            let tabled: Vec<String> = self.items.iter().map(ItemLabel::to_string).collect();
            Rejection::not_begun(
                "item-tabled-first",
                format!("agenda item {number} is not tabled"),
                if tabled.is_empty() { "table it first".into() } else { format!("one of: {}", tabled.join(", ")) },
            )
        })
    }

    fn admit_new_item(&self, label: ItemLabel) -> Result<(), Rejection> {
        ensure(label != ItemLabel::NEXT && !self.items.contains(&label), || {
            let next = self.items.iter().filter_map(|item| item.number()).max().unwrap_or(0).saturating_add(1);
            Rejection::already_recorded(
                "item-number-used-once",
                format!("agenda item {label} is already recorded"),
                format!("the next free number is {next}"),
            )
        })
    }

    fn admit_passage(&self, passage: u32, item: Option<ItemLabel>) -> Result<(), Rejection> {
        self.admit_item(item)?;
        unused(&self.passages, passage, "passage-number-used-once", "passage")
    }

    fn admit_decision(&self, decision: &DecisionRecorded, convened: &Convened) -> Result<(), Rejection> {
        self.admit_item(decision.item)?;
        ensure(decision.number > 0 && !self.decisions.contains_key(&decision.number), || {
            Rejection::already_recorded(
                "decision-number-used-once",
                format!("decision {} is already recorded", decision.number),
                format!(
                    "the next free number is {}",
                    self.decisions.keys().last().map_or(1, |last| last.saturating_add(1))
                ),
            )
        })?;
        for (given, verb, what) in [
            (decision.recommended_to.is_some(), Verb::Recommended, "a body that it is recommended to"),
            (decision.deferred_to.is_some(), Verb::Deferred, "a meeting that it is deferred to"),
            (decision.delegated_to.is_some(), Verb::Delegated, "a body that it is delegated to"),
        ] {
            ensure(!given || decision.verb == verb, || {
                Rejection::new(
                    "verb-fits-decision",
                    format!("a decision {} does not name {what}", decision.verb),
                    format!("only one {verb} does"),
                )
            })?;
        }
        ensure(decision.deferred_to.is_none_or(|to| to > convened.held_on), || {
            Rejection::new(
                "deferred-to-later",
                "a matter cannot be deferred to a past day",
                format!("a date after {}", convened.held_on),
            )
        })?;
        let supersedes_itself = decision
            .supersedes
            .iter()
            .any(|earlier| *earlier.meeting() == convened.reference && !self.decisions.contains_key(&earlier.number()));
        ensure(!supersedes_itself, || {
            Rejection::new(
                "supersedes-earlier",
                "a decision can supersede only one that was recorded before it",
                "the id of an earlier decision",
            )
        })
    }

    fn admit_supersession(&self, superseded: &DecisionSuperseded, convened: &Convened) -> Result<(), Rejection> {
        let ours = *superseded.decision.meeting() == convened.reference;
        let stands = ours.then(|| self.decisions.get(&superseded.decision.number())).flatten();
        match stands {
            None => Err(Rejection::new(
                "superseded-decision-recorded",
                format!("{} is no decision of {}", superseded.decision, convened.reference),
                format!("one of its decisions, 1 to {}", self.decisions.len()),
            )),
            Some(true) => Err(Rejection::already_recorded(
                "superseded-once",
                format!("{} is already superseded", superseded.decision),
                "a decision that is not superseded",
            )),
            Some(false) => ensure(superseded.by != superseded.decision, || {
                Rejection::new("supersedes-earlier", "a decision cannot supersede itself", "the id of another decision")
            }),
        }
    }

    fn admit_approval(&self, minutes: &MinutesApproved, convened: &Convened) -> Result<(), Rejection> {
        ensure(minutes.committee == *convened.reference.committee(), || {
            Rejection::new(
                "own-minutes",
                format!(
                    "a meeting of {} cannot approve minutes of {}",
                    convened.reference.committee(),
                    minutes.committee
                ),
                "the committee's own minutes",
            )
        })?;
        ensure(minutes.minutes_of < convened.held_on, || {
            Rejection::new(
                "minutes-of-a-meeting-held",
                format!(
                    "minutes of {} cannot be approved on {}: that meeting was not yet held",
                    minutes.minutes_of, convened.held_on
                ),
                format!("a date before {}", convened.held_on),
            )
        })?;
        let already = self
            .minutes_approved
            .iter()
            .any(|(of, edition, _)| (*of, *edition) == (minutes.minutes_of, minutes.edition));
        ensure(!already, || {
            Rejection::already_recorded(
                "minutes-approved-once",
                format!(
                    "the {} minutes of {} are already approved at this meeting",
                    minutes.edition, minutes.minutes_of
                ),
                "correct the earlier event",
            )
        })?;
        ensure(minutes.amendments.is_empty() || minutes.outcome == MinutesOutcome::SubjectToAmendments, || {
            Rejection::new(
                "amendments-fit-outcome",
                "minutes approved as written have no amendments",
                "the outcome `subject to amendments`",
            )
        })
    }
}
