//! What texts have in common that differ only in the numbers and strings they give their fields, in blanks, commas and comments, and
//! in the name of their one operation.
//!
//! A shape is the text's tokens written in one way, with a mark for each such number and string. It can be read in one way only:
//! texts of one shape have the same tokens in the same order, but for the values behind equal marks and for the name. So
//! whatever is said of one holds for all, unless it hangs on one of these. What does:
//!
//! - what place a value fits. A mark tells whole numbers, others and strings apart; [`Literal::value`] holds whole numbers to 32
//!   bits. What a scalar of the API takes, it says itself when it reads a value;
//! - whether fields that answer under one name are given the same, which the validation says of a document;
//! - how large pages are, and so the cost. It is counted for each request;
//! - how long the text is, and how many tokens it has with the name. Both are held here.
//!
//! All else stays in the shape as it is written: truths, nulls and enums, what directives and variables are given, how many items a
//! list has, and which fields an object.

use std::borrow::Cow;

use async_graphql::Value;

use super::lexer::{Lexer, Token};
use super::lower::number;
use crate::config::DocumentLimits;

/// Where a value stood. None of these is a token.
const INT: &str = "%";
const FLOAT: &str = "~";
const TEXT: &str = "'";

/// A text by its shape and what is its own.
#[derive(Debug)]
pub(in crate::graphql) struct Shape<'a> {
    pub(in crate::graphql) text: String,
    /// The name of its operation.
    pub(in crate::graphql) name: Option<&'a str>,
    /// The values behind the marks, in their order.
    pub(in crate::graphql) literals: Vec<Literal<'a>>,
}

