//! Tokens to a document. Each bracket that opens is counted, so that nothing nests deeper than the stack carries.

use std::borrow::Cow;

use async_graphql::parser::types::{BaseType, OperationType, Type};
use async_graphql::{Name as OwnedName, Pos};

use super::ast::{Argument, Directive, Document, Field, Fragment, Name, Operation, Selection, Value, ValueKind, Variable};
use super::lexer::{Lexer, Token, Wrong};
use crate::config::{DocumentLimits, Excess};

/// Why a text is no document.
#[derive(Debug)]
pub(in crate::graphql) enum Unreadable {
    /// It is not written as the specification has it.
    Syntax { message: Cow<'static, str>, pos: Pos },
    /// It is larger than the server reads.
    TooMuch(Excess),
}

impl From<Wrong> for Unreadable {
    fn from((found, pos): Wrong) -> Unreadable {
        Unreadable::Syntax { message: format!("the query cannot be read: there is {found}").into(), pos }
    }
}

type Read<T> = Result<T, Unreadable>;

/// Reads a document. `limits` end it early where there is more than the server reads.
pub(in crate::graphql) fn parse<'a>(text: &'a str, limits: &DocumentLimits) -> Read<Document<'a>> {
    let mut parser = Parser { lexer: Lexer::new(text), token: (Token::End, Pos::default()), tokens: 0, depth: 0, limits };
    parser.advance()?;
    parser.document()
}

