//! The files to import: read in parallel, and sorted into the order of recording.

use super::export;
use super::outcome::NotImported;
use crate::cli::failure::Failure;
use crate::cli::input_files::{FileKind, InputFile};
use crate::cli::progress::DelayedProgressBar;
use crate::ingest::{ImportError, SourceDocument};
use chrono::NaiveDate;
use futures_util::StreamExt;
use minutebook_domain::reference::MeetingRef;
use minutebook_import::{DocumentReadError, FrontMatterError};
use std::path::{Path, PathBuf};

/// How many bytes of documents stay in memory between reading and recording; the others are read again.
const MAX_BYTES_IN_MEMORY: u64 = 64 * 1024 * 1024;

/// A file that was read once.
pub(super) struct ReadFile {
    /// Its index among the files named.
    pub(super) index: usize,
    pub(super) path: PathBuf,
    pub(super) in_folder: bool,
    meeting: Option<MeetingRef>,
    rank: RecordingRank,
    /// None if it has to be read again.
    content: Option<Result<FileContent, NotImported>>,
}

/// What a file turned out to hold.
pub(super) enum FileContent {
    Export,
    Document(Box<SourceDocument>),
}

/// The order of recording: an export first, then headlines by the day of their meeting, then what is said of their actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RecordingRank {
    Export,
    /// The lower edition of a meeting first: then nothing has to be lowered.
    Headlines(NaiveDate, u8),
    ActionLog,
    NotImported,
}

/// Reads the files on all processors and returns them in the order of recording.
pub(super) async fn read_in_order(
    files: Vec<InputFile>,
    meeting: Option<&MeetingRef>,
    bar: &mut DelayedProgressBar,
) -> Vec<ReadFile> {
    let total = files.len() as u64;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut reading = futures_util::stream::iter(files.into_iter().enumerate())
        .map(|(index, file)| async move { ReadFile::read(index, file, meeting.cloned()).await })
        .buffered(processors);
    let (mut files, mut in_memory) = (Vec::new(), 0);
    while let Some((mut file, bytes)) = reading.next().await {
        in_memory += bytes;
        if in_memory > MAX_BYTES_IN_MEMORY && matches!(file.content, Some(Ok(FileContent::Document(_)))) {
            (file.content, in_memory) = (None, in_memory - bytes);
        }
        files.push(file);
        bar.show(files.len() as u64, total);
    }
    files.sort_by_key(|file: &ReadFile| (file.rank, file.index));
    files
}

impl ReadFile {
    /// Returns the file, and its size in bytes.
    async fn read(index: usize, InputFile { path, in_folder }: InputFile, meeting: Option<MeetingRef>) -> (Self, u64) {
        let (content, bytes) = read(path.clone(), in_folder, meeting.clone()).await;
        let rank = match &content {
            Ok(FileContent::Export) => RecordingRank::Export,
            Ok(FileContent::Document(document)) => document.held_on().map_or(RecordingRank::ActionLog, |day| {
                RecordingRank::Headlines(day, document.mark_rank().unwrap_or_default())
            }),
            Err(_) => RecordingRank::NotImported,
        };
        (Self { index, path, in_folder, meeting, rank, content: Some(content) }, bytes)
    }

    /// Returns the content, and reads the file again if it was dropped from memory.
    pub(super) async fn content(self) -> Result<FileContent, NotImported> {
        match self.content {
            Some(content) => content,
            None => read(self.path, self.in_folder, self.meeting).await.0,
        }
    }
}

/// Reads a file on a thread that may block.
async fn read(path: PathBuf, in_folder: bool, meeting: Option<MeetingRef>) -> (Result<FileContent, NotImported>, u64) {
    let reading = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
        (read_content(&path, in_folder, meeting), bytes)
    });
    reading.await.unwrap_or_else(|error| (Err(Failure::new(format!("the file cannot be read: {error}")).into()), 0))
}

fn read_content(path: &Path, in_folder: bool, meeting: Option<MeetingRef>) -> Result<FileContent, NotImported> {
    let kind = FileKind::of(path);
    if kind == Some(FileKind::JsonLines) {
        return export::check(path).map(|()| FileContent::Export);
    }
    if in_folder && kind.is_none() {
        return Err(NotImported::Skipped("its extension is not that of a document".to_owned()));
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    if in_folder && stem == "readme" {
        return Err(NotImported::Skipped("a README describes the folder".to_owned()));
    }
    let document =
        std::fs::read(path).map_err(ImportError::from).and_then(|bytes| SourceDocument::read_as(path, &bytes, meeting));
    match document {
        Ok(document) => Ok(FileContent::Document(Box::new(document))),
        Err(ImportError::Document(error @ DocumentReadError::FrontMatter(FrontMatterError::NoMeeting)))
            if in_folder =>
        {
            Err(NotImported::Skipped(error.to_string()))
        }
        Err(error) => Err(NotImported::Refused(error.into())),
    }
}
