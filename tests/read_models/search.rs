//! Searches by the store's own word index, at any moment, for readers of every clearance.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::classification::up_to;
use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::folded_log::FoldedLog;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::raw_database::RawDatabase;
use crate::fixtures::small_ledger::end_of_day;
use minutebook::query::actions::{ActionFilter, ActionView};
use minutebook::query::decisions::{DecisionFilter, DecisionView};
use minutebook::query::matters::{MatterFilter, MatterView};
use minutebook::query::moment::{KnownAt, PointInTime};
use minutebook::query::queryable::Queryable;
use minutebook::query::read_query::{QueryError, ReadQuery};
use minutebook::query::search::{SearchFilter, SearchHit};
use minutebook_ledger::{BitemporalMoment, CheckKind, Log, Recorder, RowFilter, verify};
use minutebook_projections::actions::Actions;
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

on_both_stores!(
    at_random_moments_a_search_finds_every_row_with_its_words,
    the_store_finds_only_rows_that_ever_had_the_words,
    search_operators_and_sql_are_plain_words,
    words_and_names_are_found_however_they_are_written,
    one_search_finds_all_that_a_record_holds,
    a_search_finds_no_text_above_the_clearance,
    verify_finds_every_change_of_the_word_index,
    a_search_finds_the_same_during_a_rebuild,
);

fn read_query(at: BitemporalMoment, level: &str) -> ReadQuery {
    let known_at = at.known_at.map(KnownAt::Position);
    ReadQuery { as_of: Some(PointInTime::Exact(at.as_of)), known_at, clearances: up_to(level).into(), committee: None }
}

/// The rows of each list as JSON: those that the store finds for `search`, or all.
async fn lists(log: &Log, at: BitemporalMoment, level: &str, search: Option<&str>) -> Vec<Vec<Value>> {
    let (query, search) = (read_query(at, level), search.map(str::to_owned));
    let actions = ActionFilter { search: search.clone(), ..ActionFilter::default() };
    let decisions = DecisionFilter { search: search.clone(), ..DecisionFilter::default() };
    let matters = MatterFilter { search, ..MatterFilter::default() };
    let page = |page: Value, list: &str| page[list].as_array().unwrap().clone();
    let json = |value: Result<Value, serde_json::Error>| value.unwrap();
    vec![
        page(json(serde_json::to_value(ActionView::list(log, &query, &actions).await.unwrap())), "actions"),
        page(json(serde_json::to_value(DecisionView::list(log, &query, &decisions).await.unwrap())), "decisions"),
        page(json(serde_json::to_value(MatterView::list(log, &query, &matters).await.unwrap())), "matters"),
    ]
}

/// Whether the row contains the words of `search`, tested without an index.
fn says(row: &Value, search: &str) -> bool {
    let fields = ["text", "reference", "owners", "note", "id", "verb", "subjects"];
    // The meeting of a matter is not searched.
    let said: String = fields.iter().map(|field| row[*field].to_string() + " ").collect();
    let parted = |text: &str| -> Vec<String> {
        let lower = text.to_lowercase();
        let spaced: String = lower.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        spaced.split_whitespace().map(str::to_owned).collect()
    };
    let (said, wanted) = (parted(&said.replace("\\t", " ").replace("null", " ")), parted(search));
    let Some((last, whole)) = wanted.split_last() else { return true };
    whole.iter().all(|word| said.contains(word)) && said.iter().any(|word| word.starts_with(last))
}

async fn at_random_moments_a_search_finds_every_row_with_its_words(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let searches = ["terms 7", "TERMS 1", "the 12", "SSC72/01", "ssc72 secas", "agreed", "dcc 2019", "term", "19 the"];
    let mut hits = 0;
    let mut round = 0;
    while round < 3 || hits <= 20 {
        assert!(round < 30, "{hits} hits");
        record_random(&recorder, &mut runner, round).await;
        round += 1;
        if round == 2 {
            recorder.log().rebuild(&[], |_| {}).await.unwrap();
        }
        let folded = FoldedLog::read(recorder.log()).await;
        for turn in 0..12 {
            let (at, level) = (folded.moment(&mut runner), LEVELS[turn % 4]);
            let all = lists(recorder.log(), at, level, None).await;
            for search in searches {
                let wanted: Vec<Vec<Value>> =
                    all.iter().map(|rows| rows.iter().filter(|row| says(row, search)).cloned().collect()).collect();
                hits += wanted.iter().map(Vec::len).sum::<usize>();
                assert_eq!(lists(recorder.log(), at, level, Some(search)).await, wanted, "{search} {level} {at:?}");
            }
        }
    }
}

