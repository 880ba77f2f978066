//! Every link of the pages leads to a page, without a script.

use crate::fixtures::browser::{PAGES, ServedBook};
use crate::fixtures::record_lines::PATIENCE;
use axum::http::{StatusCode, header};
use std::collections::{BTreeSet, VecDeque};

/// The most pages that a walk reads.
const PAGES_READ: usize = 400;

/// The internal links of a page, without the parts that name a place on it.
fn links(page: &str) -> impl Iterator<Item = String> {
    let targets = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let paths = targets.map(|target| target.replace("&amp;", "&")).filter(|target| target.starts_with('/'));
    // Each page has a link to the sign-in that leads back to it.
    let paths = paths.filter(|path| !path.starts_with("/sign-in?"));
    paths.map(|path| path.split('#').next().unwrap_or_default().to_owned())
}

/// What is wrong with a page that was read.
fn faults(page: &str) -> Vec<String> {
    let number = |text: &str| page.matches(text).count();
    let mut faults = Vec::new();
    if number("<h1>") != 1 || number("<main") != 1 {
        faults.push(format!("{} headings of the page", number("<h1>")));
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    if distinct.len() != ids.len() {
        faults.push(format!("an id is there twice: {ids:?}"));
    }
    faults
}

/// Follows the links from one page to all others, as the bearer of a token or as nobody. Returns the pages read, and what is wrong.
async fn walk(book: &ServedBook, token: Option<&str>, from: &str) -> (BTreeSet<String>, Vec<String>) {
    let client = minutebook::http_client::client(PATIENCE).unwrap();
    let (mut known, mut read, mut wrong) = (BTreeSet::from([from.to_owned()]), BTreeSet::new(), Vec::new());
    let mut waiting = VecDeque::from([(from.to_owned(), "the test".to_owned())]);
    while let Some((path, linked_on)) = waiting.pop_front().filter(|_| read.len() < PAGES_READ) {
        let request = client.get(book.address(&path));
        let request = token.iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        if let (StatusCode::SEE_OTHER, Some(to)) = (status, answer.headers().get(header::LOCATION)) {
            waiting.push_back((to.to_str().unwrap().to_owned(), linked_on));
            continue;
        }
        let form = answer.headers().get(header::CONTENT_TYPE).and_then(|form| form.to_str().ok());
        let is_page = form.is_some_and(|form| form.starts_with("text/html")) && !path.starts_with("/api/");
        let page = answer.text().await.unwrap();
        if status != StatusCode::OK {
            wrong.push(format!("{path}, linked on {linked_on}: {status}"));
            continue;
        }
        if is_page {
            wrong.extend(faults(&page).into_iter().map(|fault| format!("{path}: {fault}")));
            for link in links(&page) {
                if known.insert(link.clone()) {
                    waiting.push_back((link, path.clone()));
                }
            }
        }
        read.insert(path);
    }
    (read, wrong)
}

#[tokio::test]
async fn every_link_from_the_first_page_leads_to_a_page() {
    let book = ServedBook::sample();
    let (read, wrong) = walk(&book, Some(&book.token), "/").await;
    assert_eq!(wrong, [""; 0]);
    assert!(read.len() > 150, "{} pages", read.len());
    for page in PAGES.iter().filter(|page| page.starts_with("/TSC/") && !page.contains('?') && !page.contains("99")) {
        assert!(read.contains(*page), "no link leads to {page}");
    }
}

#[tokio::test]
async fn every_link_from_a_page_of_the_past_leads_to_a_page() {
    let book = ServedBook::sample();
    let (read, wrong) = walk(&book, Some(&book.token), "/TSC?as_of=2024-04-02").await;
    assert_eq!(wrong, [""; 0]);
    let past = read.iter().filter(|page| page.contains("as_of=2024-04-02")).count();
    assert!(past > 30, "{past} pages of the past");
}

#[tokio::test]
async fn no_link_of_a_public_page_leads_to_what_is_hidden() {
    let book = ServedBook::sample();
    let (read, wrong) = walk(&book, None, "/").await;
    assert_eq!(wrong, [""; 0]);
    assert!(read.len() > 100, "{} pages", read.len());
}
