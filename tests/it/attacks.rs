//! Who means harm gets a short refusal at once, and the next caller an answer.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::app::App;

/// The longest answer to an attack, in bytes.
const SHORT: usize = 64 << 10;

/// Sends a body, and gives the status and the answer's text.
fn send(app: &App, body: &str) -> (u16, String) {
    let mut response = app.agent().post(app.url("/graphql")).content_type("application/json").send(body).unwrap();
    (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
}

/// Holds that a query is refused before it runs, with a code for each error, and without its own words.
#[track_caller]
fn refused(app: &App, what: &str, query: &str, code: &str) {
    let (status, text) = send(app, &json!({ "query": query }).to_string());
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert!(status == 200 || status == 400 || status == 413, "{what}: {status}");
    assert!(answer.get("data").is_none(), "{what} ran: {text:.300}");
    let errors = answer["errors"].as_array().unwrap();
    assert!(!errors.is_empty() && errors.len() <= 20, "{what}: {} errors", errors.len());
    for error in errors {
        assert_eq!(error["extensions"]["code"], code, "{what}: {error}");
        assert!(error["message"].as_str().unwrap().chars().count() <= 300, "{what}: {error}");
    }
    assert!(text.len() < SHORT, "{what}: {} bytes", text.len());
    assert!(!text.contains(&"secret".repeat(12)), "{what} is repeated: {text:.500}");
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }), "after {what}");
}

#[test]
fn too_much_of_anything_is_refused_before_it_runs() {
    let app = App::seeded();
    let name = "secret".repeat(100);
    let many = |part: &dyn Fn(usize) -> String, times: usize| (0..times).map(part).collect::<String>();
    let deep = format!("{}id{}", "memberStates { nodes { projects { nodes { ".repeat(5), " } } } }".repeat(5));
    for (what, query) in [
        ("a deep query", format!("{{ {deep} }}")),
        ("brackets without end", format!("{{ f(a: {}{}) }}", "[".repeat(5_000), "]".repeat(5_000))),
        ("a selection without end", "{a".repeat(10_000)),
        ("a type without end", format!("query ($a: {}Int{}) {{ a }}", "[".repeat(9_000), "]".repeat(9_000))),
        ("objects without end", format!("{{ f(a: {}1{}) }}", "{a:".repeat(5_000), "}".repeat(5_000))),
        ("10,000 aliases", format!("{{ {} }}", many(&|number| format!("a{number}:__typename "), 2_000))),
        ("100 aliases", format!("{{ {} }}", many(&|number| format!("a{number}: __typename "), 100))),
        ("one field 1,001 times", format!("{{ {} }}", "__typename ".repeat(1_001))),
        ("directives without end", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(500))),
        ("500 operations", many(&|number| format!("query a{number} {{ __typename }} "), 500)),
        ("500 fragments", many(&|number| format!("fragment a{number} on Query {{ __typename }} "), 500)),
        ("500 variables", format!("query ({}) {{ __typename }}", many(&|number| format!("$a{number}: Int "), 500))),
        ("a long text", format!("{{ project(code: \"{}\") {{ code }} }}", "secret".repeat(20_000))),
        ("a long comment", format!("# {}\n{{ __typename }}", "secret ".repeat(20_000))),
        ("pages upon pages", "{ memberStates(first: 100) { nodes { projects(first: 100) { nodes { relatedNews(first: 50) { edges { score } } } } } } }".to_owned()),
        ("a page too large", "{ projects(first: 101) { totalCount } }".to_owned()),
        ("2,000 ids", format!("{{ nodes(ids: [{}]) {{ id }} }}", "\"a\" ".repeat(2_000))),
    ] {
        refused(&app, what, &query, "LIMIT_EXCEEDED");
    }
    for (what, query, code) in [
        ("a long name", format!("{{ {name} }}"), "GRAPHQL_VALIDATION_FAILED"),
        ("a long argument", format!("{{ project({name}: 1) {{ code }} }}"), "GRAPHQL_VALIDATION_FAILED"),
        ("a long directive", format!("{{ __typename @{name} }}"), "GRAPHQL_VALIDATION_FAILED"),
        ("a long variable", format!("query (${name}: Int) {{ __typename }}"), "GRAPHQL_VALIDATION_FAILED"),
        ("a long fragment", format!("{{ ...{name} }}"), "GRAPHQL_VALIDATION_FAILED"),
        ("a long type", format!("{{ ... on {name} {{ a }} }}"), "GRAPHQL_VALIDATION_FAILED"),
        (
            "a long number",
            format!("{{ projects(first: {}) {{ totalCount }} }}", "9".repeat(10_000)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("500 faults", format!("{{ {} }}", many(&|number| format!("a{number} "), 500)), "GRAPHQL_VALIDATION_FAILED"),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned(), "GRAPHQL_VALIDATION_FAILED"),
        (
            "a circle of fragments",
            format!(
                "{{ ...F0 }} {}",
                many(&|number| format!("fragment F{number} on Query {{ ...F{} }} ", (number + 1) % 90), 90)
            ),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "the same argument 900 times",
            format!("{{ project({}) {{ code }} }}", "code: \"a\" ".repeat(900)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "fields that differ under one name",
            format!("{{ {} }}", many(&|number| format!("projects(first: {number}) {{ totalCount }} "), 90)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "the schema round and round",
            format!("{{ __schema {{ types {{ {}name{} }} }} }}", "fields { type { ".repeat(5), " } }".repeat(5)),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("half a query", format!("{{ project(code: \"{name}"), "GRAPHQL_PARSE_FAILED"),
    ] {
        refused(&app, what, &query, code);
    }
}

#[test]
fn fields_that_must_agree_are_compared_in_little_time() {
    let app = App::seeded();
    // Compared in pairs, as the specification words it, this would take until tomorrow.
    let nest = |inner: &str| format!("memberStates {{ nodes {{ {inner} {inner} {inner} }} }} ");
    let query = format!("{{ {0} {0} }}", nest(&"region { projects { nodes { title title title title } } } ".repeat(4)));
    let data = app.ask(&query);
    assert!(data["memberStates"]["nodes"][0]["region"].is_object(), "{data}");
}

#[test]
fn what_is_no_request_is_refused() {
    let app = App::empty();
    let deep =
        format!("{{\"query\": \"{{ __typename }}\", \"variables\": {}1{}}}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    let batch = format!("[{}]", vec!["{\"query\": \"{ __typename }\"}"; 1_000].join(","));
    for (what, body) in [
        ("deep JSON", deep.as_str()),
        ("a batch", batch.as_str()),
        ("deep arrays", &"[".repeat(100_000)),
        ("no JSON", "secretsecretsecret"),
        ("a text for a query", "{\"query\": [\"secretsecretsecret\"]}"),
        ("a text for variables", "{\"query\": \"{ __typename }\", \"variables\": \"secretsecretsecret\"}"),
        ("nothing", ""),
    ] {
        let (status, text) = send(&app, body);
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (400, &json!("BAD_REQUEST")), "{what}: {text:.300}");
        assert!(text.len() < SHORT && !text.contains("secretsecret"), "{what}: {text:.300}");
        assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
    }
}

#[test]
fn another_sites_page_cannot_make_a_browser_write() {
    let app = App::empty();
    let write = "mutation { upsertMemberState(input: { code: \"KE\" }) { revision } }";
    let query = write.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
    assert_eq!(app.get(&format!("/graphql?query={query}")).status(), 405);
    // What a form can send without being asked about it first.
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain;application/json",
        "",
    ] {
        let body = json!({ "query": write }).to_string();
        let sent = app.agent().post(app.url("/graphql")).content_type(media_type).send(&body).unwrap();
        assert_eq!(sent.status(), 415, "{media_type}");
    }
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 0);
}

