//! What webhooks promise: what is recorded is sent, in order, until it was taken, to whom it is for.

mod audience;
mod delivery;
mod failures;
mod management;
mod several_servers;
mod signature_example;

use crate::fixtures::ledgers::TestLedger;
use crate::fixtures::webhook_receiver::WebhookReceiver;
use minutebook::query::events::Events;
use minutebook::webhooks::{self, Deliverer, Webhook, WebhookDefinition, WebhookSettings};
use minutebook_ledger::{Log, Recorder};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Short waits, and receivers on loopback.
fn quick() -> WebhookSettings {
    WebhookSettings {
        private_addresses: true,
        patience: Duration::from_secs(2),
        first_retry: Duration::from_millis(5),
        longest_retry: Duration::from_millis(50),
        lease: Duration::from_secs(5),
        ..WebhookSettings::default()
    }
}

fn to(receiver: &WebhookReceiver, clearance: &str, committees: Option<&[&str]>) -> WebhookDefinition {
    WebhookDefinition {
        url: receiver.url(),
        clearance: clearance.parse().unwrap(),
        committees: committees.map(|codes| codes.iter().map(|code| code.parse().unwrap()).collect()),
        types: None,
        created_by: "tester".into(),
    }
}

async fn made(log: &Log, id: &str, definition: WebhookDefinition) -> Webhook {
    webhooks::create(log, id, definition, &quick()).await.unwrap()
}

/// A server's deliverer, as it runs.
struct Running {
    log: Log,
    end: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    async fn on(ledger: &TestLedger, settings: WebhookSettings) -> Self {
        let log = ledger.open().await;
        let deliverer = Deliverer::new(Events::new(log.clone()), settings).unwrap();
        let (end, ended) = watch::channel(false);
        Self { log, end, task: tokio::spawn(deliverer.run(ended)) }
    }

    /// Ends it as a server does that is told to stop.
    async fn stop(self) {
        self.end.send_replace(true);
        self.task.await.unwrap();
        self.log.close().await;
    }

    /// Ends it where it stands.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
        self.log.close().await;
    }
}

/// Records so many events, and returns their positions.
async fn record(recorder: &Recorder, name: &str, number: u32) -> Vec<u64> {
    use crate::fixtures::committee::{progressed, request};
    let mut positions = Vec::new();
    for turn in 0..number {
        let note = progressed("SSC72/01", &format!("Note {turn} of {name}"));
        let receipt = recorder.record(&request(&format!("{name}-{turn}"), &note)).await.unwrap();
        positions.extend(receipt.events.iter().map(|placed| placed.position.number()));
    }
    positions
}

/// A committee with an action.
async fn begun(ledger: &TestLedger) -> Recorder {
    use crate::fixtures::committee::{begin, raised, request};
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    recorder
}

/// Waits until a webhook has come to be so.
async fn until(log: &Log, id: &str, is_so: impl Fn(&Webhook) -> bool) -> Webhook {
    let waiting = async {
        loop {
            let webhook = webhooks::find(log, id).await.unwrap().unwrap();
            if is_so(&webhook) {
                return webhook;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("it never came to be so")
}
