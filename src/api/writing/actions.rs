//! What is recorded of an action: everything of its life.

use super::recording::{Located, New, Place, path, recordings};
use crate::api::problem::Problem;
use axum::http::request::Parts;
use minutebook_domain::StreamId;
use minutebook_domain::action::{
    ActionAssigned, ActionCarriedForward, ActionCompleted, ActionProgressed, ActionRaised, ActionReopened,
    ActionSuperseded, ActionWithdrawn, DueDateMoved,
};
use minutebook_domain::reference::ActionRef;
use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

impl Place<ActionRaised> for New {
    fn stream(&self, raised: &ActionRaised) -> StreamId {
        StreamId::Action(raised.reference.clone())
    }
}

/// The path's two halves of a reference.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct Halves {
    /// The committee and the number of its meeting.
    #[param(pattern = "^[A-Z][A-Z0-9]{0,10}[A-Z][1-9][0-9]{0,8}$", example = "SSC72")]
    meeting: String,
    /// The action's number there.
    #[param(pattern = "^[0-9]{1,4}$", example = "01")]
    number: String,
}

/// An action that is there.
pub(in crate::api) struct OfAction {
    reference: ActionRef,
}

impl<'de> Deserialize<'de> for OfAction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Halves { meeting, number } = Halves::deserialize(deserializer)?;
        let reference = format!("{meeting}/{number}").parse().map_err(de::Error::custom)?;
        Ok(Self { reference })
    }
}

impl IntoParams for OfAction {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Halves::into_params(parameter_in)
    }
}

impl<T> Place<T> for OfAction {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Action(self.reference.clone())
    }
}

impl Located for OfAction {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        path(parts).await
    }

    fn said(&self) -> Vec<(&'static str, String)> {
        vec![("reference", self.reference.to_string())]
    }
}

recordings! {
    /// Raise an action
    raise_action: "/api/v1/actions", ActionRaised, New;
    /// Give the action to others
    assign_action: "/api/v1/actions/{meeting}/{number}/assign", ActionAssigned, OfAction;
    /// Record an update on the action
    progress_action: "/api/v1/actions/{meeting}/{number}/progress", ActionProgressed, OfAction;
    /// Move the action's due date
    move_due_date: "/api/v1/actions/{meeting}/{number}/due-date", DueDateMoved, OfAction;
    /// Carry the action forward
    carry_action_forward: "/api/v1/actions/{meeting}/{number}/carry-forward", ActionCarriedForward, OfAction;
    /// Record that the action is done
    complete_action: "/api/v1/actions/{meeting}/{number}/complete", ActionCompleted, OfAction;
    /// Reopen the action
    reopen_action: "/api/v1/actions/{meeting}/{number}/reopen", ActionReopened, OfAction;
    /// Withdraw the action
    withdraw_action: "/api/v1/actions/{meeting}/{number}/withdraw", ActionWithdrawn, OfAction;
    /// Record that another action took its place
    supersede_action: "/api/v1/actions/{meeting}/{number}/supersede", ActionSuperseded, OfAction;
}
