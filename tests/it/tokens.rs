//! An operator decides who may read and write.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, fundgraph, seeds};
use crate::socket::Socket;

const CREATE: &str = "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret
    token { name scope createdAt expiresAt expired } errors { code message path } } }";
const REVOKE: &str =
    "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { token { name } errors { code message path } } }";
const CHANGES: &str = "subscription { changes { cursor } }";
const UPSERT: &str =
    "mutation { upsertMemberState(input: { code: \"KE\" }) { revision changes { actor } errors { message } } }";

fn secret(app: &App, input: Value) -> String {
    let data = app.write(CREATE, json!({ "input": input }));
    assert_eq!(data["createToken"]["errors"], json!([]), "{data}");
    data["createToken"]["secret"].as_str().unwrap().to_owned()
}

/// The code of the first error that a request of a bearer gets; null for none.
fn code(app: &App, query: &str, token: Option<&str>) -> Value {
    app.post(&json!({ "query": query }), token).pointer("/errors/0/extensions/code").cloned().unwrap_or_default()
}

#[test]
fn a_token_is_made_used_listed_and_revoked_over_the_api() {
    let app = App::seeded();
    let made = app.write(CREATE, json!({ "input": { "name": "ministry", "expiresAt": "2999-01-31T00:00:00Z" } }));
    let token = &made["createToken"]["token"];
    assert_eq!((&token["name"], &token["scope"], &token["expired"]), (&json!("ministry"), &json!("SEED"), &json!(false)));
    let secret = made["createToken"]["secret"].as_str().unwrap().to_owned();
    let answer = app.post(&json!({ "query": UPSERT }), Some(&secret));
    assert_eq!(answer["data"]["upsertMemberState"]["changes"][0]["actor"], "ministry", "{answer}");

    // Only its hash is kept, here or in the store.
    let listed = app.post(&json!({ "query": "{ tokens { name scope expiresAt } }" }), Some(&app.token()));
    assert_eq!(listed["data"]["tokens"], json!([{ "name": "ministry", "scope": "SEED", "expiresAt": "2999-01-31T00:00:00Z" }]));
    for file in ["tokens.json", "store/db"] {
        let bytes = fs::read(app.data().join(file)).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{file} holds the token");
    }

    let revoked = app.write(REVOKE, json!({ "input": { "name": "ministry" } }));
    assert_eq!(revoked["revokeToken"], json!({ "token": { "name": "ministry" }, "errors": [] }));
    assert_eq!(code(&app, UPSERT, Some(&secret)), "UNAUTHENTICATED");
    let again = app.write(REVOKE, json!({ "input": { "name": "ministry" } }));
    assert_eq!(
        (&again["revokeToken"]["errors"][0]["code"], &again["revokeToken"]["errors"][0]["path"]),
        (&json!("NOT_FOUND"), &json!(["input", "name"]))
    );
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 2, "tokens are no part of the graph");
}

#[test]
fn each_scope_opens_what_it_says() {
    let app = App::seeded();
    let [read, seed, admin] = ["READ", "SEED", "ADMIN"].map(|scope| secret(&app, json!({ "name": scope, "scope": scope })));
    let create = "mutation { createToken(input: { name: \"x\", dryRun: true }) { errors { message } } }";
    let revoke = "mutation { revokeToken(input: { name: \"READ\", dryRun: true }) { errors { message } } }";
    let may =
        |query: &str| [None, Some(&read), Some(&seed), Some(&admin)].map(|token| code(&app, query, token.map(String::as_str)));
    let (no, nobody, yes) = (json!("FORBIDDEN"), json!("UNAUTHENTICATED"), Value::Null);
    assert_eq!(may("{ regions { code } }"), [yes.clone(), yes.clone(), yes.clone(), yes.clone()]);
    assert_eq!(may(UPSERT), [nobody.clone(), no.clone(), yes.clone(), yes.clone()]);
    for query in ["{ tokens { name } }", create, revoke] {
        assert_eq!(may(query), [nobody.clone(), no.clone(), no.clone(), yes.clone()], "{query}");
    }
}

#[test]
fn what_is_wrong_with_a_token_is_an_error_of_the_payload() {
    let app = App::seeded();
    secret(&app, json!({ "name": "taken" }));
    for (input, code, path, reason) in [
        (json!({ "name": "taken" }), "CONFLICT", "name", "revoke it first"),
        (json!({ "name": "admin" }), "INVALID", "name", "is no name"),
        (json!({ "name": " " }), "INVALID", "name", "is no name"),
        (json!({ "name": "a".repeat(101) }), "INVALID", "name", "at most 100 bytes"),
        (json!({ "name": "late", "expiresAt": "2001-01-01T00:00:00Z" }), "INVALID", "expiresAt", "choose a later time"),
        (json!({ "name": "late", "expiresAt": "tomorrow" }), "INVALID", "expiresAt", "is not a moment"),
    ] {
        for dry_run in [true, false] {
            let mut input = input.clone();
            input["dryRun"] = json!(dry_run);
            let data = app.write(CREATE, json!({ "input": input }));
            let error = &data["createToken"]["errors"][0];
            assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!(["input", path])), "{data}");
            assert!(error["message"].as_str().unwrap().contains(reason), "{data}");
            assert_eq!((&data["createToken"]["secret"], &data["createToken"]["token"]), (&Value::Null, &Value::Null));
        }
    }
    let tried = app.write(CREATE, json!({ "input": { "name": "tried", "dryRun": true } }));
    assert_eq!(tried["createToken"], json!({ "secret": null, "token": null, "errors": [] }));
    app.write(REVOKE, json!({ "input": { "name": "taken", "dryRun": true } }));
    let listed = app.post(&json!({ "query": "{ tokens { name } }" }), Some(&app.token()));
    assert_eq!(listed["data"]["tokens"], json!([{ "name": "taken" }]));
}

