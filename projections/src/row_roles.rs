//! The roles of a row's fields: what each one is to a reader who may not see everything.
//!
//! Each row, and each struct in one, declares a role for each of its fields with [`row_roles!`](crate::row_roles!). A field
//! without a role does not compile. Neither does a classified text, a reference or an entry of a list in the role of a field
//! that holds none. The redactor of rows, and the one of references to hidden rows, read the roles.

use crate::field_writer::FieldWriter;
use crate::passages::PassageKind;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use minutebook_domain::action::{ActionStatus, ReportedProgress};
use minutebook_domain::classification::{Classification, Classified, Clearance};
use minutebook_domain::committee::MemberRole;
use minutebook_domain::meeting::{Capacity, MinutesEdition, MinutesOutcome, Verb};
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{
    ActionRef, CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyCategory, PartyName, Reference,
};
use serde::Serialize;

/// The roles that a field of a row can have. Those of a payload's field mean the same here.
pub mod role {
    pub use super::{Entries, Flattened, Own, Whole};
    pub use minutebook_domain::classification::role::{Main, Names, Open, Optional};
}

use role::{Main, Names, Open, Optional};

/// A row, or a part of one, whose fields have roles.
pub trait RowRoles {
    /// Returns the fields.
    fn fields() -> Vec<RowField>;

    /// Returns whether the clearance hides the whole: its mark or a main text is above it.
    fn is_hidden(&self, clearance: Clearance) -> bool;

    /// Writes the fields without what the writer's clearance does not permit.
    fn write(&self, writer: &mut FieldWriter) -> Result<(), serde_json::Error>;
}

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowField {
    /// The name, which is also the field's name in JSON.
    pub name: &'static str,
    /// What the field names, if it names other subjects.
    pub names: Option<NamedSubject>,
}

/// What a field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedSubject {
    /// Actions, each of which has a row.
    Action,
    /// Decisions, each of which has a row.
    Decision,
    /// Meetings, each of which has a row.
    Meeting,
    /// People, bodies, parties and documents. No row stands for one.
    Other,
}

/// What a field is, for a type of field.
pub trait RowFieldRole<F> {
    /// What the field names, if it names other subjects.
    const NAMES: Option<NamedSubject> = None;

    /// Returns whether the clearance hides the whole row because of the field.
    fn hides(_field: &F, _clearance: Clearance) -> bool {
        false
    }

    /// Writes what the writer's clearance permits of the field.
    fn write(name: &'static str, field: &F, writer: &mut FieldWriter) -> Result<(), serde_json::Error>;

    /// Returns the field, or the fields of the part that it is.
    fn fields(name: &'static str) -> Vec<RowField> {
        vec![RowField { name, names: Self::NAMES }]
    }
}

/// A name of the row itself or of its stream's subject: every reader of the row knows it.
#[derive(Debug)]
pub struct Own;
/// The mark of the whole row or entry, which does not exist for a reader below it.
#[derive(Debug)]
pub struct Whole;
/// A list of entries whose fields have roles of their own.
#[derive(Debug)]
pub struct Entries;
/// A part whose fields stand among those of the row and have roles of their own.
#[derive(Debug)]
pub struct Flattened;

/// A type whose values hold neither a classified text nor a reference.
pub trait OpenValue: Serialize {}

/// A type whose values name subjects.
pub trait SubjectName: Serialize {
    /// What they name.
    const SUBJECT: NamedSubject;
}

macro_rules! open_values {
    ($($type:ty),+ $(,)?) => { $(impl OpenValue for $type {})+ };
}

open_values! {
    bool, u32, String, NaiveDate, NaiveTime, DateTime<Utc>, Name, ItemLabel, Classification,
    ActionStatus, ReportedProgress, MemberRole, Capacity, MinutesEdition, MinutesOutcome, Verb,
    Assessment, StatusKind, PartyCategory, PassageKind,
}

impl<T: OpenValue> OpenValue for Option<T> {}
impl<T: OpenValue> OpenValue for Vec<T> {}

macro_rules! subject_names {
    ($($type:ty: $subject:ident),+ $(,)?) => {
        $(impl SubjectName for $type { const SUBJECT: NamedSubject = NamedSubject::$subject; })+
    };
}

subject_names! {
    ActionRef: Action, DecisionId: Decision, MeetingRef: Meeting,
    CommitteeCode: Other, Name: Other, PartyName: Other, Reference: Other,
}

impl<T: SubjectName> SubjectName for Option<T> {
    const SUBJECT: NamedSubject = T::SUBJECT;
}
impl<T: SubjectName> SubjectName for Vec<T> {
    const SUBJECT: NamedSubject = T::SUBJECT;
}

impl<F: OpenValue> RowFieldRole<F> for Open {
    fn write(name: &'static str, field: &F, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        writer.value(name, field)
    }
}

impl<F: SubjectName> RowFieldRole<F> for Own {
    fn write(name: &'static str, field: &F, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        writer.value(name, field)
    }
}

impl<F: SubjectName> RowFieldRole<F> for Names {
    const NAMES: Option<NamedSubject> = Some(F::SUBJECT);

