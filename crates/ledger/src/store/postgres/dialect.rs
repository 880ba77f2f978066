//! SQL as PostgreSQL has it. The rows of a generation are a partition, which the number in the text selects.

use crate::store::dialect::Dialect;
use crate::store::interval_tree::FOREVER;
use crate::store::statement::Statement;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

/// The two look-ups of row versions have OFFSET 0, which keeps the planner from merging them with the rest: it would go
/// by
/// a part of the key and read all other rows. Their `known_to` is compared with a parameter and not with the largest
/// number itself, so that the planner does not take the index of versions in force either.
pub(super) const DIALECT: Dialect = Dialect {
    join_events: |page| format!("SELECT string_agg(event_bytes, '\\x0a'::bytea) FROM ({page}) AS page"),
    event_id: |parameter| format!("{parameter}::uuid"),
    in_list: |column, parameter| format!("{column} = ANY({parameter})"),
    list: |parameter| format!("UNNEST({parameter}::text[]) AS q (value)"),
    head_written_by: "xmin::text::bigint",
    versions: |generation| partition("row_versions", generation),
    by_index: |_, _| String::new(),
    newest_versions: |parameters, generation, keys| {
        let (streams, keys) = keys.iter().map(|(stream, key)| ((*stream).to_owned(), (*key).to_owned())).unzip();
        let (streams, keys) = (parameters.texts(streams), parameters.texts(keys));
        let forever = parameters.number(FOREVER);
        format!(
            "UNNEST({streams}::text[], {keys}::text[]) AS q (stream, key) CROSS JOIN LATERAL (\
             SELECT * FROM row_versions WHERE generation = {generation} AND stream = q.stream AND key = q.key \
             AND valid_to >= {forever} AND known_to >= {forever} OFFSET 0) AS v"
        )
    },
    versions_of_streams: |parameters, generation, streams| {
        let streams = parameters.texts(streams.to_vec());
        let forever = parameters.number(FOREVER);
        format!(
            "UNNEST({streams}::text[]) AS q (stream) CROSS JOIN LATERAL (\
             SELECT * FROM row_versions WHERE generation = {generation} AND stream = q.stream \
             AND known_to >= {forever} OFFSET 0) AS v"
        )
    },
    searched: |generation| partition("searched", generation),
    words: "array_to_string(tsvector_to_array(words), ' ')",
    holds: |_, scope, word| {
        let place = scope.map(|scope| format!("quote_literal('§' || {scope}) || ' & ' || ")).unwrap_or_default();
        format!("s.words @@ ({place}{word})::tsquery")
    },
    whole: |word| format!("'{word}'"),
    beginning: |word| format!("'{word}':*"),
};

/// Returns the rows of one generation. The partition itself is not named: the appending role has rights on the whole
/// table only.
fn partition(table: &str, generation: i64) -> String {
    format!("(SELECT * FROM {table} WHERE generation = {generation})")
}

pub(super) fn query(statement: Statement) -> sqlx::Result<Query<'static, Postgres, PgArguments>> {
    statement.for_postgres()
}
