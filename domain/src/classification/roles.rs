//! The roles of a payload's fields: what each one is to a reader who may not see everything.
//!
//! Each payload declares a role for each of its fields with [`roles!`]. A field without a role does not compile, and
//! neither does a classified text in the role of a field that holds none. One redactor reads the roles; so do the change
//! of a mark and the skeleton of an event, in which each part that a reader may be denied is a fragment of its own.

use super::{Classification, Classified, Clearance};
use crate::field_form::{FieldForm, FieldShape};
use crate::fragment::{FragmentKind, FragmentSlot, HiddenEntries};
use serde::Serialize;
use serde_json::Value;

/// A classified text in a payload, whatever its type.
pub trait ClassifiedText {
    /// The text's mark.
    fn mark(&self) -> Classification;
    /// Gives the text another mark.
    fn set_mark(&mut self, mark: Classification);
    /// The text itself, to compare it with another. It is for the domain's own rules alone.
    fn value(&self) -> Value;
}

impl<T: Serialize> ClassifiedText for Classified<T> {
    fn mark(&self) -> Classification {
        self.classification
    }

    fn set_mark(&mut self, mark: Classification) {
        self.classification = mark;
    }

    fn value(&self) -> Value {
        serde_json::to_value(&self.value).unwrap_or_default()
    }
}

/// Called with the name of a field and each classified text in it.
pub type VisitText<'a> = dyn FnMut(&'static str, &mut dyn ClassifiedText) + 'a;

/// A payload whose fields have roles.
pub trait Redact {
    /// Takes out what the clearance does not permit, and notes the entries of lists that it takes out. Returns false if a
    /// main text is hidden: the event then does not exist for the reader.
    fn redact(&mut self, clearance: Clearance, hidden: &mut HiddenEntries) -> bool;

    /// Visits each classified text, in the order of the fields.
    fn texts(&mut self, visit: &mut VisitText<'_>);

    /// Visits the mark of each classified text.
    fn marks(&self, visit: &mut dyn FnMut(Classification));

    /// The mark of the payload as a whole, below which nobody knows of the event; none if its texts decide.
    fn whole(&self) -> Option<Classification> {
        None
    }

    /// Gives the payload as a whole another mark, if it holds one.
    fn set_whole(&mut self, _mark: Classification) {}
}

/// What a field is, for a type of field.
pub trait FieldRole<F> {
    /// The fragments that the field is in the skeleton of an event; none if every reader of the event gets it.
    const FRAGMENTS: Option<FragmentKind> = None;

    /// Takes out of the field what the clearance does not permit. Returns false if the whole payload is hidden with it.
    fn redact(_name: &'static str, _field: &mut F, _clearance: Clearance, _hidden: &mut HiddenEntries) -> bool {
        true
    }

    /// Visits each classified text in the field.
    fn texts(_name: &'static str, _field: &mut F, _visit: &mut VisitText<'_>) {}

    /// Visits the mark of each classified text in the field.
    fn marks(_field: &F, _visit: &mut dyn FnMut(Classification)) {}
}

/// A field that holds no text: every reader who knows of the event may see it.
#[derive(Debug)]
pub struct Open;
/// A field that names other subjects: an owner, a meeting, a decision, a party, a document. A name of what is hidden is
/// hidden.
#[derive(Debug)]
pub struct Names;
/// A list of the names that the texts of the payload mention. A name of what is hidden is hidden, unless a text that the
/// reader may read has it.
#[derive(Debug)]
pub struct Mentions;
/// A main text: a reader who may not see it does not know of the event. In a list, of the entry.
#[derive(Debug)]
pub struct Main;
/// An optional text: where it is hidden, it looks as if it had never been given.
#[derive(Debug)]
pub struct Optional;
/// A list with a value for each entry of a list of texts, hidden with that entry.
#[derive(Debug)]
pub struct Beside;

// A classified text has no serialised form, so it can be neither open nor a name.
impl<F: Serialize> FieldRole<F> for Open {}

impl<F: Serialize + FieldForm> FieldRole<F> for Names {
    const FRAGMENTS: Option<FragmentKind> =
        Some(if matches!(F::SHAPE, FieldShape::List) { FragmentKind::Names } else { FragmentKind::Name });
}

impl<T: Serialize> FieldRole<Vec<T>> for Mentions {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Mentions);
}

impl<T: Serialize> FieldRole<Vec<T>> for Beside {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Entries);
}

impl<T: Serialize> FieldRole<Classified<T>> for Main {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Text);

    fn redact(_: &'static str, field: &mut Classified<T>, clearance: Clearance, _: &mut HiddenEntries) -> bool {
        clearance.permits(field.classification)
    }

    fn texts(name: &'static str, field: &mut Classified<T>, visit: &mut VisitText<'_>) {
        visit(name, field);
    }

    fn marks(field: &Classified<T>, visit: &mut dyn FnMut(Classification)) {
        visit(field.classification);
    }
}

impl<T: Serialize> FieldRole<Option<Classified<T>>> for Optional {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Text);

    fn redact(_: &'static str, field: &mut Option<Classified<T>>, clearance: Clearance, _: &mut HiddenEntries) -> bool {
        field.take_if(|text| !clearance.permits(text.classification));
        true
    }

    fn texts(name: &'static str, field: &mut Option<Classified<T>>, visit: &mut VisitText<'_>) {
        if let Some(text) = field {
            visit(name, text);
        }
    }

    fn marks(field: &Option<Classified<T>>, visit: &mut dyn FnMut(Classification)) {
        if let Some(text) = field {
            visit(text.classification);
        }
    }
}

