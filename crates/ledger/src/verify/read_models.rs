//! The check of the read models: the stored rows are those of a rebuild; none is missing or stray.
//!
//! Each stream is checked twice. Its row versions and search entries are compared with those of a rebuild, which finds
//! rows that were changed, removed or added. At some moments of its history the rows are also compared with the plain
//! fold, which shares no code with the engine and so finds what the append and the rebuild both get wrong.

use super::VerifyProblem;
use crate::event_codec;
use crate::log::Log;
use crate::read_models::TimelineChanges;
use crate::read_models::rebuild::fold_stream;
use crate::read_models::registry::ReadModel;
use crate::read_models::stream_fold::FoldedStream;
use crate::store::interval_tree::FOREVER;
use crate::store::{ModelState, RowVersion, SearchEntry, Store, StoreError, StoredVersion, read};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent};
use minutebook_projections::redaction::{mark_ranks, redacted_history};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// Rows of a read model that are read at a time.
const PAGE: u32 = 1000;
/// The approximate number of events that the plain fold reads for a stream. A short history is folded as of several
/// moments, a long one as of two.
const FOLDED: usize = 64;

/// A comparison of the read models with the log, stream by stream in the order of the streams' names.
pub(super) struct Comparison<'a> {
    store: &'a dyn Store,
    /// The last position of each command.
    ends: Vec<i64>,
    /// Later positions are ignored.
    up_to: i64,
    models: Vec<Compared<'a>>,
    problems: Vec<VerifyProblem>,
    /// Problems in the rows of single streams, each with the stream's name.
    in_streams: Vec<(String, VerifyProblem)>,
    /// Rows that name a later position, with that position. It is a problem unless an append in the meantime reached it.
    later: Vec<(i64, VerifyProblem)>,
}

struct Compared<'a> {
    model: Arc<dyn ReadModel>,
    state: ModelState,
    rows: VersionCursor<'a>,
    entries: EntryCursor<'a>,
}

impl<'a> Comparison<'a> {
    /// Begins the comparison, and reports read models that are missing, halted, behind or of another version.
    pub(super) async fn begin(log: &'a Log, head: u64) -> Result<Self, StoreError> {
        let store = log.store();
        let (known, now) = store.read_models().await?;
        let mut problems = Vec::new();
        let mut problem = |position: i64, what: String| {
            problems.push(VerifyProblem { position: Position::new(read(position)), what });
        };
        if known.up_to != now {
            problem(known.up_to, format!("the read models are at position {}, but the log at {now}", known.up_to));
        }
        let mut models = Vec::new();
        for model in log.registry().models() {
            let name = model.name();
            match known.models.get(name) {
                None => problem(0, format!("the read model `{name}` is missing")),
                Some(state) if state.version != i64::from(model.version()) => {
                    let (found, wanted) = (state.version, model.version());
                    problem(0, format!("the read model `{name}` has version {found}: {wanted} was expected"));
                }
                Some(ModelState { halted_at: Some(position), .. }) => {
                    problem(*position, format!("the read model `{name}` rejected this event and is halted"));
                }
                Some(state) => {
                    let (rows, entries) =
                        (VersionCursor::new(store, state.generation), EntryCursor::new(store, state.generation));
                    models.push(Compared { model: model.clone(), state: state.clone(), rows, entries });
                }
            }
        }
        problems.extend(store.index_damage().await?.map(|what| VerifyProblem { position: Position::START, what }));
        let up_to = known.up_to.min(i64::try_from(head).unwrap_or(i64::MAX));
        Ok(Self {
            store,
            ends: store.command_ends().await?,
            up_to,
            models,
            problems,
            in_streams: Vec::new(),
            later: Vec::new(),
        })
    }

    /// Compares the rows of a stream with its history, which is `None` if it cannot be read.
    pub(super) async fn stream(&mut self, stream: &str, history: Option<&[RecordedEvent]>) -> Result<(), StoreError> {
        let known = |event: &RecordedEvent| i64::try_from(event.position.number()).is_ok_and(|at| at <= self.up_to);
        let history = history.map(|history| &history[..history.partition_point(known)]);
        for compared in &mut self.models {
            let mut found = Vec::new();
            while let Some(filed) = compared.rows.next_up_to(Some(stream)).await? {
                self.later.extend(later(&*compared.model, &filed.version, self.up_to));
                let Some(filed) = as_known(filed, self.up_to) else { continue };
                if filed.version.stream == stream {
                    found.push(filed);
                } else {
                    self.problems.push(stray(&*compared.model, &filed.version));
                }
            }
            let mut entries = Vec::new();
            while let Some(entry) = compared.entries.next_up_to(Some(stream)).await? {
                // Appended during the comparison, so the histories do not hold it.
                if entry.known_from > self.up_to {
                    continue;
                }
                if entry.stream == stream {
                    entries.push(entry);
                } else {
                    self.problems.push(stray_entry(&*compared.model, &entry));
                }
            }
            if let Some(history) = history {
                let problems = compare(&*compared.model, stream, history, &self.ends, (&found, &entries));
                self.in_streams.extend(problems.into_iter().map(|problem| (stream.to_owned(), problem)));
            }
        }
        Ok(())
    }

