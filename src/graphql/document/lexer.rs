//! Letters to tokens.

use std::borrow::Cow;

use async_graphql::Pos;

use super::strings;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// One of `! $ & ( ) : = @ [ ] { | }`
    Sign(char),
    /// `...`
    Spread,
    Name(&'a str),
    Int(&'a str),
    Float(&'a str),
    Text {
        text: Cow<'a, str>,
        block: bool,
    },
    End,
}

impl Token<'_> {
    /// The token in the words of an error; what a caller wrote is not repeated.
    pub(super) fn describe(&self) -> Cow<'static, str> {
        match self {
            Token::Sign(sign) => Cow::Owned(format!("`{sign}`")),
            Token::Spread => "`...`".into(),
            Token::Name(_) => "a name".into(),
            Token::Int(_) | Token::Float(_) => "a number".into(),
            Token::Text { .. } => "a string".into(),
            Token::End => "the end of the text".into(),
        }
    }
}

/// What is wrong with a text, and where.
pub(super) type Wrong = (Cow<'static, str>, Pos);

#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    /// The byte where the next token is looked for.
    at: usize,
    line: usize,
    /// The byte up to which columns are counted, and the column there.
    counted: (usize, usize),
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0, line: 1, counted: (0, 1) }
    }

    /// The next token and where it begins.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Pos), Wrong> {
        self.skip();
        let pos = self.pos();
        Ok((self.token()?, pos))
    }

    /// The next token as it is written, and what it says. Where it stands is not counted.
    pub(super) fn written(&mut self) -> Result<(&'a str, Token<'a>), Wrong> {
        self.skip();
        let begin = self.at;
        let token = self.token()?;
        Ok((&self.text[begin..self.at], token))
    }

    /// The token that begins here.
    fn token(&mut self) -> Result<Token<'a>, Wrong> {
        // All that means something begins with a letter of one byte.
        let rest = &self.text.as_bytes()[self.at..];
        let Some(first) = rest.first() else { return Ok(Token::End) };
        let token = match first {
            b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|' | b'}' => {
                self.at += 1;
                Token::Sign(char::from(*first))
            }
            b'.' if rest.starts_with(b"...") => {
                self.at += 3;
                Token::Spread
            }
            b'"' if rest.starts_with(b"\"\"\"") => self.block()?,
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                let begin = self.at;
                self.at += rest.iter().position(|letter| !OF_NAMES[usize::from(*letter)]).unwrap_or(rest.len());
                Token::Name(&self.text[begin..self.at])
            }
            _ => return Err(("a letter that has no place outside of strings".into(), self.pos())),
        };
        Ok(token)
    }

    /// Passes over what means nothing: blanks, line ends, commas, byte order marks and comments.
    fn skip(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b',' => at += 1,
                b'\n' | b'\r' => {
                    self.at = at;
                    self.end_line();
                    at = self.at;
                }
                b'#' => {
                    let rest = &bytes[at..];
                    at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
                }
                0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += '\u{feff}'.len_utf8(),
                _ => break,
            }
        }
        self.at = at;
    }

    /// Steps over the line end that stands here.
    fn end_line(&mut self) {
        self.at += if self.text.as_bytes()[self.at..].starts_with(b"\r\n") { 2 } else { 1 };
        self.line += 1;
        self.counted = (self.at, 1);
    }

    fn pos(&mut self) -> Pos {
        let (from, column) = self.counted;
        // Each letter has one byte that does not go on with another.
        let begins = |byte: &&u8| **byte & 0xc0 != 0x80;
        let column = column + self.text.as_bytes()[from..self.at].iter().filter(begins).count();
        self.counted = (self.at, column);
        Pos { line: self.line, column }
    }

    fn string(&mut self) -> Result<Token<'a>, Wrong> {
        let begin = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = begin;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                None | Some(b'\n' | b'\r') => return Err(("a string that does not end on its line".into(), self.pos())),
                Some(_) => end += 1,
            }
        }
        let text = strings::unescape(&self.text[begin..end]).map_err(|(at, what)| {
            self.at = begin + at;
            (what.into(), self.pos())
        })?;
        self.at = end + 1;
        Ok(Token::Text { text, block: false })
    }

    fn block(&mut self) -> Result<Token<'a>, Wrong> {
        let pos = self.pos();
        let begin = self.at + 3;
        self.at = begin;
        loop {
            let rest = &self.text[self.at..];
            let Some(found) = rest.find(['"', '\\', '\n', '\r']) else {
                return Err(("a block string that does not end".into(), pos));
            };
            self.at += found;
            let rest = &rest[found..];
            match rest.as_bytes()[0] {
                b'\n' | b'\r' => self.end_line(),
                b'"' if rest.starts_with("\"\"\"") => break,
                b'\\' if rest.starts_with("\\\"\"\"") => self.at += 4,
                _ => self.at += 1,
            }
        }
        let text = strings::dedent(&self.text[begin..self.at]).into();
        self.at += 3;
        Ok(Token::Text { text, block: true })
    }

    fn number(&mut self) -> Result<Token<'a>, Wrong> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let wrong = |lexer: &mut Self| Err(("a number that is not written as one".into(), lexer.pos()));
        let whole = usize::from(bytes[0] == b'-');
        let length = digits(whole);
        if length == 0 || (length > 1 && bytes[whole] == b'0') {
            return wrong(self);
        }
        let mut end = whole + length;
        let mut broken = false;
        if bytes.get(end) == Some(&b'.') {
            let length = digits(end + 1);
            if length == 0 {
                return wrong(self);
            }
            (end, broken) = (end + 1 + length, true);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let length = digits(end + 1 + sign);
            if length == 0 {
                return wrong(self);
            }
            (end, broken) = (end + 1 + sign + length, true);
        }
        if bytes.get(end).is_some_and(|byte| *byte == b'.' || *byte == b'_' || byte.is_ascii_alphabetic()) {
            return wrong(self);
        }
        self.at += end;
        Ok(if broken { Token::Float(&rest[..end]) } else { Token::Int(&rest[..end]) })
    }
}

