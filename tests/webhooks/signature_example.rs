//! The program in docs/feed.md that checks a signature is run as it stands there.

use super::{Running, begun, made, quick, record, to};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::webhook_receiver::{Message, WebhookReceiver};
use serde_json::json;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Hands a message to the program.
const ASK: &str = "
import json, sys
asked = json.load(sys.stdin)
print(is_genuine(asked['headers'], asked['body'].encode(), asked['secret']))
";

fn is_genuine(message: &Message, secret: &str) -> bool {
    let page = include_str!("../../docs/feed.md");
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers = names.map(|name| (name.to_owned(), json!(message.header(name))));
    let body = std::str::from_utf8(&message.body).unwrap();
    let asked = json!({"headers": serde_json::Map::from_iter(headers), "body": body, "secret": secret});
    let mut python = Command::new("python3");
    let mut python =
        python.args(["-c", &format!("{program}{ASK}")]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    match String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap().trim() {
        "True" => true,
        "False" => false,
        other => panic!("the program says {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_of_the_page_tells_what_is_genuine_from_what_is_not() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = begun(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    let webhook = made(recorder.log(), "wh_1", to(&receiver, "RED", None)).await;
    let server = Running::on(&ledger, quick()).await;
    record(&recorder, "only", 1).await;
    receiver.has_taken(1).await;
    server.stop().await;
    let message = receiver.messages().remove(0);
    let secret = webhook.secret.reveal();
    assert!(is_genuine(&message, secret));
    let other = made(recorder.log(), "wh_2", to(&receiver, "RED", None)).await;
    assert!(!is_genuine(&message, other.secret.reveal()), "by another secret");
    let mut longer = message.clone();
    longer.body = [&message.body[..], b" "].concat().into();
    assert!(!is_genuine(&longer, secret), "another body");
    let mut old = message;
    old.headers.insert("webhook-timestamp", "1700000000".parse().unwrap());
    assert!(!is_genuine(&old, secret), "another time");
}