    /// Reports the rows after the last stream as stray, and returns all problems; `None` if a read model was rebuilt
    /// during the comparison.
    pub(super) async fn finish(mut self) -> Result<Option<Vec<VerifyProblem>>, StoreError> {
        for compared in &mut self.models {
            while let Some(filed) = compared.rows.next_up_to(None).await? {
                self.later.extend(later(&*compared.model, &filed.version, self.up_to));
                if let Some(filed) = as_known(filed, self.up_to) {
                    self.problems.push(stray(&*compared.model, &filed.version));
                }
            }
            while let Some(entry) = compared.entries.next_up_to(None).await? {
                if entry.known_from <= self.up_to {
                    self.problems.push(stray_entry(&*compared.model, &entry));
                }
            }
        }
        let rewritten = self.streams_rewritten_since().await?;
        let in_streams = std::mem::take(&mut self.in_streams).into_iter();
        let unexplained = in_streams.filter(|(stream, _)| !rewritten.contains(stream)).map(|(_, problem)| problem);
        self.problems.extend(unexplained);
        let (now, head) = self.store.read_models().await?;
        self.problems
            .extend(self.later.into_iter().filter(|(position, _)| *position > head).map(|(_, problem)| problem));
        let in_use = |compared: &Compared<'_>| {
            now.models.get(compared.model.name()).is_some_and(|state| state.generation == compared.state.generation)
        };
        Ok(self.models.iter().all(in_use).then_some(self.problems))
    }
}

impl Comparison<'_> {
    /// Returns the streams with events after `up_to` that change earlier rows in place: a correction may change what some
    /// readers knew, and a mark divides the clearances of a row.
    async fn streams_rewritten_since(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut streams = BTreeSet::new();
        let mut after = read(self.up_to);
        loop {
            // The columns give the order: the bytes of a damaged event may name an earlier position, or nothing.
            let rows = self.store.rows(after, PAGE).await?;
            let Some(last) = rows.last() else { return Ok(streams) };
            after = read(last.position);
            let events = rows.iter().filter_map(|row| event_codec::decode(&row.event_bytes).ok());
            let rewrites = |event: &RecordedEvent| {
                event.event.is_correction() || mark_ranks([event]).into_iter().any(|rank| rank > 0)
            };
            streams.extend(events.filter(rewrites).map(|event| event.stream.to_string()));
        }
    }
}

/// The row versions of one read model, in the order of streams.
struct VersionCursor<'a> {
    store: &'a dyn Store,
    generation: i64,
    page: VecDeque<StoredVersion>,
    /// The last that was read; none when there are no more.
    last: Option<RowVersion>,
}

impl<'a> VersionCursor<'a> {
    fn new(store: &'a dyn Store, generation: i64) -> Self {
        Self { store, generation, page: VecDeque::new(), last: Some(RowVersion::before_all()) }
    }

    /// The next row version, up to and including those of `stream`; without a stream, the next of all.
    async fn next_up_to(&mut self, stream: Option<&str>) -> Result<Option<StoredVersion>, StoreError> {
        if self.page.is_empty()
            && let Some(last) = self.last.take()
        {
            self.page = self.store.page_of_row_versions(self.generation, &last, PAGE).await?.into();
            self.last = self.page.back().map(|filed| filed.version.clone());
        }
        let wanted = |filed: &StoredVersion| stream.is_none_or(|stream| filed.version.stream.as_str() <= stream);
        Ok(if self.page.front().is_some_and(wanted) { self.page.pop_front() } else { None })
    }
}

/// The search entries of one read model, in the order of streams.
struct EntryCursor<'a> {
    store: &'a dyn Store,
    generation: i64,
    page: VecDeque<(i64, SearchEntry)>,
    /// The last that was read; none when there are no more.
    last: Option<(String, String, i64)>,
}

impl<'a> EntryCursor<'a> {
    fn new(store: &'a dyn Store, generation: i64) -> Self {
        Self { store, generation, page: VecDeque::new(), last: Some(<_>::default()) }
    }

