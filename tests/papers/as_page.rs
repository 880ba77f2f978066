//! The page of a paper has the rows of the command, and its download is the document.

use super::{page, sample, serve, token, unpacked};
use regex::Regex;

/// The cells of each row of the tables in Markdown.
fn rows_of_markdown(text: &str) -> Vec<Vec<String>> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    let cells = |row: &str| {
        let row = row.trim_start_matches("| ").trim_end_matches(" |").replace("**", "").replace('\\', "");
        row.split(" | ").map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// The cells of each row of the page's tables. A mark stands in brackets, as in Markdown.
fn rows_of_page(page: &str) -> Vec<Vec<String>> {
    let (row, cell) = (Regex::new("(?s)<tr>(.*?)</tr>").unwrap(), Regex::new("(?s)<t[hd][^>]*>(.*?)</t[hd]>").unwrap());
    let (mark, tag) = (Regex::new("<span class=\"mark[^>]*>([A-Z]+)</span>").unwrap(), Regex::new("<[^>]*>").unwrap());
    let text = |cell: &str| {
        let marked = mark.replace_all(cell, "($1)");
        let plain = tag.replace_all(&marked, "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let cells = |row: &str| cell.captures_iter(row).map(|found| text(&found[1])).collect();
    row.captures_iter(page).map(|found| cells(&found[1])).collect()
}

#[tokio::test]
async fn a_paper_has_the_same_rows_as_page_and_by_command() {
    let cli = sample();
    let red = token(&cli, "RED");
    let server = serve(&cli);
    let papers = [("/TSC/agenda", "agenda TSC"), ("/TSC/actions/by-owner", "actions --by-owner --committee TSC")];
    for (path, command) in papers {
        for day in ["2024-03-30", "2024-05-30"] {
            for (clearance, token) in [("WHITE", None), ("RED", Some(red.as_str()))] {
                let words = format!("{command} --as-of {day} --clearance {clearance} --format md");
                let expected = rows_of_markdown(&cli.done(&words.split(' ').collect::<Vec<_>>()));
                let shown = page(&server, &format!("{path}?as_of={day}"), token).await;
                let shown = String::from_utf8(shown).unwrap();
                assert!(expected.len() > 4, "{words}: {expected:?}");
                assert_eq!(rows_of_page(&shown), expected, "{path} as of {day} for {clearance}");
                let document = page(&server, &format!("{path}?format=docx&as_of={day}"), token).await;
                let document = unpacked(&document);
                for cell in expected.iter().flatten().filter(|cell| !cell.contains('(')) {
                    let escaped = cell.replace('&', "&amp;").replace('\'', "&apos;");
                    let words: Vec<&str> = escaped.split(' ').collect();
                    assert!(words.iter().all(|word| document.contains(word)), "{cell} is missing from the document");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_overview_leads_to_the_papers_and_each_to_its_document() {
    let cli = sample();
    let server = serve(&cli);
    let text = async |path: &str| String::from_utf8(page(&server, path, None).await).unwrap();
    let overview = text("/TSC?as_of=2024-05-30").await;
    for path in ["/TSC/agenda", "/TSC/actions/by-owner"] {
        assert!(overview.contains(&format!("href=\"{path}?as_of=2024-05-30\"")), "{path}");
        let paper = text(&format!("{path}?as_of=2024-05-30")).await;
        assert!(paper.contains(&format!("href=\"{path}?format=docx&amp;as_of=2024-05-30\"")), "{path}");
    }
    let status = async |path: &str| reqwest::get(format!("http://{}{path}", server.address)).await.unwrap().status();
    assert_eq!(status("/TSC/agenda?format=pdf").await, 400);
    assert_eq!(status("/SSC/agenda").await, 404);
    assert_eq!(status("/TSC/actions/TSC46-01").await, 200);
}
