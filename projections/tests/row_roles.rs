//! The roles of the rows' fields: what a reader gets of a row that has a value in each field.

use crate::history::{text, up_to};
use minutebook_projections::actions::Actions;
use minutebook_projections::committees::Committees;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::{RowFields, redact_row};
use minutebook_projections::row_roles::{NamedSubject, RowRoles};
use serde_json::{Value, json};

/// A row of each projection, or of each kind of its rows, with a value in each field.
fn stored<P: Projection>() -> Vec<Value> {
    let rows = match P::NAME {
        "actions" => json!([{
            "reference": "SSC72/01", "text": text("GREEN", "Ask the insurer"), "owners": ["Ada"], "due_on": "2019-03-13",
            "status": "superseded", "raised_in": "SSC_72_2702", "raised_on": "2019-02-27", "item": 3,
            "decision": "SSC_72_2702/D1", "marked": "RED", "references": ["SECMP0037"], "reported": "overdue",
            "note": text("RED", "They refuse"), "updated_on": "2019-03-20", "closed_on": "2019-03-20",
            "superseded_by": "SSC72/02", "due_date_moves": 1, "carried_forward": 2, "reassigned": 3,
        }]),
        "committees" => json!([{
            "code": "SSC", "name": "Security", "scheme": "SEC-PIP", "time_zone": "Europe/London", "quorum": 3,
            "established_on": "2013-01-01",
            "members": [{"name": "Ada", "role": "chair", "organisation": "DCC", "appointed_on": "2013-01-02"}],
        }]),
        "decisions" => json!([{
            "id": "SSC_72_2702/D1", "verb": "AGREED", "text": text("GREEN", "the terms"), "meeting": "SSC_72_2702",
            "item": 3, "decided_at": "2019-02-27T10:00:00Z", "subjects": ["Other User L"], "recommended_to": "Panel",
            "deferred_to": "2019-03-13", "delegated_to": "the chair", "supersedes": ["SSC_71_1302/D2"],
            "superseded_by": "SSC_73_1303/D1", "rescinded": true, "references": ["SECMP0037"],
        }]),
        "matters" => json!([{
            "meeting": "SSC_72_2702", "number": 1, "item": 3, "text": text("GREEN", "the letter"), "marked": "RED",
            "noted_at": "2019-02-27T10:00:00Z", "references": ["SECMP0037"],
        }]),
        "meetings" => json!([{
            "reference": "SSC_72_2802", "formerly": ["SSC_72_2702"], "held_on": "2019-02-28", "starts_at": "10:00:00",
            "ends_at": "16:00:00", "venue": "The Old Customs House", "classification": "GREEN",
            "next_meeting_on": "2019-03-13", "closed": true, "cancelled": true, "postponed_from": "2019-02-27",
            "published": [
                {"edition": 1, "audience": "WHITE", "published_on": "2019-03-06"},
                {"edition": 2, "audience": "RED", "published_on": "2019-03-07"},
            ],
            "items": [
                {"number": 1, "title": text("GREEN", "Welcome"), "classification": "RED"},
                {"number": 2, "title": text("RED", "The breach"), "classification": null},
            ],
            "attendance": [{"name": "Ada", "organisation": "DCC", "capacity": "chair", "part": "items 1 and 2"}],
            "apologies": [{"name": "Ben", "organisation": "DCC", "alternate": "Cy"}],
        }]),
        "minutes" => json!([
            {"meeting": "SSC_72_2702", "edition": "draft", "step": "drafted", "drafted_on": "2019-03-06",
             "document": "SSC_73_1303_02"},
            {"meeting": "SSC_73_1303", "edition": "draft", "step": "approved", "minutes_of": "2019-02-27",
             "outcome": "subject to amendments", "amendments": [text("GREEN", "a name"), text("RED", "a figure")],
             "comments_received": true},
        ]),
        "party_statuses" => json!([{
            "committee": "SSC", "party": "Other User L", "category": "Other User", "kind": "assurance",
            "value": text("RED", "Approved"), "deferred": true, "deferred_to": "2019-03-13", "assessment": "Security Self-Assessment",
            "agreed_on": "2019-02-27", "meeting": "SSC_72_2702", "item": 3, "decision": "SSC_72_2702/D1",
            "authority": "Panel",
        }]),
        other => panic!("a row of `{other}` with a value in each field is missing here"),
    };
    rows.as_array().unwrap().clone()
}

