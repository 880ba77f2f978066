//! The verification of JWTs. The keys are those of a real provider. Invalid tokens carry valid signatures wherever an
//! attacker or a careless provider could achieve that.

use crate::fixtures::ledgers::FixedClock;
use crate::fixtures::oidc_server::OidcServer;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use minutebook::access::AuthenticationError;
use minutebook::access::JwtFault;
use minutebook::access::oidc::OidcProvider;
use serde_json::{Value, json};

/// 2026-11-24T09:00:00Z.
const NOW: i64 = 1_795_510_800;

fn provider() -> OidcProvider {
    OidcServer::shared().provider(FixedClock::at("2026-11-24T09:00:00Z"))
}

/// The claims of a valid token with changes; a claim that is null is removed.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": OidcServer::shared().issuer, "aud": "minutebook", "sub": "jane.smith", "groups": "secretariat",
        "iat": NOW - 60, "nbf": NOW - 60, "exp": NOW + 600,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

async fn verify(presented: &str) -> Result<String, JwtFault> {
    match provider().authenticate(presented).await {
        Ok(principal) => Ok(principal.name().to_owned()),
        Err(AuthenticationError::Jwt(fault)) => Err(fault),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn missing_and_wrong_claims_are_refused() {
    let claim = |name: &str| Err(JwtFault::Claim(name.into()));
    let accepted = || Ok("jane.smith".to_owned());
    let table = [
        (json!({}), accepted()),
        (json!({"aud": ["another", "minutebook"]}), accepted()),
        (json!({"exp": 1_795_510_800.5}), accepted()),
        (json!({"iss": null}), claim("iss")),
        (json!({"aud": null}), claim("aud")),
        (json!({"sub": null}), claim("sub")),
        (json!({"exp": null}), claim("exp")),
        (json!({"nbf": null}), claim("nbf")),
        (json!({"iss": ["minutebook"]}), claim("iss")),
        (json!({"aud": 5}), claim("aud")),
        (json!({"aud": {"minutebook": true}}), claim("aud")),
        (json!({"sub": ""}), claim("sub")),
        (json!({"sub": 5}), claim("sub")),
        (json!({"sub": "jane\nsmith"}), claim("sub")),
        (json!({"exp": "2099-01-01"}), claim("exp")),
        (json!({"exp": (NOW + 600).to_string()}), claim("exp")),
        (json!({"nbf": true}), claim("nbf")),
        (json!({"iss": "https://login.example.org"}), Err(JwtFault::WrongIssuer)),
        (json!({"iss": format!("{}/", OidcServer::shared().issuer)}), Err(JwtFault::WrongIssuer)),
        (json!({"aud": "another"}), Err(JwtFault::WrongAudience)),
        (json!({"aud": ["minutebooks", "MINUTEBOOK", 5]}), Err(JwtFault::WrongAudience)),
        (json!({"aud": []}), Err(JwtFault::WrongAudience)),
        // The clocks may differ by 30 seconds.
        (json!({"exp": NOW - 29}), accepted()),
        (json!({"exp": NOW - 30}), Err(JwtFault::Expired)),
        (json!({"exp": -1}), Err(JwtFault::Expired)),
        (json!({"nbf": NOW + 30}), accepted()),
        (json!({"nbf": NOW + 31}), Err(JwtFault::NotYetValid)),
        (json!({"nbf": 1e300}), Err(JwtFault::NotYetValid)),
        // Claims of ID tokens and logout tokens.
        (json!({"nonce": "n-0S6_WzA2Mj"}), Err(JwtFault::WrongType)),
        (json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}), Err(JwtFault::WrongType)),
        (json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}), Err(JwtFault::WrongType)),
    ];
    for (changes, expected) in table {
        let token = OidcServer::shared().key("ES256").sign(&claims(&changes));
        assert_eq!(verify(&token).await, expected, "{changes}");
    }
}

#[tokio::test]
async fn a_header_of_another_kind_of_token_is_refused() {
    let key = OidcServer::shared().key("ES256");
    let with = |change: &dyn Fn(&mut Header)| {
        let mut header = key.header();
        change(&mut header);
        encode(&header, &claims(&json!({})), &key.encoding()).unwrap()
    };
    let typed = |typ: Option<&str>| with(&|header| header.typ = typ.map(str::to_owned));
    let table = [
        ("a valid header", with(&|_| {}), Ok(())),
        ("the whole media type", typed(Some("application/AT+JWT")), Ok(())),
        ("an ID token", typed(Some("JWT")), Err(JwtFault::WrongType)),
        ("a logout token", typed(Some("logout+jwt")), Err(JwtFault::WrongType)),
        ("no type", typed(None), Err(JwtFault::WrongType)),
        ("no key", with(&|header| header.kid = None), Err(JwtFault::NoKey)),
        ("an unknown key", with(&|header| header.kid = Some("ES256-99".into())), Err(JwtFault::UnknownKey)),
        ("an extension", with(&|header| header.crit = Some(vec!["b64".into()])), Err(JwtFault::Critical)),
    ];
    for (what, token, expected) in table {
        assert_eq!(verify(&token).await.map(|_| ()), expected, "{what}");
    }
}

