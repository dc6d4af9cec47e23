//! Texts that differ in their values, blanks, comments and names alone: what they are answered along one plan, against what a server
//! answers that knows none of the others, and against the library.

use std::collections::{BTreeMap, HashMap};

use super::questions::{Dice, Questions};
use super::*;
use crate::graphql::Text;

/// How many queries are written anew, each a few times.
const QUERIES: u64 = 500;
const TIMES: usize = 2;

/// Values that some places refuse.
const WILD: [&str; 8] = ["101", "-1", "3000000000", "0", "1.5", "\"\"", "\"\"\"\n  GE\n\"\"\"", "\"\\u0047E\""];

/// What may stand between two tokens.
const BLANKS: [&str; 6] = [" ", "\n", " , ", "\t# } a comment \"\r\n", "\u{feff} ", "  "];

/// The same text with other values in it; at times with values of another kind, and so of another shape.
fn written_anew(text: &str, values: &mut BTreeMap<String, Vec<String>>, dice: &mut Dice) -> String {
    let mut anew = String::new();
    let (mut rest, mut name) = (text, "");
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => end_of_string(rest),
            '-' | '0'..='9' => rest.find(|letter: char| letter != '-' && !letter.is_ascii_digit()).unwrap_or(rest.len()),
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = rest.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
                if rest[length..].starts_with(':') {
                    name = &rest[..length];
                }
                length
            }
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            ' ' => anew.push_str(dice.of(&BLANKS)),
            '"' | '-' | '0'..='9' => {
                let known = values.entry(name.to_owned()).or_default();
                known.push(token.to_owned());
                match dice.below(60) {
                    0 => anew.push_str(dice.of(&WILD)),
                    1..20 => anew.push_str(&dice.of(known)),
                    _ => anew.push_str(token),
                }
            }
            _ => anew.push_str(token),
        }
    }
    let name = dice.of(&["", "query", "A", "_b2"]);
    anew.replacen("query", &format!("query {name} "), 1)
}

/// The bytes of a string at the beginning of a text.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.unwrap().0 + 1
}

/// A text as JSON has it.
fn quoted(text: &Text) -> Text {
    Text::Quoted(serde_json::value::to_raw_value(&text.plain().unwrap()).unwrap())
}

/// The name of an operation, its identity, and what it answers; or why it may not run.
type Answered = Result<(Option<String>, String, Answer), String>;

fn ask(engine: &Engine, asked: &Asked, preferred: Preferred) -> Answered {
    let checked = engine.check(asked.clone()).map_err(|answer| format!("{:?}", answer.errors))?;
    let (name, identity) = (checked.name().map(str::to_owned), format!("{:?}", checked.identity()));
    let answer = engine.execute(checked, Caller::Anonymous, preferred).now_or_never().expect("a query never waits");
    Ok((name, identity, answer))
}

impl House {
    /// Holds what is answered along a plan that may be another text's against what others answer; tells the identity and the answer,
    /// if it has no errors.
    fn hold(&self, asked: &Asked, preferred: Preferred) -> Option<(String, String)> {
        let ours = ask(&self.with_plans, asked, preferred);
        let again = ask(&self.with_plans, asked, preferred);
        let (fresh, library) = (ask(&self.forgetful, asked, preferred), ask(&self.without, asked, preferred));
        let told = |answered: &Answered| answered.as_ref().map(|it| (it.0.clone(), it.2.json.clone())).map_err(String::clone);
        for other in [&again, &fresh, &library] {
            assert_eq!(told(&ours), told(other), "{asked:#?}");
        }
        let (_, identity, answer) = ours.ok()?;
        for (_, other, _) in [again, fresh].into_iter().flatten() {
            assert_eq!(identity, other, "{asked:#?}");
        }
        answer.errors.is_empty().then_some((identity, answer.json))
    }

    /// Whether the second of two texts is answered along the plan of the first. Both are held against the library's answers.
    fn shares(&self, first: &str, second: &str) -> bool {
        let [first, second] = [first, second].map(|text| {
            let asked = Asked { query: text.into(), ..Asked::default() };
            let prepared = self.with_plans.check(asked.clone()).map(|checked| checked.found.prepared);
            self.hold(&asked, Preferred(None));
            prepared.ok()
        });
        let first = first.expect("the first is valid");
        second.is_some_and(|second| Arc::ptr_eq(&first, &second))
    }
}

