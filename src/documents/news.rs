//! What one page says in a news item.

use super::contacts::{self, Contacts};
use super::fold::words;
use super::layouts::NewsSheet;
use super::lines::Content;
use super::project::Found;
use super::words::weekday;
use super::{dateline, dates, doubts, language, paragraphs, states};
use crate::domain::{Contact, CountryCode, Field, Language, PartialDate, Warning, WarningCode};

/// A page of a news item, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsReading {
    pub language: Language,
    pub title: Found<String>,
    /// The paragraphs below the dateline, with a blank line between them.
    pub body: String,
    /// The place of the dateline, as printed.
    pub place: Option<Found<String>>,
    pub published_on: Option<Found<PartialDate>>,
    /// The states that title, dateline and text name, in the order of their first mention.
    pub member_states: Vec<CountryCode>,
    pub contacts: Vec<Contact>,
    pub warnings: Vec<Warning>,
}

/// How far into the text a date may stand that tells the day of the item, and the words that may stand before it. A word such
/// as `since` makes it another day.
const OPENING: usize = 60;
const BEFORE_THE_DAY: [&str; 12] = ["ce", "del", "du", "el", "from", "la", "le", "les", "los", "on", "the", "this"];

impl NewsReading {
    pub(super) fn of(content: &Content<'_>, sheet: &NewsSheet<'_>) -> Self {
        let title = sheet.title.text.to_owned();
        let first = content.next(sheet.body).filter(|(at, _)| sheet.end.is_none_or(|end| *at < end));
        let (number, paragraph) = first.map_or((sheet.title.number, ""), |(_, line)| (line.number, line.text));
        let dateline = dateline::split(paragraph);
        let body = body(content, sheet, paragraph, dateline.as_ref().map(|dateline| dateline.rest));
        let own_lines = sheet.dates.iter().filter_map(|line| dateline::own_line(line.text).map(|read| (line, read)));
        let dateline_place = dateline.as_ref().and_then(|dateline| dateline.place);
        let place = dateline_place.map(|place| found(place.to_owned(), place, number)).or_else(|| {
            let (line, place) = own_lines.clone().find_map(|(line, (place, _))| Some((line, place?)))?;
            Some(found(place.to_owned(), line.text, line.number))
        });
        let dateline_date = dateline.as_ref().and_then(|dateline| dateline.date);
        let published_on = dateline_date
            .map(|date| found(date, paragraph[..paragraph.len() - body_length(&dateline, paragraph)].trim(), number))
            .or_else(|| own_lines.clone().next().map(|(line, (_, date))| found(date, line.text, line.number)))
            .or_else(|| {
                dates::first_in(&title).filter(has_day).map(|at| found(at.date, &title[at.start..at.end], sheet.title.number))
            })
            .or_else(|| opening_date(&body).map(|at| found(at.date, &body[at.start..at.end], number)));
        let Contacts { contacts, text_without } = contacts::in_text(&body);
        let told = [title.as_str(), place.as_ref().map_or("", |place| place.value.as_str())];
        let mut member_states: Vec<CountryCode> = Vec::new();
        for state in told.into_iter().chain(text_without.iter().copied()).flat_map(states::in_prose) {
            if !member_states.contains(&state) {
                member_states.push(state);
            }
        }
        let mut reading = NewsReading {
            language: language::of(&[&body, &title], None),
            title: found(title.clone(), &title, sheet.title.number),
            place,
            published_on,
            member_states,
            contacts,
            body,
            warnings: Vec::new(),
        };
        reading.warnings = reading.doubts();
        if sheet.more {
            reading.warnings.push(NewsReading::items_left_out("more items than are read: those that follow were left out"));
        }
        reading
    }

    /// The doubt about a page with items that were not read.
    pub(super) fn items_left_out(what: &str) -> Warning {
        let message = format!("the page holds {what}: hand over each item’s own page");
        Warning::new(WarningCode::ItemsLeftOut, None, message)
    }

    fn doubts(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if doubts::is_cut(&self.title.value, &self.body) {
            warnings.push(doubts::title_cut(&self.title.value));
        }
        if self.body.is_empty() {
            warnings.push(Warning::new(WarningCode::BodyMissing, Field::Body, "the page has no text below the title"));
        }
        for contact in self.contacts.iter().filter(|contact| contact.email.is_none()) {
            let message = format!("no e-mail address is printed for {}", contact.name);
            warnings.push(Warning::new(WarningCode::ContactWithoutEmail, Field::Contacts, message));
        }
        warnings
    }
}

fn found<T>(value: T, printed: &str, line: usize) -> Found<T> {
    Found { value, printed: printed.to_owned(), line }
}

fn body_length(dateline: &Option<dateline::Dateline<'_>>, paragraph: &str) -> usize {
    dateline.as_ref().map_or(paragraph.len(), |dateline| dateline.rest.len())
}

/// The text, its first line without the dateline.
fn body(content: &Content<'_>, sheet: &NewsSheet<'_>, first: &str, rest: Option<&str>) -> String {
    let length = sheet.end.map_or(usize::MAX, |end| end.saturating_sub(sheet.body));
    let lines = || content.from(sheet.body).take(length).map(|line| line.text);
    let mut text = paragraphs::join(lines(), paragraphs::wrapped_at(lines()));
    if let Some(rest) = rest {
        text.drain(..first.len() - rest.len());
    }
    text
}

/// The day that opens a text: `Du 10 au 13 avril 2019, …`.
fn opening_date(body: &str) -> Option<dates::DateAt> {
    let found = dates::first_in(&body[..body.floor_char_boundary(OPENING)]).filter(has_day)?;
    let mut before = words(&body[..found.start]);
    before.all(|word| BEFORE_THE_DAY.contains(&word.text.as_ref()) || weekday(&word.text).is_some()).then_some(found)
}

