//! The statement that reads a list: rows of one read model as of a moment, as known at a position.

use super::dialect::{Dialect, Index};
use super::interval_tree::{self, FOREVER};
use super::numbers::read;
use super::row::row;
use super::row_version::NO_ROW;
use super::statement::{KindRow, Parameters, Statement, Union};
use minutebook_projections::words::Search;
use sqlx::FromRow;

/// Which rows of a read model, and when.
#[derive(Debug)]
pub(crate) struct RowQuery {
    pub(crate) model: &'static str,
    pub(crate) rows: RowScope,
    /// Microseconds since the epoch.
    pub(crate) as_of: i64,
    /// The position whose knowledge counts; all that is known if there is none.
    pub(crate) known_at: Option<i64>,
    /// The rank of the reader's clearance.
    pub(crate) rank: i64,
}

/// Which rows of a read model.
#[derive(Debug, Clone)]
pub(crate) enum RowScope {
    /// The rows of one stream, whatever their scope and facet.
    Stream(String),
    /// The rows of some streams, whatever their scopes and facets.
    Streams(Vec<String>),
    /// The rows of the lists of some committees.
    List {
        scopes: Vec<String>,
        facets: Vec<String>,
        /// Leaves out rows that never held these words in texts up to the reader's rank.
        search: Option<Search>,
    },
    /// The places of the rows of a committee of which a version begins in a stretch of valid time, without what they say.
    /// [`RowQuery::as_of`] is the end of the stretch.
    Began {
        scope: String,
        facets: Vec<String>,
        /// The moment before the stretch, in microseconds since the epoch.
        after: i64,
    },
}

/// How many words of a search the index is asked for. The caller looks at what the rows say in any case.
const WORDS_ASKED_FOR: usize = 8;

/// The columns of both kinds of rows, with their types.
const COLUMNS: &[(&str, &str)] = &[
    ("stream", "TEXT"),
    ("key", "TEXT"),
    ("content", "TEXT"),
    ("known_from", "BIGINT"),
    ("generation", "BIGINT"),
    ("halted_at", "BIGINT"),
    ("halted_why", "TEXT"),
    ("head", "BIGINT"),
    ("up_to", "BIGINT"),
];

row! {
    /// The state of the read model, in the same answer as its rows.
    pub(super) struct StateRow {
        generation: Option<i64>,
        halted_at: Option<i64>,
        halted_why: Option<String>,
        head: i64,
        up_to: i64,
    }
}

row! {
    /// A row of a read model; without content it says that there is no row at that moment.
    #[derive(Debug)]
    pub(crate) struct ContentRow {
        pub(crate) stream: String,
        pub(crate) key: String,
        pub(crate) content: Option<String>,
        pub(crate) known_from: u64 = read,
    }
}

/// The answer to a [`RowQuery`].
#[derive(Debug, Default)]
pub(crate) struct RowAnswer {
    pub(crate) rows: Vec<ContentRow>,
    /// The last position of the log.
    pub(crate) head: u64,
    /// The position that the read models have reached.
    pub(crate) up_to: u64,
    /// Where the read model stopped, and why.
    pub(crate) halted: Option<(u64, String)>,
    /// The generation in use when the rows were read; none if there is no such read model.
    pub(crate) generation: Option<i64>,
}

impl RowAnswer {
    /// Reads the rows that [`RowQuery::statement`] returned.
    pub(super) fn from_rows<R: sqlx::Row>(rows: &[R]) -> sqlx::Result<Self>
    where
        for<'r> KindRow: FromRow<'r, R>,
        for<'r> StateRow: FromRow<'r, R>,
        for<'r> ContentRow: FromRow<'r, R>,
    {
        let mut answer = Self::default();
        for row in rows {
            if KindRow::from_row(row)?.kind == "row" {
                answer.rows.push(ContentRow::from_row(row)?);
            } else {
                let state = StateRow::from_row(row)?;
                (answer.head, answer.up_to) = (read(state.head), read(state.up_to));
                answer.halted = state.halted_at.map(|at| (read(at), state.halted_why.unwrap_or_default()));
                answer.generation = state.generation;
            }
        }
        Ok(answer)
    }
}

