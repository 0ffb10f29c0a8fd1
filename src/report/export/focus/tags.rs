//! Instance tags as JSON.

use serde_json::{Map, Value};

/// `key:k1 value:v1; key:k2 value:v2` (B11) as a flat JSON object; none of no tag.
pub(super) fn json(tag: &str) -> Option<String> {
    let rest = tag.strip_prefix("key:")?;
    let pairs = rest.split("; key:").map(|pair| pair.split_once(" value:").unwrap_or((pair, "")));
    let object: Map<String, Value> =
        pairs.map(|(key, value)| (key.to_owned(), Value::String(value.to_owned()))).collect();
    Some(Value::Object(object).to_string())
}

#[cfg(test)]
mod tests {
    use super::json;

    #[test]
    fn tags_are_a_flat_object() {
        let tags = "key:dept value:a b; key:\"q\" value:x;y";
        assert_eq!(json(tags).as_deref(), Some(r#"{"\"q\"":"x;y","dept":"a b"}"#));
        assert_eq!(json("key:alone value:").as_deref(), Some(r#"{"alone":""}"#));
        assert_eq!(json(""), None);
    }
}
