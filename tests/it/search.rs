//! A reader looks for words.

use serde_json::{Value, json};

use crate::app::App;

fn found(app: &App, arguments: &str) -> Vec<String> {
    let data = app.ask(&format!(
        "{{ search({arguments}) {{ totalCount nodes {{ __typename ... on Project {{ code }} ... on NewsItem {{ place }} ... on MemberState {{ alpha3 }}
            ... on Region {{ key: name }} ... on Contact {{ email }} }} }} }}"
    ));
    let nodes = data["search"]["nodes"].as_array().unwrap();
    assert_eq!(data["search"]["totalCount"], nodes.len(), "{arguments}");
    let name = |node: &Value| {
        let name = ["code", "place", "alpha3", "key", "email"].iter().find_map(|field| node[field].as_str());
        format!("{} {}", node["__typename"].as_str().unwrap(), name.unwrap())
    };
    nodes.iter().map(name).collect()
}

#[test]
fn words_are_found_in_all_their_forms() {
    let app = App::seeded();
    for text in ["réintégrer", "reintegration", "RÉINTÉGRATION", "la réintégration"] {
        let hits = found(&app, &format!("text: \"{text}\", kinds: [PROJECT]"));
        assert_eq!(hits.first().map(String::as_str), Some("Project RR.0147"), "{text}: {hits:?}");
    }
    for text in ["l’emploi", "l'emploi", "emploi"] {
        assert_eq!(found(&app, &format!("text: \"{text}\", kinds: [PROJECT]"))[0], "Project TC4-805", "{text}");
    }
    for (text, hit) in [
        ("RR.0147", "Project RR.0147"),
        ("rr.0147", "Project RR.0147"),
        ("GE10P0514", "Project RR.0147"),
        ("Kakushadze", "Contact akakushadze@iom.int"),
        ("akakushadze@iom.int", "Contact akakushadze@iom.int"),
        ("Yibuti", "MemberState DJI"),
        ("microcréd", "Project TC4-805"),
        ("entrepreneuriet", "Project RR.0005"),
        ("politique migratoire", "Project LM.0024"),
    ] {
        assert_eq!(found(&app, &format!("text: \"{text}\""))[0], hit, "{text}");
    }
    assert_eq!(found(&app, "text: \"Ouagadougou\""), [""; 0]);
}