/// Records one action for each text.
async fn recorded(ledger: &TestLedger, texts: &[&str]) -> Recorder {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for (number, text) in texts.iter().enumerate() {
        let action = format!("SSC72/{:02}", number + 1);
        let mut raised = raised(&action);
        raised["data"]["text"]["text"] = (*text).into();
        recorder.record(&request(&action, &raised)).await.unwrap();
    }
    recorder
}

/// The actions that the store finds, and those that the query lists.
async fn actions(log: &Log, at: BitemporalMoment, level: &str, search: &str) -> (Vec<String>, Vec<String>) {
    let (search_for, clearance) = (Search::parse(search).unwrap(), up_to(level));
    let wanted = RowFilter::Searched { scope: "SSC", facets: Actions::FACETS, search: &search_for };
    let rows = log.rows::<Actions>(wanted, at, clearance).await.unwrap().rows;
    let filter = ActionFilter { search: Some(search.to_owned()), ..ActionFilter::default() };
    let page = ActionView::list(log, &read_query(at, level), &filter).await.unwrap();
    let found_by_store = rows.iter().map(|found| found.stream.subject()).collect();
    (found_by_store, page.rows.iter().map(|action| action.reference.to_string()).collect())
}

async fn the_store_finds_only_rows_that_ever_had_the_words(ledger: TestLedger) {
    let texts = ["Circulate the paper", "Circulate the plan", "Prüfung: ask the insurer’s clerk, ΩΜΈΓΑ"];
    let recorder = recorded(&ledger, &texts).await;
    let now = end_of_day("2019-04-20", None);
    for (search, wanted) in [
        ("circulate", &["SSC72/01", "SSC72/02"][..]),
        ("circulate paper", &["SSC72/01"]),
        ("paper circ", &["SSC72/01"]),
        ("circ paper", &[]),
        ("ssc72/02", &["SSC72/02"]),
        ("secas insurer s cl", &["SSC72/03"]),
        ("PRÜFUNG", &["SSC72/03"]),
        ("ωμέ", &["SSC72/03"]),
        ("pruf", &[]),
        ("ssc", &["SSC72/01", "SSC72/02", "SSC72/03"]),
        ("circulate clerk", &[]),
    ] {
        let (found_by_store, listed) = actions(recorder.log(), now, "RED", search).await;
        assert_eq!(
            (found_by_store.as_slice(), listed.as_slice()),
            (&to_owned(wanted)[..], &to_owned(wanted)[..]),
            "{search}"
        );
    }
    // An earlier note is found only as of its time.
    recorder.record(&request("note", &progressed("SSC72/02", "Sent to the archivist"))).await.unwrap();
    let mut later = progressed("SSC72/02", "Returned");
    later["data"]["progressed_on"] = "2019-03-13".into();
    recorder.record(&request("later", &later)).await.unwrap();
    let listed = |day: &'static str, known_at, search: &'static str| {
        let log = recorder.log().clone();
        async move { actions(&log, end_of_day(day, known_at), "RED", search).await.1 }
    };
    assert_eq!(listed("2019-03-05", None, "archivist").await, ["SSC72/02"]);
    assert_eq!(listed("2019-04-20", None, "archivist").await, [""; 0]);
    assert_eq!(listed("2019-04-20", None, "plan returned").await, ["SSC72/02"]);
    assert_eq!(listed("2019-04-20", Some(6), "archivist").await, ["SSC72/02"]);
    assert_eq!(listed("2019-03-05", Some(5), "archivist").await, [""; 0]);
}

fn to_owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn search_operators_and_sql_are_plain_words(ledger: TestLedger) {
    let long = format!("{} end", "x".repeat(5000));
    let many: Vec<String> = (0..40_000).map(|number| format!("w{number}")).collect();
    let recorder =
        recorded(&ledger, &["AND OR NOT NEAR", "It's a 'quoted' \"text\" \\ & | ! : * (x) ^", &long, &many.join(" ")])
            .await;
    let now = end_of_day("2019-04-20", None);
    for (search, wanted) in [
        ("and or not near", &["SSC72/01"][..]),
        ("NEAR", &["SSC72/01"]),
        ("not", &["SSC72/01"]),
        ("it's 'quoted'", &["SSC72/02"]),
        ("\"text\" OR \"near\"", &[]),
        ("x*", &["SSC72/02", "SSC72/03"]),
        ("words:text", &[]),
        ("§1§ssc", &[]),
        ("'; DROP TABLE searched; --", &[]),
        ("' | 'near", &["SSC72/01"]),
        ("near\0", &["SSC72/01"]),
        (&long, &["SSC72/03"]),
        ("w3 w39999", &["SSC72/04"]),
        ("\"it s a\" quo", &["SSC72/02"]),
        ("\"a it s\"", &[]),
        ("\"quot\"", &[]),
    ] {
        let (_, listed) = actions(recorder.log(), now, "RED", search).await;
        assert_eq!(listed, to_owned(wanted), "{search:.40}");
    }
    for search in ["", "*", "👩", "\"\"", "\u{ad}"] {
        let filter = ActionFilter { search: Some(search.to_owned()), ..ActionFilter::default() };
        let refused = ActionView::list(recorder.log(), &read_query(now, "RED"), &filter).await.unwrap_err();
        assert!(matches!(refused, QueryError::NoWords(_)), "{search} {refused}");
    }
}

