//! An integrator writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{App, seeds};

const UPSERT: &str = "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) {
    revision project { code title(language: EN) description memberStates { code } budget { amount currency } region { code }
        startDate { text } type { code label(language: EN) } revision warnings { code } }
    changes { revision action kind actor node { id } } errors { code message path } } }";

const SEED: &str = "mutation($input: SeedRecordsInput!) { seedRecords(input: $input) {
    revision nodes { __typename id } changes { action kind } errors { code message path } } }";

#[test]
fn a_partner_that_follows_the_changes_has_what_the_server_has() {
    let mut app = App::seeded();
    let mut copy: BTreeMap<String, Value> = BTreeMap::new();
    let mut cursor = Value::Null;
    for round in 0..4 {
        // Three at a time until there is nothing new.
        loop {
            let query = "query($after: Cursor) { changes(after: $after, first: 3) { edges { cursor node { cursor kind action revision actor nodeId node { __typename id } } }
                pageInfo { hasNextPage endCursor } } }";
            let answer = app.post(&json!({ "query": query, "variables": { "after": cursor } }), None);
            let page = &answer["data"]["changes"];
            for edge in page["edges"].as_array().unwrap() {
                let change = &edge["node"];
                assert_eq!(change["cursor"], edge["cursor"]);
                let id = change["nodeId"].as_str().unwrap().to_owned();
                let known =
                    if change["action"] == "DELETED" { copy.remove(&id) } else { copy.insert(id, change["kind"].clone()) };
                assert_eq!(known.is_none(), change["action"] == "CREATED", "{change}");
            }
            cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let data = app.ask("{ projects { nodes { id } } memberStates { nodes { id } } regions { id } news { nodes { id } } contacts { nodes { id } } }");
        let lists = ["/projects/nodes", "/memberStates/nodes", "/regions", "/news/nodes", "/contacts/nodes"];
        let there: BTreeSet<&str> = lists
            .iter()
            .flat_map(|list| data.pointer(list).unwrap().as_array().unwrap())
            .map(|node| node["id"].as_str().unwrap())
            .collect();
        assert_eq!(copy.keys().map(String::as_str).collect::<BTreeSet<_>>(), there, "round {round}");

        let id = there.iter().find(|id| copy[**id] == "PROJECT").unwrap().to_string();
        app.write("mutation($id: ID!) { deleteNode(input: { id: $id }) { revision } }", json!({ "id": id }));
        for code in ["NEW.1", "NEW.2"] {
            app.write(UPSERT, json!({ "input": { "code": code, "title": format!("Un titre, {round}") } }));
        }
        app = app.killed_and_started_again();
    }
    let news = app.ask("{ changes(kinds: [NEWS_ITEM, CONTACT]) { edges { node { kind } } } }");
    assert_eq!(news["changes"]["edges"], json!([{ "node": { "kind": "NEWS_ITEM" } }, { "node": { "kind": "CONTACT" } }]));
    // Of a store that has gone further than this one.
    let future = "AQH9AAAAAAAPQkAAAAAAAAAAAA";
    assert!(
        app.refusal(&format!("{{ changes(after: \"{future}\") {{ pageInfo {{ endCursor }} }} }}"))["message"]
            .as_str()
            .unwrap()
            .contains("start anew")
    );
    assert_eq!(app.refusal("{ changes(after: \"AQA\") { pageInfo { endCursor } } }")["extensions"]["code"], "BAD_USER_INPUT");
}

