//! A merge as JSON: an object with a value for each field.

use super::{Merge, MergeStep};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

impl Serialize for Merge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, step)| (path, step)))
    }
}

impl<'de> Deserialize<'de> for Merge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::<String, Value>::deserialize(deserializer)?;
        if fields.is_empty() {
            return Err(D::Error::custom("a merge names at least one field"));
        }
        let mut merge = Self::default();
        for (name, value) in fields {
            match value {
                Value::Object(mut parts) if parts.keys().any(|key| key == "add" || key == "remove") => {
                    let mut entries = |key| match parts.remove(key) {
                        None => Ok(Vec::new()),
                        Some(Value::Array(entries)) => Ok(entries),
                        Some(_) => Err(D::Error::custom(format!("`{key}` of `{name}` must be a list"))),
                    };
                    let step = MergeStep::List { add: entries("add")?, remove: entries("remove")? };
                    if let Some(other) = parts.keys().next() {
                        let what = format!("`{other}` of `{name}` is unknown; expected one of: add, remove");
                        return Err(D::Error::custom(what));
                    }
                    merge.add(&name, step).map_err(D::Error::custom)?;
                }
                Value::Object(parts) => {
                    for (part, value) in parts {
                        merge.add(&format!("{name}.{part}"), MergeStep::Value(value)).map_err(D::Error::custom)?;
                    }
                }
                value => merge.add(&name, MergeStep::Value(value)).map_err(D::Error::custom)?,
            }
        }
        Ok(merge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_parts_and_lists_are_steps() {
        let merge: Merge = serde_json::from_value(json!({
            "completed_on": "2019-03-12", "note": {"classification": "RED"}, "owners": {"add": ["SECAS"]}, "due_on": null,
        }))
        .unwrap();
        let expected = [
            ("completed_on", MergeStep::Value("2019-03-12".into())),
            ("due_on", MergeStep::Value(Value::Null)),
            ("note.classification", MergeStep::Value("RED".into())),
            ("owners", MergeStep::List { add: vec!["SECAS".into()], remove: Vec::new() }),
        ];
        assert_eq!(merge, Merge(expected.map(|(path, step)| (path.to_owned(), step)).into()));
    }

    #[test]
    fn an_ill_formed_merge_is_refused() {
        for (json, said) in [
            (json!({}), "at least one field"),
            (json!({"owners": {"add": "SECAS"}}), "`add` of `owners` must be a list"),
            (json!({"owners": {"add": [], "put": []}}), "`put` of `owners` is unknown"),
            (json!({"note": {"text": "a"}, "note.text": "b"}), "`note.text` is given twice"),
            (json!("completed_on"), "map"),
        ] {
            let error = serde_json::from_value::<Merge>(json.clone()).unwrap_err().to_string();
            assert!(error.contains(said), "{json}: {error}");
        }
    }
}
