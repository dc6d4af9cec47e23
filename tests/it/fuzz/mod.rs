//! Whatever comes over the wire is answered, with data or with an error that says what is wrong: never by a bug, never by silence.
//!
//! Each target runs a bounded number of cases, `PROPTEST_CASES` of them where that is set: `cargo test fuzz::`.

mod arguments;
mod cursors;
mod parameters;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use ureq::Body;
use ureq::http::Response;

use crate::app::App;

/// The longest answer to a request that asks for next to nothing, in bytes.
const LONGEST: usize = 64 << 10;

/// Runs a property on what a strategy makes.
fn check<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S::Value: std::fmt::Debug,
{
    let config = Config { failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(strategy, property).unwrap_or_else(|failure| panic!("{failure}"));
}

/// An answer in JSON that is no bug of ours; each of its errors has a code and a message.
fn sound(mut response: Response<Body>) -> Result<Value, TestCaseError> {
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(status < 500, "{status}: {text}");
    prop_assert!(text.len() <= LONGEST, "{} bytes", text.len());
    let answer: Value = serde_json::from_str(&text).map_err(|_| TestCaseError::fail(format!("{status}: {text}")))?;
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    prop_assert!(answer.get("data").is_some() || !errors.is_empty(), "neither data nor errors: {answer}");
    for error in errors {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        prop_assert!(!code.is_empty() && code != "INTERNAL", "{answer}");
        prop_assert!(!error["message"].as_str().unwrap_or_default().is_empty(), "{answer}");
    }
    Ok(answer)
}

/// The answer to a query with variables.
fn asked(app: &App, query: &str, variables: &Value) -> Result<Value, TestCaseError> {
    let request = app.agent().post(app.url("/graphql"));
    let response = request.send_json(json!({ "query": query, "variables": variables }));
    sound(response.map_err(|error| TestCaseError::fail(error.to_string()))?)
}
