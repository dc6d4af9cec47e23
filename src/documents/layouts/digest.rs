//! A rolling list that mirrors the agency's news: items one below the other, each with the hour of its posting under the title.
//! The first item is read.
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
    let stamp = content.head.iter().take(DEEPEST).position(is_stamp)?;
    let above = &content.head[..stamp];
    let title = *above.iter().rfind(|line| !line.text.is_empty())?;
    if above.iter().any(|line| line.text.len() > LONGEST_TITLE || is_sentence(line)) {
        return None;
    }
    let (mut body, next) = content.next(stamp + 1)?;
    if next.text.starts_with("Language ") && next.text.len() <= 30 {
        body += 1;
    }
    let end = (body..content.head.len()).find(|&place| is_stamp(&content.head[place]));
    let more = end.is_some_and(|end| content.head[end + 1..].iter().any(|line| !line.text.is_empty()));
    let end = end.map(|end| if is_posting(&content.head[end]) { end } else { title_above(content, end) });
    Some(Sheet::News(NewsSheet { title, has_heading: true, dates: vec![content.head[stamp]], body, end, more }))
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

/// The place of the title above an hour: what stands before it belongs to the item before.
fn title_above(content: &Content<'_>, stamp: usize) -> usize {
    (0..stamp).rev().find(|&place| !content.head[place].text.is_empty()).unwrap_or(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> (String, Vec<String>, bool) {
        let content = Content::of(text);
        let Some(Sheet::News(sheet)) = read(&content) else { panic!("no digest: {text}") };
        let lines = content.head[sheet.body..sheet.end.unwrap_or(content.head.len())].iter();
        let body = lines.map(|line| line.text.to_owned()).filter(|text| !text.is_empty()).collect();
        (sheet.title.text.to_owned(), body, sheet.more)
    }

    #[test]
    fn the_first_item_ends_where_it_was_posted() {
        let (title, body, more) = sheet(
            "Home / Press Room\n\nPress Room\n\nA school opens\n\nIOM - News - Ven, 03/17/2017 - 10:33\nLanguage English\n\nTunis – The school.\n\nPosted: Friday, March 17, 2017 - 16:38Image: Themes: \n\nA second school\n\nIOM - News - Ven, 03/17/2017 - 09:10\nMore.",
        );
        assert_eq!((title.as_str(), body, more), ("A school opens", vec!["Tunis – The school.".to_owned()], true));
    }

    #[test]
    fn the_first_item_ends_before_the_next_title() {
        let (_, body, more) =
            sheet("A school\nFri, 08/03/2018 - 09:20\nThe text.\nMore.\nA second school\nThu, 08/02/2018 - 09:20\nIts text.");
        assert_eq!((body, more), (vec!["The text.".to_owned(), "More.".to_owned()], true));
        assert!(!sheet("A school\nFri, 08/03/2018 - 09:20\nThe text.").2);
    }

    #[test]
    fn a_day_alone_makes_no_list() {
        assert!(read(&Content::of("A school\nLao Cai, 11/2017\nThe text.")).is_none());
    }
}
