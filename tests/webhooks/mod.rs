//! Webhooks: events reach the receivers they are meant for, in order and at least once.

mod audience;
mod clock;
mod delivery;
mod failures;
mod management;
mod several_servers;
mod signature_example;

use crate::fixtures::ledgers::TestLedger;
use crate::fixtures::webhook_receiver::{Message, WebhookReceiver};
use minutebook::query::events::EventReader;
use minutebook::webhooks::{self, Deliverer, Webhook, WebhookDefinition, WebhookSettings};
use minutebook_ledger::{Environment, Log, Recorder};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Settings with short delays, for receivers on loopback.
fn quick_settings() -> WebhookSettings {
    WebhookSettings {
        private_addresses: true,
        response_timeout: Duration::from_secs(2),
        first_retry: Duration::from_millis(5),
        longest_retry: Duration::from_millis(50),
        lease: Duration::from_secs(5),
        ..WebhookSettings::default()
    }
}

fn definition(receiver: &WebhookReceiver, clearance: &str, committees: Option<&[&str]>) -> WebhookDefinition {
    WebhookDefinition {
        url: receiver.url(),
        clearance: clearance.parse().unwrap(),
        committees: committees.map(|codes| codes.iter().map(|code| code.parse().unwrap()).collect()),
        types: None,
        created_by: "tester".into(),
        creator: None,
    }
}

async fn create_webhook(log: &Log, id: &str, definition: WebhookDefinition) -> Webhook {
    webhooks::create(log, id, definition, &quick_settings()).await.unwrap()
}

/// A server's deliverer, running in a task.
struct RunningDeliverer {
    log: Log,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl RunningDeliverer {
    async fn start(ledger: &TestLedger, settings: WebhookSettings) -> Self {
        Self::on(ledger.open().await, settings)
    }

    /// Starts it with a clock of the test's own.
    async fn start_in(ledger: &TestLedger, settings: WebhookSettings, environment: Environment) -> Self {
        Self::on(ledger.open_in(environment).await, settings)
    }

    fn on(log: Log, settings: WebhookSettings) -> Self {
        let deliverer = Deliverer::new(EventReader::new(log.clone()), settings).unwrap();
        let (stop, stopped) = watch::channel(false);
        Self { log, stop, task: tokio::spawn(deliverer.run(stopped)) }
    }

    /// Stops it as a server does at SIGTERM.
    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
        self.log.close().await;
    }

    /// Aborts it wherever it is, as `kill -9` would.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
        self.log.close().await;
    }
}

/// Records `number` events and returns their positions.
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

/// A recorder of a ledger with a committee and an action.
async fn recorder_with_action(ledger: &TestLedger) -> Recorder {
    use crate::fixtures::committee::{begin, raised, request};
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    recorder
}

/// Delivers one event to a new webhook. Returns the message and the webhook, with the recorder and the receiver.
async fn delivered(ledger: &TestLedger) -> (Message, Webhook, Recorder, WebhookReceiver) {
    let recorder = recorder_with_action(ledger).await;
    let receiver = WebhookReceiver::open().await;
    let webhook = create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    let server = RunningDeliverer::start(ledger, quick_settings()).await;
    record(&recorder, "only", 1).await;
    receiver.wait_for_accepted(1).await;
    server.stop().await;
    (receiver.messages().remove(0), webhook, recorder, receiver)
}

/// Polls a webhook until the condition holds.
async fn until(log: &Log, id: &str, holds: impl Fn(&Webhook) -> bool) -> Webhook {
    let waiting = async {
        loop {
            let webhook = webhooks::find(log, id).await.unwrap().unwrap();
            if holds(&webhook) {
                return webhook;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("the condition did not hold within a minute")
}