    fn write(name: &'static str, field: &F, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        writer.value(name, field)
    }
}

impl RowFieldRole<Classification> for Whole {
    fn hides(field: &Classification, clearance: Clearance) -> bool {
        !clearance.permits(*field)
    }

    fn write(name: &'static str, field: &Classification, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        writer.value(name, field)
    }
}

impl<T: Serialize> RowFieldRole<Classified<T>> for Main {
    fn hides(field: &Classified<T>, clearance: Clearance) -> bool {
        !clearance.permits(field.classification())
    }

    fn write(name: &'static str, field: &Classified<T>, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        writer.text(name, Some(field))
    }
}

impl<T: Serialize> RowFieldRole<Option<Classified<T>>> for Optional {
    fn write(
        name: &'static str,
        field: &Option<Classified<T>>,
        writer: &mut FieldWriter,
    ) -> Result<(), serde_json::Error> {
        writer.text(name, field.as_ref())
    }
}

impl<T: Serialize> RowFieldRole<Vec<Classified<T>>> for Optional {
    fn write(
        name: &'static str,
        field: &Vec<Classified<T>>,
        writer: &mut FieldWriter,
    ) -> Result<(), serde_json::Error> {
        writer.texts(name, field)
    }
}

impl<T: RowRoles> RowFieldRole<Vec<T>> for Entries {
    fn write(name: &'static str, field: &Vec<T>, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        let mut entries = Vec::new();
        for entry in field.iter().filter(|entry| !entry.is_hidden(writer.clearance())) {
            let mut fields = writer.for_entry();
            entry.write(&mut fields)?;
            entries.push(fields);
        }
        writer.entries(name, entries);
        Ok(())
    }
}

impl<T: RowRoles> RowFieldRole<T> for Flattened {
    fn hides(field: &T, clearance: Clearance) -> bool {
        field.is_hidden(clearance)
    }

    fn write(_: &'static str, field: &T, writer: &mut FieldWriter) -> Result<(), serde_json::Error> {
        field.write(writer)
    }

