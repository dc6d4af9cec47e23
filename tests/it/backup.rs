//! An operator takes everything along, and brings it back.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, fundgraph};

const EVERYTHING: &str = "{ projects { nodes { id title revision updatedAt warnings { code } sources { sha256 readAt text } } }
    memberStates { nodes { id name } } regions { id name } news { nodes { id body contacts { id } } } contacts { nodes { id phones } }
    changes { edges { cursor node { action actor at nodeId } } } service { revision } }";

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_backup_of_a_server_at_work_is_restored_to_the_same_answers() {
    let mut app = App::seeded();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let [online, named, offline] = ["online", "named", "offline"].map(|name| folder.path().join(name));
    let (data, data_again) = (app.data(), folder.path().join("data"));
    let before = app.ask(EVERYTHING);

    // The server goes on writing while its backups are made.
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for number in 0..40 {
                let upsert = "mutation($c: String!) { upsertProject(input: { code: $c, title: \"Autre\" }) { revision } }";
                app.write(upsert, json!({ "c": format!("LATER.{number}") }));
            }
        });
        let summary = said(&fundgraph(["backup", "--data", path(&data), path(&online)]));
        assert!(summary.contains("revision "), "{summary}");
        writing.join().unwrap();
    });
    let after = app.ask(EVERYTHING);
    let token = folder.path().join("token");
    fs::write(&token, app.token()).unwrap();
    said(&fundgraph(["backup", "--server", &app.url("/"), "--token-file", path(&token), path(&named)]));
    assert!(app.stop("TERM").success());
    said(&fundgraph(["backup", "--data", path(&data), path(&offline)]));
    assert_eq!(fs::read(&named).unwrap(), fs::read(&offline).unwrap(), "one revision makes one file");
    assert!(said(&fundgraph(["verify", "--backup", path(&offline)])).contains("revision 41"));

    said(&fundgraph(["restore", "--data", path(&data_again), path(&offline)]));
    assert!(said(&fundgraph(["verify", "--data", path(&data_again)])).contains("no damage"));
    let again = App::start(&folder, &["--no-seed"]);
    assert_eq!(again.ask(EVERYTHING), after);
    assert!(refused(&fundgraph(["restore", "--data", path(&data_again), path(&offline)])).contains("is not empty"));

    // One that was made in the middle of writing is some revision of it, whole.
    let middle = tempfile::tempdir().unwrap();
    let folder = Arc::new(middle);
    said(&fundgraph(["restore", "--data", path(&folder.path().join("data")), path(&online)]));
    let again = App::start(&folder, &["--no-seed"]);
    let codes = again.ask("{ service { revision } projects(first: 100) { nodes { code } } }");
    let later = codes["service"]["revision"].as_u64().unwrap() - 1;
    assert_eq!(codes["projects"]["nodes"].as_array().unwrap().len() as u64, 4 + later);
    assert_eq!(again.ask("{ news { nodes { id body } } }")["news"]["nodes"][0]["body"], before["news"]["nodes"][0]["body"]);
}

#[test]
fn only_an_operator_gets_a_backup() {
    let app = App::seeded();
    let output = fundgraph(["token", "create", "--name", "ministry", "--data", path(&app.data())]);
    let seeding = said(&output).trim().to_owned();
    let mut anonymous = app.get("/backup");
    assert_eq!(anonymous.status(), 401);
    let refusal: Value = anonymous.body_mut().read_json().unwrap();
    assert_eq!(refusal["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let file = tempfile::tempdir().unwrap().path().join("file");
    let error = refused(&fundgraph(["backup", "--server", &app.url(""), "--token", &seeding, path(&file)]));
    assert!(error.contains("the token “ministry” has the scope seed"), "{error}");
    assert!(!file.exists());
}

#[test]
fn damage_is_found_and_said() {
    let mut app = App::seeded();
    let (data, folder) = (app.data(), tempfile::tempdir().unwrap());
    let file = folder.path().join("file");
    assert!(refused(&fundgraph(["verify", "--data", path(&data)])).contains("another process has the data folder"));
    assert!(app.stop("TERM").success());
    let looked_at = said(&fundgraph(["verify", "--data", path(&data)]));
    for line in ["no damage", "log        revision 1 to 1", "records    11, in 11 versions", "documents  5", "links      "] {
        assert!(looked_at.contains(line), "{looked_at}");
    }
    said(&fundgraph(["backup", "--data", path(&data), path(&file)]));

    let nowhere = folder.path().join("nowhere");
    assert!(refused(&fundgraph(["verify", "--data", path(&nowhere)])).contains("there is no store"));
    assert!(refused(&fundgraph(["backup", "--data", path(&nowhere), path(&file)])).contains("there is no store"));
    assert!(!nowhere.exists(), "nothing is made");

    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&file, &bytes).unwrap();
    assert!(refused(&fundgraph(["verify", "--backup", path(&file)])).contains("the backup is damaged"));
    assert!(refused(&fundgraph(["restore", "--data", path(&nowhere), path(&file)])).contains("the backup is damaged"));
    assert!(!nowhere.exists(), "nothing is left of it");

    let db = data.join("store/db");
    let mut bytes = fs::read(&db).unwrap();
    for byte in bytes.iter_mut().skip(2_000).step_by(997) {
        *byte ^= 0x55;
    }
    fs::write(&db, bytes).unwrap();
    assert!(refused(&fundgraph(["verify", "--data", path(&data)])).contains("is damaged"));
}

#[test]
fn old_versions_go_where_an_operator_wants_it() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut app = App::start(&folder, &["--no-seed"]);
    let write = |app: &App, number: usize| {
        let upsert = "mutation($t: String!) { upsertProject(input: { code: \"X.1\", title: $t }) { revision } }";
        app.write(upsert, json!({ "t": format!("Titre {number}") }));
    };
    (0..6).for_each(|number| write(&app, number));
    assert!(app.stop("TERM").success());
    let versions = |data: &Path| said(&fundgraph(["verify", "--data", path(data)]));
    assert!(versions(&app.data()).contains("records    1, in 6 versions"));
    let mut app = App::start(&folder, &["--no-seed", "--keep-versions", "3"]);
    (6..10).for_each(|number| write(&app, number));
    let listed = app.ask("{ project(code: \"X.1\") { title } changes { edges { node { action } } } }");
    assert_eq!(listed["project"]["title"], "Titre 9");
    assert_eq!(listed["changes"]["edges"].as_array().unwrap().len(), 10, "the log stays whole");
    // Dropping waits for no disk: what a kill undoes is done at the next start.
    app = app.killed_and_started_again();
    assert!(app.stop("TERM").success());
    let mut app = App::start(&folder, &["--no-seed", "--keep-versions", "3"]);
    assert!(app.stop("TERM").success());
    let looked_at = versions(&app.data());
    assert!(looked_at.contains("records    1, in 3 versions") && looked_at.contains("dropped    7 older"), "{looked_at}");
    let refused = fundgraph(["--keep-versions", "0", "--data", path(&app.data())]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--keep-versions"));
}
