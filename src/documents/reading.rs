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
    use proptest::prelude::*;

    use super::*;
    use crate::documents::{Page, decode, inspect_line, news_item, project};
    use crate::domain::{Record, Source};

    const TODAY: Date = date(2026, 1, 31);

    const PAGES: [&str; 7] = [
        "-\nMenu\n- 2030 AGENDA\nUne école pour la Géorgie\n-\nDate de fin\n2024\n-\nStatut du projet\nAchevé\n-\nProjet ID\nLM.0000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nGéorgie Iran (République islamique d’)\nL’école ouvre.\n- un\n- deux",
        "A school\n\n  • Start Date\n  • Project Type\n    Labour Migration\n  • Projects ID\n    LM.0000\n  • Benefiting Member States\n    Guinea Guinea-Bissau\n\nThe school is open.",
        "- About\n- Donate Now\nA school\nA school\nGlobal\nLM.0000\n103,058\nBelize\nMexico\nLabour Migration\nGlobal\nActive\nThe text.",
        "A school\n\n    Armenia Georgia\n\nThe text of the school.",
        "-\nMenu\n- 2030 Agenda\nUna escuela\nTapachula (México) / Lima. - La escuela de la OIM abre el 5 de mayo de 2018.\nPara más información, contacte con Ana Ruiz en la OIM, Tel: +593 2-22-53-948/49, Email: \"mailto:a@iom.int\">a@iom.int",
        "News\nGlobal\n\nA school\nA boat\nA boat\nKyiv — IOM opens a school.\n\nFor more information, please contact\n\nReza Karimi\n\nTel: +98-21-22000000",
        "Press Room\nA school\nFri, 08/03/2018 - 09:20\nGeorgia - Its text.\n\nA boat\n\nThu, 08/02/2018 - 09:20\nThe text of the boat.",
    ];

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

    /// A change that damage, a crawler or a hand may make to a page.
    fn mutated() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\0".to_owned()),
            Just("\r\n".to_owned()),
            Just("-\n".to_owned()),
            Just("\n  • Date de fin\n".to_owned()),
            Just("(".to_owned()),
            Just("@iom.int".to_owned()),
            "[a-z.'_+-]{0,5}@[a-z.-]{0,9}",
            Just("+995 ".to_owned()),
            Just("Ã©".to_owned()),
            Just("\u{301}".to_owned()),
            Just("Pour plus d’informations ".to_owned()),
            Just("6 mars 2018 - ".to_owned()),
            "\\PC{0,12}",
        ];
        let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), piece, any::<bool>());
        (prop::sample::select(PAGES.to_vec()), prop::collection::vec(change, 0..6)).prop_map(|(page, changes)| {
            changes.into_iter().fold(page.to_owned(), |text, (from, to, piece, cut)| {
                let place = |index: prop::sample::Index| text.floor_char_boundary(index.index(text.len() + 1));
                let (from, to) = (place(from).min(place(to)), place(from).max(place(to)));
                let rest = if cut { &text[to..] } else { &text[from..] };
                format!("{}{piece}{rest}", &text[..from])
            })
        })
    }

    fn page<R>(reading: R) -> Vec<Page<R>> {
        let (sha256, read_at) = (String::new(), jiff::Timestamp::UNIX_EPOCH);
        vec![Page {
            source: Source {
                document: "page".to_owned(),
                sha256,
                language: None,
                url: None,
                title: None,
                prima_id: None,
                read_at,
            },
            reading,
        }]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn whatever_is_handed_over_is_answered_with_a_sound_record(text in prop_oneof![mutated(), ".{0,200}"]) {
            let result = read(&text, TODAY);
            let line = inspect_line("page", &result);
            prop_assert_eq!(&line["file"], "page");
            let records = match result {
                Ok(Reading::Project(reading)) => vec![Record::Project(project(page(reading)))],
                Ok(news) => {
                    let items = news.news().into_iter().map(|reading| news_item(page(reading)));
                    let records = |(item, contacts): (_, Vec<_>)| {
                        contacts.into_iter().map(Record::Contact).chain([Record::NewsItem(item)])
                    };
                    items.flat_map(records).collect()
                }
                Err(_) => Vec::new(),
            };
            for record in records {
                prop_assert_eq!(record.problems(), []);
            }
        }

        #[test]
        fn damage_is_never_silent(page in prop::sample::select(PAGES.to_vec()), at in any::<prop::sample::Index>(), damage in prop::sample::select(vec!["\0", "\u{fffd}", "Ã©", "\u{1}"])) {
            let at = page.floor_char_boundary(at.index(page.len()));
            let text = format!("{}{damage}{}", &page[..at], &page[at..]);
            match read(&text, TODAY) {
                Ok(reading) => prop_assert!(reading.warnings().any(|warning| warning.code == WarningCode::DamagedText)),
                Err(reason) => prop_assert!(!reason.to_string().is_empty()),
            }
        }

        #[test]
        fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(text) = decode(&bytes) {
                let _ = read(text, TODAY);
            }
        }
    }
}
