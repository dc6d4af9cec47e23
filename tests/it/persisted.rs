//! Queries known by their hash, answers that caches keep, and servers that run only what they know.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ureq::Body;
use ureq::http::{HeaderMap, Response};

use crate::app::App;

const QUERY: &str = "query Title($code: String!) { project(code: $code) { code } }";

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks by the address, where caches see it.
fn get(app: &App, parameters: &[(&str, &str)], known: &str) -> Response<Body> {
    let mut request = app.agent().get(app.url("/graphql"));
    for (name, value) in parameters {
        request = request.query(name, value);
    }
    request.header("If-None-Match", known).call().unwrap()
}

#[test]
fn a_text_is_sent_once_and_its_hash_from_then_on() {
    let app = App::seeded();
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(QUERY) } });
    let post = |query: Option<&str>, extensions: &Value| {
        app.post(&json!({ "query": query, "variables": { "code": "RR.0147" }, "extensions": extensions }), None)
    };
    let unknown = post(None, &extensions);
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    let answer = post(Some(QUERY), &extensions)["data"].take();
    assert_eq!(answer, json!({ "project": { "code": "RR.0147" } }));
    assert_eq!(post(None, &extensions)["data"], answer);
    let mut by_get = get(&app, &[("extensions", &extensions.to_string()), ("variables", "{\"code\": \"RR.0147\"}")], "");
    assert_eq!(by_get.body_mut().read_json::<Value>().unwrap()["data"], answer);

    let other = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash("{ __typename }") } });
    assert!(post(Some(QUERY), &other)["errors"][0]["message"].as_str().unwrap().contains("is not the SHA-256"));
    assert_eq!(post(None, &other)["errors"][0]["message"], "PersistedQueryNotFound", "a wrong hash is not kept");
    let wrong = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash("{ nothing }") } });
    post(Some("{ nothing }"), &wrong);
    assert_eq!(post(None, &wrong)["errors"][0]["message"], "PersistedQueryNotFound", "nor is a text that is not valid");
    let version = json!({ "persistedQuery": { "version": 2, "sha256Hash": "x" } });
    assert!(post(None, &version)["errors"][0]["message"].as_str().unwrap().contains("version 1"));
}

#[test]
fn who_has_an_answer_is_told_that_it_still_holds() {
    let app = App::seeded();
    let ask = |known: &str| get(&app, &[("query", QUERY), ("variables", "{\"code\": \"RR.0147\"}")], known);
    let first = ask("");
    let tag = header(first.headers(), "etag").to_owned();
    assert_eq!((first.status().as_u16(), header(first.headers(), "cache-control")), (200, "public, no-cache"));
    assert!(header(first.headers(), "vary").contains("accept-language"));
    let mut second = ask(&format!("\"other\", {tag}"));
    assert_eq!((second.status().as_u16(), header(second.headers(), "etag")), (304, tag.as_str()));
    assert_eq!(second.body_mut().read_to_string().unwrap(), "");

    app.write("mutation { upsertMemberState(input: { code: \"KE\" }) { revision } }", json!({}));
    let third = ask(&tag);
    assert_eq!(third.status(), 200, "a commit changes every tag");
    assert_ne!(header(third.headers(), "etag"), tag);

    let private = app.agent().get(app.url("/graphql")).query("query", "{ __typename }");
    let private = private.header("Authorization", format!("Bearer {}", app.token())).call().unwrap();
    assert_eq!(header(private.headers(), "cache-control"), "private, no-cache");
    let error = get(&app, &[("query", "{ nothing }")], "");
    assert_eq!((header(error.headers(), "cache-control"), header(error.headers(), "etag")), ("no-store", ""));
}

#[test]
fn a_server_with_a_list_runs_nothing_else() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("operations.json");
    fs::write(
        &file,
        json!({ "operations": [{ "id": hash(QUERY), "name": "Title", "type": "query", "body": QUERY }] }).to_string(),
    )
    .unwrap();
    let app = App::start(&folder, &["--seed", crate::app::seeds().to_str().unwrap(), "--trusted", file.to_str().unwrap()]);
    let variables = json!({ "code": "RR.0147" });
    let known = app.post(&json!({ "query": QUERY, "variables": variables }), None);
    assert_eq!(known["data"], json!({ "project": { "code": "RR.0147" } }));
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(QUERY) } });
    assert_eq!(app.post(&json!({ "variables": variables, "extensions": extensions }), None), known);
    for query in ["{ __typename }", "{ __schema { types { name } } }", &format!("{QUERY} "), "{ nothing"] {
        assert_eq!(app.refusal(query)["extensions"]["code"], "OPERATION_NOT_TRUSTED", "{query}");
    }
    let other = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash("{ __typename }") } });
    let sent = app.post(&json!({ "query": "{ __typename }", "extensions": other }), Some(&app.token()));
    assert_eq!(sent["errors"][0]["extensions"]["code"], "OPERATION_NOT_TRUSTED", "whoever asks");
}
