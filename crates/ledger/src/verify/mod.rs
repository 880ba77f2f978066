//! Verification of the stored log and read models against the ledger's promises.
//!
//! Each check finds its own kind of damage and reports its position. The checks are independent: if a row's bytes cannot
//! be read, the checks of its columns still run.

mod audit;
mod check_kind;
mod read_models;

pub use self::check_kind::CheckKind;

use self::audit::Audit;
use self::read_models::Comparison;
use super::log::Log;
use super::merkle::Hash;
use super::store::{ReferenceRow, Selection, StoreError, read};
use minutebook_domain::{Position, RecordedEvent, StreamId};

/// Rows read at a time.
const PAGE: u32 = 1000;
/// The number of times the read models are compared if rebuilds keep interfering.
const ATTEMPTS: usize = 5;

/// The result of a verification.
#[derive(Debug)]
pub struct VerifyReport {
    /// The number of events.
    pub events: u64,
    /// The Merkle root over their leaves. Kept elsewhere, it proves later that these events are unchanged.
    pub root: Hash,
    /// The checks, in a fixed order. That of the root is there if a root was given.
    pub checks: Vec<VerifyCheck>,
    /// What an auditor should know, though it may be right.
    pub notes: Vec<String>,
}

/// The root of the first events of a log, kept somewhere else.
#[derive(Debug, Clone, Copy)]
pub struct KnownRoot {
    /// The number of events, at least one.
    pub at: Position,
    /// The Merkle root over their leaves.
    pub root: Hash,
}

impl VerifyReport {
    /// Returns whether no check found a problem.
    pub fn is_sound(&self) -> bool {
        self.checks.iter().all(|check| check.problems_found == 0)
    }
}

/// One check and its problems.
#[derive(Debug)]
pub struct VerifyCheck {
    /// What it checks.
    pub kind: CheckKind,
    /// The number of problems found.
    pub problems_found: usize,
    /// The first problems, at most 100, by position.
    pub problems: Vec<VerifyProblem>,
}

/// One broken promise.
#[derive(Debug)]
pub struct VerifyProblem {
    /// The position of the event; 0 for the log as a whole.
    pub position: Position,
    /// What is wrong.
    pub what: String,
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyProgress {
    /// Events are checked against their leaves.
    Events {
        /// How many were checked.
        done: u64,
        /// How many there are.
        of: u64,
    },
    /// Streams are checked against the rules, and their rows against a fold.
    Streams {
        /// How many were checked.
        done: u64,
        /// How many there are.
        of: u64,
    },
}

/// Checks the whole log up to its present head, and says now and then how far it has come.
pub async fn verify(log: &Log, progress: impl FnMut(VerifyProgress)) -> Result<VerifyReport, StoreError> {
    verify_against(log, None, progress).await
}

/// Checks the whole log, and that it begins with the events of a root that was kept somewhere else.
pub async fn verify_against(
    log: &Log,
    root: Option<KnownRoot>,
    mut progress: impl FnMut(VerifyProgress),
) -> Result<VerifyReport, StoreError> {
    let mut audit = Audit::new(root);
    let store = log.store();
    let head = store.head().await?;
    let mut after = 0;
    'log: loop {
        let rows = store.rows(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        let last = read(last.position);
        let mut references = store.references(after + 1, last).await?.into_iter().peekable();
        for row in &rows {
            let position = read(row.position);
            if position > head.position {
                // An append in the meantime moves the head; any other event beyond it is a problem.
                if store.head().await?.position < position {
                    audit.problem(CheckKind::Positions, Position::new(position), "the event is beyond the head");
                }
                break 'log;
            }
            let mut found = Vec::new();
            while let Some(ReferenceRow { reference, .. }) = references.next_if(|row| row.position <= position) {
                found.push(reference);
            }
            audit.row(row, found);
        }
        after = last;
        progress(VerifyProgress::Events { done: after.min(head.position), of: head.position });
    }
    audit.head(head.position, head.recorded_at);
    let mut after = String::new();
    loop {
        let commands = store.commands(&after, PAGE).await?;
        let Some(last) = commands.last() else { break };
        after.clone_from(&last.command_id);
        for command in commands.into_iter().filter(|command| command.first_position <= head.position) {
            audit.command(&command);
        }
    }
    audit.remaining_commands();
    histories(log, head.position, &mut audit, progress).await?;
    let schema = store.audit_schema().await?;
    for problem in schema.problems {
        audit.problem(CheckKind::Safeguards, Position::START, problem);
    }
    side_tables(log, &mut audit).await?;
    Ok(audit.report(schema.notes))
}

/// Checks that uses of tokens and sessions name tokens of the log, and that no webhook is ahead of it.
async fn side_tables(log: &Log, audit: &mut Audit) -> Result<(), StoreError> {
    let store = log.store();
    for token in store.token_uses().await? {
        if !audit.has_stream(&format!("token:{}", token.token_id)) {
            let what = format!("a use is noted of the token `{}`, which the log does not hold", token.token_id);
            audit.problem(CheckKind::SideTables, Position::START, what);
        }
    }
    for session in store.sessions().await? {
        if !audit.has_stream(&format!("token:{}", session.bearer)) {
            let what = format!("a session stands for the token `{}`, which the log does not hold", session.bearer);
            audit.problem(CheckKind::SideTables, Position::START, what);
        }
    }
    let head = store.head().await?.position;
    for webhook in store.webhooks().await? {
        let position = webhook.progress.position;
        if position.number() > head {
            let what = format!("webhook `{}` has delivered up to {position}, beyond the head {head}", webhook.id);
            audit.problem(CheckKind::SideTables, position, what);
        }
    }
    Ok(())
}

/// Checks that the rules admit the history of each stream, and compares the read models with it.
async fn histories(
    log: &Log,
    head: u64,
    audit: &mut Audit,
    mut progress: impl FnMut(VerifyProgress),
) -> Result<(), StoreError> {
    let mut streams: Vec<_> = audit.take_streams().into_iter().collect();
    streams.sort_unstable();
    let of = streams.len() as u64;
    for attempt in 1..=ATTEMPTS {
        let mut comparison = Comparison::begin(log, head).await?;
        for (done, (name, position)) in (0..).zip(&streams) {
            progress(VerifyProgress::Streams { done, of });
            let history = history(log, name, *position).await;
            if let Some((stream, history)) = &history
                && attempt == 1
            {
                audit.history(stream, history);
            }
            comparison.stream(name, history.as_ref().map(|(_, history)| history.as_slice())).await?;
        }
        if let Some(problems) = comparison.finish().await? {
            for problem in problems {
                audit.problem(CheckKind::ReadModels, problem.position, problem.what);
            }
            return Ok(());
        }
    }
    audit.problem(
        CheckKind::ReadModels,
        Position::START,
        "the read models were rebuilt during each comparison: verify again",
    );
    Ok(())
}

/// The stream and its events up to a position; `None` if they cannot be read, which the check `bytes` reports.
async fn history(log: &Log, name: &str, up_to: Position) -> Option<(StreamId, Vec<RecordedEvent>)> {
    let stream: StreamId = name.parse().ok()?;
    let mut history = log.read_all(Selection::Stream(stream.clone())).await.ok()?;
    history.retain(|event| event.position <= up_to);
    Some((stream, history))
}
