//! What goes over the wire.

use serde_json::{Value, json};
use ureq::http::{HeaderMap, StatusCode};

use crate::app::App;

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn a_bad_request_says_what_is_wrong_and_where() {
    let app = App::seeded();
    let send = |body: &str| {
        let mut response = app.agent().post(app.url("/graphql")).content_type("application/json").send(body).unwrap();
        (response.status(), response.body_mut().read_json::<Value>().unwrap())
    };
    for (body, status, code, text) in [
        ("{\"query\": \"{ regions", 400, "BAD_REQUEST", "line 1 column"),
        ("{}", 400, "BAD_REQUEST", "holds no `query`"),
        ("{\"query\": 5}", 400, "BAD_REQUEST", "expected a string"),
        ("[]", 400, "BAD_REQUEST", "a JSON array"),
        ("{\"query\": \"{ regions {\"}", 200, "GRAPHQL_PARSE_FAILED", "cannot be read: expected a name"),
        (
            "{\"query\": \"{ regoins { code } }\"}",
            200,
            "GRAPHQL_VALIDATION_FAILED",
            "no field `regoins`: did you mean `regions`?",
        ),
    ] {
        let (found, answer) = send(body);
        let error = &answer["errors"][0];
        assert_eq!((found.as_u16(), &error["extensions"]["code"]), (status, &json!(code)), "{body}: {answer}");
        assert!(error["message"].as_str().unwrap().contains(text), "{body}: {answer}");
        assert!(answer.get("data").is_none(), "{body} was never run: {answer}");
    }
    let (_, syntax) = send("{\"query\": \"{\\n regions {\"}");
    assert_eq!(syntax["errors"][0]["locations"], json!([{ "line": 2, "column": 11 }]));
    let (_, variable) = send("{\"query\": \"query($code: String!) { project(code: $code) { code } }\"}");
    assert!(variable["errors"][0]["message"].as_str().unwrap().contains("code"), "{variable}");
    assert!(variable["errors"][0]["locations"][0]["line"].is_u64(), "{variable}");
}

#[test]
fn the_answer_comes_in_the_media_type_that_was_asked_for() {
    let app = App::seeded();
    let send = |accept: &str, query: &str| {
        let request = app.agent().post(app.url("/graphql")).header("Accept", accept);
        let response = request.send_json(json!({ "query": query })).unwrap();
        (response.status().as_u16(), header(response.headers(), "content-type").to_owned())
    };
    let (graphql, plain) = ("application/graphql-response+json; charset=utf-8", "application/json; charset=utf-8");
    assert_eq!(send("application/graphql-response+json", "{ __typename }"), (200, graphql.to_owned()));
    assert_eq!(send("application/graphql-response+json", "{ nothing }"), (400, graphql.to_owned()));
    assert_eq!(send("application/json", "{ nothing }"), (200, plain.to_owned()));
    assert_eq!(send("*/*", "{ __typename }"), (200, plain.to_owned()));
    assert_eq!(send("application/json, multipart/mixed", "{ __typename }"), (200, plain.to_owned()));
    assert_eq!(send("text/html", "{ __typename }").0, 406);
}

