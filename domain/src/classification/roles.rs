//! The roles of a payload's fields: what each one is to a reader who may not see everything.
//!
//! Each payload declares a role for each of its fields with [`roles!`]. A field without a role does not compile, and
//! neither does a classified text in the role of a field that holds none. One redactor reads the roles; so does the
//! change of a mark.

use super::{Classification, Classified, Clearance};
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
    /// Takes out what the clearance does not permit. Returns false if a main text is hidden: the event then does not
    /// exist for the reader.
    fn redact(&mut self, clearance: Clearance) -> bool;

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
    /// Takes out of the field what the clearance does not permit. Returns false if the whole payload is hidden with it.
    fn redact(_field: &mut F, _clearance: Clearance) -> bool {
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
/// A field that names other subjects: a meeting, a decision, a party, a document.
#[derive(Debug)]
pub struct Names;
/// A main text: a reader who may not see it does not know of the event. In a list, of the entry.
#[derive(Debug)]
pub struct Main;
/// An optional text: where it is hidden, it looks as if it had never been given.
#[derive(Debug)]
pub struct Optional;

// A classified text has no serialised form, so it can be neither open nor a name.
impl<F: Serialize> FieldRole<F> for Open {}
impl<F: Serialize> FieldRole<F> for Names {}

impl<T: Serialize> FieldRole<Classified<T>> for Main {
    fn redact(field: &mut Classified<T>, clearance: Clearance) -> bool {
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
    fn redact(field: &mut Option<Classified<T>>, clearance: Clearance) -> bool {
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
    fn redact(field: &mut Vec<Classified<T>>, clearance: Clearance) -> bool {
        let had_entries = !field.is_empty();
        field.retain(|text| clearance.permits(text.classification));
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
    fn redact(field: &mut Vec<Classified<T>>, clearance: Clearance) -> bool {
        field.retain(|text| clearance.permits(text.classification));
        true
    }

    fn texts(name: &'static str, field: &mut Vec<Classified<T>>, visit: &mut VisitText<'_>) {
        <Main as FieldRole<_>>::texts(name, field, visit);
    }

    fn marks(field: &Vec<Classified<T>>, visit: &mut dyn FnMut(Classification)) {
        <Main as FieldRole<_>>::marks(field, visit);
    }
}

/// Declares the role of each field of a payload, and so implements [`Redact`] for it.
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
    ($payload:ident { $($field:ident: $role:ident),* $(,)? } $($extra:item)*) => {
        $crate::fields!($payload { $($field),* });

        impl $crate::classification::Redact for $payload {
            fn redact(&mut self, clearance: $crate::classification::Clearance) -> bool {
                use $crate::classification::FieldRole;
                let _ = clearance;
                let Self { $($field),* } = self;
                true $(&& <$crate::classification::role::$role as FieldRole<_>>::redact($field, clearance))*
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
