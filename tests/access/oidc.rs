//! A provider over time: it issues tokens, rotates its keys, and becomes unreachable.

use crate::fixtures::ledgers::{FixedClock, Store, TestLedger};
use crate::fixtures::oidc_server::OidcServer;
use minutebook::access::oidc::{OidcConfig, OidcProvider};
use minutebook::access::{AuthenticationError, Authenticator, JwtFault, Permission, Principal, Role, Tokens, issue};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{ProviderSubject, SenderIdentity};
use minutebook_ledger::{Environment, Recorder};
use serde_json::{Value, json};

use super::tokens::{grant, metadata};

fn up_to(label: &str) -> Clearance {
    Clearance::up_to(label.parse::<Classification>().unwrap())
}

fn committee(code: &str) -> CommitteeCode {
    code.parse().unwrap()
}

#[tokio::test]
async fn tokens_of_a_real_provider_give_the_configured_rights() {
    let server = OidcServer::shared();
    let provider = server.provider(Environment::system().clock);
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let token = server.access_token("secretary", algorithm).await;
        let secretary = provider.authenticate(&token).await.unwrap();
        assert_eq!(secretary.name(), "secretary");
        let subject =
            SenderIdentity::Provider(ProviderSubject { issuer: server.issuer.clone(), subject: "secretary".into() });
        assert_eq!(secretary.identity(), Some(&subject));
        assert!(secretary.may_in(Permission::Record, &committee("SSC")));
        assert!(!secretary.may_in(Permission::Record, &committee("OPSG")), "wrong committee");
        assert_eq!(secretary.clearance_in(&committee("SSC")), up_to("RED"));
        assert_eq!(secretary.clearance_in(&committee("OPSG")), up_to("WHITE"));
    }
    let nobody = provider.authenticate(&server.access_token("nobody", "RS256").await).await.unwrap();
    assert!(!nobody.is_anonymous());
    assert_eq!(nobody.rights(), Principal::anonymous().rights(), "without a group only the public right remains");
}

/// A token that is valid at 2026-11-24T09:00:00Z.
fn token(server: &OidcServer, groups: &Value) -> String {
    let now = 1_795_510_800;
    let claims = json!({
        "iss": server.issuer, "aud": "minutebook", "sub": "jane.smith", "groups": groups, "realm": {"groups": groups},
        "preferred_username": "Jane Smith", "nbf": now - 60, "exp": now + 3_000_000,
    });
    server.key("ES256").sign(&claims)
}

#[tokio::test]
async fn rights_of_several_groups_are_not_merged() {
    let server = OidcServer::shared();
    let provider = server.provider(FixedClock::at("2026-11-24T09:00:00Z"));
    let both = json!(["operations", "secretariat", 5, "unknown group"]);
    let jane = provider.authenticate(&token(server, &both)).await.unwrap();
    assert!(jane.may_in(Permission::Record, &committee("SSC")));
    assert!(!jane.may_in(Permission::Record, &committee("OPSG")), "only a reader in OPSG");
    assert_eq!(jane.clearance_in(&committee("OPSG")), up_to("AMBER"), "the RED clearance is for SSC");
    assert_eq!(jane.clearance_everywhere(), up_to("WHITE"));
}

#[tokio::test]
async fn the_claims_for_name_and_rights_are_configurable() {
    let server = OidcServer::shared();
    let provider = |change: &dyn Fn(&mut OidcConfig)| {
        let mut config = server.config();
        change(&mut config);
        OidcProvider::new(config, FixedClock::at("2026-11-24T09:00:00Z")).unwrap()
    };
    let named = provider(&|config| config.name_claim = "preferred_username".into());
    assert_eq!(named.authenticate(&token(server, &json!([]))).await.unwrap().name(), "Jane Smith");
    let unnamed = provider(&|config| config.name_claim = "email".into());
    let refused = unnamed.authenticate(&token(server, &json!([]))).await;
    assert_eq!(refused, Err(AuthenticationError::Jwt(JwtFault::Claim("email".into()))));
    let nested = provider(&|config| config.rights_claim = "realm.groups".into());
    let jane = nested.authenticate(&token(server, &json!("secretariat"))).await.unwrap();
    assert!(jane.may_in(Permission::Record, &committee("SSC")));
    // Values of other types, and unknown strings, give no right.
    for groups in [json!({"secretariat": true}), json!(5), json!([["secretariat"]]), json!("Secretariat")] {
        let jane = nested.authenticate(&token(server, &groups)).await.unwrap();
        assert_eq!(jane.rights(), Principal::anonymous().rights(), "{groups}");
    }
}

