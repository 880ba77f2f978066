//! The OpenAPI 3.1 schemas of the aggregates' fixed words.

use crate::action::{ActionStatus, ReportedProgress};
use crate::meeting::{Capacity, DocumentKind, MinutesEdition, MinutesOutcome, Verb};
use crate::openapi::one_of;
use crate::party::StatusKind;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// One of some fixed words.
macro_rules! words {
    ($($type:ident: $description:literal;)+) => {
        $(impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                one_of($description, $type::WORDS.iter().copied())
            }
        }

        impl ToSchema for $type {})+
    };
}

words! {
    Verb: "what a committee does with a matter";
    Capacity: "in what capacity someone attends";
    DocumentKind: "headlines or minutes";
    MinutesEdition: "which of the two sets of minutes";
    MinutesOutcome: "how minutes were approved";
    ActionStatus: "where an action stands";
    ReportedProgress: "whether an outstanding action will be done in time";
    StatusKind: "which status: after a Full, or after a Verification assessment";
}
