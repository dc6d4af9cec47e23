//! What stands between the quotes of a string.

use std::borrow::Cow;

/// The text of a string's inside, its escapes resolved; else what is wrong with it and at which byte.
pub(super) fn unescape(inside: &str) -> Result<Cow<'_, str>, (usize, &'static str)> {
    let mut text = String::new();
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let begun = inside.len() - rest.len() + at;
        let (letter, length) = escape(&rest[at + 1..]).ok_or((begun, "an escape that no string knows"))?;
        text.push(letter);
        rest = &rest[at + 1 + length..];
    }
    if rest.len() == inside.len() {
        return Ok(Cow::Borrowed(inside));
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// The letter that an escape stands for, and how many bytes follow its backslash.
fn escape(after: &str) -> Option<(char, usize)> {
    let letter = match after.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(&after[1..]).map(|(letter, length)| (letter, length + 1)),
        _ => return None,
    };
    Some((letter, 1))
}

fn unicode(after: &str) -> Option<(char, usize)> {
    if let Some(braced) = after.strip_prefix('{') {
        // Eight digits at most, leading zeros counted.
        let end = braced.as_bytes().iter().take(9).position(|byte| *byte == b'}')?;
        return Some((char::from_u32(hex(braced.get(..end)?)?)?, end + 2));
    }
    let first = hex(after.get(..4)?)?;
    match first {
        // Two halves of a letter beyond the first 65,536, as JSON writes it.
        0xd800..0xdc00 => {
            let second = hex(after.get(4..)?.strip_prefix("\\u")?.get(..4)?)?;
            let both = (0xdc00..0xe000).contains(&second).then(|| 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
            Some((char::from_u32(both)?, 10))
        }
        _ => Some((char::from_u32(first)?, 4)),
    }
}

fn hex(digits: &str) -> Option<u32> {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// The text of a block string: without the indentation that its lines share, and without blank lines around it.
pub(super) fn dedent(raw: &str) -> String {
    let raw = raw.replace("\\\"\"\"", "\"\"\"").replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = raw.split('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let blank = |line: &&str| indent(line) == line.len();
    let common = lines.iter().skip(1).filter(|line| !blank(line)).map(|line| indent(line)).min().unwrap_or(usize::MAX);
    let Some(first) = lines.iter().position(|line| !blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !blank(line)).unwrap_or(first);
    let cut = |(place, line): (usize, &&str)| {
        let cut = if place == 0 { 0 } else { common.min(line.len()) };
        line[cut..].to_owned()
    };
    lines.iter().enumerate().map(cut).skip(first).take(last + 1 - first).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_letters() {
        for (inside, text) in [
            ("é", "é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9 \u{e9} \u{1F600}", "é é 😀"),
            (r"\uD83D\uDE00!", "😀!"),
            (r"\u{00000041}", "A"),
        ] {
            assert_eq!(unescape(inside).unwrap(), text, "{inside}");
        }
        for inside in [
            r"\x",
            r"\u12",
            r"\uD83D",
            r"\uD83D\u0041",
            r"\uDE00",
            r"\u{}",
            r"\u{110000}",
            r"\u{000000041}",
            r"\u{D800}",
            r"\u+041",
        ] {
            assert!(unescape(inside).is_err(), "{inside}");
        }
    }

    #[test]
    fn a_block_loses_the_indentation_that_its_lines_share() {
        assert_eq!(dedent("\n    a\n      b\r\n    \n    c\n  "), "a\n  b\n\nc");
        assert_eq!(dedent("  a\n    b"), "  a\nb");
        assert_eq!(dedent(" \n\t\n"), "");
        assert_eq!(dedent("a \\\"\"\" b"), "a \"\"\" b");
    }
}
