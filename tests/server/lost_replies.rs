//! The reply of the statement that makes an append durable is lost on a real connection: the answer says that the outcome
//! is unknown, and the same key gets the receipt of what was recorded once.

use super::silent_database::{NetworkedServer, due_on, events_of, ledger_with_action};
use crate::fixtures::committee::raised;
use crate::fixtures::database_proxy::{DatabaseProxy, Loss, LostReply};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reply_of_a_commit_is_lost_with_its_connection() {
    the_outcome_is_asked_for(LostReply::Commit, Loss::Closed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reply_of_a_commit_never_comes() {
    the_outcome_is_asked_for(LostReply::Commit, Loss::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reply_of_an_append_is_lost_with_its_connection() {
    the_outcome_is_asked_for(LostReply::Append, Loss::Closed).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reply_of_an_append_never_comes() {
    the_outcome_is_asked_for(LostReply::Append, Loss::Silent).await;
}

async fn the_outcome_is_asked_for(reply: LostReply, loss: Loss) {
    let (ledger, secret) = ledger_with_action().await;
    let proxy = DatabaseProxy::start().await;
    let server = NetworkedServer::start(&proxy.url(&ledger.url_text), &secret);
    let first = server.raise("SSC80/01").await;
    let event = first.body["events"][0]["event_id"].as_str().unwrap();
    let corrections = format!("/api/v1/events/{event}/corrections");
    let (action, events) = if reply == LostReply::Commit { ("SSC80/01", 2) } else { ("SSC80/02", 1) };
    // A correction locks the head, and a COMMIT ends its transaction; the statement of any other write commits by itself.
    let write = async || match reply {
        LostReply::Commit => server.post(&corrections, "lost", &due_on("2019-04-01")).await,
        _ => server.post("/api/v1/actions", "lost", &raised(action)["data"]).await,
    };
    proxy.lose(reply, loss);
    let unknown = write().await;
    assert!(proxy.has_lost(), "{unknown:?}");
    assert_eq!((unknown.status, unknown.problem()), (503, "outcome-unknown"), "{unknown:?}");
    assert!(unknown.retry_after.is_some() && unknown.took < Duration::from_secs(10), "{unknown:?}");
    assert_eq!(events_of(&ledger, &[action.to_owned()]).await, [events], "it was recorded");
    let again = write().await;
    assert_eq!((again.status, again.body["events"].as_array().map(Vec::len)), (201, Some(1)), "{again:?}");
    assert!(again.took < Duration::from_secs(10), "{again:?}");
    assert_eq!(events_of(&ledger, &[action.to_owned()]).await, [events]);
}
