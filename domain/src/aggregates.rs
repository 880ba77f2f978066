//! The table of the aggregates, and the macros that write a `match` over all of them from one arm.

/// Calls a macro with the table of the aggregates, followed by `arguments`.
///
/// Each line of the table has the name of the variant in [`Event`](crate::Event) and [`StreamId`](crate::StreamId), the
/// type of the state, and the type of the events.
#[macro_export]
macro_rules! for_each_aggregate {
    ($($callback:ident)::+ $(, $($arguments:tt)*)?) => {
        $($callback)::+! {
            [
                Committee: $crate::committee::Committee, $crate::committee::CommitteeEvent;
                Meeting: $crate::meeting::Meeting, $crate::meeting::MeetingEvent;
                Action: $crate::action::Action, $crate::action::ActionEvent;
                Party: $crate::party::Party, $crate::party::PartyEvent;
                Token: $crate::token::Token, $crate::token::TokenEvent;
            ]
            $($($arguments)*)?
        }
    };
}

/// Evaluates the same expression for the aggregate of a [`StreamId`](crate::StreamId), whose state type gets the name
/// before the arrow: `match_stream!(stream, A => fold::<A>(events))`.
#[macro_export]
macro_rules! match_stream {
    ([$($name:ident: $state:ty, $event:ty;)+] $stream:expr, $aggregate:ident => $body:expr) => {
        match $stream {
            $($crate::StreamId::$name(..) => {
                type $aggregate = $state;
                $body
            })+
        }
    };
    ($stream:expr, $aggregate:ident => $body:expr) => {
        $crate::for_each_aggregate! { $crate::match_stream, $stream, $aggregate => $body }
    };
}

/// Evaluates the same expression for the aggregate's own event in an [`Event`](crate::Event):
/// `match_event!(event, own => own.event_type())`.
#[macro_export]
macro_rules! match_event {
    ([$($name:ident: $state:ty, $events:ty;)+] $event:expr, $own:ident => $body:expr) => {
        match $event {
            $($crate::Event::$name($own) => $body,)+
        }
    };
    ($event:expr, $own:ident => $body:expr) => {
        $crate::for_each_aggregate! { $crate::match_event, $event, $own => $body }
    };
}
