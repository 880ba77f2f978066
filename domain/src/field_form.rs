//! The form of a payload's fields: what a person may write in each one.
//!
//! A correction that changes named fields reads their values by these forms, and says what a field expects.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// The shape of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldShape {
    /// A string: a date, a name, a reference.
    Word,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// A list of values.
    List,
    /// A text with a mark.
    Text,
    /// A list of texts, each with a mark.
    Texts,
}

/// Called with the code of the committee of each subject that a value names.
pub type VisitCommittee<'a> = dyn FnMut(&str) + 'a;

/// A type that a field of a payload can have.
pub trait FieldForm {
    /// The shape of its values.
    const SHAPE: FieldShape;

    /// Whether its values name a committee, or a subject of one: a meeting, an action, a decision.
    const NAMES_COMMITTEE: bool;

    /// The values that it accepts, in words: `a date such as 2019-02-27`.
    fn expected() -> String;

    /// Visits the committee of each subject that the value names.
    fn committees(&self, visit: &mut VisitCommittee<'_>);
}

/// A field of a payload.
#[derive(Debug, Clone)]
pub struct PayloadField {
    /// Its name in JSON.
    pub name: &'static str,
    /// The shape of its value.
    pub shape: FieldShape,
    /// Whether its values name a committee, or a subject of one.
    pub names_committee: bool,
    /// The values that it accepts, in words.
    pub expected: fn() -> String,
}

/// A payload that lists its fields.
pub trait PayloadFields {
    /// Every field, in the order of the documentation.
    fn fields() -> Vec<PayloadField>;

    /// Visits the committee of each subject that a field names.
    fn committees(&self, visit: &mut VisitCommittee<'_>);
}

/// Describes the field `name` of a payload; `_access` gives the field's type.
pub fn field<P, F: FieldForm>(name: &'static str, _access: fn(&P) -> &F) -> PayloadField {
    PayloadField { name, shape: F::SHAPE, names_committee: F::NAMES_COMMITTEE, expected: F::expected }
}

/// Lists the fields of a payload: `fields!(TokenRevoked { compromised })`.
#[macro_export]
macro_rules! fields {
    ($payload:ident { $($field:ident),* $(,)? }) => {
        impl $crate::field_form::PayloadFields for $payload {
            fn fields() -> Vec<$crate::field_form::PayloadField> {
                vec![$($crate::field_form::field(stringify!($field), |payload: &Self| &payload.$field)),*]
            }

            fn committees(&self, visit: &mut $crate::field_form::VisitCommittee<'_>) {
                let _ = &visit;
                $($crate::field_form::FieldForm::committees(&self.$field, visit);)*
            }
        }
    };
}

/// Gives types their form; those that name a committee, or a subject of one, say which: `of MeetingRef::committee`.
macro_rules! field_forms {
    (@names) => { false };
    (@names $committee:expr) => { true };
    ($($type:ty: $shape:ident, $expected:expr $(, of $committee:expr)?;)+) => {
        $(impl $crate::field_form::FieldForm for $type {
            const SHAPE: $crate::field_form::FieldShape = $crate::field_form::FieldShape::$shape;
            const NAMES_COMMITTEE: bool = $crate::field_form::field_forms!(@names $($committee)?);

            fn expected() -> String {
                ($expected).into()
            }

            fn committees(&self, _visit: &mut $crate::field_form::VisitCommittee<'_>) {
                $(_visit($committee(self).as_str());)?
            }
        })+
    };
}
pub(crate) use field_forms;

field_forms! {
    bool: Flag, "true or false";
    u32: Number, "a whole number";
    String: Word, "a line of text";
    NaiveDate: Word, "a date such as 2019-02-27";
    NaiveTime: Word, "a time of day such as 10:00";
    DateTime<Utc>: Word, "a time such as 2019-02-27T10:00:00Z";
}

impl<T: FieldForm> FieldForm for Option<T> {
    const SHAPE: FieldShape = T::SHAPE;
    const NAMES_COMMITTEE: bool = T::NAMES_COMMITTEE;

    fn expected() -> String {
        T::expected()
    }

    fn committees(&self, visit: &mut VisitCommittee<'_>) {
        if let Some(value) = self {
            value.committees(visit);
        }
    }
}

impl<T: FieldForm> FieldForm for Vec<T> {
    const SHAPE: FieldShape = match T::SHAPE {
        FieldShape::Text => FieldShape::Texts,
        _ => FieldShape::List,
    };
    const NAMES_COMMITTEE: bool = T::NAMES_COMMITTEE;

    fn expected() -> String {
        format!("each entry {}", T::expected())
    }

    fn committees(&self, visit: &mut VisitCommittee<'_>) {
        for value in self {
            value.committees(visit);
        }
    }
}
