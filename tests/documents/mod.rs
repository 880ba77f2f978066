//! The examples of the documents: each is run, and what it prints is compared with what the page shows.

mod page;
mod shell;

use page::{Step, steps};

macro_rules! pages {
    ($($name:ident: $path:literal, $least:literal;)+) => {
        $(#[test]
        fn $name() {
            run($path, include_str!(concat!("../../", $path)), $least);
        })+
    };
}

// Each page with the number of examples it has at least, so that none is lost by a change of its form.
pages! {
    the_readmes_examples_print_what_it_shows: "README.md", 30;
    the_examples_of_the_page_on_the_api_print_what_it_shows: "docs/api.md", 12;
    the_examples_of_the_page_on_the_feed_print_what_it_shows: "docs/feed.md", 4;
}

fn run(path: &str, page: &str, least: usize) {
    let steps = steps(page);
    let examples = steps.iter().filter(|step| matches!(step, Step::Command(_))).count();
    assert!(examples >= least, "{path} has {examples} examples; at least {least} were expected");
    let differences = shell::run_page(&steps);
    assert!(differences.is_empty(), "{path}:\n{}", differences.join("\n"));
}
