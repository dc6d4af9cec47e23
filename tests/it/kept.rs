//! Answers that are kept for the next who asks the same: nobody can tell, but by the time it takes.

use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use ureq::http::{HeaderMap, Response};

use crate::app::{App, seeds};

const TITLE: &str =
    "query Title($code: String!) { project(code: $code) { title relatedNews { nodes: edges { node { title } } } } }";
/// How often the same is asked until it is certainly found by its bytes.
const OFTEN: usize = 5;

fn seeded(options: &[&str]) -> App {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    App::start(&folder, &[&["--seed", seeds().to_str().unwrap()], options].concat())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// What is sent, and with which headers.
fn send(app: &App, body: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
    let mut request = app.agent().post(app.url("/graphql")).header("Content-Type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send(body).unwrap()
}

/// The bytes of an answer, and its headers but for those that differ each time. The id of the request, which stands in what tells of
/// an error, is taken out.
fn parts(mut response: Response<ureq::Body>) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let id = header(response.headers(), "x-request-id").to_owned();
    let headers = response.headers().iter().filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
    let mut headers: Vec<(String, String)> =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    let body = match String::from_utf8(response.body_mut().read_to_vec().unwrap()) {
        Ok(text) => text.replace(&id, "").into_bytes(),
        Err(packed) => packed.into_bytes(),
    };
    (response.status().as_u16(), headers, body)
}

fn operations(app: &App, name: &str) -> f64 {
    let metrics = app.get("/metrics").body_mut().read_to_string().unwrap();
    let line = format!("fundgraph_operations_total{{kind=\"query\",operation=\"{name}\",outcome=\"ok\"}} ");
    metrics.lines().find_map(|known| known.strip_prefix(&line)).map_or(0.0, |count| count.parse().unwrap())
}

#[test]
fn the_same_request_has_the_same_answer_until_something_is_written() {
    let app = App::seeded();
    let body = json!({ "query": TITLE, "variables": { "code": "RR.0147" } }).to_string();
    let first = parts(send(&app, &body, &[]));
    let ids: Vec<String> = (0..OFTEN)
        .map(|_| {
            let response = send(&app, &body, &[]);
            let id = header(response.headers(), "x-request-id").to_owned();
            assert_eq!(parts(response), first);
            id
        })
        .collect();
    assert_eq!(header(send(&app, &body, &[("X-Request-Id", "mine")]).headers(), "x-request-id"), "mine");
    assert!(ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1), "{ids:?}");
    assert_eq!(operations(&app, "Title"), (OFTEN + 2) as f64, "each is counted");
    app.write("mutation { upsertProject(input: { code: \"RR.0147\", title: \"Un autre titre\" }) { revision } }", json!({}));
    let answer: Value = serde_json::from_slice(&parts(send(&app, &body, &[])).2).unwrap();
    assert_eq!(answer["data"]["project"]["title"], "Un autre titre");
}

#[test]
fn whoever_asks_otherwise_gets_an_answer_of_their_own() {
    let app = App::seeded();
    let body = json!({ "query": "{ project(code: \"RR.0147\") { title region { name } memberStates { name } } }" }).to_string();
    let bearer = format!("Bearer {}", app.token());
    let read = app.write("mutation { createToken(input: { name: \"r\", scope: READ }) { secret } }", json!({}));
    let reader = format!("Bearer {}", read["createToken"]["secret"].as_str().unwrap());
    let callers: [&[(&str, &str)]; 6] = [
        &[],
        &[("Accept-Language", "en")],
        &[("Accept-Language", "es")],
        &[("Accept", "application/graphql-response+json")],
        &[("Authorization", &bearer)],
        &[("Authorization", &reader)],
    ];
    let firsts = callers.map(|headers| parts(send(&app, &body, headers)));
    for _ in 0..OFTEN {
        for (headers, first) in callers.iter().zip(&firsts) {
            assert_eq!(&parts(send(&app, &body, headers)), first, "{headers:?}");
        }
    }
    assert_ne!(firsts[0].2, firsts[1].2, "in English");
    assert_ne!(firsts[1].2, firsts[2].2, "in Spanish");
    assert_ne!(firsts[0].1, firsts[3].1, "in the other media type");
    let as_text = app.agent().post(app.url("/graphql")).header("Content-Type", "text/plain").send(body.as_str()).unwrap();
    assert_eq!(as_text.status(), 415);
    assert_eq!(send(&app, &body, &[("Authorization", "Bearer unknown")]).status(), 401);

    let gone = app.write("mutation { revokeToken(input: { name: \"r\" }) { errors { message } } }", json!({}));
    assert_eq!(gone["revokeToken"]["errors"], json!([]));
    assert_eq!(
        send(&app, &body, &[("Authorization", &reader)]).status(),
        401,
        "a token that is gone opens nothing that is kept"
    );
}

