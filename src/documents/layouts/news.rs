//! A news item: a title, at times below a heading (`News`, `Communiqué`), at times printed twice, then the text.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::super::lines::{Content, Line};
use super::{LONGEST_TITLE, NewsSheet, Sheet};
use crate::documents::dateline;
use crate::documents::fold::fold;
use crate::documents::phrases::Phrases;
use crate::documents::words::tables;

static HEADINGS: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables().flat_map(|table| table.news_headings).map(|text| fold(text)).collect());

static PICTURES: LazyLock<Phrases> = LazyLock::new(|| tables().flat_map(|table| table.pictures).copied().collect());

/// The longest caption of a picture, in bytes.
const LONGEST_CAPTION: usize = 400;

/// How many captions of pictures may stand before the text.
const MOST_CAPTIONS: usize = 6;

pub fn read<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    let mut dates = Vec::new();
    let (mut at, mut title) = content.next(0)?;
    let mut has_heading = false;
    while let Some(next) = content.next(at + 1) {
        if is_heading(title) {
            has_heading = true;
        } else if matches!(dateline::own_line(title.text), Some((None, _))) {
            dates.push(title);
        } else {
            break;
        }
        (at, title) = next;
    }
    if title.text.len() > LONGEST_TITLE {
        return None;
    }
    let mut body = at + 1;
    while let Some((next, line)) = content.next(body) {
        if line.text == title.text {
            body = next + 1;
        } else if dateline::own_line(line.text).is_some() {
            dates.push(line);
            body = next + 1;
        } else {
            break;
        }
    }
    let body = after_captions(content, body, has_heading);
    Some(Sheet::News(NewsSheet { title, has_heading, dates, body, end: None, more: false }))
}

/// Whether a line is a heading of news: `Communiqué`, `Global`.
pub fn is_heading(line: Line<'_>) -> bool {
    line.text.len() <= 60 && HEADINGS.contains(&fold(line.text))
}

/// The place after the captions of pictures: lines printed twice and, below a heading, what stands before the dateline.
fn after_captions(content: &Content<'_>, body: usize, has_heading: bool) -> usize {
    let mut place = body;
    for _ in 0..MOST_CAPTIONS {
        let Some((at, line)) = content.next(place) else { break };
        match content.next(at + 1) {
            Some((again, twin)) if twin.text == line.text && !line.text.starts_with('-') => place = again + 1,
            _ => break,
        }
    }
    if !has_heading {
        return place;
    }
    let mut ahead = place;
    for _ in 0..MOST_CAPTIONS {
        let Some((at, line)) = content.next(ahead) else { break };
        if dateline::split(line.text).is_some() {
            return at;
        }
        if !is_caption(line) {
            break;
        }
        ahead = at + 1;
    }
    place
}

/// Whether a line may be the caption of a picture: a short one that is no sentence or says where the picture is from.
fn is_caption(line: Line<'_>) -> bool {
    let credited = || line.text.contains('©') || PICTURES.find(line.text, 0).is_some();
    line.text.len() <= LONGEST_CAPTION && (!line.text.ends_with(['.', '»', '”', '!', '?', ':']) || credited())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title_and_body(text: &str) -> (String, String) {
        let content = Content::of(text);
        let Some(Sheet::News(sheet)) = read(&content) else { panic!("no news: {text}") };
        let body = content.from(sheet.body).map(|line| line.text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|");
        (sheet.title.text.to_owned(), body)
    }

    #[test]
    fn the_title_follows_menu_and_headings() {
        for above in
            ["-\nMenu\n- 2030 Agenda\n", "News\nGlobal\n\n", "Communiqué\nGlobal\n", "Noticias y comunicados\nGlobal\n", ""]
        {
            assert_eq!(
                title_and_body(&format!("{above}A school opens\nThe text.")),
                ("A school opens".to_owned(), "The text.".to_owned())
            );
        }
    }

    #[test]
    fn titles_and_captions_printed_twice_are_no_text() {
        let (title, body) =
            title_and_body("News\nGlobal\n\nTitle\nTitle\n\nA boat. © IOM\nA boat. © IOM\n\nThe text.\n\nMore.");
        assert_eq!((title.as_str(), body.as_str()), ("Title", "The text.|More."));
    }

    #[test]
    fn a_caption_before_the_dateline_is_no_text() {
        for caption in ["A boat in the harbour", "The boat leaves. Photo: IOM 2015", "Sale el barco. © OIM."] {
            let (_, body) = title_and_body(&format!("Comunicado\nGlobal\n\nTitle\n\n{caption}\n\nLima - La escuela abre."));
            assert_eq!(body, "Lima - La escuela abre.", "{caption}");
        }
        let (_, body) = title_and_body("Comunicado\nGlobal\n\nTitle\n\nEl barco sale.\n\nLima - La escuela abre.");
        assert!(body.starts_with("El barco sale."), "a sentence is no caption");
    }

    #[test]
    fn a_line_with_the_day_is_no_text() {
        let content = Content::of("Title\nFri, 08/03/2018 - 09:20\nThe text.");
        let Some(Sheet::News(sheet)) = read(&content) else { panic!("no news") };
        assert_eq!((sheet.dates.len(), content.head[sheet.body].text), (1, "The text."));
    }
}
