//! The statement that reads the rows of a read model: said once, for both dialects.

use super::{LogStore, StoreError, read};
use crate::read_models::interval_tree::FOREVER;
use minutebook_projections::words::Search;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Which rows of a read model, and when.
#[derive(Debug)]
pub(crate) struct RowQuery {
    pub(crate) model: &'static str,
    pub(crate) scope: String,
    pub(crate) facets: Vec<String>,
    /// The rows of one stream, whatever their scope and facet.
    pub(crate) stream: Option<String>,
    /// Microseconds since the epoch.
    pub(crate) as_of: i64,
    pub(crate) known_at: Option<i64>,
    pub(crate) valid_nodes: Vec<i64>,
    pub(crate) known_nodes: Vec<i64>,
    /// Only rows that said this at one time or another to readers of this rank of clearance.
    pub(crate) search: Option<(Search, i64)>,
}

/// What differs between the dialects in the statement that reads rows.
pub(crate) struct RowDialect {
    /// The versions of rows of a generation, as they are named in FROM.
    pub(crate) versions: fn(generation: i64) -> String,
    /// What is said after that to have one of its indexes used.
    pub(crate) by_index: fn(generation: i64, Index) -> String,
    /// The entries of the index of words of a generation, as they are named in FROM.
    pub(crate) searched: fn(generation: i64) -> String,
    /// Which entries `s` of them hold a word: a condition, in which $2 is the scope, and `word` the parameter with the word.
    pub(crate) holds: fn(generation: i64, word: &str) -> String,
    /// The word, as that parameter has it: a whole one, or the beginning of one.
    pub(crate) whole: fn(word: &str) -> String,
    pub(crate) beginning: fn(word: &str) -> String,
}

/// An index of the versions of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    ByValidTime,
    ByKnownTime,
}

/// How many words of a search the index is asked for. It may hand over too many rows: what they say is looked at anyway.
const WORDS_ASKED_FOR: usize = 8;

/// The word by which the index of words finds the rows of one list: no text has one that begins so.
pub(crate) fn place_word(scope: &str) -> String {
    format!("§{scope}")
}

/// Rows: stream, key and content.
#[derive(Debug, Default)]
pub(crate) struct RowAnswer {
    pub(crate) rows: Vec<(String, String, Option<String>)>,
    pub(crate) head: u64,
    pub(crate) up_to: u64,
    pub(crate) halted: Option<(u64, String)>,
    /// The generation of the read model as the rows were read; none if there is no such read model.
    generation: Option<i64>,
}