struct Parser<'a, 'l> {
    lexer: Lexer<'a>,
    /// The token to be read next.
    token: (Token<'a>, Pos),
    tokens: usize,
    /// Brackets that are open.
    depth: usize,
    limits: &'l DocumentLimits,
}

impl<'a> Parser<'a, '_> {
    fn document(&mut self) -> Read<Document<'a>> {
        let mut document = Document::default();
        loop {
            if self.is('{') {
                let pos = self.token.1;
                let selections = self.selections()?;
                document.operations.push(Operation {
                    pos,
                    kind: OperationType::Query,
                    name: None,
                    variables: Vec::new(),
                    directives: Vec::new(),
                    selections,
                });
            } else {
                let described = self.description()?;
                let pos = self.token.1;
                match self.token.0 {
                    Token::Name("query") => document.operations.push(self.operation(OperationType::Query, pos)?),
                    Token::Name("mutation") => document.operations.push(self.operation(OperationType::Mutation, pos)?),
                    Token::Name("subscription") => document.operations.push(self.operation(OperationType::Subscription, pos)?),
                    Token::Name("fragment") => document.fragments.push(self.fragment()?),
                    Token::End if !(described || document.operations.is_empty() && document.fragments.is_empty()) => {
                        return Ok(document);
                    }
                    _ => return Err(self.unexpected("query, mutation, subscription, fragment or `{`")),
                }
            }
            self.limits.operations.hold(document.operations.len())?;
            self.limits.fragments.hold(document.fragments.len())?;
        }
    }

    fn operation(&mut self, kind: OperationType, pos: Pos) -> Read<Operation<'a>> {
        self.advance()?;
        let name = if matches!(self.token.0, Token::Name(_)) { Some(self.name()?) } else { None };
        let mut variables = Vec::new();
        if self.is('(') {
            variables = self.many('(', ')', Self::variable)?;
            self.limits.variables.hold(variables.len())?;
        }
        let directives = self.directives(false)?;
        Ok(Operation { pos, kind, name, variables, directives, selections: self.selections()? })
    }

    fn variable(&mut self) -> Read<Variable<'a>> {
        self.description()?;
        let pos = self.token.1;
        self.expect('$')?;
        let name = Name { pos, ..self.name()? };
        self.expect(':')?;
        let ty = self.ty()?;
        let default = if self.take('=')? { Some(self.value(true)?) } else { None };
        Ok(Variable { name, ty, default, directives: self.directives(true)? })
    }

    fn ty(&mut self) -> Read<Type> {
        let base = if self.is('[') {
            self.open('[')?;
            let item = self.ty()?;
            self.close(']')?;
            BaseType::List(Box::new(item))
        } else {
            BaseType::Named(OwnedName::new(self.name()?.text))
        };
        Ok(Type { base, nullable: !self.take('!')? })
    }

    fn fragment(&mut self) -> Read<Fragment<'a>> {
        self.advance()?;
        if matches!(self.token.0, Token::Name("on")) {
            return Err(self.unexpected("the name of the fragment"));
        }
        let name = self.name()?;
        if !matches!(self.token.0, Token::Name("on")) {
            return Err(self.unexpected("on"));
        }
        self.advance()?;
        let on = self.name()?;
        let directives = self.directives(false)?;
        Ok(Fragment { name, on, directives, selections: self.selections()? })
    }

    fn selections(&mut self) -> Read<Vec<Selection<'a>>> {
        self.many('{', '}', Self::selection)
    }

    fn selection(&mut self) -> Read<Selection<'a>> {
        if !matches!(self.token.0, Token::Spread) {
            return self.field().map(Selection::Field);
        }
        let pos = self.token.1;
        self.advance()?;
        let on = match self.token.0 {
            Token::Name("on") => {
                self.advance()?;
                Some(self.name()?)
            }
            Token::Name(_) => return Ok(Selection::Spread { name: self.name()?, directives: self.directives(false)? }),
            _ => None,
        };
        let directives = self.directives(false)?;
        Ok(Selection::Inline { pos, on, directives, selections: self.selections()? })
    }

    fn field(&mut self) -> Read<Field<'a>> {
        let first = self.name()?;
        let (alias, name) = if self.take(':')? { (Some(first), self.name()?) } else { (None, first) };
        let arguments = if self.is('(') { self.many('(', ')', |parser| parser.argument(false))? } else { Vec::new() };
        let directives = self.directives(false)?;
        let selections = if self.is('{') { self.selections()? } else { Vec::new() };
        Ok(Field { alias, name, arguments, directives, selections })
    }

    fn argument(&mut self, fixed: bool) -> Read<Argument<'a>> {
        let name = self.name()?;
        self.expect(':')?;
        Ok(Argument { name, value: self.value(fixed)? })
    }

    fn directives(&mut self, fixed: bool) -> Read<Vec<Directive<'a>>> {
        let mut directives = Vec::new();
        while self.take('@')? {
            let name = self.name()?;
            let arguments = if self.is('(') { self.many('(', ')', |parser| parser.argument(fixed))? } else { Vec::new() };
            directives.push(Directive { name, arguments });
            self.limits.directives.hold(directives.len())?;
        }
        Ok(directives)
    }

    /// A value; a fixed one holds no variables.
    fn value(&mut self, fixed: bool) -> Read<Value<'a>> {
        let pos = self.token.1;
        if self.is('[') {
            self.open('[')?;
            let mut items = Vec::new();
            while !self.is(']') {
                items.push(self.value(fixed)?);
            }
            self.close(']')?;
            return Ok(Value { pos, kind: ValueKind::List(items) });
        }
        if self.is('{') {
            self.open('{')?;
            let mut fields = Vec::new();
            while !self.is('}') {
                fields.push(self.argument(fixed)?);
            }
            self.close('}')?;
            return Ok(Value { pos, kind: ValueKind::Object(fields) });
        }
        if self.is('$') {
            if fixed {
                return Err(self.unexpected("a value without variables"));
            }
            self.advance()?;
            return Ok(Value { pos, kind: ValueKind::Variable(self.name()?.text) });
        }
        let kind = match &mut self.token.0 {
            Token::Int(number) => ValueKind::Int(number),
            Token::Float(number) => ValueKind::Float(number),
            Token::Text { text, block } => ValueKind::String { text: std::mem::take(text), block: *block },
            Token::Name("true") => ValueKind::Boolean(true),
            Token::Name("false") => ValueKind::Boolean(false),
            Token::Name("null") => ValueKind::Null,
            Token::Name(name) => ValueKind::Enum(name),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        Ok(Value { pos, kind })
    }

    /// One or more between brackets.
    fn many<T>(&mut self, open: char, close: char, one: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        self.open(open)?;
        let mut all = vec![one(self)?];
        while !self.is(close) {
            all.push(one(self)?);
        }
        self.close(close)?;
        Ok(all)
    }

    /// Passes over a description; answers whether there was one.
    fn description(&mut self) -> Read<bool> {
        let described = matches!(self.token.0, Token::Text { .. });
        if described {
            self.advance()?;
        }
        Ok(described)
    }

    fn name(&mut self) -> Read<Name<'a>> {
        let Token::Name(text) = self.token.0 else { return Err(self.unexpected("a name")) };
        let pos = self.token.1;
        self.advance()?;
        Ok(Name { text, pos })
    }

    fn is(&self, sign: char) -> bool {
        matches!(self.token.0, Token::Sign(found) if found == sign)
    }

    fn take(&mut self, sign: char) -> Read<bool> {
        let there = self.is(sign);
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn expect(&mut self, sign: char) -> Read<()> {
        if self.take(sign)? { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn open(&mut self, sign: char) -> Read<()> {
        self.expect(sign)?;
        self.depth += 1;
        self.limits.nesting.hold(self.depth)?;
        Ok(())
    }

    fn close(&mut self, sign: char) -> Read<()> {
        self.expect(sign)?;
        self.depth -= 1;
        Ok(())
    }

    fn advance(&mut self) -> Read<()> {
        self.token = self.lexer.next()?;
        self.tokens += usize::from(!matches!(self.token.0, Token::End));
        self.limits.tokens.hold(self.tokens)?;
        Ok(())
    }

    fn unexpected(&self, expected: &str) -> Unreadable {
        let (token, pos) = &self.token;
        let message = format!("the query cannot be read: expected {expected}, found {}", token.describe());
        Unreadable::Syntax { message: message.into(), pos: *pos }
    }
}

impl From<Excess> for Unreadable {
    fn from(excess: Excess) -> Unreadable {
        Unreadable::TooMuch(excess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;

    fn reads(text: &str) -> bool {
        parse(text, &Limits::default().document).is_ok()
    }

    #[test]
    fn what_the_specification_allows_is_read() {
        for text in [
            "{ a }",
            "query ($a: [Int!]! = [1 2,3] @x(y: {})) @z { b: a(c: $a, d: {e: null, f: [{}]}) @y { ... { a } ... on T @y { a } ...F } }",
            "fragment query on on { fragment }  query query { query: on } mutation { true } subscription null { null }",
            "\"about it\" query ($a: Int \"\"\"after\"\"\") { a }"
                .replace("($a: Int \"\"\"after\"\"\")", "(\"of a\" $a: Int)")
                .as_str(),
            "\"\"\"about it\"\"\" fragment F on T { a }",
            "{ a(b: ON, c: on, d: query) }",
        ] {
            assert!(reads(text), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_allow_is_not() {
        for text in [
            "",
            "# nothing",
            "{ }",
            "{ a(",
            "{ a() }",
            "{ a(b) }",
            "{ a { } }",
            "{ a } }",
            "query ()",
            "query () { a }",
            "query ($a: Int = $b) { a }",
            "query ($a) { a }",
            "fragment on on T { a }",
            "fragment F { a }",
            "{ ...on }",
            "{ a: b: c }",
            "{ a @ }",
            "\"about\" { a }",
            "\"about\"",
            "type T { a: Int }",
            "extend type T { a: Int }",
            "Query { a }",
            "{ $a }",
            "{ a(b: ...) }",
            "query ($a: Int!!) { a }",
        ] {
            assert!(!reads(text), "{text}");
        }
    }

    #[test]
    fn every_limit_is_held_while_reading() {
        let limit = |text: &str| match parse(text, &Limits::default().document) {
            Err(Unreadable::TooMuch(excess)) => excess.bound.name,
            other => panic!("{other:?}"),
        };
        assert_eq!(limit(&"{a".repeat(100_000)), "nesting");
        assert_eq!(limit(&format!("{{ a(b: {}", "[".repeat(100_000))), "nesting");
        assert_eq!(limit(&format!("query ($a: {}", "[".repeat(100_000))), "nesting");
        assert_eq!(limit(&format!("{{ {}", "a ".repeat(100_000))), "tokens");
        assert_eq!(limit(&"query a { a } ".repeat(21)), "operations");
        assert_eq!(limit(&"fragment a on a { a } ".repeat(101)), "fragments");
        assert_eq!(limit(&format!("query ({}) {{ a }}", "$a: Int ".repeat(51))), "variables");
        assert_eq!(limit("{ a @a @a @a @a @a }"), "directives");
    }
}
