//! Documents to a server, by the mutation that takes them.

use anyhow::Result;
use serde_json::{Value, json};

use super::files::Named;
use super::progress::Progress;
use super::server::Remote;
use crate::documents;

/// How many documents and bytes of them go at once.
const AT_ONCE: usize = 50;
const BYTES_AT_ONCE: usize = 4 << 20;

const SEED: &str = "mutation($documents: [DocumentInput!]!) { seedDocuments(input: { documents: $documents }) {
    documents { name outcome warnings { code field message } error { message } } errors { message } } }";

/// Sends documents, says what became of each, and answers whether all of them could be stored.
pub(super) fn documents(remote: &Remote, files: Vec<Named>) -> Result<bool> {
    if files.is_empty() {
        return Ok(true);
    }
    let mut progress = Progress::start("Sending documents", files.len());
    let (mut waiting, mut bytes) = (Vec::new(), 0);
    let (mut all, mut stored, mut refused) = (files.len(), 0, 0);
    let mut files = files.into_iter().peekable();
    while let Some(Named { path, name }) = files.next() {
        progress.step();
        let read = std::fs::read(&path).map_err(|error| format!("the file cannot be read: {error}"));
        match read.and_then(|bytes| documents::decode(&bytes).map(str::to_owned).map_err(|error| error.to_string())) {
            Ok(text) => {
                bytes += text.len();
                waiting.push(json!({ "name": name, "text": text }));
            }
            Err(why) => {
                eprintln!("refused  {name}: {why}");
                refused += 1;
            }
        }
        if waiting.len() == AT_ONCE || bytes >= BYTES_AT_ONCE || files.peek().is_none() && !waiting.is_empty() {
            let request = json!({ "query": SEED, "variables": { "documents": std::mem::take(&mut waiting) } });
            bytes = 0;
            let (new, bad) = told(&remote.ask(&request)?["seedDocuments"]);
            stored += new;
            refused += bad;
        }
    }
    progress.finish();
    all -= refused;
    println!("Sent {all} documents, {stored} of them new to their records; {refused} refused");
    Ok(refused == 0)
}

/// Says what became of some documents; how many changed a record, and how many were refused.
fn told(payload: &Value) -> (usize, usize) {
    let (mut stored, mut refused) = (0, 0);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for document in payload["documents"].as_array().into_iter().flatten() {
        let name = text(&document["name"]);
        match document["outcome"].as_str().unwrap_or_default() {
            "REFUSED" => {
                refused += 1;
                eprintln!("refused  {name}: {}", text(&document["error"]["message"]));
            }
            "UNCHANGED" => {}
            _ => stored += 1,
        }
        for warning in document["warnings"].as_array().into_iter().flatten() {
            let field = warning["field"].as_str().map_or(String::new(), |field| format!(" {field}"));
            eprintln!("warning  {name}: {}{field}: {}", text(&warning["code"]), text(&warning["message"]));
        }
    }
    for error in payload["errors"].as_array().into_iter().flatten() {
        eprintln!("refused  {}", text(&error["message"]));
    }
    (stored, refused)
}