impl RowQuery {
    /// Returns the statement for the rows of a generation; for the state of the read model alone, if none is known.
    pub(super) fn statement(&self, dialect: &Dialect, generation: Option<i64>) -> Statement {
        let (mut union, mut parameters) = (Union::new(COLUMNS), Parameters::default());
        let model = parameters.text(self.model);
        let state = [
            ("generation", "m.generation"),
            ("halted_at", "m.halted_at"),
            ("halted_why", "m.halted_why"),
            ("head", "h.position"),
            ("up_to", "u.position"),
        ];
        let from = format!("head AS h CROSS JOIN read_up_to AS u LEFT JOIN read_models AS m ON m.name = {model}");
        union.add("state", &state, &from);
        if let Some(generation) = generation {
            for rows in self.rows_of(dialect, generation, &mut parameters) {
                let content = if matches!(self.rows, RowScope::Began { .. }) { "NULL" } else { "v.content" };
                let columns =
                    [("stream", "v.stream"), ("key", "v.key"), ("content", content), ("known_from", "v.known_from")];
                union.add("row", &columns, &rows);
            }
        }
        Statement::new(union.into_sql(), parameters)
    }

    /// Returns the rows as they follow FROM: the parts are disjoint, and each uses one index.
    ///
    /// The largest number stands in the text, as it does in the conditions of the indexes: as a parameter it would hide
    /// from the planner that they apply.
    fn rows_of(&self, dialect: &Dialect, generation: i64, parameters: &mut Parameters) -> Vec<String> {
        let as_of = parameters.number(self.as_of);
        let known_at = parameters.number(self.known_at.unwrap_or(FOREVER - 1));
        let rank = parameters.number(self.rank);
        let known = format!("v.rank_from <= {rank} AND v.rank_to > {rank}");
        let was_so = format!(
            "{known} AND v.known_from <= {known_at} AND v.known_to > {known_at} AND v.valid_from <= {as_of} \
             AND (v.valid_to > {as_of} OR v.ended_known > {known_at})"
        );
        let versions = (dialect.versions)(generation);
        let (scopes, facets, search) = match &self.rows {
            RowScope::Stream(stream) => {
                let stream = parameters.text(stream);
                return vec![format!("{versions} AS v WHERE v.stream = {stream} AND {was_so}")];
            }
            RowScope::Streams(streams) => {
                let streams = parameters.texts(streams.clone());
                let listed = (dialect.in_list)("v.stream", &streams);
                return vec![format!("{versions} AS v WHERE {listed} AND {was_so}")];
            }
            RowScope::Began { scope, facets, after } => {
                return self.begun(dialect, generation, (scope, facets, *after), parameters);
            }
            RowScope::List { scopes, facets, search } => (scopes, facets, search),
        };
        let facets: Vec<String> = facets.iter().map(|facet| parameters.text(facet)).collect();
        // The index of words is asked for one list, or for those of all committees.
        let (of_scopes, place) = match scopes.as_slice() {
            [scope] => {
                let scope = parameters.text(scope);
                (format!("v.scope = {scope}"), Some(scope))
            }
            scopes => ((dialect.in_list)("v.scope", &parameters.texts(scopes.to_vec())), None),
        };
        let listed = format!("{of_scopes} AND v.facet IN ({})", facets.join(", "));
        let searched = search.as_ref().map(|search| (search, self.rank));
        let found = found_by_search(dialect, generation, searched, place.as_deref(), parameters);
        let list = |index| format!("{versions} AS v{} WHERE {listed}{found}", (dialect.by_index)(generation, index));
        let nodes = parameters.numbers(&interval_tree::at_moment(self.as_of));
        let in_force = format!(
            "{} AND {known} AND v.known_to = {FOREVER} AND v.valid_node IN ({nodes}) AND v.valid_from <= {as_of} \
             AND v.valid_to > {as_of} AND v.known_from <= {known_at}",
            list(Index::ByValidTime)
        );
        let Some(position) = self.known_at else { return vec![in_force] };
        let nodes = parameters.numbers(&interval_tree::at_position(position));
        let known_then = format!(
            "{} AND v.known_end < {FOREVER} AND v.known_node IN ({nodes}) AND {was_so} \
             AND NOT (v.known_to = {FOREVER} AND v.valid_to > {as_of})",
            list(Index::ByKnownTime)
        );
        vec![in_force, known_then]
    }

