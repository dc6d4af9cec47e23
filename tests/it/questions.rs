//! A partner's system asks.

use serde_json::{Value, json};

use crate::app::App;

#[test]
fn the_four_projects_are_as_their_documents_say() {
    let app = App::seeded();
    let data = app.ask(
        "{ projects { totalCount nodes { code primaId title status type { code label } budget { amount currency } coverage
            region { code } year startDate { text precision } endDate { text precision } memberStates { code }
            languages unrecognizedStates } } }",
    );
    assert_eq!(data["projects"]["totalCount"], 4);
    let reintegration = "Aide au retour et à la réintégration à l’intention des migrants et des gouvernements";
    let expected = [
        (
            "LM.0024",
            "Renforcement des capacités des structures",
            "Migration de main-d’œuvre",
            "64240.00",
            "NATIONAL",
            "EUROPE",
            None,
            None,
            "2024",
            None,
            "GE",
        ),
        (
            "RR.0005",
            "Initiative pilote Espace novateur",
            reintegration,
            "200000.00",
            "GLOBAL",
            "GLOBAL",
            None,
            None,
            "2024",
            Some("CH10P0005"),
            "DJ",
        ),
        (
            "RR.0147",
            "Géorgie : Initiative pilote",
            reintegration,
            "300000.00",
            "NATIONAL",
            "EUROPE",
            Some(2020),
            Some("2020"),
            "2023",
            Some("GE10P0514"),
            "GE",
        ),
        (
            "TC4-805",
            "Projet d’orientation professionnelle",
            "TCMMCB",
            "40000.00",
            "NATIONAL",
            "EUROPE",
            None,
            None,
            "2024",
            None,
            "GE",
        ),
    ];
    let projects = data["projects"]["nodes"].as_array().unwrap();
    for (project, (code, title, kind, budget, coverage, region, year, start, end, prima, state)) in
        projects.iter().zip(expected)
    {
        assert_eq!(project["code"], code);
        assert!(project["title"].as_str().unwrap().starts_with(title), "{code}");
        assert_eq!(project["status"], "COMPLETED", "{code}");
        assert_eq!(project["type"]["label"], kind, "{code}");
        assert_eq!(project["budget"], json!({ "amount": budget, "currency": "USD" }), "{code}");
        assert_eq!(project["coverage"], coverage, "{code}");
        assert_eq!(project["region"]["code"], region, "{code}");
        assert_eq!(project["year"], json!(year), "{code}");
        assert_eq!(
            project["startDate"],
            start.map_or(Value::Null, |year| json!({ "text": year, "precision": "YEAR" })),
            "{code}"
        );
        assert_eq!(project["endDate"], json!({ "text": end, "precision": "YEAR" }), "{code}");
        assert_eq!(project["primaId"], json!(prima), "{code}");
        assert_eq!(project["memberStates"], json!([{ "code": state }]), "{code}");
        assert_eq!(project["languages"], json!(["FR"]), "{code}");
        assert_eq!(project["unrecognizedStates"], json!([]), "{code}");
    }
}

#[test]
fn descriptions_are_whole_and_hold_nothing_of_the_page_around_them() {
    let app = App::seeded();
    let data = app.ask("{ projects { nodes { code description } } news { nodes { body } } }");
    let begins_and_ends = [
        ("LM.0024", "Ce projet vise à renforcer", "dès le début de 2008."),
        ("RR.0005", "Si l’extrême pauvreté à Djibouti", "l’opportunité ou non de migrer."),
        ("RR.0147", "Dans le cadre de ce projet pilote", "d’outils et d’enseignements tirés."),
        ("TC4-805", "Le projet d’orientation professionnelle", "à un programme élargi."),
    ];
    for (project, (code, begins, ends)) in data["projects"]["nodes"].as_array().unwrap().iter().zip(begins_and_ends) {
        let description = project["description"].as_str().unwrap();
        assert_eq!(project["code"], code);
        assert!(description.starts_with(begins) && description.ends_with(ends), "{code}: {description}");
        assert_eq!(description.split("\n\n").count(), 2, "{code} has two paragraphs");
        for foreign in ["2030 AGENDA", "Projet ID", "Etat(s) membre(s)", "Qui sommes nous"] {
            assert!(!description.contains(foreign), "{code} holds “{foreign}”");
        }
    }
    let body = data["news"]["nodes"][0]["body"].as_str().unwrap();
    assert!(body.contains("presque dépeuplées") && body.contains("Ministère géorgien des affaires étrangères."), "{body}");
    assert!(!body.contains("2030 AGENDA"), "{body}");
}

