//! Rolls of attendance and apologies in the forms that committees use.

use super::support::{body, check, markdown, meeting};
use minutebook_import::report::{FileReport, report};

fn front(roll: &str) -> FileReport {
    let text = meeting("#### 1. Tides (RED)\n\nThe TSC **NOTED** the tides.")
        .replace("#### 1. Tides", &format!("{roll}\n\n#### 1. Tides"));
    let headlines = markdown(&text);
    check(&headlines);
    report(&headlines)
}

fn came(report: &FileReport) -> Vec<String> {
    let part = |part: Option<&str>| part.map_or_else(String::new, |part| format!(" [{part}]"));
    report
        .attendance
        .iter()
        .map(|person| {
            let body = person.organisation.as_ref().map_or_else(String::new, |body| format!(" of {body}"));
            let part = part(person.part.as_ref().map(minutebook_domain::reference::Name::as_str));
            format!("{}{body} as {}{part}", person.name, person.capacity)
        })
        .collect()
}

fn apologised(report: &FileReport) -> Vec<String> {
    let alternate = |name: Option<&str>| name.map_or_else(String::new, |name| format!(" (for whom {name})"));
    report
        .apologies
        .iter()
        .map(|person| {
            format!(
                "{}{}",
                person.name,
                alternate(person.alternate.as_ref().map(minutebook_domain::reference::Name::as_str))
            )
        })
        .collect()
}

#[test]
fn rolls_are_read_from_lines_lists_and_tables() {
    let expected =
        ["Ada Marsh as chair", "Ben Okoro of Large Suppliers as member", "Colin Baird of DCC as in attendance"];
    for roll in [
        "**Present:** Ada Marsh (Chair), Ben Okoro (Large Suppliers)\n\n**In attendance:** Colin Baird (DCC)\n\n**Apologies:** Dev Patel",
        "Present: Ada Marsh (Chair) and Ben Okoro (Large Suppliers)  \nIn attendance: Colin Baird (DCC)  \nApologies: Dev Patel",
        "Chair: Ada Marsh\n\nMembers present: Ben Okoro, Large Suppliers;\n\nAlso in attendance – Colin Baird (DCC).\n\nApologies were received from Dev Patel.",
        "**Present**\n\n- Ada Marsh (Chair)\n- Ben Okoro – Large Suppliers\n\n**In Attendance**\n\n- Colin Baird, DCC\n\n**Apologies**\n\n- Dev Patel",
        "### Attendees\n\nAda Marsh (Chair); Ben Okoro (Large Suppliers)\n\n### In attendance\n\nColin Baird (DCC)\n\n### Apologies for absence\n\nDev Patel",
        "| Name | Organisation | Role |\n|---|---|---|\n| Ada Marsh | | Chair |\n| Ben Okoro | Large Suppliers | Member |\n| Colin Baird | DCC | In attendance |\n| Dev Patel | | Apologies |",
    ] {
        let report = front(roll);
        assert_eq!(came(&report), expected, "{roll}");
        assert_eq!(apologised(&report), ["Dev Patel"], "{roll}");
        assert!(report.unrecognised.is_empty(), "{roll}: {:?}", report.unrecognised);
    }
}

#[test]
fn parts_of_the_meeting_and_alternates_are_read() {
    let report = front(
        "**Present:** Ada Marsh (Chair), Colin Baird (DCC; items 5 to 7), Eve Hill (Alternate for Dev Patel)\n\n\
         **Apologies:** Dev Patel (Small Suppliers), with Eve Hill as his alternate, and Fay de Vere",
    );
    assert_eq!(
        came(&report),
        ["Ada Marsh as chair", "Colin Baird of DCC as member [items 5 to 7]", "Eve Hill as alternate"]
    );
    assert_eq!(apologised(&report), ["Dev Patel (for whom Eve Hill)", "Fay de Vere"]);
}

#[test]
fn a_roll_under_an_attendance_item_is_read() {
    let report = body(
        "#### 1. Welcome and Apologies (WHITE)\n\nApologies were received from Dev Patel (DCC) and Eve Hill.\n\n\
         #### 2. Tides (RED)\n\nPresent: a view of the tides.",
    );
    assert_eq!(apologised(&report), ["Dev Patel", "Eve Hill"]);
    assert!(report.attendance.is_empty());
}

#[test]
fn text_without_a_name_and_repeated_people_are_reported() {
    let report =
        front("**Present:** Ada Marsh (Chair), and three of the harbour's pilots, Ada Marsh\n\n**Apologies:** None");
    assert_eq!(came(&report), ["Ada Marsh as chair"]);
    assert!(report.apologies.is_empty());
    let unread: Vec<&str> = report.unrecognised.iter().map(|unread| unread.text.as_str()).collect();
    assert_eq!(unread, ["three of the harbour's pilots"]);
    let kinds: Vec<String> = report.findings.iter().map(|found| format!("{:?}", found.kind)).collect();
    assert!(kinds.contains(&"PersonRepeated".to_owned()), "{kinds:?}");
}
