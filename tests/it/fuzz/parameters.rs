//! Addresses, headers and bodies that no client means.

use super::*;

const BODY: &str = r#"{"query": "query Q($code: String!) { project(code: $code) { code } }", "operationName": "Q", "variables": {"code": "RR.0147"}, "extensions": {}}"#;

const PIECES: [&str; 22] = [
    "{ __typename }",
    "{ regions { code } }",
    "query Q($c: String!) { project(code: $c) { code } }",
    "mutation { __typename }",
    "subscription { __typename }",
    "{",
    "}",
    "{{",
    "\u{0}",
    "é",
    "\u{10ffff}",
    "{\"c\": \"RR.0147\"}",
    "[]",
    "null",
    "\"\"",
    "1e999",
    "Q",
    "",
    " ",
    "fragment F on Query { ...F } { ...F }",
    "\"\"\"",
    "#",
];

#[test]
fn any_address_is_answered() {
    let app = App::seeded();
    let name = prop_oneof!["query", "operationName", "variables", "extensions", "[a-zA-Z\\[\\]]{0,8}"];
    let value = prop_oneof![prop::sample::select(PIECES.to_vec()).prop_map(str::to_owned), ".{0,40}"];
    let accept = prop_oneof![Just("*/*".to_owned()), Just("application/json".to_owned()), "[a-z/*;=+.0-9, ]{0,40}"];
    check(&(prop::collection::vec((name, value), 0..5), accept), |(parameters, accept)| {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&parameters).finish();
        let request = app.agent().get(app.url(&format!("/graphql?{query}"))).header("Accept", accept);
        sound(request.call().map_err(|error| TestCaseError::fail(error.to_string()))?).map(drop)
    });
    assert_eq!(app.ask("{ __typename }")["__typename"], "Query");
}

#[test]
fn a_query_string_that_no_form_makes_is_answered() {
    let app = App::seeded();
    check(&"[!$&-;=?-_a-z~%]{0,80}", |query| {
        let response = app.agent().get(app.url(&format!("/graphql?{query}"))).call();
        // What is no address at all never leaves the client.
        response.map_or(Ok(()), |response| sound(response).map(drop))
    });
}

#[test]
fn any_body_is_answered() {
    let app = App::seeded();
    let damage = (any::<prop::sample::Index>(), 0usize..4, prop::collection::vec(any::<u8>(), 0..4));
    let damaged = prop::collection::vec(damage, 0..6).prop_map(|damages| {
        let mut body = BODY.as_bytes().to_vec();
        for (at, drop, put) in damages {
            let at = at.index(body.len() + 1);
            body.splice(at..(at + drop).min(body.len()), put);
        }
        body
    });
    let body = prop_oneof![
        damaged,
        prop::collection::vec(any::<u8>(), 0..60),
        json_value().prop_map(|value| value.to_string().into())
    ];
    let media = prop::sample::select(vec![
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=latin1",
        "application/graphql",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "",
        "x",
    ]);
    check(&(body, media), |(body, media)| {
        let request = app.agent().post(app.url("/graphql")).header("Content-Type", media);
        sound(request.send(&body).map_err(|error| TestCaseError::fail(error.to_string()))?).map(drop)
    });
    assert_eq!(app.ask("{ __typename }")["__typename"], "Query");
}

/// Objects with the keys of a request and values of any type.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from)
    ];
    let value = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    let key = prop::sample::select(vec!["query", "operationName", "variables", "extensions", "id"]);
    prop::collection::btree_map(key.prop_map(str::to_owned), value, 0..5)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}
