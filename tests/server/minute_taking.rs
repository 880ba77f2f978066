//! A meeting that is minuted through the page's forms, without its script.

use crate::fixtures::cli::Cli;
use crate::fixtures::server_process::ServerProcess;
use minutebook::http_client;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample");
const MEETINGS: [&str; 5] = ["TSC_41_1001", "TSC_42_0702", "TSC_43_0603", "TSC_44_0304", "TSC_45_0105"];

/// A ledger with the first five meetings of the sample, a server of it, and a browser in which a secretary is signed in.
struct Desk {
    cli: Cli,
    server: ServerProcess,
    client: reqwest::Client,
    cookie: String,
    keys: AtomicU64,
}

impl Desk {
    async fn new() -> Self {
        let cli = Cli::new();
        for meeting in MEETINGS {
            cli.done(&["import", &format!("{SAMPLE}/{meeting}.md")]);
        }
        let server = ServerProcess::start(&format!("sqlite:{}", cli.path("minutebook.db").display()));
        let client = http_client::client(Duration::from_secs(30)).unwrap();
        let mut desk = Self { cli, server, client, cookie: String::new(), keys: AtomicU64::new(0) };
        desk.cookie = desk.sign_in("secretary", "RED").await;
        desk
    }

    async fn sign_in(&self, role: &str, clearance: &str) -> String {
        let created = self.cli.done(&["token", "create", role, "--role", role, "--clearance", clearance]);
        let body = form(&[("token", created.lines().last().unwrap().trim())]);
        let answer = self.client.post(self.address("/sign-in")).body(body).send().await.unwrap();
        answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let request = self.client.post(self.address(path)).header("cookie", &self.cookie).body(form(fields));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn get(&self, path: &str, cookie: &str) -> (u16, String) {
        let answer = self.client.get(self.address(path)).header("cookie", cookie).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn convene(&self, number: &str, day: &str) {
        let key = self.key();
        let fields = [
            ("number", number),
            ("held_on", day),
            ("starts_at", "10:00"),
            ("ends_at", "14:00"),
            ("venue", "Lantern House, 12 Fuller's Yard, Northbridge, NB2 6QT"),
            ("key", &key),
        ];
        let (status, page) = self.post("/TSC/meetings", &fields).await;
        assert_eq!(status, 303, "{page}");
    }

    /// Types a text under an item, and records it.
    async fn record(&self, meeting: &str, item: &str, text: &str) {
        let key = self.key();
        let fields = [("act", "record"), ("item", item), ("mark", "WHITE"), ("text", text), ("key", &key)];
        let (status, page) = self.post(&format!("/minutes/{meeting}"), &fields).await;
        assert_eq!(status, 303, "{text}: {page}");
    }

    fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    fn events(&self) -> usize {
        self.cli.events().len()
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The paragraphs of a document as a secretary would type them: without Markdown.
fn paragraphs(document: &str) -> Vec<String> {
    let plain = document.replace("**", "").replace("<sup>", "").replace("</sup>", "").replace('\\', "");
    plain.split("\n\n").map(|paragraph| paragraph.trim().to_owned()).collect()
}

/// The rows of a list, without the positions by which two ledgers differ.
fn rows(cli: &Cli, words: &[&str]) -> Value {
    let list: Value = serde_json::from_str(&cli.done(&[words, &["--format", "json"]].concat())).unwrap();
    list.as_object().map_or(list.clone(), |list| list.values().find(|value| value.is_array()).unwrap().clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_that_is_typed_says_what_the_same_document_says_imported() {
    let desk = Desk::new().await;
    let (document, meeting) = (format!("{SAMPLE}/TSC_46_2905.md"), "TSC_46_2905");
    let imported = Cli::new();
    for meeting in MEETINGS {
        imported.done(&["import", &format!("{SAMPLE}/{meeting}.md")]);
    }
    imported.done(&["import", &document]);
    desk.convene("46", "2024-05-29").await;
    let mut item = String::new();
    let paragraphs = paragraphs(&std::fs::read_to_string(&document).unwrap());
    let begin = paragraphs.iter().position(|paragraph| paragraph.starts_with("Present:")).unwrap();
    let mut waiting = String::new();
    // What is deferred to the next meeting has its day if that is known by then.
    let (next, others) = paragraphs[begin..].split_last().unwrap();
    for paragraph in [next].into_iter().chain(others) {
        let number = paragraph.split_once(". ").map(|(number, _)| number).filter(|number| number.parse::<u8>().is_ok());
        // What ends with a semicolon is said together with its list.
        if paragraph.ends_with(';') {
            waiting = format!("{paragraph}\n\n");
            continue;
        }
        let text = format!("{}{paragraph}", std::mem::take(&mut waiting));
        let is_of_the_meeting = number.is_some() || item.is_empty() || text.starts_with("Next Meeting");
        desk.record(meeting, if is_of_the_meeting { "" } else { &item }, &text).await;
        if let Some(number) = number {
            number.clone_into(&mut item);
        }
    }
    let (status, page) = desk.post(&format!("/minutes/{meeting}"), &[("act", "check")]).await;
    assert!(status == 200 && page.contains("Close the meeting"), "{page}");
    assert_eq!(desk.post(&format!("/minutes/{meeting}"), &[("act", "close"), ("key", "close")]).await.0, 303);
    for words in [
        &["decisions", "--meeting", meeting][..],
        &["actions", "--all", "--as-of", "2024-06-01"],
        &["matters", "--meeting", meeting],
        &["minutes"],
        &["party", "Gas Network B"],
        &["party", "Small Supplier AC"],
    ] {
        let (typed, read) = (rows(&desk.cli, words), rows(&imported, words));
        assert_eq!(typed, read, "{words:?}");
        assert!(!typed.as_array().unwrap().is_empty(), "{words:?}");
    }
    let headlines =
        |cli: &Cli| -> Value { serde_json::from_str(&cli.done(&["headlines", meeting, "--format", "json"])).unwrap() };
    let (typed, read) = (headlines(&desk.cli), headlines(&imported));
    for field in ["items", "decisions", "actions", "matters_arising", "next_meeting_on", "attendance"] {
        assert_eq!(typed[field], read[field], "{field}");
    }
    let (_, public) = desk.get(&format!("/TSC/meetings/{meeting}"), "").await;
    assert!(public.contains("The TSC <strong>AGREED</strong> the Assurance Status for Gas Network ‘B’"), "{public}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_sent_twice_is_recorded_once_and_what_is_refused_stays_typed() {
    let desk = Desk::new().await;
    desk.convene("46", "2024-05-29").await;
    desk.record("TSC_46_2905", "", "1. Remediation Plans (RED)").await;
    let before = desk.events();
    let fields = [("act", "record"), ("item", "1"), ("text", "The TSC NOTED the plan."), ("key", "once")];
    for _ in 0..3 {
        assert_eq!(desk.post("/minutes/TSC_46_2905", &fields).await.0, 303);
    }
    assert_eq!(desk.events(), before + 2, "a paragraph and its decision");
    // Another text under the same key is another statement, and reading records nothing.
    let other = [("act", "record"), ("item", "1"), ("text", "The TSC NOTED the risk."), ("key", "once")];
    assert_eq!(desk.post("/minutes/TSC_46_2905", &other).await.0, 303);
    assert_eq!(desk.events(), before + 4);
    let read = [("act", "read"), ("item", "1"), ("text", "The TSC NOTED <script>alert(1)</script>."), ("key", "k")];
    let (status, page) = desk.post("/minutes/TSC_46_2905", &read).await;
    assert!(status == 200 && page.contains("decision D3: NOTED") && !page.contains("<script>"), "{page}");
    let refused = [("act", "record"), ("text", "TSC40/01 was completed."), ("key", "r")];
    let (status, page) = desk.post("/minutes/TSC_46_2905", &refused).await;
    assert_eq!(status, 200);
    assert!(page.contains("Nothing was recorded") && page.contains(">TSC40/01 was completed.</textarea>"), "{page}");
    let long = "a".repeat((64 << 10) + 1);
    assert_eq!(desk.post("/minutes/TSC_46_2905", &[("act", "read"), ("text", &long)]).await.0, 413);
    assert_eq!(desk.post("/minutes/TSC_46_2905", &[("act", "dance")]).await.0, 400);
    assert_eq!(desk.events(), before + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_that_are_ticked_are_noted_in_their_capacity_and_organisation() {
    let desk = Desk::new().await;
    for (name, role) in
        [("Ada Marsh", "chair"), ("Ben Okoro", "member"), ("Eve Hall", "secretary"), ("Dev Patel", "member")]
    {
        let words = ["record", "member", "TSC", name, "--role", role, "--organisation", "Networks"];
        // The import established the committee a moment ago, and the list has no member from before: a day to come counts at once.
        desk.cli.done(&[&words[..], &["--appointed-on", "9998-12-31"]].concat());
    }
    desk.convene("46", "2024-05-29").await;
    let (_, page) = desk.get("/minutes/TSC_46_2905", &desk.cookie).await;
    assert!(page.contains("Members who are not noted yet: 4"), "{page}");
    let ticked = [("act", "attendance"), ("present", "Ada Marsh"), ("present", "Ben Okoro"), ("present", "Eve Hall")];
    let fields = [&ticked[..], &[("absent", "Dev Patel"), ("key", "roll")]].concat();
    assert_eq!(desk.post("/minutes/TSC_46_2905", &fields).await.0, 303);
    let events = desk.cli.events();
    let noted: Vec<_> = events[events.len() - 4..].iter().map(|event| &event["data"]).collect();
    let present = |name, capacity| serde_json::json!({"name": name, "capacity": capacity, "organisation": "Networks"});
    assert_eq!(*noted[0], present("Ada Marsh", "chair"));
    assert_eq!(*noted[1], present("Ben Okoro", "member"));
    assert_eq!(*noted[2], present("Eve Hall", "in attendance"));
    assert_eq!(*noted[3], serde_json::json!({"name": "Dev Patel", "organisation": "Networks"}));
    let (_, page) = desk.get("/minutes/TSC_46_2905", &desk.cookie).await;
    assert!(!page.contains("not noted yet"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_are_typed_by_those_who_may_record_alone() {
    let mut desk = Desk::new().await;
    desk.convene("46", "2024-05-29").await;
    desk.record("TSC_46_2905", "", "1. Remediation Plans (RED)").await;
    let canary =
        [("act", "record"), ("item", "1"), ("mark", "RED"), ("text", "The TSC NOTED the canary."), ("key", "c")];
    assert_eq!(desk.post("/minutes/TSC_46_2905", &canary).await.0, 303);
    let before = desk.events();
    // The key of drafts is the writer's own, and the same each time.
    let (_, key) = desk.get("/minutes/draft-key", &desk.cookie).await;
    assert_eq!(desk.get("/minutes/draft-key", &desk.cookie).await, (200, key.clone()));
    let second = desk.sign_in("secretary", "RED").await;
    let (_, other) = desk.get("/minutes/draft-key", &second).await;
    let field = |answer: &str, name: &str| serde_json::from_str::<Value>(answer).unwrap()[name].clone();
    assert_eq!(field(&key, "key").as_str().map(str::len), Some(64));
    assert!(field(&key, "key") != field(&other, "key") && field(&key, "name") != field(&other, "name"));
    let reader = desk.sign_in("reader", "GREEN").await;
    let events = desk.events();
    for (cookie, status) in [(String::new(), 401), (reader, 403)] {
        for path in ["/", "/TSC", "/TSC/meetings", "/TSC/meetings/TSC_46_2905", "/TSC/decisions", "/audit"] {
            let (_, page) = desk.get(path, &cookie).await;
            assert!(
                !page.contains("canary") && !page.contains("Take minutes") && !page.contains("Convene a meeting"),
                "{path}"
            );
        }
        for path in ["/minutes/TSC_46_2905", "/minutes/draft-key"] {
            let (answered, page) = desk.get(path, &cookie).await;
            assert!(answered == status && !page.contains("canary") && !page.contains("key\""), "{answered}: {page}");
        }
        desk.cookie = cookie;
        for fields in [&canary[..], &[("act", "close")], &[("act", "publish")], &[("act", "attendance")]] {
            assert_eq!(desk.post("/minutes/TSC_46_2905", fields).await.0, status);
        }
        let convene = [("number", "47"), ("held_on", "2024-06-26")];
        assert_eq!(desk.post("/TSC/meetings", &convene).await.0, status);
    }
    assert_eq!(desk.events(), events, "only the token was recorded since: {before}");
}
