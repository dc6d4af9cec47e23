//! Cursors that were made up, cut, or bent.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::*;

/// Every list, by a query that takes a cursor.
const LISTS: [&str; 10] = [
    "query($c: Cursor) { list: projects(first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { list: projects(last: 2, before: $c, orderBy: [{ field: YEAR }, { field: TITLE }]) { edges { cursor } } }",
    "query($c: Cursor) { list: projects(first: 2, after: $c, filter: { text: \"retour\" }, orderBy: [{ field: RELEVANCE }]) { edges { cursor } } }",
    "query($c: Cursor) { list: news(first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { list: memberStates(first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { list: contacts(first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { list: search(text: \"Géorgie\", first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { list: changes(first: 2, after: $c) { edges { cursor } } }",
    "query($c: Cursor) { project(code: \"RR.0147\") { list: relatedNews(first: 2, after: $c) { edges { cursor } } } }",
    "query($c: Cursor) { memberState(code: \"GE\") { list: projects(first: 2, after: $c) { edges { cursor } } } }",
];

/// The edges of the list, wherever it stands in the data.
fn edges(answer: &Value) -> Option<&Vec<Value>> {
    let data = answer["data"].as_object()?;
    let list = data.get("list").or_else(|| data.values().next()?.get("list"))?;
    list["edges"].as_array()
}

#[test]
fn any_cursor_leads_to_a_page_or_to_an_error_that_says_so() {
    let app = App::seeded();
    let real: Vec<String> = LISTS
        .iter()
        .flat_map(|query| {
            let answer = asked(&app, query, &json!({})).unwrap();
            let edges = edges(&answer).unwrap_or_else(|| panic!("{query}: {answer}"));
            edges.iter().map(|edge| edge["cursor"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert!(real.len() >= 15, "{real:?}");
    let damage = (any::<prop::sample::Index>(), 0usize..3, prop::collection::vec(any::<u8>(), 0..3));
    let bent = (prop::sample::select(real.clone()), prop::collection::vec(damage, 0..3)).prop_map(|(cursor, damages)| {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
        for (at, drop, put) in damages {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..(at + drop).min(bytes.len()), put);
        }
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    });
    let made_up = prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let cursor = prop_oneof![3 => bent, 1 => made_up, 1 => ".{0,30}"];
    check(&(prop::sample::select(LISTS.to_vec()), cursor), |(query, cursor)| {
        let answer = asked(&app, query, &json!({ "c": cursor }))?;
        match edges(&answer) {
            Some(edges) => prop_assert!(edges.len() <= 2, "{answer}"),
            None => prop_assert!(answer["errors"][0]["message"].as_str().unwrap_or_default().contains("cursor"), "{answer}"),
        }
        Ok(())
    });
}
