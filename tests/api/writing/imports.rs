//! Uploaded documents.

use super::routes::everything;
use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::cli::Cli;
use crate::fixtures::committee::{established, request as recorded};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use minutebook_ledger::{Recorder, Selection};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

on_both_stores!(
    an_upload_records_what_the_command_line_imports,
    a_document_may_come_as_a_form,
    an_import_needs_the_permission_of_the_documents_committee,
    an_unreadable_document_is_refused,
    an_upload_without_a_mark_takes_the_given_one,
);

const MARKDOWN: &str = "text/markdown";

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample").join(name)
}

/// The sample's documents in the order of their meetings, and the real one where it exists.
fn documents() -> Vec<(PathBuf, &'static str)> {
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let mut documents: Vec<_> = ["TSC_41_1001.md", "TSC_42_0702.md", "TSC_43_0603.md"]
        .map(|name| (sample(name), MARKDOWN))
        .into_iter()
        .chain([(sample("actions.csv"), "text/csv"), (sample("actions.xlsx"), xlsx)])
        .collect();
    documents.extend(crate::fixtures::real_document::real_document().map(|path| (path, "text/plain")));
    documents
}

async fn imported_events(recorder: &Recorder) -> Vec<Value> {
    let events = recorder.log().read_all(Selection::All).await.unwrap();
    let of_documents = events.into_iter().filter(|event| event.metadata.source.sha256.is_some());
    of_documents
        .map(|event| {
            json!([
                event.stream,
                event.event.event_type(),
                event.event.data().unwrap(),
                event.metadata.source.file,
                event.metadata.source.first_line,
                event.references
            ])
        })
        .collect()
}

async fn an_upload_records_what_the_command_line_imports(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let (other, cli) = (TestLedger::like(&ledger), Cli::new());
    for (path, kind) in documents() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let url = format!("/api/v1/imports?filename={name}");
        let before = server.head().await;
        let dry = server.upload(&jane, &format!("{url}&dry_run=true"), kind, &bytes).await.expect(200).json();
        assert_eq!(server.head().await, before, "{name}");
        let done = server.upload(&jane, &url, kind, &bytes).await;
        let appended = done.json()["events_appended"].as_u64().unwrap();
        assert_eq!(done.status.as_u16(), if appended > 0 { 201 } else { 200 }, "{name}");
        assert_eq!(server.head().await, before + appended, "{name}");
        let mut report = done.json();
        server.get(&jane, done.header("location")).await.expect(200);
        // The command line prints the same report, with the path in place of the name.
        let arguments =
            ["--ledger", &other.url_text, "import", &path.display().to_string(), "--format", "json", "--actor", "x"];
        let printed: Value = serde_json::from_str(&cli.done(&arguments)).unwrap();
        let mut printed = printed["files"][0].clone();
        for field in ["position", "events"] {
            report.as_object_mut().unwrap().remove(field);
        }
        printed["file"] = name.into();
        assert_eq!(report, printed, "{name}");
        report["events_appended"] = 0.into();
        assert_eq!(dry, report, "{name}");
        // A repeated import by someone else records nothing and returns the first positions.
        let john = server.token("john", &[Role::Secretary], "RED", &[]).await;
        let head = server.head().await;
        let again = server.upload(&john, &url, kind, &bytes).await.expect(200).json();
        if appended > 0 {
            assert_eq!(again["already_imported"], true, "{name}");
            assert_eq!(again["events"], done.json()["events"], "{name}");
            assert_eq!(again["position"], head - 1, "{name}");
        }
        assert_eq!(server.head().await, head, "{name}");
    }
    let (ours, theirs) = (imported_events(&server.recorder).await, imported_events(&other.recorder().await).await);
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(*ours, theirs);
    }
}

async fn a_document_may_come_as_a_form(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let document = std::fs::read_to_string(sample("TSC_41_1001.md")).unwrap();
    let form = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--edge\r\ncontent-disposition: \
         form-data; name=\"file\"; filename=\"C:\\\\papers\\\\TSC_41_1001.md\"\r\n\r\n{document}\r\n--edge--\r\n"
    );
    let kind = "multipart/form-data; boundary=edge";
    let done = server.upload(&jane, "/api/v1/imports", kind, form.as_bytes()).await.expect(201).json();
    assert_eq!((done["file"].as_str(), done["meeting"].as_str()), (Some("TSC_41_1001.md"), Some("TSC_41_1001")));
    let empty = "--edge--\r\n";
    server.upload(&jane, "/api/v1/imports", kind, empty.as_bytes()).await.expect(422);
    server.upload(&jane, "/api/v1/imports", "multipart/form-data", form.as_bytes()).await.expect(400);
}

