//! What a process holds in memory, as the kernel says.

use anyhow::Context as _;

/// The resident memory of a process, in KiB.
pub(crate) fn resident(process: u32) -> anyhow::Result<u32> {
    of(process, "VmRSS:")
}

/// What of it is the process's own, and no part of a file, in KiB.
pub(crate) fn anonymous(process: u32) -> anyhow::Result<u32> {
    of(process, "RssAnon:")
}

fn of(process: u32, what: &str) -> anyhow::Result<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).with_context(|| format!("{what} is missing"))
}
