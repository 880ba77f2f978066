//! What changed between two moments, in each committee that is asked about.

use super::ViewError;
use super::between::between;
use super::read_query::{DefaultMoment, ReadQuery, vantages};
use minutebook_ledger::{Log, RowFilter};
use minutebook_projections::differences::Difference;
use minutebook_projections::projection::Projection;

/// What a reader sees of the rows of `P` at the one moment and not at the other, committee by committee. Both questions
/// are one reader's, about the same committees.
pub async fn changes<P: Projection>(
    log: &Log,
    first: &ReadQuery,
    second: &ReadQuery,
) -> Result<Vec<Difference>, ViewError> {
    let before = vantages(log, first, DefaultMoment::Now).await?;
    let after = vantages(log, second, DefaultMoment::Now).await?;
    let mut found = Vec::new();
    for (before, after) in before.iter().zip(&after) {
        let listed = RowFilter::Listed { scope: before.committee.code.as_str(), facets: P::FACETS };
        found.extend(between::<P>(log, listed, before.at, after.at, after.clearance).await?);
    }
    Ok(found)
}
