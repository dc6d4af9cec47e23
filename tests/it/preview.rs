//! An integrator shows a person what documents would change, and then does just that.

use std::fs;

use serde_json::{Value, json};

use crate::app::{App, seeds};

const SEED: &str = "mutation($input: SeedDocumentsInput!) { seedDocuments(input: $input) {
    documents { name outcome node { __typename ... on Project { code budget { amount } } ... on NewsItem { slug } }
        fields { field value printed line } changes { field language old new } warnings { code field } error { code message path } }
    changes { kind action } revision errors { code message } } }";

fn page(name: &str) -> Value {
    json!({ "name": name, "text": fs::read_to_string(seeds().join(name)).unwrap() })
}

fn seed(app: &App, input: Value) -> Value {
    let mut data = app.write(SEED, json!({ "input": input }));
    assert_eq!(data["seedDocuments"]["errors"], json!([]), "{data}");
    data["seedDocuments"].take()
}

/// What a document says of a field: the values and their lines.
fn said<'a>(document: &'a Value, field: &str) -> Vec<(&'a str, &'a str, Option<u64>)> {
    let fields = document["fields"].as_array().unwrap().iter().filter(|said| said["field"] == field);
    fields.map(|said| (said["value"].as_str().unwrap(), said["printed"].as_str().unwrap(), said["line"].as_u64())).collect()
}

/// What stood in a field, and what stands there now.
fn change<'a>(document: &'a Value, field: &str) -> Option<(&'a Value, &'a Value)> {
    let change = document["changes"].as_array().unwrap().iter().find(|change| change["field"] == field)?;
    Some((&change["old"], &change["new"]))
}

#[test]
fn the_preview_shows_what_the_call_then_does() {
    let app = App::empty();
    let documents = json!([page("project-RR.0147.fr.txt"), { "name": "empty.txt", "text": "" }, page("news-georgie-migration-developpement-rural.fr.txt")]);
    let tried = seed(&app, json!({ "documents": documents, "dryRun": true }));
    assert_eq!(tried["revision"], Value::Null);
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 0);

    let project = &tried["documents"][0];
    assert_eq!(project["outcome"], "CREATED");
    assert_eq!(project["node"]["code"], "RR.0147");
    assert_eq!(change(project, "budget"), Some((&Value::Null, &json!({ "amount": "300000.00", "currency": "USD" }))));
    assert_eq!(change(project, "memberStates"), Some((&Value::Null, &json!(["GE"]))));
    // Each value stands on the line that is told, as printed.
    let text = fs::read_to_string(seeds().join("project-RR.0147.fr.txt")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for field in ["code", "title", "status", "type", "coverage", "region", "budget", "memberStates", "description"] {
        let [(_, printed, Some(line))] = said(project, field)[..] else { panic!("{field}: {project}") };
        let first = printed.lines().next().unwrap();
        assert!(lines[line as usize - 1].contains(&first[..first.floor_char_boundary(8)]), "{field} on {line}: {printed}");
    }
    assert_eq!(said(project, "status")[0].0, "COMPLETED");
    assert_eq!(said(project, "status")[0].1, "Achevé");

    let refused = &tried["documents"][1];
    assert_eq!((&refused["outcome"], &refused["node"], &refused["fields"]), (&json!("REFUSED"), &Value::Null, &json!([])));
    assert_eq!(refused["error"]["path"], json!(["input", "documents", "1", "text"]));
    let news = &tried["documents"][2];
    assert_eq!(said(news, "contacts")[0].0, "akakushadze@iom.int");
    assert!(said(news, "memberStates").iter().any(|(code, _, line)| *code == "GE" && line.is_some()), "{news}");

    let looked_at = 0;
    let done = seed(&app, json!({ "documents": documents, "expectedRevision": looked_at }));
    assert_eq!(done["revision"], 1);
    assert_eq!(done["documents"], tried["documents"], "what was shown is what was done");
    assert_eq!(done["changes"], tried["changes"]);
}

#[test]
fn a_changed_page_shows_the_old_and_the_new() {
    let app = App::seeded();
    let mut input = page("project-TC4-805.fr.txt");
    let text = input["text"].as_str().unwrap().replace("40000", "45000").replace("40,000", "45,000");
    input["text"] = json!(text);
    let tried = seed(&app, json!({ "documents": [input, page("project-RR.0005.fr.txt")], "dryRun": true }));
    let document = &tried["documents"][0];
    assert_eq!(document["outcome"], "UPDATED");
    let budget = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    let (old, new) = change(document, "budget").unwrap();
    assert_eq!(*old, budget("40000.00"));
    // Two texts of one page disagree: whichever is taken, the doubt is shown.
    let (_, warnings) = change(document, "warnings").unwrap();
    assert!(warnings.as_array().unwrap().iter().any(|warning| warning["code"] == "SOURCES_DISAGREE"), "{document}");
    assert_eq!(said(document, "budget")[0].0, "45000.00");
    assert_eq!(*new, budget("45000.00"));
    assert_eq!(change(document, "code"), None);
    assert_eq!(tried["documents"][1]["outcome"], "UNCHANGED");
    assert_eq!(tried["documents"][1]["changes"], json!([]));
    assert_eq!(app.ask("{ project(code: \"TC4-805\") { budget { amount } } }")["project"]["budget"]["amount"], "40000.00");
}
