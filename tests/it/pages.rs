//! An integrator hands over what a crawler saved: several pages of one project, in whatever order they come.

use serde_json::{Value, json};

use crate::app::App;

const FRENCH: &str = "-\nQui sommes nous\n- 2030 AGENDA\nUne école des métiers pour la vallée\n-\nDate de fin\n2024\n-\nStatut du projet\nAchevé\n-\nType de projet\nMigration de main-d’œuvre\n-\nBudget Amount (USD)\n40000.00\n-\nCouverture\nNational\n-\nIDF Region\nEurope\n-\nProjet ID\nLM.0901\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nGéorgie\nLe projet ouvre une école dans la vallée.\nIl forme les jeunes au métier de leur choix.\n";
const ENGLISH: &str = "A trade school for the valley\n\n  • Start Date\n    2013\n  • End Date\n    2015\n  • Project Status\n    Completed\n  • Project Type\n    Labour Migration\n  • Budget Amount (USD)\n    45000.00\n  • Coverage\n    National\n  • IDF Region\n    Europe\n  • Projects ID\n    LM.0901\n  • Benefiting Member States\n    Georgia\n\nThe project opens a school in the valley of Georgia and trains its young people.\n";
const WITHOUT_CODE: &str = "A trade school for the valley\n\n  • Start Date\n  • End Date\n  • Project Type\n    Labour Migration\n  • Benefiting Member States\n    Georgia\n\nThe project opens a school.\n";

const SEED: &str = "mutation($n: String!, $t: String!) { seedDocuments(input: { documents: [{ name: $n, text: $t }] }) { documents { outcome node { ... on Project { code } } error { message } } } }";

const EVERYTHING: &str =
    "{ projects { nodes { code languages fr: title(language: FR) en: title(language: EN) description(language: EN) status
    type { code } budget { amount } coverage region { code } startDate { text } endDate { text } memberStates { code }
    sources { document sha256 language } warnings { code field message } } } }";

#[test]
fn the_pages_of_a_project_make_one_record_in_whatever_order_they_come() {
    let pages = [("fr.txt", FRENCH), ("en.txt", ENGLISH), ("lost.txt", WITHOUT_CODE)];
    let mut first: Option<Value> = None;
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let app = App::empty();
        for place in order {
            let (name, text) = pages[place];
            let data = app.write(SEED, json!({ "n": name, "t": text }));
            let document = &data["seedDocuments"]["documents"][0];
            assert_eq!(document["error"], Value::Null, "{data}");
            // A page without a code stands alone until its twin comes.
            let code = document["node"]["code"].as_str().unwrap();
            assert!(code == "LM.0901" || (place == 2 && code.starts_with("TITLE-A-TRADE-SCHOOL")), "{order:?}: {code}");
        }
        let app = app.killed_and_started_again();
        let records = app.ask(EVERYTHING);
        match &first {
            None => first = Some(records),
            Some(first) => assert_eq!(&records, first, "{order:?}"),
        }
    }
    let records = first.unwrap();
    let projects = records["projects"]["nodes"].as_array().unwrap();
    assert_eq!(projects.len(), 1, "{records:#}");
    let project = &projects[0];
    assert_eq!(project["languages"], json!(["FR", "EN"]));
    assert_eq!(project["sources"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&project["startDate"]["text"], &project["endDate"]["text"]),
        (&json!("2013"), &json!("2015")),
        "the placeholder never wins"
    );
    let disagree: Vec<_> =
        project["warnings"].as_array().unwrap().iter().filter(|warning| warning["code"] == "SOURCES_DISAGREE").collect();
    for (field, values) in [("budget", ["40000.00", "45000.00"]), ("endDate", ["2024", "2015"])] {
        let warning =
            disagree.iter().find(|warning| warning["field"] == field).unwrap_or_else(|| panic!("{field}: {project:#}"));
        let message = warning["message"].as_str().unwrap();
        assert!(
            values.iter().all(|value| message.contains(value)) && message.contains("fr.txt") && message.contains("en.txt"),
            "{message}"
        );
    }
}

