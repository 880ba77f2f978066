//! Lines of the server's log on their way to standard error.
//!
//! A line for each request, written by itself, is a call of the system for each request, and whoever reads the lines slowly
//! holds up whoever is answered. So lines are put together for a moment, and written by a thread of their own. What warns of
//! something is written at once, with all that came before it.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line may wait for others.
const TOGETHER: Duration = Duration::from_millis(20);
/// Bytes that wait at most. Whoever says more than is taken writes it themselves, and waits for that.
const WAITING: usize = 1 << 20;

/// Where lines are said. Cheap to clone; the clones write one log.
#[derive(Clone)]
pub(super) struct LogLines(Arc<Lines>);

/// Lines that wait to be written.
struct Lines {
    waiting: Mutex<Vec<u8>>,
    some: Condvar,
    /// Held while lines are written, so that they are in order.
    writing: Mutex<()>,
}

impl LogLines {
    /// Begins to write what is said from now on.
    pub(super) fn begin() -> Self {
        let lines = Arc::new(Lines { waiting: Mutex::default(), some: Condvar::new(), writing: Mutex::default() });
        let ours = lines.clone();
        let writer = thread::Builder::new().name("log".into()).stack_size(64 << 10).spawn(move || ours.run());
        if let Err(error) = writer {
            // Each line is then written by who says it, once there are enough of them.
            eprintln!("the log has no thread of its own: {error}");
        }
        Self(lines)
    }

    /// Writes what waits.
    pub(super) fn write(&self) {
        self.0.write();
    }
}

impl Lines {
    fn run(&self) {
        loop {
            let waiting = held(&self.waiting);
            drop(self.some.wait_while(waiting, |waiting| waiting.is_empty()).unwrap_or_else(PoisonError::into_inner));
            thread::sleep(TOGETHER);
            self.write();
        }
    }

    fn write(&self) {
        let _in_order = held(&self.writing);
        let lines = std::mem::take(&mut *held(&self.waiting));
        // There is nobody to tell that nothing can be told.
        let _ = io::stderr().write_all(&lines);
    }

    fn say(&self, line: &[u8], at_once: bool) {
        let mut waiting = held(&self.waiting);
        let first = waiting.is_empty();
        waiting.extend_from_slice(line);
        let full = waiting.len() > WAITING;
        drop(waiting);
        if at_once || full {
            self.write();
        } else if first {
            self.some.notify_one();
        }
    }
}

/// What is behind it, though somebody panicked who held it: lines are put in whole.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes one line.
pub(super) struct Line<'a> {
    lines: &'a Lines,
    at_once: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.say(line, self.at_once);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: &self.0, at_once: true }
    }

    fn make_writer_for(&'a self, of: &Metadata<'_>) -> Line<'a> {
        Line { lines: &self.0, at_once: *of.level() <= Level::WARN }
    }
}
