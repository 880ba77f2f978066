//! The bounds of whole numbers, where the description of a type leaves them out.

use utoipa::Number;
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, KnownFormat, Object, SchemaFormat};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Says of every number that cannot be negative how large it may be. `utoipa` describes them as `int32`, of which
/// readers conclude that half of what the server takes is out of bounds.
pub(super) fn describe_bounds(document: &mut OpenApi) {
    let components = document.components.iter_mut();
    for schema in components.flat_map(|components| components.schemas.values_mut()) {
        bound(schema);
    }
}

fn bound(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => bound_object(object),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                bound(items);
            }
        }
        Schema::OneOf(several) => several.items.iter_mut().for_each(bound),
        Schema::AllOf(several) => several.items.iter_mut().for_each(bound),
        Schema::AnyOf(several) => several.items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn bound_object(object: &mut Object) {
    let is_int32 = matches!(object.format, Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
    if is_int32 && object.minimum.is_some() && object.maximum.is_none() {
        object.format = Some(SchemaFormat::KnownFormat(KnownFormat::Int64));
        object.maximum = Some(Number::from(u32::MAX));
    }
    object.properties.values_mut().for_each(bound);
    if let Some(AdditionalProperties::RefOr(schema)) = object.additional_properties.as_deref_mut() {
        bound(schema);
    }
}
