//! The modules of a crate and the paths by which they name each other.

use super::sources::{code_only, files, is_word, line_of};
use std::collections::{BTreeMap, BTreeSet};

/// A module by the names that lead to it from the root of its crate.
pub(super) type Module = Vec<String>;

/// One module names another.
pub(super) struct Arrow {
    pub(super) from: Module,
    pub(super) to: Module,
    /// `path:line`, and what is written there.
    pub(super) place: String,
}

/// The modules of a crate, each with what it imports under which name.
struct Modules {
    names: BTreeSet<Module>,
    imports: BTreeMap<Module, BTreeMap<String, Module>>,
}

/// A path in the code, from the root of the crate, and the offset at which it stands.
struct Mention {
    path: Module,
    offset: usize,
    is_use: bool,
}

/// All arrows between the modules of the crate whose sources are in this folder.
pub(super) fn arrows(folder: &str) -> Vec<Arrow> {
    let sources = files(folder, "rs");
    let sources: Vec<_> = sources
        .into_iter()
        .map(|file| (module_of(&file.path[folder.len() + 1..]), without_tests(&code_only(&file.text)), file))
        .collect();
    let mut modules =
        Modules { names: sources.iter().map(|(module, ..)| module.clone()).collect(), imports: BTreeMap::new() };
    let mentions: Vec<_> = sources.iter().map(|(module, code, _)| mentions(module, code, &modules.names)).collect();
    for ((module, ..), mentions) in sources.iter().zip(&mentions) {
        let imported = mentions.iter().filter(|mention| mention.is_use);
        let imported = imported.filter_map(|mention| Some((mention.path.last()?.clone(), mention.path.clone())));
        modules.imports.insert(module.clone(), imported.collect());
    }
    let mut arrows = Vec::new();
    for ((module, _, file), mentions) in sources.iter().zip(&mentions) {
        for mention in mentions {
            let place = format!("{}:{} {}", file.path, line_of(&file.text, mention.offset), mention.path.join("::"));
            arrows.push(Arrow { from: module.clone(), to: modules.home(&mention.path, 8), place });
        }
    }
    arrows
}

/// The module that a file holds.
fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs");
    let mut module: Module = path.split('/').map(str::to_owned).collect();
    if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
        module.pop();
    }
    module
}

/// The code before its test module, which comes last.
fn without_tests(code: &str) -> String {
    code.split("\n#[cfg(test)]\nmod ").next().unwrap().to_owned()
}

impl Modules {
    /// The module in which a path ends, re-exports followed.
    fn home(&self, path: &[String], depth: usize) -> Module {
        let length = (0..=path.len()).rev().find(|length| self.names.contains(&path[..*length])).unwrap_or(0);
        let (module, rest) = path.split_at(length);
        let elsewhere = rest.first().and_then(|name| self.imports.get(module)?.get(name));
        match elsewhere {
            Some(elsewhere) if depth > 0 && elsewhere != path => self.home(elsewhere, depth - 1),
            _ => module.to_vec(),
        }
    }
}

/// Every `crate::…`, `self::…` and `super::…` in the code of a module, and what it re-exports of its own modules.
fn mentions(module: &Module, code: &str, names: &BTreeSet<Module>) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut read_to = 0;
    for (offset, word) in words(code) {
        if offset < read_to {
            continue;
        }
        let before = code[..offset].trim_end();
        if before.ends_with("::") || before.ends_with("(in") {
            continue;
        }
        let is_child = names.contains(&[&module[..], &[word.to_owned()]].concat());
        if !(["crate", "self", "super"].contains(&word) || is_child && code[offset + word.len()..].starts_with("::")) {
            continue;
        }
        let is_use = before.ends_with(" use") || before.ends_with("\nuse") || before == "use";
        let mut paths = Vec::new();
        read_to = tree(code, offset, &mut Vec::new(), &mut paths);
        for (offset, segments) in paths {
            if let Some(path) = resolve(module, &segments) {
                mentions.push(Mention { path, offset, is_use });
            }
        }
    }
    mentions
}

fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_begin = |(at, byte): &(usize, u8)| is_word(*byte) && (*at == 0 || !is_word(code.as_bytes()[at - 1]));
    let begins = code.bytes().enumerate().filter(is_begin).map(|(at, _)| at);
    begins.map(|at| (at, word_at(code, at)))
}

fn word_at(code: &str, at: usize) -> &str {
    let end = code[at..].bytes().position(|byte| !is_word(byte)).map_or(code.len(), |length| at + length);
    &code[at..end]
}

/// Reads a path or a tree of paths, and returns where it ends.
fn tree(code: &str, at: usize, prefix: &mut Vec<String>, paths: &mut Vec<(usize, Vec<String>)>) -> usize {
    let depth = prefix.len();
    let mut end = at;
    loop {
        let word = word_at(code, end);
        if code[end..].starts_with('{') {
            end += 1;
            loop {
                end += code[end..].len() - code[end..].trim_start_matches([' ', '\n', ',']).len();
                if end >= code.len() || code[end..].starts_with('}') {
                    break;
                }
                let next = tree(code, end, prefix, paths);
                // `as name` stands between an entry and its comma.
                end = next + code[next..].find([',', '}']).unwrap_or(0);
                if next == end && !code[end..].starts_with([',', '}']) {
                    break;
                }
            }
            end = (end + 1).min(code.len());
            break;
        }
        if word.is_empty() {
            paths.push((at, prefix.clone()));
            break;
        }
        prefix.push(word.to_owned());
        end += word.len();
        if !code[end..].starts_with("::") {
            paths.push((at, prefix.clone()));
            break;
        }
        end += 2;
    }
    prefix.truncate(depth);
    end
}

/// A path as it is written in a module, from the root of the crate.
fn resolve(module: &Module, segments: &[String]) -> Option<Module> {
    let mut path = match segments.first()?.as_str() {
        "crate" => Vec::new(),
        _ => module.clone(),
    };
    for (index, segment) in segments.iter().enumerate() {
        match segment.as_str() {
            "crate" => {}
            "self" if index == 0 => {}
            // `use a::{self}` is `a`.
            "self" => break,
            "super" => {
                path.pop()?;
            }
            name => path.push(name.to_owned()),
        }
    }
    Some(path)
}

#[test]
fn paths_and_trees_are_read_from_the_root_of_the_crate() {
    let code = "use crate::{a::B, c::{self, D as E}};\nuse super::f::g;\nfn h(x: &super::super::K) { self::l::m(); }\npub(in crate::x) fn y() {}\n";
    let module: Module = vec!["p".into(), "q".into()];
    let found = mentions(&module, code, &BTreeSet::new());
    let found: Vec<String> = found.iter().map(|mention| mention.path.join("::")).collect();
    assert_eq!(found, ["a::B", "c", "c::D", "p::f::g", "K", "p::q::l::m"]);
}