#[test]
fn what_hangs_on_more_than_the_records_is_not_kept() {
    let app = App::seeded();
    let bearer = format!("Bearer {}", app.token());
    let names = |expected: Value| {
        let body = json!({ "query": "{ tokens { name } }" }).to_string();
        for _ in 0..OFTEN {
            let answer: Value = send(&app, &body, &[("Authorization", &bearer)]).body_mut().read_json().unwrap();
            assert_eq!(answer["data"]["tokens"], expected);
        }
        let by_get = app.agent().get(app.url("/graphql?query=%7Btokens%7Bname%7D%7D")).header("Authorization", &bearer);
        by_get.call().unwrap().headers()["etag"].to_str().unwrap().to_owned()
    };
    let tag = names(json!([]));
    app.write("mutation { createToken(input: { name: \"r\", scope: READ }) { secret } }", json!({}));
    names(json!([{ "name": "r" }]));
    let known = app.agent().get(app.url("/graphql?query=%7Btokens%7Bname%7D%7D")).header("If-None-Match", tag);
    assert_eq!(known.header("Authorization", &bearer).call().unwrap().status(), 200);

    let wrong = json!({ "query": "{ projects(first: 1000) { totalCount } }" }).to_string();
    let first = parts(send(&app, &wrong, &[]));
    (0..OFTEN).for_each(|_| assert_eq!(parts(send(&app, &wrong, &[])), first));
}

#[test]
fn an_answer_is_packed_for_who_takes_that() {
    let app = seeded(&["--kept-answers", "1000000"]);
    let body = json!({ "query": "{ projects { nodes { code title description } } }" }).to_string();
    let plain = parts(send(&app, &body, &[("Accept-Encoding", "identity")])).2;
    let mut packed = 0;
    for _ in 0..OFTEN {
        let request = app.agent().post(app.url("/graphql")).header("Content-Type", "application/json");
        let mut response = request.header("Accept-Encoding", "br;q=0.5, gzip").send(body.as_str()).unwrap();
        assert!(header(response.headers(), "vary").contains("accept-encoding"));
        let in_gzip = header(response.headers(), "content-encoding") == "gzip";
        let bytes = response.body_mut().read_to_vec().unwrap();
        let mut unpacked = Vec::new();
        match in_gzip {
            true => drop(GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).unwrap()),
            false => unpacked = bytes,
        }
        assert_eq!(unpacked, plain);
        packed += usize::from(in_gzip);
        assert_eq!(parts(send(&app, &body, &[("Accept-Encoding", "identity")])).2, plain);
    }
    assert!(packed > 0, "an answer that is kept is packed");
}

#[test]
fn answers_by_get_keep_their_tags() {
    let app = App::seeded();
    let path = "/graphql?query=%7BmemberState(code:%22GE%22)%7Bname%7D%7D";
    let first = parts(app.get(path));
    let tag = first.1.iter().find(|(name, _)| name == "etag").unwrap().1.clone();
    for _ in 0..OFTEN {
        assert_eq!(parts(app.get(path)), first);
        let known = app.agent().get(app.url(path)).header("If-None-Match", &tag).call().unwrap();
        assert_eq!(known.status(), 304);
    }
    let upgrade = app.agent().get(app.url(path)).header("Upgrade", "websocket").header("Connection", "upgrade").call().unwrap();
    assert_ne!(upgrade.status(), 200, "what asks for a socket is no question");
}

#[test]
fn what_is_kept_counts_toward_the_rate() {
    let app = seeded(&["--rate-limit", "7"]);
    let body = json!({ "query": "{ __typename }" }).to_string();
    for left in (0..7).rev() {
        let response = send(&app, &body, &[]);
        assert_eq!((response.status().as_u16(), header(response.headers(), "ratelimit-remaining")), (200, &*left.to_string()));
    }
    let refused = send(&app, &body, &[]);
    assert_eq!((refused.status().as_u16(), header(refused.headers(), "ratelimit-remaining")), (429, "0"));
    assert!(!header(refused.headers(), "access-control-allow-origin").is_empty(), "a refusal is told as all others are");
}

