//! The disk is full, and later it is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, fundgraph};

const TOKEN: &str = "a token for a small disk";
const UPSERT: &str = "mutation($code: String!, $text: String!) { upsertProject(input: { code: $code, title: \"x\", description: $text }) { revision errors { message } } }";

/// Writes projects until one is refused. Answers the codes of those that were acknowledged, and the refusal.
fn write_until_refused(app: &App, name: &str) -> (BTreeSet<String>, Value) {
    let text = "Une phrase de plus. ".repeat(10_000);
    let mut acknowledged = BTreeSet::new();
    for number in 0..2_000 {
        let code = format!("{name}.{number:04}");
        let answer = write(app, &code, &text);
        match answer.get("errors") {
            Some(errors) => return (acknowledged, errors[0].clone()),
            None => drop(acknowledged.insert(code)),
        }
    }
    panic!("400 MB fit on the small disk");
}

/// Writes small projects until one is accepted, and answers its code. A store that was full in the middle of a write is opened again
/// behind the writer, as soon as it has rested from its last try.
fn write_until_accepted(app: &App, name: &str) -> String {
    let mut codes = (0..).map(|number| format!("{name}.{number}"));
    codes.find(|code| write(app, code, "x").get("errors").is_none()).unwrap()
}

fn write(app: &App, code: &str, text: &str) -> Value {
    app.post(&json!({ "query": UPSERT, "variables": { "code": code, "text": text } }), Some(TOKEN))
}

/// The codes of all projects, page by page, as the server has them.
fn there(app: &App) -> BTreeSet<String> {
    let (mut codes, mut after) = (BTreeSet::new(), Value::Null);
    loop {
        let query = "query($after: Cursor) { projects(first: 100, after: $after) { nodes { code } pageInfo { hasNextPage endCursor } } }";
        let answer = app.post(&json!({ "query": query, "variables": { "after": after } }), None);
        let page = &answer["data"]["projects"];
        codes.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["code"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            return codes;
        }
    }
}

/// What must hold while there is no room: everything acknowledged is there, and the log can be read.
fn reading_goes_on(app: &App, acknowledged: &BTreeSet<String>) {
    records_are_there(app, acknowledged);
    let log = app.ask("{ changes(first: 1) { edges { node { action } } } }");
    assert_eq!(log["changes"]["edges"][0]["node"]["action"], "CREATED");
}

/// What must hold also while sled, which a write broke off in, reads no more of the disk: until there is room to open it again.
fn records_are_there(app: &App, acknowledged: &BTreeSet<String>) {
    assert_eq!(there(app), *acknowledged);
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], acknowledged.len());
}

/// A disk of its own under a folder, as long as the process that a command starts goes on; none where no disk may be mounted.
fn small_disk() -> Option<Command> {
    let unshare = ["--user", "--map-root-user", "--mount"];
    let allowed = Command::new("unshare").args(unshare).args(["mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut disk = Command::new("unshare");
    // The options of the server follow: the folder comes after its own `--data`, the sixth word.
    let script = "mkdir -p \"$6\" && mount -t tmpfs -o size=64m none \"$6\" && exec \"$0\" \"$@\"";
    disk.args(unshare).args(["sh", "-c", script, env!("CARGO_BIN_EXE_fundgraph")]).env("FUNDGRAPH_ADMIN_TOKEN", TOKEN);
    Some(disk)
}

/// The data folder as the server sees it.
fn seen_by(app: &App) -> PathBuf {
    Path::new("/proc").join(app.process().to_string()).join("root").join(app.data().strip_prefix("/").unwrap())
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room_again() {
    // Where nothing may be mounted, the other test tells the same of a file that may not grow.
    let Some(disk) = small_disk() else { return };
    let app = App::launch(disk, &Arc::new(tempfile::tempdir().unwrap()), &["--no-seed"]);
    let filler = seen_by(&app).join("filler");
    fs::write(&filler, vec![7; 20 << 20]).unwrap();
    let (mut acknowledged, refusal) = write_until_refused(&app, "A");
    assert_eq!(refusal["extensions"]["code"], "STORAGE_FULL", "{refusal}");
    assert!(refusal["message"].as_str().unwrap().contains("make room"), "{refusal}");
    reading_goes_on(&app, &acknowledged);
    assert_eq!(write(&app, "B.0", &"x".repeat(400_000))["errors"][0]["extensions"]["code"], "STORAGE_FULL");

    fs::remove_file(&filler).unwrap();
    acknowledged.insert(write_until_accepted(&app, "B"));
    reading_goes_on(&app, &acknowledged);
}

#[test]
fn a_write_that_the_disk_breaks_off_leaves_nothing_and_is_followed_by_others() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    // No file may grow over a limit, and whoever tries is told so.
    let mut limited = Command::new("sh");
    let script = "trap \'\' XFSZ; exec prlimit --fsize=6000000: \"$0\" \"$@\"";
    limited.args(["-c", script, env!("CARGO_BIN_EXE_fundgraph")]).env("FUNDGRAPH_ADMIN_TOKEN", TOKEN);
    let app = App::launch(limited, &folder, &["--no-seed"]);
    let (mut acknowledged, refusal) = write_until_refused(&app, "A");
    assert_eq!(refusal["extensions"]["code"], "STORAGE_FULL", "{refusal}");
    records_are_there(&app, &acknowledged);
    for number in 0..20 {
        let again = write(&app, &format!("B.{number}"), &"x".repeat(1_000_000));
        assert_eq!(again["errors"][0]["extensions"]["code"], "STORAGE_FULL", "{again}\n{}", app.log());
    }
    records_are_there(&app, &acknowledged);

    let process = app.process().to_string();
    assert!(Command::new("prlimit").args(["--pid", &process, "--fsize=unlimited:"]).status().unwrap().success());
    acknowledged.insert(write_until_accepted(&app, "C"));
    reading_goes_on(&app, &acknowledged);
    let app = app.killed_and_started_again();
    reading_goes_on(&app, &acknowledged);
    let data = app.data();
    drop(app);
    let verified = fundgraph(["verify", "--data", data.to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
