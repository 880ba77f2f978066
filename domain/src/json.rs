//! Deserializes JSON and named parameters, and names the field of an error.
//!
//! The errors of serde_json state a missing or an unknown field in their message alone. This deserializer of a parsed
//! [`Value`] has an error type that keeps the name.

use crate::text::{UNRECORDABLE, is_recordable};
use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use std::fmt::{self, Display};

/// What is wrong, and the path of the field that it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WrongField {
    /// For example `text.classification`; empty if the value as a whole is wrong.
    pub field: String,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl WrongField {
    /// An error of the value as a whole.
    pub fn whole(message: impl Display) -> Self {
        Self { field: String::new(), message: message.to_string() }
    }
}

/// Deserializes a parsed value.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, WrongField> {
    serde_path_to_error::deserialize(JsonDeserializer(value)).map_err(WrongField::from)
}

/// Deserializes a text. Only a text that serde_json refuses, or that may hold U+0000, is parsed again, to name the field.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, WrongField> {
    if text.contains(NULL) {
        return from_value(parse(text)?);
    }
    serde_json::from_str(text)
        .map_err(|error| parse(text).and_then(from_value::<T>).err().unwrap_or_else(|| WrongField::whole(error)))
}

/// U+0000 as JSON writes it.
const NULL: &str = r"\u0000";

/// Parses a text. A lone surrogate in it becomes U+0000, so that reading the value names the field of either.
pub fn parse(text: &str) -> Result<Value, WrongField> {
    serde_json::from_str(text).or_else(|error| {
        let mended = without_lone_surrogates(text);
        mended.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(|| WrongField::whole(error))
    })
}

/// The text with U+0000 for each escape of half a surrogate pair; `None` if it has none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let unit = |escape: &str| {
        let digits = escape.strip_prefix(r"\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let (mut mended, mut any, mut rest) = (String::with_capacity(text.len()), false, text);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let length = match unit(escape) {
            Some(0xD800..=0xDBFF) if matches!(escape.get(6..).and_then(unit), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                any = true;
                mended.push_str(NULL);
                rest = &escape[6..];
                continue;
            }
            // A backslash and the character that it escapes.
            _ => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        let (whole, after) = escape.split_at(length);
        mended.push_str(whole);
        rest = after;
    }
    mended.push_str(rest);
    any.then_some(mended)
}

/// Deserializes named parameters, such as those of a query string.
pub fn from_parameters<T: DeserializeOwned>(
    parameters: impl Iterator<Item = (String, String)>,
) -> Result<T, WrongField> {
    let parameters = parameters.map(|(name, value)| (name, JsonDeserializer(Value::String(value))));
    serde_path_to_error::deserialize(MapDeserializer::new(parameters)).map_err(WrongField::from)
}

impl From<serde_path_to_error::Error<FieldError>> for WrongField {
    fn from(error: serde_path_to_error::Error<FieldError>) -> Self {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        let FieldError { field, message } = error.into_inner();
        let field = match field {
            None => path,
            Some(field) if path.is_empty() => field,
            // The path of an unknown field may end with it already.
            Some(field) if path == field || path.ends_with(&format!(".{field}")) => path,
            Some(field) => format!("{path}.{field}"),
        };
        Self { field, message }
    }
}

/// An error of a value, with the name of a missing, unknown or repeated field.
#[derive(Debug)]
struct FieldError {
    field: Option<String>,
    message: String,
}

impl Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FieldError {}

