//! Lists that can be queried from the ledger.

use super::list::{ListItem, ListPage};
use super::read_query::{QueryError, ReadQuery};
use minutebook_ledger::Log;

/// A list item that can be queried from the ledger.
pub trait Queryable: ListItem + Send {
    /// Selects items of the list.
    type Filter: Sync;

    /// Returns the items that match the filter and that the reader may see, in the list's own order, on one page.
    fn list(
        log: &Log,
        query: &ReadQuery,
        filter: &Self::Filter,
    ) -> impl Future<Output = Result<ListPage<Self>, QueryError>> + Send;
}