/// A value as a text gives it to a field.
#[derive(Debug, PartialEq)]
pub(in crate::graphql) enum Literal<'a> {
    Int(&'a str),
    Float(&'a str),
    Text(Cow<'a, str>),
}

impl Literal<'_> {
    /// The value that is given; none where only a validation can tell whether it fits.
    pub(in crate::graphql) fn value(&self, is_id: bool) -> Option<Value> {
        match self {
            Literal::Int(digits) if is_id => Some(Value::String((*digits).to_owned())),
            Literal::Int(digits) => digits.parse::<i32>().ok().map(Value::from),
            Literal::Float(digits) => number(digits).into_const(),
            Literal::Text(text) => Some(Value::String((**text).to_owned())),
        }
    }
}

/// What stood before a token, as far as it says what the token is.
#[derive(Debug, PartialEq)]
enum Before {
    /// Nothing, or a whole definition.
    Definition,
    /// The word that begins a query.
    Query,
    At,
    /// The name of a directive.
    Directive,
    Other,
}

impl<'a> Shape<'a> {
    /// The shape of a text with one query in it; none where there is another, or a syntax or a size that is for the parser to refuse.
    pub(in crate::graphql) fn of(text: &'a str, limits: &DocumentLimits) -> Option<Shape<'a>> {
        limits.bytes.hold(text.len()).ok()?;
        let mut lexer = Lexer::new(text);
        let mut shape = Shape { text: String::with_capacity(text.len()), name: None, literals: Vec::new() };
        let (mut tokens, mut queries, mut braces, mut brackets) = (0, 0, 0_usize, 0_usize);
        let (mut before, mut is_field) = (Before::Definition, false);
        loop {
            let (written, token) = lexer.written().ok()?;
            let mut now = Before::Other;
            match token {
                Token::End => break,
                Token::Name(name) => {
                    match before {
                        Before::Definition if name == "query" => (now, queries) = (Before::Query, queries + 1),
                        Before::Definition if name != "fragment" => return None,
                        Before::At => now = Before::Directive,
                        _ => {}
                    }
                    if before == Before::Query {
                        shape.name = Some(name);
                    } else {
                        shape.put(written);
                    }
                }
                Token::Sign(sign) => {
                    match sign {
                        '(' => {
                            if brackets == 0 {
                                is_field = braces > 0 && before != Before::Directive;
                            }
                            brackets += 1;
                        }
                        ')' => brackets = brackets.checked_sub(1)?,
                        '{' if brackets == 0 => {
                            queries += usize::from(before == Before::Definition);
                            braces += 1;
                        }
                        '}' if brackets == 0 => {
                            braces = braces.checked_sub(1)?;
                            if braces == 0 {
                                now = Before::Definition;
                            }
                        }
                        '@' => now = Before::At,
                        _ => {}
                    }
                    shape.text.push(sign);
                }
                Token::Spread => shape.text.push_str(written),
                Token::Int(digits) if is_field && brackets > 0 => shape.lift(INT, Literal::Int(digits)),
                Token::Float(digits) if is_field && brackets > 0 => shape.lift(FLOAT, Literal::Float(digits)),
                Token::Text { text, .. } if is_field && brackets > 0 => shape.lift(TEXT, Literal::Text(text)),
                Token::Text { .. } if before == Before::Definition => return None,
                Token::Int(_) | Token::Float(_) | Token::Text { .. } => shape.put(written),
            }
            tokens += 1;
            before = now;
        }
        limits.tokens.hold(tokens).ok()?;
        (queries == 1).then_some(shape)
    }

    /// Adds a token that ends where another begins only if there is something between them.
    fn put(&mut self, written: &str) {
        self.text.push_str(written);
        self.text.push(' ');
    }

    /// Adds a mark for a value.
    fn lift(&mut self, mark: &str, literal: Literal<'a>) {
        self.text.push_str(mark);
        self.literals.push(literal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;

    fn shape(text: &str) -> Shape<'_> {
        Shape::of(text, &Limits::default().document).unwrap_or_else(|| panic!("{text} has a shape"))
    }

    #[test]
    fn values_blanks_comments_and_the_name_do_not_count() {
        let first = shape("query A { a(b: 1, c: [\"x\", \"y\"], d: {e: 1.5}) { f } }");
        let text = "\u{feff}# of another\nquery Other{a(b:-0 c:[\"\"\"\n  z\"\"\",\"\\u00e9\"],,d:{e:2e3}){f}}";
        let second = shape(text);
        assert_eq!(first.text, second.text);
        assert_eq!((first.name, second.name), (Some("A"), Some("Other")));
        let text = |text: &'static str| Literal::Text(text.into());
        assert_eq!(first.literals, [Literal::Int("1"), text("x"), text("y"), Literal::Float("1.5")]);
        assert_eq!(second.literals, [Literal::Int("-0"), text("z"), text("é"), Literal::Float("2e3")]);
        assert_eq!(shape("query { a }").text, shape("query query { a }").text);
    }

    #[test]
    fn whatever_else_differs_counts() {
        let texts = [
            "{ a }",
            "{ ab }",
            "{ a b }",
            "{ a: b }",
            "query { a }",
            "query ($c: Int) { a }",
            "query ($c: Int = 1) { a }",
            "query ($c: Int = 2) { a }",
            "query ($c: String = \"\") { a }",
            "query ($c: String = \"\" \"c\") { a }",
            "query ($c: String = \"\"\"c\"\"\") { a }",
            "query ($c: Int @d(e: 1)) { a }",
            "query @d(e: 1) { a }",
            "query @d(e: 2) { a }",
            "{ a(c: 1) }",
            "{ a(c: 1.0) }",
            "{ a(c: \"1\") }",
            "{ a(c: [1]) }",
            "{ a(c: [1 1]) }",
            "{ a(c: [[1]]) }",
            "{ a(c: []) }",
            "{ a(c: {d: 1}) }",
            "{ a(c: {e: 1}) }",
            "{ a(c: true) }",
            "{ a(c: false) }",
            "{ a(c: null) }",
            "{ a(c: A) }",
            "{ a(c: $c) }",
            "{ a(d: 1) }",
            "{ a(c: 1 d: 1) }",
            "{ a @b(c: 1) }",
            "{ a @b(c: 2) }",
            "{ a @b(c: \"2\") }",
            "{ a @b d(c: 2) }",
            "{ ...a }",
            "{ ... { a } }",
            "{ ... @b(c: 1) { a } }",
            "{ ... @b(c: 2) { a } }",
            "{ ...A } fragment A on B { a }",
            "{ ...A } fragment A on C { a }",
            "{ ...A } fragment A on B { a(c: 1) }",
            "{ ...A } fragment A on B @b(c: 1) { a }",
            "{ ...A } fragment A on B @b(c: 2) { a }",
            "fragment A on B { a } { ...A }",
        ];
        let shapes: std::collections::BTreeMap<String, &str> = texts.iter().map(|text| (shape(text).text, *text)).collect();
        assert_eq!(shapes.len(), texts.len(), "{shapes:#?}");
    }

    #[test]
    fn other_texts_have_none() {
        for text in [
            "",
            "mutation { a }",
            "subscription { a }",
            "{ a } { a }",
            "query A { a } query B { a }",
            "query A { a } mutation B { a }",
            "fragment A on B { a }",
            "\"about it\" query { a }",
            "{ a } }",
            "{ a) }",
            "{ a(b: 1x) }",
            "{ a(b: \"x) }",
            "{ ? }",
        ] {
            assert!(Shape::of(text, &Limits::default().document).is_none(), "{text}");
        }
        let mut limits = Limits::default().document;
        limits.tokens.most = 4;
        assert!(Shape::of("query { a }", &limits).is_some());
        assert!(Shape::of("query A { a }", &limits).is_none());
        limits.bytes.most = 10;
        assert!(Shape::of("query { a }", &limits).is_none());
    }

    #[test]
    fn a_whole_number_is_an_id_or_has_32_bits() {
        assert_eq!(Literal::Int("2147483647").value(false), Some(Value::from(2_147_483_647)));
        assert_eq!(Literal::Int("2147483648").value(false), None);
        assert_eq!(Literal::Int("21474836480000000000000").value(true), Some(Value::from("21474836480000000000000")));
        assert_eq!(Literal::Text("1".into()).value(false), Some(Value::from("1")));
        assert_eq!(Literal::Float("1e2").value(false), Some(Value::from(100.0)));
    }
}