#[test]
fn nobody_writes_without_a_token() {
    let app = App::seeded();
    let mutations = [
        "upsertProject(input: { code: \"X.1\", title: \"X\" }) { revision }",
        "upsertMemberState(input: { code: \"FR\" }) { revision }",
        "upsertRegion(input: { code: AFRICA, name: \"X\" }) { revision }",
        "upsertNewsItem(input: { title: \"X\", body: \"X\" }) { revision }",
        "upsertContact(input: { name: \"X\" }) { revision }",
        "deleteNode(input: { id: \"UHJvamVjdDpUQzQtODA1\" }) { revision }",
        "seedDocuments(input: { documents: [{ name: \"x\", text: \"x\" }] }) { revision }",
        "seedRecords(input: { records: [{ memberState: { code: \"FR\" } }] }) { revision }",
    ];
    for mutation in mutations {
        let error = app.refusal(&format!("mutation {{ {mutation} }}"));
        assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED", "{mutation}: {error}");
    }
    let wrong = app.post(&json!({ "query": "{ regions { code } }" }), Some("fg_wrong"));
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 1);
}

#[test]
fn a_project_is_created_then_changed_field_by_field() {
    let app = App::seeded();
    let input = json!({
        "code": "LM.9999", "language": "EN", "title": "Fair recruitment", "description": "Two years.", "memberStates": ["geo", "DJ", "GE"],
        "budget": { "amount": "12.5" }, "region": "EUROPE", "startDate": "2025-03", "type": "Migration de main-d’œuvre",
    });
    let created = app.write(UPSERT, json!({ "input": input }));
    let payload = &created["upsertProject"];
    assert_eq!(payload["errors"], json!([]));
    assert_eq!(payload["revision"], 2);
    assert_eq!(payload["changes"][0]["action"], "CREATED");
    assert_eq!(payload["changes"][0]["actor"], "admin");
    let project = json!({
        "code": "LM.9999", "title": "Fair recruitment", "description": "Two years.", "memberStates": [{ "code": "GE" }, { "code": "DJ" }],
        "budget": { "amount": "12.50", "currency": "USD" }, "region": { "code": "EUROPE" }, "startDate": { "text": "2025-03" },
        "type": { "code": "LABOUR_MIGRATION", "label": "Labour Migration" }, "revision": 2, "warnings": [],
    });
    assert_eq!(payload["project"], project);

    let changed = app.write(UPSERT, json!({ "input": { "code": "LM.9999", "budget": null, "memberStates": ["DJ"] } }));
    let payload = &changed["upsertProject"];
    assert_eq!(payload["changes"][0]["action"], "UPDATED");
    assert_eq!(payload["project"]["title"], "Fair recruitment");
    assert_eq!(payload["project"]["budget"], Value::Null);
    assert_eq!(payload["project"]["memberStates"], json!([{ "code": "DJ" }]));
    let states = app.ask(
        "{ a: memberState(code: \"GE\") { projects { totalCount } } b: memberState(code: \"DJ\") { projects { totalCount } } }",
    );
    assert_eq!(states, json!({ "a": { "projects": { "totalCount": 3 } }, "b": { "projects": { "totalCount": 2 } } }));

    let same = app.write(UPSERT, json!({ "input": { "code": "LM.9999", "budget": null } }));
    assert_eq!(same["upsertProject"]["revision"], Value::Null);
    assert_eq!(same["upsertProject"]["changes"], json!([]));
}

