//! The table of what was measured, beside the goals.

use crate::measured::Measured;
use serde::Deserialize;
use std::fmt::Write as _;

/// One line that a measurement printed, as far as the table needs it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    measure: String,
    peer: String,
    store: String,
    label: String,
    clients: u32,
    cores: u32,
    commands_per_second: f64,
    events_per_second: f64,
    events: u64,
    seconds: f64,
    peak_kilobytes: f64,
    p50_microseconds: f64,
    p99_microseconds: f64,
}

/// The Markdown for the JSON lines that the measurements printed.
pub(crate) fn table(lines: &str) -> anyhow::Result<String> {
    let mut measured = Measured::default();
    let mut heading = String::new();
    for line in lines.lines() {
        let line: Line = serde_json::from_str(line)?;
        let store = &line.store;
        match line.measure.as_str() {
            "flush" => writeln!(
                heading,
                "{} cores; a write of 8 KiB is on the disk after {} µs (median; 99th percentile {} µs).\n",
                line.cores, line.p50_microseconds, line.p99_microseconds
            )?,
            "append" => {
                let label = if line.label.is_empty() { String::new() } else { format!(" at {}", line.label) };
                measured.add(
                    format!("{store} {} {}{label}", line.clients, line.peer),
                    "commands/s",
                    line.commands_per_second,
                );
            }
            "read" => {
                measured.add(format!("{store} read {}", line.label), "events/s", line.events_per_second);
                measured.add(format!("{store} memory {}", line.label), "KiB at most", line.peak_kilobytes);
            }
            "fill" => {
                let per_second = f64::from(u32::try_from(line.events)?) / line.seconds;
                measured.add(format!("{store} fill {}", line.label), "events/s", per_second);
            }
            other => anyhow::bail!("`{other}` is no measurement"),
        }
    }
    Ok(heading + &figures(&measured)? + "\n" + &goals(&measured)?)
}

fn figures(measured: &Measured) -> Result<String, std::fmt::Error> {
    let mut table = "| measured | median | rounds |\n|---|---:|---|\n".to_owned();
    for (name, (unit, rounds)) in &measured.0 {
        let rounds: Vec<String> = rounds.iter().map(|value| format!("{value:.0}")).collect();
        writeln!(table, "| {name} | {:.0} {unit} | {} |", measured.median(name), rounds.join(", "))?;
    }
    Ok(table)
}

fn goals(measured: &Measured) -> Result<String, std::fmt::Error> {
    let mut table = "| goal | measured | reached |\n|---|---:|---|\n".to_owned();
    let mut goal = |name: &str, value: f64, reached: bool, wanted: &str| {
        let verdict = if reached { "yes" } else { "no" };
        writeln!(table, "| {name}: {wanted} | {value:.2} | {verdict} |")
    };
    for (name, over, under, least) in [
        ("PostgreSQL, 1 client, over postgres-es", "postgres 1 minutebook", "postgres 1 postgres-es", 1.0),
        ("PostgreSQL, 1 client, over the bare limit", "postgres 1 minutebook", "postgres 1 bare", 0.8),
        ("PostgreSQL, 64 clients, over postgres-es", "postgres 64 minutebook", "postgres 64 postgres-es", 8.0),
        ("SQLite, 64 clients, over one transaction a command", "sqlite 64 minutebook", "sqlite 1 minutebook", 8.0),
        ("SQLite, 64 clients, over the bare limit", "sqlite 64 minutebook", "sqlite 1 bare", 8.0),
    ] {
        let ratio = measured.ratio(over, under);
        goal(name, ratio, ratio >= least, &format!("at least {least}"))?;
    }
    for store in ["postgres", "sqlite"] {
        let thousands = measured.median(&format!("{store} read large")) / 1000.0;
        goal(&format!("{store}, thousand events/s read"), thousands, thousands >= 300.0, "at least 300")?;
        let memory = measured.ratio(&format!("{store} memory large"), &format!("{store} memory small"));
        // Within a tenth is flat: the allocator's own ups and downs are of that size.
        goal(&format!("{store}, memory of a long log's reader over a short one's"), memory, memory <= 1.1, "flat")?;
        for clients in [1, 64] {
            let at = |size: &str| format!("{store} {clients} minutebook at {size}");
            let cost = measured.ratio(&at("small"), &at("large"));
            let name = format!("{store}, {clients} client(s), cost of an append to a long log over a short one");
            goal(&name, cost, cost <= 1.1, "at most 1.1")?;
        }
    }
    Ok(table)
}