    /// Returns the versions that begin after a moment and up to [`RowQuery::as_of`], as they follow FROM.
    ///
    /// A version stands under the lowest node that spans it. Of the nodes over the stretch, those that lie within it hold
    /// only versions that begin there, and those that reach beyond it are few: the index gives the versions of the
    /// stretch and no others.
    fn begun(
        &self,
        dialect: &Dialect,
        generation: i64,
        (scope, facets, after): (&str, &[String], i64),
        parameters: &mut Parameters,
    ) -> Vec<String> {
        let versions = (dialect.versions)(generation);
        let scope = parameters.text(scope);
        // A version that ends a row belongs to no list.
        let facets = facets.iter().map(String::as_str).chain([NO_ROW]);
        let facets: Vec<String> = facets.map(|facet| parameters.text(facet)).collect();
        let listed = format!("v.scope IN ({scope}, '') AND v.facet IN ({})", facets.join(", "));
        let (from, to) = (parameters.number(after), parameters.number(self.as_of));
        let rank = parameters.number(self.rank);
        let begins =
            format!("v.valid_from > {from} AND v.valid_from <= {to} AND v.rank_from <= {rank} AND v.rank_to > {rank}");
        let list = |index| format!("{versions} AS v{} WHERE {listed}", (dialect.by_index)(generation, index));
        let mut parts = Vec::new();
        let known_at = parameters.number(self.known_at.unwrap_or(FOREVER - 1));
        let begun = |nodes: String| {
            format!(
                "{} AND v.known_to = {FOREVER} AND {nodes} AND {begins} AND v.known_from <= {known_at}",
                list(Index::ByValidTime)
            )
        };
        let nodes = interval_tree::over_moments(after, self.as_of);
        parts.push(begun(format!("v.valid_node IN ({})", parameters.numbers(&nodes.reaching))));
        for within in nodes.within {
            let (first, last) = (parameters.number(*within.start()), parameters.number(*within.end()));
            parts.push(begun(format!("v.valid_node BETWEEN {first} AND {last}")));
        }
        if let Some(position) = self.known_at {
            let nodes = parameters.numbers(&interval_tree::at_position(position));
            parts.push(format!(
                "{} AND v.known_end < {FOREVER} AND v.known_node IN ({nodes}) AND v.known_to < {FOREVER} \
                 AND v.known_from <= {known_at} AND v.known_to > {known_at} AND {begins}",
                list(Index::ByKnownTime)
            ));
        }
        parts
    }
}

/// Returns the condition that a row has, for each word of a search, an entry that holds it.
fn found_by_search(
    dialect: &Dialect,
    generation: i64,
    search: Option<(&Search, i64)>,
    place: Option<&str>,
    parameters: &mut Parameters,
) -> String {
    let Some((search, rank)) = search else { return String::new() };
    let rank = parameters.number(rank);
    let beginning = search.beginning().map(|letters| (dialect.beginning)(letters));
    let whole = search.whole().map(|word| (dialect.whole)(word));
    let words: Vec<String> = beginning.into_iter().chain(whole).take(WORDS_ASKED_FOR).collect();
    let searched = (dialect.searched)(generation);
    let found = words.into_iter().map(|word| {
        let holds = (dialect.holds)(generation, place, &parameters.text(word));
        let rows = format!("SELECT s.stream, s.key FROM {searched} AS s WHERE {holds} AND s.rank <= {rank}");
        format!(" AND (v.stream, v.key) IN ({rows})")
    });
    found.collect()
}