impl<T: Serialize> FieldRole<Vec<Classified<T>>> for Main {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Texts);

    fn redact(
        name: &'static str,
        field: &mut Vec<Classified<T>>,
        clearance: Clearance,
        hidden: &mut HiddenEntries,
    ) -> bool {
        let had_entries = !field.is_empty();
        hidden.retain(name, field, |text| clearance.permits(text.classification));
        !had_entries || !field.is_empty()
    }

    fn texts(name: &'static str, field: &mut Vec<Classified<T>>, visit: &mut VisitText<'_>) {
        for text in field {
            visit(name, text);
        }
    }

    fn marks(field: &Vec<Classified<T>>, visit: &mut dyn FnMut(Classification)) {
        for text in field {
            visit(text.classification);
        }
    }
}

impl<T: Serialize> FieldRole<Vec<Classified<T>>> for Optional {
    const FRAGMENTS: Option<FragmentKind> = Some(FragmentKind::Texts);

    fn redact(
        name: &'static str,
        field: &mut Vec<Classified<T>>,
        clearance: Clearance,
        hidden: &mut HiddenEntries,
    ) -> bool {
        <Main as FieldRole<_>>::redact(name, field, clearance, hidden);
        true
    }

    fn texts(name: &'static str, field: &mut Vec<Classified<T>>, visit: &mut VisitText<'_>) {
        <Main as FieldRole<_>>::texts(name, field, visit);
    }

    fn marks(field: &Vec<Classified<T>>, visit: &mut dyn FnMut(Classification)) {
        <Main as FieldRole<_>>::marks(field, visit);
    }
}

/// Returns the fragments of the field `name` of a payload, which it has had since a version of its schema; `_access` gives
/// the field's type.
pub fn field_fragments<R: FieldRole<F>, P, F>(
    name: &'static str,
    since: u32,
    _access: fn(&P) -> &F,
) -> Option<FragmentSlot> {
    R::FRAGMENTS.map(|kind| FragmentSlot { name, kind, since })
}

/// Declares the role of each field of a payload, and so implements [`Redact`] and
/// [`FragmentSlots`](crate::fragment::FragmentSlots) for it.
///
/// A field that a later version of the schema added says so, `note: Optional since 2`: the skeletons of the events before
/// it do not have it.
///
/// ```compile_fail,E0027
/// # use minutebook_domain::roles;
/// struct Payload { number: u32, title: String }
/// roles!(Payload { number: Open });
/// ```
/// A classified text is neither open nor a name:
/// ```compile_fail,E0277
/// # use minutebook_domain::{classification::Classified, roles};
/// struct Payload { title: Classified<String> }
/// roles!(Payload { title: Open });
/// ```
/// ```
/// # use minutebook_domain::{classification::Classified, roles};
/// struct Payload { number: u32, title: Classified<String> }
/// roles!(Payload { number: Open, title: Main });
/// ```
#[macro_export]
macro_rules! roles {
    ($payload:ident { $($field:ident: $role:ident $(since $since:literal)?),* $(,)? } $($extra:item)*) => {
        $crate::fields!($payload { $($field),* });
        $crate::fragments!($payload { $($field: $role $(since $since)?),* });

        impl $crate::classification::Redact for $payload {
            fn redact(
                &mut self,
                clearance: $crate::classification::Clearance,
                hidden: &mut $crate::fragment::HiddenEntries,
            ) -> bool {
                use $crate::classification::FieldRole;
                let _ = (clearance, &hidden);
                let Self { $($field),* } = self;
                true $(&& <$crate::classification::role::$role as FieldRole<_>>::redact(
                    stringify!($field), $field, clearance, hidden,
                ))*
            }

            fn texts(&mut self, visit: &mut $crate::classification::VisitText<'_>) {
                use $crate::classification::FieldRole;
                let _ = &visit;
                let Self { $($field),* } = self;
                $(<$crate::classification::role::$role as FieldRole<_>>::texts(stringify!($field), $field, visit);)*
            }

            fn marks(&self, visit: &mut dyn FnMut($crate::classification::Classification)) {
                use $crate::classification::FieldRole;
                let _ = &visit;
                let Self { $($field),* } = self;
                $(<$crate::classification::role::$role as FieldRole<_>>::marks($field, visit);)*
            }

            $($extra)*
        }
    };
}

/// Lists the fragments of a payload by the roles of its fields; [`roles!`] does so too.
#[macro_export]
macro_rules! fragments {
    ($payload:ident { $($field:ident: $role:ident $(since $since:literal)?),* $(,)? }) => {
        impl $crate::fragment::FragmentSlots for $payload {
            fn slots() -> &'static [$crate::fragment::FragmentSlot] {
                static SLOTS: std::sync::LazyLock<Vec<$crate::fragment::FragmentSlot>> =
                    std::sync::LazyLock::new(|| {
                        $crate::fragment::in_skeleton_order([$(
                            $crate::classification::field_fragments::<$crate::classification::role::$role, $payload, _>(
                                stringify!($field),
                                $crate::fragments!(@since $($since)?),
                                |payload| &payload.$field,
                            )
                        ),*])
                    });
                &SLOTS
            }
        }
    };
    (@since) => { 1 };
    (@since $since:literal) => { $since };
}
