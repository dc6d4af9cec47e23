//! The hash of a request's input, by which its repeat is told from another request.

use async_graphql::{Context, Result, Value};
use sha2::{Digest, Sha256};

/// What does not count: the key itself, and whether it is only tried.
const LEFT_OUT: [&str; 2] = ["idempotencyKey", "dryRun"];

/// SHA-256 of the mutation's name and its input, lower-case hexadecimal. Variables count by their values, and neither the order of
/// an object's fields nor the way an enum's value is written matters; a field that is left out is not one that is null.
pub(super) fn fingerprint(ctx: &Context<'_>) -> Result<String> {
    let mut hash = Sha256::new();
    let field = ctx.field();
    text(&mut hash, field.name());
    for (name, mut value) in field.arguments()? {
        text(&mut hash, &name);
        if let Value::Object(fields) = &mut value {
            fields.retain(|name, _| !LEFT_OUT.contains(&name.as_str()));
        }
        add(&mut hash, &value);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn add(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hash.update(b"0"),
        Value::Boolean(value) => hash.update([b'b', u8::from(*value)]),
        Value::Number(value) => {
            hash.update(b"n");
            text(hash, &value.to_string());
        }
        Value::String(value) => text(hash, value),
        Value::Enum(value) => text(hash, value),
        Value::Binary(bytes) => {
            hash.update(b"x");
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
        Value::List(items) => {
            hash.update(b"l");
            hash.update((items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| add(hash, item));
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            hash.update(b"o");
            hash.update((fields.len() as u64).to_be_bytes());
            for (name, value) in fields {
                text(hash, name);
                add(hash, value);
            }
        }
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update(b"s");
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;
    use serde_json::json;

    use super::*;

    fn hash(value: serde_json::Value) -> Vec<u8> {
        let mut hash = Sha256::new();
        add(&mut hash, &Value::from_json(value).unwrap());
        hash.finalize().to_vec()
    }

    #[test]
    fn inputs_that_say_the_same_have_one_hash() {
        assert_eq!(hash(json!({ "a": 1, "b": ["x"] })), hash(json!({ "b": ["x"], "a": 1 })));
        let mut by_enum = Sha256::new();
        add(&mut by_enum, &Value::Enum(async_graphql::Name::new("EUROPE")));
        assert_eq!(by_enum.finalize().to_vec(), hash(json!("EUROPE")));
    }

    #[test]
    fn inputs_that_differ_have_different_hashes() {
        let different = [
            json!({}),
            json!({ "a": null }),
            json!({ "a": 1 }),
            json!({ "a": "1" }),
            json!({ "a": [1] }),
            json!({ "a": [[1], []] }),
            json!({ "a": [[], [1]] }),
            json!({ "a": true }),
            json!(["a", 1]),
            json!(["a1"]),
        ];
        let mut hashes: Vec<_> = different.iter().cloned().map(hash).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), different.len());
    }
}
