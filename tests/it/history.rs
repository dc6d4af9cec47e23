//! A partner asks how a record came to be what it is.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app::{App, seeds};

const HISTORY: &str =
    "totalCount pageInfo { hasNextPage endCursor } nodes { revision actor action fields { field language old new } }";

fn upsert(app: &App, mutation: &str) {
    let data = app.write(&format!("mutation {{ it: {mutation} {{ revision errors {{ message }} }} }}"), json!({}));
    assert!(data["it"]["revision"].is_u64(), "{data}");
}

#[test]
fn every_version_says_who_made_it_and_which_fields_changed() {
    let app = App::seeded();
    upsert(&app, "upsertProject(input: { code: \"TC4-805\", budget: { amount: \"41000\" }, memberStates: [\"GE\", \"DJ\"] })");
    upsert(&app, "upsertProject(input: { code: \"RR.0147\", year: 2019 })");
    upsert(&app, "upsertProject(input: { code: \"TC4-805\", language: EN, title: \"Vocational guidance\", budget: null })");
    let app = app.killed_and_started_again();
    let project = &app.ask(&format!("{{ project(code: \"TC4-805\") {{ history {{ {HISTORY} }} }} }}"))["project"]["history"];
    assert_eq!(project["totalCount"], 3);
    let versions = project["nodes"].as_array().unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|version| {
            (version["revision"].as_u64().unwrap(), version["actor"].as_str().unwrap(), version["action"].as_str().unwrap())
        })
        .collect();
    assert_eq!(told, [(4, "admin", "UPDATED"), (2, "admin", "UPDATED"), (1, "first start", "CREATED")]);
    let change = |version: usize, field: &str| {
        let fields = versions[version]["fields"].as_array().unwrap();
        fields.iter().find(|change| change["field"] == field).map(|change| (change["old"].clone(), change["new"].clone()))
    };
    let budget = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    assert_eq!(change(1, "budget"), Some((budget("40000.00"), budget("41000.00"))));
    assert_eq!(change(1, "memberStates"), Some((json!(["GE"]), json!(["GE", "DJ"]))));
    assert_eq!(change(1, "title"), None);
    assert_eq!(change(0, "budget"), Some((budget("41000.00"), Value::Null)));
    assert_eq!(change(0, "title"), Some((Value::Null, json!("Vocational guidance"))));
    assert_eq!(change(2, "code"), Some((Value::Null, json!("TC4-805"))));

    // A version at a time.
    let mut cursor = Value::Null;
    let mut walked = Vec::new();
    loop {
        let query = "query($after: Cursor) { project(code: \"TC4-805\") { history(first: 1, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { revision node { ... on Project { budget { amount } } } } } } } }";
        let answer = app.post(&json!({ "query": query, "variables": { "after": cursor } }), None);
        let page = &answer["data"]["project"]["history"];
        walked.extend(page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()));
        cursor = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let version = |revision: u64, budget: Value| json!({ "revision": revision, "node": { "budget": budget } });
    let expected =
        [version(4, Value::Null), version(2, json!({ "amount": "41000.00" })), version(1, json!({ "amount": "40000.00" }))];
    assert_eq!(walked, expected);
    let foreign = app.refusal("{ project(code: \"TC4-805\") { history(after: \"AQA\") { totalCount } } }");
    assert_eq!(foreign["extensions"]["code"], "BAD_USER_INPUT");
}

#[test]
fn all_five_kinds_have_a_history_and_are_read_as_they_stood() {
    let app = App::seeded();
    upsert(&app, "upsertMemberState(input: { code: \"GE\", name: \"Sakartvelo\" })");
    upsert(&app, "upsertRegion(input: { code: EUROPE, name: \"L’Europe\" })");
    upsert(&app, "upsertNewsItem(input: { slug: \"un\", title: \"Un\", body: \"Texte.\" })");
    upsert(&app, "upsertNewsItem(input: { slug: \"un\", body: \"Autre texte.\" })");
    upsert(&app, "upsertContact(input: { email: \"akakushadze@iom.int\", office: \"IOM Tbilisi\" })");
    for (query, shown, revision, before, after) in [
        ("memberState(code: \"GE\"", "it: name", 2, "Géorgie", "Sakartvelo"),
        ("region(code: EUROPE", "it: name", 3, "Europe", "L’Europe"),
        ("newsItem(slug: \"un\"", "it: body", 5, "Texte.", "Autre texte."),
        ("contact(email: \"AKakushadze@iom.int\"", "it: office", 6, "", "IOM Tbilisi"),
    ] {
        let asked = format!(
            "{{ now: {query}) {{ id {shown} history {{ {HISTORY} }} }} then: {query}, asOfRevision: {}) {{ {shown} }} }}",
            revision - 1
        );
        let data = app.ask(&asked);
        let history = &data["now"]["history"];
        assert_eq!((&history["totalCount"], &history["nodes"][0]["revision"]), (&json!(2), &json!(revision)), "{data}");
        assert!(history["nodes"][0]["fields"].as_array().unwrap().iter().any(|change| change["new"] == after), "{data}");
        assert_eq!(data["now"]["it"], after);
        assert_eq!(data["then"]["it"].as_str().unwrap_or_default(), before);
        let id = data["now"]["id"].as_str().unwrap();
        let by_id =
            app.ask(&format!("{{ node(id: \"{id}\", asOfRevision: {}) {{ id ... on Contact {{ office }} }} }}", revision - 1));
        assert_eq!(by_id["node"]["id"], id);
        assert_eq!(by_id["node"]["office"], Value::Null);
    }
}