#[test]
fn a_text_is_learnt_by_its_hash_however_often_it_was_answered() {
    use sha2::{Digest, Sha256};

    let app = App::seeded();
    let hash: String = Sha256::digest(TITLE).iter().map(|byte| format!("{byte:02x}")).collect();
    let ask = |query: Option<&str>| {
        let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        app.post(&json!({ "query": query, "variables": { "code": "RR.0147" }, "extensions": extensions }), None)
    };
    let answer = app.post(&json!({ "query": TITLE, "variables": { "code": "RR.0147" } }), None);
    for _ in 0..OFTEN {
        assert_eq!(ask(Some(TITLE)), answer);
        assert_eq!(ask(None), answer);
    }
}

/// One step of a conversation.
#[derive(Debug, Clone)]
enum Step {
    Ask { question: usize, language: usize, token: bool, by_get: bool },
    Write(u8),
}

const QUESTIONS: [&str; 6] = [
    "{ projects { totalCount nodes { code title budget { amount } } } }",
    "query Q { memberState(code: \"GE\") { name projects { totalCount nodes { title } } news { nodes { title } } } }",
    "{ project(code: \"RR.0147\") { title history { totalCount } relatedProjects { edges { score } } } }",
    "{ search(text: \"migration\") { totalCount edges { score } } service { revision counts { kind count } } }",
    "{ project(code: \"RR.0147\") { title } nothing }",
    "{ projects(filter: { year: { gte: 2011, lt: 2020 } }, orderBy: [{ field: YEAR }]) { totalCount nodes { title year } } }",
];

#[test]
fn a_server_that_keeps_answers_says_what_one_says_that_keeps_none() {
    let keeping = |answers: &str, rows: &str| seeded(&["--kept-answers", answers, "--kept-rows", rows]);
    let (keeps, keeps_none) = (keeping("1000000", "1000000"), keeping("0", "0"));
    let (tight, keeps_rows) = (keeping("6000", "2000"), keeping("0", "1000000"));
    let ask = (0..QUESTIONS.len(), 0..3_usize, any::<bool>(), any::<bool>())
        .prop_map(|(question, language, token, by_get)| Step::Ask { question, language, token, by_get });
    let step = prop_oneof![12 => ask, 1 => any::<u8>().prop_map(Step::Write)];
    let mut runner = TestRunner::new(ProptestConfig { cases: 12, max_shrink_iters: 0, ..ProptestConfig::default() });
    let held = runner.run(&prop::collection::vec(step, 30..80), |steps| {
        for step in steps {
            let plainly = say(&keeps_none, &step);
            for app in [&keeps, &tight, &keeps_rows] {
                prop_assert_eq!(&say(app, &step), &plainly, "{:?}", step);
            }
        }
        Ok(())
    });
    held.unwrap();
}

/// What a server says to a step.
fn say(app: &App, step: &Step) -> (u16, Vec<(String, String)>, Vec<u8>) {
    match step {
        Step::Write(number) => {
            let query = "mutation($t: String!, $y: Int!) { upsertProject(input: { code: \"RR.0147\", title: $t, year: $y }) { errors { message } } }";
            let variables = json!({ "t": format!("Titre {number}"), "y": 2010 + i32::from(number % 3) });
            let body = json!({ "query": query, "variables": variables }).to_string();
            parts(send(app, &body, &[("Authorization", &format!("Bearer {}", app.token()))]))
        }
        Step::Ask { question, language, token, by_get } => {
            let language = [("Accept-Language", "fr"), ("Accept-Language", "en"), ("Accept", "*/*")][*language];
            let bearer = format!("Bearer {}", app.token());
            let authorization = ("Authorization", bearer.as_str());
            let mut headers = vec![language];
            headers.extend(token.then_some(authorization));
            if *by_get {
                let mut request = app.agent().get(app.url("/graphql")).query("query", QUESTIONS[*question]);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                return parts(request.call().unwrap());
            }
            parts(send(app, &json!({ "query": QUESTIONS[*question] }).to_string(), &headers))
        }
    }
}