    fn fields(_: &'static str) -> Vec<RowField> {
        T::fields()
    }
}

/// Returns the field `name` of a row in the role `R`; `_access` gives the field's type.
pub fn row_field<R: RowFieldRole<F>, P, F>(name: &'static str, _access: fn(&P) -> Option<&F>) -> Vec<RowField> {
    R::fields(name)
}

/// What [`row_roles!`](crate::row_roles!) needs wherever it is used.
#[doc(hidden)]
pub mod row_macro {
    pub use super::row_field;
    pub use minutebook_domain::classification::Clearance;
    pub use serde_json::Error;
}

/// Declares the role of each field of a row, or of a struct in one, and so implements
/// [`RowRoles`](crate::row_roles::RowRoles) for it.
///
/// ```
/// # use minutebook_domain::classification::Classified;
/// # use minutebook_domain::reference::DecisionId;
/// # use minutebook_projections::row_roles;
/// struct Row { number: u32, title: Classified<String>, decision: Option<DecisionId> }
/// row_roles!(Row { number: Open, title: Main, decision: Names });
/// ```
/// A field without a role does not compile:
/// ```compile_fail,E0027
/// # use minutebook_projections::row_roles;
/// struct Row { number: u32, title: String }
/// row_roles!(Row { number: Open });
/// ```
/// nor does a classified text that is declared open:
/// ```compile_fail,E0277
/// # use minutebook_domain::classification::Classified;
/// # use minutebook_projections::row_roles;
/// struct Row { title: Classified<String> }
/// row_roles!(Row { title: Open });
/// ```
/// nor a reference:
/// ```compile_fail,E0277
/// # use minutebook_domain::reference::DecisionId;
/// # use minutebook_projections::row_roles;
/// struct Row { decision: Option<DecisionId> }
/// row_roles!(Row { decision: Open });
/// ```
/// nor entries, though they serialise:
/// ```compile_fail,E0277
/// # use minutebook_domain::classification::{Classified, stored};
/// # use minutebook_projections::row_roles;
/// #[derive(serde::Serialize)]
/// struct Entry {
///     #[serde(with = "stored")]
///     title: Classified<String>,
/// }
/// row_roles!(Entry { title: Main });
/// struct Row { entries: Vec<Entry> }
/// row_roles!(Row { entries: Open });
/// ```
///
/// For an enum whose variants serialise with a tag, it also names the tag, and the word of each variant:
/// ```
/// # use minutebook_projections::row_roles;
/// enum Step { Drafted { number: u32 }, Approved { unchanged: bool } }
/// row_roles!(Step tagged "step" {
///     Drafted as "drafted" { number: Open },
///     Approved as "approved" { unchanged: Open },
/// });
/// ```
#[macro_export]
macro_rules! row_roles {
    ($row:ident { $($field:ident: $role:ident),* $(,)? }) => {
        impl $crate::row_roles::RowRoles for $row {
            fn fields() -> Vec<$crate::row_roles::RowField> {
                [$($crate::row_roles::row_macro::row_field::<$crate::row_roles::role::$role, Self, _>(
                    stringify!($field), |row| Some(&row.$field),
                )),*].concat()
            }

            fn is_hidden(&self, clearance: $crate::row_roles::row_macro::Clearance) -> bool {
                use $crate::row_roles::RowFieldRole;
                let Self { $($field),* } = self;
                false $(|| <$crate::row_roles::role::$role as RowFieldRole<_>>::hides($field, clearance))*
            }

            fn write(
                &self,
                writer: &mut $crate::field_writer::FieldWriter,
            ) -> Result<(), $crate::row_roles::row_macro::Error> {
                use $crate::row_roles::RowFieldRole;
                let Self { $($field),* } = self;
                $(<$crate::row_roles::role::$role as RowFieldRole<_>>::write(stringify!($field), $field, writer)?;)*
                Ok(())
            }
        }
    };
    ($part:ident tagged $tag:literal {
        $($variant:ident as $word:literal { $($field:ident: $role:ident),* $(,)? }),* $(,)?
    }) => {
        impl $crate::row_roles::RowRoles for $part {
            fn fields() -> Vec<$crate::row_roles::RowField> {
                let mut fields = vec![$crate::row_roles::RowField { name: $tag, names: None }];
                $($(fields.extend($crate::row_roles::row_macro::row_field::<$crate::row_roles::role::$role, Self, _>(
                    stringify!($field),
                    |part| match part {
                        Self::$variant { $field, .. } => Some($field),
                        _ => None,
                    },
                ));)*)*
                fields
            }

            fn is_hidden(&self, clearance: $crate::row_roles::row_macro::Clearance) -> bool {
                use $crate::row_roles::RowFieldRole;
                match self {
                    $(Self::$variant { $($field),* } => {
                        false $(|| <$crate::row_roles::role::$role as RowFieldRole<_>>::hides($field, clearance))*
                    })*
                }
            }

            fn write(
                &self,
                writer: &mut $crate::field_writer::FieldWriter,
            ) -> Result<(), $crate::row_roles::row_macro::Error> {
                use $crate::row_roles::RowFieldRole;
                match self {
                    $(Self::$variant { $($field),* } => {
                        writer.value($tag, $word)?;
                        $(<$crate::row_roles::role::$role as RowFieldRole<_>>::write(
                            stringify!($field), $field, writer,
                        )?;)*
                    })*
                }
                Ok(())
            }
        }
    };
}