#[tokio::test]
async fn rotated_keys_are_fetched_at_most_every_ten_seconds() {
    let mut server = OidcServer::start();
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let provider = server.provider(clock.clone());
    let old = token(&server, &json!([]));
    assert!(provider.authenticate(&old).await.is_ok());
    assert!(provider.authenticate(&old).await.is_ok());
    assert_eq!(server.asked(), 1, "the keys are cached");
    server.roll_keys_over();
    let new = token(&server, &json!([]));
    // The last fetch is less than ten seconds ago, so no request causes another.
    let unknown = Err(AuthenticationError::Jwt(JwtFault::UnknownKey));
    for _ in 0..50 {
        assert_eq!(provider.authenticate(&new).await.map(|_| ()), unknown);
    }
    assert_eq!(server.asked(), 1);
    clock.set("2026-11-24T09:00:10Z");
    let crowd: Vec<_> = (0..50).map(|_| (provider.clone(), new.clone())).collect();
    let crowd = crowd.into_iter().map(|(provider, new)| tokio::spawn(async move { provider.authenticate(&new).await }));
    for one in crowd.collect::<Vec<_>>() {
        assert!(one.await.unwrap().is_ok(), "a new key is fetched on first use");
    }
    assert_eq!(server.asked(), 2, "concurrent requests cause one fetch");
    assert_eq!(provider.authenticate(&old).await.map(|_| ()), unknown, "the old key is gone");
}

#[tokio::test]
async fn withdrawn_keys_are_accepted_for_an_hour_and_an_unreachable_providers_keys_for_a_day() {
    let mut server = OidcServer::start();
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let provider = server.provider(clock.clone());
    server.silence(true);
    let first = provider.authenticate(&token(&server, &json!([]))).await.unwrap_err();
    assert!(first.is_temporary(), "without keys the token cannot be checked: {first}");
    server.silence(false);
    assert!(
        provider.authenticate(&token(&server, &json!([]))).await.unwrap_err().is_temporary(),
        "the last attempt is too recent"
    );
    clock.set("2026-11-24T09:00:10Z");
    let old = token(&server, &json!([]));
    assert!(provider.authenticate(&old).await.is_ok());
    server.silence(true);
    for (time, accepted) in [("24T12:00:00Z", true), ("25T09:00:09Z", true), ("25T09:00:10Z", false)] {
        clock.set(&format!("2026-11-{time}"));
        assert_eq!(provider.authenticate(&old).await.is_ok(), accepted, "at {time}");
    }
    server.silence(false);
    clock.set("2026-11-25T10:00:00Z");
    assert!(provider.authenticate(&old).await.is_ok(), "the provider is reachable again");
    server.roll_keys_over();
    clock.set("2026-11-25T10:59:59Z");
    assert!(provider.authenticate(&old).await.is_ok());
    clock.set("2026-11-25T11:00:00Z");
    assert_eq!(
        provider.authenticate(&old).await,
        Err(AuthenticationError::Jwt(JwtFault::UnknownKey)),
        "the keys are fetched again after an hour"
    );
}

/// A provider that stalls holds up a bounded number of requests, and none whose key is cached.
#[tokio::test]
async fn a_stalled_provider_costs_nobody_but_its_own_users() {
    let server = OidcServer::start();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = server.config();
    config.issuer = format!("http://{}", silent.local_addr().unwrap());
    let stalled = OidcProvider::new(config, FixedClock::at("2026-11-24T09:00:00Z")).unwrap();
    let presented = token(&server, &json!([]));
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (stalled, presented) = (stalled.clone(), presented.clone());
        crowd.spawn(async move { stalled.authenticate(&presented).await });
    }
    // The fetch itself and those that wait for it are not answered yet.
    for _ in 0..200 - 64 {
        assert!(crowd.join_next().await.unwrap().unwrap().unwrap_err().is_temporary());
    }
    assert!(crowd.try_join_next().is_none(), "64 wait");
    assert!(server.provider(FixedClock::at("2026-11-24T09:00:00Z")).authenticate(&presented).await.is_ok());
    assert!(crowd.try_join_next().is_none(), "they still wait");
}