async fn words_and_names_are_found_however_they_are_written(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for (number, (text, owner)) in [
        ("Clerk to write to İSTANBUL Irmak", "Sean O’Brien"),
        ("Clerk to write to ΒΟΡΡΑΣ and Straße STRASSE", "Sean O'Brien"),
        ("لجنة الجسر to answer שלום עולם 👩‍👩‍👧‍👦 soon", "د. ليلى"),
        ("Clerk to ring the ﬁrst oﬃce, № 5, ½ and ２０２４", "Sean OʼBrien"),
        ("Cafe\u{301} owners to be met at Ma\u{301}laga", "José Muñoz"),
        ("Co\u{ad}ordi\u{ad}nate the fa\u{e7}ade of the Café Zürich\u{feff}", "Jose\u{301} Mun\u{303}oz"),
    ]
    .into_iter()
    .enumerate()
    {
        let action = format!("SSC45/{:02}", number + 1);
        let mut raised = raised(&action);
        raised["data"]["text"]["text"] = text.into();
        raised["data"]["owners"] = json!([owner]);
        recorder.record(&request(&action, &raised)).await.unwrap();
    }
    let now = end_of_day("2019-04-20", None);
    for (search, wanted) in [
        ("istanbul", &["SSC45/01"][..]),
        ("İstanbul", &["SSC45/01"]),
        ("βορρας", &["SSC45/02"]),
        ("strasse", &["SSC45/02"]),
        ("first office", &["SSC45/04"]),
        ("№", &["SSC45/04"]),
        ("2024", &["SSC45/04"]),
        ("שלום", &["SSC45/03"]),
        ("café", &["SSC45/05", "SSC45/06"]),
        ("cafe\u{301} ma\u{301}laga", &["SSC45/05"]),
        ("coordinate façade", &["SSC45/06"]),
        ("\"o'brien\"", &["SSC45/01", "SSC45/02", "SSC45/04"]),
        ("\"café zürich\"", &["SSC45/06"]),
        ("\"zürich café\"", &[]),
    ] {
        let (found_by_store, listed) = actions(recorder.log(), now, "RED", search).await;
        assert_eq!(listed, to_owned(wanted), "{search}");
        assert!(listed.iter().all(|action| found_by_store.contains(action)), "{search}");
    }
    for (owner, wanted) in [
        ("Sean O'Brien", &["SSC45/01", "SSC45/02", "SSC45/04"][..]),
        ("SEAN O’BRIEN", &["SSC45/01", "SSC45/02", "SSC45/04"]),
        ("jose\u{301} muñoz", &["SSC45/05", "SSC45/06"]),
        ("jose munoz", &[]),
    ] {
        let filter = ActionFilter { owner: Some(owner.to_owned()), ..ActionFilter::default() };
        let page = ActionView::list(recorder.log(), &read_query(now, "RED"), &filter).await.unwrap();
        let listed: Vec<String> = page.rows.iter().map(|action| action.reference.to_string()).collect();
        assert_eq!(listed, to_owned(wanted), "{owner}");
    }
    let report = verify(recorder.log(), |_| {}).await.unwrap();
    assert!(report.checks.iter().all(|check| check.problems.is_empty()), "{report:?}");
}