fn redacted<P: Projection>(stored: &Value, level: &str) -> Option<RowFields> {
    let row: P::Row = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(serde_json::to_value(&row).unwrap(), *stored, "each field of the stored form is filled");
    redact_row(&row, up_to(level)).unwrap()
}

/// The stored form with two fields for each of the row's own texts.
fn with_texts_as_fields(stored: &Value) -> RowFields {
    let mut fields = RowFields::new();
    for (name, value) in stored.as_object().unwrap() {
        match (value.get("classification"), value.get("text")) {
            (Some(mark), Some(text)) => {
                fields.insert(format!("{name}_classification"), mark.clone());
                fields.insert(name.clone(), text.clone());
            }
            _ => drop(fields.insert(name.clone(), value.clone())),
        }
    }
    fields
}

/// Calls a generic function for each projection.
macro_rules! for_each_projection {
    ($check:ident) => {
        $check::<Actions>();
        $check::<Committees>();
        $check::<Decisions>();
        $check::<Matters>();
        $check::<Meetings>();
        $check::<Minutes>();
        $check::<PartyStatuses>();
    };
}

#[test]
fn who_may_see_all_gets_every_field() {
    fn check<P: Projection>() {
        let mut names: Vec<String> = Vec::new();
        for stored in stored::<P>() {
            names.extend(stored.as_object().unwrap().keys().cloned());
            assert_eq!(redacted::<P>(&stored, "RED"), Some(with_texts_as_fields(&stored)));
        }
        let mut fields: Vec<&str> = P::Row::fields().iter().map(|field| field.name).collect();
        fields.sort_unstable();
        names.sort_unstable();
        names.dedup();
        assert_eq!(fields, names, "{}", P::NAME);
    }
    for_each_projection!(check);
}

#[test]
fn no_text_above_the_reader_is_in_a_redacted_row() {
    fn check<P: Projection>() {
        let secrets = ["They refuse", "Approved", "The breach", "a figure", "2019-03-07"];
        for stored in stored::<P>() {
            let green = Value::from(redacted::<P>(&stored, "GREEN").unwrap()).to_string();
            assert!(!secrets.iter().any(|secret| green.contains(secret)), "{green}");
            let white = redacted::<P>(&stored, "WHITE");
            let has_green_main = ["actions", "decisions", "matters", "meetings"].contains(&P::NAME);
            assert_eq!(white.is_none(), has_green_main, "{white:?}");
        }
    }
    for_each_projection!(check);
}

#[test]
fn entries_keep_the_stored_form_of_their_texts_and_their_printed_marks() {
    let meeting = redacted::<Meetings>(&stored::<Meetings>()[0], "GREEN").unwrap();
    assert_eq!(meeting["items"], json!([{"number": 1, "title": text("GREEN", "Welcome"), "classification": "RED"}]));
    assert_eq!(meeting["published"], json!([{"edition": 1, "audience": "WHITE", "published_on": "2019-03-06"}]));
    let approval = redacted::<Minutes>(&stored::<Minutes>()[1], "GREEN").unwrap();
    assert_eq!(approval["amendments"], json!([text("GREEN", "a name")]));
}

/// The fields of a projection's rows that name a subject of one of these kinds.
fn naming<P: Projection>(subjects: &[NamedSubject]) -> Vec<&'static str> {
    let fields = P::Row::fields().into_iter();
    fields.filter(|field| field.names.is_some_and(|named| subjects.contains(&named))).map(|field| field.name).collect()
}

#[test]
fn the_fields_that_name_actions_and_decisions_are_known_by_their_roles() {
    fn check<P: Projection>() {
        let expected: &[&str] = match P::NAME {
            "actions" => &["decision", "superseded_by"],
            "decisions" => &["supersedes", "superseded_by"],
            "party_statuses" => &["decision"],
            _ => &[],
        };
        assert_eq!(naming::<P>(&[NamedSubject::Action, NamedSubject::Decision]), expected, "{}", P::NAME);
    }
    for_each_projection!(check);
}

#[test]
fn a_field_that_names_a_meeting_or_decisions_is_renamed_with_the_meeting() {
    fn check<P: Projection>() {
        for name in naming::<P>(&[NamedSubject::Meeting, NamedSubject::Decision]) {
            assert!(P::MEETING_FIELDS.contains(&name), "{}: {name}", P::NAME);
        }
    }
    for_each_projection!(check);
}
