//! The code of a committee whose document gives none: from the first action's reference, else the initials of its
//! name.

use super::NamedCommittee;
use crate::block::{SourceBlock, texts};
use crate::grammar::reference;
use crate::grammar::token::{TextToken, TokenKind, tokens};
use minutebook_domain::reference::CommitteeCode;

const BODIES: [&str; 7] = ["committee", "board", "group", "panel", "council", "forum", "authority"];

/// Returns the committee that the front matter names, with the text that names it.
pub(super) fn without_one(
    lines: &[String],
    words: &[Vec<TextToken<'_>>],
    whole: &[SourceBlock],
) -> Option<NamedCommittee> {
    let (text, named) = words.iter().enumerate().find_map(|(text, words)| {
        let last = words.iter().take(12).position(|t| t.is_any(&BODIES) && t.is_capitalised())?;
        let of_name = |t: &&TextToken<'_>| {
            t.is_capitalised() || t.is_any(&["of", "and", "for", "the"]) || t.text == "&" || t.is_dash()
        };
        let length = words[..=last].iter().rev().take_while(of_name).count();
        Some((text, &words[last + 1 - length..=last]))
    })?;
    let initials: String = named
        .iter()
        .filter(|t| t.kind == TokenKind::Word && t.is_capitalised())
        .filter_map(|t| t.text.chars().next())
        .collect();
    let initials = initials.parse::<CommitteeCode>().ok().filter(|code| code.as_str().len() > 1);
    let code = of_actions(whole).or(initials)?;
    let name = lines[text][named.first()?.start..named.last()?.end()].parse().ok();
    Some(NamedCommittee { text, code, name })
}

/// Returns the code in the document's first action reference.
fn of_actions(whole: &[SourceBlock]) -> Option<CommitteeCode> {
    let nobody: CommitteeCode = "NONE".parse().ok()?;
    let first = |text: &str| {
        let found =
            reference::actions(&tokens(text, 0), &nobody).into_iter().map(|(action, _)| action.committee().clone());
        found.into_iter().find(|code| *code != nobody)
    };
    texts(whole).iter().find_map(|text| first(text.as_str()))
}
