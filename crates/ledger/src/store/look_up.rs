//! The one statement that an append looks up with, and its answer.
//!
//! One statement is one round trip, and sees one state of the database. Its rows are of several kinds, each with the
//! columns of a row struct.

use super::append::{AppendQuery, LogSnapshot};
use super::dialect::Dialect;
use super::event_log::{self, CommandRow, Head};
use super::numbers::{read, stored};
use super::read_models::{ModelRow, ModelState};
use super::row::row;
use super::row_version::{RowVersion, VersionRow};
use super::statement::{KindRow, Parameters, Statement, Union};
use sqlx::FromRow;
use std::collections::HashMap;

/// The columns of all kinds of rows, with their types.
const COLUMNS: &[(&str, &str)] = &[
    ("position", "BIGINT"),
    ("recorded_at", "BIGINT"),
    ("written_by", "BIGINT"),
    ("command_id", "TEXT"),
    ("fingerprint", "BYTEA"),
    ("first_position", "BIGINT"),
    ("last_position", "BIGINT"),
    ("stream", "TEXT"),
    ("version", "BIGINT"),
    ("reference", "TEXT"),
    ("model", "TEXT"),
    ("generation", "BIGINT"),
    ("halted_at", "BIGINT"),
    ("key", "TEXT"),
    ("valid_from", "BIGINT"),
    ("valid_to", "BIGINT"),
    ("known_from", "BIGINT"),
    ("ended_known", "BIGINT"),
    ("known_to", "BIGINT"),
    ("scope", "TEXT"),
    ("facet", "TEXT"),
    ("rank_from", "BIGINT"),
    ("rank_to", "BIGINT"),
    ("content", "TEXT"),
    ("leaf", "BYTEA"),
];

row! {
    pub(super) struct HeadRow {
        position: u64 = read,
        recorded_at: i64,
        written_by: Option<i64>,
    }
}

row! {
    pub(super) struct StreamRow {
        stream: String,
        version: Option<i64>,
    }
}

row! {
    pub(super) struct LastUseRow {
        reference: String,
        position: Option<i64>,
    }
}

row! {
    pub(super) struct ReadUpToRow {
        position: i64,
    }
}

row! {
    pub(super) struct SeenRow {
        leaf: Option<Vec<u8>>,
    }
}

row! {
    pub(super) struct ModelNameRow {
        model: String,
    }
}

/// Returns the statement that answers `query`, with the rows of read models in these generations.
pub(super) fn statement(dialect: &Dialect, query: &AppendQuery, generations: &HashMap<String, i64>) -> Statement {
    let (mut union, mut parameters) = (Union::new(COLUMNS), Parameters::default());
    let head = [("position", "position"), ("recorded_at", "recorded_at"), ("written_by", dialect.head_written_by)];
    union.add("head", &head, "head");
    union.add("read_up_to", &[("position", "position")], "read_up_to");
    let model = [("model", "name"), ("version", "version"), ("generation", "generation"), ("halted_at", "halted_at")];
    union.add("model", &model, "read_models");

    let seen = parameters.number(stored(query.seen));
    union.add("seen", &[("leaf", "leaf")], &format!("events WHERE position = {seen}"));

    let command = ["command_id", "fingerprint", "first_position", "last_position"].map(|column| (column, column));
    let ids = parameters.texts(query.command_ids.clone());
    union.add("command", &command, &format!("commands WHERE {}", (dialect.in_list)("command_id", &ids)));

    let version = "(SELECT MAX(version) FROM events WHERE stream = q.value)";
    let streams = parameters.texts(query.streams.clone());
    union.add("stream", &[("stream", "q.value"), ("version", version)], &(dialect.list)(&streams));

    let last_use = "(SELECT MAX(position) FROM event_references WHERE reference = q.value)";
    let references = parameters.texts(query.references.clone());
    union.add("reference", &[("reference", "q.value"), ("position", last_use)], &(dialect.list)(&references));

    for (model, keys) in query.touched.by_model() {
        let Some(generation) = generations.get(model) else { continue };
        add_versions(&mut union, model, &(dialect.newest_versions)(&mut parameters, *generation, &keys));
    }
    if !query.touched.whole.is_empty() {
        for (model, generation) in generations {
            let versions = (dialect.versions_of_streams)(&mut parameters, *generation, &query.touched.whole);
            add_versions(&mut union, model, &versions);
        }
    }
    Statement::new(union.into_sql(), parameters)
}

/// Adds versions of rows of a read model, which `from` names `v`.
fn add_versions(union: &mut Union, model: &str, from: &str) {
    let model = format!("'{model}'");
    let filled = [
        ("model", model.as_str()),
        ("stream", "v.stream"),
        ("key", "v.key"),
        ("valid_from", "v.valid_from"),
        ("valid_to", "v.valid_to"),
        ("known_from", "v.known_from"),
        ("ended_known", "v.ended_known"),
        ("known_to", "v.known_to"),
        ("scope", "v.scope"),
        ("facet", "v.facet"),
        ("rank_from", "v.rank_from"),
        ("rank_to", "v.rank_to"),
        ("content", "v.content"),
    ];
    union.add("row", &filled, from);
}

impl LogSnapshot {
    /// Reads the rows that [`statement`] returned.
    pub(super) fn from_rows<R: sqlx::Row>(rows: &[R]) -> sqlx::Result<Self>
    where
        for<'r> KindRow: FromRow<'r, R>,
        for<'r> HeadRow: FromRow<'r, R>,
        for<'r> ReadUpToRow: FromRow<'r, R>,
        for<'r> ModelRow: FromRow<'r, R>,
        for<'r> CommandRow: FromRow<'r, R>,
        for<'r> StreamRow: FromRow<'r, R>,
        for<'r> LastUseRow: FromRow<'r, R>,
        for<'r> ModelNameRow: FromRow<'r, R>,
        for<'r> SeenRow: FromRow<'r, R>,
        for<'r> VersionRow: FromRow<'r, R>,
    {
        let mut snapshot = Self::default();
        for row in rows {
            match KindRow::from_row(row)?.kind.as_str() {
                "head" => {
                    let HeadRow { position, recorded_at, written_by } = HeadRow::from_row(row)?;
                    snapshot.head = Some(Head { position, recorded_at });
                    snapshot.head_written_by = written_by;
                }
                "read_up_to" => snapshot.rows.up_to = ReadUpToRow::from_row(row)?.position,
                "model" => {
                    let ModelRow { model, version, generation, halted_at } = ModelRow::from_row(row)?;
                    snapshot.rows.models.insert(model, ModelState { version, generation, halted_at });
                }
                "seen" => snapshot.seen_leaf = event_log::leaf(SeenRow::from_row(row)?.leaf),
                "command" => {
                    let command = CommandRow::from_row(row)?;
                    snapshot.commands.insert(command.command_id.clone(), command);
                }
                "stream" => {
                    let StreamRow { stream, version } = StreamRow::from_row(row)?;
                    snapshot.versions.insert(stream, read(version.unwrap_or(0)));
                }
                "reference" => {
                    let LastUseRow { reference, position } = LastUseRow::from_row(row)?;
                    snapshot.last_used.insert(reference, read(position.unwrap_or(0)));
                }
                _ => {
                    let model = ModelNameRow::from_row(row)?.model;
                    snapshot.rows.versions.push((model, RowVersion::from(VersionRow::from_row(row)?)));
                }
            }
        }
        Ok(snapshot)
    }
}
