//! Headlines as JSON, with the names that the command line and the API share.

use crate::present::footer::Footer;
use crate::present::times;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, DecisionId, ItemLabel, MeetingRef, Name, PartyName};
use minutebook_projections::headlines::{HeadlinesBlock, MeetingDocument, clock_time};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    reference: &'a MeetingRef,
    committee: &'a str,
    number: Option<u32>,
    held_on: NaiveDate,
    starts_at: Option<String>,
    ends_at: Option<String>,
    venue: Option<&'a Name>,
    classification: Classification,
    cancelled: bool,
    postponed_from: Option<NaiveDate>,
    next_meeting_on: Option<NaiveDate>,
    /// The highest classification of the document and its texts.
    holds: Classification,
    front: Vec<Content<'a>>,
    items: Vec<Item<'a>>,
    trailing: Vec<Content<'a>>,
    decisions: Vec<Decision<'a>>,
    matters_arising: Vec<Matter<'a>>,
    actions: Vec<Action<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<Rendered>,
}

#[derive(Serialize)]
struct Rendered {
    audience: Classification,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    position: minutebook_domain::Position,
    root: String,
    rendered_at: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Content<'a> {
    Title {
        text: &'a str,
    },
    Reference {
        text: &'a str,
    },
    Paragraph {
        text: &'a str,
    },
    List {
        ordered: bool,
        entries: &'a [String],
        #[serde(skip_serializing_if = "<[u32]>::is_empty")]
        depths: &'a [u32],
    },
    Table {
        header: &'a [String],
        rows: &'a [Vec<String>],
    },
}

#[derive(Serialize)]
struct Item<'a> {
    number: ItemLabel,
    title: &'a str,
    classification: Option<Classification>,
    content: Vec<Content<'a>>,
}

#[derive(Serialize)]
struct Decision<'a> {
    id: &'a DecisionId,
    verb: &'a str,
    text: &'a str,
    item: Option<ItemLabel>,
    subjects: &'a [PartyName],
    recommended_to: Option<&'a Name>,
    deferred_to: Option<NaiveDate>,
    supersedes: &'a [DecisionId],
    superseded_by: Option<&'a DecisionId>,
    classification: Classification,
}

#[derive(Serialize)]
struct Matter<'a> {
    item: Option<ItemLabel>,
    text: &'a str,
    classification: Option<Classification>,
}

#[derive(Serialize)]
struct Action<'a> {
    reference: &'a ActionRef,
    text: &'a str,
    owners: &'a [Name],
    due_on: Option<NaiveDate>,
    item: Option<ItemLabel>,
    classification: Option<Classification>,
}

/// The document, on several lines.
pub fn json(document: &MeetingDocument, footer: Option<&Footer>) -> Result<String, serde_json::Error> {
    let of = &document.particulars;
    let items = document.items.iter().map(|item| Item {
        number: item.number,
        title: &item.title,
        classification: item.mark,
        content: contents(&item.content),
    });
    let decisions = document.decisions.iter().map(|decision| Decision {
        id: &decision.id,
        verb: decision.verb.word(),
        text: &decision.text,
        item: decision.item,
        subjects: &decision.subjects,
        recommended_to: decision.recommended_to.as_ref(),
        deferred_to: decision.deferred_to,
        supersedes: &decision.supersedes,
        superseded_by: decision.superseded_by.as_ref(),
        classification: decision.classification,
    });
    let matters = document.matters.iter().map(|matter| Matter {
        item: matter.item,
        text: &matter.text,
        classification: matter.mark,
    });
    let actions = document.actions.iter().map(|action| Action {
        reference: &action.reference,
        text: &action.text,
        owners: &action.owners,
        due_on: action.due_on,
        item: action.item,
        classification: action.mark,
    });
    serde_json::to_string_pretty(&Document {
        reference: &of.reference,
        committee: of.committee().as_str(),
        number: of.reference.number(),
        held_on: of.held_on,
        starts_at: of.starts_at.map(clock_time),
        ends_at: of.ends_at.map(clock_time),
        venue: of.venue.as_ref(),
        classification: of.classification,
        cancelled: of.cancelled,
        postponed_from: of.postponed_from,
        next_meeting_on: document.next_meeting_on,
        holds: document.holds,
        front: contents(&document.front),
        items: items.collect(),
        trailing: contents(&document.trailing),
        decisions: decisions.collect(),
        matters_arising: matters.collect(),
        actions: actions.collect(),
        footer: footer.map(|footer| Rendered {
            audience: footer.audience,
            as_of: footer.as_of.map(times::exact),
            position: footer.position,
            root: footer.root.to_string(),
            rendered_at: times::exact(footer.rendered_at),
        }),
    })
}

fn contents(blocks: &[HeadlinesBlock]) -> Vec<Content<'_>> {
    blocks.iter().map(content).collect()
}

fn content(block: &HeadlinesBlock) -> Content<'_> {
    match block {
        HeadlinesBlock::Title(text) => Content::Title { text },
        HeadlinesBlock::Reference(text) => Content::Reference { text },
        HeadlinesBlock::Paragraph(text) => Content::Paragraph { text },
        HeadlinesBlock::List { ordered, entries, depths } => Content::List { ordered: *ordered, entries, depths },
        HeadlinesBlock::Table { header, rows } => Content::Table { header, rows },
    }
}
