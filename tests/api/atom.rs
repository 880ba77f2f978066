//! The Atom feed of published headlines.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{begin, convened, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::record_lines::minutebook;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

on_both_stores!(each_reader_gets_the_editions_published_to_them, imported_headlines_are_in_the_feed_and_can_be_read);

/// The texts of all elements with a name, in order. Panics if the document is not well formed.
fn texts(xml: &str, wanted: &str) -> Vec<String> {
    let (mut reader, mut path, mut found) = (Reader::from_str(xml), Vec::new(), Vec::new());
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => path.push(start.name().as_ref().to_owned()),
            Event::End(_) => drop(path.pop().unwrap()),
            Event::Text(text) if path.last().is_some_and(|name| name == wanted) => {
                found.push((*text).to_owned());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty());
    found
}

async fn each_reader_gets_the_editions_published_to_them(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    let empty = client.get("/api/v1/feed.atom").await;
    assert_eq!(empty.header("content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!((texts(&empty.text(), "id").len(), texts(&empty.text(), "updated").len()), (1, 1));
    recorder.record(&request("m-2", &convened("SSC_73_1303", "2019-03-13"))).await.unwrap();
    for meeting in ["SSC_72_2702", "SSC_73_1303"] {
        let json = json!({"stream": format!("meeting:{meeting}"), "type": "MeetingClosed", "data": {}});
        recorder.record(&request(&format!("close-{meeting}"), &json)).await.unwrap();
    }
    for (number, (meeting, audience, on)) in [
        ("SSC_72_2702", "WHITE", "2019-03-04"),
        ("SSC_72_2702", "AMBER", "2019-03-05"),
        ("SSC_73_1303", "WHITE", "2019-03-20"),
    ]
    .into_iter()
    .enumerate()
    {
        let data = json!({"audience": audience, "published_on": on});
        let json = json!({"stream": format!("meeting:{meeting}"), "type": "HeadlinesPublished", "data": data});
        recorder.record(&request(&format!("p-{number}"), &json)).await.unwrap();
    }
    let white = client.get("/api/v1/feed.atom?committee=SSC").await.text();
    assert_eq!(texts(&white, "updated"), ["2019-03-20T00:00:00Z", "2019-03-20T00:00:00Z", "2019-03-04T00:00:00Z"]);
    let ids = texts(&white, "id");
    assert_eq!(ids[1..], ["urn:minutebook:headlines:SSC_73_1303:1", "urn:minutebook:headlines:SSC_72_2702:1"]);
    assert_eq!(texts(&white, "title")[2], "SSC meeting 72, 27 February 2019: headlines");
    assert!(white.contains("<feed xmlns=\"http://www.w3.org/2005/Atom\">") && !white.contains("AMBER"), "{white}");
    let amber = client.cleared(&recorder, "AMBER", None).await.get("/api/v1/feed.atom?committee=SSC").await.text();
    assert_eq!(texts(&amber, "id").len(), 4);
    assert_eq!(texts(&amber, "name"), ["Minutebook"]);
}

async fn imported_headlines_are_in_the_feed_and_can_be_read(ledger: TestLedger) {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample");
    let imported = minutebook(&ledger.url_text).args(["import", sample]).output().unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let client = ApiClient::of(ledger.open().await);
    let feed = client.get("/api/v1/feed.atom").await.expect(200).text();
    let ids = texts(&feed, "id");
    assert_eq!((ids.len(), ids[1].as_str()), (6, "urn:minutebook:headlines:TSC_46_2905:WHITE"));
    assert_eq!(texts(&feed, "published"), [""; 0], "nobody said when");
    // The link leads to a page, and not to JSON.
    for link in feed.split("<link ").filter(|link| link.contains("alternate")) {
        let address = link.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        let page = client.get(&address).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html") && page.text().contains("Headlines"), "{address}");
    }
}
