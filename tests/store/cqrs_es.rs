//! The `cqrs-es` framework runs on the log through `AggregateStore`.

use crate::fixtures::committee::{begin, command, completed, raised};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use cqrs_es::{AggregateContext, AggregateError, CqrsFramework, EventStore};
use minutebook_domain::action::{Action, ActionEvent, ActionStatus};
use minutebook_domain::rules;
use minutebook_domain::{Event, RequestMetadata};
use minutebook_ledger::{AggregateStore, Command, metadata_map};
use serde_json::{Value, json};

on_both_stores!(the_framework_executes_commands_on_the_log);

fn action_event(json: &Value) -> rules::AggregateCommand<ActionEvent> {
    match command(json) {
        Command::Record { event: Event::Action(event), .. } => rules::AggregateCommand::Record(event),
        other => panic!("{other:?}"),
    }
}

fn metadata(key: &str) -> std::collections::HashMap<String, String> {
    metadata_map::to_map(&RequestMetadata {
        actor: "framework".into(),
        command_id: key.into(),
        ..RequestMetadata::default()
    })
}

async fn the_framework_executes_commands_on_the_log(ledger: TestLedger) {
    begin(&ledger.recorder().await).await;
    let log = ledger.open().await;
    let store = AggregateStore::new(log.clone());
    let framework: CqrsFramework<Action, _> = CqrsFramework::new(store.clone(), Vec::new(), ());
    let id = "action:SSC72/01";
    framework.execute_with_metadata(id, action_event(&raised("SSC72/01")), metadata("1")).await.unwrap();
    framework.execute_with_metadata(id, action_event(&completed("SSC72/01")), metadata("2")).await.unwrap();
    let withdrawn = json!({"stream": id, "type": "ActionWithdrawn", "data": {"withdrawn_on": "2019-03-13"}});
    let refusal = framework.execute_with_metadata(id, action_event(&withdrawn), metadata("3")).await;
    assert!(matches!(refusal, Err(AggregateError::UserError(refusal)) if refusal.rule() == "action-outstanding"));

    let mut context = EventStore::<Action>::load_aggregate(&store, id).await.unwrap();
    assert_eq!(context.aggregate().status(), Some(ActionStatus::Complete));
    let events = EventStore::<Action>::load_events(&store, id).await.unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(events[1].metadata["actor"], "framework");

    // A context loaded before another command was recorded is refused.
    let stale = EventStore::<Action>::load_aggregate(&store, id).await.unwrap();
    let reopened = serde_json::json!({"stream": id, "type": "ActionReopened", "data": {"reopened_on": "2019-03-14"}});
    framework.execute_with_metadata(id, action_event(&reopened), metadata("4")).await.unwrap();
    let rules::AggregateCommand::Record(event) = action_event(&reopened) else { unreachable!() };
    let refusal = EventStore::<Action>::commit(&store, vec![event], stale, metadata("5")).await;
    assert!(matches!(refusal, Err(AggregateError::AggregateConflict)));
    assert_eq!(log.head().await.unwrap().number(), 5);
}