#[test]
fn a_refused_input_names_the_field_and_changes_nothing() {
    let app = App::seeded();
    for (input, code, path, reason) in [
        (json!({ "code": "X.1" }), "INVALID", "title", "needs a title"),
        (json!({ "code": "", "title": "X" }), "INVALID", "code", "no spaces and is not empty"),
        (json!({ "code": "X.1", "title": null }), "INVALID", "title", "cannot be null"),
        (
            json!({ "code": "X.1", "title": "X", "memberStates": ["FR"] }),
            "NOT_FOUND",
            "memberStates",
            "there is no MemberState FR",
        ),
        (
            json!({ "code": "X.1", "title": "X", "memberStates": ["Georgia"] }),
            "INVALID",
            "memberStates",
            "“Georgia” is not an ISO",
        ),
        (json!({ "code": "X.1", "title": "X", "endDate": "31.5.2024" }), "INVALID", "endDate", "“31.5.2024” is not a date"),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": "-1" } }), "INVALID", "budget", "not negative"),
        (
            json!({ "code": "X.1", "title": "X", "budget": { "amount": "79228162514264337593543950335" } }),
            "INVALID",
            "budget",
            "below 10^15",
        ),
        (json!({ "code": "X.1", "title": "X", "budget": { "amount": "0.00001" } }), "INVALID", "budget", "four decimals"),
        (
            json!({ "code": "X.1", "title": "X", "budget": { "amount": 1, "currency": "dollars" } }),
            "INVALID",
            "budget",
            "ISO 4217",
        ),
        (json!({ "code": "X.1", "title": "X", "year": 24 }), "INVALID", "year", "24 is not a year"),
        (json!({ "code": "X.1", "title": "X", "year": 99999 }), "INVALID", "year", "99999 is not a year"),
        (json!({ "code": "X.1", "title": "X", "type": "!" }), "INVALID", "type", "“!” is no type"),
        (
            json!({ "code": "TC4-805", "language": "ES", "description": "X" }),
            "INVALID",
            "title",
            "in the language ES need a title",
        ),
        (json!({ "code": "TC4-805", "expectedRevision": -1 }), "STALE_REVISION", "input", "not at -1"),
        (
            json!({ "code": "TC4-805", "title": "X", "expectedRevision": 0 }),
            "STALE_REVISION",
            "input",
            "is at revision 1, not at 0",
        ),
    ] {
        let data = app.write(UPSERT, json!({ "input": input }));
        let payload = &data["upsertProject"];
        let error = &payload["errors"][0];
        assert_eq!(error["code"], code, "{input}: {payload}");
        assert_eq!(error["path"].as_array().unwrap().last().unwrap(), path, "{input}: {payload}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{input}: {payload}");
        assert_eq!((&payload["revision"], &payload["project"], &payload["changes"]), (&Value::Null, &Value::Null, &json!([])));
    }
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 1);
}

#[test]
fn a_state_needs_no_more_than_its_code() {
    let app = App::empty();
    let upsert = "mutation($input: UpsertMemberStateInput!) { upsertMemberState(input: $input) {
        memberState { code name en: name(language: EN) region { code } } changes { action kind } errors { message path } } }";
    let data = app.write(upsert, json!({ "input": { "code": "ken" } }));
    let payload = &data["upsertMemberState"];
    assert_eq!(payload["memberState"], json!({ "code": "KE", "name": "Kenya", "en": "Kenya", "region": { "code": "AFRICA" } }));
    assert_eq!(payload["changes"].as_array().unwrap().len(), 2, "the state and its region are new: {payload}");
    let named = app.write(upsert, json!({ "input": { "code": "KE", "language": "EN", "name": "Republic of Kenya" } }));
    assert_eq!(named["upsertMemberState"]["memberState"]["en"], "Republic of Kenya");
    let back = app.write(upsert, json!({ "input": { "code": "KE", "language": "EN", "name": null } }));
    assert_eq!(back["upsertMemberState"]["memberState"]["en"], "Kenya");
    let unknown = app.write(upsert, json!({ "input": { "code": "ZZ" } }));
    assert_eq!(unknown["upsertMemberState"]["errors"][0]["path"], json!(["input", "code"]));
}

