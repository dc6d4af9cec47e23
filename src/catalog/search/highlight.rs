//! Where a record prints what was asked for.

use std::collections::HashSet;
use std::ops::Range;

use super::analysis::{Term, term, tokens};
use super::fields::{Role, Text, texts};
use crate::domain::{Field, Language, Record};

/// How long a fragment is, in letters, and how many of them before its first marked word.
const LENGTH: usize = 160;
const LEAD: usize = 50;

/// How many fragments of a field there are at most: those with the most marked words.
const FRAGMENTS: usize = 3;

/// The places of one field that print asked words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    pub field: Field,
    /// The language of the text; none for codes and names.
    pub language: Option<Language>,
    /// In the order of the text: HTML in which each asked word stands, as printed, within `<mark>` and `</mark>`. All else is
    /// escaped. An ellipsis says that the text goes on.
    pub fragments: Vec<String>,
}

/// The fields of a record that print some of the words.
pub(super) fn highlights(record: &Record, words: &HashSet<&Term>) -> Vec<Highlight> {
    let printed = texts(record).into_iter().filter(|text| !matches!(text.role, Role::Key | Role::Implied));
    let highlights = printed.filter_map(|text| {
        let marks = marks(&text, words);
        let fragments = fragments(text.text, &marks);
        (!fragments.is_empty()).then_some(Highlight { field: text.field, language: text.language, fragments })
    });
    highlights.collect()
}

/// Where the words stand, in order; a compound that is asked for as a whole is one.
fn marks(text: &Text<'_>, words: &HashSet<&Term>) -> Vec<Range<usize>> {
    let mut folded = String::new();
    let mut marks: Vec<Range<usize>> = Vec::new();
    for token in tokens(text.text) {
        let within = marks.last().is_some_and(|mark| token.end <= mark.end);
        if !within && term(text.text, token, text.language, &mut folded).is_some_and(|term| words.contains(&term)) {
            marks.push(token.start..token.end);
        }
    }
    marks
}

fn fragments(text: &str, marks: &[Range<usize>]) -> Vec<String> {
    let mut found: Vec<(Range<usize>, &[Range<usize>])> = Vec::new();
    let mut left = marks;
    let mut from = 0;
    while let Some(first) = left.first() {
        let start = start(text, from, first.start);
        let end = end(text, start, first.end);
        let (within, after) = left.split_at(left.partition_point(|mark| mark.end <= end));
        found.push((start..end, within));
        (left, from) = (after, end);
    }
    found.sort_by_key(|(_, within)| std::cmp::Reverse(within.len()));
    found.truncate(FRAGMENTS);
    found.sort_by_key(|(fragment, _)| fragment.start);
    found.into_iter().map(|(fragment, within)| html(text, fragment, within)).collect()
}

/// Where a fragment starts: at the beginning of a word, or of the text where that is near.
fn start(text: &str, from: usize, mark: usize) -> usize {
    let before = &text[from..mark];
    let Some((at, _)) = before.char_indices().rev().nth(LEAD) else { return from };
    let lead = &before[at..];
    let word = lead.trim_start_matches(|letter: char| !letter.is_whitespace()).trim_start();
    mark - word.len()
}

/// Where a fragment ends: at the end of a word, and not before that of its first marked one.
fn end(text: &str, start: usize, mark: usize) -> usize {
    match text[start..].char_indices().nth(LENGTH) {
        Some((length, _)) if start + length > mark => {
            text[mark..start + length].rfind(char::is_whitespace).map_or(mark, |space| mark + space)
        }
        Some(_) => mark,
        None => text.len(),
    }
}

fn html(text: &str, fragment: Range<usize>, marks: &[Range<usize>]) -> String {
    let mut html = String::new();
    if !text[..fragment.start].trim_start().is_empty() {
        html.push('…');
    }
    let mut at = fragment.start;
    for mark in marks {
        escape(&text[at..mark.start], &mut html);
        html.push_str("<mark>");
        escape(&text[mark.clone()], &mut html);
        html.push_str("</mark>");
        at = mark.end;
    }
    escape(&text[at..fragment.end], &mut html);
    if !text[fragment.end..].trim_end().is_empty() {
        html.push('…');
    }
    html
}

fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, words: &[&str]) -> Vec<String> {
        let marks: Vec<_> = words.iter().flat_map(|word| text.match_indices(word).map(|(at, _)| at..at + word.len())).collect();
        fragments(text, &marks)
    }

    #[test]
    fn a_short_text_is_shown_whole_and_escaped() {
        assert_eq!(shown("a < retour & b", &["retour"]), ["a &lt; <mark>retour</mark> &amp; b"]);
        assert_eq!(shown("<script>", &["script"]), ["&lt;<mark>script</mark>&gt;"]);
        assert_eq!(shown("rien", &["retour"]), [""; 0]);
    }

    #[test]
    fn a_long_text_is_cut_between_words_around_what_is_marked() {
        let filler = "été\u{a0}comme hiver ".repeat(40);
        let [fragment] = <[String; 1]>::try_from(shown(&format!("{filler}retour {filler}"), &["retour"])).unwrap();
        assert!(fragment.starts_with("…") && fragment.ends_with('…'), "{fragment}");
        assert!(fragment.contains(" <mark>retour</mark> "), "{fragment}");
        let letters = fragment.replace("<mark>", "").replace("</mark>", "").chars().count();
        assert!((140..=LENGTH + 2).contains(&letters), "{letters}");
        for word in fragment.trim_matches('…').split_whitespace() {
            assert!(["été", "comme", "hiver", "<mark>retour</mark>"].contains(&word), "{word}");
        }
    }

    #[test]
    fn the_fragments_with_the_most_marked_words_are_shown_in_the_order_of_the_text() {
        let filler = "comme hiver ".repeat(40);
        let text = format!("retour un {filler} retour retour deux {filler} retour retour trois {filler} retour retour quatre");
        let shown = shown(&text, &["retour"]);
        assert_eq!(shown.len(), FRAGMENTS);
        for (fragment, word) in shown.iter().zip(["deux", "trois", "quatre"]) {
            assert!(fragment.contains(word), "{fragment}");
        }
    }

    #[test]
    fn a_marked_word_longer_than_a_fragment_is_shown_whole() {
        let long = "r".repeat(500);
        assert_eq!(shown(&format!("a {long} b"), &[&long]), [format!("a <mark>{long}</mark>…")]);
    }
}
