//! An archive as large as one likes: the sample committee's six meetings again and again, each time half a year later
//! and under the next numbers.

use chrono::{Days, NaiveDate};

const SAMPLE: [(u32, &str); 6] = [
    (41, include_str!("../../sample/TSC_41_1001.md")),
    (42, include_str!("../../sample/TSC_42_0702.md")),
    (43, include_str!("../../sample/TSC_43_0603.md")),
    (44, include_str!("../../sample/TSC_44_0304.md")),
    (45, include_str!("../../sample/TSC_45_0105.md")),
    (46, include_str!("../../sample/TSC_46_2905.md")),
];
/// The year that the sample's references, which have none, are of.
const YEAR: i32 = 2024;
/// Days from one time that the six meetings are held to the next: from January to the end of May, and a month.
const DAYS: u64 = 168;
const YEARS_BACK: u64 = 46 * 365;

/// The documents, with the names of their files, in the order of their meetings.
pub(crate) fn documents(meetings: u32) -> Vec<(String, String)> {
    let shifted = |number: u32| {
        let (turn, at) = (number / 6, number % 6);
        let (_, text) = SAMPLE[usize::try_from(at).unwrap_or_default()];
        (format!("meeting-{number:04}.md"), Shift { turn }.text(text))
    };
    (0..meetings).map(shifted).collect()
}

/// How far the sample is moved.
struct Shift {
    turn: u32,
}

impl Shift {
    fn day(&self, day: NaiveDate) -> NaiveDate {
        // Far enough back for a thousand meetings: what is still to come would not be recorded as past.
        day - Days::new(YEARS_BACK) + Days::new(DAYS * u64::from(self.turn))
    }

    fn number(&self, number: u32) -> u32 {
        number - SAMPLE[0].0 + 1 + 6 * self.turn
    }

    /// Every reference and every date of the text, moved.
    fn text(&self, text: &str) -> String {
        let mut moved = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let found = self.reference(rest).or_else(|| {
                let begins = !moved.ends_with(|c: char| c.is_alphanumeric());
                self.date(rest).filter(|_| begins)
            });
            let taken = if let Some((taken, said)) = found {
                moved.push_str(&said);
                taken
            } else {
                moved.push(first);
                first.len_utf8()
            };
            rest = &rest[taken..];
        }
        moved
    }

    /// `TSC\_43\_0603`, `TSC_43_0603` or `TSC43/02`, and how much of the text it is.
    fn reference(&self, text: &str) -> Option<(usize, String)> {
        let after = text.strip_prefix("TSC")?;
        for between in ["\\_", "_"] {
            if let Some(rest) = after.strip_prefix(between) {
                let number: u32 = rest.get(..2)?.parse().ok()?;
                let day = rest[2..].strip_prefix(between)?.get(..4)?;
                let (in_month, month) = (day[..2].parse().ok()?, day[2..].parse().ok()?);
                let day = self.day(NaiveDate::from_ymd_opt(YEAR, month, in_month)?);
                let said = format!("TSC{between}{}{between}{}", self.number(number), day.format("%d%m"));
                return Some(("TSC".len() + 2 * between.len() + 6, said));
            }
        }
        let number: u32 = after.get(..2)?.parse().ok()?;
        (after.as_bytes().get(2) == Some(&b'/')).then(|| ("TSC43".len(), format!("TSC{}", self.number(number))))
    }

    /// `3 April 2024`.
    fn date(&self, text: &str) -> Option<(usize, String)> {
        let mut words = text.splitn(3, ' ');
        let (day, month, year) = (words.next()?, words.next()?, words.next()?.get(..4)?);
        let written = format!("{day} {month} {year}");
        let found = (day.len() <= 2).then(|| NaiveDate::parse_from_str(&written, "%d %B %Y").ok())??;
        Some((written.len(), self.day(found).format("%-d %B %Y").to_string()))
    }
}