/// A row of the statement that [`RowQuery::sql`] makes: 0 and the state of the read model, or 1 and a row.
pub(crate) type RowFound =
    (i32, Option<String>, Option<String>, Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// A statement, and its parameters: texts first, then numbers.
pub(crate) struct RowStatement {
    pub(super) sql: String,
    pub(super) texts: Vec<String>,
    pub(super) numbers: Vec<i64>,
}

impl RowQuery {
    /// The statement. The largest number stands in it as it does in the conditions of the indexes.
    fn sql(&self, dialect: &RowDialect, generation: Option<i64>) -> RowStatement {
        let mut texts = vec![self.model.to_owned()];
        let mut numbers = Vec::new();
        let state = "SELECT 0, NULL, NULL, m.halted_why, m.halted_at, h.position, u.position, m.generation \
                     FROM head AS h, read_up_to AS u LEFT JOIN read_models AS m ON m.name = $1";
        let Some(generation) = generation else { return RowStatement { sql: state.to_owned(), texts, numbers } };
        if let Some(stream) = &self.stream {
            texts.push(stream.clone());
        } else {
            texts.push(self.scope.clone());
            texts.extend(self.facets.iter().cloned());
        }
        let facets = 3..texts.len() + 1;
        let first_word = texts.len() + 1;
        let search = self.search.as_ref().and_then(|(search, rank)| Some((search.parts()?, *rank)));
        if let Some(((whole, beginning), _)) = search {
            texts.push((dialect.beginning)(beginning));
            texts.extend(whole.iter().take(WORDS_ASKED_FOR - 1).map(|word| (dialect.whole)(word)));
        }
        let first_number = texts.len() + 1;
        let mut number = |value: i64| {
            numbers.push(value);
            format!("${}", first_number + numbers.len() - 1)
        };
        let as_of = number(self.as_of);
        let known_at = number(self.known_at.unwrap_or(FOREVER - 1));
        let was_so = format!(
            "v.known_from <= {known_at} AND v.known_to > {known_at} AND v.valid_from <= {as_of} \
             AND (v.valid_to > {as_of} OR v.ended_known > {known_at})"
        );
        let versions = (dialect.versions)(generation);
        let select = |by_index: String| {
            format!("SELECT 1, v.stream, v.key, v.content, NULL, NULL, NULL, NULL FROM {versions} AS v{by_index} WHERE")
        };
        let rows = if self.stream.is_some() {
            format!("{} v.stream = $2 AND {was_so}", select(String::new()))
        } else {
            let facets: Vec<String> = facets.map(|at| format!("${at}")).collect();
            let found: Option<String> = search.map(|(_, rank)| {
                let rank = number(rank);
                let searched = (dialect.searched)(generation);
                let holds = (first_word..first_number).map(|word| (dialect.holds)(generation, &format!("${word}")));
                let found = holds.map(|holds| {
                    let rows =
                        format!("SELECT s.stream, s.key FROM {searched} AS s WHERE {holds} AND s.rank <= {rank}");
                    format!(" AND (v.stream, v.key) IN ({rows})")
                });
                found.collect::<String>()
            });
            let found = found.unwrap_or_default();
            let listed = |index| {
                let rows = select((dialect.by_index)(generation, index));
                format!("{rows} v.scope = $2 AND v.facet IN ({}){found}", facets.join(", "))
            };
            let now = listed(Index::ByValidTime);
            let nodes: Vec<String> = self.valid_nodes.iter().map(|node| number(*node)).collect();
            let as_known_last = format!(
                "{now} AND v.known_to = {FOREVER} AND v.valid_node IN ({}) AND v.valid_from <= {as_of} \
                 AND v.valid_to > {as_of} AND v.known_from <= {known_at}",
                nodes.join(", ")
            );
            if self.known_at.is_none() {
                as_known_last
            } else {
                let nodes: Vec<String> = self.known_nodes.iter().map(|node| number(*node)).collect();
                let then = listed(Index::ByKnownTime);
                format!(
                    "{as_known_last} UNION ALL {then} AND v.known_end < {FOREVER} AND v.known_node IN ({}) AND {was_so} \
                     AND NOT (v.known_to = {FOREVER} AND v.valid_to > {as_of})",
                    nodes.join(", ")
                )
            }
        };
        RowStatement { sql: format!("{state} UNION ALL {rows}"), texts, numbers }
    }
}

impl RowAnswer {
    fn of(found: Vec<RowFound>) -> Self {
        let mut answer = Self::default();
        for (kind, stream, key, content, halted_at, head, up_to, generation) in found {
            if kind == 0 {
                (answer.head, answer.up_to) = (read(head.unwrap_or(0)), read(up_to.unwrap_or(0)));
                answer.halted = halted_at.map(|at| (read(at), content.unwrap_or_default()));
                answer.generation = generation;
            } else {
                answer.rows.push((stream.unwrap_or_default(), key.unwrap_or_default(), content));
            }
        }
        answer
    }
}

/// Which generation each read model has, as it was seen last. A statement names the tables of a generation, so that it has
/// to do with no others; what the database answers says whether they were the right ones, and if not it is asked again.
#[derive(Debug, Default)]
pub(crate) struct Generations(Mutex<HashMap<String, i64>>);

impl Generations {
    pub(super) fn seen(&self) -> HashMap<String, i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes note of what the database said.
    pub(super) fn see(&self, generations: HashMap<String, i64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = generations;
    }
}

/// Asks a store for rows, until it was asked for those that are in use.
pub(super) async fn read_rows(store: &(impl LogStore + ?Sized), query: &RowQuery) -> Result<RowAnswer, StoreError> {
    let (generations, dialect) = (store.generations(), store.row_dialect());
    let mut generation = generations.seen().get(query.model).copied();
    loop {
        let asked = store.fetch_rows(query.sql(dialect, generation)).await.map(RowAnswer::of);
        if let Ok(answer) = &asked
            && answer.generation == generation
        {
            return asked;
        }
        // Other rows took the place of those, which may be gone already.
        let (known, _) = store.read_models().await?;
        let known = known.generations();
        let now = known.get(query.model).copied();
        generations.see(known);
        match asked {
            Err(error) if now == generation && !tables_changed(&error) => return Err(error),
            _ => generation = now,
        }
    }
}

/// Whether tables were made or removed as SQLite prepared the statement: SQLITE_SCHEMA, 17. It tries again by itself, but
/// once only.
fn tables_changed(error: &StoreError) -> bool {
    let StoreError::Database(error) = error else { return false };
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("17"))
}
