//! Files, folders and tests that a document names exist.

use super::assert_none;
use super::sources::{documents, files, is_word, paths_under, root};
use std::collections::BTreeSet;

/// A name with one of these extensions is taken for a file of the repository, even without a folder.
const SOURCES: [&str; 5] = ["rs", "sql", "sh", "mjs", "py"];
/// A name with a folder and one of these extensions is taken for a file of the repository.
const OTHERS: [&str; 9] = ["md", "toml", "json", "ndjson", "html", "css", "yml", "txt", "svg"];

/// The words in backticks and the targets of links outside code blocks, with their lines.
fn mentions(text: &str) -> Vec<(usize, String)> {
    let mut mentions = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let spans = line.split('`').skip(1).step_by(2);
            mentions.extend(spans.flat_map(str::split_whitespace).map(|word| (index + 1, word.to_owned())));
            let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '#']).next());
            mentions.extend(links.filter(|link| !link.is_empty()).map(|link| (index + 1, link.to_owned())));
        }
    }
    mentions
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn alternatives(mention: &str) -> Vec<String> {
    let Some((before, rest)) = mention.split_once('{') else { return vec![mention.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![mention.to_owned()] };
    inside.split(',').flat_map(|one| alternatives(&format!("{before}{}{after}", one.trim()))).collect()
}

/// Whether the mention looks like a path of the repository.
fn is_path(mention: &str, top_level: &BTreeSet<String>) -> bool {
    let is_plain = |byte: u8| is_word(byte) || b"./-<>*{},".contains(&byte);
    if !mention.bytes().all(is_plain)
        || mention.starts_with(['/', '-', '<', '*', '.'])
            && !mention.starts_with("./")
            && !mention.starts_with("../")
            && !mention.starts_with(".ci")
    {
        return false;
    }
    let extension =
        mention.rsplit_once('.').map_or("", |(name, extension)| if name.is_empty() { "" } else { extension });
    match mention.split_once('/') {
        None => SOURCES.contains(&extension) || extension == "md",
        Some((first, _)) => {
            let known = SOURCES.contains(&extension) || OTHERS.contains(&extension);
            known || mention.ends_with('/') || top_level.contains(first)
        }
    }
}

/// Whether a path component matches the name; `<name>`, `*` and `NNNN_name` stand for any text.
fn matches(named: &str, component: &str) -> bool {
    let mut pattern = named.replace("NNNN_name", "*");
    while let Some((before, rest)) = pattern.split_once('<') {
        let after = rest.split_once('>').map_or("", |(_, after)| after);
        pattern = format!("{before}*{after}");
    }
    match pattern.split_once('*') {
        None => pattern == component,
        Some((before, after)) => {
            let after = after.rsplit('*').next().unwrap();
            component.starts_with(before) && component.ends_with(after) && component.len() >= before.len() + after.len()
        }
    }
}

/// Whether some path of the repository ends in these components.
fn exists(named: &str, paths: &BTreeSet<String>) -> bool {
    let named = named.trim_end_matches('/').trim_start_matches("./");
    let named: Vec<&str> = named.split('/').filter(|component| *component != "..").collect();
    paths.iter().any(|path| {
        let components: Vec<&str> = path.split('/').collect();
        components.len() >= named.len()
            && named.iter().rev().zip(components.iter().rev()).all(|(named, component)| matches(named, component))
    })
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut paths = BTreeSet::new();
    for path in paths_under("") {
        paths.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        paths.insert(path);
    }
    let top_level: BTreeSet<String> = paths.iter().filter(|path| !path.contains('/')).cloned().collect();
    let mut missing = Vec::new();
    let mut checked = 0;
    for document in documents() {
        let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, mention) in mentions(&document.text) {
            let mention = mention.trim_matches(|c: char| ",;:()".contains(c)).trim_end_matches('.');
            for path in alternatives(mention).iter().filter(|path| is_path(path, &top_level)) {
                checked += 1;
                if !exists(path, &paths) && !root().join(folder).join(path).exists() {
                    missing.push(format!("{}:{line}: {path}", document.path));
                }
            }
        }
    }
    assert!(checked > 100, "the documents name {checked} paths");
    assert_none(&missing, "paths do not exist");
}

/// Names of four words or more in backticks are tests, settings and the like; `…` may shorten them. Names of metrics are
/// skipped, because the code composes them.
#[test]
fn every_test_that_a_document_names_exists() {
    let mut sources: String = files("", "rs").into_iter().map(|file| file.text).collect();
    sources.extend(files("migrations", "sql").into_iter().map(|file| file.text));
    let mut missing = Vec::new();
    for document in documents() {
        for (line, mention) in mentions(&document.text) {
            let (name, abbreviated) = mention.strip_suffix('…').map_or((&*mention, false), |name| (name, true));
            let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            if is_name && !name.starts_with("minutebook_") && name.trim_matches('_').matches('_').count() >= 3 {
                let is_whole = |at: usize| {
                    let after = sources.as_bytes().get(at + name.len()).copied().unwrap_or_default();
                    (abbreviated || !is_word(after)) && !is_word(sources.as_bytes()[at - 1])
                };
                if !sources.match_indices(name).any(|(at, _)| at > 0 && is_whole(at)) {
                    missing.push(format!("{}:{line}: {mention}", document.path));
                }
            }
        }
    }
    assert_none(&missing, "names are in no source");
}