    /// The next search entry, up to and including those of `stream`; without a stream, the next of all.
    async fn next_up_to(&mut self, stream: Option<&str>) -> Result<Option<SearchEntry>, StoreError> {
        if self.page.is_empty()
            && let Some(last) = self.last.take()
        {
            self.page = self.store.page_of_searched(self.generation, &last, PAGE).await?.into();
            self.last = self.page.back().map(|(id, entry)| (entry.stream.clone(), entry.key.clone(), *id));
        }
        let wanted = |(_, entry): &(i64, SearchEntry)| stream.is_none_or(|stream| entry.stream.as_str() <= stream);
        Ok(if self.page.front().is_some_and(wanted) { self.page.pop_front().map(|(_, entry)| entry) } else { None })
    }
}

/// Returns the last position that a version names, if it is after `up_to`. A position beyond the head is a problem.
fn later(model: &dyn ReadModel, version: &RowVersion, up_to: i64) -> Option<(i64, VerifyProblem)> {
    let RowVersion { known_from, ended_known, known_to, .. } = *version;
    let last = [known_from, ended_known, known_to].into_iter().filter(|position| *position != FOREVER).max()?;
    (last > up_to).then(|| (last, problem(model, version, "was known for another time than in the log")))
}

/// The version as it was when the log ended at `up_to`; `None` if it was added later. Ending a version only sets its
/// bounds, so the earlier form can be restored.
fn as_known(mut filed: StoredVersion, up_to: i64) -> Option<StoredVersion> {
    let version = &mut filed.version;
    if version.known_from > up_to {
        return None;
    }
    if version.ended_known != FOREVER && version.ended_known > up_to {
        (version.valid_to, version.ended_known) = (FOREVER, FOREVER);
    }
    if version.known_to > up_to {
        version.known_to = FOREVER;
    }
    Some(filed)
}

fn stray(model: &dyn ReadModel, version: &RowVersion) -> VerifyProblem {
    problem(model, version, "is stray: its stream is not in the log")
}

fn stray_entry(model: &dyn ReadModel, entry: &SearchEntry) -> VerifyProblem {
    entry_problem(model, entry, "has a stray search entry: its stream is not in the log")
}

fn problem(model: &dyn ReadModel, version: &RowVersion, what: &str) -> VerifyProblem {
    row_problem(model, (&version.stream, &version.key), version.known_from, what)
}

fn entry_problem(model: &dyn ReadModel, entry: &SearchEntry, what: &str) -> VerifyProblem {
    row_problem(model, (&entry.stream, &entry.key), entry.known_from, what)
}

fn row_problem(model: &dyn ReadModel, (stream, key): (&str, &str), known_from: i64, what: &str) -> VerifyProblem {
    let what = format!("in the read model `{}`, the row `{key}` of {stream} {what}", model.name());
    VerifyProblem { position: Position::new(read(known_from)), what }
}

/// Compares the rows and search entries of one stream with the fold of its history.
fn compare(
    model: &dyn ReadModel,
    stream: &str,
    history: &[RecordedEvent],
    ends: &[i64],
    (found, entries): (&[StoredVersion], &[SearchEntry]),
) -> Vec<VerifyProblem> {
    let TimelineChanges { added: wanted, searched, .. } =
        match fold_stream(model, stream, &FoldedStream::new(history, ends)) {
            Ok(wanted) => wanted,
            Err(error) => {
                let position = history.last().map_or(Position::START, |event| event.position);
                return vec![VerifyProblem { position, what: error.to_string() }];
            }
        };
    let place =
        |version: &RowVersion| (version.key.clone(), version.known_from, version.valid_from, version.ranks.from);
    let mut wanted: BTreeMap<_, _> = wanted.into_iter().map(|version| (place(&version), version)).collect();
    let mut problems = Vec::new();
    for StoredVersion { version, indexed_correctly } in found {
        match wanted.remove(&place(version)) {
            None => problems.push(problem(model, version, "does not follow from the log")),
            Some(wanted) => {
                let what = difference(&wanted, version)
                    .or((!indexed_correctly).then_some("is indexed wrongly, so queries miss it"));
                problems.extend(what.map(|what| problem(model, version, what)));
            }
        }
    }
    problems.extend(wanted.values().map(|version| problem(model, version, "is missing")));
    problems.extend(search_differences(model, &searched, entries));
    if problems.is_empty() {
        problems.extend(differing_from_plain_fold(model, stream, history, ends, found));
    }
    problems
}

