//! The tables of what was measured, beside the goals.

use crate::measured::Measured;
use serde::Deserialize;
use std::fmt::Write as _;

/// Which of its readings are held against a bare handler, and what part of its rate is wanted.
const READINGS: [(&str, f64); 5] =
    [("now", 0.6), ("past", 0.6), ("with a token", 0.6), ("hundred rows", 0.6), ("not modified", 0.8)];

/// One line that a measurement printed, as far as the tables need it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    measure: String,
    peer: String,
    store: String,
    case: String,
    events: u64,
    bytes: u64,
    requests_per_second: f64,
    commands_per_second: f64,
    p50_microseconds: f64,
    p99_microseconds: f64,
    most_microseconds: f64,
    kilobytes_per_reader_idle: f64,
    kilobytes_per_reader_after: f64,
    ready_milliseconds: f64,
    idle_kilobytes: f64,
    kilobytes_after_lists: f64,
}

/// The Markdown for the JSON lines that the measurements printed.
pub(crate) fn tables(lines: &str) -> anyhow::Result<String> {
    let mut measured = Measured::default();
    for line in lines.lines() {
        take(&mut measured, &serde_json::from_str(line)?)?;
    }
    Ok(figures(&measured)? + "\n" + &goals(&measured)?)
}

fn take(measured: &mut Measured, line: &Line) -> anyhow::Result<()> {
    let (store, peer) = (&line.store, &line.peer);
    match line.measure.as_str() {
        "read" => {
            let name = format!("{store}, {}, {peer}", line.case);
            measured.add(name, "requests/s", line.requests_per_second);
            if peer == "bare" {
                #[expect(clippy::cast_precision_loss, reason = "an answer has some kilobytes")]
                measured.add(format!("{store}, {}, the answer", line.case), "bytes", line.bytes as f64);
            }
        }
        "append" => measured.add(format!("{store}, 64 clients, in process"), "commands/s", line.commands_per_second),
        "write" => {
            measured.add(format!("{store}, 64 clients, over HTTP"), "commands/s", line.commands_per_second);
            measured.add(format!("{store}, 64 clients, over HTTP, p50"), "µs", line.p50_microseconds);
            measured.add(format!("{store}, 64 clients, over HTTP, p99"), "µs", line.p99_microseconds);
        }
        "follow" => {
            measured.add(format!("{store}, feed, last reader, p50"), "ms", line.p50_microseconds / 1000.0);
            measured.add(format!("{store}, feed, last reader, p99"), "ms", line.p99_microseconds / 1000.0);
            measured.add(format!("{store}, feed, last reader, at most"), "ms", line.most_microseconds / 1000.0);
            measured.add(format!("{store}, feed, idle reader"), "KiB", line.kilobytes_per_reader_idle);
            measured.add(format!("{store}, feed, reader after it"), "KiB", line.kilobytes_per_reader_after);
        }
        "start" => {
            let book = format!("{store}, book of {} events", line.events);
            measured.add(format!("{book}, start to ready"), "ms", line.ready_milliseconds);
            measured.add(format!("{book}, memory, idle"), "MiB", line.idle_kilobytes / 1024.0);
            measured.add(format!("{book}, memory after 1000 lists"), "MiB", line.kilobytes_after_lists / 1024.0);
        }
        "fill" => {}
        other => anyhow::bail!("`{other}` is no measurement"),
    }
    Ok(())
}

fn figures(measured: &Measured) -> Result<String, std::fmt::Error> {
    let mut table = "| measured | median | rounds |\n|---|---:|---|\n".to_owned();
    for (name, (unit, rounds)) in &measured.0 {
        let digits = usize::from(!unit.contains("/s") && *unit != "bytes");
        let rounds: Vec<String> = rounds.iter().map(|value| format!("{value:.digits$}")).collect();
        writeln!(table, "| {name} | {:.digits$} {unit} | {} |", measured.median(name), rounds.join(", "))?;
    }
    Ok(table)
}

fn goals(measured: &Measured) -> Result<String, std::fmt::Error> {
    let mut table = "| goal | measured | reached |\n|---|---:|---|\n".to_owned();
    let mut goal = |name: &str, value: f64, reached: bool| {
        let verdict = if reached { "yes" } else { "no" };
        if value.is_nan() { Ok(()) } else { writeln!(table, "| {name} | {value:.2} | {verdict} |") }
    };
    for store in ["sqlite", "postgres"] {
        for (case, least) in READINGS {
            let ratio = measured.ratio(&format!("{store}, {case}, minutebook"), &format!("{store}, {case}, bare"));
            goal(&format!("{store}, reading, {case}, over a bare handler: at least {least}"), ratio, ratio >= least)?;
        }
        let ratio = measured.ratio(&format!("{store}, not modified, minutebook"), &format!("{store}, now, bare"));
        goal(&format!("{store}, 304 over a bare handler's whole answer: at least 0.8"), ratio, ratio >= 0.8)?;
        let ratio =
            measured.ratio(&format!("{store}, 64 clients, over HTTP"), &format!("{store}, 64 clients, in process"));
        goal(&format!("{store}, 64 clients, over HTTP over in process: at least 0.8"), ratio, ratio >= 0.8)?;
        let most = measured.median(&format!("{store}, feed, last reader, at most"));
        goal(&format!("{store}, feed, the slowest event, ms: at most 250"), most, most <= 250.0)?;
    }
    for name in measured.0.keys() {
        let value = measured.median(name);
        if name.ends_with("start to ready") {
            goal(&format!("{name}, ms: under 300"), value, value < 300.0)?;
        } else if name.ends_with("memory, idle") {
            goal(&format!("{name}, MiB: under 40"), value, value < 40.0)?;
        }
    }
    Ok(table)
}
