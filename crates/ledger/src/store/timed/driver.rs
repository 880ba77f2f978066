//! The two drivers of sqlx, as far as timed connections need them.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sqlx::{Database, Either, Execute, Executor, Postgres, Sqlite};

/// What one step of a statement returns: the end of a statement, or a row.
pub(in crate::store) type Step<DB> = Either<<DB as Database>::QueryResult, <DB as Database>::Row>;

/// A database whose connections run statements. `&mut DB::Connection: Executor`, as a bound, has no end for the compiler.
pub(in crate::store) trait TimedDriver: Database {
    fn fetch_many<'e, 'q: 'e, E>(
        connection: &'e mut Self::Connection,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Step<Self>>>
    where
        E: 'q + Execute<'q, Self>;

    fn fetch_optional<'e, 'q: 'e, E>(
        connection: &'e mut Self::Connection,
        query: E,
    ) -> BoxFuture<'e, sqlx::Result<Option<Self::Row>>>
    where
        E: 'q + Execute<'q, Self>;
}

macro_rules! impl_timed_driver {
    ($database:ty) => {
        impl TimedDriver for $database {
            fn fetch_many<'e, 'q: 'e, E>(
                connection: &'e mut Self::Connection,
                query: E,
            ) -> BoxStream<'e, sqlx::Result<Step<Self>>>
            where
                E: 'q + Execute<'q, Self>,
            {
                Executor::fetch_many(connection, query)
            }

            fn fetch_optional<'e, 'q: 'e, E>(
                connection: &'e mut Self::Connection,
                query: E,
            ) -> BoxFuture<'e, sqlx::Result<Option<Self::Row>>>
            where
                E: 'q + Execute<'q, Self>,
            {
                Executor::fetch_optional(connection, query)
            }
        }
    };
}

impl_timed_driver!(Postgres);
impl_timed_driver!(Sqlite);
