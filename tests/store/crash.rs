//! A writer that is killed keeps its word: what it acknowledged is there, once and whole, and it can be asked again.

use crate::fixtures::committee::{begin, progressed, raised};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::record_lines::{PATIENCE, RecordLines, verify};
use crate::fixtures::sent_commands::SentCommands;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

/// How many lines the killed process records at a time, and how many are on their way to it at any moment.
const JOBS: u16 = 16;
const UNDER_WAY: usize = 40;
/// After so many kills the log is read whole.
const BLOCK: usize = 20;

on_both_stores!(a_writer_killed_at_random_moments_loses_nothing_it_acknowledged_and_records_nothing_twice);

async fn a_writer_killed_at_random_moments_loses_nothing_it_acknowledged_and_records_nothing_twice(ledger: TestLedger) {
    let kills = from_environment("MINUTEBOOK_KILLS").unwrap_or(200);
    let seed = from_environment("MINUTEBOOK_SEED").unwrap_or_else(rand::random);
    eprintln!("the kills are those of MINUTEBOOK_SEED={seed}");
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.log().close().await;

    let mut secretary = Secretary::new(seed);
    let mut untold = 0;
    // In every other block somebody else has the ledger open: what a killed process leaves in SQLite's files is taken
    // up from the shared memory then, and otherwise read back from the disk.
    let mut bystander = None;
    for round in 0..usize::try_from(kills).unwrap() {
        secretary.work_until_killed(&ledger.url_text);
        if round % BLOCK == BLOCK - 1 {
            let log = ledger.open().await;
            untold += secretary.books.check(&log).await;
            bystander = if bystander.is_some() { None } else { Some(log) };
        }
    }
    drop(bystander);
    secretary.work_to_the_end(&ledger.url_text);
    let log = ledger.open().await;
    assert_eq!(secretary.books.check(&log).await, 0, "everything was sent until it was acknowledged");
    log.close().await;
    verify(&ledger.url_text);
    let acknowledged = secretary.books.acknowledged();
    eprintln!("{kills} kills, {acknowledged} commands, {untold} seen in the log that nobody had been told of");
    assert!(acknowledged > 0, "the writer was never given the time to record anything");
}

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name} is {value}: {error}")))
}

/// Sends commands, puts down what is acknowledged, and sends the rest again.
struct Secretary {
    random: StdRng,
    books: SentCommands,
    /// Actions that are in the log for certain.
    raised: Vec<String>,
    next_action: u32,
    /// RecordLines that were sent before the last kill and not acknowledged.
    again: VecDeque<Value>,
    under_way: HashSet<String>,
}

impl Secretary {
    fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            books: SentCommands::new("secretary"),
            raised: Vec::new(),
            next_action: 0,
            again: VecDeque::new(),
            under_way: HashSet::new(),
        }
    }

    /// One life of the writer, which ends some milliseconds after its beginning or its first acknowledgement.
    fn work_until_killed(&mut self, ledger: &str) {
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
        self.again = self.books.unacknowledged().into();
    }

    /// A last life, in which everything is acknowledged that was ever sent.
    fn work_to_the_end(&mut self, ledger: &str) {
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
        let key = self.books.acknowledge(answer);
        self.under_way.remove(&key);
        for event in answer["events"].as_array().unwrap().iter().filter(|event| event["type"] == "ActionRaised") {
            self.raised.push(event["stream"].as_str().unwrap().trim_start_matches("action:").to_owned());
        }
    }

    /// What has to be sent again, before anything new; now and then what was acknowledged long ago.
    fn next_line(&mut self) -> Value {
        if let Some(line) = self.again.pop_front() {
            return line;
        }
        if self.books.sent() > 0 && self.random.random_bool(0.05) {
            let (key, line) = self.books.line(self.random.random_range(0..self.books.sent()));
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
        self.books.sending(&commands)
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
