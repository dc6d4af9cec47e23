//! An integrator whose line breaks sends a request again.

use std::sync::Arc;
use std::thread;

use serde_json::{Value, json};

use crate::app::{App, fundgraph, seeds};

const UPSERT: &str = "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) {
    revision project { code title status year memberStates { code name region { code } } revision updatedAt }
    changes { cursor revision at actor action nodeId node { id ... on Project { year } } }
    errors { __typename code message path } } }";

const SEED: &str = "mutation($input: SeedRecordsInput!) { seedRecords(input: $input) {
    revision nodes { id ... on Project { title revision } ... on MemberState { name } } changes { cursor action }
    errors { __typename code message path ... on StaleRevisionError { currentRevision current { id ... on Project { year } } } } } }";

fn token(app: &App, name: &str) -> String {
    let made = fundgraph(["token", "create", "--name", name, "--data", app.data().to_str().unwrap()]);
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn revision(app: &App) -> Value {
    app.ask("{ service { revision } }")["service"]["revision"].clone()
}

#[test]
fn a_repeat_gets_the_first_answer_whatever_happened_since() {
    let app = App::seeded();
    let input = json!({ "code": "X.1", "title": "Un", "year": 2020, "memberStates": ["GE", "DJ"], "idempotencyKey": "k-1" });
    let first = app.write(UPSERT, json!({ "input": input }));
    assert_eq!(first["upsertProject"]["revision"], 2);
    let reordered =
        json!({ "idempotencyKey": "k-1", "memberStates": ["GE", "DJ"], "year": 2020, "title": "Un", "code": "X.1" });
    assert_eq!(app.write(UPSERT, json!({ "input": reordered })), first);

    // The record, a state that it names, and what it is called change; then all of it goes.
    app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "Deux", "year": 2021, "memberStates": ["GE"] } }));
    let rename =
        "mutation { upsertMemberState(input: { code: \"GE\", name: \"Sakartvelo\", region: null }) { errors { message } } }";
    app.write(rename, json!({}));
    assert_eq!(app.write(UPSERT, json!({ "input": input })), first);
    let app = app.killed_and_started_again();
    assert_eq!(app.write(UPSERT, json!({ "input": input })), first);
    let delete = "mutation($input: DeleteNodeInput!) { deleteNode(input: $input) { deletedId revision changes { cursor action node { id } } errors { message } } }";
    let id = &first["upsertProject"]["changes"][0]["nodeId"];
    let deletion = json!({ "input": { "id": id, "idempotencyKey": "k-2" } });
    let deleted = app.write(delete, deletion.clone());
    assert_eq!(deleted["deleteNode"]["deletedId"], *id);
    assert_eq!(app.write(delete, deletion.clone()), deleted);
    assert_eq!(app.write(UPSERT, json!({ "input": input })), first);
    assert_eq!(app.ask("{ project(code: \"X.1\") { code } }")["project"], Value::Null, "nothing was written again");

    let before = revision(&app);
    let app = app.killed_and_started_again();
    assert_eq!(app.write(delete, deletion), deleted);
    assert_eq!(app.write(UPSERT, json!({ "input": input })), first);
    assert_eq!(revision(&app), before);
}

