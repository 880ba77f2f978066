//! The tables of what was measured, beside the goals.
//!
//! Ratios are taken within a round, where both sides met the machine in the same mood, and the median of the rounds is
//! shown. So are the figures themselves.

use serde::Deserialize;
use std::collections::BTreeMap;
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

/// What was measured, round after round, by name: `sqlite, now, bare`.
#[derive(Default)]
struct Measured(BTreeMap<String, (&'static str, Vec<f64>)>);

impl Measured {
    fn add(&mut self, name: String, unit: &'static str, value: f64) {
        self.0.entry(name).or_insert_with(|| (unit, Vec::new())).1.push(value);
    }

    fn rounds(&self, name: &str) -> &[f64] {
        self.0.get(name).map_or(&[], |(_, rounds)| rounds)
    }

    fn median(&self, name: &str) -> f64 {
        median(self.rounds(name).to_vec())
    }

    /// The median of `over / under` in each round.
    fn ratio(&self, over: &str, under: &str) -> f64 {
        median(self.rounds(over).iter().zip(self.rounds(under)).map(|(over, under)| over / under).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => values[length / 2],
        length => f64::midpoint(values[length / 2 - 1], values[length / 2]),
    }
}

/// The Markdown for the JSON lines that the measurements printed.
pub(crate) fn tables(lines: &str) -> anyhow::Result<String> {
    let mut measured = Measured::default();
    for line in lines.lines() {
        measured.take(serde_json::from_str(line)?)?;
    }
    Ok(figures(&measured)? + "\n" + &goals(&measured)?)
}

impl Measured {
    fn take(&mut self, line: Line) -> anyhow::Result<()> {
        let (store, peer) = (&line.store, &line.peer);
        match line.measure.as_str() {
            "read" => {
                let name = format!("{store}, {}, {peer}", line.case);
                self.add(name, "requests/s", line.requests_per_second);
                if peer == "bare" {
                    #[expect(clippy::cast_precision_loss, reason = "an answer has some kilobytes")]
                    self.add(format!("{store}, {}, the answer", line.case), "bytes", line.bytes as f64);
                }
            }
            "append" => self.add(format!("{store}, 64 clients, in process"), "commands/s", line.commands_per_second),
            "write" => {
                self.add(format!("{store}, 64 clients, over HTTP"), "commands/s", line.commands_per_second);
                self.add(format!("{store}, 64 clients, over HTTP, p50"), "µs", line.p50_microseconds);
                self.add(format!("{store}, 64 clients, over HTTP, p99"), "µs", line.p99_microseconds);
            }
            "follow" => {
                self.add(format!("{store}, feed, last reader, p50"), "ms", line.p50_microseconds / 1000.0);
                self.add(format!("{store}, feed, last reader, p99"), "ms", line.p99_microseconds / 1000.0);
                self.add(format!("{store}, feed, last reader, at most"), "ms", line.most_microseconds / 1000.0);
                self.add(format!("{store}, feed, idle reader"), "KiB", line.kilobytes_per_reader_idle);
                self.add(format!("{store}, feed, reader after it"), "KiB", line.kilobytes_per_reader_after);
            }
            "start" => {
                let book = format!("{store}, book of {} events", line.events);
                self.add(format!("{book}, start to ready"), "ms", line.ready_milliseconds);
                self.add(format!("{book}, memory, idle"), "MiB", line.idle_kilobytes / 1024.0);
                self.add(format!("{book}, memory after 1000 lists"), "MiB", line.kilobytes_after_lists / 1024.0);
            }
            "fill" => {}
            other => anyhow::bail!("`{other}` is no measurement"),
        }
        Ok(())
    }
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
    for (name, (_, rounds)) in &measured.0 {
        let value = median(rounds.clone());
        if name.ends_with("start to ready") {
            goal(&format!("{name}, ms: under 300"), value, value < 300.0)?;
        } else if name.ends_with("memory, idle") {
            goal(&format!("{name}, MiB: under 40"), value, value < 40.0)?;
        }
    }
    Ok(table)
}
