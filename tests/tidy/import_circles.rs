//! Imports between the folders of a crate run one way: no folder imports, directly or indirectly, a module that imports
//! it.

use super::assert_none;
use super::module_tree::{Arrow, Module, arrows};
use super::sources::{CRATE_SOURCES, root};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Which modules of one folder name each other: from, to, and the places.
type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Vec<&'a str>>>;

/// The arrows between the modules of each folder, those inside the modules' own folders included.
fn by_folder(arrows: &[Arrow]) -> BTreeMap<Module, Graph<'_>> {
    let mut graphs: BTreeMap<Module, Graph<'_>> = BTreeMap::new();
    for arrow in arrows {
        let common = arrow.from.iter().zip(&arrow.to).take_while(|(from, to)| from == to).count();
        if let (Some(from), Some(to)) = (arrow.from.get(common), arrow.to.get(common)) {
            let graph = graphs.entry(arrow.from[..common].to_vec()).or_default();
            graph.entry(from).or_default().entry(to).or_default().push(&arrow.place);
        }
    }
    graphs
}

/// The shortest way from a module back to itself.
fn circle<'a>(graph: &Graph<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(module) = waiting.pop_front() {
        for next in graph.get(module).into_iter().flat_map(BTreeMap::keys) {
            if *next == start {
                let mut way = vec![module];
                while *way.last().unwrap() != start {
                    way.push(came_from[way.last().unwrap()]);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, module);
                waiting.push_back(next);
            }
        }
    }
    None
}

/// Each circle with a folder in it, and the lines that make it.
fn circles(sources: &str, arrows: &[Arrow]) -> Vec<String> {
    let mut described = Vec::new();
    for (folder, graph) in by_folder(arrows) {
        let path = [&[sources.to_owned()], &folder[..]].concat().join("/");
        let is_folder = |module: &str| root().join(&path).join(module).is_dir();
        let mut known: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
        for start in graph.keys().copied().filter(|module| is_folder(module)) {
            let Some(way) = circle(&graph, start) else { continue };
            if !known.insert(way.iter().copied().collect()) {
                continue;
            }
            let mut lines = vec![format!("{path}: {} → {start}", way.join(" → "))];
            for (from, to) in way.iter().zip(way.iter().cycle().skip(1)) {
                let places = &graph[from][to];
                let shown = places.iter().take(4).map(|place| format!("    {from} → {to}: {place}"));
                lines.extend(shown);
                if places.len() > 4 {
                    lines.push(format!("    {from} → {to}: and {} more", places.len() - 4));
                }
            }
            described.push(lines.join("\n"));
        }
    }
    described
}

#[test]
fn folders_imports_meet_no_circle() {
    let mut found = Vec::new();
    let mut seen = 0;
    for sources in CRATE_SOURCES {
        let arrows = arrows(sources);
        seen += arrows.len();
        found.extend(circles(sources, &arrows));
    }
    assert!(seen > 1000, "the search finds {seen} imports");
    assert_none(&found, "circles");
}

#[test]
fn the_shortest_circle_is_found() {
    let mut graph = Graph::new();
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "d"), ("c", "a"), ("d", "e")] {
        graph.entry(from).or_default().entry(to).or_default().push("here");
    }
    assert_eq!(circle(&graph, "b"), Some(vec!["b", "c", "a"]));
    assert_eq!(circle(&graph, "d"), None);
}
