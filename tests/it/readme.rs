//! Every example of the README, run as it is printed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::app::{App, command, seeds};

/// A fenced block: its language, its text, and the answer that follows it.
struct Example {
    language: String,
    text: String,
    answer: Option<Value>,
}

fn examples() -> Vec<Example> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut examples: Vec<Example> = Vec::new();
    for block in readme.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        match language {
            "json" => examples.last_mut().unwrap().answer = Some(serde_json::from_str(text).unwrap()),
            _ => examples.push(Example { language: language.to_owned(), text: text.trim().to_owned(), answer: None }),
        }
    }
    examples
}

#[test]
fn every_query_gets_the_printed_answer() {
    let app = App::seeded();
    let queries: Vec<_> = examples().into_iter().filter(|example| example.language == "graphql").collect();
    assert!(!queries.is_empty());
    for Example { text, answer, .. } in queries {
        assert_eq!(printed(app.post(&json!({ "query": text }), None)), answer.expect("an answer follows"), "{text}");
    }
}

#[test]
fn every_command_does_what_is_said() {
    let app = App::seeded();
    let mut commands = 0;
    for Example { language, text, answer } in examples() {
        if language != "sh" {
            continue;
        }
        commands += 1;
        let text = text.replace("http://127.0.0.1:8080", &app.url("")).replace("$(cat data/admin.token)", &app.token());
        let words = shlex::split(&text).unwrap();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cargo", "test"] | ["cargo", "run", "--release"] => {}
            ["cargo", "run", "--release", "--", arguments @ ..] => {
                let folder = tempfile::tempdir().unwrap();
                let root = seeds().parent().unwrap().to_owned();
                let output = command().args(arguments).current_dir(root).env("FUNDGRAPH_DATA", folder.path()).output().unwrap();
                assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
                assert!(!output.stdout.is_empty(), "{text}");
            }
            ["curl", url, options @ ..] => assert_eq!(Some(printed(curl(&app, url, options))), answer, "{text}"),
            _ => panic!("nothing runs this: {text}"),
        }
    }
    assert_eq!(commands, 7, "of the README's commands");
}

/// An answer as the README prints it: it says once what each answer costs, and not under each.
fn printed(mut answer: Value) -> Value {
    let extensions = answer.as_object_mut().unwrap().remove("extensions").unwrap();
    assert!(extensions["cost"]["requested"].is_u64(), "{extensions}");
    answer
}

/// What curl would get.
fn curl(app: &App, url: &str, options: &[&str]) -> Value {
    let mut request = app.agent().post(url);
    let mut body = "";
    for option in options.chunks(2) {
        match option {
            ["-H", header] => {
                let (name, value) = header.split_once(": ").unwrap();
                request = request.header(name, value);
            }
            ["-d", data] => body = data,
            _ => panic!("curl's option {option:?} is not known here"),
        }
    }
    request.send(body).unwrap().body_mut().read_json().unwrap()
}

#[test]
fn the_test_command_is_the_one_that_is_checked_before_every_landing() {
    let check = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).unwrap();
    assert!(examples().iter().any(|example| example.text == "cargo test"));
    assert!(check.lines().any(|line| line.trim() == "cargo test"));
}

#[test]
fn the_queries_of_the_start_page_are_answered_in_full() {
    let app = App::seeded();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/start_page/examples");
    let mut asked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let query = fs::read_to_string(entry.unwrap().path()).unwrap();
        let answer = app.ask(&query);
        assert!(answer.to_string().contains("Géorgie"), "{query}\n{answer}");
        asked += 1;
    }
    assert_eq!(asked, 3);
}