#[test]
fn commands_and_a_server_that_runs_share_the_tokens() {
    let app = App::seeded();
    let data = app.data();
    let run = |arguments: &[&str]| {
        let output = fundgraph(["token"].iter().chain(arguments).copied().chain(["--data", data.to_str().unwrap()]));
        (output.status.success(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (made, text) = run(&["create", "--name", "donor", "--scope", "read", "--expires", "90d"]);
    let reader = text.lines().next().unwrap().to_owned();
    assert!(made && code(&app, "{ regions { code } }", Some(&reader)).is_null(), "{text}");
    assert_eq!(code(&app, UPSERT, Some(&reader)), "FORBIDDEN");
    secret(&app, json!({ "name": "by-mutation", "scope": "ADMIN" }));
    let (_, list) = run(&["list"]);
    assert!(list.contains("donor\tread") && list.contains("by-mutation\tadmin\t"), "{list}");
    let listed = app.post(&json!({ "query": "{ tokens { name } }" }), Some(&app.token()));
    assert_eq!(listed["data"]["tokens"], json!([{ "name": "donor" }, { "name": "by-mutation" }]));
    assert!(run(&["revoke", "donor"]).0);
    assert_eq!(code(&app, "{ regions { code } }", Some(&reader)), "UNAUTHENTICATED");
    assert!(!run(&["revoke", "donor"]).0 && !run(&["create", "--name", "by-mutation"]).0);
    assert!(!run(&["create", "--name", "x", "--scope", "write"]).0 && !run(&["create", "--name", "x", "--expires", "soon"]).0);
}

#[test]
fn a_private_server_lets_nobody_read_without_a_token() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let app = App::start(&folder, &["--seed", seeds().to_str().unwrap(), "--private"]);
    assert!(app.greeting.contains("for reading and writing"), "{}", app.greeting);
    let queries = ["{ regions { code } }", "{ __schema { queryType { name } } }", "{ __typename }", UPSERT];
    for query in queries {
        assert_eq!(code(&app, query, None), "UNAUTHENTICATED", "{query}");
        assert_eq!(code(&app, query, Some("fg_wrong")), "UNAUTHENTICATED", "{query}");
    }
    let mut by_get = app.get("/graphql?query=%7B%20regions%20%7B%20code%20%7D%20%7D");
    assert_eq!((by_get.status().as_u16(), &by_get.headers()["www-authenticate"]), (401, &"Bearer".parse().unwrap()));
    assert!(!by_get.body_mut().read_to_string().unwrap().contains("EUROPE"));
    assert_eq!(app.get("/export/projects.csv").status(), 401);
    for path in ["/healthz", "/readyz", "/graphiql"] {
        assert_eq!(app.get(path).status(), 200, "{path}");
    }
    let mut stranger = Socket::open(&app.address);
    stranger.introduce(None);
    assert_eq!(stranger.closed().0, 4403);
    let mut silent = Socket::open(&app.address);
    silent.subscribe("1", CHANGES, Value::Null);
    assert_eq!(silent.closed().0, 4401);
    let events = |token: Option<&str>| {
        let mut request = app.agent().post(app.url("/graphql")).header("Accept", "text/event-stream");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        request.send_json(json!({ "query": CHANGES })).unwrap()
    };
    let mut refused = events(None);
    assert_eq!(refused.status(), 401);
    assert!(!refused.body_mut().read_to_string().unwrap().contains("cursor\":"), "nothing of the graph");
    let page = app.get("/").body_mut().read_to_string().unwrap();
    assert!(page.contains("Reading needs a token") && !page.contains("member states</li>"), "{page}");

    let admin = app.token();
    let read =
        app.post(&json!({ "query": CREATE, "variables": { "input": { "name": "reader", "scope": "READ" } } }), Some(&admin));
    let reader = read["data"]["createToken"]["secret"].as_str().unwrap();
    let answer = app.post(&json!({ "query": "{ projects { totalCount } }" }), Some(reader));
    assert_eq!(answer["data"]["projects"]["totalCount"], 4);
    assert_eq!(code(&app, UPSERT, Some(reader)), "FORBIDDEN");
    let mut socket = Socket::known(&app.address, Some(reader));
    socket.subscribe("1", CHANGES, Value::Null);
    assert!(socket.hear()["payload"]["data"]["changes"]["cursor"].is_string());
    assert_eq!(events(Some(reader)).headers()["content-type"], "text/event-stream; charset=utf-8");
}
