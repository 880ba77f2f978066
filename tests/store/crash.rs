//! After a writer is killed, every acknowledged command is recorded whole and once, and the others can be sent again.

use crate::fixtures::committee::{begin, progressed, raised};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::record_lines::{PATIENCE, RecordLines, verify};
use crate::fixtures::sent_commands::SentCommands;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

/// The lines that the process records at a time, and the lines in flight at any moment.
const JOBS: u16 = 16;
const UNDER_WAY: usize = 40;
/// The whole log is checked after this number of kills.
const BLOCK: usize = 20;

on_both_stores!(a_killed_writer_loses_no_acknowledged_event_and_records_none_twice);

async fn a_killed_writer_loses_no_acknowledged_event_and_records_none_twice(ledger: TestLedger) {
    let kills = from_environment("MINUTEBOOK_KILLS").unwrap_or(200);
    let seed = from_environment("MINUTEBOOK_SEED").unwrap_or_else(rand::random);
    eprintln!("the kills are those of MINUTEBOOK_SEED={seed}");
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.log().close().await;

    let mut secretary = Secretary::new(seed);
    let mut unacknowledged = 0;
    // In every other block another process has the ledger open. SQLite then recovers from shared memory, and otherwise
    // from the disk.
    let mut bystander = None;
    for round in 0..usize::try_from(kills).unwrap() {
        secretary.run_until_killed(&ledger.url_text);
        if round % BLOCK == BLOCK - 1 {
            let log = ledger.open().await;
            unacknowledged += secretary.sent.check(&log).await;
            bystander = if bystander.is_some() { None } else { Some(log) };
        }
    }
    drop(bystander);
    secretary.run_to_the_end(&ledger.url_text);
    let log = ledger.open().await;
    assert_eq!(secretary.sent.check(&log).await, 0, "every command is acknowledged in the end");
    log.close().await;
    verify(&ledger.url_text);
    let acknowledged = secretary.sent.acknowledged();
    eprintln!("{kills} kills, {acknowledged} commands, {unacknowledged} of them recorded before their acknowledgement");
    assert!(acknowledged > 0, "the writer never had the time to record a command");
}

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name} is {value}: {error}")))
}

/// Sends commands, stores the receipts, and sends unacknowledged commands again.
struct Secretary {
    random: StdRng,
    sent: SentCommands,
    /// Actions whose recording is acknowledged.
    raised: Vec<String>,
    next_action: u32,
    /// Lines that were sent before the last kill and not acknowledged.
    again: VecDeque<Value>,
    under_way: HashSet<String>,
}

impl Secretary {
    fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            sent: SentCommands::new("secretary"),
            raised: Vec::new(),
            next_action: 0,
            again: VecDeque::new(),
            under_way: HashSet::new(),
        }
    }

    /// Runs a writer and kills it some milliseconds after its start or its first receipt.
    fn run_until_killed(&mut self, ledger: &str) {
        let mut lines = RecordLines::start(ledger, JOBS);
        let lifetime = Duration::from_micros(self.random.random_range(5_000..60_000));
        let from_its_beginning = self.random.random_bool(0.3);
        let mut deadline = Instant::now() + if from_its_beginning { lifetime } else { PATIENCE };
        let mut first = true;
        loop {
            while self.under_way.len() < UNDER_WAY {
                let line = self.next_line();
                self.send(&mut lines, &line);
            }
            let Some(answer) = lines.answer_before(deadline) else { break };
            self.answered(&answer);
            if std::mem::take(&mut first) && !from_its_beginning {
                deadline = Instant::now() + lifetime;
            }
        }
        assert!(from_its_beginning || !first, "the writer acknowledged nothing in {PATIENCE:?}");
        for answer in lines.kill() {
            self.answered(&answer);
        }
        self.under_way.clear();
        self.again = self.sent.unacknowledged().into();
    }

    /// Runs a last writer until every command is acknowledged.
    fn run_to_the_end(&mut self, ledger: &str) {
        let mut lines = RecordLines::start(ledger, JOBS);
        while let Some(line) = self.again.pop_front() {
            self.send(&mut lines, &line);
        }
        let (answers, status) = lines.finish();
        for answer in answers {
            self.answered(&answer);
        }
        assert!(status.success(), "{status}");
    }

    fn send(&mut self, lines: &mut RecordLines, line: &Value) {
        self.under_way.insert(line["idempotency_key"].as_str().unwrap().to_owned());
        lines.send(line);
    }

    fn answered(&mut self, answer: &Value) {
        let key = self.sent.acknowledge(answer);
        self.under_way.remove(&key);
        for event in answer["events"].as_array().unwrap().iter().filter(|event| event["type"] == "ActionRaised") {
            self.raised.push(event["stream"].as_str().unwrap().trim_start_matches("action:").to_owned());
        }
    }

    /// An unacknowledged line first; otherwise a new one, or at times an acknowledged one again.
    fn next_line(&mut self) -> Value {
        if let Some(line) = self.again.pop_front() {
            return line;
        }
        if self.sent.count() > 0 && self.random.random_bool(0.05) {
            let (key, line) = self.sent.line(self.random.random_range(0..self.sent.count()));
            if !self.under_way.contains(&key) {
                return line.clone();
            }
        }
        let commands = match self.random.random_range(0..4) {
            0 => vec![self.raise(), self.raise()],
            1 if !self.raised.is_empty() => vec![self.raise(), self.progress()],
            2 if !self.raised.is_empty() => vec![self.progress()],
            _ => vec![self.raise()],
        };
        self.sent.add(&commands)
    }

    fn raise(&mut self) -> Value {
        self.next_action += 1;
        raised(&format!("SSC{}/{:02}", 72 + self.next_action / 1000, 1 + self.next_action % 1000))
    }

    fn progress(&mut self) -> Value {
        let action = &self.raised[self.random.random_range(0..self.raised.len())];
        progressed(action, "The paper was circulated.")
    }
}
