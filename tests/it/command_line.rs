//! Documents, records and tokens from the command line.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, fundgraph, seeds};

#[test]
fn inspect_prints_one_line_a_document_and_stores_nothing() {
    let output = fundgraph([Path::new("inspect"), &seeds()]);
    assert!(output.status.success());
    let lines: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    let keys = [
        "body",
        "budgetUsd",
        "code",
        "contacts",
        "coverage",
        "endDate",
        "file",
        "kind",
        "language",
        "memberStates",
        "place",
        "primaId",
        "publishedOn",
        "region",
        "startDate",
        "status",
        "title",
        "type",
        "typeCode",
        "warnings",
        "year",
    ];
    for line in &lines {
        let mut found: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, keys);
    }
    let news = lines.iter().find(|line| line["kind"] != "PROJECT").unwrap();
    assert_eq!(
        news["contacts"],
        json!([{ "name": "Ana Kakushadze", "email": "akakushadze@iom.int", "phones": ["+995322252216"], "office": null }])
    );
    assert_eq!((&news["place"], &news["memberStates"]), (&json!("Tbilisi"), &json!(["GE"])));
    let pilot = lines.iter().find(|line| line["code"] == "RR.0147").unwrap();
    assert_eq!(
        (&pilot["language"], &pilot["startDate"], &pilot["budgetUsd"]),
        (&json!("FR"), &json!("2020"), &json!("300000.00"))
    );
}

/// A folder of good and bad documents.
fn mixed(folder: &Path) {
    fs::copy(seeds().join("project-LM.0024.fr.txt"), folder.join("good.txt")).unwrap();
    fs::write(folder.join("empty.txt"), "").unwrap();
    fs::write(folder.join("latin1.txt"), b"Projet pilote en G\xe9orgie\n").unwrap();
    fs::write(folder.join("binary.txt"), b"\x7fELF\x02\x01\x01\x00\x00\x00").unwrap();
    fs::write(folder.join("shopping.txt"), "milk\nbread\n").unwrap();
    // 100 MB without a byte on disk.
    fs::File::create(folder.join("huge.txt")).unwrap().set_len(100 << 20).unwrap();
}

#[test]
fn a_bad_document_is_named_with_the_reason_and_stops_no_other() {
    let documents = tempfile::tempdir().unwrap();
    mixed(documents.path());
    let reasons = [
        ("binary.txt", "binary"),
        ("empty.txt", "empty"),
        ("huge.txt", "104857600 bytes"),
        ("latin1.txt", "not UTF-8"),
        ("shopping.txt", "neither a project"),
    ];

    let output = fundgraph([Path::new("inspect"), documents.path()]);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (name, reason) in reasons {
        let line = lines.iter().find(|line| line["file"].as_str().unwrap().ends_with(name)).unwrap();
        assert!(line["error"].as_str().unwrap().contains(reason), "{line}");
    }

    let data = Arc::new(tempfile::tempdir().unwrap());
    let folder = data.path().join("data");
    let output = fundgraph([Path::new("seed"), Path::new("--data"), &folder, documents.path()]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    for (name, reason) in reasons {
        assert!(errors.lines().any(|line| line.contains(name) && line.contains(reason)), "{name}: {errors}");
    }
    let app = App::start(&data, &["--no-seed"]);
    assert_eq!(app.ask("{ projects { nodes { code } } }"), json!({ "projects": { "nodes": [{ "code": "LM.0024" }] } }));
}

#[test]
fn records_come_as_lines_of_json_whole_or_not_at_all() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (data, records) = (folder.path().join("data"), folder.path().join("records.ndjson"));
    let seed = || fundgraph([Path::new("seed"), Path::new("--data"), &data, &records]);

    let project = r#"{"project": {"code": "X.1", "title": "Un", "memberStates": ["KE"]}}"#;
    fs::write(&records, format!("{project}\n\n{{\"memberState\": {{\"code\": \"ZZ\"}}}}\n")).unwrap();
    let refused = String::from_utf8(seed().stderr).unwrap();
    assert!(refused.contains("refused  records.ndjson, line 3: “ZZ” is not an ISO 3166-1 code"), "{refused}");
    assert!(refused.contains("refused  records.ndjson, line 1: there is no MemberState KE"), "{refused}");
    for (line, reason) in
        [("{", "EOF"), ("{\"projekt\": {}}", "line 1: not a record"), ("{\"project\": {\"title\": \"X\"}}", "code")]
    {
        fs::write(&records, line).unwrap();
        let output = seed();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains(reason), "{line}");
    }

    fs::write(&records, format!("{project}\n{{\"memberState\": {{\"code\": \"KE\"}}}}\n")).unwrap();
    let output = seed();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("1 project, 1 member state, 1 region stored as revision 1"));
    let app = App::start(&folder, &["--no-seed"]);
    assert_eq!(app.ask("{ projects { nodes { code } } }")["projects"]["nodes"], json!([{ "code": "X.1" }]));
}

