//! The SQL views show a reader no text above their clearance, whatever SQL the reader runs.

use super::rows::VIEWS;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::postgres::cluster;
use crate::fixtures::raw_database::RawDatabase;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::{AssertSqlSafe, PgPool, Row};
use minutebook_ledger::{BitemporalMoment, Environment, LedgerUrl, Log, Opening, Recorder, RowFilter, verify};
use minutebook_projections::actions::Actions;
use minutebook_projections::projection::Projection;
use serde_json::{Value, json};

/// The fields with classified text that the views show.
const FIELDS: [&str; 7] = ["ACTION", "NOTE", "STATUS", "DECISION", "MATTER", "TITLE", "AMENDMENT"];

/// A ledger whose owner is an ordinary role, with a canary in every classified field at every level.
struct Ledger {
    database: String,
    url: LedgerUrl,
    recorder: Recorder,
}

impl Ledger {
    async fn new() -> Self {
        let database = cluster().create_database();
        let owner = format!("owner_of_{database}");
        cluster().execute(&database, &format!("CREATE ROLE {owner} LOGIN; ALTER DATABASE {database} OWNER TO {owner}"));
        let url: LedgerUrl = cluster().url_as(&database, &owner).parse().unwrap();
        let log = Log::open(&url, Opening::Migrate, Environment::system()).await.unwrap();
        let recorder = Recorder::new(log);
        begin(&recorder).await;
        let ledger = Self { database, url, recorder };
        for (index, level) in (1..).zip(LEVELS) {
            ledger.record_words(level, index).await;
        }
        ledger
    }

    async fn record(&self, command: &Value) -> minutebook_ledger::Receipt {
        let key = command.to_string();
        self.recorder.record(&request(&key[..key.len().min(120)], command)).await.unwrap()
    }

    async fn record_words(&self, level: &str, index: usize) {
        let text = |field: &str| json!({"classification": level, "text": canary(field, level)});
        let meeting = "meeting:SSC_72_2702";
        let mut action = raised(&format!("SSC72/0{index}"));
        action["data"]["text"] = text("ACTION");
        self.record(&action).await;
        // A note on an action whose own text is WHITE.
        let noted = format!("SSC72/1{index}");
        self.record(&raised(&noted)).await;
        for (stream, name, data) in [
            (
                format!("action:{noted}"),
                "ActionProgressed",
                json!({"note": text("NOTE"), "progressed_on": "2019-03-01"}),
            ),
            (meeting.into(), "AgendaItemTabled", json!({"number": index, "title": text("TITLE")})),
            (meeting.into(), "DecisionRecorded", json!({"verb": "AGREED", "text": text("DECISION")})),
            (meeting.into(), "MatterArisingNoted", json!({"text": text("MATTER")})),
            (meeting.into(), "ParagraphRecorded", json!({"item": index, "text": text("PARAGRAPH")})),
            (
                meeting.into(),
                "MinutesApproved",
                json!({"committee": "SSC", "minutes_of": format!("2019-01-0{index}"), "edition": "draft",
                       "outcome": "subject to amendments", "amendments": [text("AMENDMENT")]}),
            ),
        ] {
            self.record(&json!({"stream": stream, "type": name, "data": data})).await;
        }
        let letter = ["A", "B", "C", "D"][index - 1];
        let party = format!("party:SSC:Other User {letter}");
        let name = format!("Other User {letter}");
        for (event, data) in [
            ("PartyRegistered", json!({"committee": "SSC", "name": name, "category": "Other User"})),
            ("PartyIdentified", json!({"real_name": {"classification": "RED", "text": canary("REALNAME", level)}})),
            (
                "StatusAgreed",
                json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance",
                       "value": {"classification": level, "text": format!("Approved subject to {}", canary("STATUS", level))}}),
            ),
        ] {
            self.record(&json!({"stream": party, "type": event, "data": data})).await;
        }
    }

    /// Connects as a new role with this clearance.
    async fn reader(&self, level: &str) -> PgPool {
        let role = format!("{}_of_{}", level.to_lowercase(), self.database);
        cluster().execute(&self.database, &format!("CREATE ROLE {role} LOGIN"));
        let clearance = Clearance::up_to(level.parse().unwrap());
        Log::grant_read(&self.url, &role, clearance).await.unwrap();
        PgPool::connect(&cluster().url_as(&self.database, &role)).await.unwrap()
    }
}

