//! Every version of rows, as known at a position: what each row said, and for how long that was so.

use super::log::Log;
use super::rows::{BitemporalMoment, unreadable};
use super::store::interval_tree::FOREVER;
use super::store::{RowScope, RowVersion, StoreError};
use chrono::DateTime;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, StreamId};
use minutebook_projections::projection::Projection;
use std::ops::Range;

/// Versions that are read at a time.
const PAGE: u32 = 2_000;
/// Streams whose versions are read in one statement.
const STREAMS_AT_ONCE: usize = 500;

/// What a row says for a stretch of valid time, as readers with some clearances know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSpan<R> {
    /// The stream that the row is made from.
    pub stream: StreamId,
    /// The moments, in microseconds since the epoch; the end is [`i64::MAX`] while none is known.
    pub valid: Range<i64>,
    /// The ranks of the clearances.
    pub ranks: Range<i16>,
    /// The row.
    pub row: R,
}

/// Whose rows to read.
#[derive(Debug, Clone, Copy)]
pub enum SpanScope<'a> {
    /// The rows of a committee's streams of one kind, such as `action`.
    Committee(&'a CommitteeCode, &'static str),
    /// The rows of some streams.
    Streams(&'a [StreamId]),
}

impl Log {
    /// Passes every version of rows of `P` that was known at a position to `visit`, in the order of streams. It holds one
    /// page of them in memory.
    ///
    /// Returns whether they are complete: if another set of rows came into use meanwhile, the caller begins anew.
    pub async fn row_spans<P: Projection>(
        &self,
        scope: SpanScope<'_>,
        known_at: Position,
        mut visit: impl FnMut(RowSpan<P::Row>) + Send,
    ) -> Result<bool, StoreError> {
        let known_at = i64::try_from(known_at.number()).unwrap_or(i64::MAX);
        let in_use = self.generation::<P>().await?;
        let Some(generation) = in_use else { return Ok(true) };
        match scope {
            SpanScope::Committee(committee, kind) => {
                self.spans_of_committee::<P>(generation, (committee, kind), known_at, &mut visit).await?;
            }
            SpanScope::Streams(streams) => {
                for streams in streams.chunks(STREAMS_AT_ONCE) {
                    let names: Vec<String> = streams.iter().map(ToString::to_string).collect();
                    let versions = self.store().versions_of(generation, &names).await;
                    for version in self.continuity().judge(versions)? {
                        visit_known::<P>(&version, known_at, &mut visit)?;
                    }
                }
            }
        }
        Ok(self.generation::<P>().await? == in_use)
    }

    async fn spans_of_committee<P: Projection>(
        &self,
        generation: i64,
        (committee, kind): (&CommitteeCode, &str),
        known_at: i64,
        visit: &mut (impl FnMut(RowSpan<P::Row>) + Send),
    ) -> Result<(), StoreError> {
        let prefix = format!("{kind}:{committee}");
        let mut after = RowVersion { stream: prefix.clone(), ..RowVersion::before_all() };
        loop {
            let page = self.store().page_of_row_versions(generation, &after, PAGE).await;
            let page = self.continuity().judge(page)?;
            for stored in &page {
                if !stored.version.stream.starts_with(&prefix) {
                    return Ok(());
                }
                if stored.version.content.scope == committee.as_str() {
                    visit_known::<P>(&stored.version, known_at, visit)?;
                }
            }
            match page.into_iter().next_back() {
                Some(last) => after = last.version,
                None => return Ok(()),
            }
        }
    }

    /// Returns the number of the set of rows of `P` in use.
    async fn generation<P: Projection>(&self) -> Result<Option<i64>, StoreError> {
        let nothing = RowScope::Streams(Vec::new());
        let at = BitemporalMoment::as_known_now(DateTime::UNIX_EPOCH);
        Ok(self.row_answer::<P>(nothing, at, Clearance::full()).await?.generation)
    }
}

/// Passes a version to `visit` as it was known at a position, if it was.
fn visit_known<P: Projection>(
    version: &RowVersion,
    known_at: i64,
    visit: &mut impl FnMut(RowSpan<P::Row>),
) -> Result<(), StoreError> {
    let (true, Some(content)) =
        (version.known_from <= known_at && known_at < version.known_to, version.content.row.as_deref())
    else {
        return Ok(());
    };
    let end = if known_at < version.ended_known { FOREVER } else { version.valid_to };
    visit(RowSpan {
        stream: version.stream.parse().map_err(|error| unreadable::<P>(&version.stream, error))?,
        valid: version.valid_from..end,
        ranks: version.ranks.from..version.ranks.to,
        row: serde_json::from_str(content).map_err(|error| unreadable::<P>(&version.stream, error))?,
    });
    Ok(())
}