#[test]
fn hits_are_counted_by_kind_paged_and_marked() {
    let app = App::seeded();
    let data = app.ask(
        "{ search(text: \"Géorgie\", first: 2) { totalCount partial facets { kind count } pageInfo { hasNextPage hasPreviousPage endCursor }
            edges { cursor score highlights { field language fragments } node { ... on MemberState { code } ... on Project { number: code } } } } }",
    );
    let page = &data["search"];
    assert_eq!(
        page["facets"],
        json!([{ "kind": "PROJECT", "count": 3 }, { "kind": "MEMBER_STATE", "count": 1 }, { "kind": "REGION", "count": 0 },
        { "kind": "NEWS_ITEM", "count": 1 }, { "kind": "CONTACT", "count": 0 }])
    );
    assert_eq!((&page["totalCount"], &page["partial"]), (&json!(5), &json!(false)));
    assert_eq!(page["edges"][0]["node"]["code"], "GE", "the name itself comes before texts that hold it: {page:#}");
    assert_eq!((&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["hasPreviousPage"]), (&json!(true), &json!(false)));
    let fragments: Vec<_> = page["edges"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|edge| edge["highlights"].as_array().unwrap())
        .flat_map(|mark| mark["fragments"].as_array().unwrap())
        .collect();
    assert!(fragments.iter().all(|fragment| fragment.as_str().unwrap().contains("<mark>")), "{fragments:?}");
    assert!(fragments.iter().any(|fragment| fragment.as_str().unwrap().contains("<mark>Géorgie</mark>")), "{fragments:?}");

    // Page by page it is the same as at once.
    let codes = |page: &Value| page["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].clone()).collect::<Vec<_>>();
    let whole = app.ask("{ search(text: \"Géorgie\") { edges { cursor } } }");
    let mut paged = codes(page);
    let mut cursor = page["pageInfo"]["endCursor"].clone();
    loop {
        let data = app.ask(&format!("{{ search(text: \"Géorgie\", first: 2, after: {cursor}) {{ edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"));
        paged.extend(codes(&data["search"]));
        assert_eq!(data["search"]["pageInfo"]["hasPreviousPage"], true);
        if data["search"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
        cursor = data["search"]["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(paged, codes(&whole["search"]));
    let broken = app.refusal("{ search(text: \"x\", after: \"AQA\") { totalCount } }");
    assert_eq!(broken["extensions"]["code"], "BAD_USER_INPUT", "{broken}");
    for other in ["text: \"Kenya\"", "text: \"Géorgie\", language: FR"] {
        let refused = app.refusal(&format!("{{ search({other}, after: {cursor}) {{ totalCount }} }}"));
        assert!(refused["message"].as_str().unwrap().contains("of other words"), "{refused}");
    }
}

#[test]
fn pages_go_on_while_others_write() {
    let app = App::seeded();
    // Every project that is added makes the words of the question more common, and each hit’s score another for who asks anew.
    let add = |number: usize| {
        let input = json!({ "input": { "code": format!("ZZ.{number:04}"), "language": "FR", "title": "Géorgie, migration" } });
        let write = "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) { errors { message } } }";
        assert_eq!(app.write(write, input)["upsertProject"]["errors"], json!([]));
    };
    let questions = [
        ("search", "text: \"géorgie migr\"", "... on Project { code } ... on NewsItem { id }"),
        ("projects", "filter: { text: \"géorgie migr\" }, orderBy: [{ field: RELEVANCE }]", "code"),
    ];
    for (turn, (list, arguments, fields)) in questions.into_iter().enumerate() {
        let ours = |page: &Value| {
            let nodes = page["nodes"].as_array().unwrap().iter();
            nodes.filter(|node| !node["code"].as_str().is_some_and(|code| code.starts_with("ZZ"))).cloned().collect::<Vec<_>>()
        };
        let ask = |first: usize, after: &Value| {
            app.ask(&format!(
                "{{ {list}({arguments}, first: {first}, after: {after}) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
            ))[list]
                .clone()
        };
        let expected = ours(&ask(100, &Value::Null));
        assert!(expected.len() > 2, "{expected:?}");
        let (mut paged, mut cursor) = (Vec::new(), Value::Null);
        for number in 0.. {
            let page = ask(1, &cursor);
            paged.extend(ours(&page));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            cursor = page["pageInfo"]["endCursor"].clone();
            if number < 4 {
                add(turn * 10 + number);
            }
        }
        assert_eq!(paged, expected, "{list}");
    }
}

#[test]
fn lists_are_filtered_by_words_and_ordered_by_how_well_they_answer() {
    let app = App::seeded();
    let data = app.ask(
        "{ projects(filter: { text: \"migrants de retour\" }, orderBy: [{ field: RELEVANCE }]) { totalCount nodes { code } totals { budget { amount } } }
           not: projects(filter: { not: { text: \"réintégration\" } }) { nodes { code } }
           both: projects(filter: { text: \"migration\", memberState: { eq: \"GE\" } }) { nodes { code } }
           memberState(code: \"GE\") { projects(filter: { text: \"microcrédit\" }) { nodes { code } } news(filter: { text: \"diaspora\" }, orderBy: [{ field: RELEVANCE }]) { totalCount } }
           none: news(filter: { text: \"microcrédit\" }) { totalCount } }",
    );
    let codes = |list: &Value| {
        list["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let answer = codes(&data["projects"]);
    assert!(answer.starts_with("RR.0005") || answer.starts_with("RR.0147"), "{answer}");
    assert_eq!(data["projects"]["totalCount"], answer.split(' ').count());
    assert_eq!(codes(&data["not"]), "LM.0024 TC4-805");
    assert!(codes(&data["both"]).contains("LM.0024"), "{data}");
    assert_eq!(codes(&data["memberState"]["projects"]), "TC4-805");
    assert_eq!((&data["memberState"]["news"]["totalCount"], &data["none"]["totalCount"]), (&json!(1), &json!(0)));
    let error = app.refusal("{ projects(orderBy: [{ field: RELEVANCE }]) { totalCount } }");
    assert!(error["message"].as_str().unwrap().contains("needs the words that count"), "{error}");
}

#[test]
fn what_is_written_is_found_at_once_and_what_is_deleted_is_not() {
    let app = App::seeded();
    let write = "mutation($input: UpsertProjectInput!) { upsertProject(input: $input) { project { id } errors { message } } }";
    let data = app.write(write, json!({ "input": { "code": "LM.7777", "language": "EN", "title": "Seasonal beekeeping" } }));
    assert_eq!(found(&app, "text: \"beekeepers\", language: EN"), ["Project LM.7777"]);
    app.write(write, json!({ "input": { "code": "LM.7777", "language": "EN", "title": "Seasonal harvests" } }));
    assert_eq!(found(&app, "text: \"beekeeping\""), [""; 0]);
    assert_eq!(found(&app, "text: \"harvest\""), ["Project LM.7777"]);
    let id = &data["upsertProject"]["project"]["id"];
    app.write("mutation($id: ID!) { deleteNode(input: { id: $id }) { deletedId } }", json!({ "id": id }));
    assert_eq!(found(&app, "text: \"harvest\""), [""; 0]);
}
