//! Redacts a row of any projection, by the roles of its fields.

use crate::field_writer::{FieldWriter, RowFields};
use crate::projection::FoldError;
use crate::row_roles::RowRoles;
use minutebook_domain::classification::Clearance;

/// Returns the fields of a row that the clearance permits, or `None` if the whole row is hidden.
pub fn redact_row<R: RowRoles>(row: &R, clearance: Clearance) -> Result<Option<RowFields>, FoldError> {
    if row.is_hidden(clearance) {
        return Ok(None);
    }
    let mut writer = FieldWriter::new(clearance);
    row.write(&mut writer).map_err(|error| FoldError(format!("the row cannot be redacted: {error}")))?;
    Ok(Some(writer.into_fields()))
}
