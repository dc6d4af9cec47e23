//! A donor's data team filters, orders, sums and groups.

use serde_json::{Value, json};

use crate::app::App;

/// The seeds, and three projects that make the questions harder.
fn app() -> App {
    let app = App::seeded();
    let records = json!([
        { "memberState": { "code": "KE" } },
        { "project": { "code": "CT.0001", "title": "Zone franche", "status": "ACTIVE", "type": "COUNTER_TRAFFICKING", "coverage": "REGIONAL",
            "region": "AFRICA", "year": 2024, "budget": { "amount": "100.00" }, "memberStates": ["DJ", "KE", "GE"], "endDate": "2026-05" } },
        { "project": { "code": "CT.0002", "title": "Échange", "region": "AFRICA", "year": 2020, "memberStates": ["KE"] } },
        { "project": { "code": "CT.0003", "title": "abri", "budget": { "amount": "9", "currency": "EUR" } } },
    ]);
    let seed = "mutation($records: [RecordInput!]!) { seedRecords(input: { records: $records }) { errors { message } } }";
    assert_eq!(app.write(seed, json!({ "records": records }))["seedRecords"]["errors"], json!([]));
    app
}

fn codes(list: &Value) -> String {
    let nodes = list["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["code"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_operator_filters() {
    let app = app();
    for (filter, expected) in [
        ("{}", "CT.0001 CT.0002 CT.0003 LM.0024 RR.0005 RR.0147 TC4-805"),
        ("{ code: { startsWith: \"ct\" } }", "CT.0001 CT.0002 CT.0003"),
        ("{ code: { in: [\"RR.0147\", \"LM.0024\", \"XX\"] } }", "LM.0024 RR.0147"),
        ("{ code: { contains: \"00\", ne: \"LM.0024\" }, hasWarning: true }", "RR.0005"),
        ("{ status: { eq: ACTIVE } }", "CT.0001"),
        ("{ status: { isNull: true } }", "CT.0002 CT.0003"),
        ("{ status: { ne: COMPLETED } }", "CT.0001 CT.0002 CT.0003"),
        ("{ type: { startsWith: \"COUNTER\" } }", "CT.0001"),
        ("{ type: { eq: \"LABOUR_MIGRATION\" } }", "LM.0024"),
        ("{ coverage: { notIn: [NATIONAL] } }", "CT.0001 CT.0002 CT.0003 RR.0005"),
        ("{ region: { in: [AFRICA, GLOBAL] } }", "CT.0001 CT.0002 RR.0005"),
        ("{ memberState: { eq: \"dji\" } }", "CT.0001 RR.0005"),
        ("{ memberState: { ne: \"GE\" } }", "CT.0002 CT.0003 RR.0005"),
        ("{ memberState: { in: [\"KE\", \"DJ\"], notIn: [\"GE\"] } }", "CT.0002 RR.0005"),
        ("{ memberState: { eq: \"ZZ\" } }", ""),
        ("{ memberState: { isNull: true } }", "CT.0003"),
        ("{ budget: { gte: \"64240\", lt: \"300000.00\" } }", "LM.0024 RR.0005"),
        ("{ budget: { eq: 40000 } }", "TC4-805"),
        ("{ budget: { isNull: true } }", "CT.0002"),
        ("{ year: { eq: 2020 } }", "CT.0002 RR.0147"),
        ("{ year: { gt: 2020, lte: 2024 } }", "CT.0001"),
        ("{ startYear: { in: [2020] } }", "RR.0147"),
        ("{ endYear: { gt: 2024 } }", "CT.0001"),
        ("{ hasWarning: false }", "CT.0001 CT.0002 CT.0003 RR.0147"),
        ("{ updatedAfter: \"2000-01-01T00:00:00Z\", code: { eq: \"RR.0147\" } }", "RR.0147"),
        ("{ updatedAfter: \"2100-01-01T00:00:00Z\" }", ""),
        (
            "{ or: [{ code: { eq: \"RR.0147\" } }, { and: [{ region: { eq: AFRICA } }, { not: { year: { eq: 2024 } } }] }] }",
            "CT.0002 RR.0147",
        ),
        ("{ year: { eq: 2020 }, not: { year: { eq: 2020 } } }", ""),
        ("{ or: [] }", ""),
    ] {
        let data =
            app.ask(&format!("{{ projects(filter: {filter}) {{ totalCount nodes {{ code }} totals {{ projects }} }} }}"));
        let list = &data["projects"];
        assert_eq!(codes(list), expected, "{filter}");
        let count = json!(expected.split_whitespace().count());
        assert_eq!((&list["totalCount"], &list["totals"]["projects"]), (&count, &count), "{filter}");
    }
    let error = app.refusal("{ projects(filter: { year: { contains: \"2\" } }) { totalCount } }");
    assert!(error["message"].as_str().unwrap().contains("`IntFilter` has no field `contains`"), "{error}");
}

#[test]
fn nested_lists_take_the_same_filters() {
    let app = app();
    let data = app.ask(
        "{ memberState(code: \"KE\") { projects(filter: { year: { gt: 2020 } }, orderBy: [{ field: TITLE }]) { totalCount nodes { code } } }
           region(code: EUROPE) { projects(filter: { budget: { lt: \"100000\" } }) { nodes { code } } news(filter: { publishedYear: { isNull: true } }) { totalCount } }
           news(filter: { memberState: { eq: \"GE\" }, region: { ne: AFRICA } }, orderBy: [{ field: PUBLISHED_ON, direction: DESC }]) { totalCount }
           none: news(filter: { region: { eq: AFRICA } }) { totalCount } }",
    );
    assert_eq!(codes(&data["memberState"]["projects"]), "CT.0001");
    assert_eq!(codes(&data["region"]["projects"]), "LM.0024 TC4-805");
    assert_eq!(
        (&data["region"]["news"]["totalCount"], &data["news"]["totalCount"], &data["none"]["totalCount"]),
        (&json!(1), &json!(1), &json!(0))
    );
}

#[test]
fn a_list_goes_by_several_fields_with_the_missing_first_or_last() {
    let app = app();
    for (order, expected) in [
        ("{ field: BUDGET, direction: DESC }", "RR.0147 RR.0005 LM.0024 TC4-805 CT.0001 CT.0003 CT.0002"),
        ("{ field: BUDGET, nulls: FIRST }", "CT.0002 CT.0003 CT.0001 TC4-805 LM.0024 RR.0005 RR.0147"),
        ("{ field: TITLE }", "CT.0003 CT.0002 RR.0147 RR.0005 TC4-805 LM.0024 CT.0001"),
        ("{ field: YEAR }, { field: CODE, direction: DESC }", "RR.0147 CT.0002 CT.0001 TC4-805 RR.0005 LM.0024 CT.0003"),
        ("{ field: END_DATE, direction: DESC }", "CT.0001 LM.0024 RR.0005 TC4-805 RR.0147 CT.0002 CT.0003"),
    ] {
        // The whole list page by page is the list at once, forward and backward.
        let whole = app.ask(&format!("{{ projects(orderBy: [{order}]) {{ nodes {{ code }} }} }}"));
        assert_eq!(codes(&whole["projects"]), expected, "{order}");
        for (first, after, has_more) in [("first", "after", "hasNextPage"), ("last", "before", "hasPreviousPage")] {
            let mut found: Vec<String> = Vec::new();
            let mut cursor = String::new();
            loop {
                let data = app.ask(&format!(
                    "{{ projects(orderBy: [{order}], {first}: 3 {cursor}) {{ nodes {{ code }} pageInfo {{ {has_more} startCursor endCursor }} }} }}"
                ));
                let page = &data["projects"];
                let pages = codes(page);
                if first == "first" {
                    found.push(pages)
                } else {
                    found.insert(0, pages)
                }
                if page["pageInfo"][has_more] == false {
                    break;
                }
                let next = if first == "first" { "endCursor" } else { "startCursor" };
                cursor = format!(", {after}: {}", page["pageInfo"][next]);
            }
            assert_eq!(found.join(" "), expected, "{order} {first}");
        }
    }
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let app = app();
    let data = app.ask("{ projects(orderBy: [{ field: BUDGET }], first: 1) { pageInfo { endCursor } } }");
    let cursor = &data["projects"]["pageInfo"]["endCursor"];
    for order in ["", "orderBy: [{ field: BUDGET, direction: DESC }],", "orderBy: [{ field: YEAR }],"] {
        let error = app.refusal(&format!("{{ projects({order} after: {cursor}) {{ totalCount }} }}"));
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
        assert!(error["message"].as_str().unwrap().contains("of another order"), "{error}");
    }
}

#[test]
fn totals_and_groups_are_exact() {
    let app = app();
    let totals =
        "projects withoutBudget budget { amount } averageBudget { amount } smallestBudget { amount } largestBudget { amount }";
    let data = app.ask(&format!(
        "{{ projects(first: 1) {{ totals {{ {totals} }}
             byState: groups(by: [MEMBER_STATE]) {{ memberState {{ code }} year totals {{ projects budget {{ amount }} }} }}
             shared: groups(by: [MEMBER_STATE], shareRule: EQUAL_SHARE) {{ memberState {{ code }} totals {{ budget {{ amount }} }} }}
             several: groups(by: [REGION, YEAR]) {{ region {{ code }} year totals {{ projects }} }} }}
           empty: projects(filter: {{ code: {{ eq: \"none\" }} }}) {{ totals {{ {totals} }} groups(by: [TYPE]) {{ year }} }} }}"
    ));
    let list = &data["projects"];
    assert_eq!(
        list["totals"],
        json!({ "projects": 7, "withoutBudget": 2, "budget": { "amount": "604340.00" }, "averageBudget": { "amount": "120868.00" },
            "smallestBudget": { "amount": "100.00" }, "largestBudget": { "amount": "300000.00" } })
    );
    let group = |state: Value, projects: usize, amount: &str| json!({ "memberState": state, "year": null, "totals": { "projects": projects, "budget": { "amount": amount } } });
    let state = |code: &str| json!({ "code": code });
    assert_eq!(
        list["byState"],
        json!([
            group(state("DJ"), 2, "200100.00"),
            group(state("GE"), 4, "404340.00"),
            group(state("KE"), 2, "100.00"),
            group(Value::Null, 1, "0.00")
        ])
    );
    let shares: Vec<_> =
        list["shared"].as_array().unwrap().iter().map(|group| group["totals"]["budget"]["amount"].as_str().unwrap()).collect();
    assert_eq!(shares, ["200033.34", "404273.33", "33.33", "0.00"], "they sum to the total");
    assert_eq!(list["several"].as_array().unwrap().len(), 6);
    assert_eq!(list["several"][0], json!({ "region": { "code": "AFRICA" }, "year": 2020, "totals": { "projects": 1 } }));
    let nothing = json!({ "projects": 0, "withoutBudget": 0, "budget": { "amount": "0.00" }, "averageBudget": null, "smallestBudget": null, "largestBudget": null });
    assert_eq!(data["empty"], json!({ "totals": nothing, "groups": [] }));
}

#[test]
fn a_states_projects_are_grouped_by_year() {
    let app = app();
    let data = app.ask(
        "{ memberState(code: \"GE\") { projects { groups(by: [YEAR]) { year totals { projects budget { amount } } } } } }",
    );
    assert_eq!(
        data["memberState"]["projects"]["groups"],
        json!([
            { "year": 2020, "totals": { "projects": 1, "budget": { "amount": "300000.00" } } },
            { "year": 2024, "totals": { "projects": 1, "budget": { "amount": "100.00" } } },
            { "year": null, "totals": { "projects": 2, "budget": { "amount": "104240.00" } } },
        ])
    );
}