#[test]
fn a_key_belongs_to_one_input_of_one_actor() {
    let app = App::seeded();
    let input = json!({ "code": "X.1", "title": "Un", "idempotencyKey": "k" });
    app.write(UPSERT, json!({ "input": input }));
    let others = [
        (UPSERT, json!({ "code": "X.1", "title": "Deux", "idempotencyKey": "k" })),
        (UPSERT, json!({ "code": "X.1", "title": "Un", "year": null, "idempotencyKey": "k" })),
        (UPSERT, json!({ "code": "X.1", "title": "Deux", "idempotencyKey": "k", "dryRun": true })),
        (SEED, json!({ "records": [{ "project": { "code": "X.1", "title": "Un" } }], "idempotencyKey": "k" })),
    ];
    for (query, input) in others {
        let data = app.write(query, json!({ "input": input }));
        let payload = data.as_object().unwrap().values().next().unwrap();
        let error = &payload["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!("CONFLICT"), &json!(["input", "idempotencyKey"])), "{data}");
        assert!(
            error["message"].as_str().unwrap().contains("“k” belongs to a request with another input, which made revision 2")
        );
        assert_eq!(payload["revision"], Value::Null);
    }
    let body = json!({ "query": UPSERT, "variables": { "input": { "code": "X.1", "title": "Deux", "idempotencyKey": "k" } } });
    let other = app.post(&body, Some(&token(&app, "ministry")));
    assert_eq!(other["data"]["upsertProject"]["revision"], 3, "{other}");
    assert_eq!(other["data"]["upsertProject"]["changes"][0]["actor"], "ministry");

    for (key, code, reason) in [(" ".to_owned(), "INVALID", "empty"), ("k".repeat(201), "LIMIT", "201 bytes")] {
        let data = app.write(UPSERT, json!({ "input": { "code": "X.2", "title": "X", "idempotencyKey": key } }));
        let error = &data["upsertProject"]["errors"][0];
        assert_eq!((&error["code"], &error["path"][1]), (&json!(code), &json!("idempotencyKey")), "{data}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{data}");
    }
}

#[test]
fn what_stored_nothing_keeps_no_key_but_what_was_accepted_does() {
    let app = App::seeded();
    let refused = app.write(UPSERT, json!({ "input": { "code": "X.1", "idempotencyKey": "k" } }));
    assert_eq!(refused["upsertProject"]["errors"][0]["path"], json!(["input", "title"]));
    let tried = app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "A", "idempotencyKey": "k", "dryRun": true } }));
    assert_eq!((&tried["upsertProject"]["revision"], &tried["upsertProject"]["errors"]), (&Value::Null, &json!([])));
    let done = app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "B", "idempotencyKey": "k" } }));
    assert_eq!(done["upsertProject"]["revision"], 2, "{done}");
    // The dry run of what is done already shows what the request would be answered.
    let again = app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "B", "idempotencyKey": "k", "dryRun": true } }));
    assert_eq!(again, done);

    // A request that found all as it wants it, and is repeated after somebody else changed that, must not undo it.
    let same = json!({ "input": { "code": "X.1", "title": "B", "idempotencyKey": "same" } });
    let nothing = app.write(UPSERT, same.clone());
    assert_eq!((&nothing["upsertProject"]["revision"], &nothing["upsertProject"]["changes"]), (&Value::Null, &json!([])));
    app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "C" } }));
    let app = app.killed_and_started_again();
    assert_eq!(app.write(UPSERT, same), nothing);
    assert_eq!(app.ask("{ project(code: \"X.1\") { title } }")["project"]["title"], "C");
    let changes = app.ask("{ changes(first: 100) { edges { node { revision } } pageInfo { hasNextPage } } }");
    assert_eq!(changes["changes"]["edges"].as_array().unwrap().last().unwrap()["node"]["revision"], revision(&app));
}

#[test]
fn of_many_at_once_one_writes_and_all_get_its_answer() {
    let app = Arc::new(App::empty());
    for round in 0..5 {
        let send = |_| {
            let app = Arc::clone(&app);
            let input = json!({ "code": format!("X.{round}"), "title": "Un", "idempotencyKey": format!("key {round}") });
            thread::spawn(move || app.write(UPSERT, json!({ "input": input })))
        };
        let answers: Vec<_> = (0..24).map(send).collect::<Vec<_>>().into_iter().map(|sent| sent.join().unwrap()).collect();
        assert_eq!(answers[0]["upsertProject"]["revision"], round + 1);
        answers.iter().for_each(|answer| assert_eq!(*answer, answers[0]));
        assert_eq!(revision(&app), round + 1);
    }
}

