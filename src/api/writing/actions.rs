//! The routes that record events of an action.

use super::recording::{NewStream, PathTarget, TargetStream, from_path, write_routes};
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

impl TargetStream<ActionRaised> for NewStream {
    fn stream(&self, raised: &ActionRaised) -> StreamId {
        StreamId::Action(raised.reference.clone())
    }
}

/// An action's reference, as the two segments of a path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ActionPath {
    /// The committee's code and the meeting's number.
    #[param(pattern = "^[A-Z][A-Z0-9]{0,10}[A-Z][1-9][0-9]{0,8}$", example = "SSC72")]
    meeting: String,
    /// The action's number within the meeting.
    #[param(pattern = "^[0-9]{1,4}$", example = "01")]
    number: String,
}

/// An existing action.
pub(in crate::api) struct ActionTarget {
    reference: ActionRef,
}

impl<'de> Deserialize<'de> for ActionTarget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ActionPath { meeting, number } = ActionPath::deserialize(deserializer)?;
        let reference = format!("{meeting}/{number}").parse().map_err(de::Error::custom)?;
        Ok(Self { reference })
    }
}

impl IntoParams for ActionTarget {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        ActionPath::into_params(parameter_in)
    }
}

impl<T> TargetStream<T> for ActionTarget {
    fn stream(&self, _: &T) -> StreamId {
        StreamId::Action(self.reference.clone())
    }
}

impl PathTarget for ActionTarget {
    async fn locate(parts: &mut Parts) -> Result<Self, Problem> {
        from_path(parts).await
    }

    fn path_fields(&self) -> Vec<(&'static str, String)> {
        vec![("reference", self.reference.to_string())]
    }
}

write_routes! {
    /// Raise an action
    raise_action: "/api/v1/actions", ActionRaised, NewStream;
    /// Assign an action
    ///
    /// Replaces the owners.
    assign_action: "/api/v1/actions/{meeting}/{number}/assign", ActionAssigned, ActionTarget;
    /// Record progress on an action
    progress_action: "/api/v1/actions/{meeting}/{number}/progress", ActionProgressed, ActionTarget;
    /// Move an action's due date
    move_due_date: "/api/v1/actions/{meeting}/{number}/due-date", DueDateMoved, ActionTarget;
    /// Carry an action forward
    carry_action_forward: "/api/v1/actions/{meeting}/{number}/carry-forward", ActionCarriedForward, ActionTarget;
    /// Complete an action
    complete_action: "/api/v1/actions/{meeting}/{number}/complete", ActionCompleted, ActionTarget;
    /// Reopen an action
    reopen_action: "/api/v1/actions/{meeting}/{number}/reopen", ActionReopened, ActionTarget;
    /// Withdraw an action
    withdraw_action: "/api/v1/actions/{meeting}/{number}/withdraw", ActionWithdrawn, ActionTarget;
    /// Supersede an action with another
    supersede_action: "/api/v1/actions/{meeting}/{number}/supersede", ActionSuperseded, ActionTarget;
}
