//! Sessions of browsers: how they begin and end, and what a browser can do with one.

use super::tokens::{grant, metadata};
use crate::fixtures::committee::{established, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use minutebook::access::{Authenticator, Role, SessionSecret, Sessions, SignInError, Tokens, issue, revoke};
use minutebook::http_client;
use minutebook_ledger::{Log, Recorder};
use std::time::Duration;

on_both_stores!(
    a_session_has_the_rights_of_its_token_until_it_is_ended,
    a_session_ends_without_use_and_after_twelve_hours,
    a_session_outlives_its_server_and_the_database_holds_no_secret,
    a_browser_reads_and_records_with_its_session_alone,
);

fn sessions(log: &Log) -> Sessions {
    Sessions::new(log.clone(), Authenticator::new(Tokens::new(log.clone()), Vec::new()))
}

async fn a_session_has_the_rights_of_its_token_until_it_is_ended(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    let issued = issue(&recorder, grant("jane", &[Role::Secretary], "RED"), metadata("issue")).await.unwrap();
    let (here, elsewhere) = (sessions(recorder.log()), sessions(&ledger.open().await));
    let secret = here.begin(&format!(" {} ", issued.secret.reveal())).await.unwrap();
    for sessions in [&here, &elsewhere] {
        let jane = sessions.principal(&secret).await.unwrap().unwrap();
        assert_eq!((jane.name(), jane.may_record()), ("jane", true));
    }
    let other = SessionSecret::parse(&"0".repeat(64)).unwrap();
    assert_eq!(here.principal(&other).await.unwrap(), None);
    here.end(&secret).await.unwrap();
    assert_eq!(here.principal(&secret).await.unwrap(), None);
    // A token that is revoked ends its sessions at once.
    let second = here.begin(issued.secret.reveal()).await.unwrap();
    assert_ne!(second, secret);
    assert!(here.principal(&second).await.unwrap().is_some());
    revoke(&recorder, issued.id, false, metadata("revoke")).await.unwrap();
    assert_eq!(here.principal(&second).await.unwrap(), None);
    for refused in ["", "mb_", issued.secret.reveal(), "a.b.c"] {
        let refusal = here.begin(refused).await.unwrap_err();
        assert!(matches!(refusal, SignInError::Authentication(_)), "{refused}: {refusal}");
    }
}

async fn a_session_ends_without_use_and_after_twelve_hours(ledger: TestLedger) {
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    let issued = issue(&recorder, grant("jane", &[Role::Reader], "RED"), metadata("issue")).await.unwrap();
    let sessions = sessions(recorder.log());
    let (idle, used) =
        (sessions.begin(issued.secret.reveal()).await.unwrap(), sessions.begin(issued.secret.reveal()).await.unwrap());
    for hour in 10..21 {
        clock.set(&format!("2026-11-24T{hour}:30:00Z"));
        assert!(sessions.principal(&used).await.unwrap().is_some(), "{hour}:30");
        // Its use is noted in the background.
        let noted = async || recorder.log().sessions().await.unwrap().iter().any(|row| row.used_at == micros(&clock));
        while !noted().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    clock.set("2026-11-24T11:00:00Z");
    assert_eq!(sessions.principal(&idle).await.unwrap(), None, "two hours without use");
    clock.set("2026-11-24T20:59:59Z");
    assert!(sessions.principal(&used).await.unwrap().is_some());
    clock.set("2026-11-24T21:00:00Z");
    assert_eq!(sessions.principal(&used).await.unwrap(), None, "twelve hours");
    sessions.begin(issued.secret.reveal()).await.unwrap();
    assert_eq!(recorder.log().sessions().await.unwrap().len(), 1, "what has ended is forgotten");
}

fn micros(clock: &FixedClock) -> i64 {
    minutebook_ledger::Clock::now(clock).timestamp_micros()
}

async fn a_session_outlives_its_server_and_the_database_holds_no_secret(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    let issued = issue(&recorder, grant("jane", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    let secret = sessions(recorder.log()).begin(issued.secret.reveal()).await.unwrap();
    let again = ledger.open().await;
    assert!(sessions(&again).principal(&secret).await.unwrap().is_some());
    let stored = format!("{:?}", again.sessions().await.unwrap());
    assert!(stored.contains(issued.id.as_str()) && !stored.contains(secret.reveal()), "{stored}");
    assert!(!stored.contains(issued.secret.reveal()) && !format!("{secret:?}").contains(secret.reveal()));
}

/// What a browser sends and gets, over a socket.
async fn a_browser_reads_and_records_with_its_session_alone(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    recorder.record(&request("begin", &established("SSC"))).await.unwrap();
    let issued = issue(&recorder, grant("jane", &[Role::Secretary], "RED"), metadata("issue")).await.unwrap();
    let server = ServerProcess::start(&ledger.url_text);
    let address = format!("http://{}", server.address);
    let client = http_client::client(Duration::from_secs(30)).unwrap();
    let sign_in = |token: &str, to: &str| {
        let body = format!("token={token}&to={to}");
        client.post(format!("{address}/sign-in")).header("sec-fetch-site", "same-origin").body(body).send()
    };
    let refused = sign_in("mb_0123456789ABCDEFGHIJKLMNOPQRST2GRt1E", "/").await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().get("set-cookie").is_none());
    let page = refused.text().await.unwrap();
    assert!(page.contains("This token is not accepted") && page.contains("href=\"/sign-in\""), "{page}");
    let begun = sign_in(issued.secret.reveal(), "/SSC/actions").await.unwrap();
    assert_eq!((begun.status().as_u16(), begun.headers()["location"].to_str().unwrap()), (303, "/SSC/actions"));
    let cookie = begun.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("minutebook-local=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    // What is RED is read with the session, and by nobody else; no cache keeps it.
    let raise = |key: &str, site: &str| {
        let body = serde_json::json!({
            "reference": format!("SSC1/{key}"), "raised_on": "2019-02-27",
            "text": {"classification": "RED", "text": "Canary of the session"},
        });
        let request = client.post(format!("{address}/api/v1/actions")).header("cookie", &cookie);
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        request.header("sec-fetch-site", site).body(body.to_string()).send()
    };
    let head = recorder.log().head().await.unwrap();
    for site in ["cross-site", "same-site"] {
        let foreign = raise("01", site).await.unwrap();
        assert_eq!(foreign.status(), 403, "{site}");
        assert!(foreign.text().await.unwrap().contains("a page of another site"));
    }
    assert_eq!(recorder.log().head().await.unwrap(), head, "nothing was recorded");
    let raised = raise("01", "same-origin").await.unwrap();
    assert_eq!(raised.status(), 201, "{}", raised.text().await.unwrap());
    let read = |path: &str, cookie: &str| client.get(format!("{address}{path}")).header("cookie", cookie).send();
    for path in ["/SSC/actions", "/SSC/actions/SSC1-01", "/api/v1/actions", "/audit"] {
        let own = read(path, &cookie).await.unwrap();
        assert_eq!(own.status(), 200, "{path}");
        if !path.starts_with("/api") {
            assert_eq!(own.headers()["cache-control"], "no-store", "{path}");
        }
        let own = own.text().await.unwrap();
        assert!(path == "/audit" || own.contains("Canary of the session"), "{path}: {own}");
        let public = read(path, "minutebook-local=0").await.unwrap().text().await.unwrap();
        assert!(!public.contains("Canary") && !public.contains("SSC1/01"), "{path}: {public}");
    }
    let ended = client.post(format!("{address}/sign-out")).header("cookie", &cookie);
    let ended = ended.header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(ended.status(), 303);
    assert_eq!(ended.headers()["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!read("/SSC/actions", &cookie).await.unwrap().text().await.unwrap().contains("Canary"));
    let (status, _) = HttpCaller::new(issued.secret.reveal()).get(&server.address, "/api/v1/actions/SSC1/01").await;
    assert_eq!(status, 200, "the token itself goes on");
}