#[tokio::test]
async fn a_provider_cannot_speak_for_another() {
    let server = OidcServer::shared();
    // The same server by another host name: its metadata have another issuer.
    let config = OidcConfig { issuer: server.issuer.replace("127.0.0.1", "localhost"), ..server.config() };
    let provider = OidcProvider::new(config, FixedClock::at("2026-11-24T09:00:00Z")).unwrap();
    let refusal = provider.authenticate(&token(server, &json!([]))).await.unwrap_err();
    assert!(refusal.is_temporary(), "{refusal}");
}

#[tokio::test]
async fn the_authenticator_accepts_ledger_tokens_and_jwts_of_trusted_providers() {
    let (one, other) = (OidcServer::shared(), OidcServer::start());
    let clock = FixedClock::at("2026-11-24T09:00:00Z");
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder: Recorder = ledger.recorder().await;
    let issued = issue(&recorder, grant("a dashboard", &[Role::Reader], "GREEN"), metadata("issue")).await.unwrap();
    let tokens = Tokens::new(recorder.log().clone());
    let without_providers = Authenticator::new(tokens.clone(), Vec::new());
    let authenticator = Authenticator::new(tokens, vec![one.provider(clock.clone()), other.provider(clock)]);
    assert!(authenticator.authenticate(None).await.unwrap().is_anonymous());
    assert_eq!(authenticator.authenticate(Some(issued.secret.reveal())).await.unwrap().name(), "a dashboard");
    for server in [one, &other] {
        let jwt = token(server, &json!([]));
        assert_eq!(authenticator.authenticate(Some(&jwt)).await.unwrap().name(), "jane.smith");
        assert_eq!(
            without_providers.authenticate(Some(&jwt)).await,
            Err(AuthenticationError::NotAToken),
            "no provider is trusted"
        );
    }
    let stranger = OidcServer::start();
    let jwt = token(&stranger, &json!([]));
    assert_eq!(authenticator.authenticate(Some(&jwt)).await, Err(AuthenticationError::Jwt(JwtFault::WrongIssuer)));
    for presented in ["", " ", "secret", "mb_", "Bearer x", "a.b"] {
        let refused = authenticator.authenticate(Some(presented)).await;
        assert_eq!(refused, Err(AuthenticationError::NotAToken), "`{presented}` does not give anonymous access");
    }
}

#[test]
fn an_unsafe_provider_configuration_is_refused() {
    let documented = include_str!("../../docs/access.md");
    let example = documented.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let parse = |text: &str| toml::from_str::<toml::Table>(text).unwrap()["oidc"].clone().try_into::<Vec<OidcConfig>>();
    let [config] = &parse(example).unwrap()[..] else { panic!("docs/access.md configures one provider") };
    config.check().unwrap();
    let table = [
        ("issuer = \"https:", "issuer = \"http:", "`issuer`"),
        ("audience = \"minutebook\"", "audience = \"\"", "`audience`"),
        ("committees = [\"SSC\"]", "committees = []", "`committees`"),
        ("rights_claim = \"groups\"", "rights_claim = \"\"", "`rights_claim`"),
        ("audience = \"minutebook\"", "audience = \"minutebook\"\ntoken_types = []", "`token_types`"),
        ("audience = \"minutebook\"", "audience = \"minutebook\"\naudiences = []", "unknown field `audiences`"),
        ("audience = \"minutebook\"\n", "", "missing field `audience`"),
        ("\"secretary\"", "\"king\"", "unknown variant `king`"),
    ];
    for (from, to, expected) in table {
        assert!(example.contains(from), "{from}");
        let text = example.replacen(from, to, 1);
        let refused = match parse(&text) {
            Ok(configs) => configs[0].check().unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(refused.contains(expected), "{to}: {refused}");
    }
}
