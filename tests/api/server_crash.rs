//! A killed server and a crashed database lose nothing that was acknowledged. A client without an answer sends its command again with the same key
//! and gets
//! the one outcome.

use crate::fixtures::api_client::token;
use crate::fixtures::committee::{begin, progressed, raised};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::postgres::Cluster;
use crate::fixtures::record_lines::{PATIENCE, verify};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use chrono::{DateTime, Utc};
use minutebook::access::Role;
use minutebook_ledger::{Log, Selection};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Clients that write at a time.
const CLIENTS: u32 = 32;
/// A server is killed after so many requests and answers at most, counted together.
const LONGEST_LIFE: u64 = 400;

/// The pause before a command is sent again after an answer of 503.
const RETRY: Duration = Duration::from_millis(50);

on_both_stores!(a_killed_server_loses_no_acknowledged_command_and_repeats_none);

async fn a_killed_server_loses_no_acknowledged_command_and_repeats_none(ledger: TestLedger) {
    let kills = from_environment("MINUTEBOOK_KILLS").unwrap_or(3);
    keep_the_word(&ledger, kills, 0, || {}).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_under_its_servers_loses_no_acknowledged_command_and_repeats_none() {
    let restarts = from_environment("MINUTEBOOK_RESTARTS").unwrap_or(2);
    let cluster = Cluster::of_its_own();
    let ledger = TestLedger::in_cluster(&cluster).await;
    keep_the_word(&ledger, restarts.div_ceil(2), restarts, || cluster.restart()).await;
}

/// Kills servers under their writers, restarts the database under servers that live on, and compares the log with what the
/// writers were told.
async fn keep_the_word(ledger: &TestLedger, kills: u64, restarts: u64, restart: impl Fn()) {
    let seed = from_environment("MINUTEBOOK_SEED").unwrap_or_else(rand::random);
    eprintln!("the kills are those of MINUTEBOOK_SEED={seed}");
    let number_of_lives = kills + 1;
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let token = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;

    let (lives, known_lives) = watch::channel(Life::default());
    let (moves, moved) = watch::channel(0);
    let (moves, over) = (Arc::new(moves), Arc::new(AtomicBool::new(false)));
    let caller = HttpCaller::new(&token);
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let (caller, lives) = (caller.clone(), known_lives.clone());
        let client = ApiClient { number, caller, lives, moves: moves.clone(), over: over.clone() };
        clients.spawn(client.work(StdRng::seed_from_u64(seed.wrapping_add(u64::from(number)))));
    }

    let mut random = StdRng::seed_from_u64(!seed);
    let mut begun = vec![DateTime::<Utc>::MIN_UTC];
    for round in 1..=usize::try_from(kills).unwrap() + 1 {
        let server = ServerProcess::start(&ledger.url_text);
        begun.push(Utc::now());
        lives.send_replace(Life { round, address: server.address.clone() });
        let life = u64::try_from(round).unwrap();
        for _ in restarts * (life - 1) / number_of_lives..restarts * life / number_of_lives {
            let until = *moved.borrow() + random.random_range(1..LONGEST_LIFE);
            let answered = timeout(PATIENCE, moved.clone().wait_for(|moves| *moves >= until)).await.is_ok();
            assert!(answered, "nobody gets an answer");
            tokio::task::block_in_place(&restart);
        }
        let until = *moved.borrow() + random.random_range(1..LONGEST_LIFE);
        let mut moved = moved.clone();
        tokio::select! {
            lived = timeout(PATIENCE, moved.wait_for(|moves| *moves >= until)) => {
                lived.expect("nobody gets an answer").unwrap();
            }
            // No client comes to an end by itself: what it found wrong is what the test fails with.
            Some(client) = clients.join_next() => drop(client.unwrap()),
        }
        if round <= usize::try_from(kills).unwrap() {
            server.kill();
            continue;
        }
        // The last one lives until everything that was ever sent is acknowledged.
        over.store(true, Ordering::SeqCst);
        let mut told = Vec::new();
        while let Some(client) = timeout(PATIENCE, clients.join_next()).await.expect("a client waits in vain") {
            told.extend(client.unwrap());
        }
        server.kill();
        let log = ledger.open().await;
        let untold = check(&log, &told, &begun).await;
        log.close().await;
        verify(&ledger.url_text);
        eprintln!(
            "{kills} kills, {restarts} restarts, {} commands, {untold} of them told by a later server than recorded them",
            told.len()
        );
        assert!(told.len() >= CLIENTS as usize);
        return;
    }
}

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name} is {value}: {error}")))
}

/// A server, and which one it is.
#[derive(Debug, Clone, Default)]
struct Life {
    round: usize,
    address: String,
}

/// What a client was told of a command.
struct AcknowledgedCommand {
    key: String,
    /// The events of the receipt.
    events: Vec<Value>,
    /// How many events the command leads to.
    expected: usize,
    /// Which server told it.
    round: usize,
}