#[test]
fn the_news_item_names_its_place_its_state_and_whom_to_call() {
    let app = App::seeded();
    let data = app.ask(
        "{ news { totalCount nodes { slug title place publishedOn { text } memberStates { code } regions { code } contacts { name } } }
           contact(email: \"AKakushadze@iom.int\") { name email phones office news { nodes { place } } memberStates { code } } }",
    );
    assert_eq!(data["news"]["totalCount"], 1);
    let item = &data["news"]["nodes"][0];
    assert!(item["title"].as_str().unwrap().starts_with("La Géorgie porte un nouveau regard"));
    assert_eq!(item["slug"], "la-georgie-porte-un-nouveau-regard-sur-la-migration-et-le-developpement-rural");
    assert_eq!(item["place"], "Tbilisi");
    assert_eq!(item["publishedOn"], Value::Null);
    assert_eq!(item["memberStates"], json!([{ "code": "GE" }]));
    assert_eq!(item["regions"], json!([{ "code": "EUROPE" }]));
    let contact = json!({
        "name": "Ana Kakushadze", "email": "akakushadze@iom.int", "phones": ["+995322252216"], "office": null,
        "news": { "nodes": [{ "place": "Tbilisi" }] }, "memberStates": [{ "code": "GE" }],
    });
    assert_eq!(data["contact"], contact);
}

#[test]
fn a_doubtful_end_date_says_so_and_the_document_can_be_read() {
    let app = App::seeded();
    let data =
        app.ask("{ projects { nodes { code warnings { code field message } sources { document language text sha256 } } } }");
    let mut placeholders = Vec::new();
    for project in data["projects"]["nodes"].as_array().unwrap() {
        let code = project["code"].as_str().unwrap();
        let warnings = project["warnings"].as_array().unwrap();
        if warnings.iter().any(|warning| warning["code"] == "END_DATE_PLACEHOLDER" && warning["field"] == "endDate") {
            placeholders.push(code);
        }
        let source = &project["sources"][0];
        let file = std::fs::read_to_string(crate::app::seeds().join(source["document"].as_str().unwrap())).unwrap();
        assert_eq!(source["text"], file, "{code}");
        assert_eq!(source["language"], "FR");
    }
    assert_eq!(placeholders, ["LM.0024", "RR.0005", "TC4-805"]);
}

#[test]
fn names_come_in_three_languages() {
    let app = App::seeded();
    let data = app.ask(
        "{ memberStates { nodes { code alpha3 fr: name en: name(language: EN) es: name(language: ES) region { name(language: ES) } } }
           project(code: \"LM.0024\") { title(language: EN) type { code fr: label en: label(language: EN) es: label(language: ES) } } }",
    );
    let states = json!([
        { "code": "DJ", "alpha3": "DJI", "fr": "Djibouti", "en": "Djibouti", "es": "Yibuti", "region": { "name": "África" } },
        { "code": "GE", "alpha3": "GEO", "fr": "Géorgie", "en": "Georgia", "es": "Georgia", "region": { "name": "Europa" } },
    ]);
    assert_eq!(data["memberStates"]["nodes"], states);
    let project = &data["project"];
    assert!(project["title"].as_str().unwrap().starts_with("Renforcement"), "there is no English title: French stands for it");
    assert_eq!(project["type"]["code"], "LABOUR_MIGRATION");
    assert_eq!(project["type"]["en"], "Labour Migration");
}

#[test]
fn projects_and_news_are_related_both_ways_for_the_same_reasons() {
    let app = App::seeded();
    let data = app.ask(
        "{ project(code: \"RR.0147\") { relatedNews { totalCount edges { score reasons { kind detail } node { slug } } }
                                        relatedProjects { nodes { code } } contacts { nodes { email } } }
           news { nodes { relatedProjects { edges { score reasons { kind detail } node { code } } } } } }",
    );
    let forth = &data["project"]["relatedNews"];
    assert_eq!(forth["totalCount"], 1);
    let reasons = json!([
        { "kind": "SHARED_PLACE", "detail": "Iméréthie" },
        { "kind": "SHARED_PLACE", "detail": "Kakhétie" },
        { "kind": "SHARED_PLACE", "detail": "Tbilissi" },
        { "kind": "SHARED_TERMS", "detail": "retour, municipalités, participative" },
        { "kind": "SHARED_MEMBER_STATE", "detail": "GE" },
    ]);
    assert_eq!(forth["edges"][0]["reasons"], reasons);
    let back = data["news"]["nodes"][0]["relatedProjects"]["edges"].as_array().unwrap();
    assert_eq!(
        back.iter().map(|edge| edge["node"]["code"].as_str().unwrap()).collect::<Vec<_>>(),
        ["RR.0147", "TC4-805", "LM.0024"]
    );
    assert_eq!(back[0]["reasons"], reasons);
    assert_eq!(back[0]["score"], forth["edges"][0]["score"]);
    assert_eq!(data["project"]["relatedProjects"]["nodes"], json!([{ "code": "LM.0024" }, { "code": "TC4-805" }]));
    assert_eq!(data["project"]["contacts"]["nodes"], json!([{ "email": "akakushadze@iom.int" }]));
}