/// Sends bytes as they are and reads to the end.
fn raw(app: &App, bytes: &str) -> String {
    let mut line = TcpStream::connect(&app.address).unwrap();
    line.write_all(bytes.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_header_cannot_be_put_into_an_answer_or_smuggled_past() {
    let app = App::empty();
    let id = raw(&app, "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: a%0d%0aSet-Cookie: b=c\r\n\r\n");
    assert!(!id.to_lowercase().contains("\r\nset-cookie"), "{id}");
    for smuggled in [
        "POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX a: b\r\n\r\n",
        "\r\n\u{16}\u{3}\u{1}\r\n\r\n",
    ] {
        assert!(raw(&app, smuggled).starts_with("HTTP/1.1 400"), "{smuggled:?}");
    }
    let long = format!("GET /graphql?query={} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(60_000));
    assert!(raw(&app, &long.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).len() < SHORT);
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn no_path_leads_out_of_the_pages_or_the_seeding() {
    let app = App::empty();
    for path in ["/graphiql/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/graphiql/..%2f..%2fadmin.token", "//etc/passwd"] {
        let answer = raw(&app, &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    // A document's name is a name, whatever it looks like.
    let seed = "mutation($d: [DocumentInput!]!) { seedDocuments(input: { documents: $d }) { documents { name outcome error { message } } } }";
    let data = app.write(seed, json!({ "d": [{ "name": "../../etc/passwd", "text": "nothing of the Fund" }] }));
    let document = &data["seedDocuments"]["documents"][0];
    assert_eq!((&document["name"], &document["outcome"]), (&json!("../../etc/passwd"), &json!("REFUSED")));
    assert!(!data.to_string().contains("root:"), "{data}");
}

#[test]
fn a_wrong_token_is_refused_alike_whatever_it_is_like() {
    let app = App::empty();
    let token = app.token();
    let near = format!("{}x", &token[..token.len() - 1]);
    let answers: Vec<_> = ["x", near.as_str(), &"x".repeat(8_000), "fg_"]
        .iter()
        .map(|token| {
            let request = app.agent().post(app.url("/graphql")).header("Authorization", format!("Bearer {token}"));
            let request = request.header("X-Request-Id", "the same");
            let mut response = request.send_json(json!({ "query": "{ __typename }" })).unwrap();
            (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
        })
        .collect();
    assert_eq!(answers[0].0, 401);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(!answers[0].1.contains(&token));
}

#[test]
fn errors_tell_nothing_of_the_machine_and_suggest_nothing_where_that_is_off() {
    let app = App::start(&std::sync::Arc::new(tempfile::tempdir().unwrap()), &["--no-seed", "--no-suggestions"]);
    for query in [
        "{ regoins { code } }",
        "{ regions { nmae } }",
        "{ projects(frist: 1) { totalCount } }",
        "{ regions { name(language: FRR) } }",
    ] {
        let error = app.refusal(query);
        assert!(!error["message"].as_str().unwrap().contains("did you mean"), "{error}");
    }
    for query in
        ["{ memberState(code: \"../x\") { name } }", "{ node(id: \"x\") { id } }", "{ projects(after: \"x\") { totalCount } }"]
    {
        let answer = app.post(&json!({ "query": query }), None).to_string();
        for inside in [".rs", "src/", "/tmp", "panicked", "fundgraph::", "async_graphql"] {
            assert!(!answer.contains(inside), "{query}: {answer}");
        }
    }
}