/// The letters that names are made of.
static OF_NAMES: [bool; 256] = {
    let mut letters = [false; 256];
    let mut letter = 0_u8;
    while letter < 128 {
        letters[letter as usize] = letter.is_ascii_alphanumeric() || letter == b'_';
        letter += 1;
    }
    letters
};

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<Vec<(Token<'_>, Pos)>, Wrong> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            match lexer.next()? {
                (Token::End, _) => return Ok(tokens),
                token => tokens.push(token),
            }
        }
    }

    #[test]
    fn places_count_letters_and_lines() {
        let found = tokens("\u{feff}{ é: \"é\"\r\n # {\n,a\r\"\"\"x\n\"\"\" b").unwrap_err();
        assert_eq!(found.1, Pos { line: 1, column: 4 });
        let places: Vec<_> = tokens("{ x(y: \"é\") z\r\n # {\n,a\r\"\"\"x\n\"\"\" b")
            .unwrap()
            .into_iter()
            .map(|(_, pos)| (pos.line, pos.column))
            .collect();
        assert_eq!(places, [(1, 1), (1, 3), (1, 4), (1, 5), (1, 6), (1, 8), (1, 11), (1, 13), (3, 2), (4, 1), (5, 5)]);
    }

    #[test]
    fn numbers_are_written_in_one_way() {
        for text in ["0", "-0", "12", "-12"] {
            assert_eq!(tokens(text).unwrap()[0].0, Token::Int(text));
        }
        for text in ["0.0", "1e3", "-1.5E-3", "1e+9"] {
            assert_eq!(tokens(text).unwrap()[0].0, Token::Float(text));
        }
        for text in ["00", "01", "1.", ".5", "-", "1e", "1a", "0x1", "1.0.0", "1_000", "+1"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_string_ends_on_its_line() {
        for text in ["\"a", "\"a\nb\"", "\"a\\\"", "\"\"\"a\"\"", "\"\\", "\"\\é\""] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }
}