/// The canary of a field at a level.
fn canary(field: &str, level: &str) -> String {
    format!("CANARY {field} {level}.")
}

fn rank(level: &str) -> usize {
    LEVELS.iter().position(|other| *other == level).unwrap()
}

/// The rows of a query as JSON, or the server's error: everything that the reader sees.
async fn rows_or_error(pool: &PgPool, sql: &str) -> String {
    let wrapped = format!("SELECT row_to_json(q)::text FROM ({sql}) AS q");
    match sqlx::query(AssertSqlSafe(wrapped)).fetch_all(pool).await {
        Ok(rows) => rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect(),
        Err(sqlx::Error::Database(error)) => format!("{error:?}"),
        Err(other) => panic!("{sql}: {other}"),
    }
}

fn assert_nothing_above(level: &str, shown: &str, how: &str) {
    for above in LEVELS.into_iter().filter(|above| rank(above) > rank(level)) {
        for field in FIELDS.into_iter().chain(["PARAGRAPH"]) {
            assert!(!shown.contains(&canary(field, above)), "{level} saw {field} {above} by {how}: {shown}");
        }
    }
    assert!(!shown.contains("REALNAME"), "{level} saw a real name by {how}: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_clearance_sees_every_text_up_to_its_level_and_none_above() {
    let ledger = Ledger::new().await;
    let head = ledger.recorder.log().head().await.unwrap().number();
    // All roles have their grants before the first one reads, so that none has the clearance of another.
    let mut readers = Vec::new();
    for level in LEVELS {
        readers.push((level, ledger.reader(level).await));
    }
    for (level, reader) in readers {
        let mut shown = String::new();
        for view in VIEWS {
            let now = rows_or_error(&reader, &format!("SELECT * FROM {view}")).await;
            assert_nothing_above(level, &now, view);
            shown += &now;
            let then = format!("SELECT f.* FROM generate_series(0, {head}) AS n, {view}_at(now(), n) AS f");
            assert_nothing_above(level, &rows_or_error(&reader, &then).await, &then);
        }
        for field in FIELDS {
            for up_to in LEVELS.into_iter().filter(|up_to| rank(up_to) <= rank(level)) {
                assert!(shown.contains(&canary(field, up_to)), "{level} misses {field} {up_to}");
            }
        }
        for versions in ["action", "party_status", "decision", "matter", "meeting", "minutes", "committee"] {
            let sql = format!("SELECT * FROM {versions}_versions");
            let shown = rows_or_error(&reader, &sql).await;
            assert!(shown.starts_with('{'), "{level}: {shown}");
            assert_nothing_above(level, &shown, &sql);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_character_that_the_ledger_refuses_breaks_no_view() {
    let ledger = Ledger::new().await;
    let mut readers = Vec::new();
    for level in ["WHITE", "RED"] {
        readers.push((level, ledger.reader(level).await));
    }
    let query = "SELECT text FROM actions WHERE text LIKE 'CANARY%' ORDER BY reference";
    let mut before = Vec::new();
    for (_, reader) in &readers {
        before.push(rows_or_error(reader, query).await);
    }
    // Written past the ledger, which refuses it.
    let written = r"UPDATE row_versions SET content = replace(content, 'CANARY', 'CANARY\u0000')";
    cluster().execute(&ledger.database, written);
    for ((level, reader), before) in readers.iter().zip(before) {
        let shown = rows_or_error(reader, query).await;
        assert!(before.contains("CANARY"), "{before}");
        assert_eq!(shown, before.replace("CANARY", "CANARY\u{fffd}"), "{level}");
        for view in VIEWS {
            let shown = rows_or_error(reader, &format!("SELECT * FROM {view}")).await;
            assert!(shown.is_empty() || shown.starts_with('{'), "{level} {view}: {shown}");
            assert_nothing_above(level, &shown.replace('\u{fffd}', ""), view);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_with_a_note_above_the_clearance_is_shown_without_it() {
    let ledger = Ledger::new().await;
    let reader = ledger.reader("WHITE").await;
    let sql = "SELECT reference, text, note, note_classification FROM actions WHERE reference = 'SSC72/14'";
    let expected =
        json!({"reference": "SSC72/14", "text": "Circulate the paper", "note": null, "note_classification": null});
    let shown = rows_or_error(&reader, sql).await;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), expected);
    let sql = "SELECT value, classification, deferred FROM party_statuses_current WHERE party = 'Other User D'";
    let shown = rows_or_error(&reader, sql).await;
    let expected = json!({"value": null, "classification": null, "deferred": false});
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), expected, "the status is visible, its value is not");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_first_marked_too_low_is_hidden_as_known_before_too() {
    let ledger = Ledger::new().await;
    let mut mistaken = raised("SSC72/30");
    mistaken["data"]["text"] = json!({"classification": "WHITE", "text": canary("MISTAKE", "RED")});
    let first = ledger.record(&mistaken).await.events[0].clone();
    mistaken["data"]["text"]["classification"] = "RED".into();
    let by = json!({"type": "ActionRaised", "data": mistaken["data"]});
    ledger.record(&json!({"corrects": first.event_id, "change": {"replaced": by}, "reason": "it is RED"})).await;
    let text = json!({"classification": "WHITE", "text": canary("STRUCK", "RED")});
    let struck = json!({"stream": "meeting:SSC_72_2702", "type": "MatterArisingNoted", "data": {"text": text}});
    let second = ledger.record(&struck).await.events[0].clone();
    ledger.record(&json!({"corrects": second.event_id, "change": "struck", "reason": "it is RED"})).await;
    for (level, sees) in [("WHITE", false), ("AMBER", false), ("RED", true)] {
        let reader = ledger.reader(level).await;
        for (view, position, field, other) in
            [("actions", first.position, "MISTAKE", "ACTION"), ("matters_arising", second.position, "STRUCK", "MATTER")]
        {
            let shown = rows_or_error(&reader, &format!("SELECT * FROM {view}_at(now(), {position})")).await;
            assert_eq!(shown.contains(&canary(field, "RED")), sees, "{level}: {shown}");
            assert!(shown.contains(&canary(other, "WHITE")), "{level}: {shown}");
        }
        for versions in ["action_versions", "matter_versions"] {
            let shown = rows_or_error(&reader, &format!("SELECT * FROM {versions}")).await;
            assert!(sees || !(shown.contains("MISTAKE") || shown.contains("STRUCK")), "{level}: {shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_plans_statistics_and_own_functions_show_no_hidden_text() {
    let ledger = Ledger::new().await;
    cluster().execute(&ledger.database, "ANALYZE");
    let reader = ledger.reader("WHITE").await;
    let mut connection = reader.acquire().await.unwrap();
    // A leaky function with a cost so low that the planner would call it first.
    for sql in [
        "CREATE FUNCTION pg_temp.tell(value anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$ BEGIN \
         IF value::text ~ 'CANARY [A-Z]+ (GREEN|AMBER|RED)' THEN RAISE EXCEPTION 'told: %', value; END IF; \
         RETURN true; END $$",
        "CREATE TEMP VIEW own_clearance AS SELECT 255 AS rank",
        "SET search_path = pg_temp, public",
    ] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let control = format!("SELECT pg_temp.tell('{}'::text)", canary("NOTE", "RED"));
    let told = sqlx::query(AssertSqlSafe(control)).execute(&mut *connection).await.unwrap_err().to_string();
    assert!(told.contains("told: CANARY NOTE RED."), "the leaky function reports what it is given: {told}");
    let mut attempts = Vec::new();
    for view in VIEWS {
        attempts.push(format!("SELECT * FROM {view} AS v WHERE pg_temp.tell(v)"));
        attempts.push(format!("SELECT * FROM {view}_at(now(), 30) AS v WHERE pg_temp.tell(v::text)"));
        attempts.push(format!("SELECT v.*, v::text::integer FROM {view} AS v WHERE v::text LIKE '%CANARY%'"));
        attempts.push(format!("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM {view} AS v WHERE v::text LIKE '%RED%'"));
    }
    for text in ["text", "note", "text || note"] {
        attempts.push(format!("SELECT * FROM action_versions WHERE pg_temp.tell({text})"));
        attempts.push(format!("SELECT * FROM actions WHERE ({text})::integer > 0"));
        attempts.push(format!("SELECT * FROM actions WHERE ({text})::jsonb IS NULL"));
    }
    attempts.push("SELECT * FROM decision_register WHERE 1 / position('GREEN.' IN text) > 0".into());
    attempts.push("SELECT * FROM pg_stats WHERE tablename IN ('row_versions', 'events')".into());
    attempts.push("SELECT query FROM pg_stat_activity".into());
    attempts.push("SELECT query_to_xml('SELECT content FROM row_versions', true, true, '')::text".into());
    attempts.push("SELECT database_to_xml(true, true, '')::text".into());
    for sql in attempts {
        let shown = match sqlx::query(AssertSqlSafe(sql.clone())).fetch_all(&mut *connection).await {
            // Raw bytes, so that text and xml are searched alike.
            Ok(rows) => rows
                .iter()
                .flat_map(|row| (0..row.len()).map(|at| row.try_get_raw(at).unwrap()))
                .filter_map(|value| value.as_bytes().ok().map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
                .collect(),
            Err(error) => format!("{error:?}"),
        };
        assert_nothing_above("WHITE", &shown, &sql);
        assert!(!shown.contains("told:"), "{sql}: {shown}");
    }
    let counted: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM pg_stats WHERE tablename = 'row_versions'")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(counted, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_can_read_no_table_and_write_nothing() {
    let ledger = Ledger::new().await;
    let reader = ledger.reader("RED").await;
    let part = "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'row_versions'::regclass LIMIT 1";
    let part = format!("SELECT content FROM {}", cluster().execute(&ledger.database, part));
    for sql in [
        &part,
        "SELECT begin_generation(1000)",
        "SELECT index_generation(1000)",
        "SELECT finish_generation(1000)",
        "SELECT drop_generation(1)",
        "SELECT content FROM row_versions",
        "SELECT row_versions FROM row_versions",
        "SELECT ctid FROM row_versions",
        "SELECT * FROM events",
        "SELECT salt FROM events",
        "SELECT * FROM event_references",
        "SELECT * FROM commands",
        "SELECT * FROM reader_clearances",
        "SELECT * FROM whole_versions",
        "COPY row_versions TO STDOUT",
        "COPY events TO STDOUT",
        "COPY (SELECT content FROM row_versions) TO STDOUT",
        "INSERT INTO reader_clearances VALUES ('public', 30)",
        "UPDATE reader_clearances SET rank = 30",
        "DELETE FROM outstanding_actions",
        "UPDATE actions SET text = 'x'",
        "UPDATE action_versions SET reference = 'x'",
        "DELETE FROM row_versions",
        "INSERT INTO own_clearance VALUES (255)",
        "DROP POLICY cleared ON row_versions",
        "ALTER TABLE row_versions DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (at integer)",
        "CREATE OR REPLACE VIEW own_clearance AS SELECT 255 AS rank",
    ] {
        let refusal = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&reader).await.expect_err(sql).to_string();
        let words =
            ["permission denied", "must be owner", "cannot update view", "cannot delete from view", "cannot insert"];
        assert!(words.iter().any(|word| refusal.contains(word)), "{sql}: {refusal}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_granted_the_table_sees_only_rows_wholly_within_its_clearance() {
    let ledger = Ledger::new().await;
    for level in ["WHITE", "AMBER"] {
        let reader = ledger.reader(level).await;
        let role = format!("{}_of_{}", level.to_lowercase(), ledger.database);
        cluster().execute(&ledger.database, &format!("GRANT SELECT ON row_versions TO {role}"));
        let shown = rows_or_error(&reader, "SELECT content FROM row_versions").await;
        assert!(shown.contains(&canary("ACTION", level)), "{shown}");
        assert_nothing_above(level, &shown, "the table itself");
        let clearance = Clearance::up_to("RED".parse().unwrap());
        let refusal = Log::grant_read(&ledger.url, &role, clearance).await.unwrap_err().to_string();
        assert!(refusal.contains("has rights on `row_versions` itself"), "{refusal}");
    }
    let forced = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'row_versions'";
    assert_eq!(cluster().execute(&ledger.database, forced), "t|t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_grant_changes_the_clearance_of_the_role_and_its_members() {
    let ledger = Ledger::new().await;
    let white = ledger.reader("WHITE").await;
    let role = format!("white_of_{}", ledger.database);
    Log::grant_read(&ledger.url, &role, Clearance::up_to("GREEN".parse().unwrap())).await.unwrap();
    let shown = rows_or_error(&white, "SELECT * FROM actions").await;
    assert!(shown.contains(&canary("ACTION", "GREEN")) && !shown.contains(&canary("ACTION", "AMBER")), "{shown}");
    let member = format!("member_of_{}", ledger.database);
    cluster().execute(&ledger.database, &format!("CREATE ROLE {member} LOGIN IN ROLE {role}"));
    let member = PgPool::connect(&cluster().url_as(&ledger.database, &member)).await.unwrap();
    assert_eq!(rows_or_error(&member, "SELECT * FROM actions").await, shown);
    let refusal = Log::grant_read(&ledger.url, "nobody there", Clearance::up_to("RED".parse().unwrap())).await;
    assert!(refusal.unwrap_err().to_string().contains("there is no role `nobody there`"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_and_the_application_role_append_read_and_rebuild() {
    let ledger = Ledger::new().await;
    let role = format!("writer_of_{}", ledger.database);
    cluster().execute(&ledger.database, &format!("CREATE ROLE {role} LOGIN"));
    Log::grant(&ledger.url, &role).await.unwrap();
    let url: LedgerUrl = cluster().url_as(&ledger.database, &role).parse().unwrap();
    let writer = Recorder::new(Log::open(&url, Opening::Existing, Environment::system()).await.unwrap());
    let report = minutebook_ledger::verify(writer.log(), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.checks);
    assert!(report.notes.iter().any(|note| note.contains("verify as the owner")), "{:?}", report.notes);
    let listed = || RowFilter::Listed { scope: "SSC", facets: Actions::FACETS };
    let at = BitemporalMoment::as_known_now(crate::fixtures::folded_log::far_future());
    for (key, recorder) in [("SSC72/40", &writer), ("SSC72/41", &ledger.recorder)] {
        let before = recorder.log().rows::<Actions>(listed(), at, Clearance::full()).await.unwrap().rows.len();
        recorder.record(&request(key, &raised(key))).await.unwrap();
        recorder.log().rebuild(&[], |_| {}).await.unwrap();
        assert_eq!(
            recorder.log().rows::<Actions>(listed(), at, Clearance::full()).await.unwrap().rows.len(),
            before + 1
        );
    }
    // The owner sees every text through the views.
    let raw = PgPool::connect(&cluster().url_as(&ledger.database, &format!("owner_of_{}", ledger.database))).await;
    let shown = rows_or_error(&raw.unwrap(), "SELECT * FROM actions").await;
    assert!(shown.contains(&canary("NOTE", "RED")), "{shown}");
    let refusal = RawDatabase::at(&cluster().url_as(&ledger.database, &role)).await;
    assert!(refusal.execute("UPDATE reader_clearances SET rank = 30").await.unwrap_err().contains("permission denied"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_with_a_new_owner_shows_no_more_until_it_grants_again() {
    let ledger = Ledger::new().await;
    let reader = ledger.reader("WHITE").await;
    let sql = "SELECT reference FROM actions WHERE reference = 'SSC72/14'";
    assert!(rows_or_error(&reader, sql).await.contains("SSC72/14"));
    let (database, heir) = (&ledger.database, format!("heir_of_{}", ledger.database));
    let hand_over = format!("CREATE ROLE {heir} LOGIN; REASSIGN OWNED BY owner_of_{database} TO {heir}");
    cluster().execute(database, &hand_over);
    assert!(rows_or_error(&reader, sql).await.contains("SSC72/14"), "the row without its RED note");
    assert_nothing_above("WHITE", &rows_or_error(&reader, "SELECT * FROM actions").await, "actions");
    let url: LedgerUrl = cluster().url_as(database, &heir).parse().unwrap();
    let log = Log::open(&url, Opening::Existing, Environment::system()).await.unwrap();
    Recorder::new(log).record(&request("heir", &raised("SSC72/50"))).await.unwrap();
    let white = Clearance::up_to("WHITE".parse().unwrap());
    Log::grant_read(&url, &format!("white_of_{database}"), white).await.unwrap();
    assert!(rows_or_error(&reader, sql).await.contains("SSC72/14"));
    assert_nothing_above("WHITE", &rows_or_error(&reader, "SELECT * FROM actions").await, "actions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_prepares_a_reader() {
    let ledger = Ledger::new().await;
    let owner = cluster().url_as(&ledger.database, &format!("owner_of_{}", ledger.database));
    let role = format!("dashboard_of_{}", ledger.database);
    cluster().execute(&ledger.database, &format!("CREATE ROLE {role} LOGIN"));
    let reader = PgPool::connect(&cluster().url_as(&ledger.database, &role)).await.unwrap();
    assert!(rows_or_error(&reader, "SELECT * FROM actions").await.contains("permission denied"));
    let cli = crate::fixtures::cli::Cli::new();
    for (options, sees) in [(&[][..], "WHITE"), (&["--clearance", "amber"][..], "AMBER")] {
        let arguments = ["--ledger", &owner, "migrate", "--grant-read-to", &role];
        cli.done(&[&arguments[..], options].concat());
        let shown = rows_or_error(&reader, "SELECT * FROM actions").await;
        assert!(shown.contains(&canary("ACTION", sees)), "{shown}");
        assert_nothing_above(sees, &shown, "actions");
    }
}

#[tokio::test]
async fn a_reader_keeps_no_rebuild_waiting() {
    let ledger = Ledger::new().await;
    let reader = ledger.reader("RED").await;
    let mut held = reader.acquire().await.unwrap();
    for mode in
        ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"]
    {
        let sql = format!("LOCK TABLE rebuild_lock IN {mode} MODE");
        let mut transaction = reader.begin().await.unwrap();
        let refused = sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{mode}: {refused}");
    }
    // Any role may take these; they are no lock of a rebuild.
    for name in [*b"minutebk", *b"minuteix"] {
        let key = i64::from_be_bytes(name);
        sqlx::query("SELECT pg_advisory_lock($1)").bind(key).execute(&mut *held).await.unwrap();
    }
    let rebuild = ledger.recorder.log().rebuild(&[], |_| {});
    tokio::time::timeout(std::time::Duration::from_secs(30), rebuild).await.expect("the rebuild waits").unwrap();
    // The role that appends may rebuild.
    let role = format!("writer_of_{}", ledger.database);
    cluster().execute(&ledger.database, &format!("CREATE ROLE {role} LOGIN"));
    Log::grant(&ledger.url, &role).await.unwrap();
    let url: LedgerUrl = cluster().url_as(&ledger.database, &role).parse().unwrap();
    let writer = Log::open(&url, Opening::Existing, Environment::system()).await.unwrap();
    writer.rebuild(&[], |_| {}).await.unwrap();
}

/// Rights on the tables say nothing of who may act as their owner.
#[tokio::test]
async fn verify_notes_the_members_of_the_owners_role() {
    let ledger = Ledger::new().await;
    let notes = async || verify(ledger.recorder.log(), |_| {}).await.unwrap().notes;
    assert_eq!(notes().await, [""; 0]);
    let (direct, indirect) = (format!("direct_{}", ledger.database), format!("indirect_{}", ledger.database));
    let owner = format!("owner_of_{}", ledger.database);
    let sql = format!(
        "CREATE ROLE {direct}; CREATE ROLE {indirect}; GRANT {owner} TO {direct}; GRANT {direct} TO {indirect}"
    );
    cluster().execute(&ledger.database, &sql);
    let said = |role: &str| {
        format!("the role `{role}` has the rights of `{owner}`, which owns the log and may change all of it")
    };
    assert_eq!(notes().await, [said(&direct), said(&indirect)]);
}
