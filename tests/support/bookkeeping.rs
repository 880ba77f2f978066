//! What was sent to a ledger and what it acknowledged, to be held against what is in it.

use super::lines::keyed;
use minutebook_ledger::{Log, Selection};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A command that was sent, perhaps more than once.
struct Sent {
    line: Value,
    /// How many events it leads to.
    events: usize,
    receipt: Option<Value>,
}

/// The commands of one test.
pub(crate) struct Bookkeeping {
    /// What its keys begin with.
    name: String,
    sent: BTreeMap<String, Sent>,
}

impl Bookkeeping {
    /// Books whose keys begin with `name`.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), sent: BTreeMap::new() }
    }

    /// Puts down that `commands` are sent together, and returns their line.
    pub(crate) fn sending(&mut self, commands: &[Value]) -> Value {
        let key = self.key(self.sent.len());
        let events = commands.len();
        let line = keyed(&key, json!({ "commands": commands }));
        self.sent.insert(key, Sent { line: line.clone(), events, receipt: None });
        line
    }

    /// The lines that have not been acknowledged.
    pub(crate) fn unacknowledged(&self) -> Vec<Value> {
        self.sent.values().filter(|sent| sent.receipt.is_none()).map(|sent| sent.line.clone()).collect()
    }

    fn key(&self, number: usize) -> String {
        format!("{}-{number:05}", self.name)
    }

    /// How many commands were sent.
    pub(crate) fn sent(&self) -> usize {
        self.sent.len()
    }

    /// The key of the command that was sent as number so many, from 0, and its line.
    pub(crate) fn line(&self, number: usize) -> (String, &Value) {
        let key = self.key(number);
        let line = &self.sent[&key].line;
        (key, line)
    }

    /// How many commands have been acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.sent.values().filter(|sent| sent.receipt.is_some()).count()
    }

    /// How many events all that was sent leads to.
    pub(crate) fn events(&self) -> u64 {
        self.sent.values().map(|sent| sent.events as u64).sum()
    }

    /// Puts down an acknowledgement, and returns its key. One that comes again must say the same.
    pub(crate) fn acknowledge(&mut self, answer: &Value) -> String {
        let Some(key) = answer["command_id"].as_str() else { panic!("this was refused: {answer}") };
        let sent = self.sent.get_mut(key).unwrap_or_else(|| panic!("nobody sent this: {answer}"));
        let receipt = json!({"command_id": key, "events": answer["events"]});
        let first = sent.receipt.get_or_insert_with(|| receipt.clone());
        assert_eq!(*first, receipt, "a command was acknowledged twice, and not alike");
        key.to_owned()
    }

    /// Reads the whole log and holds it against the books: every acknowledged event is where its receipt says; no
    /// command is there twice or in part; no position and no version is left out. Returns how many commands are in
    /// the log that nobody was told of.
    pub(crate) async fn check(&self, log: &Log) -> usize {
        let events = log.read_all(Selection::All).await.unwrap();
        let mut found: HashMap<&str, Vec<Value>> = HashMap::new();
        let mut versions: HashMap<String, u64> = HashMap::new();
        let mut ids = HashSet::new();
        for (event, position) in events.iter().zip(1..) {
            assert_eq!(event.position.number(), position, "the positions are not dense");
            let version = versions.entry(event.stream.to_string()).or_default();
            *version += 1;
            assert_eq!(event.version.number(), *version, "the versions of {} are not dense", event.stream);
            assert!(ids.insert(event.event_id), "the id {} is there twice", event.event_id);
            found.entry(&event.command_id).or_default().push(json!({
                "position": event.position, "stream": event.stream, "version": event.version,
                "event_id": event.event_id, "type": event.event.event_type(),
            }));
        }
        let mut untold = 0;
        for (key, sent) in &self.sent {
            let placed = found.get(key.as_str());
            if let Some(placed) = placed {
                assert_eq!(placed.len(), sent.events, "{key} is there twice or in part: {placed:?}");
            }
            match &sent.receipt {
                Some(receipt) => {
                    let placed = placed.unwrap_or_else(|| panic!("{receipt} was acknowledged, and is lost"));
                    assert_eq!(receipt["events"], json!(placed), "{key} is not where its receipt says");
                }
                None => untold += usize::from(placed.is_some()),
            }
        }
        untold
    }
}
