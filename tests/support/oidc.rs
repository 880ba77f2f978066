//! A real OpenID provider, in a process of its own on a loopback port: `tests/oidc/provider.mjs`.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use minutebook::access::oidc::{OidcConfig, OidcProvider};
use minutebook_ledger::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

/// A running provider. It ends with its standard input, and so with the tests at the latest.
pub(crate) struct OidcServer {
    process: Mutex<Process>,
    pub(crate) issuer: String,
    keys: Vec<PrivateKey>,
}

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// A key by which the provider signs.
#[derive(Deserialize, Clone)]
pub(crate) struct PrivateKey {
    pub(crate) kid: String,
    pub(crate) alg: String,
    der: String,
}

#[derive(Deserialize)]
struct Begun {
    issuer: String,
    keys: Vec<PrivateKey>,
}

impl Process {
    fn answer<T: for<'de> Deserialize<'de>>(&mut self) -> T {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the provider answered `{line}`: {error}"))
    }

    fn ask<T: for<'de> Deserialize<'de>>(&mut self, command: &str) -> T {
        writeln!(self.input, "{command}").unwrap();
        self.answer()
    }
}

impl OidcServer {
    /// One that is there for the caller alone.
    pub(crate) fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        let missing = "the tests of OpenID need Node and the packages of tests/oidc: run scripts/test.sh --prepare";
        assert!(folder.join("node_modules/oidc-provider").is_dir(), "{missing}");
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect(missing);
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut process = Process { child, input, output };
        let Begun { issuer, keys } = process.answer();
        Self { process: Mutex::new(process), issuer, keys }
    }

    /// One that all tests share, and nobody sends a command.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<OidcServer> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Has it roll its keys over, and knows the new ones from then on.
    pub(crate) fn roll_keys_over(&mut self) {
        let begun: Begun = self.process.lock().unwrap().ask("keys");
        self.keys = begun.keys;
    }

    /// How often its keys were asked for.
    pub(crate) fn asked(&self) -> u64 {
        let asked: Value = self.process.lock().unwrap().ask("asked");
        assert_eq!(asked["metadata"], asked["keys"], "the keys are where the metadata say");
        asked["keys"].as_u64().unwrap()
    }

    /// Has it answer nothing any more, or answer again.
    pub(crate) fn silence(&self, silent: bool) {
        let answer: Value = self.process.lock().unwrap().ask(if silent { "silence" } else { "speak" });
        assert_eq!(answer["silent"], silent);
    }

    /// The key that is for `algorithm`.
    pub(crate) fn key(&self, algorithm: &str) -> &PrivateKey {
        self.keys.iter().find(|key| key.alg == algorithm).unwrap()
    }

    /// An access token that it issues to `client`, signed by `algorithm`, as any client gets one.
    pub(crate) async fn access_token(&self, client: &str, algorithm: &str) -> String {
        let http = minutebook::http_client::client(super::lines::PATIENCE).unwrap();
        let answer = http
            .post(format!("{}/token", self.issuer))
            .basic_auth(client, Some("a-secret-of-the-tests"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("grant_type=client_credentials&resource=urn:minutebook:{algorithm}"))
            .send()
            .await
            .unwrap();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {body}")).to_owned()
    }

    /// The configuration of a ledger that trusts it.
    pub(crate) fn config(&self) -> OidcConfig {
        let config = json!({
            "issuer": self.issuer,
            "audience": "minutebook",
            "rights_claim": "groups",
            "rights": {
                "secretariat": {"roles": ["secretary"], "clearance": "RED", "committees": ["SSC"]},
                "operations": {"roles": ["reader"], "clearance": "AMBER", "committees": ["OPSG"]},
            },
        });
        serde_json::from_value(config).unwrap()
    }

    /// A ledger's side of it, with an empty memory.
    pub(crate) fn provider(&self, clock: Arc<dyn Clock>) -> OidcProvider {
        OidcProvider::new(self.config(), clock).unwrap()
    }
}

impl Drop for OidcServer {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap();
        let _ = process.child.kill();
        let _ = process.child.wait();
    }
}

impl PrivateKey {
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.alg.parse().unwrap()
    }

    pub(crate) fn encoding(&self) -> EncodingKey {
        let der = hex::decode(&self.der).unwrap();
        match self.alg.as_str() {
            "ES256" => EncodingKey::from_ec_der(&der),
            "EdDSA" => EncodingKey::from_ed_der(&der),
            _ => EncodingKey::from_rsa_der(&der),
        }
    }

    /// The header of an access token that this key signs.
    pub(crate) fn header(&self) -> Header {
        Header { typ: Some("at+jwt".into()), kid: Some(self.kid.clone()), ..Header::new(self.algorithm()) }
    }

    /// A token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        encode(&self.header(), claims, &self.encoding()).unwrap()
    }
}
