//! Fresh ledgers on either store, and a clock that stands still until it is set.

use super::postgres::cluster;
use chrono::{DateTime, Utc};
use minutebook_ledger::{Clock, Entropy, Environment, LedgerUrl, Log, NoEntropy, Opening, Recorder};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Which of the two stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

/// A ledger of a test's own, gone when the test is over.
pub(crate) struct TestLedger {
    pub(crate) url_text: String,
    pub(crate) url: LedgerUrl,
    store: Store,
    /// Holds the SQLite file.
    _folder: tempfile::TempDir,
}

impl TestLedger {
    pub(crate) fn new(store: Store) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url_text = match store {
            Store::Sqlite => format!("sqlite:{}", folder.path().join("book.db").display()),
            Store::Postgres => cluster().url(&cluster().create_database_from(template())),
        };
        Self { url: url_text.parse().unwrap(), url_text, store, _folder: folder }
    }

    /// Another one on the same store.
    pub(crate) fn like(other: &Self) -> Self {
        Self::new(other.store)
    }

    /// Which of the two it is.
    pub(crate) fn store(&self) -> Store {
        if self.url_text.starts_with("sqlite:") { Store::Sqlite } else { Store::Postgres }
    }

    /// The log, opened with the machine's own clock and randomness.
    pub(crate) async fn open(&self) -> Log {
        self.open_in(Environment::system()).await
    }

    pub(crate) async fn open_in(&self, environment: Environment) -> Log {
        Log::open(&self.url, Opening::OrNew, environment).await.unwrap()
    }

    pub(crate) async fn recorder(&self) -> Recorder {
        Recorder::new(self.open().await)
    }
}

/// A PostgreSQL database with the schema and no event, made once; each test has a copy.
pub(crate) fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = cluster().create_database();
        let url = cluster().url(&name);
        // A runtime of its own: the caller's may be this very thread's.
        let made = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let log = Log::open(&url.parse().unwrap(), Opening::Migrate, Environment::system()).await.unwrap();
                // A template is copied only while nobody is connected to it.
                log.close().await;
            });
        });
        made.join().unwrap();
        name
    })
}

/// A clock that shows what it was set to.
pub(crate) struct FixedClock(AtomicI64);

impl FixedClock {
    pub(crate) fn at(time: &str) -> Arc<Self> {
        let clock = Arc::new(Self(AtomicI64::new(0)));
        clock.set(time);
        clock
    }

    pub(crate) fn set(&self, time: &str) {
        self.0.store(time.parse::<DateTime<Utc>>().unwrap().timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Bytes that count upwards: the same in every run, never the same twice.
#[derive(Default)]
pub(crate) struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        bytes.fill(0);
        let taken = bytes.len().min(number.len());
        let begin = bytes.len() - taken;
        bytes[begin..].copy_from_slice(&number[number.len() - taken..]);
        Ok(())
    }
}

/// A fixed clock and counted bytes.
pub(crate) fn fixed(clock: Arc<FixedClock>) -> Environment {
    Environment { clock, entropy: Arc::new(CountingEntropy::default()) }
}

/// Runs the same case on each store.
macro_rules! on_both_stores {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::support::ledgers::TestLedger::new($crate::support::ledgers::Store::Sqlite)).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::support::ledgers::TestLedger::new($crate::support::ledgers::Store::Postgres)).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;
