//! Lines joined to paragraphs, with one blank line between them.
//!
//! Most pages print a paragraph a line. Old releases are wrapped at some sixty letters, in the middle of numbers and names.

/// The longest line of a wrapped text, in letters.
const WIDEST: usize = 90;

/// How many lines are looked at to tell whether a text is wrapped.
const SAMPLE: usize = 200;

/// The width at which a text is wrapped; none where a line is a paragraph.
pub fn wrapped_at<'a>(lines: impl Iterator<Item = &'a str>) -> Option<usize> {
    let (mut widest, mut breaks, mut within, mut blank) = (0, 0, 0, true);
    let mut ended = true;
    for line in lines.take(SAMPLE) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        // The widest that a line can be and no more: a page with one long line is not wrapped.
        let width = line.chars().take(WIDEST + 1).count();
        if width > WIDEST {
            return None;
        }
        widest = widest.max(width);
        if !blank {
            breaks += 1;
            within += usize::from(!ended && !line.starts_with(['-', '•']));
        }
        ended = ends_a_sentence(line);
        blank = false;
    }
    (within * 2 > breaks).then_some(widest)
}

/// The paragraphs of a text, wrapped or not.
pub fn join<'a>(lines: impl Iterator<Item = &'a str>, wrapped_at: Option<usize>) -> String {
    let mut text = String::new();
    let mut last: Option<&str> = None;
    for line in lines {
        if line.is_empty() {
            last = None;
            continue;
        }
        match (wrapped_at, last) {
            (Some(width), Some(before)) if goes_on(before, line, width) => text.push(' '),
            _ if text.is_empty() => {}
            _ => text.push_str("\n\n"),
        }
        text.push_str(line);
        last = Some(line);
    }
    text
}

/// Whether a paragraph goes on: the first word of the next line did not fit on this one, or a sentence or a number goes on.
fn goes_on(before: &str, line: &str, width: usize) -> bool {
    let word = line.split(' ').next().unwrap_or(line);
    let length = before.chars().count();
    let full = length + 1 + word.chars().count() > width;
    let long = length * 4 >= width * 3;
    let number =
        before.ends_with(|letter: char| letter.is_ascii_digit()) && line.starts_with(|letter: char| letter.is_ascii_digit());
    full || number || !ends_a_sentence(before) && (long || line.starts_with(char::is_lowercase))
}

fn ends_a_sentence(line: &str) -> bool {
    line.trim_end_matches(['»', '”', '"', '’', ')', ' ', '\u{a0}']).ends_with(['.', '!', '?', ':', ';', '…'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(text: &str) -> String {
        join(text.lines(), wrapped_at(text.lines()))
    }

    #[test]
    fn a_line_is_a_paragraph() {
        assert_eq!(
            paragraphs("The first paragraph.\n\nThe second.\nThe third."),
            "The first paragraph.\n\nThe second.\n\nThe third."
        );
        assert_eq!(paragraphs(""), "");
    }

    #[test]
    fn wrapped_lines_become_whole_again() {
        let text = "Dans le camp vivent plus de 52\n000 personnes venues de la\nRépublique centrafricaine qui\nont fui. Elles attendent.\nUn second paragraphe commence\nici.";
        assert_eq!(
            paragraphs(text),
            "Dans le camp vivent plus de 52 000 personnes venues de la République centrafricaine qui ont fui. Elles attendent.\n\nUn second paragraphe commence ici."
        );
    }

    #[test]
    fn a_short_list_is_not_wrapped() {
        assert_eq!(paragraphs("Aims:\n- one\n- two\nThat is all."), "Aims:\n\n- one\n\n- two\n\nThat is all.");
    }
}
