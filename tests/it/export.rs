//! A partner takes whole lists as files.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, fundgraph};

/// What the API tells of all records, but for when and as which revision they were stored.
const RECORDS: &str = "{ projects { nodes { id code primaId languages fr: title(language: FR) en: title(language: EN) description type { code label }
        status coverage budget { amount currency } year startDate { text } endDate { text } memberStates { code } unrecognizedStates
        warnings { code field message } sources { document sha256 language url readAt text } } }
    memberStates { nodes { id fr: name(language: FR) en: name(language: EN) region { code } } } regions { id name(language: ES) }
    news { nodes { id title body place publishedOn { text } memberStates { code } contacts { id } sources { sha256 text } } }
    contacts { nodes { id name email phones office } } }";

fn text(app: &App, path: &str) -> String {
    let mut answer = app.get(path);
    assert_eq!(answer.status(), 200, "{path}");
    answer.body_mut().read_to_string().unwrap()
}

/// A server with all kinds of records, written by documents and by hand.
fn edited() -> App {
    let app = App::seeded();
    let write = |mutation: &str| app.write(&format!("mutation {{ {mutation} {{ errors {{ message }} }} }}"), json!({}));
    write(
        "upsertProject(input: { code: \"TC4-805\", language: EN, title: \"=Guidance, \\\"training\\\"\", budget: { amount: \"41000\" } })",
    );
    write("upsertMemberState(input: { code: \"GE\", language: EN, name: \"Georgia (the country)\" })");
    write("upsertMemberState(input: { code: \"KE\", region: null })");
    write("upsertRegion(input: { code: EUROPE, language: ES, name: \"Europa entera\" })");
    write("upsertContact(input: { name: \"Bureau de Dakar\", office: \"Dakar\", phones: [\"+221 33\"] })");
    app
}

#[test]
fn an_export_seeds_an_empty_folder_to_the_same_records() {
    let app = edited();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let (file, data) = (folder.path().join("all.ndjson"), folder.path().join("data"));
    let exported = text(&app, "/export/all.ndjson");
    let by_command = fundgraph(["export", "--data", app.data().to_str().unwrap(), "--out", file.to_str().unwrap()]);
    assert!(by_command.status.success(), "{}", String::from_utf8_lossy(&by_command.stderr));
    assert_eq!(fs::read_to_string(&file).unwrap(), exported);

    let seeded = fundgraph(["seed", "--data", data.to_str().unwrap(), file.to_str().unwrap()]);
    assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
    let offline = fundgraph(["export", "--data", data.to_str().unwrap()]);
    assert_eq!(String::from_utf8(offline.stdout).unwrap(), exported);
    let again = App::start(&folder, &["--no-seed"]);
    assert_eq!(again.ask(RECORDS), app.ask(RECORDS));

    // Its documents came along: a newer page of a project is merged with the one that was there.
    let page = fs::read_to_string(crate::app::seeds().join("project-RR.0147.fr.txt")).unwrap() + "\nUn paragraphe de plus.";
    let seed = "mutation($t: String!) { seedDocuments(input: { documents: [{ name: \"b.txt\", text: $t }] }) { documents { outcome } } }";
    assert_eq!(again.write(seed, json!({ "t": page }))["seedDocuments"]["documents"][0]["outcome"], "UPDATED");
    let sources = again.ask("{ project(code: \"RR.0147\") { sources { document } } }");
    assert_eq!(sources["project"]["sources"].as_array().unwrap().len(), 2);
}