#[test]
fn what_no_table_knows_is_kept_as_printed_with_a_warning() {
    let app = App::empty();
    let page = FRENCH
        .replace("Migration de main-d’œuvre", "Pêche hauturière")
        .replace("\nGéorgie\nLe projet", "\nGéorgie Ruritanie\nLe projet");
    app.write(SEED, json!({ "n": "unknown.txt", "t": page }));
    let data = app.ask("{ project(code: \"LM.0901\") { type { code label } memberStates { code } unrecognizedStates warnings { code message } } }");
    let project = &data["project"];
    assert_eq!(project["type"], json!({ "code": "PECHE_HAUTURIERE", "label": "Pêche hauturière" }));
    assert_eq!((&project["memberStates"], &project["unrecognizedStates"]), (&json!([{ "code": "GE" }]), &json!(["Ruritanie"])));
    let warned = |code: &str, text: &str| {
        let warnings = project["warnings"].as_array().unwrap();
        warnings.iter().any(|warning| warning["code"] == code && warning["message"].as_str().unwrap().contains(text))
    };
    assert!(warned("UNKNOWN_TYPE", "Pêche hauturière") && warned("UNKNOWN_STATE", "Ruritanie"), "{project:#}");
}

#[test]
fn a_title_set_by_hand_does_not_part_a_page_from_its_twin() {
    for (first, second) in [(WITHOUT_CODE, ENGLISH), (ENGLISH, WITHOUT_CODE)] {
        let app = App::empty();
        let seeded = app.write(SEED, json!({ "n": "first.txt", "t": first }));
        let code = &seeded["seedDocuments"]["documents"][0]["node"]["code"];
        let rename = "mutation($code: String!) { upsertProject(input: { code: $code, language: EN, title: \"The trade school\" }) { errors { message } } }";
        app.write(rename, json!({ "code": code }));
        app.write(SEED, json!({ "n": "second.txt", "t": second }));
        let data = app.ask("{ projects { nodes { code title(language: EN) sources { document title } } } }");
        let printed = "A trade school for the valley";
        let sources = json!([{ "document": "first.txt", "title": printed }, { "document": "second.txt", "title": printed }]);
        let joined = json!([{ "code": "LM.0901", "title": "The trade school", "sources": sources }]);
        assert_eq!(data["projects"]["nodes"], joined);
    }
}

#[test]
fn every_item_of_a_rolling_list_is_a_record() {
    let app = App::empty();
    let item = |title: &str, hour: &str, text: &str| {
        format!("{title}\n\nIOM - News - Ven, 03/17/2017 - {hour}\nLanguage English\n\n{text}\n\n")
    };
    let list = format!(
        "Home / Press Room\n\n{}{}",
        item("A choir sings", "10:33", "Namibia - The choir sang for those who sail."),
        item("A boat sails", "09:10", "Ghana - The boat left the harbour.")
    );
    let seed = "mutation($t: String!) { seedDocuments(input: { documents: [{ name: \"list.txt\", text: $t }] }) { documents {
        outcome warnings { code } error { message } node { ... on NewsItem { slug } } nodes { ... on NewsItem { slug } } } } }";
    for outcome in ["CREATED", "UNCHANGED"] {
        let data = app.write(seed, json!({ "t": list }));
        let expected = json!({
            "outcome": outcome, "warnings": [], "error": null, "node": { "slug": "a-choir-sings" },
            "nodes": [{ "slug": "a-choir-sings" }, { "slug": "a-boat-sails" }],
        });
        assert_eq!(data["seedDocuments"]["documents"][0], expected);
    }
    // The own page of an item adds to its record and to no other.
    let own = "News\nGlobal\n\nA boat sails\n\nAccra - The boat left the harbour of Ghana with a choir from Namibia and came back at night.\n";
    app.write(SEED, json!({ "n": "own.txt", "t": own }));
    let data = app
        .ask("{ news(orderBy: [{ field: TITLE }]) { nodes { title body publishedOn { text } sources { document title } } } }");
    let nodes = data["news"]["nodes"].as_array().unwrap();
    let documents =
        |node: &Value| node["sources"].as_array().unwrap().iter().map(|source| source["document"].clone()).collect::<Vec<_>>();
    assert_eq!(nodes.len(), 2, "{data:#}");
    assert_eq!(
        (documents(&nodes[0]), documents(&nodes[1])),
        (vec![json!("list.txt"), json!("own.txt")], vec![json!("list.txt")])
    );
    assert!(nodes[0]["body"].as_str().unwrap().contains("came back at night"), "the longer text");
    assert_eq!(nodes[0]["publishedOn"]["text"], "2017-03-17", "the day of the list");
}
