//! Stored events of every schema version can be read, and are written back as the same bytes.

use crate::support::{event, marked};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{Event, StreamId};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The parts of a stored event that a fixture holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    data: Box<RawValue>,
    schema_version: u32,
    stream: StreamId,
    #[serde(rename = "type")]
    event_type: String,
}

impl Fixture {
    fn decode(&self) -> Event {
        Event::decode(&self.stream, &self.event_type, self.schema_version, &self.data)
            .unwrap_or_else(|error| panic!("{} of {} cannot be read: {error}", self.event_type, self.stream))
    }
}

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fixtures of the first schema version, by file name without its extension.
fn fixtures() -> BTreeMap<String, (String, Fixture)> {
    fixtures_in("v1")
}

/// The fixtures of the second schema version, of the types that have one.
fn second_fixtures() -> BTreeMap<String, (String, Fixture)> {
    fixtures_in("v2")
}

fn fixtures_in(version: &str) -> BTreeMap<String, (String, Fixture)> {
    let read = |path: PathBuf| {
        let bytes = std::fs::read_to_string(&path).unwrap();
        let fixture = serde_json::from_str(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), (bytes, fixture))
    };
    let folder = std::fs::read_dir(crate_folder().join("tests/fixtures/events").join(version)).unwrap();
    folder.map(|entry| read(entry.unwrap().path())).collect()
}

#[test]
fn every_type_in_the_catalogue_has_a_fixture_and_every_fixture_a_type() {
    let expected: BTreeSet<String> = Event::catalogue()
        .flat_map(|(aggregate, event_type)| {
            let name = format!("{event_type}.{aggregate}");
            let changes: &[&str] =
                if event_type == "EventCorrected" { &[".struck", ".replaced", ".supplemented"] } else { &[""] };
            changes.iter().map(move |change| format!("{name}{change}"))
        })
        .collect();
    assert_eq!(fixtures().into_keys().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_fixture_is_read_as_the_event_in_its_name() {
    for (name, (_, fixture)) in fixtures().into_iter().chain(second_fixtures()) {
        let event = fixture.decode();
        assert!(event.belongs_to(&fixture.stream));
        let aggregate = fixture.stream.to_string();
        let aggregate = aggregate.split(':').next().unwrap();
        let mut says = format!("{}.{aggregate}", event.event_type());
        if event.is_correction() {
            let change = minutebook_domain::match_event!(&event, event => change(event));
            says = format!("{says}.{change}");
        }
        assert_eq!(says, name);
    }
}

fn change<E: minutebook_domain::correction::Correctable>(event: &E) -> &'static str {
    event.as_correction().unwrap().change.word()
}

#[test]
fn an_event_is_written_as_the_bytes_it_was_read_from() {
    for (name, (bytes, fixture)) in fixtures().into_iter().chain(second_fixtures()) {
        let event = fixture.decode();
        // Events are written with their newest schema version. The second versions only add fields, so nothing else differs.
        let schema = |version: u32| format!("\"schema_version\":{version}");
        let bytes = bytes.replace(&schema(fixture.schema_version), &schema(event.schema_version()));
        // The map of a `Value` is sorted, which makes the form canonical.
        let again = json!({
            "data": event.data().unwrap(),
            "schema_version": event.schema_version(),
            "stream": fixture.stream,
            "type": event.event_type(),
        });
        assert_eq!(serde_json::to_string(&again).unwrap(), bytes, "{name}");
    }
}

#[test]
fn every_field_of_every_payload_is_filled_in_its_fixture() {
    let mut fixtures = fixtures();
    fixtures.extend(second_fixtures());
    for (aggregate, event_type) in Event::catalogue().filter(|(_, event_type)| *event_type != "EventCorrected") {
        let (_, fixture) = &fixtures[&format!("{event_type}.{aggregate}")];
        let data: BTreeMap<String, Value> = serde_json::from_str(fixture.data.get()).unwrap();
        let sources = std::fs::read_dir(crate_folder().join("src").join(aggregate)).unwrap();
        let source: String = sources.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
        let (_, payload) = source.split_once(&format!("pub struct {event_type} {{")).unwrap();
        let (fields, _) = payload.split_once("\n}").unwrap();
        let fields = fields.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next());
        let fields: BTreeSet<&str> = fields.collect();
        assert_eq!(data.keys().map(String::as_str).collect::<BTreeSet<_>>(), fields, "{event_type}");
        assert!(data.values().all(|value| !value.is_null()), "{event_type}");
    }
}

#[test]
fn an_unknown_field_is_refused() {
    for (name, (_, fixture)) in fixtures() {
        let mut data: Value = serde_json::from_str(fixture.data.get()).unwrap();
        data["afterthought"] = true.into();
        let data = serde_json::value::to_raw_value(&data).unwrap();
        let read = Event::decode(&fixture.stream, &fixture.event_type, fixture.schema_version, &data);
        assert!(read.is_err(), "{name} is read, and the unknown field is lost");
    }
}

#[test]
fn every_meeting_that_an_event_names_can_be_given_another_reference() {
    for (name, (_, fixture)) in fixtures().into_iter().chain(second_fixtures()) {
        let mut event = fixture.decode();
        let reference = |text: &str| {
            let meeting = text.split("/D").next().unwrap_or_default();
            meeting.parse::<MeetingRef>().is_ok().then(|| meeting.to_owned())
        };
        event.meetings(&mut |meeting| *meeting = "OPSG_1_0101".parse().unwrap());
        let mut left: Vec<String> = Vec::new();
        strings(&event.data().unwrap(), &mut |text| left.extend(reference(text)));
        left.retain(|meeting| meeting != "OPSG_1_0101");
        // What a correction says of the corrected event's references is for the index of references alone.
        left.retain(|_| !event.is_correction());
        let new = if name.starts_with("MeetingRenumbered") { vec!["SSC_73_0603".to_owned()] } else { Vec::new() };
        assert_eq!(left, new, "{name}");
    }
}

fn strings(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, visit)),
        Value::Object(fields) => fields.values().for_each(|value| strings(value, visit)),
        _ => {}
    }
}

#[test]
fn absent_fields_are_not_written() {
    let data = json!({ "text": marked("WHITE", "The Chair opened the meeting.") });
    let paragraph: MeetingEvent = event("ParagraphRecorded", &data);
    let written = paragraph.data().unwrap();
    assert_eq!(written, json!({ "passage": 0, "text": data["text"] }));
}

#[test]
fn deeply_nested_corrections_are_refused_before_the_stack_overflows() {
    let nested = |depth: usize| {
        let open = r#"{"version":1,"change":{"replaced":{"type":"EventCorrected","data":"#;
        let text = format!("{}{}{}", open.repeat(depth), r#"{"version":1,"change":"struck"}"#, "}}}".repeat(depth));
        let stream: StreamId = "action:SSC72/01".parse().unwrap();
        Event::decode(&stream, "EventCorrected", 1, &RawValue::from_string(text).unwrap())
    };
    assert!(nested(30).is_ok(), "a depth beyond any real record");
    assert!(nested(20_000).unwrap_err().to_string().contains("recursion limit"));
}