#[test]
fn a_region_leads_to_its_states_projects_and_news() {
    let app = App::seeded();
    let data = app.ask(
        "{ regions { code name } region(code: EUROPE) { memberStates { nodes { code } } projects { totalCount } news { totalCount } }
           africa: region(code: AFRICA) { memberStates { nodes { code } } projects { totalCount } news { totalCount } }
           missing: region(code: ASIA_AND_OCEANIA) { code } }",
    );
    assert_eq!(
        data["regions"],
        json!([{ "code": "AFRICA", "name": "Afrique" }, { "code": "EUROPE", "name": "Europe" }, { "code": "GLOBAL", "name": "Monde" }])
    );
    let europe = json!({ "memberStates": { "nodes": [{ "code": "GE" }] }, "projects": { "totalCount": 3 }, "news": { "totalCount": 1 } });
    assert_eq!(data["region"], europe);
    let africa = json!({ "memberStates": { "nodes": [{ "code": "DJ" }] }, "projects": { "totalCount": 0 }, "news": { "totalCount": 0 } });
    assert_eq!(data["africa"], africa);
    assert_eq!(data["missing"], Value::Null);
}

#[test]
fn every_node_is_found_again_by_its_id() {
    let app = App::seeded();
    let data = app.ask(
        "{ projects { nodes { id } } memberStates { nodes { id } } regions { id } news { nodes { id } } contacts { nodes { id } } }",
    );
    let lists = ["/projects/nodes", "/memberStates/nodes", "/regions", "/news/nodes", "/contacts/nodes"];
    let ids: Vec<&Value> =
        lists.iter().flat_map(|list| data.pointer(list).unwrap().as_array().unwrap()).map(|node| &node["id"]).collect();
    assert_eq!(ids.len(), 4 + 2 + 3 + 1 + 1);
    let mut asked: Vec<Value> = ids.iter().map(|&id| id.clone()).collect();
    asked.push(json!("bm93aGVyZQ"));
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";
    let answer = app.post(&json!({ "query": query, "variables": { "ids": asked } }), None);
    let found = answer["data"]["nodes"].as_array().unwrap();
    assert!(found.iter().zip(&ids).all(|(node, id)| node["id"] == **id), "{answer:#}");
    assert_eq!(found.last(), Some(&Value::Null));
    let one = app.ask(&format!("{{ node(id: {}) {{ ... on Project {{ code }} }} missing: node(id: \"x\") {{ id }} }}", ids[0]));
    assert_eq!(one, json!({ "node": { "code": "LM.0024" }, "missing": null }));
}

