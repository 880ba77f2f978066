//! Someone who reads: what they may see, and the ledger as it stands open to them.

use super::Service;
use crate::api::problem::Problem;
use crate::ledger::Log;
use crate::views::reach::Reach;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// A reader whose token was checked; without a token, the public.
#[derive(Clone)]
pub struct Reader {
    reach: Reach,
    service: Service,
}

impl Reader {
    /// What they may see.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Readers of one kind get the same answers.
    pub(in crate::api) fn kind(&self) -> String {
        format!("{:?}", self.reach)
    }

    /// The ledger. Whatever is shown of it goes through `views/`, which takes the reader's reach.
    pub fn log(&self) -> &Log {
        self.service.inner.recorder.log()
    }
}

impl FromRequestParts<Service> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Problem> {
        if let Some(reader) = parts.extensions.get::<Self>() {
            return Ok(reader.clone());
        }
        Ok(Self { reach: Reach::public(), service: service.clone() })
    }
}
