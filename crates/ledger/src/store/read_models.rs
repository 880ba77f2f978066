//! The contract for reading read models, and what both stores share of it.

use super::error::StoreError;
use super::rebuild::HaltedModel;
use super::row::row;
use super::row_query::{RowAnswer, RowQuery};
use super::row_version::{NewRows, RowVersion, SearchEntry, StoredVersion};
use async_trait::async_trait;
use std::collections::{BTreeMap, HashMap};

/// The rows of read models, with all their versions.
#[async_trait]
pub(crate) trait ReadModelStore: Send + Sync {
    /// Returns the state of the read models, without rows, and the last position of the log.
    async fn read_models(&self) -> Result<(ReadModelSnapshot, i64), StoreError>;
    /// Returns the rows of a list or of a stream.
    async fn row_versions(&self, query: &RowQuery) -> Result<RowAnswer, StoreError>;
    /// Returns at most `limit` versions of a generation after `after`, by stream, key and the positions that knew them.
    async fn page_of_row_versions(
        &self,
        generation: i64,
        after: &RowVersion,
        limit: u32,
    ) -> Result<Vec<StoredVersion>, StoreError>;
    /// Returns every version of the rows of some streams in a generation.
    async fn versions_of(&self, generation: i64, streams: &[String]) -> Result<Vec<RowVersion>, StoreError>;
    /// Returns at most `limit` search entries of a generation after this stream, key and id, in that order, with their
    /// ids.
    async fn page_of_searched(
        &self,
        generation: i64,
        after: &(String, String, i64),
        limit: u32,
    ) -> Result<Vec<(i64, SearchEntry)>, StoreError>;
    /// Returns what is wrong with the search index itself, if anything is.
    async fn index_damage(&self) -> Result<Option<String>, StoreError>;
}

row! {
    /// A row of `read_models`, whose `name` is selected as `model`.
    pub(super) struct ModelRow {
        pub(super) model: String,
        pub(super) version: i64,
        pub(super) generation: i64,
        pub(super) halted_at: Option<i64>,
    }
}

row! {
    pub(super) struct ProgressRow {
        pub(super) up_to: i64,
        pub(super) head: i64,
    }
}

/// The stored state of a read model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelState {
    /// The version of the projection that made the rows.
    pub(crate) version: i64,
    /// The number of the set of rows in use.
    pub(crate) generation: i64,
    /// The position of the event that the projection rejected.
    pub(crate) halted_at: Option<i64>,
}

/// The read models as of one state of the database.
#[derive(Debug, Default)]
pub(crate) struct ReadModelSnapshot {
    /// The position that they have reached.
    pub(crate) up_to: i64,
    /// Their states by name.
    pub(crate) models: HashMap<String, ModelState>,
    /// Versions of rows, each with the name of its read model.
    pub(crate) versions: Vec<(String, RowVersion)>,
}

impl ReadModelSnapshot {
    /// Returns the generation of each read model.
    pub(crate) fn generations(&self) -> HashMap<String, i64> {
        self.models.iter().map(|(name, state)| (name.clone(), state.generation)).collect()
    }
}

/// The rows that a batch touches, which the append needs to know.
#[derive(Debug, Default, Clone)]
pub(crate) struct TouchedRows {
    /// Read model, stream and key of each row.
    pub(crate) keys: Vec<(&'static str, String, String)>,
    /// Streams whose rows are all needed: a correction or a backdated event folds them anew.
    pub(crate) whole: Vec<String>,
}

impl TouchedRows {
    /// Returns the stream and key of each row by read model.
    pub(crate) fn by_model(&self) -> BTreeMap<&'static str, Vec<(&str, &str)>> {
        let mut by_model: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (model, stream, key) in &self.keys {
            by_model.entry(*model).or_default().push((stream.as_str(), key.as_str()));
        }
        by_model
    }
}

/// What an append changes in the read models.
#[derive(Debug, Default)]
pub(crate) struct RowChanges {
    pub(crate) added: NewRows,
    /// Streams whose rows are removed before others are added, each with the generation of the rows. It takes the head's
    /// lock from the beginning.
    pub(crate) rewritten: Vec<(i64, String)>,
    /// Versions whose ends have become known, or that fewer clearances know now, each with its generation.
    pub(crate) ended: Vec<(i64, RowVersion)>,
    pub(crate) halted: Vec<HaltedModel>,
    /// Whether the read models have taken in the whole append.
    pub(crate) current: bool,
}

pub(super) const SELECT_READ_MODELS: &str = "SELECT name AS model, version, generation, halted_at FROM read_models";
pub(super) const SELECT_PROGRESS: &str =
    "SELECT u.position AS up_to, h.position AS head FROM read_up_to AS u CROSS JOIN head AS h";