struct ApiClient {
    number: u32,
    caller: HttpCaller,
    lives: watch::Receiver<Life>,
    /// Counts requests and answers.
    moves: Arc<watch::Sender<u64>>,
    over: Arc<AtomicBool>,
}

impl ApiClient {
    /// Sends one command after the other, each until it is acknowledged.
    async fn work(mut self, mut random: StdRng) -> Vec<AcknowledgedCommand> {
        let mut told: Vec<AcknowledgedCommand> = Vec::new();
        let mut sent: Vec<Value> = Vec::new();
        while !self.over.load(Ordering::SeqCst) || told.is_empty() {
            // Now and then what was acknowledged long ago is sent again, and the answer is the same.
            if !told.is_empty() && random.random_bool(0.1) {
                let place = random.random_range(0..told.len());
                let (events, _) = self.send(&told[place].key, &sent[place]).await;
                assert_eq!(events, told[place].events, "{} was acknowledged twice, and not alike", told[place].key);
                continue;
            }
            let key = format!("client-{}-{}", self.number, told.len());
            let commands = self.commands(told.len());
            let expected = commands.len();
            let body = json!({ "commands": commands });
            let (events, round) = self.send(&key, &body).await;
            told.push(AcknowledgedCommand { key, events, expected, round });
            sent.push(body);
        }
        told
    }

    /// An action; or an update on one, which no rule keeps from being recorded twice; or both.
    fn commands(&self, place: usize) -> Vec<Value> {
        let action = |place| format!("SSC{}/{:02}", 100 + self.number * 100 + place / 900, 1 + place % 900);
        let (place, kind) = (u32::try_from(place / 3).unwrap(), place % 3);
        match kind {
            0 => vec![raised(&action(place * 2))],
            1 => vec![progressed(&action(place * 2), "The paper was circulated.")],
            _ => vec![
                raised(&action(place * 2 + 1)),
                progressed(&action(place * 2 + 1), "The paper was drafted."),
                progressed(&action(place * 2), "The paper was read."),
            ],
        }
    }

    /// Sends a command to whichever server lives, until one acknowledges it.
    async fn send(&mut self, key: &str, body: &Value) -> (Vec<Value>, usize) {
        let mut after = 0;
        loop {
            let living = timeout(PATIENCE, self.lives.wait_for(|life| life.round > after)).await;
            let life = living.expect("no server comes back").unwrap().clone();
            self.moves.send_modify(|moves| *moves += 1);
            let answer = self.caller.post(&life.address, "/api/v1/commands", key, body).await;
            match answer {
                Ok((201, text)) => {
                    self.moves.send_modify(|moves| *moves += 1);
                    let receipt: Value = serde_json::from_str(&text).unwrap();
                    return (receipt["events"].as_array().unwrap().clone(), life.round);
                }
                Ok((503, _)) => tokio::time::sleep(RETRY).await,
                Ok((status, text)) => panic!("{key} was refused: {status} {text}"),
                // It was killed; whether it had recorded the command nobody knows.
                Err(_) => after = life.round,
            }
        }
    }
}

/// Compares the log with the receipts: each command is there once, whole, at the positions of its receipt, and nothing
/// else is.
/// Returns how many receipts came from a later server than the recording one.
async fn check(log: &Log, told: &[AcknowledgedCommand], begun: &[DateTime<Utc>]) -> usize {
    let events = log.read_all(Selection::All).await.unwrap();
    let mut commands: HashMap<&str, (Vec<Value>, DateTime<Utc>)> = HashMap::new();
    for (event, position) in events.iter().zip(1..) {
        assert_eq!(event.position.number(), position, "the positions are not dense");
        if event.metadata.command_id.starts_with("http:") {
            let (placed, _) = commands.entry(&event.metadata.command_id).or_insert((Vec::new(), event.recorded_at));
            placed.push(json!({
                "position": event.position, "stream": event.stream, "version": event.version,
                "event_id": event.event_id, "type": event.event.event_type(),
            }));
        }
    }
    let mut placed: HashMap<u64, (Vec<Value>, DateTime<Utc>)> = commands
        .into_values()
        .map(|(events, recorded_at)| (events[0]["position"].as_u64().unwrap(), (events, recorded_at)))
        .collect();
    let mut untold = 0;
    for AcknowledgedCommand { key, events, expected, round } in told {
        let position = events[0]["position"].as_u64().unwrap();
        let found = placed.remove(&position);
        let (found, recorded_at) = found.unwrap_or_else(|| panic!("{key} was acknowledged at {position}, and is lost"));
        assert_eq!(found, *events, "{key} is not where its receipt says");
        assert_eq!(found.len(), *expected, "{key} is there in part, or more than once");
        untold += usize::from(recorded_at < begun[*round]);
    }
    assert!(placed.is_empty(), "this was recorded beside what was asked: {placed:?}");
    untold
}
