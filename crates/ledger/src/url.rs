//! Ledger URLs: `sqlite:PATH` or `postgres://…`.

use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The address of a ledger.
#[derive(Clone)]
pub enum LedgerUrl {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<PgConnectOptions>),
}

/// `minutebook.db` in the working folder.
impl Default for LedgerUrl {
    fn default() -> Self {
        Self::Sqlite("minutebook.db".into())
    }
}

/// Text that is no ledger URL. The messages do not repeat it, since it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum UrlError {
    /// The scheme is none of the two.
    #[error(
        "a ledger URL begins with neither `sqlite:` nor `postgres://`: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` was expected"
    )]
    Scheme,
    /// `sqlite:` without a path.
    #[error("`sqlite:` has no path: `sqlite:PATH` was expected")]
    NoPath,
    /// PostgreSQL's parser refuses the address.
    #[error("the PostgreSQL URL is malformed: `postgres://USER:PASSWORD@HOST:PORT/DATABASE` was expected")]
    Postgres,
}

/// The port that an address without one means.
const POSTGRES_PORT: u16 = 5432;

impl FromStr for LedgerUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(UrlError::NoPath) } else { Ok(Self::Sqlite(path.into())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return text.parse().map(|options| Self::Postgres(Box::new(options))).map_err(|_| UrlError::Postgres);
        }
        Err(UrlError::Scheme)
    }
}

/// Shows the address without the password.
impl fmt::Display for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(options) => {
                write!(f, "postgres://{}@{}", options.get_username(), options.get_host())?;
                if options.get_port() != POSTGRES_PORT {
                    write!(f, ":{}", options.get_port())?;
                }
                write!(f, "/{}", options.get_database().unwrap_or(options.get_username()))
            }
        }
    }
}

impl fmt::Debug for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let url: LedgerUrl = "postgres://jane:s3cret@db.example/book".parse().unwrap();
        assert_eq!(format!("{url}"), "postgres://jane@db.example/book");
        let other_port: LedgerUrl = "postgres://jane:s3cret@db.example:6432/book".parse().unwrap();
        assert_eq!(format!("{other_port}"), "postgres://jane@db.example:6432/book");
        assert!(!format!("{url:?}").contains("s3cret"));
        let wrong = "mysql://jane:s3cret@db/book".parse::<LedgerUrl>().unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"));
    }

    #[test]
    fn a_file_is_named_with_or_without_slashes() {
        for (text, path) in [
            ("sqlite:minutebook.db", "minutebook.db"),
            ("sqlite:///srv/book.db", "/srv/book.db"),
            ("sqlite:/srv/book.db", "/srv/book.db"),
        ] {
            assert!(matches!(text.parse(), Ok(LedgerUrl::Sqlite(found)) if found == *path), "{text}");
        }
        assert!("sqlite:".parse::<LedgerUrl>().is_err());
    }
}