/// Implements [`ReadModelStore`] for a store with pools of `readers` and `walkers`, the `generations` last seen and a
/// `DIALECT`.
macro_rules! impl_read_model_store {
    ($store:ty { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl ReadModelStore for $store {
            $($own)*

            async fn read_models(&self) -> Result<(ReadModelSnapshot, i64), StoreError> {
                let progress: ProgressRow =
                    sqlx::query_as(read_models::SELECT_PROGRESS).fetch_one(&self.readers).await?;
                let models: Vec<ModelRow> =
                    sqlx::query_as(read_models::SELECT_READ_MODELS).fetch_all(&self.readers).await?;
                let models = models.into_iter().map(|row| {
                    let ModelRow { model, version, generation, halted_at } = row;
                    (model, ModelState { version, generation, halted_at })
                });
                let (up_to, models) = (progress.up_to, models.collect());
                Ok((ReadModelSnapshot { up_to, models, versions: Vec::new() }, progress.head))
            }

            async fn row_versions(&self, query: &RowQuery) -> Result<RowAnswer, StoreError> {
                let mut generation = self.generations.last_seen().get(query.model).copied();
                loop {
                    let statement = self::query(query.statement(&DIALECT, generation))?;
                    let rows = statement.fetch_all(&self.readers).await;
                    let answer = rows.and_then(|rows| RowAnswer::from_rows(&rows));
                    if answer.as_ref().is_ok_and(|answer| answer.generation == generation) {
                        return Ok(answer?);
                    }
                    if answer.as_ref().is_err_and(error::is_away) {
                        return Ok(answer?);
                    }
                    // Other rows replaced those, whose tables may be gone.
                    let (known, _) = self.read_models().await?;
                    let known = known.generations();
                    let in_use = known.get(query.model).copied();
                    self.generations.remember(known);
                    match answer {
                        Err(error) if in_use == generation && !error::is_schema_change(&error) => {
                            return Err(error.into());
                        }
                        _ => generation = in_use,
                    }
                }
            }

            async fn page_of_row_versions(
                &self,
                generation: i64,
                after: &RowVersion,
                limit: u32,
            ) -> Result<Vec<StoredVersion>, StoreError> {
                let sql = format!(
                    "SELECT {VERSION_COLUMNS} FROM {} AS v \
                     WHERE (stream, key, known_from, valid_from, rank_from) > ($1, $2, $3, $4, $5) \
                     ORDER BY stream, key, known_from, valid_from, rank_from LIMIT $6",
                    (DIALECT.versions)(generation)
                );
                let query = sqlx::query(AssertSqlSafe(sql))
                    .bind(&after.stream)
                    .bind(&after.key)
                    .bind(after.known_from)
                    .bind(after.valid_from)
                    .bind(i64::from(after.ranks.from))
                    .bind(i64::from(limit));
                let rows = self.unless_replaced(generation, query.fetch_all(self.walkers()).await).await?;
                let stored = |row| Ok(StoredVersion::new(FromRow::from_row(row)?, FromRow::from_row(row)?));
                rows.iter().map(stored).collect()
            }

            async fn versions_of(&self, generation: i64, streams: &[String]) -> Result<Vec<RowVersion>, StoreError> {
                let mut parameters = Parameters::default();
                let streams = parameters.texts(streams.to_vec());
                let sql = format!(
                    "SELECT {VERSION_COLUMNS} FROM {} AS v WHERE {}",
                    (DIALECT.versions)(generation),
                    (DIALECT.in_list)("v.stream", &streams)
                );
                let rows = self::query(Statement::new(sql, parameters))?.fetch_all(&self.readers).await;
                let rows = self.unless_replaced(generation, rows).await?;
                let stored = |row| Ok(RowVersion::from(VersionRow::from_row(row)?));
                rows.iter().map(stored).collect()
            }

            async fn page_of_searched(
                &self,
                generation: i64,
                (stream, key, id): &(String, String, i64),
                limit: u32,
            ) -> Result<Vec<(i64, SearchEntry)>, StoreError> {
                let sql = format!(
                    "SELECT id, stream, key, known_from, rank, {} AS words FROM {} AS s \
                     WHERE (stream, key, id) > ($1, $2, $3) ORDER BY stream, key, id LIMIT $4",
                    DIALECT.words,
                    (DIALECT.searched)(generation)
                );
                let query =
                    sqlx::query_as(AssertSqlSafe(sql)).bind(stream).bind(key).bind(id).bind(i64::from(limit));
                let rows: Vec<SearchRow> =
                    self.unless_replaced(generation, query.fetch_all(self.walkers()).await).await?;
                Ok(rows.into_iter().map(|row| (row.id, SearchEntry::from(row))).collect())
            }
        }
    };
}

pub(super) use impl_read_model_store;