#[tokio::test]
async fn the_key_and_not_the_token_decides_the_algorithm() {
    let server = OidcServer::shared();
    let rsa = server.key("RS256");
    let published = minutebook::http_client::client(crate::fixtures::record_lines::PATIENCE).unwrap();
    let published = published.get(format!("{}/jwks", server.issuer)).send().await.unwrap().bytes().await.unwrap();
    let set: Value = serde_json::from_slice(&published).unwrap();
    let public = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == *rsa.kid).unwrap();
    let as_header = |alg: Algorithm| Header { alg, ..rsa.header() };
    let good = claims(&json!({}));
    // The classic attack: the public key is used as a shared secret.
    for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in [public["n"].as_str().unwrap().to_owned(), public.to_string()] {
            let forged = encode(&as_header(alg), &good, &EncodingKey::from_secret(secret.as_bytes())).unwrap();
            assert_eq!(verify(&forged).await, Err(JwtFault::WrongAlgorithm), "{alg:?}");
        }
    }
    // Signed by the right key, with an algorithm that the key is not for.
    for alg in [Algorithm::PS256, Algorithm::RS384, Algorithm::RS512] {
        let token = encode(&as_header(alg), &good, &rsa.encoding()).unwrap();
        assert_eq!(verify(&token).await, Err(JwtFault::WrongAlgorithm), "{alg:?}");
    }
    // Signed by another key of the provider with its algorithm, under this key's id.
    for other in ["PS256", "ES256", "EdDSA"] {
        let other = server.key(other);
        let token = encode(&as_header(other.algorithm()), &good, &other.encoding()).unwrap();
        assert_eq!(verify(&token).await, Err(JwtFault::WrongAlgorithm), "{}", other.alg);
    }
    assert_eq!(verify(&rsa.sign(&good)).await, Ok("jane.smith".into()));
}

#[tokio::test]
async fn a_token_not_signed_by_the_key_it_names_is_refused() {
    let server = OidcServer::shared();
    let attacker = OidcServer::start();
    let good = claims(&json!({}));
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        let key = server.key(alg);
        assert_eq!(attacker.key(alg).kid, key.kid, "the same id, another key");
        assert_eq!(verify(&attacker.key(alg).sign(&good)).await, Err(JwtFault::WrongSignature), "{alg}");
        // The attacker's own key, in the header.
        let own = jsonwebtoken::jwk::Jwk::from_encoding_key(&attacker.key(alg).encoding(), key.algorithm()).unwrap();
        let header = Header { jwk: Some(own), jku: Some(format!("{}/jwks", attacker.issuer)), ..key.header() };
        let token = encode(&header, &good, &attacker.key(alg).encoding()).unwrap();
        assert_eq!(verify(&token).await, Err(JwtFault::WrongSignature), "{alg}, with its key");
        // The claims of one token under the signature of another.
        let (honest, greedy) = (key.sign(&good), key.sign(&claims(&json!({"sub": "chair"}))));
        let [head, _, signature] = honest.split('.').collect::<Vec<_>>()[..] else { panic!("{honest}") };
        let mixed = [head, greedy.split('.').nth(1).unwrap(), signature].join(".");
        assert_eq!(verify(&mixed).await, Err(JwtFault::WrongSignature), "{alg}, with other claims");
        assert_eq!(
            verify(&[head, greedy.split('.').nth(1).unwrap(), ""].join(".")).await,
            Err(JwtFault::WrongSignature)
        );
    }
}

#[tokio::test]
async fn malformed_and_oversized_jwts_are_refused() {
    let good = OidcServer::shared().key("EdDSA").sign(&claims(&json!({})));
    let payload = good.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"at+jwt","kid":"EdDSA-1"}, in three spellings of none.
    let none = [
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoiRWREU0EtMSJ9",
        "eyJhbGciOiJOT05FIiwidHlwIjoiYXQrand0In0",
        "e30",
    ];
    let mut table =
        vec![String::new(), "..".into(), "a.b.c".into(), format!("{good}."), format!("{good}.x"), "é.é.é".into()];
    table.extend(none.iter().map(|header| format!("{header}.{payload}.")));
    for presented in table {
        assert_eq!(verify(&presented).await, Err(JwtFault::Malformed), "{presented}");
    }
    let long = OidcServer::shared().key("EdDSA").sign(&claims(&json!({"scope": "x".repeat(20_000)})));
    assert!(matches!(verify(&long).await, Err(JwtFault::TooLong(_))));
    let deep = OidcServer::shared().key("EdDSA").sign(&claims(&json!({"groups": vec!["secretariat"; 500]})));
    assert_eq!(verify(&deep).await, Ok("jane.smith".into()));
}