impl de::Error for FieldError {
    fn custom<T: Display>(message: T) -> Self {
        Self { field: None, message: message.to_string() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { field: Some(field.to_owned()), message: format!("`{field}` is missing") }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let message = format!("`{field}` is unknown; expected one of: {}", expected.join(", "));
        Self { field: Some(field.to_owned()), message }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self { field: Some(field.to_owned()), message: format!("`{field}` is given twice") }
    }
}

/// As serde_json's own deserializer of a [`Value`], with [`FieldError`] as its error.
struct JsonDeserializer(Value);

impl<'de> Deserializer<'de> for JsonDeserializer {
    type Error = FieldError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => number.deserialize_any(visitor).map_err(de::Error::custom),
            Value::String(text) if !is_recordable(&text) => Err(de::Error::custom(UNRECORDABLE)),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => {
                SeqDeserializer::new(items.into_iter().map(JsonDeserializer)).deserialize_any(visitor)
            }
            Value::Object(object) => MapDeserializer::new(fields(object)).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, FieldError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        match self.0 {
            Value::String(variant) => {
                IntoDeserializer::<FieldError>::into_deserializer(variant).deserialize_enum(name, variants, visitor)
            }
            Value::Object(object) => MapAccessDeserializer::new(MapDeserializer::new(fields(object)))
                .deserialize_enum(name, variants, visitor),
            _ => Err(de::Error::invalid_type(Unexpected::Other("a value that names no variant"), &visitor)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, FieldError> for JsonDeserializer {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn fields(object: serde_json::Map<String, Value>) -> impl Iterator<Item = (String, JsonDeserializer)> {
    object.into_iter().map(|(name, value)| (name, JsonDeserializer(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only the errors are looked at")]
        inner: Inner,
        #[expect(dead_code, reason = "only the errors are looked at")]
        list: Option<Vec<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "snake_case")]
    enum Inner {
        Unit,
        Fields {
            #[expect(dead_code, reason = "only the errors are looked at")]
            number: u8,
        },
    }

    #[test]
    fn an_error_names_the_path_of_its_field() {
        for (value, field) in [
            (json!({}), "inner"),
            (json!({"inner": "unit", "extra": 1}), "extra"),
            (json!({"inner": {"fields": {}}}), "inner.fields.number"),
            (json!({"inner": {"fields": {"number": 1, "extra": 1}}}), "inner.fields.extra"),
            (json!({"inner": {"fields": {"number": "1"}}}), "inner.fields.number"),
            (json!({"inner": "unit", "list": [1, 2, 300]}), "list[2]"),
            (json!([]), ""),
        ] {
            assert_eq!(from_value::<Outer>(value.clone()).unwrap_err().field, field, "{value}");
            assert_eq!(from_str::<Outer>(&value.to_string()).unwrap_err().field, field, "{value}");
        }
        assert!(from_str::<Outer>("{").is_err_and(|error| error.field.is_empty()));
        assert!(from_value::<Outer>(json!({"inner": {"fields": {"number": 1}}, "list": null})).is_ok());
    }

    #[test]
    fn the_field_of_an_unrecordable_character_is_named() {
        let outer = |text: &str| format!(r#"{{"inner":{{"fields":{{"number":1,"text":"{text}"}}}},"list":null}}"#);
        for text in [r"a\u0000b", r"\ud800", r"\udc00 and \\", r"\ud83d\ude00\ud83d"] {
            let error = from_str::<Value>(&outer(text)).unwrap_err();
            assert_eq!((error.field.as_str(), error.message.as_str()), ("inner.fields.text", UNRECORDABLE), "{text}");
        }
        for text in [r"\\u0000", r"\ud83d\ude00", r"\\ud800", "é"] {
            assert!(from_str::<Value>(&outer(text)).is_ok(), "{text}");
        }
        let parameters = [("subject".to_owned(), "a\0b".to_owned())];
        let error = from_parameters::<serde_json::Map<String, Value>>(parameters.into_iter()).unwrap_err();
        assert_eq!(error.field, "subject");
    }

    #[test]
    fn a_repeated_or_missing_parameter_is_named() {
        #[derive(Debug, Deserialize)]
        struct Parameters {
            from: String,
            to: Option<String>,
        }
        let read = |parameters: &[(&str, &str)]| {
            let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            from_parameters::<Parameters>(parameters)
        };
        let both = read(&[("from", "a b"), ("to", "c"), ("other", "d")]).unwrap();
        assert_eq!((both.from.as_str(), both.to.as_deref()), ("a b", Some("c")));
        assert_eq!(read(&[("to", "c")]).unwrap_err().field, "from");
        assert_eq!(read(&[("from", "a"), ("to", "b"), ("to", "c")]).unwrap_err().field, "to");
    }
}