#[test]
fn every_mutation_of_records_is_done_once() {
    let app = App::seeded();
    let page = std::fs::read_to_string(seeds().join("project-RR.0147.fr.txt")).unwrap() + "\nEncore un paragraphe.";
    let id = app.ask("{ project(code: \"TC4-805\") { id } }")["project"]["id"].clone();
    let payload = "revision changes { cursor at action nodeId node { id } } errors { message }";
    let requests = [
        ("upsertProject", "project { title revision }", json!({ "code": "X.1", "title": "Un" })),
        ("upsertMemberState", "memberState { name }", json!({ "code": "KE", "name": "Le Kenya" })),
        ("upsertRegion", "region { name }", json!({ "code": "AFRICA", "name": "L’Afrique" })),
        ("upsertNewsItem", "newsItem { title body }", json!({ "slug": "un", "title": "Un", "body": "Texte." })),
        ("upsertContact", "contact { name }", json!({ "name": "Ana", "email": "ana@iom.int" })),
        ("deleteNode", "deletedId", json!({ "id": id })),
        (
            "seedDocuments",
            "documents { name outcome node { id } warnings { code } error { message } }",
            json!({ "documents": [{ "name": "a.txt", "text": page }, { "name": "b.txt", "text": "" }] }),
        ),
        (
            "seedRecords",
            "nodes { id }",
            json!({ "records": [{ "memberState": { "code": "UG" } }, { "memberState": { "code": "KE" } }] }),
        ),
    ];
    let send = |app: &App| -> Vec<Value> {
        let answers = requests.iter().map(|(name, shown, input)| {
            let (first, rest) = name.split_at(1);
            let type_name = format!("{}{rest}Input", first.to_uppercase());
            let query = format!("mutation($input: {type_name}!) {{ {name}(input: $input) {{ {shown} {payload} }} }}");
            let mut input = input.clone();
            input["idempotencyKey"] = json!(name);
            app.write(&query, json!({ "input": input }))
        });
        answers.collect()
    };
    let first = send(&app);
    for (answer, (name, ..)) in first.iter().zip(&requests) {
        assert_eq!(answer[name]["errors"], json!([]), "{answer}");
        assert!(answer[name]["revision"].is_u64(), "{answer}");
    }
    let done = revision(&app);
    assert_eq!(send(&app), first);
    for change in ["{ code: \"X.1\", title: \"Autre\" }", "{ code: \"RR.0147\", title: \"Autre\" }"] {
        app.write(&format!("mutation {{ upsertProject(input: {change}) {{ revision }} }}"), json!({}));
    }
    app.write("mutation { upsertMemberState(input: { code: \"KE\", name: \"Autre\" }) { revision } }", json!({}));
    let app = app.killed_and_started_again();
    assert_eq!(send(&app), first);
    assert_eq!(revision(&app).as_u64(), done.as_u64().map(|done| done + 3));
}

#[test]
fn a_stale_writer_is_shown_the_record_as_it_stands() {
    let app = App::seeded();
    app.write(UPSERT, json!({ "input": { "code": "TC4-805", "year": 2004 } }));
    let query =
        "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) { revision errors { __typename code message path
        ... on StaleRevisionError { currentRevision current { id ... on Project { code year } } } } } }";
    let stale = app.write(query, json!({ "input": { "code": "TC4-805", "year": 2005, "expectedRevision": 1 } }));
    let error = &stale["upsertProject"]["errors"][0];
    assert_eq!((&error["__typename"], &error["code"]), (&json!("StaleRevisionError"), &json!("STALE_REVISION")));
    assert_eq!((&error["currentRevision"], &error["current"]["year"]), (&json!(2), &json!(2004)));
    assert_eq!(error["path"], json!(["input"]));
    let fresh = app.write(query, json!({ "input": { "code": "TC4-805", "year": 2005, "expectedRevision": 2 } }));
    assert_eq!(fresh["upsertProject"], json!({ "revision": 3, "errors": [] }));
    let gone = app.write(query, json!({ "input": { "code": "X.1", "title": "X", "expectedRevision": 2 } }));
    let error = &gone["upsertProject"]["errors"][0];
    assert_eq!((&error["currentRevision"], &error["current"]), (&Value::Null, &Value::Null), "{gone}");
}

