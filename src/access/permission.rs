//! What each role may do, in one table.

use super::Role;
use minutebook_domain::Event;
use minutebook_domain::meeting::MeetingEvent;
use std::fmt;

/// Something that not everyone may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Read the committee's record, up to one's clearance.
    Read,
    /// Record what happened, and correct it.
    Record,
    /// Approve minutes, close a meeting, publish its headlines.
    Publish,
    /// See who recorded what and from where, the tokens included; check the log.
    Audit,
    /// Issue and revoke tokens, and see to the ledger itself.
    Administer,
}

/// What each role may do. Deny by default: what is not here nobody may.
pub const ROLE_PERMISSIONS: [(Role, &[Permission]); 6] = [
    (Role::Reader, &[Permission::Read]),
    (Role::Member, &[Permission::Read]),
    (Role::Secretary, &[Permission::Read, Permission::Record, Permission::Publish]),
    (Role::Chair, &[Permission::Read, Permission::Publish]),
    (Role::Auditor, &[Permission::Read, Permission::Audit]),
    (Role::Admin, &[Permission::Read, Permission::Audit, Permission::Administer]),
];

impl Permission {
    /// Every permission, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Read, Self::Record, Self::Publish, Self::Audit, Self::Administer];

    /// Whether someone with this role has it.
    pub fn granted_to(self, role: Role) -> bool {
        ROLE_PERMISSIONS.iter().any(|(of, permitted)| *of == role && permitted.contains(&self))
    }

    /// What it takes to record this event, or to correct it once it is recorded. Of a correction it is what the event
    /// that it brings in takes; whoever corrects needs what the corrected event takes, too.
    pub fn required_to_record(event: &Event) -> Self {
        match event {
            Event::Token(_) => Self::Administer,
            Event::Meeting(event) => match event.or_correcting() {
                Some(
                    MeetingEvent::MinutesApproved(_)
                    | MeetingEvent::MeetingClosed(_)
                    | MeetingEvent::HeadlinesPublished(_),
                ) => Self::Publish,
                _ => Self::Record,
            },
            Event::Committee(_) | Event::Action(_) | Event::Party(_) => Self::Record,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Record => "record",
            Self::Publish => "publish",
            Self::Audit => "audit",
            Self::Administer => "administer",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
