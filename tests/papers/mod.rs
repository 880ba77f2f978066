//! Papers to print: the agenda of the next meeting and the actions by owner. Command, page and document say the same.

mod as_page;
mod clearances;
mod next_meeting;
mod of_the_sample;

use crate::fixtures::cli::{Cli, Run};
use crate::fixtures::record_lines::PATIENCE;
use crate::fixtures::server_process::ServerProcess;
use minutebook::http_client;
use std::io::Read;
use std::process::Stdio;

/// A folder with the sample in its ledger.
fn sample() -> Cli {
    let cli = Cli::new();
    cli.done(&["import", concat!(env!("CARGO_MANIFEST_DIR"), "/sample")]);
    cli
}

/// The output of a command on a terminal of 80 columns, below the command itself.
fn on_80_columns(cli: &Cli, words: &str) -> String {
    let arguments: Vec<&str> = words.split_whitespace().collect();
    let run = Run::of(&cli.command(&arguments).env("COLUMNS", "80").stdin(Stdio::null()).output().unwrap());
    assert_eq!(run.status, 0, "{words}: {}", run.err);
    format!("$ minutebook {words}\n{}\n", run.out)
}

/// A server of the folder's ledger.
fn serve(cli: &Cli) -> ServerProcess {
    ServerProcess::start(&format!("sqlite:{}", cli.path("minutebook.db").display()))
}

/// The bytes of a page for a reader with this clearance, or for the public.
async fn page(server: &ServerProcess, path: &str, token: Option<&str>) -> Vec<u8> {
    let request = http_client::client(PATIENCE).unwrap().get(format!("http://{}{path}", server.address));
    let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert!(status.is_success(), "{path}: {status}: {}", String::from_utf8_lossy(&bytes));
    bytes
}

/// A token of a reader.
fn token(cli: &Cli, clearance: &str) -> String {
    let name = format!("a reader of {clearance}");
    cli.done(&["token", "create", &name, "--role", "reader", "--clearance", clearance, "--format", "json"])
        .parse::<serde_json::Value>()
        .unwrap()["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The text of all parts of a Word document. Each part is well-formed XML.
fn unpacked(package: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut text = String::new();
    for index in 0..archive.len() {
        let mut part = String::new();
        archive.by_index(index).unwrap().read_to_string(&mut part).unwrap();
        let mut reader = quick_xml::Reader::from_str(&part);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        text.push_str(&part);
    }
    text
}
