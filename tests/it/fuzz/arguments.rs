//! Arguments of every list as the schema allows them: filters in filters, odd words, the ends of every number.

use std::collections::HashMap;

use super::*;

const INTROSPECTION: &str = "{ __schema { types { name kind enumValues { name }
    inputFields { name type { ...T } } fields { name args { name type { ...T } } } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";

const WORDS: [&str; 18] = [
    "",
    " ",
    "Géorgie",
    "retour",
    "RR.0147",
    "LABOUR_MIGRATION",
    "%",
    "\\",
    "\"",
    "«",
    "\u{0}",
    "\u{feff}",
    "'; --",
    "a-b",
    "œ",
    "😀",
    "-",
    "ﬁ",
];
const DECIMALS: [&str; 6] = ["0", "40000", "40000.00", "-1", "99999999999999999999", "1e5"];
const DATES: [&str; 6] = ["2020-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2020-01-01", "x", ""];
const NUMBERS: [i64; 9] = [0, 1, -1, 20, 100, 2020, 2024, 2_147_483_647, -2_147_483_648];
const COUNTRIES: [&str; 6] = ["GE", "KEN", "ge", "ZZ", "", "Géorgie"];

/// Values for the types of a schema, made from a row of choices: fewer choices make a smaller value.
struct Values<'a> {
    types: &'a HashMap<String, Value>,
    choices: std::vec::IntoIter<u32>,
}

impl Values<'_> {
    fn choose(&mut self, among: usize) -> usize {
        self.choices.next().map_or(0, |choice| choice as usize % among.max(1))
    }

    /// A value of a type; none where it is left out.
    fn of(&mut self, kind: &Value, depth: usize) -> Option<Value> {
        if kind["kind"] == "NON_NULL" {
            return Some(self.given(&kind["ofType"], depth));
        }
        match self.choose(4) {
            0 => None,
            1 if depth > 0 => Some(Value::Null),
            _ => Some(self.given(kind, depth)),
        }
    }

    fn given(&mut self, kind: &Value, depth: usize) -> Value {
        let name = kind["name"].as_str().unwrap_or_default();
        match kind["kind"].as_str().unwrap_or_default() {
            "LIST" => (0..self.choose(3)).filter_map(|_| self.of(&kind["ofType"], depth + 1)).collect(),
            "ENUM" => {
                let values = self.types[name]["enumValues"].as_array().unwrap().clone();
                values[self.choose(values.len())]["name"].clone()
            }
            "INPUT_OBJECT" => {
                let fields = self.types[name]["inputFields"].as_array().unwrap().clone();
                let wanted = if depth > 4 { 0 } else { self.choose(4) };
                let chosen: Vec<_> = (0..wanted).map(|_| fields[self.choose(fields.len())].clone()).collect();
                let required = fields.iter().filter(|field| field["type"]["kind"] == "NON_NULL").cloned();
                let all: Vec<_> = required.chain(chosen).collect();
                let value = |field: Value| Some((field["name"].as_str()?.to_owned(), self.of(&field["type"], depth + 1)?));
                Value::Object(all.into_iter().filter_map(value).collect())
            }
            _ => match name {
                "Int" => json!(NUMBERS[self.choose(NUMBERS.len())]),
                "Boolean" => json!(self.choose(2) == 1),
                "Decimal" => json!(DECIMALS[self.choose(DECIMALS.len())]),
                "DateTime" => json!(DATES[self.choose(DATES.len())]),
                "CountryCode" => json!(COUNTRIES[self.choose(COUNTRIES.len())]),
                _ => json!(WORDS[self.choose(WORDS.len())]),
            },
        }
    }
}

fn types(app: &App) -> HashMap<String, Value> {
    let data = app.ask(INTROSPECTION);
    let types = data["__schema"]["types"].as_array().unwrap().iter();
    types.map(|kind| (kind["name"].as_str().unwrap().to_owned(), kind.clone())).collect()
}

/// A type as a query writes it.
fn written(kind: &Value) -> String {
    match kind["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&kind["ofType"])),
        Some("LIST") => format!("[{}]", written(&kind["ofType"])),
        _ => kind["name"].as_str().unwrap().to_owned(),
    }
}

#[test]
fn any_arguments_of_any_field_are_answered() {
    let app = App::seeded();
    let types = types(&app);
    let fields: Vec<Value> =
        types["Query"]["fields"].as_array().unwrap().iter().filter(|field| field["args"][0].is_object()).cloned().collect();
    assert!(fields.len() >= 10);
    check(&(any::<prop::sample::Index>(), prop::collection::vec(any::<u32>(), 0..60)), |(field, choices)| {
        let field = &fields[field.index(fields.len())];
        let mut values = Values { types: &types, choices: choices.into_iter() };
        let arguments: Vec<_> = field["args"].as_array().unwrap().iter().collect();
        let variables: serde_json::Map<_, _> = arguments
            .iter()
            .filter_map(|argument| Some((argument["name"].as_str()?.to_owned(), values.of(&argument["type"], 0)?)))
            .collect();
        let declared: Vec<_> = arguments
            .iter()
            .map(|argument| format!("${}: {}", argument["name"].as_str().unwrap(), written(&argument["type"])))
            .collect();
        let passed: Vec<_> =
            arguments.iter().map(|argument| format!("{0}: ${0}", argument["name"].as_str().unwrap())).collect();
        let query = format!(
            "query({}) {{ {}({}) {{ __typename }} }}",
            declared.join(", "),
            field["name"].as_str().unwrap(),
            passed.join(", ")
        );
        asked(&app, &query, &Value::Object(variables)).map(drop)
    });
}

#[test]
fn what_a_filter_does_not_hold_its_negation_does() {
    let app = App::seeded();
    let types = types(&app);
    for (list, filter) in [("projects", "ProjectFilter"), ("news", "NewsFilter")] {
        let query = format!(
            "query($f: {filter}!) {{ all: {list} {{ totalCount }} yes: {list}(filter: $f) {{ totalCount nodes {{ id }} }} no: {list}(filter: {{ not: $f }}) {{ totalCount }} }}"
        );
        check(&prop::collection::vec(any::<u32>(), 0..60), |choices| {
            let mut values = Values { types: &types, choices: choices.into_iter() };
            let value = values.given(&json!({ "kind": "INPUT_OBJECT", "name": filter }), 0);
            let answer = asked(&app, &query, &json!({ "f": value }))?;
            let data = &answer["data"];
            if answer["errors"].is_null() {
                let count = |list: &str| data[list]["totalCount"].as_u64().unwrap();
                prop_assert_eq!(count("yes") + count("no"), count("all"), "{}", value);
                prop_assert_eq!(count("yes"), data["yes"]["nodes"].as_array().unwrap().len() as u64, "{}", value);
            }
            Ok(())
        });
    }
}