#[test]
fn a_news_item_and_its_contact_are_written_and_found_from_everywhere() {
    let app = App::seeded();
    let contact = app.write(
        "mutation { upsertContact(input: { email: \"Info@IOM.int\", name: \"IOM Tbilisi\", phones: [\"+995 1\"] }) { contact { id email } errors { message } } }",
        json!({}),
    );
    assert_eq!(contact["upsertContact"]["contact"]["email"], "info@iom.int");
    let id = contact["upsertContact"]["contact"]["id"].as_str().unwrap();
    let news = app.write(
        "mutation($input: UpsertNewsItemInput!) { upsertNewsItem(input: $input) { newsItem { slug contacts { name } relatedProjects { nodes { code } } } errors { code message path } } }",
        json!({ "input": { "language": "EN", "title": "New skills in Akhalkalaki", "body": "The project TC4-805 worked in Akhalkalaki.",
            "place": "Tbilisi", "publishedOn": "2026-10-01", "memberStates": ["GE"], "contacts": [id, "akakushadze@iom.int"] } }),
    );
    let item = &news["upsertNewsItem"]["newsItem"];
    assert_eq!(item["slug"], "new-skills-in-akhalkalaki");
    assert_eq!(item["contacts"], json!([{ "name": "IOM Tbilisi" }, { "name": "Ana Kakushadze" }]));
    assert_eq!(item["relatedProjects"]["nodes"][0]["code"], "TC4-805");
    let data = app.ask("{ memberState(code: \"GE\") { news { totalCount } contacts { totalCount } } project(code: \"TC4-805\") { relatedNews { edges { reasons { kind } } } } }");
    assert_eq!(data["memberState"], json!({ "news": { "totalCount": 2 }, "contacts": { "totalCount": 2 } }));
    assert_eq!(data["project"]["relatedNews"]["edges"][0]["reasons"][0]["kind"], "NAMES_PROJECT");

    let nobody = app.write(
        "mutation { upsertNewsItem(input: { title: \"X\", body: \"X\", contacts: [\"nobody@iom.int\"] }) { revision errors { code path } } }",
        json!({}),
    );
    assert_eq!(nobody["upsertNewsItem"]["errors"], json!([{ "code": "NOT_FOUND", "path": ["input", "contacts"] }]));
}

#[test]
fn a_dry_run_answers_as_if_and_stores_nothing() {
    let app = App::seeded();
    let data = app.write(UPSERT, json!({ "input": { "code": "X.1", "title": "X", "dryRun": true, "language": "EN" } }));
    let payload = &data["upsertProject"];
    assert_eq!(payload["revision"], Value::Null);
    assert_eq!(payload["project"]["title"], "X");
    assert_eq!(payload["changes"][0]["action"], "CREATED");
    assert_eq!(
        app.ask("{ project(code: \"X.1\") { code } service { revision } }"),
        json!({ "project": null, "service": { "revision": 1 } })
    );
}

#[test]
fn what_others_name_is_not_deleted() {
    let app = App::seeded();
    let delete = "mutation($id: ID!) { deleteNode(input: { id: $id }) { deletedId revision changes { action } errors { code message path } } }";
    let data = app.ask("{ memberState(code: \"DJ\") { id } project(code: \"RR.0005\") { id } }");
    let (state, project) = (&data["memberState"]["id"], &data["project"]["id"]);
    let refused = app.write(delete, json!({ "id": state }));
    assert_eq!(refused["deleteNode"]["errors"][0]["code"], "CONFLICT");
    assert!(refused["deleteNode"]["errors"][0]["message"].as_str().unwrap().contains("Project RR.0005"), "{refused}");
    let deleted = app.write(delete, json!({ "id": project }));
    assert_eq!(
        deleted["deleteNode"],
        json!({ "deletedId": project, "revision": 2, "changes": [{ "action": "DELETED" }], "errors": [] })
    );
    assert_eq!(app.write(delete, json!({ "id": project }))["deleteNode"]["errors"][0]["code"], "NOT_FOUND");
    assert_eq!(app.write(delete, json!({ "id": state }))["deleteNode"]["deletedId"], *state);
    assert_eq!(app.write(delete, json!({ "id": "rubbish" }))["deleteNode"]["errors"][0]["path"], json!(["input", "id"]));
    let app = app.killed_and_started_again();
    assert_eq!(
        app.ask("{ project(code: \"RR.0005\") { code } memberState(code: \"DJ\") { code } }"),
        json!({ "project": null, "memberState": null })
    );
}

