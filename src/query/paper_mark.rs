//! The classification of a paper that is made of several lists.
//!
//! The marks of its texts are not enough: an event may have a higher mark than its text, and a title's own mark is in no list.
//! So the paper has the lowest level whose readers are told the same.

use super::clearances::ClearanceByCommittee;
use super::read_query::{CommitteeScope, ReadQuery};
use minutebook_domain::classification::{Classification, Clearance, Scheme};

/// Returns the highest classification that the query's reader may see.
pub(super) fn own_mark(query: &ReadQuery) -> Classification {
    let committee = query.committee.as_ref();
    committee.map_or(query.clearances.everywhere(), |code| query.clearances.of(code)).highest()
}

/// Returns the query of a reader for each level from the highest of `marks` to below the query's own, the lowest first.
pub(super) fn lower_readers(
    query: &ReadQuery,
    scopes: &[CommitteeScope],
    marks: impl IntoIterator<Item = Classification>,
) -> Vec<(Classification, ReadQuery)> {
    let least = marks.into_iter().max().unwrap_or_else(Classification::public);
    let own = own_mark(query);
    let ranks = least.rank()..own.rank();
    let levels = scheme_of(scopes).levels().iter().filter(|level| ranks.contains(&level.rank));
    let marks = levels.filter_map(|level| level.label.parse::<Classification>().ok());
    let reader = |mark| ClearanceByCommittee::from(Clearance::up_to(mark));
    marks.map(|mark| (mark, ReadQuery { clearances: reader(mark), ..query.clone() })).collect()
}

/// The scheme of the committees' texts, if it is one.
fn scheme_of(scopes: &[CommitteeScope]) -> &'static Scheme {
    let mut named = scopes.iter().map(|scope| scope.committee.scheme.as_str());
    let first = named.next().filter(|first| named.all(|other| other == *first));
    first.and_then(Scheme::named).unwrap_or_else(Scheme::panel_information_policy)
}
