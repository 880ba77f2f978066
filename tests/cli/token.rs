//! `minutebook token`

use crate::fixtures::cli::Cli;
use serde_json::Value;

fn begun() -> Cli {
    let cli = Cli::new();
    cli.done(&["record", "committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE"]);
    cli
}

fn listed(cli: &Cli) -> Vec<Value> {
    serde_json::from_str(&cli.done(&["token", "list", "--format", "json"])).unwrap()
}

#[test]
fn a_token_is_printed_once_listed_and_revoked() {
    let cli = begun();
    let create = ["token", "create", "jane.smith", "--role", "secretary,auditor", "--clearance", "RED"];
    let made = cli.run(&[&create[..], &["--committee", "SSC", "--expires", "2099-01-31"]].concat());
    assert_eq!(made.status, 0, "{}", made.err);
    let token = made.out.trim();
    assert!(token.starts_with("mb_") && token.len() == 39, "standard output is the token alone: {}", made.out);
    assert!(
        made.err.contains("for jane.smith: secretary, auditor, up to RED, SSC, expires: 2099-01-31"),
        "{}",
        made.err
    );
    let [one] = &listed(&cli)[..] else { panic!("one token") };
    assert_eq!(one["name"], "jane.smith");
    assert_eq!(one["standing"], "accepted");
    assert_eq!(one["committees"], serde_json::json!(["SSC"]));
    assert_eq!(one["expires_at"], "2099-01-31T00:00:00.000000Z");
    assert_eq!(one["issued_by"], "jane");
    assert_eq!(one["last_used_at"], Value::Null);
    let id = one["id"].as_str().unwrap();
    let table = cli.done(&["token", "list"]);
    assert!(table.contains(id) && table.contains("accepted"), "{table}");
    let everything = [table, cli.done(&["log", "--format", "ndjson"]), cli.done(&["verify"])].concat();
    assert!(!everything.contains(&token[3..33]), "nothing prints it a second time");
    let revoked = cli.done(&["token", "revoke", id, "--compromised", "--reason", "left on a train"]);
    assert!(revoked.contains(&format!("token {id} is revoked")), "{revoked}");
    assert_eq!(listed(&cli)[0]["standing"], "revoked");
    let log = cli.done(&["log"]);
    assert!(log.contains("TokenIssued") && log.contains("TokenRevoked: revoked, as someone else may have"), "{log}");
}

#[test]
fn a_token_expires_after_ninety_days_by_default() {
    let cli = begun();
    for (expires, days) in [(&[][..], Some(90)), (&["--expires", "7d"][..], Some(7)), (&["--expires", "never"], None)] {
        let create = ["token", "create", "dashboard", "--role", "reader", "--format", "json"];
        let made: Value = serde_json::from_str(&cli.done(&[&create[..], expires].concat())).unwrap();
        let moment =
            |field: &str| made[field].as_str().map(|time| time.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        // It is issued a moment after its end is worked out.
        let lasts = moment("expires_at").map(|end| (end - moment("issued_at").unwrap()).num_hours());
        assert_eq!(lasts.map(|hours| (hours + 1) / 24), days, "{made}");
        assert!(made["token"].as_str().unwrap().starts_with("mb_"));
        assert_eq!(made["clearance"], "WHITE", "nothing more than is asked for");
    }
}

#[test]
fn a_bad_token_option_is_refused_with_what_is_accepted() {
    let cli = begun();
    let create = |more: &[&str]| cli.run(&[&["token", "create", "jane"][..], more].concat());
    let table = [
        (vec!["--role", "king"], 2, "reader, member, secretary, chair, auditor, admin"),
        (vec![], 2, "--role"),
        (vec!["--role", "reader,reader"], 1, "[token-has-roles]"),
        (vec!["--role", "reader", "--clearance", "PINK"], 2, "WHITE, GREEN, AMBER, RED"),
        (vec!["--role", "reader", "--committee", "OPSG"], 1, "OPSG"),
        // A right to record counts only with a clearance for the top of the scheme.
        (vec!["--role", "secretary"], 1, "give --clearance RED, or a role that only reads"),
        (
            vec!["--role", "reader,chair", "--clearance", "AMBER", "--committee", "SSC"],
            1,
            "in SSC only with a clearance",
        ),
        (vec!["--role", "reader", "--expires", "0d"], 2, "90d, a date such as"),
        (vec!["--role", "reader", "--expires", "2019-02-27"], 1, "a time in the future"),
        (
            vec!["--role", "reader", "--valid-from", "2099-02-27T10:00:00Z", "--expires", "2099-02-27T10:00:00Z"],
            1,
            "[token-expires-after-it-begins]",
        ),
    ];
    for (more, status, says) in table {
        let run = create(&more);
        assert_eq!(run.status, status, "{more:?}: {}", run.err);
        assert!(run.err.contains(says), "{more:?}: {}", run.err);
        assert_eq!(run.out, "", "{more:?}");
    }
    let unknown = cli.run(&["token", "revoke", "1f0c9a7e2b34"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.err.contains("[token-issued-first]") && unknown.err.contains("token list"), "{}", unknown.err);
    assert!(listed(&cli).is_empty());
    assert!(cli.done(&["token", "list"]).contains("no tokens"));
}