#[test]
fn records_of_mixed_kinds_come_in_any_order_all_or_none() {
    let app = App::empty();
    let records = json!([
        { "project": { "code": "X.1", "title": "Un", "memberStates": ["KE"] } },
        { "newsItem": { "title": "Deux", "body": "Texte.", "memberStates": ["KE"], "contacts": ["a@iom.int"] } },
        { "contact": { "email": "a@iom.int", "name": "A" } },
        { "project": { "code": "X.1", "year": 2024 } },
        { "memberState": { "code": "KE" } },
        { "region": { "code": "AFRICA", "language": "EN", "name": "Africa and beyond" } },
    ]);
    let data = app.write(SEED, json!({ "input": { "records": records } }));
    let payload = &data["seedRecords"];
    assert_eq!(payload["errors"], json!([]), "{payload}");
    let kinds: Vec<_> = payload["nodes"].as_array().unwrap().iter().map(|node| node["__typename"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Project", "NewsItem", "Contact", "Project", "MemberState", "Region"]);
    let project = app.ask("{ project(code: \"X.1\") { title year memberStates { region { name(language: EN) } } } }");
    assert_eq!(
        project["project"],
        json!({ "title": "Un", "year": 2024, "memberStates": [{ "region": { "name": "Africa and beyond" } }] })
    );

    let records = json!([{ "memberState": { "code": "UG" } }, { "project": { "code": "X.2", "title": "Trois", "memberStates": ["TZ"] } }]);
    let refused = app.write(SEED, json!({ "input": { "records": records } }));
    assert_eq!(refused["seedRecords"]["errors"][0]["path"], json!(["input", "records", "1", "memberStates"]));
    assert_eq!(app.ask("{ memberState(code: \"UG\") { code } }")["memberState"], Value::Null);
}

#[test]
fn documents_are_seeded_by_mutation_and_a_bad_one_stops_no_other() {
    let app = App::empty();
    let seed = "mutation($input: SeedDocumentsInput!) { seedDocuments(input: $input) {
        documents { name outcome node { __typename ... on Project { code } } warnings { code } error { message path } } revision errors { message } } }";
    let document = |name: &str| json!({ "name": name, "text": std::fs::read_to_string(seeds().join(name)).unwrap(), "url": "https://example.org/x" });
    let documents = json!([document("project-RR.0147.fr.txt"), { "name": "nothing.txt", "text": " " }, document("news-georgie-migration-developpement-rural.fr.txt")]);

    let tried = app.write(seed, json!({ "input": { "documents": documents, "dryRun": true } }));
    assert_eq!(tried["seedDocuments"]["documents"][0]["outcome"], "CREATED");
    assert_eq!(app.ask("{ projects { totalCount } }")["projects"]["totalCount"], 0);

    let data = app.write(seed, json!({ "input": { "documents": documents } }));
    let payload = &data["seedDocuments"];
    assert_eq!(payload["revision"], 1, "{payload}");
    assert_eq!(payload["documents"][0]["node"], json!({ "__typename": "Project", "code": "RR.0147" }));
    assert_eq!(payload["documents"][1]["outcome"], "REFUSED");
    assert!(payload["documents"][1]["error"]["message"].as_str().unwrap().contains("empty"), "{payload}");
    assert_eq!(payload["documents"][1]["error"]["path"], json!(["input", "documents", "1", "text"]));
    let source = app.ask("{ project(code: \"RR.0147\") { sources { url document } relatedNews { totalCount } } }");
    assert_eq!(source["project"]["sources"][0]["url"], "https://example.org/x");
    assert_eq!(source["project"]["relatedNews"]["totalCount"], 1);

    let again = app.write(seed, json!({ "input": { "documents": documents } }));
    assert_eq!(again["seedDocuments"]["documents"][0]["outcome"], "UNCHANGED");
    assert_eq!(again["seedDocuments"]["revision"], Value::Null);
}

