//! From the text of a page to what it says.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::clean::clean;
use super::decode::refuse_binary;
use super::layouts::{self, NewsSheet, Sheet};
use super::lines::Content;
use super::{NewsReading, ProjectReading, Unreadable, dateline};
use crate::domain::{Warning, WarningCode};

/// What a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "readings are few and short-lived, and a box would be in every pattern")]
pub enum Reading {
    Project(ProjectReading),
    News(NewsReading),
    /// A rolling list of news items: at least two, no two of one title.
    List(Vec<NewsReading>),
}

impl Reading {
    /// The project, where the page is about one.
    pub fn project(self) -> Option<ProjectReading> {
        match self {
            Reading::Project(reading) => Some(reading),
            Reading::News(_) | Reading::List(_) => None,
        }
    }

    /// The news items, in the order of the page; none where it is about a project.
    pub fn news(self) -> Vec<NewsReading> {
        match self {
            Reading::Project(_) => Vec::new(),
            Reading::News(reading) => vec![reading],
            Reading::List(items) => items,
        }
    }

    /// The doubts about the page.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        let items = match self {
            Reading::Project(reading) => vec![&reading.warnings],
            Reading::News(reading) => vec![&reading.warnings],
            Reading::List(items) => items.iter().map(|item| &item.warnings).collect(),
        };
        items.into_iter().flatten()
    }
}

/// How far into a text the agency is looked for, in bytes.
const REACH: usize = 4000;

/// What shows that a text without menu, heading or dateline is from the agency.
const AGENCY: [&str; 5] = ["OIM", "IOM", "Organization for Migration", "pour les migrations", "para las Migraciones"];

/// Reads a page. `today` tells which projects should have ended by now.
pub fn read(text: &str, today: Date) -> Result<Reading, Unreadable> {
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    refuse_binary(text.as_bytes())?;
    refuse_html(text)?;
    let clean = clean(text);
    let content = Content::of(&clean.text);
    if content.head.is_empty() {
        return Err(if content.has_menu { Unreadable::MenuOnly } else { Unreadable::Empty });
    }
    let damage = clean.damage.iter().map(|message| Warning::new(WarningCode::DamagedText, None, message.clone()));
    match layouts::recognize(&content) {
        Some(Sheet::Project(sheet)) => {
            let mut reading = ProjectReading::of(&content, &sheet, today);
            reading.warnings.extend(damage);
            Ok(Reading::Project(reading))
        }
        Some(Sheet::News(sheet)) if is_news(&content, &sheet) => {
            let mut reading = NewsReading::of(&content, &sheet);
            reading.warnings.extend(damage);
            Ok(Reading::News(reading))
        }
        Some(Sheet::List(sheets)) => {
            let damage: Vec<_> = damage.collect();
            let mut items = Vec::with_capacity(sheets.len());
            let mut left_out = BTreeSet::new();
            for sheet in &sheets {
                let mut reading = NewsReading::of(&content, sheet);
                reading.warnings.extend(damage.iter().cloned());
                let slug = reading.slug();
                if items.iter().any(|item: &NewsReading| item.slug() == slug) {
                    left_out.insert(slug);
                } else {
                    items.push(reading);
                }
            }
            for item in items.iter_mut().filter(|item| left_out.contains(&item.slug())) {
                item.warnings.push(NewsReading::items_left_out("several items of this title, of which the first was read"));
            }
            Ok(if items.len() == 1 { Reading::News(items.swap_remove(0)) } else { Reading::List(items) })
        }
        _ => Err(Unreadable::UnknownKind),
    }
}

/// Whether anything shows that a title with a text is news: the site's menu, a heading, a dateline or the agency's name.
fn is_news(content: &Content<'_>, sheet: &NewsSheet<'_>) -> bool {
    let Some((_, first)) = content.next(sheet.body) else { return content.has_menu || sheet.has_heading };
    content.has_menu || sheet.has_heading || !sheet.dates.is_empty() || dateline::split(first.text).is_some() || {
        let mut reach = String::new();
        for line in content.from(0) {
            reach.push_str(&line.text[..line.text.floor_char_boundary(REACH)]);
            reach.push('\n');
            if reach.len() > REACH {
                break;
            }
        }
        AGENCY.iter().any(|name| reach.contains(name))
    }
}

fn refuse_html(text: &str) -> Result<(), Unreadable> {
    let begins = text.trim_start().get(..15).unwrap_or_default().to_ascii_lowercase();
    if begins.starts_with("<!doctype") || begins.starts_with("<html") { Err(Unreadable::Html) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::fuzz::PAGES;

    const TODAY: Date = date(2026, 1, 31);

    #[test]
    fn every_layout_is_read() {
        let kinds = PAGES.map(|page| matches!(read(page, TODAY), Ok(Reading::Project(_))));
        assert_eq!(kinds, [true, true, true, true, false, false, false]);
    }

    #[test]
    fn what_is_no_page_is_refused_with_its_reason() {
        let html = "<!DOCTYPE html><html><body>News</body></html>";
        for (text, reason) in [
            ("", Unreadable::Empty),
            (" \n\u{feff}\n", Unreadable::Empty),
            ("-\nMenu\n- 2030 Agenda\n", Unreadable::MenuOnly),
            ("eggs\nmilk\nbread", Unreadable::UnknownKind),
            ("{\"a\": [1, 2, 3]}", Unreadable::UnknownKind),
            (html, Unreadable::Html),
            ("GIF89a\0\0\u{1}\0", Unreadable::Binary { offset: 6 }),
        ] {
            assert_eq!(read(text, TODAY), Err(reason), "{text}");
        }
    }

    #[test]
    fn a_text_of_the_agency_without_menu_or_heading_is_news() {
        for text in ["A school opens\nThe school of IOM is open.", "A school opens\nGenève – Une école ouvre."] {
            assert!(matches!(read(text, TODAY), Ok(Reading::News(_))), "{text}");
        }
    }
}
