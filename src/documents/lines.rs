//! A document as lines with numbers.

use super::menu;

/// A line of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Without the spaces around it.
    pub text: &'a str,
    pub indented: bool,
}

/// The content of a document: what follows the site's menu.
///
/// Fields, titles and datelines stand in the first lines, so only those are kept as a list; a body may be of any length and is
/// walked through once.
#[derive(Debug)]
pub struct Content<'a> {
    /// Whether the site's menu stood above.
    pub has_menu: bool,
    /// The first lines after the menu, blank ones too, beginning with one that is not blank.
    pub head: Vec<Line<'a>>,
    rest: &'a str,
}

/// How many lines the head of a document holds.
const HEAD: usize = 1000;

impl<'a> Content<'a> {
    pub fn of(text: &'a str) -> Self {
        let mut lines = Numbered { rest: text, number: 0 };
        let mut head: Vec<_> = lines.by_ref().take(HEAD).collect();
        let end = menu::end(&head);
        head.drain(..end.unwrap_or(0));
        let blank = head.iter().take_while(|line| line.text.is_empty()).count();
        head.drain(..blank);
        Content { has_menu: end.is_some(), head, rest: lines.rest }
    }

    /// Whether the head holds all lines.
    pub fn is_whole(&self) -> bool {
        self.rest.is_empty()
    }

    /// The lines from a place of the head to the end of the document.
    pub fn from(&self, place: usize) -> impl Iterator<Item = Line<'a>> + '_ {
        let number = self.head.last().map_or(0, |line| line.number);
        let head = self.head.get(place..).unwrap_or_default();
        head.iter().copied().chain(Numbered { rest: self.rest, number })
    }

    /// The first line that is not blank at or after a place of the head, and the place.
    pub fn next(&self, place: usize) -> Option<(usize, Line<'a>)> {
        let (ahead, line) = self.head.get(place..)?.iter().enumerate().find(|(_, line)| !line.text.is_empty())?;
        Some((place + ahead, *line))
    }
}

struct Numbered<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Iterator for Numbered<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
        self.rest = rest;
        self.number += 1;
        Some(Line { number: self.number, text: line.trim(), indented: line.starts_with([' ', '\t', '\u{a0}']) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_below_the_menu_and_beyond_the_head() {
        let text = format!("-\nMenu\n- 2030 AGENDA\n\n  Title \n{}last", "x\n".repeat(2000));
        let content = Content::of(&text);
        assert!(content.has_menu);
        assert_eq!(content.head[0], Line { number: 5, text: "Title", indented: true });
        let last = content.from(1).last().unwrap();
        assert_eq!((last.number, last.text), (2006, "last"));
        assert_eq!(content.from(0).count(), 2002);
    }

    #[test]
    fn the_next_line_is_the_next_that_says_something() {
        let content = Content::of("one\n\n\ntwo");
        assert_eq!(content.next(1).map(|(place, line)| (place, line.number)), Some((3, 4)));
        assert_eq!(content.next(4), None);
    }
}
