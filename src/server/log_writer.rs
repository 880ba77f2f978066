//! Writes the server's log lines to standard error, gathered by a thread of their own.
//!
//! One system call per line would slow every request, and a slow reader of the log would delay responses. Lines wait for
//! up to 20 ms and are written together. A warning or an error is written at once, after all lines before it.
//!
//! Hand-written because `tracing-appender` 0.2 cannot keep these promises. Its writer leaves a warning to the thread, so
//! a crash right after it loses it; it bounds the queue by lines, not bytes; it gives up the last flush after a second.
//! It also brings the `time` crates, which only its rotating files use.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// The longest time that a line waits for others.
const GATHER_TIME: Duration = Duration::from_millis(20);
/// The most bytes that wait. A thread that exceeds it writes the lines itself, and so slows down to the reader's speed.
const MAX_PENDING_BYTES: usize = 1 << 20;

/// The buffered log. Cheap to clone; the clones share one buffer.
#[derive(Clone)]
pub(super) struct LogWriter(Arc<LogBuffer>);

struct LogBuffer {
    pending: Mutex<Vec<u8>>,
    not_empty: Condvar,
    /// Held during a write, so that lines stay in order.
    writing: Mutex<()>,
}

impl LogWriter {
    /// Starts the writing thread.
    pub(super) fn start() -> Self {
        let buffer =
            Arc::new(LogBuffer { pending: Mutex::default(), not_empty: Condvar::new(), writing: Mutex::default() });
        let shared = buffer.clone();
        let thread = thread::Builder::new().name("log".into()).stack_size(64 << 10).spawn(move || shared.run());
        if let Err(error) = thread {
            // Lines are still written: at warnings, when the buffer is full, and at the end.
            eprintln!("cannot start the log thread, log lines may be late: {error}");
        }
        Self(buffer)
    }

    /// Writes the pending lines.
    pub(super) fn flush(&self) {
        self.0.flush();
    }
}

impl LogBuffer {
    fn run(&self) {
        loop {
            let pending = lock(&self.pending);
            drop(self.not_empty.wait_while(pending, |lines| lines.is_empty()).unwrap_or_else(PoisonError::into_inner));
            thread::sleep(GATHER_TIME);
            self.flush();
        }
    }

    fn flush(&self) {
        let _in_order = lock(&self.writing);
        let lines = std::mem::take(&mut *lock(&self.pending));
        // A failure to write the log cannot be logged.
        let _ = io::stderr().write_all(&lines);
    }

    fn push(&self, line: &[u8], at_once: bool) {
        let mut pending = lock(&self.pending);
        let is_first = pending.is_empty();
        pending.extend_from_slice(line);
        let is_full = pending.len() > MAX_PENDING_BYTES;
        drop(pending);
        if at_once || is_full {
            self.flush();
        } else if is_first {
            self.not_empty.notify_one();
        }
    }
}

/// Locks a mutex. A poisoned one is still sound: lines are added whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes one line.
pub(super) struct LineWriter<'a> {
    buffer: &'a LogBuffer,
    at_once: bool,
}

impl Write for LineWriter<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.buffer.push(line, self.at_once);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = LineWriter<'a>;

    fn make_writer(&'a self) -> LineWriter<'a> {
        LineWriter { buffer: &self.0, at_once: true }
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> LineWriter<'a> {
        LineWriter { buffer: &self.0, at_once: *metadata.level() <= Level::WARN }
    }
}