#[test]
fn what_a_writer_set_by_hand_outlives_the_next_reading_of_the_document() {
    let app = App::seeded();
    app.write(UPSERT, json!({ "input": { "code": "TC4-805", "endDate": "2006", "budget": { "amount": "41000" } } }));
    let mut app = app;
    assert!(app.stop("TERM").success());
    let data = app.data();
    let seeded = crate::app::fundgraph(["seed", "--data", data.to_str().unwrap(), seeds().to_str().unwrap()]);
    assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
    let app = app.started_by_hand();
    let project = app.ask("{ project(code: \"TC4-805\") { endDate { text } budget { amount } warnings { code } status } }");
    let expected =
        json!({ "endDate": { "text": "2006" }, "budget": { "amount": "41000.00" }, "warnings": [], "status": "COMPLETED" });
    assert_eq!(project["project"], expected);
}

#[test]
fn texts_set_by_hand_in_one_language_leave_the_others_to_the_documents() {
    let app = App::seeded();
    app.write(UPSERT, json!({ "input": { "code": "RR.0147", "language": "EN", "title": "Georgia: pilot initiative" } }));
    let seed = "mutation($t: String!) { seedDocuments(input: { documents: [{ name: \"b.txt\", text: $t }] }) { documents { outcome } } }";
    let page = std::fs::read_to_string(seeds().join("project-RR.0147.fr.txt")).unwrap();
    // The same page, corrected: more of it than of the other, so it is the better text.
    let page = page + "\nUn troisième paragraphe vient s’ajouter au texte de la page corrigée.";
    app.write(seed, json!({ "t": page }));
    let project = &app
        .ask("{ project(code: \"RR.0147\") { title(language: EN) description(language: FR) languages sources { document } } }")
        ["project"];
    assert_eq!(project["title"], "Georgia: pilot initiative");
    assert!(project["description"].as_str().unwrap().ends_with("la page corrigée."), "{project}");
    assert_eq!(project["languages"], json!(["FR", "EN"]));
    assert_eq!(project["sources"].as_array().unwrap().len(), 2);
}

#[test]
fn a_mutation_with_a_missing_variable_is_not_half_done() {
    let app = App::empty();
    let query = "mutation($c: CountryCode!) { a: upsertMemberState(input: { code: \"KE\" }) { revision } b: upsertMemberState(input: { code: $c }) { revision } }";
    for variables in [json!({}), json!({ "c": null })] {
        let answer = app.post(&json!({ "query": query, "variables": variables }), Some(&app.token()));
        assert_eq!(answer["errors"][0]["message"], "the variable `$c: CountryCode!` needs a value: give it in `variables`");
        assert_eq!(answer["errors"][0]["locations"], json!([{ "line": 1, "column": 10 }]));
        assert!(answer.get("data").is_none(), "{answer}");
    }
    assert_eq!(app.ask("{ service { revision } }")["service"]["revision"], 0);
}