/// Compares search entries word by word, each word with the lowest rank that finds the row by it. A passage may be
/// indexed twice, so entries cannot be compared one to one.
fn search_differences(model: &dyn ReadModel, wanted: &[SearchEntry], found: &[SearchEntry]) -> Vec<VerifyProblem> {
    let (all_wanted, all_found) = (words(wanted), words(found));
    let has_all = |words: &Words<'_>, entry: &SearchEntry| {
        let found_by =
            |word| words.get(&(&entry.key, &entry.scope, word)).is_some_and(|rank| *rank <= entry.passage.rank);
        entry.passage.words.split(' ').all(found_by)
    };
    let missing = wanted.iter().filter(|entry| !has_all(&all_found, entry));
    let missing = missing.map(|entry| entry_problem(model, entry, "is missing from the search index"));
    let extra = found.iter().filter(|entry| !has_all(&all_wanted, entry));
    let extra =
        extra.map(|entry| entry_problem(model, entry, "is in the search index under words that it does not contain"));
    missing.chain(extra).collect()
}

/// Key, scope and word, and the lowest rank of an entry that holds it.
type Words<'a> = BTreeMap<(&'a str, &'a str, &'a str), u8>;

fn words(entries: &[SearchEntry]) -> Words<'_> {
    let mut words = Words::new();
    for SearchEntry { key, scope, passage, .. } in entries {
        for word in passage.words.split(' ') {
            let rank = words.entry((key, scope, word)).or_insert(passage.rank);
            *rank = passage.rank.min(*rank);
        }
    }
    words
}

fn difference(wanted: &RowVersion, found: &RowVersion) -> Option<&'static str> {
    if wanted.content.row != found.content.row {
        Some("differs from the log in its content")
    } else if wanted.content != found.content {
        Some("is listed under values that differ from its content")
    } else if wanted.ranks != found.ranks {
        Some("is known to other clearances than in the log")
    } else if wanted.valid_to != found.valid_to {
        Some("ends at another time than in the log")
    } else if (wanted.ended_known, wanted.known_to) != (found.ended_known, found.known_to) {
        Some("was known for another time than in the log")
    } else {
        None
    }
}

/// Returns the first row that differs from the plain fold of the stream, now or at some moments of its history.
fn differing_from_plain_fold(
    model: &dyn ReadModel,
    stream: &str,
    history: &[RecordedEvent],
    ends: &[i64],
    found: &[StoredVersion],
) -> Option<VerifyProblem> {
    let mut known: Vec<Position> = history.iter().map(|event| end_of(event, ends)).collect();
    known.dedup();
    let last = *known.last()?;
    let points = (FOLDED / history.len()).clamp(2, FOLDED);
    let spread = (1..points).map(|point| {
        let event = &history[(point * history.len() / points).min(history.len() - 1)];
        // Known times take other steps than valid times, so that many pairs of the two are compared.
        (event.metadata.valid_at, known[known.len() - 1 - point * 5 % known.len()])
    });
    for (as_of, known_at) in std::iter::once((DateTime::<Utc>::MAX_UTC, last)).chain(spread) {
        let at = |what: String| VerifyProblem { position: known_at, what };
        let position = i64::try_from(known_at.number()).unwrap_or(i64::MAX);
        let count = history.partition_point(|event| event.position <= known_at);
        for rank in std::iter::once(0).chain(mark_ranks(history)) {
            let redacted = redacted_history(history, count, Clearance::at_rank(rank));
            let wanted = match model.plain_fold(&redacted, &known, as_of, known_at) {
                Ok(wanted) => wanted,
                Err(error) => {
                    return Some(at(format!("the read model `{}` cannot fold {stream}: {error}", model.name())));
                }
            };
            let so = |filed: &&StoredVersion| filed.version.was_so(as_of.timestamp_micros(), position, i16::from(rank));
            let row = |filed: &StoredVersion| Some((filed.version.key.clone(), filed.version.content.row.clone()?));
            let rows: BTreeMap<String, String> = found.iter().filter(so).filter_map(row).collect();
            if rows != wanted {
                let differs = |key: &&String| rows.get(*key) != wanted.get(*key);
                let key = wanted.keys().chain(rows.keys()).find(differs).map_or("", String::as_str);
                return Some(at(format!(
                    "in the read model `{}`, the row `{key}` of {stream} differs from the fold of the log as of {as_of}",
                    model.name()
                )));
            }
        }
    }
    None
}

/// The last position of the command that an event belongs to.
fn end_of(event: &RecordedEvent, ends: &[i64]) -> Position {
    let position = i64::try_from(event.position.number()).unwrap_or(i64::MAX);
    Position::new(read(ends.get(ends.partition_point(|end| *end < position)).copied().unwrap_or(position)))
}
