//! The macro that defines a number counted from 1, with a name for 0.

/// Defines a type for the numbers 1, 2, 3, …, and a constant for the 0 before them.
macro_rules! ordinal {
    ($(#[$doc:meta])* $name:ident { $(#[$zero_doc:meta])* $zero:ident }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            $(#[$zero_doc])*
            pub const $zero: Self = Self(0);

            /// Wraps a number.
            pub fn new(number: u64) -> Self {
                Self(number)
            }

            #[doc = concat!("The number, from 1; 0 for [`", stringify!($name), "::", stringify!($zero), "`].")]
            pub fn number(self) -> u64 {
                self.0
            }

            /// The next one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use ordinal;
