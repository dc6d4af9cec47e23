//! What relates projects and news, and why.

use serde_json::{Value, json};

use crate::app::App;

const NEWS: &str = "la-georgie-porte-un-nouveau-regard-sur-la-migration-et-le-developpement-rural";

fn upsert(app: &App, mutation: &str, kind: &str, input: Value) {
    let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ revision errors {{ message }} }} }}");
    let answer = app.write(&query, json!({ "input": input }));
    assert_eq!(answer[mutation]["errors"], json!([]));
}

#[test]
fn a_contact_relates_whoever_names_it() {
    let app = App::seeded();
    let project = json!({ "code": "XX.0001", "title": "Une étude", "description": "Écrire à AKakushadze@iom.int." });
    upsert(&app, "upsertProject", "UpsertProjectInput", project);
    let item = json!({ "title": "Trois lignes", "body": "Rien de plus.", "contacts": ["akakushadze@iom.int"] });
    upsert(&app, "upsertNewsItem", "UpsertNewsItemInput", item);
    let data = app.ask(
        "{ project(code: \"XX.0001\") { relatedNews { totalCount edges { score reasons { kind detail } node { slug } } }
                                        contacts { nodes { email } } }
           newsItem(slug: \"trois-lignes\") { relatedNews { edges { score reasons { kind detail } node { slug } } }
                                              relatedProjects { edges { reasons { kind detail } node { code } } } } }",
    );
    let edges = |detail: &str, slugs: &[&str]| {
        let reasons = json!([{ "kind": "SHARED_CONTACT", "detail": detail }]);
        slugs.iter().map(|slug| json!({ "score": 3.0, "reasons": reasons, "node": { "slug": slug } })).collect::<Vec<_>>()
    };
    let project = &data["project"];
    assert_eq!(project["relatedNews"]["edges"], json!(edges("AKakushadze@iom.int", &[NEWS, "trois-lignes"])));
    assert_eq!(project["relatedNews"]["totalCount"], 2);
    assert_eq!(project["contacts"]["nodes"], json!([{ "email": "akakushadze@iom.int" }]), "the news that is closest names it");
    let item = &data["newsItem"];
    assert_eq!(item["relatedNews"]["edges"], json!(edges("akakushadze@iom.int", &[NEWS])));
    let back = json!([{ "kind": "SHARED_CONTACT", "detail": "AKakushadze@iom.int" }]);
    assert_eq!(item["relatedProjects"]["edges"], json!([{ "reasons": back, "node": { "code": "XX.0001" } }]));
}

#[test]
fn telling_words_relate_texts_in_two_languages() {
    let app = App::empty();
    let french = "Réintégration des diplômés : certification et orientation";
    let english = "Reintegration of graduates: certification and orientation of returnees";
    upsert(&app, "upsertProject", "UpsertProjectInput", json!({ "code": "XX.0001", "title": french }));
    upsert(
        &app,
        "upsertNewsItem",
        "UpsertNewsItemInput",
        json!({ "title": english, "language": "EN", "body": "Reintegration and orientation." }),
    );
    let data = app.ask("{ project(code: \"XX.0001\") { relatedNews { edges { score reasons { kind detail } } } } }");
    let related = &data["project"]["relatedNews"]["edges"];
    let reasons = json!([{ "kind": "SHARED_TERMS", "detail": "réintégration, certification, orientation" }]);
    assert_eq!(*related, json!([{ "score": 3.0, "reasons": reasons }]));
}

#[test]
fn a_list_goes_on_from_its_cursor_while_others_write() {
    let app = App::seeded();
    let page = |after: &str| {
        let query = format!(
            "{{ project(code: \"RR.0147\") {{ relatedProjects(first: 1, after: {after}) {{ totalCount nodes {{ code }}
               pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }} }}"
        );
        app.ask(&query)["project"]["relatedProjects"].clone()
    };
    let first = page("null");
    assert_eq!(first["nodes"], json!([{ "code": "LM.0024" }]));
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasPreviousPage"]), (&json!(2), &json!(false)));
    let cursor = first["pageInfo"]["endCursor"].to_string();
    for code in ["AA.0001", "MM.0001"] {
        let project = json!({ "code": code, "title": "Un atelier", "memberStates": ["GE"] });
        upsert(&app, "upsertProject", "UpsertProjectInput", project);
    }
    let second = page(&cursor);
    assert_eq!(second["nodes"], json!([{ "code": "MM.0001" }]), "AA.0001 stands before the cursor");
    assert_eq!((&second["totalCount"], &second["pageInfo"]["hasPreviousPage"]), (&json!(4), &json!(true)));
    let third = page(&second["pageInfo"]["endCursor"].to_string());
    assert_eq!((&third["nodes"], &third["pageInfo"]["hasNextPage"]), (&json!([{ "code": "TC4-805" }]), &json!(false)));

    // A list of news has other cursors, and what is cut off is none.
    for broken in [cursor.as_str(), "\"AQIA_w\"", "\"rubbish\""] {
        let query = format!("{{ project(code: \"RR.0147\") {{ relatedNews(after: {broken}) {{ totalCount }} }} }}");
        assert!(app.refusal(&query)["message"].as_str().unwrap().contains("cursor"));
    }
}