#[test]
fn a_bad_file_of_records_or_a_link_to_nowhere_stops_no_other() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (data, seed) = (folder.path().join("data"), folder.path().join("seed"));
    fs::create_dir(&seed).unwrap();
    fs::write(seed.join("a.ndjson"), "{\"project\": {\"code\": \"X.1\", \"title\": \"X\", \"memberStates\": [\"KE\"]}}")
        .unwrap();
    fs::write(seed.join("b.ndjson"), b"\xff\xfe").unwrap();
    fs::write(seed.join("c.ndjson"), "\u{feff}{\"memberState\": {\"code\": \"KE\"}}").unwrap();
    // A page whose contact has an office longer than a key has room for.
    let news = fs::read_to_string(seeds().join("news-georgie-migration-developpement-rural.fr.txt")).unwrap();
    let office = format!("Ana Kakushadze, {}", "Bureau ".repeat(90));
    fs::write(seed.join("long.txt"), news.replace("Ana Kakushadze", &office).replace(". Email : akakushadze@iom.int", ""))
        .unwrap();
    std::os::unix::fs::symlink("/nowhere", seed.join("d.txt")).unwrap();
    fs::create_dir(seed.join("more")).unwrap();
    fs::copy(seeds().join("project-LM.0024.fr.txt"), seed.join("more/e.txt")).unwrap();

    // The first start says so and serves what there is; the next does not try again.
    for greeting in ["1 member state, 1 region stored as revision 1", ""] {
        let mut app = App::start(&folder, &["--seed", seed.to_str().unwrap()]);
        assert!(
            app.greeting.contains(greeting) && (!greeting.is_empty() || !app.greeting.contains("Read ")),
            "{}",
            app.greeting
        );
        assert_eq!(
            app.ask("{ projects { nodes { code } } memberState(code: \"KE\") { code } }"),
            json!({ "projects": { "nodes": [{ "code": "LM.0024" }] }, "memberState": { "code": "KE" } })
        );
        assert!(app.stop("TERM").success());
    }
    let output = fundgraph([Path::new("seed"), Path::new("--data"), &data, &seed]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("refused  b.ndjson: the file cannot be read as text"), "{errors}");
    assert!(errors.contains("refused  d.txt: the file cannot be read"), "{errors}");
}

#[test]
fn a_token_made_while_the_server_runs_opens_until_it_is_revoked() {
    let app = App::empty();
    let data = app.data();
    let token = |arguments: &[&str]| {
        let output = fundgraph(["token"].iter().chain(arguments).chain(&["--data", data.to_str().unwrap()]));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let body = json!({ "query": "mutation { upsertMemberState(input: { code: \"KE\" }) { changes { actor } } }" });
    let seeding = token(&["create", "--name", "ministry", "--expires", "90d"]);
    assert_eq!(app.post(&body, Some(&seeding))["data"]["upsertMemberState"]["changes"][0]["actor"], "ministry");
    let reading = token(&["create", "--name", "reader", "--scope", "read"]);
    assert_eq!(app.post(&body, Some(&reading))["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let list = token(&["list"]);
    assert!(list.contains("ministry\tseed") && list.contains("reader\tread") && !list.contains(&seeding), "{list}");
    token(&["revoke", "ministry"]);
    assert_eq!(app.post(&body, Some(&seeding))["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

#[test]
fn help_says_what_there_is() {
    let help = String::from_utf8(fundgraph(["--help"]).stdout).unwrap();
    for word in [
        "serve",
        "seed",
        "inspect",
        "schema",
        "token",
        "--data",
        "FUNDGRAPH_DATA",
        "--listen",
        "FUNDGRAPH_LISTEN",
        "--no-seed",
        "FUNDGRAPH_NO_SEED",
    ] {
        assert!(help.contains(word), "{word} is not in\n{help}");
    }
}
