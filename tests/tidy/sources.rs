//! The files of the repository as text.

use std::path::{Path, PathBuf};

/// A file of the repository.
pub(super) struct SourceFile {
    /// From the root of the repository, with `/` between the components.
    pub(super) path: String,
    pub(super) text: String,
}

/// Folders of built or installed files, which are not part of the repository.
const NOT_OURS: [&str; 5] = ["target", "node_modules", ".git", "corpus", "artifacts"];

/// The `src` folder of each crate of the workspace.
pub(super) const CRATE_SOURCES: [&str; 5] =
    ["src", "domain/src", "projections/src", "crates/import/src", "crates/ledger/src"];

pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The paths of all files under `folder`, sorted.
pub(super) fn paths_under(folder: &str) -> Vec<String> {
    let mut paths = Vec::new();
    collect(&root(), &root().join(folder), &mut paths);
    paths.sort();
    paths
}

fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            if !NOT_OURS.contains(&entry.file_name().to_str().unwrap()) {
                collect(root, &entry.path(), paths);
            }
        } else {
            let path = entry.path();
            paths.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

/// The files under `folder` whose names end in `.extension`.
pub(super) fn files(folder: &str, extension: &str) -> Vec<SourceFile> {
    let paths = paths_under(folder).into_iter();
    let paths = paths.filter(|path| Path::new(path).extension().is_some_and(|end| end == extension));
    paths.map(|path| SourceFile { text: std::fs::read_to_string(root().join(&path)).unwrap(), path }).collect()
}

/// README and the other documents at the root, and everything in `docs`.
pub(super) fn documents() -> Vec<SourceFile> {
    let mut documents = files("docs", "md");
    for path in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        documents.push(SourceFile { path: path.into(), text: std::fs::read_to_string(root().join(path)).unwrap() });
    }
    documents
}

/// Rust with every comment and the inside of every literal blanked. Lines and lengths stay as they are.
pub(super) fn code_only(text: &str) -> String {
    let mut code = text.as_bytes().to_vec();
    let mut at = 0;
    while at < code.len() {
        let end = match &code[at..] {
            [b'/', b'/', ..] => find(&code, at, b"\n"),
            [b'/', b'*', ..] => find(&code, at + 2, b"*/"),
            [b'r' | b'b' | b'c', ..] if at > 0 && is_word(code[at - 1]) => at + 1,
            [b'r', b'"' | b'#', ..] | [b'b' | b'c', b'r', b'"' | b'#', ..] => raw_string(&code, at),
            [b'"', ..] => string(&code, at + 1, b'"'),
            [b'\'', b'\\', ..] => string(&code, at + 1, b'\''),
            [b'\'', first, ..] if code[at + 1 + char_width(*first)..].first() == Some(&b'\'') => {
                at + 2 + char_width(*first)
            }
            _ => at + 1,
        };
        if end > at + 1 {
            blank(&mut code[at..end]);
        }
        at = end;
    }
    String::from_utf8(code).unwrap()
}

/// The end of the first `wanted` from `from`, or of the text.
fn find(code: &[u8], from: usize, wanted: &[u8]) -> usize {
    let place = code[from..].windows(wanted.len()).position(|window| window == wanted);
    place.map_or(code.len(), |place| from + place + wanted.len())
}

/// The end of a literal with escapes, from its first character.
fn string(code: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < code.len() && code[at] != quote {
        at += if code[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(code.len())
}

/// The end of `r"…"` or `r#"…"#`; of one character where it is a raw identifier.
fn raw_string(code: &[u8], from: usize) -> usize {
    let begin = from + code[from..].iter().position(|byte| *byte == b'r').unwrap() + 1;
    let hashes = code[begin..].iter().take_while(|byte| **byte == b'#').count();
    if code.get(begin + hashes) != Some(&b'"') {
        return from + 1;
    }
    find(code, begin + hashes + 1, format!("\"{}", "#".repeat(hashes)).as_bytes())
}

fn char_width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The number of the line at this offset, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[test]
fn comments_and_literals_are_blanked_and_code_stays() {
    let text = "use a::b; // crate::c\nlet s = \"crate::\\\"d\"; let c = '\\''; let e: &'a str = r#\"x\"y\"#; /* z */ f('é', 'q')";
    let code = code_only(text);
    assert_eq!(code.len(), text.len());
    for gone in ["crate", "d\"", "x", "y", "z", "é", "q"] {
        assert!(!code.contains(gone), "{gone}: {code}");
    }
    for kept in ["use a::b;", "let s =", "&'a str", "f(", "\nlet"] {
        assert!(code.contains(kept), "{kept}: {code}");
    }
}
