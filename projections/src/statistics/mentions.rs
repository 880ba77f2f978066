//! How many actions, decisions and matters mention each reference, over time.

use super::series::{Series, changes};
use super::span::CountedSpan;
use minutebook_domain::classification::Clearance;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What mentions a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionKind {
    /// An action.
    Action,
    /// A decision.
    Decision,
    /// A matter arising.
    Matter,
}

/// The references that a row mentions, each as often as it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedMentions {
    /// What the row is.
    pub kind: MentionKind,
    /// The references.
    pub names: Arc<[String]>,
}

/// The numbers of actions, decisions and matters that mention each reference over time, as a reader knows them.
#[derive(Debug, Clone, Default)]
pub struct MentionTally(BTreeMap<String, [Series; 3]>);

impl MentionTally {
    /// Sums up spans.
    pub fn of<'s>(spans: impl IntoIterator<Item = &'s CountedSpan<CountedMentions>>, clearance: Clearance) -> Self {
        let mut by_name: BTreeMap<&str, [Vec<(i64, i32)>; 3]> = BTreeMap::new();
        for span in spans.into_iter().filter(|span| span.counts_for(clearance)) {
            for name in span.value.names.iter() {
                let [actions, decisions, matters] = by_name.entry(name).or_default();
                let of_kind = match span.value.kind {
                    MentionKind::Action => actions,
                    MentionKind::Decision => decisions,
                    MentionKind::Matter => matters,
                };
                of_kind.extend(changes(span.valid.clone(), 1));
            }
        }
        Self(by_name.into_iter().map(|(name, changes)| (name.to_owned(), changes.map(Series::of))).collect())
    }

    /// Returns the references that are mentioned at a moment, with the numbers of actions, decisions and matters.
    pub fn at(&self, moment: i64) -> impl Iterator<Item = (&str, [u32; 3])> {
        let numbers = move |series: &[Series; 3]| series.each_ref().map(|series| series.at(moment));
        let counted = self.0.iter().map(move |(name, series)| (name.as_str(), numbers(series)));
        counted.filter(|(_, numbers)| numbers.iter().any(|number| *number > 0))
    }
}