async fn an_import_needs_the_permission_of_the_documents_committee(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    for code in ["SSC", "TSC"] {
        server.recorder.record(&recorded(code, &established(code))).await.unwrap();
    }
    let document = std::fs::read(sample("TSC_41_1001.md")).unwrap();
    let upload = async |token: &Token| {
        let answer = server.upload(token, "/api/v1/imports?filename=a.md&dry_run=true", MARKDOWN, &document).await;
        answer.status.as_u16()
    };
    assert_eq!(upload(&None).await, 401);
    assert_eq!(upload(&server.token("a member", &[Role::Member], "RED", &[]).await).await, 403);
    assert_eq!(upload(&server.token("theirs", &[Role::Secretary], "RED", &["SSC"]).await).await, 403);
    assert_eq!(upload(&server.token("chair", &[Role::Chair], "RED", &[]).await).await, 403);
    let below = server.token("below", &[Role::Secretary], "AMBER", &["TSC"]).await;
    assert_eq!(upload(&below).await, 403, "a right counts only with a clearance for RED");
    let ours = server.token("ours", &[Role::Secretary], "RED", &["TSC"]).await;
    assert_eq!(upload(&ours).await, 200);
    // Permission comes before the document: nobody makes the server read one in vain.
    let unreadable = server.upload(&below, "/api/v1/imports", "application/pdf", b"%PDF-1.7 broken").await;
    unreadable.expect(403);
    let theirs = server.token("theirs", &[Role::Secretary], "RED", &["SSC"]).await;
    let named = server.upload(&theirs, "/api/v1/imports?meeting=TSC_42_0702", MARKDOWN, b"hello").await;
    named.expect(403);
    // The same bytes are one document: another committee's secretary does not learn what it recorded.
    server.upload(&ours, "/api/v1/imports?filename=a.md", MARKDOWN, &document).await.expect(201);
    let moved = "/api/v1/imports?filename=a.md&meeting=SSC_42_0702";
    for query in ["", "&dry_run=true", "&move=true"] {
        server.upload(&theirs, &format!("{moved}{query}"), MARKDOWN, &document).await.expect(403);
    }
}

async fn an_unreadable_document_is_refused(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    for place in [0, 3] {
        let (path, body, _) = everything().remove(place);
        server.post(&jane, path, &body).await.expect(201);
    }
    let before = server.head().await;
    let large = vec![b'a'; (32 << 20) + 1];
    let live = "# SSC_72_2702\n\n**Security Sub-Committee Meeting Headlines, SSC_72_2702, 27th February 2019**\n";
    let table: [(&str, &str, &[u8], u16); 6] = [
        ("/api/v1/imports", MARKDOWN, b"hello", 422),
        ("/api/v1/imports", MARKDOWN, b"", 422),
        ("/api/v1/imports", "application/pdf", b"%PDF-1.7 broken", 422),
        ("/api/v1/imports", "image/png", b"", 415),
        ("/api/v1/imports?dry_run=maybe", MARKDOWN, b"hello", 400),
        ("/api/v1/imports", MARKDOWN, &large, 413),
    ];
    for (path, kind, bytes, status) in table {
        let told = server.upload(&jane, path, kind, bytes).await.expect(status).json();
        assert_eq!(told["status"], status, "{told}");
    }
    let told = server.upload(&jane, "/api/v1/imports", MARKDOWN, live.as_bytes()).await;
    assert!([409, 422].contains(&told.status.as_u16()), "{}", told.text());
    assert_eq!(server.head().await, before);
}

async fn an_upload_without_a_mark_takes_the_given_one(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let document = "### TSC_31_1206 – TSC Meeting Headlines\n\n12 June 2024, 10:00 – 12:30\n\n#### 1. Tides\n\nText.\n";
    let url = "/api/v1/imports?classification=GREEN";
    let report = server.upload(&jane, url, MARKDOWN, document.as_bytes()).await.expect(201).json();
    let findings = report["findings"].as_array().unwrap();
    let assumed = findings.iter().find(|finding| finding["kind"] == "mark-assumed").unwrap();
    assert_eq!(assumed["text"], "GREEN: given with the import");
    let meeting = server.get(&jane, "/api/v1/meetings/TSC_31_1206").await.expect(200).json();
    assert_eq!(meeting["classification"], "GREEN", "{meeting}");
    let url = "/api/v1/imports?classification=PINK";
    server.upload(&jane, url, MARKDOWN, document.as_bytes()).await.expect(400);
}
