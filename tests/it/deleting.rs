//! An integrator takes records away, and nothing is left that names them.

use serde_json::{Value, json};

use crate::app::{App, seeds};

const DELETE: &str = "mutation($input: DeleteNodeInput!) { deleteNode(input: $input) { deletedId revision
    changes { action kind node { __typename ... on Project { code memberStates { code } region { code } } ... on NewsItem { contacts { name } memberStates { code } } } }
    errors { __typename code message path ... on StillNamedError { totalCount nodes { __typename ... on Project { code } } } } } }";

fn id(app: &App, query: &str) -> Value {
    app.ask(&format!("{{ it: {query} {{ id }} }}"))["it"]["id"].clone()
}

fn delete(app: &App, input: Value) -> Value {
    app.write(DELETE, json!({ "input": input }))["deleteNode"].take()
}

#[test]
fn what_others_name_is_refused_with_the_list_of_them() {
    let app = App::seeded();
    let state = id(&app, "memberState(code: \"GE\")");
    let refused = delete(&app, json!({ "id": state }));
    let error = &refused["errors"][0];
    assert_eq!((&error["__typename"], &error["code"]), (&json!("StillNamedError"), &json!("CONFLICT")), "{refused}");
    assert_eq!((&error["totalCount"], &error["path"]), (&json!(4), &json!(["input", "id"])), "{refused}");
    let nodes: Vec<_> = error["nodes"].as_array().unwrap().iter().map(|node| &node["code"]).collect();
    assert_eq!(nodes, [&json!("LM.0024"), &json!("RR.0147"), &json!("TC4-805"), &Value::Null]);
    assert_eq!(error["nodes"][3]["__typename"], "NewsItem");
    assert_eq!((&refused["deletedId"], &refused["revision"], &refused["changes"]), (&Value::Null, &Value::Null, &json!([])));

    let few = "mutation($id: ID!) { deleteNode(input: { id: $id }) { errors { ... on StillNamedError { totalCount nodes(first: 2) { id } } } } }";
    let few = app.write(few, json!({ "id": state }));
    assert_eq!(few["deleteNode"]["errors"][0]["nodes"].as_array().unwrap().len(), 2);
    let tried = delete(&app, json!({ "id": state, "dryRun": true }));
    assert_eq!(tried["errors"][0]["totalCount"], 4, "a dry run tells the same: {tried}");
}

#[test]
fn a_cascade_unlinks_in_the_same_revision() {
    let app = App::seeded();
    let state = id(&app, "memberState(code: \"GE\")");
    let tried = delete(&app, json!({ "id": state, "cascade": true, "dryRun": true }));
    assert_eq!((&tried["deletedId"], &tried["revision"]), (&state, &Value::Null));
    assert_eq!(tried["changes"].as_array().unwrap().len(), 5);
    assert_eq!(id(&app, "memberState(code: \"GE\")"), state);

    let done = delete(&app, json!({ "id": state, "cascade": true }));
    assert_eq!((&done["deletedId"], &done["revision"], &done["errors"]), (&state, &json!(2), &json!([])));
    let changes = done["changes"].as_array().unwrap();
    let actions: Vec<_> =
        changes.iter().map(|change| (change["kind"].as_str().unwrap(), change["action"].as_str().unwrap())).collect();
    assert_eq!(actions.iter().filter(|change| **change == ("PROJECT", "UPDATED")).count(), 3, "{done}");
    assert!(actions.contains(&("NEWS_ITEM", "UPDATED")) && actions.contains(&("MEMBER_STATE", "DELETED")), "{done}");
    let stands = |app: &App| {
        let data = app.ask("{ memberState(code: \"GE\") { code } project(code: \"TC4-805\") { memberStates { code } } news { nodes { memberStates { code } } }
            projects(filter: { memberState: { eq: \"GE\" } }) { totalCount } changes(after: null, kinds: [MEMBER_STATE]) { edges { node { action nodeId node { id } } } } }");
        assert_eq!(data["memberState"], Value::Null);
        assert_eq!(data["project"]["memberStates"], json!([]));
        assert_eq!(data["projects"]["totalCount"], 0);
        // The tombstone stays for whoever follows.
        let last = data["changes"]["edges"].as_array().unwrap().last().unwrap()["node"].clone();
        assert_eq!(last, json!({ "action": "DELETED", "nodeId": state, "node": null }));
    };
    stands(&app);
    let app = app.killed_and_started_again();
    stands(&app);

    // What was unlinked by hand is not linked again by the documents.
    let seed = "mutation($t: String!) { seedDocuments(input: { documents: [{ name: \"b.txt\", text: $t }] }) { documents { outcome } errors { message } } }";
    let page = std::fs::read_to_string(seeds().join("project-RR.0147.fr.txt")).unwrap() + "\nEncore un paragraphe.";
    assert_eq!(app.write(seed, json!({ "t": page }))["seedDocuments"]["documents"][0]["outcome"], "UPDATED");
    assert_eq!(app.ask("{ project(code: \"RR.0147\") { memberStates { code } } }")["project"]["memberStates"], json!([]));
}

#[test]
fn regions_and_contacts_go_the_same_way() {
    let app = App::seeded();
    for (query, kind) in [("region(code: EUROPE)", "Region"), ("contact(email: \"akakushadze@iom.int\")", "Contact")] {
        let id = id(&app, query);
        let refused = delete(&app, json!({ "id": id }));
        assert_eq!(refused["errors"][0]["__typename"], "StillNamedError", "{kind}: {refused}");
        assert_eq!(delete(&app, json!({ "id": id, "cascade": true }))["deletedId"], id, "{kind}");
        assert_eq!(delete(&app, json!({ "id": id, "cascade": true }))["errors"][0]["code"], "NOT_FOUND", "{kind}");
    }
    let data = app.ask("{ project(code: \"RR.0147\") { region { code } } memberState(code: \"GE\") { region { code } } news { nodes { contacts { name } } } }");
    assert_eq!((&data["project"]["region"], &data["memberState"]["region"]), (&Value::Null, &Value::Null));
    assert_eq!(data["news"]["nodes"][0]["contacts"], json!([]));
}
