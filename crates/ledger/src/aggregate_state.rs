//! The state of any aggregate.

use cqrs_es::Aggregate;
use minutebook_domain::rules::{AggregateCommand, Rules, fold};
use minutebook_domain::{AggregateEvent, Event, Rejection, StreamId, for_each_aggregate, match_stream};

/// An aggregate whose events the log can hold.
pub trait LedgerAggregate:
    Rules<Event = <Self as Aggregate>::Event>
    + Aggregate<
        Command = AggregateCommand<<Self as Aggregate>::Event>,
        Event: AggregateEvent,
        Error = Rejection,
        Services = (),
    > + Into<AggregateState>
    + 'static
{
    /// The state, if it is of this aggregate.
    fn from_state(state: AggregateState) -> Option<Self>;
}

macro_rules! define_state {
    ([$($name:ident: $state:ty, $event:ty;)+]) => {
        /// The state of any aggregate.
        #[derive(Debug, Clone)]
        pub enum AggregateState {
            $(
                #[doc = concat!("The state of a `", stringify!($name), "`.")]
                $name($state),
            )+
        }

        $(
            impl From<$state> for AggregateState {
                fn from(state: $state) -> Self {
                    Self::$name(state)
                }
            }

            impl LedgerAggregate for $state {
                fn from_state(state: AggregateState) -> Option<Self> {
                    if let AggregateState::$name(state) = state { Some(state) } else { None }
                }
            }
        )+
    };
}
for_each_aggregate!(define_state);

impl AggregateState {
    /// Folds `events`, the whole of `stream`.
    pub(crate) fn fold(stream: &StreamId, events: &[Event]) -> Self {
        match_stream!(stream, A => {
            let own: Vec<_> = events.iter().cloned().filter_map(AggregateEvent::from_event).collect();
            fold::<A>(&own).into()
        })
    }
}
