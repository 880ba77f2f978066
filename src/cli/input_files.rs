//! The files that import and lint read: those named, and those in the folders named.

use super::failure::Failure;
use std::path::{Path, PathBuf};

/// How many levels of folders are searched.
const MAX_DEPTH: usize = 16;

/// A file named on the command line, or found in a folder named there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InputFile {
    pub(super) path: PathBuf,
    /// Whether it was found in a folder, where other files are expected too.
    pub(super) in_folder: bool,
}

/// What a file holds, by the extension of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Headlines,
    ActionLog,
    /// Lines of JSON.
    JsonLines,
}

impl FileKind {
    /// Returns the kind; none for any other extension.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        match extension.as_str() {
            "md" | "markdown" | "txt" | "docx" | "pdf" => Some(Self::Headlines),
            "csv" | "tsv" | "xlsx" | "xlsm" => Some(Self::ActionLog),
            "ndjson" | "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Lists the files named and, in order of their names, those in the folders named. Hidden files and the lock files of
/// office programs are left out.
pub(super) fn input_files(named: &[PathBuf]) -> Result<Vec<InputFile>, Failure> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            search(path, MAX_DEPTH, &mut files)
                .map_err(|error| Failure::new(format!("`{}` cannot be searched: {error}", path.display())))?;
        } else {
            files.push(InputFile { path: path.clone(), in_folder: false });
        }
    }
    if files.iter().any(|file| !file.in_folder || FileKind::of(&file.path).is_some()) {
        return Ok(files);
    }
    Err(Failure::new("there is no document in the folders given")
        .with_help("documents end in .md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx, .xlsm, .ndjson or .jsonl"))
}

fn search(folder: &Path, depth: usize, files: &mut Vec<InputFile>) -> std::io::Result<()> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        // A link to a folder is not followed: it could lead back to a folder above.
        let is_folder = path.symlink_metadata()?.is_dir();
        if is_folder && depth > 0 {
            search(&path, depth - 1, files)?;
        } else if !is_folder && path.is_file() {
            files.push(InputFile { path, in_folder: true });
        }
    }
    Ok(())
}
