//! What the disk itself takes to make one commit durable: below this no single client can go.

use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Instant;

/// PostgreSQL writes its log in blocks of this size.
const BLOCK: [u8; 8192] = [0x5a; 8192];
const BLOCKS: u64 = 2048;

pub(crate) fn measure(folder: &Path) -> anyhow::Result<serde_json::Value> {
    let path = folder.join("flush");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
    // Both databases write over space that is there already, so that a flush need not also change the file's length.
    for _ in 0..BLOCKS {
        file.write_all(&BLOCK)?;
    }
    file.sync_all()?;
    let mut microseconds = Vec::new();
    for block in 0..BLOCKS {
        let begin = Instant::now();
        file.seek(SeekFrom::Start(block * BLOCK.len() as u64))?;
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        microseconds.push(u64::try_from(begin.elapsed().as_micros())?);
    }
    std::fs::remove_file(&path)?;
    microseconds.sort_unstable();
    let percentile = |percent: usize| microseconds.get((microseconds.len() - 1) * percent / 100).copied();
    let cores = std::thread::available_parallelism()?.get();
    Ok(serde_json::json!({
        "measure": "flush",
        "cores": cores,
        "p50_microseconds": percentile(50),
        "p99_microseconds": percentile(99),
    }))
}
