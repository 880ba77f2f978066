//! Page furniture: the running header and the page number, wherever they interrupt the text.

use super::FrontMatter;
use crate::grammar::token::{TextToken, tokens};

impl FrontMatter {
    /// Whether the text that begins in `line` gave one of the particulars.
    pub(crate) fn recognises(&self, line: u32) -> bool {
        self.recognised.contains(&line)
    }

    /// Whether the text is a running header or footer.
    pub(crate) fn is_furniture(&self, text: &str) -> bool {
        if text.len() > 400 {
            return false;
        }
        // The first word rules out nearly every text that is not a header.
        let first = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let begins = |with: &str| first.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
        let code = self.reference.committee().as_str();
        let title = |title: &String| title.split(' ').next().is_some_and(begins);
        if !begins(code) && !begins("page") && !self.titles.iter().any(title) {
            return false;
        }
        let words = tokens(text, 0);
        let is_number = |t: Option<&TextToken<'_>>| t.is_some_and(|t| t.number(4).is_some());
        let page = words.first().is_some_and(|t| t.is("page")) && is_number(words.get(1)) && words.len() <= 4;
        let titled = |words: &[TextToken<'_>]| {
            let plain = plain_words(words);
            let reference = self.reference.to_string().to_lowercase().replace('_', " ");
            let heads = plain.strip_prefix(&reference).is_some_and(|rest| self.says_only_what_it_is(rest));
            heads || self.titles.contains(&plain)
        };
        // `SSC_72_2702 – SSC Meeting Headlines  Page 3 of 9` is a header and a page number.
        let page_at = words.iter().rposition(|t| t.is("page")).filter(|at| *at > 0 && is_number(words.get(at + 1)));
        page || titled(&words) || page_at.is_some_and(|at| titled(&words[..at]))
    }
}

impl FrontMatter {
    /// Whether the words are those that follow a reference in a header: `SSC Meeting Headlines, version 1.0`.
    fn says_only_what_it_is(&self, rest: &str) -> bool {
        const OF_HEADERS: [&str; 17] = [
            "meeting",
            "headlines",
            "minutes",
            "draft",
            "final",
            "confidential",
            "version",
            "v",
            "page",
            "of",
            "the",
            "sub",
            "committee",
            "white",
            "green",
            "amber",
            "red",
        ];
        let code = self.reference.committee().as_str().to_lowercase();
        let name = self.committee_name.as_ref().map_or_else(String::new, |name| name.as_str().to_lowercase());
        rest.split(' ').all(|word| {
            let number = word.bytes().all(|b| b.is_ascii_digit());
            number || word == code || OF_HEADERS.contains(&word) || name.split([' ', '-']).any(|part| part == word)
        })
    }
}

pub(super) fn plain_words(words: &[TextToken<'_>]) -> String {
    let plain = words.iter().filter(|t| t.text.contains(char::is_alphanumeric)).map(|t| t.text.to_lowercase());
    plain.collect::<Vec<_>>().join(" ")
}
