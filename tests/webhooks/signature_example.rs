//! The Python program in docs/feed.md verifies signatures as it is written.

use super::{create_webhook, definition, delivered};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::webhook_receiver::Message;
use serde_json::json;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Reads a message from standard input and calls the documented function.
const CALL: &str = "
import json, sys
message = json.load(sys.stdin)
print(is_genuine(message['headers'], message['body'].encode(), message['secret']))
";

fn is_genuine(message: &Message, secret: &str) -> bool {
    let page = include_str!("../../docs/feed.md");
    let program = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers = names.map(|name| (name.to_owned(), json!(message.header(name))));
    let body = std::str::from_utf8(&message.body).unwrap();
    let input = json!({"headers": serde_json::Map::from_iter(headers), "body": body, "secret": secret});
    let mut python = Command::new("python3");
    let mut python =
        python.args(["-c", &format!("{program}{CALL}")]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    match String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap().trim() {
        "True" => true,
        "False" => false,
        other => panic!("unexpected output: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_program_accepts_a_message_and_refuses_forgeries() {
    let ledger = TestLedger::new(Store::Sqlite);
    let (message, webhook, recorder, receiver) = delivered(&ledger).await;
    let secret = webhook.secret.reveal();
    assert!(is_genuine(&message, secret));
    let other = create_webhook(recorder.log(), "wh_2", definition(&receiver, "RED", None)).await;
    assert!(!is_genuine(&message, other.secret.reveal()), "another secret");
    let mut longer = message.clone();
    longer.body = [&message.body[..], b" "].concat().into();
    assert!(!is_genuine(&longer, secret), "another body");
    let mut old = message;
    old.headers.insert("webhook-timestamp", "1700000000".parse().unwrap());
    assert!(!is_genuine(&old, secret), "another time");
}