#[test]
fn a_kill_during_bulk_writes_leaves_each_whole_or_not_there() {
    let mut app = App::empty();
    let mut acknowledged = 0;
    for round in 0..4u64 {
        // Entries of the log so long that each lies in several pieces.
        let record = |writer: usize, number: usize| json!({ "project": { "code": format!("B{round}.{writer}.{number:04}.{}", "x".repeat(60)), "title": "Lot" } });
        let (url, token) = (app.url("/graphql"), app.token());
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let records: Vec<_> = (0..1_500).map(|number| record(writer, number)).collect();
                let (url, token, agent) = (url.clone(), token.clone(), app.agent().clone());
                std::thread::spawn(move || {
                    let body = json!({ "query": SEED, "variables": { "input": { "records": records } } });
                    let sent = agent.post(url).header("Authorization", format!("Bearer {token}")).send_json(body);
                    let answer = sent
                        .ok()
                        .and_then(|mut answer| answer.body_mut().with_config().limit(1 << 26).read_json::<Value>().ok());
                    answer.is_some_and(|answer| answer["data"]["seedRecords"]["revision"].is_u64())
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(150 + 130 * round));
        app = app.killed_and_started_again();
        acknowledged += writers.into_iter().map(|writer| u64::from(writer.join().unwrap())).sum::<u64>();
        let there = app.ask("{ projects { totalCount } }")["projects"]["totalCount"].as_u64().unwrap();
        assert!(
            there.is_multiple_of(1_500) && there >= 1_500 * acknowledged,
            "{there} records of {acknowledged} acknowledged lots"
        );
        acknowledged = there / 1_500;
        // What comes after the kill is kept like all the rest.
        let one = app.write(UPSERT, json!({ "input": { "code": format!("ONE.{round}"), "title": "Un" } }));
        assert!(one["upsertProject"]["revision"].is_u64());
        app = app.killed_and_started_again();
        assert_eq!(
            app.ask(&format!("{{ project(code: \"ONE.{round}\") {{ code }} }}"))["project"]["code"],
            format!("ONE.{round}")
        );
        app.write(
            "mutation($id: ID!) { deleteNode(input: { id: $id }) { revision } }",
            json!({ "id": one["upsertProject"]["changes"][0]["node"]["id"] }),
        );
    }
}

#[test]
fn what_was_acknowledged_is_there_after_a_kill() {
    let mut app = App::empty();
    for round in 0..5 {
        let app_ref = Arc::new(app);
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let app = Arc::clone(&app_ref);
                std::thread::spawn(move || {
                    for number in 0..5 {
                        let code = format!("K{round}.{writer}{number}");
                        let data = app.write(UPSERT, json!({ "input": { "code": code, "title": "Gardé" } }));
                        assert_eq!(data["upsertProject"]["errors"], json!([]));
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        app = Arc::into_inner(app_ref).unwrap().killed_and_started_again();
        let count = app.ask("{ projects { totalCount } service { revision } }");
        assert_eq!(
            count,
            json!({ "projects": { "totalCount": 40 * (round + 1) }, "service": { "revision": 40 * (round + 1) } })
        );
    }
}

#[test]
fn each_of_many_writes_shows_lists_and_relations_as_it_left_them() {
    let app = Arc::new(App::empty());
    app.write("mutation { upsertMemberState(input: { code: \"GE\" }) { revision } }", json!({}));
    let upsert = "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) { revision
        project { relatedProjects { totalCount } memberStates { projects(orderBy: [{ field: TITLE }]) { nodes { title } } } } } }";
    let send = |number| {
        let app = Arc::clone(&app);
        let title = format!("Réintégration {number:02}");
        let input = json!({ "code": format!("G.{number}"), "title": title, "memberStates": ["GE"] });
        std::thread::spawn(move || (title, app.write(upsert, json!({ "input": input }))["upsertProject"].clone()))
    };
    let written: Vec<_> = (0..40).map(send).collect::<Vec<_>>().into_iter().map(|sent| sent.join().unwrap()).collect();
    let mut in_order: Vec<&(String, Value)> = written.iter().collect();
    in_order.sort_by_key(|(_, payload)| payload["revision"].as_u64());
    let mut titles = BTreeSet::new();
    for (title, payload) in in_order {
        titles.insert(title.as_str());
        let project = &payload["project"];
        let nodes = project.pointer("/memberStates/0/projects/nodes").unwrap().as_array().unwrap();
        let listed: Vec<&str> = nodes.iter().map(|node| node["title"].as_str().unwrap()).collect();
        assert!(
            listed.iter().eq(titles.iter().take(listed.len())) && listed.len() == titles.len().min(20),
            "{title}: {listed:?}"
        );
        assert_eq!(project["relatedProjects"]["totalCount"], titles.len() - 1, "{title}");
    }
}
