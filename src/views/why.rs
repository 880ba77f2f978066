//! Where a row comes from, field by field.

use super::stream::{Stream, ViewError};
use super::unseen::Unseen;
use crate::ledger::{At, Log, Rows};
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_projections::projection::Projection;
use minutebook_projections::provenance::{Provenance, provenance};

/// Where the fields of a stream's rows in `P` come from, at a moment; of one row if its key is given. A row that the
/// reader may not see is not there.
pub async fn why<P: Projection>(
    log: &Log,
    stream: &StreamId,
    key: Option<&str>,
    at: At,
    clearance: Clearance,
) -> Result<Vec<Provenance>, ViewError> {
    let known = log.known_whole(at.known_at).await?;
    let stream = Stream::read(log, stream).await?;
    let history = stream.known_at(known, clearance)?;
    let mut rows = provenance::<P>(&history, at.as_of, clearance).map_err(|error| stream.unfoldable(error))?;
    rows.retain(|row| key.is_none_or(|key| key == row.key));
    let scope = stream.id.committee().map_or_else(String::new, ToString::to_string);
    let unseen = Unseen::of::<P>(log, Rows::Listed { scope: &scope, facets: P::FACETS }, clearance).await?;
    for row in &mut rows {
        unseen.hide_origins(row);
    }
    Ok(rows)
}
