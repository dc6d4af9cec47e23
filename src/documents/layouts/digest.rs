//! A rolling list that mirrors the agency's news: items one below the other, each with the hour of its posting under the title.
//!
//! ```text
//! Home / Press Room
//!
//! Title
//!
//! IOM - News - Ven, 03/17/2017 - 10:33
//! Language English
//!
//! The text …
//!
//! Posted: Friday, March 17, 2017 - 16:38Image: …
//!
//! Title of the next item
//!
//! IOM - News - Ven, 03/17/2017 - 09:10
//! ```

use super::super::lines::{Content, Line};
use super::{LONGEST_TITLE, NewsSheet, Sheet};
use crate::documents::dateline;

/// How many lines may stand above the hour of the first item.
const DEEPEST: usize = 20;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let head = &content.head;
    let first = head.iter().take(DEEPEST).position(is_stamp)?;
    if head[..first].iter().any(|line| line.text.len() > LONGEST_TITLE || is_sentence(line)) {
        return None;
    }
    // Where the first item has its hour as `Posted: …`, all have it so; else such a line ends an item.
    let ends_items = !is_posting(&head[first]);
    let mut items: Vec<NewsSheet<'a>> = Vec::new();
    for stamp in (first..head.len()).filter(|&place| is_stamp(&head[place])) {
        let open = items.last_mut().filter(|item| item.end.is_none());
        if ends_items && is_posting(&head[stamp]) {
            open.into_iter().for_each(|item| item.end = Some(stamp));
            continue;
        }
        let from = open.as_ref().map_or(0, |item| item.body);
        let Some(title) = (from..stamp).rev().find(|&place| !head[place].text.is_empty()) else { continue };
        if head[title].text.len() > LONGEST_TITLE || is_sentence(&head[title]) || is_stamp(&head[title]) {
            continue;
        }
        open.into_iter().for_each(|item| item.end = Some(title));
        let body = text_below(content, stamp);
        items.push(NewsSheet { title: head[title], has_heading: true, dates: vec![head[stamp]], body, end: None, more: false });
    }
    if let Some(last) = items.last_mut().filter(|_| !content.is_whole()) {
        last.end.get_or_insert(head.len());
        last.more = true;
    }
    match items.len() {
        0 | 1 => items.pop().map(Sheet::News),
        _ => Some(Sheet::List(items)),
    }
}

/// The place where the text below an hour begins.
fn text_below(content: &Content<'_>, stamp: usize) -> usize {
    match content.next(stamp + 1) {
        Some((at, line)) if line.text.starts_with("Language ") && line.text.len() <= 30 => at + 1,
        _ => stamp + 1,
    }
}

/// A line with a weekday, a date and an hour: `Fri, 08/03/2018 - 09:20`.
fn is_stamp(line: &Line<'_>) -> bool {
    line.text.contains(':') && matches!(dateline::own_line(line.text), Some((None, _))) && dateline::has_hour(line.text)
}

/// The line that ends an item, rather than the one that begins the next.
fn is_posting(line: &Line<'_>) -> bool {
    line.text.contains("Posted:")
}

fn is_sentence(line: &Line<'_>) -> bool {
    line.text.len() > 200 && line.text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Title and text of each item.
    fn items(text: &str) -> Vec<(String, String)> {
        let content = Content::of(text);
        let items = match read(&content) {
            Some(Sheet::List(items)) => items,
            Some(Sheet::News(item)) => vec![item],
            other => panic!("no digest: {other:?}"),
        };
        let body = |item: &NewsSheet<'_>| {
            let lines = content.head[item.body..item.end.unwrap_or(content.head.len())].iter();
            lines.map(|line| line.text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
        };
        items.iter().map(|item| (item.title.text.to_owned(), body(item))).collect()
    }

    fn expected<const N: usize>(items: [(&str, &str); N]) -> Vec<(String, String)> {
        items.map(|(title, body)| (title.to_owned(), body.to_owned())).into()
    }

    #[test]
    fn an_item_ends_where_it_was_posted() {
        let text = "Home / Press Room\n\nPress Room\n\nA school opens\n\nIOM - News - Ven, 03/17/2017 - 10:33\nLanguage English\n\nTunis – The school.\n\nPosted: Friday, March 17, 2017 - 16:38Image: Themes: \n\nA second school\n\nIOM - News - Ven, 03/17/2017 - 09:10\nMore.\n\nPosted: Friday, March 17, 2017 - 15:00Image:\nFooter";
        assert_eq!(items(text), expected([("A school opens", "Tunis – The school."), ("A second school", "More.")]));
    }

    #[test]
    fn an_item_ends_before_the_next_title() {
        let text = "A school\nFri, 08/03/2018 - 09:20\nThe text.\nMore.\nA second school\nThu, 08/02/2018 - 09:20\nIts text.\n\nA third\n\nWed, 08/01/2018 - 11:00";
        assert_eq!(items(text), expected([("A school", "The text.|More."), ("A second school", "Its text."), ("A third", "")]));
        assert_eq!(items("A school\nFri, 08/03/2018 - 09:20\nThe text."), expected([("A school", "The text.")]));
    }

    #[test]
    fn each_item_may_be_posted_below_its_title() {
        let text = "A school\nPosted: Tuesday, March 21, 2017 - 16:38Image: Themes:\nThe text.\nA second school\nPosted: Monday, March 20, 2017 - 10:00Image:\nIts text.";
        assert_eq!(items(text), expected([("A school", "The text."), ("A second school", "Its text.")]));
    }

    #[test]
    fn an_hour_without_a_title_begins_no_item() {
        let text = "A school\nFri, 08/03/2018 - 09:20\nThu, 08/02/2018 - 09:20\nThe text.";
        assert_eq!(items(text).len(), 1);
    }

    #[test]
    fn items_beyond_the_head_are_left_out() {
        let item = "A school\nFri, 08/03/2018 - 09:20\nThe text.\n";
        let text = item.repeat(1000);
        let content = Content::of(&text);
        let Some(Sheet::List(items)) = read(&content) else { panic!("no list") };
        assert!(items.last().unwrap().more && items.iter().filter(|item| item.more).count() == 1);
        assert!(items.last().unwrap().end.is_some());
    }

    #[test]
    fn a_day_alone_makes_no_list() {
        assert!(read(&Content::of("A school\nLao Cai, 11/2017\nThe text.")).is_none());
    }
}