#[test]
fn a_list_is_filtered_as_in_a_query() {
    let app = edited();
    let codes = |lines: &str| -> Vec<String> {
        let code = |line: &str| serde_json::from_str::<Value>(line).unwrap()["project"]["code"].as_str().unwrap().to_owned();
        lines.lines().map(code).collect()
    };
    assert_eq!(codes(&text(&app, "/export/projects.ndjson")), ["LM.0024", "RR.0005", "RR.0147", "TC4-805"]);
    let filter = "%7B%22memberState%22%3A%7B%22eq%22%3A%22GEO%22%7D%2C%22year%22%3A%7B%22isNull%22%3Atrue%7D%7D";
    assert_eq!(codes(&text(&app, &format!("/export/projects.ndjson?filter={filter}"))), ["LM.0024", "TC4-805"]);
    let texts = text(&app, "/export/projects.ndjson?filter=%7B%22text%22%3A%22microcr%C3%A9dit%22%7D");
    assert_eq!(codes(&texts), ["TC4-805"]);
    assert_eq!(text(&app, "/export/news.ndjson").lines().count(), 1);
    assert_eq!(text(&app, "/export/news.ndjson?filter=%7B%22memberState%22%3A%7B%22eq%22%3A%22KE%22%7D%7D"), "");
    for (path, status, message) in [
        ("/export/projects.ndjson?filter=%7B", 400, "the filter is not one of this list: EOF"),
        ("/export/projects.ndjson?filter=%7B%22colour%22%3A1%7D", 400, "colour"),
        ("/export/contacts.csv?filter=%7B%7D", 400, "only projects and news can be filtered"),
        ("/export/all.csv", 400, "has no columns"),
        ("/export/projects.xlsx", 404, "there is no export “.xlsx”"),
        ("/export/money.csv", 404, "there is no export “money”"),
        ("/export/projects.csv?language=de", 400, "there is no language “de”"),
        ("/export/projects.csv?lang=fr", 400, "there is no parameter `lang`"),
    ] {
        let mut answer = app.get(path);
        assert_eq!(answer.status(), status, "{path}");
        let error: Value = answer.body_mut().read_json().unwrap();
        assert!(error["errors"][0]["message"].as_str().unwrap().contains(message), "{path}: {error}");
    }
}

/// The rows of a table, by the rules of RFC 4180.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_table_has_a_header_labels_in_the_asked_language_and_no_formulas() {
    let app = edited();
    let csv = text(&app, "/export/projects.csv?language=en");
    assert!(csv.starts_with("\"code\",\"primaId\",\"title\",") && csv.ends_with("\"\r\n"), "{csv}");
    let rows = table(&csv);
    assert_eq!(rows.len(), 5);
    let cell = |code: &str, name: &str| {
        let column = rows[0].iter().position(|cell| cell == name).unwrap();
        rows.iter().find(|row| row[0] == code).unwrap()[column].clone()
    };
    assert_eq!(cell("TC4-805", "title"), "'=Guidance, \"training\"");
    assert_eq!(cell("TC4-805", "budget"), "41000.00");
    assert_eq!((cell("RR.0147", "status"), cell("RR.0147", "statusLabel")), ("COMPLETED".into(), "Completed".into()));
    assert_eq!(cell("RR.0147", "memberStateNames"), "Georgia (the country)");
    assert_eq!(cell("RR.0147", "regionName"), "Europe");
    assert!(cell("RR.0147", "description").contains('\n'), "a text of several lines stays in its cell");
    assert_eq!(cell("LM.0024", "typeLabel"), "Labour Migration");
    let french = table(&text(&app, "/export/projects.csv?language=FR"));
    assert!(french[1].contains(&"Achevé".to_owned()) && french[1].contains(&"Migration de main-d’œuvre".to_owned()));

    let contacts = table(&text(&app, "/export/contacts.csv"));
    assert_eq!(contacts[0][..4], ["name", "email", "phones", "office"]);
    assert!(contacts.iter().any(|row| row[..4] == ["Bureau de Dakar", "", "'+221 33", "Dakar"]), "{contacts:?}");
    let states = table(&text(&app, "/export/member-states.csv?language=es"));
    assert!(states.iter().any(|row| row[..5] == ["GE", "GEO", "Georgia", "EUROPE", "Europa entera"]), "{states:?}");
    assert_eq!(
        table(&text(&app, "/export/news.csv"))[1][0],
        "la-georgie-porte-un-nouveau-regard-sur-la-migration-et-le-developpement-rural"
    );
    assert_eq!(app.get("/export/news.csv").headers()["content-type"], "text/csv; charset=utf-8; header=present");
}
