//! A finding, before and after its event is located in the log.

use super::rule::LintRule;
use super::snapshot::EventLocator;
use crate::query::list::{ListField, ListItem, text};
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef};
use minutebook_domain::{Position, Source, StreamId};
use serde::Serialize;

/// A record that calls for attention, with its event and its line in the source document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The rule that found it.
    pub kind: LintRule,
    /// The finding in a few words.
    pub message: &'static str,
    /// The document from which the event was read; `None` for a live recording, and for readers who may not audit the
    /// committee.
    pub file: Option<String>,
    /// The line of the document, from 1.
    pub line: Option<u32>,
    /// The event's position in the log.
    pub position: Position,
    /// The event's stream.
    #[serde(serialize_with = "as_text")]
    pub stream: StreamId,
    /// The meeting of the record.
    pub meeting: Option<MeetingRef>,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The name of the record: `SSC_72_2702/D21`, `SSC72/01`.
    pub subject: String,
    /// The text of the record.
    pub text: String,
    /// How to resolve the finding.
    pub help: &'static str,
}

fn as_text<S: serde::Serializer>(stream: &StreamId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(stream)
}

/// A finding whose event has yet to be located.
pub(super) struct UnlocatedFinding {
    pub(super) kind: LintRule,
    pub(super) stream: StreamId,
    pub(super) event: EventLocator,
    pub(super) meeting: Option<MeetingRef>,
    pub(super) item: Option<ItemLabel>,
    pub(super) subject: String,
    pub(super) text: String,
}

impl UnlocatedFinding {
    pub(super) fn located(self, position: Position, source: Option<&Source>, committee: &CommitteeCode) -> LintFinding {
        let Self { kind, stream, meeting, item, subject, text, .. } = self;
        LintFinding {
            kind,
            message: kind.message(),
            help: kind.help(),
            file: source.and_then(|source| source.file.clone()),
            line: source.and_then(|source| source.first_line),
            position,
            stream,
            meeting,
            item,
            committee: committee.clone(),
            subject,
            text,
        }
    }
}

impl ListItem for LintFinding {
    const PLURAL: &'static str = "findings";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "position", value: |finding| finding.position.to_string() },
        ListField { name: "kind", value: |finding| finding.kind.name().to_owned() },
        ListField { name: "file", value: |finding| text(finding.file.as_ref()) },
        ListField { name: "line", value: |finding| text(finding.line.as_ref()) },
        ListField { name: "meeting", value: |finding| text(finding.meeting.as_ref()) },
        ListField { name: "item", value: |finding| text(finding.item.as_ref()) },
        ListField { name: "committee", value: |finding| finding.committee.to_string() },
        ListField { name: "subject", value: |finding| finding.subject.clone() },
        ListField { name: "text", value: |finding| finding.text.clone() },
    ];
}