#[test]
fn an_old_version_is_read_with_what_it_named() {
    let app = App::seeded();
    upsert(&app, "upsertProject(input: { code: \"X.1\", title: \"Un\", memberStates: [\"GE\", \"DJ\"] })");
    upsert(&app, "upsertMemberState(input: { code: \"DJ\", name: \"Jabuuti\" })");
    upsert(&app, "upsertProject(input: { code: \"X.1\", title: \"Deux\", memberStates: [\"DJ\"] })");
    let id = app.ask("{ project(code: \"X.1\") { id } }")["project"]["id"].as_str().unwrap().to_owned();
    upsert(&app, &format!("deleteNode(input: {{ id: \"{id}\" }})"));
    upsert(&app, "upsertProject(input: { code: \"X.1\", title: \"Trois\" })");
    let app = app.killed_and_started_again();
    let as_of = |revision: i64| {
        let fields = "title revision updatedAt memberStates { name } history { totalCount nodes { action revision fields { field old } } }";
        app.ask(&format!("{{ project(code: \"X.1\", asOfRevision: {revision}) {{ {fields} }} }}"))["project"].take()
    };
    assert_eq!(as_of(1), Value::Null);
    assert_eq!(
        (&as_of(2)["title"], &as_of(2)["memberStates"]),
        (&json!("Un"), &json!([{ "name": "Géorgie" }, { "name": "Djibouti" }]))
    );
    assert_eq!((&as_of(3)["revision"], &as_of(3)["memberStates"][1]["name"]), (&json!(2), &json!("Jabuuti")));
    assert_eq!((&as_of(4)["title"], &as_of(4)["memberStates"]), (&json!("Deux"), &json!([{ "name": "Jabuuti" }])));
    assert_eq!(as_of(5), Value::Null, "it was deleted");
    assert_eq!(as_of(6)["title"], "Trois");
    // What was deleted stays in the history, with what it had been.
    let versions = &as_of(4)["history"]["nodes"];
    let actions: Vec<_> = versions.as_array().unwrap().iter().map(|version| version["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["CREATED", "DELETED", "UPDATED", "CREATED"]);
    let gone = versions[1]["fields"].as_array().unwrap();
    assert!(gone.contains(&json!({ "field": "title", "old": "Deux" })), "{versions}");

    // Lists within it have the old version in its old place.
    let listed = app.ask("{ project(code: \"X.1\", asOfRevision: 2) { memberStates { code projects(orderBy: [{ field: TITLE }]) { totalCount nodes { code title } } } } }");
    let projects = &listed["project"]["memberStates"][0]["projects"];
    assert_eq!(
        (&projects["totalCount"], &projects["nodes"][3]),
        (&json!(4), &json!({ "code": "X.1", "title": "Un" })),
        "{listed}"
    );

    for (revision, reason) in
        [(7, "the store has those from 1 to 6"), (0, "there is no revision 0"), (-1, "there is no revision -1")]
    {
        let error = app.refusal(&format!("{{ project(code: \"X.1\", asOfRevision: {revision}) {{ title }} }}"));
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{error}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{error}");
    }
}

#[test]
fn a_version_that_is_not_kept_any_more_is_told_so() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let app = App::start(&folder, &["--seed", seeds().to_str().unwrap(), "--keep-versions", "2"]);
    let key = "upsertProject(input: { code: \"TC4-805\", year: 2001, idempotencyKey: \"k\" })";
    upsert(&app, key);
    upsert(&app, "upsertProject(input: { code: \"TC4-805\", year: 2002 })");
    upsert(&app, "upsertProject(input: { code: \"TC4-805\", year: 2003 })");
    let history = &app
        .ask("{ project(code: \"TC4-805\") { history { totalCount nodes { revision action fields { field } } } } }")["project"]
        ["history"];
    assert_eq!(history["totalCount"], 2);
    assert_eq!((&history["nodes"][1]["revision"], &history["nodes"][1]["action"]), (&json!(3), &json!("UPDATED")));
    assert_eq!(history["nodes"][1]["fields"], Value::Null, "what stood before it is not known: {history}");
    assert_eq!(app.ask("{ project(code: \"TC4-805\", asOfRevision: 3) { year } }")["project"]["year"], 2002);
    let error = app.refusal("{ project(code: \"TC4-805\", asOfRevision: 2) { year } }");
    assert!(
        error["message"].as_str().unwrap().contains("Project TC4-805 as it stood at revision 2 is not kept any more"),
        "{error}"
    );
    // The repeat of a request whose answer is gone is not done again.
    let again = app.write(&format!("mutation {{ it: {key} {{ revision errors {{ code message path }} }} }}"), json!({}));
    assert_eq!(again["it"]["errors"][0]["code"], "CONFLICT");
    assert!(again["it"]["errors"][0]["message"].as_str().unwrap().contains("was done before and made revision 2"), "{again}");
    assert_eq!(app.ask("{ project(code: \"TC4-805\") { year } }")["project"]["year"], 2003);
}
