//! The files that are named, and those in the folders that are named.

use crate::cli::failure::Failure;
use std::path::{Path, PathBuf};

/// How deep folders are looked through.
const DEEPEST: usize = 16;

/// A file that was named, or found in a folder that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Given {
    /// Where it is.
    pub(in crate::cli) path: PathBuf,
    /// Whether it was found in a folder, where there are other things too.
    pub(in crate::cli) is_found: bool,
}

/// What a file is taken for, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    /// A meeting's headlines.
    Headlines,
    /// An action log.
    ActionLog,
    /// Lines of JSON.
    Lines,
}

impl Form {
    /// None for a name that says nothing.
    pub(in crate::cli) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        match extension.as_str() {
            "md" | "markdown" | "txt" | "docx" | "pdf" => Some(Self::Headlines),
            "csv" | "tsv" | "xlsx" | "xlsm" => Some(Self::ActionLog),
            "ndjson" | "jsonl" => Some(Self::Lines),
            _ => None,
        }
    }
}

/// The files that were named, and those in the folders that were, in the order of their names. What a file system or an
/// office program hides is not looked at.
pub(in crate::cli) fn files(given: &[PathBuf]) -> Result<Vec<Given>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if path.is_dir() {
            look_through(path, DEEPEST, &mut files)
                .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        } else {
            files.push(Given { path: path.clone(), is_found: false });
        }
    }
    if files.iter().any(|given| !given.is_found || Form::of(&given.path).is_some()) {
        return Ok(files);
    }
    Err(Failure::new("there is no document in the folders given")
        .with_help("files that end in .md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx, .xlsm, .ndjson or .jsonl"))
}

fn look_through(folder: &Path, deep: usize, files: &mut Vec<Given>) -> std::io::Result<()> {
    let mut inside: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    inside.sort();
    for path in inside {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        // A link to a folder could lead back to where it stands.
        let is_folder = path.symlink_metadata()?.is_dir();
        if is_folder && deep > 0 {
            look_through(&path, deep - 1, files)?;
        } else if !is_folder && path.is_file() {
            files.push(Given { path, is_found: true });
        }
    }
    Ok(())
}