#[test]
fn a_query_goes_by_get_and_a_mutation_does_not() {
    let app = App::seeded();
    let mut answer =
        app.get("/graphql?query=query(%24c:String!)%7Bproject(code:%24c)%7Bcode%7D%7D&variables=%7B%22c%22:%22RR.0147%22%7D");
    assert_eq!(answer.body_mut().read_json::<Value>().unwrap()["data"], json!({ "project": { "code": "RR.0147" } }));
    let refused = app.get("/graphql?query=mutation%7BdeleteNode(input:%7Bid:%22x%22%7D)%7Brevision%7D%7D");
    assert_eq!((refused.status(), header(refused.headers(), "allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
}

#[test]
fn another_sites_form_cannot_write() {
    let app = App::seeded();
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let sent =
            app.agent().post(app.url("/graphql")).content_type(media_type).send("{\"query\": \"{ __typename }\"}").unwrap();
        assert_eq!(sent.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
    }
}

#[test]
fn another_sites_page_may_read() {
    let app = App::seeded();
    let preflight = app
        .agent()
        .run(
            ureq::http::Request::builder()
                .method("OPTIONS")
                .uri(app.url("/graphql"))
                .header("Origin", "https://partner.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .body(())
                .unwrap(),
        )
        .unwrap();
    assert_eq!(preflight.status(), StatusCode::OK);
    assert_eq!(header(preflight.headers(), "access-control-allow-origin"), "*");
    assert!(header(preflight.headers(), "access-control-allow-headers").contains("authorization"));
}

#[test]
fn a_long_body_is_refused_unless_it_comes_from_a_writer() {
    let app = App::empty();
    let body = json!({ "query": "query($x: String!) { a: __typename @skip(if: false) b: project(code: $x) { code } }", "variables": { "x": "x".repeat(2 << 20) } });
    let refused = app.agent().post(app.url("/graphql")).send_json(&body);
    // The server may close the line before all of the body is through.
    if let Ok(response) = refused {
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
    let answer = app.post(&body, Some(&app.token()));
    assert_eq!(answer["data"], json!({ "a": "Query", "b": null }));
}

#[test]
fn brackets_without_end_do_not_end_the_server() {
    let app = App::empty();
    for bomb in [format!("{{ f(a: {}{}) }}", "[".repeat(5_000), "]".repeat(5_000)), "{a".repeat(20_000), "{ ...".repeat(9_000)]
    {
        let answer = app.post(&json!({ "query": bomb }), None);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    }
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn filters_within_filters_do_not_end_the_server() {
    let app = App::empty();
    // An opening block string that never ends hides nothing.
    let hidden = format!(
        "{{ nodes(ids: [\"\"\" \"]) {{ id }} projects(filter: {}{{}}{}) {{ totalCount }} }}",
        "{not: ".repeat(500),
        "}".repeat(500)
    );
    assert_eq!(app.post(&json!({ "query": hidden }), None)["errors"][0]["extensions"]["code"], "GRAPHQL_PARSE_FAILED");

    let nest = |part: &str, close: &str, times: usize| format!("{}{{}}{}", part.repeat(times), close.repeat(times));
    let query = "query($f: ProjectFilter) { projects(filter: $f) { totalCount } }";
    for (part, close, times) in [("{\"not\":", "}", 110), ("{\"and\":[", "]}", 60), ("{\"or\":[", "]}", 17)] {
        let variables: Value = serde_json::from_str(&format!("{{\"f\":{}}}", nest(part, close, times))).unwrap();
        let answer = app.post(&json!({ "query": query, "variables": variables }), None);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED", "{answer}");
    }
    // As deep as both limits allow together.
    let variables: Value = serde_json::from_str(&format!("{{\"f\":{}}}", nest("{\"and\":[", "]}", 15))).unwrap();
    let inline = format!(
        "query($f: ProjectFilter!) {{ projects(filter: {}$f{}) {{ totalCount }} }}",
        "{and: [".repeat(18),
        "]}".repeat(18)
    );
    assert_eq!(app.post(&json!({ "query": inline, "variables": variables }), None)["data"]["projects"]["totalCount"], 0);
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn lists_that_ask_for_too_much_are_refused() {
    let app = App::seeded();
    let many = |part: &str, times: usize| vec![part; times].join(", ");
    for (arguments, what) in [
        (format!("orderBy: [{}]", many("{ field: CODE }", 9)), "at most 8"),
        (format!("filter: {{ or: [{}] }}", many("{ text: \"migration\" }", 9)), "9 texts to look up"),
        (format!("filter: {{ or: [{}] }}", many("{ year: { eq: 1 } }", 200)), "201 parts"),
        (format!("filter: {{ text: \"{}\" }}", "x".repeat(1_001)), "1001 bytes"),
    ] {
        let error = app.refusal(&format!("{{ projects({arguments}) {{ totalCount }} }}"));
        assert_eq!(error["extensions"]["code"], "LIMIT_EXCEEDED", "{error}");
        assert!(error["message"].as_str().unwrap().contains(what), "{error}");
    }
    let error = app.refusal(&format!("{{ search(text: \"{}\") {{ totalCount }} }}", "x".repeat(1_001)));
    assert_eq!(error["extensions"]["code"], "LIMIT_EXCEEDED");
}

#[test]
fn a_variable_that_is_left_out_leaves_the_default() {
    let app = App::seeded();
    let query = "query($d: Direction, $n: Nulls, $s: ShareRule, $r: Boolean) { projects(orderBy: [{ field: YEAR, direction: $d, nulls: $n }]) { groups(by: [YEAR], shareRule: $s) { year } nodes { code @skip(if: false) } } x: __typename }";
    let query = query.replace(", $r: Boolean", "");
    let answer = app.post(&json!({ "query": query, "variables": {} }), None);
    assert_eq!(answer["data"]["projects"]["nodes"][0]["code"], "RR.0147", "{answer}");
}

#[test]
fn fragments_that_double_at_every_step_are_refused_at_once() {
    let app = App::empty();
    let steps: String = (0..24).map(|step| format!("fragment F{step} on Query {{ ...F{0} ...F{0} }} ", step + 1)).collect();
    let bomb = format!("{{ ...F0 }} {steps} fragment F24 on Query {{ __typename }}");
    let answer = app.post(&json!({ "query": bomb }), None);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    assert!(
        answer["errors"][0]["message"].as_str().unwrap().contains("fields with fragments unfolded, and the limit is 1000"),
        "{answer}"
    );
    assert_eq!(app.ask("{ __typename }"), json!({ "__typename": "Query" }));
}

#[test]
fn the_language_that_a_reader_prefers_is_the_default() {
    let app = App::seeded();
    let name = |preferred: &str| {
        let request = app.agent().post(app.url("/graphql")).header("Accept-Language", preferred);
        let query = "{ memberState(code: \"DJ\") { name es: name(language: ES) } project(code: \"LM.0024\") { title type { label } region { name } } }";
        request.send_json(json!({ "query": query })).unwrap().body_mut().read_json::<Value>().unwrap()["data"].take()
    };
    let title = &name("")["project"]["title"];
    for (preferred, state, kind) in [
        ("es-ES,es;q=0.9,en;q=0.8", "Yibuti", "Migración laboral"),
        ("de, en;q=0.5, es;q=0.4", "Djibouti", "Labour Migration"),
        ("en;q=0, *", "Djibouti", "Migration de main-d’œuvre"),
        ("xx", "Djibouti", "Migration de main-d’œuvre"),
    ] {
        let data = name(preferred);
        assert_eq!(
            (&data["memberState"]["name"], &data["project"]["type"]["label"]),
            (&json!(state), &json!(kind)),
            "{preferred}"
        );
        assert_eq!(data["memberState"]["es"], "Yibuti", "what is asked for counts more");
        assert_eq!(&data["project"]["title"], title, "where there is no text in the language, French stands for it");
    }
}

#[test]
fn the_rest_of_the_house_answers() {
    let app = App::seeded();
    let mut schema = app.get("/schema.graphql");
    assert!(schema.body_mut().read_to_string().unwrap().contains("type Project implements Node {"));
    assert_eq!(app.get("/healthz").body_mut().read_json::<Value>().unwrap(), json!({ "status": "ok" }));
    assert_eq!(app.get("/readyz").body_mut().read_json::<Value>().unwrap(), json!({ "status": "ready", "revision": 1 }));
    assert_eq!(app.get("/nowhere").status(), StatusCode::NOT_FOUND);
    let start = app.get("/").body_mut().read_to_string().unwrap();
    assert!(start.contains("<strong>4</strong> projects") && start.contains("graphiql?query="), "{start}");
    let page = app.get("/graphiql");
    assert!(header(page.headers(), "content-type").starts_with("text/html"));
}

#[test]
fn every_answer_carries_the_requests_id() {
    let app = App::empty();
    let given = app.agent().get(app.url("/healthz")).header("X-Request-Id", "abc-1").call().unwrap();
    assert_eq!(header(given.headers(), "x-request-id"), "abc-1");
    assert!(!header(app.get("/healthz").headers(), "x-request-id").is_empty());
}

#[test]
fn an_answer_that_tells_of_an_error_names_its_request() {
    let app = App::start(&std::sync::Arc::new(tempfile::tempdir().unwrap()), &["--no-seed", "--query-time", "0"]);
    let post = |query: &str| {
        let request = app.agent().post(app.url("/graphql")).header("X-Request-Id", "the \"first\"");
        request.send_json(json!({ "query": query })).unwrap().body_mut().read_json::<Value>().unwrap()
    };
    for (query, what) in
        [("{ nothing }", "never run"), ("", "no request"), ("{ a: __typename projects { totalCount } }", "ended while it ran")]
    {
        let answer = post(query);
        assert!(answer["errors"][0]["message"].is_string(), "{what}: {answer}");
        assert_eq!(answer["extensions"]["requestId"], "the \"first\"", "{what}: {answer}");
    }
    assert!(post("{ __typename }")["extensions"].get("requestId").is_none(), "what is whole is the same for all");
    let mut refused = app.get("/export/nothing.csv");
    let id = header(refused.headers(), "x-request-id").to_owned();
    assert_eq!(refused.body_mut().read_json::<Value>().unwrap()["extensions"]["requestId"], json!(id));
}