#[test]
fn a_list_is_paged_forward_and_backward() {
    let app = App::seeded();
    let page = |arguments: &str| {
        let data = app.ask(&format!(
            "{{ projects({arguments}) {{ nodes {{ code }} edges {{ cursor }} totalCount
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        ));
        let page = &data["projects"];
        assert_eq!(page["totalCount"], 4);
        let codes: Vec<String> =
            page["nodes"].as_array().unwrap().iter().map(|node| node["code"].as_str().unwrap().to_owned()).collect();
        let info = &page["pageInfo"];
        let edges = page["edges"].as_array().unwrap();
        assert_eq!(edges.first().map_or(&Value::Null, |edge| &edge["cursor"]), &info["startCursor"]);
        assert_eq!(edges.last().map_or(&Value::Null, |edge| &edge["cursor"]), &info["endCursor"]);
        let more = (info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap());
        (codes, more, info["startCursor"].clone(), info["endCursor"].clone())
    };
    let (codes, more, _, end) = page("first: 3");
    assert_eq!((codes.join(" ").as_str(), more), ("LM.0024 RR.0005 RR.0147", (false, true)));
    let (codes, more, start, end) = page(&format!("first: 3, after: {end}"));
    assert_eq!((codes.join(" ").as_str(), more), ("TC4-805", (true, false)));
    let (codes, more, ..) = page(&format!("last: 2, before: {start}"));
    assert_eq!((codes.join(" ").as_str(), more), ("RR.0005 RR.0147", (true, true)));
    let (codes, more, ..) = page("last: 9");
    assert_eq!((codes.len(), more), (4, (false, false)));
    let (codes, more, ..) = page("first: 3, last: 1");
    assert_eq!((codes.join(" ").as_str(), more), ("RR.0147", (true, true)));
    let (codes, more, ..) = page(&format!("first: 3, after: {end}"));
    assert_eq!((codes.len(), more), (0, (true, false)));
    let (codes, more, ..) = page("first: 0");
    assert_eq!((codes.len(), more.0), (0, false));
}

#[test]
fn what_cannot_be_paged_is_refused_with_the_reason() {
    let app = App::seeded();
    for (query, code, reason) in [
        (
            "{ projects(first: 101) { totalCount } }",
            "LIMIT_EXCEEDED",
            "the request has 101 nodes on one page, and the limit is 100",
        ),
        ("{ news(last: 101) { totalCount } }", "LIMIT_EXCEEDED", "101 nodes on one page"),
        ("{ projects(first: -1) { totalCount } }", "BAD_USER_INPUT", "`first` is -1"),
        ("{ projects(after: \"Zm9v\") { totalCount } }", "BAD_USER_INPUT", "“Zm9v” is not a cursor"),
        ("{ memberState(code: \"GE\") { projects(before: \"\") { totalCount } } }", "BAD_USER_INPUT", "is not a cursor"),
    ] {
        let error = app.refusal(query);
        assert_eq!(error["extensions"]["code"], code, "{query}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{query}: {error}");
    }
}

#[test]
fn what_is_not_there_is_null() {
    let app = App::seeded();
    let data = app.ask(
        "{ project(code: \"XX.9999\") { code } a: memberState(code: \"FR\") { code } b: memberState(code: \"nowhere\") { code }
           newsItem(slug: \"nothing\") { slug } contact(email: \"nobody@iom.int\") { name } node(id: \"\") { id } }",
    );
    assert!(data.as_object().unwrap().values().all(Value::is_null), "{data}");
}

#[test]
fn the_service_tells_what_it_holds() {
    let app = App::seeded();
    let data = app.ask("{ service { version revision counts { kind count } limits { page } } }");
    assert_eq!(data["service"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(data["service"]["revision"], 1);
    let counts = data["service"]["counts"].as_array().unwrap();
    let counts: Vec<_> =
        counts.iter().map(|count| (count["kind"].as_str().unwrap(), count["count"].as_u64().unwrap())).collect();
    assert_eq!(counts, [("PROJECT", 4), ("MEMBER_STATE", 2), ("REGION", 3), ("NEWS_ITEM", 1), ("CONTACT", 1)]);
    assert_eq!(data["service"]["limits"]["page"], 100);
}
