//! What the clients send: actions that are raised, and then told of nine times.

use minutebook_domain::action::{ActionEvent, ActionProgressed, ActionRaised};
use minutebook_domain::classification::Classified;
use minutebook_domain::{Event, RequestMetadata, Source, StreamId};
use minutebook_ledger::{Command, Log, Recorder, Request, command_json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Events in one action's stream.
pub(crate) const EVENTS_PER_STREAM: u32 = 10;

/// The actions that nobody has raised yet.
#[derive(Clone)]
pub(crate) struct Actions {
    first_meeting: u64,
    taken: Arc<AtomicU64>,
}

impl Actions {
    /// Establishes the committee if the log is empty. No two calls on one log lead to the same actions: the meeting
    /// numbers begin after the number of events that are there, which is more than there are meetings.
    pub(crate) async fn begin(log: &Log) -> anyhow::Result<Self> {
        let head = log.head().await?.number();
        if head == 0 {
            let json = r#"{"stream": "committee:SSC", "type": "CommitteeEstablished",
                           "data": {"code": "SSC", "name": "Security Sub-Committee", "default_classification": "WHITE"}}"#;
            let defaults = RequestMetadata { command_id: "committee".into(), ..metadata(String::new()) };
            Recorder::new(log.clone()).record(&command_json::request(json, defaults)?).await?;
        }
        Ok(Self { first_meeting: head + 1, taken: Arc::default() })
    }

    /// The next one's reference.
    fn next(&self) -> String {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        format!("SSC{}/{}", self.first_meeting + number / 1000, number % 1000)
    }
}

/// One client, on streams of its own.
pub(crate) struct Client {
    actions: Actions,
    stream: Option<(StreamId, String)>,
    place: u32,
}

impl Client {
    pub(crate) fn new(actions: Actions) -> Self {
        Self { actions, stream: None, place: 0 }
    }

    /// The next event, and the stream that it goes to.
    pub(crate) fn next_event(&mut self) -> anyhow::Result<(StreamId, Event)> {
        if self.place == EVENTS_PER_STREAM || self.stream.is_none() {
            let reference = self.actions.next();
            self.stream = Some((format!("action:{reference}").parse()?, reference));
            self.place = 0;
        }
        let (stream, reference) = self.stream.clone().unwrap_or_else(|| unreachable!("it was just set"));
        let event = if self.place == 0 { raised(&reference)? } else { progressed(self.place)? };
        self.place += 1;
        Ok((stream, Event::Action(event)))
    }

    /// The next command, under a key of its own.
    pub(crate) fn next_request(&mut self, log: &Log) -> anyhow::Result<Request> {
        let (stream, event) = self.next_event()?;
        Ok(Request {
            commands: vec![Command::Record { stream, event, source: None, classification: None }],
            metadata: metadata(log.environment().command_id()?),
            expected: None,
            planned: false,
        })
    }
}

/// The metadata of everything that is sent.
pub(crate) fn metadata(command_id: String) -> RequestMetadata {
    let source = Source { client: Some("load".to_owned()), ..Source::default() };
    RequestMetadata { actor: "load".to_owned(), command_id, source, ..RequestMetadata::default() }
}

fn raised(reference: &str) -> anyhow::Result<ActionEvent> {
    let text = "Circulate the paper on the review of the security architecture to the members";
    Ok(ActionEvent::ActionRaised(ActionRaised {
        reference: reference.parse()?,
        text: Classified::new("WHITE".parse()?, text.parse()?),
        owners: vec!["SECAS".parse()?],
        due_on: Some("2019-03-27".parse()?),
        raised_in: None,
        raised_on: "2019-02-27".parse()?,
        item: None,
        decision: None,
        marked: None,
        references: Vec::new(),
    }))
}

fn progressed(place: u32) -> anyhow::Result<ActionEvent> {
    let note = format!("Update {place}: the paper was sent to two of the members, and comments are awaited");
    Ok(ActionEvent::ActionProgressed(ActionProgressed {
        note: Some(Classified::new("GREEN".parse()?, note.parse()?)),
        reported: None,
        progressed_on: "2019-03-01".parse()?,
        at_meeting: None,
    }))
}
