//! Files as they are opened: read all at once, on every processor, and put into the order that they are recorded in.

use super::files::{Form, Given};
use super::{Stopped, document, export};
use crate::cli::failure::Failure;
use crate::cli::progress::Bar;
use crate::ingest::{ImportError, SourceDocument};
use chrono::NaiveDate;
use futures_util::StreamExt;
use minutebook_import::{DocumentReadError, FrontMatterError};
use std::path::{Path, PathBuf};

/// How many bytes of files are kept as they were read; the others are read again when their turn comes.
const KEPT: u64 = 64 * 1024 * 1024;

/// A file in its turn.
pub(super) struct Opened {
    /// Its place among those that were given.
    pub(super) place: usize,
    pub(super) file: PathBuf,
    /// Whether it was found in a folder.
    pub(super) is_found: bool,
    order: Order,
    /// None if it is to be read again.
    what: Option<Result<What, Stopped>>,
}

/// What a file turned out to be.
pub(super) enum What {
    Export,
    Document(Box<SourceDocument>),
}

/// What is recorded first: a book that goes on, then its meetings by their days, and then what is said of their actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Export,
    Headlines(NaiveDate),
    ActionLog,
    Refused,
}

/// The files, each read, in the order that they are to be recorded in.
pub(super) async fn in_order(files: Vec<Given>, bar: &mut Bar) -> Vec<Opened> {
    let of = files.len() as u64;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut reading = futures_util::stream::iter(files.into_iter().enumerate())
        .map(|(place, given)| async move { Opened::read(place, given).await })
        .buffered(processors);
    let (mut opened, mut kept) = (Vec::new(), 0);
    while let Some((mut next, bytes)) = reading.next().await {
        kept += bytes;
        if kept > KEPT && matches!(next.what, Some(Ok(What::Document(_)))) {
            (next.what, kept) = (None, kept - bytes);
        }
        opened.push(next);
        bar.show(opened.len() as u64, of);
    }
    opened.sort_by_key(|opened: &Opened| (opened.order, opened.place));
    opened
}

impl Opened {
    /// The file, and how many bytes it has.
    async fn read(place: usize, given: Given) -> (Self, u64) {
        let Given { path: file, is_found } = given;
        let (what, bytes) = read(file.clone(), is_found).await;
        let order = match &what {
            Ok(What::Export) => Order::Export,
            Ok(What::Document(document)) => document.held_on().map_or(Order::ActionLog, Order::Headlines),
            Err(_) => Order::Refused,
        };
        (Self { place, file, is_found, order, what: Some(what) }, bytes)
    }

    pub(super) async fn open(self) -> Result<What, Stopped> {
        match self.what {
            Some(what) => what,
            None => read(self.file, self.is_found).await.0,
        }
    }
}

/// Reads a file where it keeps nothing else from going on.
async fn read(file: PathBuf, is_found: bool) -> (Result<What, Stopped>, u64) {
    let reading = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::metadata(&file).map_or(0, |about| about.len());
        (what(&file, is_found), bytes)
    });
    reading.await.unwrap_or_else(|error| (Err(Failure::new(format!("the file could not be read: {error}")).into()), 0))
}

fn what(file: &Path, is_found: bool) -> Result<What, Stopped> {
    let form = Form::of(file);
    if form == Some(Form::Lines) {
        return export::check(file).map(|()| What::Export);
    }
    if is_found && form.is_none() {
        return Err(Stopped::PassedOver("its name is not that of a document".to_owned()));
    }
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    if is_found && stem == "readme" {
        return Err(Stopped::PassedOver("it is about the folder, by its name".to_owned()));
    }
    let read = std::fs::read(file).map_err(ImportError::from).and_then(|bytes| SourceDocument::read(file, &bytes));
    match read {
        Ok(document) => Ok(What::Document(Box::new(document))),
        Err(ImportError::Document(refusal @ DocumentReadError::FrontMatter(FrontMatterError::NoMeeting)))
            if is_found =>
        {
            Err(Stopped::PassedOver(refusal.to_string()))
        }
        Err(error) => Err(Stopped::Refused(document::failure(&error))),
    }
}
