//! How deep a query's text nests its brackets, seen before the parser sees it: the parser takes each level on its stack, and a
//! few thousand of them would end the process.

use async_graphql::Pos;

/// Where the text opens more brackets within brackets than allowed; none where it does not.
pub(super) fn beyond(text: &str, most: usize) -> Option<Pos> {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}', '(', ')', '[', ']', '"', '#']) {
        let after = &rest[at + 1..];
        rest = match rest.as_bytes()[at] {
            b'#' => after.trim_start_matches(|letter| letter != '\n' && letter != '\r'),
            b'"' => after_string(after),
            b'{' | b'(' | b'[' => {
                depth += 1;
                after
            }
            _ => {
                depth = depth.saturating_sub(1);
                after
            }
        };
        if depth > most {
            return Some(position(text, text.len() - rest.len() - 1));
        }
    }
    None
}

/// What follows a string whose opening quote is just behind. A string that never ends goes to the end of its line: the parser
/// will say so.
fn after_string(text: &str) -> &str {
    if let Some(block) = text.strip_prefix("\"\"") {
        let mut rest = block;
        while let Some(at) = rest.find("\"\"\"") {
            let escaped = rest[..at].ends_with('\\');
            rest = &rest[at + 3..];
            if !escaped {
                return rest;
            }
        }
        // One that never ends is none: the parser reads an empty string, and another that the third quote begins.
        return &text[1..];
    }
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' | '\n' | '\r' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

fn position(text: &str, at: usize) -> Pos {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_outside_of_strings_and_comments() {
        assert_eq!(beyond("{ a { b(c: [1]) } }", 4), None);
        assert_eq!(beyond("{ a\n { b } }", 1), Some(Pos { line: 2, column: 2 }));
        for text in [
            "{ a(b: \"{{{{\") }",
            "{ a(b: \"\\\"{{{{\") }",
            "{ # {{{{\n a }",
            "{ a(b: \"\"\"{{ \\\"\"\" {{\"\"\") }",
            "}}}} { a }",
        ] {
            assert_eq!(beyond(text, 2), None, "{text}");
        }
    }

    #[test]
    fn what_an_unfinished_string_hides_is_seen_on_the_next_line() {
        assert!(beyond("\"abc\n{{{", 2).is_some());
        assert!(beyond("\"\"\" \" {{{", 2).is_some(), "an empty string, one of a space, and brackets");
        assert!(beyond("\"\"\"abc\n{{{", 2).is_some());
    }
}