#[test]
fn texts_of_one_shape_answer_as_if_each_were_alone() {
    let house = House::new();
    let schema = Schema::new(sdl());
    let (mut values, mut answers) = (BTreeMap::new(), HashMap::new());
    let (mut whole, mut others, mut shared) = (0, 0, 0);
    let hits = || house.with_plans.lookups().hits();
    for seed in 0..QUERIES {
        let question = Questions::new(&schema, &house.catalog.snapshot(), seed).query();
        let preferred = [None, Some(Language::Fr), Some(Language::Es)][seed as usize % 3];
        let mut dice = Dice(!seed);
        house.hold(&question, Preferred(preferred));
        for _ in 0..TIMES {
            let mut anew = question.clone();
            anew.query = written_anew(&question.query.plain().unwrap(), &mut values, &mut dice).into();
            if dice.once_in(2) {
                anew.query = quoted(&anew.query);
            }
            if dice.once_in(10) {
                anew.operation_name = Some(dice.of(&["A", "B"]).to_owned());
            }
            if dice.once_in(10) {
                anew.variables.values_mut().for_each(|value| *value = serde_json::json!(101));
            }
            let before = hits();
            let is_valid = house.with_plans.check(anew.clone()).is_ok();
            shared += hits() - before;
            assert!(is_valid || hits() == before, "a text that is refused is read by itself: {anew:#?}");
            let Some((identity, answer)) = house.hold(&anew, Preferred(preferred)) else {
                others += 1;
                continue;
            };
            whole += 1;
            let known = answers.entry((identity, preferred)).or_insert_with(|| answer.clone());
            assert_eq!(*known, answer, "of two answers of one identity this is the second: {anew:#?}");
        }
    }
    // What is asked must be worth asking.
    assert!(whole > QUERIES / 2 && others > QUERIES / 5, "{whole} whole answers, {others} others");
    assert!(shared > whole / 2, "{shared} of {whole} answers along the plan of another text");
}

#[test]
fn values_blanks_and_names_share_a_plan() {
    let house = House::new();
    for (first, second) in [
        ("{ project(code: \"P.1\") { title } }", "{project(code:\"P.10\"){title}}"),
        ("query A { project(code: \"P.1\") { title } }", "query { project(code: \"\"\"P.10\"\"\") { title } } # of nobody"),
        ("{ projects(first: 3) { nodes { code } } }", "{ projects(first: 4) { nodes { code } } }"),
        ("{ node(id: 1) { id } }", "{ node(id: 11111111111111111111111) { id } }"),
        ("{ nodes(ids: [1, \"a\"]) { id } }", "{ nodes(ids: [2, \"b\"]) { id } }"),
        (
            "{ ...F } fragment F on Query { projects(first: 1) { totalCount } }",
            "{ ...F } fragment F on Query { projects(first: 2) { totalCount } }",
        ),
        (
            "{ projects(first: 2, filter: {year: {gte: 2001}, text: \"retour\"}) { totalCount } }",
            "{ projects(first: 2, filter: {year: {gte: 2015}, text: \"migration\"}) { totalCount } }",
        ),
    ] {
        assert!(house.shares(first, second), "{second}");
    }
}

#[test]
fn what_hangs_on_a_value_is_not_shared() {
    let house = House::new();
    for (first, second) in [
        // Another size is another cost, or too large.
        ("{ projects(first: 3) { totalCount } }", "{\n projects(first: 101) { totalCount } }"),
        ("{ projects(first: 3) { totalCount } }", "{\n projects(first: 3000000000) { totalCount } }"),
        // Two fields become one because they are given the same.
        (
            "{ p: project(code: \"P.1\") { code } p: project(code: \"P.1\") { title } }",
            "{ p: project(code: \"P.1\") { code } p: project(code: \"P.2\") { title } }",
        ),
        (
            "{ ...F p: project(code: \"P.1\") { code } } fragment F on Query { p: project(code: \"P.1\") { title } }",
            "{ ...F p: project(code: \"P.1\") { code } } fragment F on Query { p: project(code: \"P.2\") { title } }",
        ),
        (
            "{ projects(first: 1) { nodes { n: relatedNews(first: 2) { totalCount } ...F } } } fragment F on Project { n: relatedNews(first: 2) { totalCount } }",
            "{ projects(first: 1) { nodes { n: relatedNews(first: 2) { totalCount } ...F } } } fragment F on Project { n: relatedNews(first: 1) { totalCount } }",
        ),
        // The same where one is never answered.
        (
            "{ p: project(code: \"P.1\") { code } p: project(code: \"P.1\") @skip(if: true) { code } }",
            "{ p: project(code: \"P.1\") { code } p: project(code: \"P.2\") @skip(if: true) { code } }",
        ),
        // An answer about the schema is the library's.
        ("{ __type(name: \"Project\") { name } }", "{ __type(name: \"Region\") { name } }"),
        // What is written otherwise than by a number or a string.
        ("{ service @skip(if: true) { revision } }", "{ service @skip(if: false) { revision } }"),
        (
            "query ($f: Int = 1) { projects(first: $f) { totalCount } }",
            "query ($f: Int = 2) { projects(first: $f) { totalCount } }",
        ),
        ("{ nodes(ids: [1]) { id } }", "{ nodes(ids: [\"1\"]) { id } }"),
        ("{ nodes(ids: [1]) { id } }", "{ nodes(ids: [1, 2]) { id } }"),
        ("{ nodes(ids: 1) { id } }", "{ nodes(ids: [1]) { id } }"),
        ("{ project(code: \"P.1\", asOfRevision: 1) { code } }", "{ project(code: \"P.1\") { code } }"),
        ("{ project(code: \"P.1\") { code } }", "{ project(code: 1) { code } }"),
        ("{ projects(first: 1) { totalCount } }", "{ projects(last: 1) { totalCount } }"),
    ] {
        assert!(!house.shares(first, second), "{second}");
    }
}