async fn one_search_finds_all_that_a_record_holds(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let text = |mark: &str, words: &str| json!({"classification": mark, "text": words});
    let of_meeting = |name: &str, data: Value| json!({"stream": "meeting:SSC_72_2702", "type": name, "data": data});
    let of_party = |name: &str, data: Value| json!({"stream": "party:SSC:Other User L", "type": name, "data": data});
    let mut action = raised("SSC72/01");
    action["data"]["text"] = text("WHITE", "Paint the mooring rings");
    let table = json!({"classification": "WHITE", "text": {"header": ["Ring", "Mooring"], "rows": [["1", "north"]]}});
    for (number, json) in [
        of_meeting("AgendaItemTabled", json!({"number": 1, "title": text("WHITE", "Mooring plan")})),
        of_meeting("ParagraphRecorded", json!({"item": 1, "text": text("WHITE", "The mooring was seen.")})),
        of_meeting(
            "ListRecorded",
            json!({"item": 1, "entries": [text("WHITE", "ropes"), text("RED", "a mooring broke")]}),
        ),
        of_meeting("MatterArisingNoted", json!({"number": 1, "text": text("WHITE", "the mooring of January")})),
        of_meeting(
            "DecisionRecorded",
            json!({"number": 1, "verb": "AGREED", "text": text("WHITE", "the mooring plan")}),
        ),
        action,
        of_party("PartyRegistered", json!({"committee": "SSC", "name": "Other User L", "category": "Other User"})),
        of_party(
            "StatusAgreed",
            json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance",
                                        "value": text("AMBER", "Approved subject to the mooring")}),
        ),
        of_meeting("TableRecorded", json!({"item": 1, "table": table})),
    ]
    .iter()
    .enumerate()
    {
        recorder.record(&request(&number.to_string(), json)).await.unwrap();
    }
    let found = |level: &'static str, search: &'static str| {
        let log = recorder.log().clone();
        async move {
            let query = read_query(BitemporalMoment::as_known_now("2100-01-01T00:00:00Z".parse().unwrap()), level);
            let hits = SearchHit::list(&log, &query, &SearchFilter { search: search.to_owned() }).await.unwrap();
            hits.rows.iter().map(|hit| format!("{} {}", hit.kind.word(), hit.reference)).collect::<Vec<_>>().join(", ")
        }
    };
    let white = "title SSC_72_2702, paragraph SSC_72_2702, table SSC_72_2702, decision SSC_72_2702/D1, \
                 action SSC72/01, matter SSC_72_2702";
    assert_eq!(found("WHITE", "mooring").await, white);
    let red = "title SSC_72_2702, paragraph SSC_72_2702, list SSC_72_2702, table SSC_72_2702, \
               decision SSC_72_2702/D1, action SSC72/01, matter SSC_72_2702, party Other User L";
    assert_eq!(found("RED", "MOORING").await, red);
    assert_eq!(found("WHITE", "other user l").await, "party Other User L");
    assert_eq!(found("WHITE", "\"mooring plan\"").await, "title SSC_72_2702, decision SSC_72_2702/D1");
    assert_eq!(found("WHITE", "mooring broke").await, "");
    let client = ApiClient::of(recorder.log().clone());
    let listed = client.get("/api/v1/search?search=mooring+plan").await.expect(200).json();
    assert_eq!((&listed["total"], &listed["hits"][0]["text"]), (&json!(2), &json!("Mooring plan")), "{listed}");
    for search in ["", "?search=", "?search=%F0%9F%91%A9"] {
        let refused = client.get(&format!("/api/v1/search{search}")).await.problem();
        assert_eq!(refused.0, 400, "{refused:?}");
    }
}

async fn a_search_finds_no_text_above_the_clearance(ledger: TestLedger) {
    let recorder = recorded(&ledger, &["An open text"]).await;
    let note = |mark: &str, text: &str| json!({"classification": mark, "text": text});
    let of = |name: &str, data: Value| json!({"stream": "action:SSC72/01", "type": name, "data": data});
    let breach =
        of("ActionProgressed", json!({"note": note("RED", "The breach of March"), "progressed_on": "2019-03-01"}));
    recorder.record(&request("red", &breach)).await.unwrap();
    let now = end_of_day("2019-04-20", None);
    for (level, count) in [("WHITE", 0), ("AMBER", 0), ("RED", 1)] {
        let (found_by_store, listed) = actions(recorder.log(), now, level, "open breach").await;
        assert_eq!((found_by_store.len(), listed.len()), (count, count), "{level}");
    }
    // A text first marked too low is found only with today's clearance for it, at every moment.
    let wide = json!({"note": note("WHITE", "Ring the insurer"), "progressed_on": "2019-03-02"});
    let receipt = recorder.record(&request("wide", &of("ActionProgressed", wide))).await.unwrap();
    let narrow = json!({"type": "ActionProgressed",
                        "data": {"note": note("RED", "Ring the insurer"), "progressed_on": "2019-03-02"}});
    let correction =
        json!({"corrects": receipt.events[0].event_id, "change": {"replaced": narrow}, "reason": "marked too low"});
    recorder.record(&request("narrow", &correction)).await.unwrap();
    for known_at in [None, Some(4), Some(5), Some(6)] {
        let known = end_of_day("2019-04-20", known_at);
        for level in ["WHITE", "GREEN", "AMBER"] {
            assert_eq!(actions(recorder.log(), known, level, "insurer").await.1, [""; 0], "{level} {known_at:?}");
        }
        let wanted = if known_at == Some(4) { vec![] } else { vec!["SSC72/01".to_owned()] };
        assert_eq!(actions(recorder.log(), known, "RED", "insurer").await.1, wanted, "{known_at:?}");
    }
}