#[test]
fn a_bulk_is_refused_where_a_record_of_it_changed_since_the_caller_looked() {
    let app = App::seeded();
    let ids = app.ask("{ a: project(code: \"LM.0024\") { id } }");
    app.write(UPSERT, json!({ "input": { "code": "TC4-805", "year": 2004 } }));
    app.write("mutation($id: ID!) { deleteNode(input: { id: $id }) { revision } }", json!({ "id": ids["a"]["id"] }));
    let records = |since: u64| {
        json!({ "input": { "expectedRevision": since, "records": [
            { "project": { "code": "RR.0147", "year": 2019 } },
            { "project": { "code": "TC4-805", "year": 2005 } },
            { "project": { "code": "LM.0024", "title": "Revenu" } },
            { "project": { "code": "X.1", "title": "Nouveau" } },
        ] } })
    };
    let stale = app.write(SEED, records(1));
    let errors = stale["seedRecords"]["errors"].as_array().unwrap();
    let told: Vec<_> = errors.iter().map(|error| (&error["code"], &error["path"][2], &error["currentRevision"])).collect();
    assert_eq!(
        told,
        [(&json!("STALE_REVISION"), &json!("1"), &json!(2)), (&json!("STALE_REVISION"), &json!("2"), &Value::Null)]
    );
    assert_eq!(errors[0]["current"]["year"], 2004);
    assert_eq!(app.write(SEED, records(2))["seedRecords"]["errors"].as_array().unwrap().len(), 1, "the deletion was later");
    assert_eq!(app.write(SEED, records(3))["seedRecords"]["revision"], 4);

    let seed =
        "mutation($input: SeedDocumentsInput!) { seedDocuments(input: $input) { revision errors { code path message } } }";
    let page = std::fs::read_to_string(seeds().join("project-RR.0147.fr.txt")).unwrap() + "\nEncore un paragraphe.";
    let input =
        |since: u64| json!({ "input": { "documents": [{ "name": "a.txt", "text": page }], "expectedRevision": since } });
    let stale = app.write(seed, input(3));
    let error = &stale["seedDocuments"]["errors"][0];
    assert_eq!((&error["code"], &error["path"]), (&json!("STALE_REVISION"), &json!(["input", "documents"])), "{stale}");
    assert_eq!(app.write(seed, input(4))["seedDocuments"]["revision"], 5);
}

#[test]
fn values_of_the_wrong_form_are_errors_of_the_payload() {
    let app = App::seeded();
    let wrong = [
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": "1_0x" } }), "budget", "\"1_0x\" is not an exact decimal"),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": "1_000" } }), "budget", "not an exact decimal"),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": 0.1 } }), "budget", "write it as a string"),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": true } }), "budget", "not an exact decimal"),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": "1", "currency": "dollars" } }), "budget", "ISO 4217"),
        (json!({ "code": "X.1", "title": "X", "memberStates": ["XX"] }), "memberStates", "“XX” is not an ISO"),
        (json!({ "code": "X.1", "title": "X", "memberStates": [12] }), "memberStates", "“12” is not an ISO"),
        (json!({ "code": "X.1", "title": "X", "startDate": "2020-13" }), "startDate", "not a date"),
        (json!({ "code": "X.1", "title": "X", "year": 123456 }), "year", "not a year"),
    ];
    for (input, field, reason) in wrong {
        let data = app.write(UPSERT, json!({ "input": input }));
        let error = &data["upsertProject"]["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!("INVALID"), &json!(["input", field])), "{data}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{data}");
        let seeded =
            app.write(SEED, json!({ "input": { "records": [{ "memberState": { "code": "GE" } }, { "project": input }] } }));
        assert_eq!(seeded["seedRecords"]["errors"][0]["path"], json!(["input", "records", "1", field]), "{seeded}");
    }
    assert_eq!(revision(&app), 1);
}