fn has_day(found: &dates::DateAt) -> bool {
    found.date.day().is_some()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::{Reading, read};

    fn reading(text: &str) -> NewsReading {
        match read(text, date(2026, 1, 31)) {
            Ok(Reading::News(reading)) => reading,
            other => panic!("no news: {other:?}"),
        }
    }

    fn states(reading: &NewsReading) -> String {
        reading.member_states.iter().map(CountryCode::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn title_place_text_and_contact_are_told_apart() {
        let news = reading(
            "-\nMenu\n- 2030 AGENDA\nLa Géorgie ouvre une école\nTbilissi - « La vallée attendait », dit une mère.\nUne seconde école suit en Arménie.\nPour plus d’informations, veuillez contacter Nino Beridze, OIM Ukraine, +995 32 200 00 00. Email : nino@iom.int",
        );
        assert_eq!((news.title.value.as_str(), news.title.line), ("La Géorgie ouvre une école", 4));
        assert_eq!(news.place.as_ref().map(|place| (place.value.as_str(), place.line)), Some(("Tbilissi", 5)));
        assert!(news.body.starts_with("« La vallée attendait », dit une mère.\n\nUne seconde"));
        assert_eq!((news.language, news.slug().as_str()), (Language::Fr, "la-georgie-ouvre-une-ecole"));
        assert_eq!(states(&news), "GE AM", "whom to ask is not what the text tells of");
        assert_eq!(news.contacts[0].key(), "nino@iom.int");
        assert_eq!(news.warnings, []);
    }

    #[test]
    fn the_day_comes_from_dateline_line_title_or_opening() {
        for (page, day) in [
            ("News\nA school\nCairo, 6 March 2018 - The school is open.", Some("2018-03-06")),
            ("News\nA school\nLao Cai, 11/2017\nThe school is open.", Some("2017-11")),
            ("News\nA school opens on 30 Jul 2018, Hanoi\nThe school is open.", Some("2018-07-30")),
            ("Communiqué\nUne école\nDu 10 au 13 avril 2019, la fête de l’école a lieu.", Some("2019-04-10")),
            ("News\nA school\nThe school is open on Monday (23/07).", None),
            ("News\nA school\nSince 6 March 2018, the school is open.", None),
            ("News\nSchools in May 2018\nDepuis janvier 2019, l’école est ouverte.", None),
        ] {
            assert_eq!(reading(page).published_on.map(|found| found.value.to_string()).as_deref(), day, "{page}");
        }
    }

    #[test]
    fn names_broken_by_wrapped_lines_are_whole() {
        let news = reading(
            "-\nMenu\n- 2030 AGENDA\nUna escuela\nLa escuela recibe a los jóvenes que llegan de los Estados\nUnidos y también a los que vienen de la República\nDominicana, con el apoyo de la OIM y de los maestros del\npueblo.",
        );
        assert_eq!((states(&news).as_str(), news.language), ("US DO", Language::Es));
        assert_eq!(news.body.lines().count(), 1);
    }

    #[test]
    fn the_language_is_that_of_the_text() {
        let news =
            reading("Comunicado\nGlobal\n\nRetour à l’école\nLes enfants de la vallée rentrent à l’école après les fêtes.");
        assert_eq!(news.language, Language::Fr);
    }

    #[test]
    fn doubts_are_told() {
        let codes = |text: &str| reading(text).warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>();
        assert_eq!(codes("News\nGlobal\n\nA school"), ["BODY_MISSING"]);
        assert_eq!(
            codes(
                "News\nA school\nThe school is open.\nFor further information, please contact\nReza Karimi\nIOM Tehran\nTel: +98-21-22000000"
            ),
            ["CONTACT_WITHOUT_EMAIL"]
        );
        assert_eq!(codes(&format!("News\n{}\nThe school is open.", "a".repeat(255))), ["TITLE_CUT"]);
        assert_eq!(codes("News\nA sch\u{fffd}ol\nThe school is open."), ["DAMAGED_TEXT"]);
        let twice = "A school\nFri, 08/03/2018 - 09:20\nThe text.\nA school\nThu, 08/02/2018 - 09:20\nIts text.";
        assert_eq!((codes(twice), reading(twice).body.as_str()), (vec!["ITEMS_LEFT_OUT"], "The text."));
    }

    #[test]
    fn every_item_of_a_list_is_read() {
        let list =
            "A school\nFri, 08/03/2018 - 09:20\nThe text.\nA second school\nThu, 08/02/2018 - 09:20\nGeorgia - Its text.";
        let items = read(list, date(2026, 1, 31)).unwrap().news();
        let read: Vec<_> = items
            .iter()
            .map(|item| (item.slug(), item.body.as_str(), item.published_on.as_ref().unwrap().value.to_string()))
            .collect();
        assert_eq!(
            read,
            [
                ("a-school".to_owned(), "The text.", "2018-08-03".to_owned()),
                ("a-second-school".to_owned(), "Its text.", "2018-08-02".to_owned())
            ]
        );
        assert_eq!((states(&items[1]).as_str(), items[1].warnings.len()), ("GE", 0));
    }

    #[test]
    fn a_slug_has_no_half_words_and_an_end() {
        let slug = reading(&format!("News\n{}\nThe school is open.", "A very long title ".repeat(20))).slug();
        assert!(
            slug.len() <= 200
                && slug.ends_with("-title") | slug.ends_with("-long") | slug.ends_with("-very") | slug.ends_with("-a")
        );
    }
}