async fn verify_finds_every_change_of_the_word_index(ledger: TestLedger) {
    const OTHER: &str = " WHERE stream = 'action:SSC72/02'";
    let recorder = recorded(&ledger, &["Circulate the paper", "Circulate the plan"]).await;
    let raw = RawDatabase::of(&ledger).await;
    let problems = || async {
        let report = verify(recorder.log(), |_| {}).await.unwrap();
        let check = report.checks.into_iter().find(|check| check.kind == CheckKind::ReadModels).unwrap();
        check.problems.into_iter().map(|problem| problem.what).collect::<Vec<_>>()
    };
    assert_eq!(problems().await, [""; 0]);
    let note = json!({"classification": "RED", "text": "The breach of March"});
    let progressed = json!({"stream": "action:SSC72/01", "type": "ActionProgressed",
                            "data": {"note": note, "progressed_on": "2019-03-01"}});
    recorder.record(&request("red", &progressed)).await.unwrap();
    let numbered = if matches!(raw, RawDatabase::Postgres(_)) { "generation, " } else { "" };
    let copied = |to: &str| {
        let columns = "key, known_from, rank, words";
        format!("INSERT INTO # ({numbered}stream, {columns}) SELECT {numbered}'{to}', {columns} FROM #{OTHER}")
    };
    for (change, what) in [
        (format!("DELETE FROM #{OTHER}"), "the row `` of action:SSC72/02 is missing from the search index"),
        (
            copied("action:SSC72/01"),
            "the row `` of action:SSC72/01 is in the search index under words that it does not contain",
        ),
        (
            copied("action:SSC72/9"),
            "the row `` of action:SSC72/9 has a stray search entry: its stream is not in the log",
        ),
        (
            format!("UPDATE # SET rank = rank + 5{OTHER}"),
            "the row `` of action:SSC72/02 is missing from the search index",
        ),
        (
            "UPDATE # SET rank = 0 WHERE stream = 'action:SSC72/01' AND rank = 30".to_owned(),
            "the row `` of action:SSC72/01 is in the search index under words that it does not contain",
        ),
    ] {
        let change = change.replace('#', &format!("searched_{}", raw.generation("actions").await));
        raw.execute(&change).await.unwrap();
        assert_eq!(problems().await, [format!("in the read model `actions`, {what}")], "{change}");
        recorder.log().rebuild(&["actions"], |_| {}).await.unwrap();
        assert_eq!(problems().await, [""; 0], "a rebuild repairs the index");
    }
    assert_eq!(raw.unused_generations().await, 0, "replaced generations are dropped");
    if matches!(raw, RawDatabase::Sqlite(_)) {
        let words = format!("searched_words_{}", raw.generation("actions").await);
        raw.execute(&format!("INSERT INTO {words} ({words}) VALUES ('delete-all')")).await.unwrap();
        assert_eq!(problems().await, ["the index of words of `actions` does not hold the words that it should"]);
    }
}

async fn a_search_finds_the_same_during_a_rebuild(ledger: TestLedger) {
    let recorder = recorded(&ledger, &["Circulate the paper", "Circulate the plan"]).await;
    let other = ledger.open().await;
    let (over, is_over) = tokio::sync::watch::channel(false);
    let searching = tokio::spawn(async move {
        let mut times = 0;
        while !*is_over.borrow() {
            let (found_by_store, listed) =
                actions(&other, end_of_day("2019-04-20", None), "RED", "circulate pap").await;
            assert_eq!((found_by_store, listed), (vec!["SSC72/01".to_owned()], vec!["SSC72/01".to_owned()]));
            times += 1;
        }
        times
    });
    for _ in 0..20 {
        recorder.log().rebuild(&[], |_| {}).await.unwrap();
    }
    over.send_replace(true);
    assert!(searching.await.unwrap() > 0);
}
