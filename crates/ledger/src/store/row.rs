//! `row!` declares the rows that statements return.
//!
//! sqlx's own derive stays off: its `macros` feature builds both drivers a second time for the compiler's use.

/// Declares a struct whose fields are columns by name, and reads it from a row of either driver.
///
/// `field: Type = convert` passes the column's value through a function.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty $(= $convert:path)?,)*
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }
        $crate::store::row::row!(@read $name sqlx::sqlite::SqliteRow { $($field $(= $convert)?,)* });
        $crate::store::row::row!(@read $name sqlx::postgres::PgRow { $($field $(= $convert)?,)* });
    };
    (@read $name:ident $row:ty { $($field:ident $(= $convert:path)?,)* }) => {
        impl sqlx::FromRow<'_, $row> for $name {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                Ok(Self { $($field: $($convert)?(sqlx::Row::try_get(row, stringify!($field))?),)* })
            }
        }
    };
}

pub(super) use row;
