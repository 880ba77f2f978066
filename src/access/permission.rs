//! The permissions of each role, in one table.

use minutebook_domain::Event;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::token::Role;
use std::fmt;

/// An act that a role permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Read the committee's record, up to one's clearance.
    Read,
    /// Record events and correct them.
    Record,
    /// Approve minutes, close a meeting, publish its headlines.
    Publish,
    /// See who recorded what and from where; list tokens; verify the log.
    Audit,
    /// Issue and revoke tokens; manage webhooks.
    Administer,
}

/// The permissions of each role. A permission that is not listed is denied.
pub const ROLE_PERMISSIONS: [(Role, &[Permission]); 6] = [
    (Role::Reader, &[Permission::Read]),
    (Role::Member, &[Permission::Read]),
    (Role::Secretary, &[Permission::Read, Permission::Record, Permission::Publish]),
    (Role::Chair, &[Permission::Read, Permission::Publish]),
    (Role::Auditor, &[Permission::Read, Permission::Audit]),
    (Role::Admin, &[Permission::Read, Permission::Audit, Permission::Administer]),
];

impl Permission {
    /// The permissions to record: with one of these a principal changes the record of a committee.
    pub const RECORDING: [Self; 2] = [Self::Record, Self::Publish];

    /// All permissions, in the order of docs/access.md.
    pub const ALL: [Self; 5] = [Self::Read, Self::Record, Self::Publish, Self::Audit, Self::Administer];

    /// Returns whether `role` has this permission.
    pub fn granted_to(self, role: Role) -> bool {
        ROLE_PERMISSIONS.iter().any(|(listed, permissions)| *listed == role && permissions.contains(&self))
    }

    /// Returns the permission that recording or correcting this event requires. For a correction it is the permission of
    /// the replacement; the corrector also needs the permission of the corrected event.
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

    /// The name in documents and messages.
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
