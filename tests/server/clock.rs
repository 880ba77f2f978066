//! What the program says of a clock in doubt: its commands, and a server's answers, readiness and metrics.

use crate::fixtures::api_client::token;
use crate::fixtures::api_server::ApiServer;
use crate::fixtures::cli::Cli;
use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed};
use crate::fixtures::server_process::{HttpCaller, ServerProcess};
use chrono::{DateTime, TimeDelta, Utc};
use minutebook::access::Role;
use minutebook_ledger::Recorder;
use serde_json::json;

/// A ledger whose last event was recorded at `time`, and the token of a secretary.
async fn recorded_at(time: DateTime<Utc>) -> (TestLedger, String) {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = Recorder::new(ledger.open_in(fixed(FixedClock::at(&time.to_rfc3339()))).await);
    begin(&recorder).await;
    recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    let token = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    (ledger, token)
}

#[tokio::test]
async fn commands_refuse_a_clock_in_doubt_until_its_day_is_confirmed() {
    let now = Utc::now();
    let (today, tomorrow) = (now.date_naive().to_string(), (now + TimeDelta::days(1)).date_naive().to_string());
    let cli = Cli::new();
    std::fs::write(cli.path("SSC_73_1303.md"), "# SSC_73_1303 Headlines\n\nDate: 13 March 2019\n\n(WHITE)\n").unwrap();
    let commands: [&[&str]; 3] = [
        &["record", "progress", "SSC72/01", "--note", "so far", "--on", "2019-03-01"],
        &["import", "SSC_73_1303.md"],
        &["token", "create", "Jane", "--role", "reader"],
    ];
    for (age, in_doubt) in [(-1, true), (399, false), (401, true)] {
        let (ledger, _) = recorded_at(now - TimeDelta::days(age)).await;
        let run = |words: &[&str], more: &[&str]| cli.run(&[words, &["--ledger", &ledger.url_text], more].concat());
        for words in commands.iter().filter(|_| in_doubt) {
            for more in [&[][..], &["--accept-clock", &tomorrow]] {
                let refused = run(words, more);
                assert_eq!(refused.status, 1, "{words:?} {more:?}: {}{}", refused.out, refused.err);
                let what = format!("confirm it with `--accept-clock {today}`");
                let said = refused.out + &refused.err;
                assert!(said.contains("the clock of this machine says") && said.contains(&what), "{said}");
            }
        }
        for words in commands {
            let confirmation = ["--accept-clock", &today];
            let accepted = run(words, if in_doubt { &confirmation } else { &[] });
            assert_eq!(accepted.status, 0, "{words:?} after {age} days: {}{}", accepted.out, accepted.err);
        }
    }
}

#[tokio::test]
async fn a_server_with_a_clock_in_doubt_reads_and_records_nothing_until_the_day_is_confirmed() {
    let (ledger, token) = recorded_at(Utc::now() + TimeDelta::days(1)).await;
    let caller = HttpCaller::new(&token);
    let note = json!({"commands": [progressed("SSC72/01", "so far")]});
    let day = format!("accept_clock={}", Utc::now().date_naive());
    for (settings, in_doubt) in [(&[][..], true), (&["accept_clock=2019-01-01"], true), (&[&*day], false)] {
        let server = ServerProcess::start_with(&ledger.url_text, settings);
        let (status, body) = caller.post(&server.address, "/api/v1/commands", "note", &note).await.unwrap();
        let (ready, checks) = caller.get(&server.address, "/health/ready").await;
        let metrics = reqwest::get(format!("http://{}/metrics", server.address)).await.unwrap().text().await.unwrap();
        let (read, _) = caller.get(&server.address, "/api/v1/actions").await;
        assert_eq!(read, 200);
        if in_doubt {
            assert_eq!((status, ready), (503, 503), "{body}");
            assert!(body.contains("urn:minutebook:problem:clock-in-doubt"), "{body}");
            assert_eq!(checks["checks"]["clock"], false);
            assert!(
                checks["reason"].as_str().unwrap().starts_with("the clock of this machine is in doubt"),
                "{checks}"
            );
            assert!(metrics.contains("minutebook_clock_in_doubt 1\n"), "{metrics}");
        } else {
            assert_eq!((status, ready), (201, 200), "{body}");
            assert!(metrics.contains("minutebook_clock_in_doubt 0\n"), "{metrics}");
        }
        server.stop();
    }
}

#[tokio::test]
async fn a_server_whose_clock_is_set_back_or_forward_is_not_ready_until_it_is_set_right() {
    let ledger = TestLedger::new(Store::Sqlite);
    let clock = FixedClock::at("2026-03-01T12:00:00Z");
    let server = ApiServer::open_in(&ledger, fixed(clock.clone())).await;
    begin(&server.recorder).await;
    server.recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    let secretary = server.secretary().await;
    clock.set("2026-03-02T12:00:00Z");
    let note = json!({"commands": [progressed("SSC72/01", "so far")]});
    for hours in [0, 2, 0, -2, 0] {
        clock.jump(TimeDelta::hours(hours));
        // The health of the store is asked for once in 0.1 s.
        tokio::time::sleep(std::time::Duration::from_millis(110)).await;
        let (recorded, ready) = (server.post(&secretary, "/api/v1/commands", &note).await, "/health/ready");
        let ready = server.get(&None, ready).await;
        if hours == 0 {
            assert_eq!((recorded.status.as_u16(), ready.status.as_u16()), (201, 200));
        } else {
            assert_eq!((recorded.status.as_u16(), ready.status.as_u16()), (503, 503));
            assert_eq!(recorded.headers["retry-after"], "60");
            let said = String::from_utf8_lossy(&recorded.body).into_owned();
            assert!(said.contains("clock-in-doubt") && !said.contains("2026"), "no time of an event is told: {said}");
        }
        assert_eq!(server.get(&secretary, "/api/v1/actions").await.status, 200);
        clock.jump(TimeDelta::hours(-hours));
    }
}
