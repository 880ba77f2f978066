//! `minutebook serve` as a process of its own, called on over a socket.

use super::feed::FeedReader;
use super::lines::{PATIENCE, minutebook};
use axum::body::Body;
use axum::http::Response;
use minutebook::http_client;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// A server that listens. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    said: JoinHandle<String>,
}

/// Whoever calls on a server, with a token.
#[derive(Clone)]
pub(crate) struct Caller {
    client: reqwest::Client,
    token: String,
}

impl Server {
    /// A server of `ledger`, on a port that the system chose, for clients that may make any number of requests.
    pub(crate) fn start(ledger: &str) -> Self {
        Self::set(ledger, &["limits.token_requests_per_minute=0", "limits.address_requests_per_minute=0"])
    }

    /// A server with these settings.
    pub(crate) fn set(ledger: &str, settings: &[&str]) -> Self {
        Self::set_in(ledger, settings, &[])
    }

    /// A server with these settings, and these variables in its environment.
    pub(crate) fn set_in(ledger: &str, settings: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = minutebook(ledger);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        command
            .args(settings.iter().flat_map(|setting| ["--set", setting]))
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(said.read_line(&mut line).unwrap() > 0, "the server ended: {}", child.wait().unwrap());
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(['/', '"', '\n']).next().unwrap().to_owned();
            }
        };
        // What it says from then on is taken, so that it never waits for somebody to take it.
        let said = std::thread::spawn(move || {
            let mut text = String::new();
            said.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, address, said }
    }

    /// Tells it to stop, and waits until it has: whether that went well, and all it said since it listened.
    pub(crate) fn stop(mut self) -> (bool, String) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        let ended = self.child.wait().unwrap().success();
        let said = std::mem::replace(&mut self.said, std::thread::spawn(String::new));
        (ended, said.join().unwrap())
    }

    /// Kills it where it stands, with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `kill` there is nobody left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Caller {
    pub(crate) fn new(token: &str) -> Self {
        Self { client: http_client::client(PATIENCE).unwrap(), token: token.to_owned() }
    }

    /// Posts under a key; an error if no whole answer came back.
    pub(crate) async fn post(
        &self,
        address: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Result<(u16, String), reqwest::Error> {
        let request = self.client.post(format!("http://{address}{path}")).bearer_auth(&self.token);
        let request = request.header("idempotency-key", key).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// What is answered, which has to be JSON.
    pub(crate) async fn get(&self, address: &str, path: &str) -> (u16, Value) {
        let request = self.client.get(format!("http://{address}{path}")).bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    /// Follows the live feed.
    pub(crate) async fn follow(&self, address: &str, path: &str) -> FeedReader {
        let request = self.client.get(format!("http://{address}{path}")).bearer_auth(&self.token);
        let response: Response<reqwest::Body> = request.send().await.unwrap().into();
        FeedReader::of(response.map(Body::new))
    }
}
