//! What a page says of each field, and on which line: for whoever compares a record with its page.

use std::fmt::Display;

use super::clean::clean;
use super::project::dollars;
use super::{Found, NewsReading, ProjectReading, Reading, states};
use crate::domain::{Contact, Field, RegionCode};

/// What a page says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub field: Field,
    /// The value as the API writes it.
    pub value: String,
    /// What was printed for it.
    pub printed: String,
    /// The line of the document, counted from 1; none where the value was put together from several places.
    pub line: Option<usize>,
}

/// How much of a text must stand on a line for it to be the text's first, in characters.
const BEGINNING: usize = 24;

/// What a page says, field by field. The text is the one that was read.
pub fn said(text: &str, reading: &Reading) -> Vec<Said> {
    let mut said = List::default();
    match reading {
        Reading::Project(reading) => said.project(reading),
        Reading::News(reading) => said.news(reading, &clean(text).text, usize::MAX),
        Reading::List(items) => {
            let text = clean(text).text;
            for (place, reading) in items.iter().enumerate() {
                let next = items[place + 1..].iter().map(|item| item.title.line).find(|line| *line > reading.title.line);
                said.news(reading, &text, next.unwrap_or(usize::MAX));
            }
        }
    }
    said.0
}

#[derive(Default)]
struct List(Vec<Said>);

impl List {
    fn project(&mut self, reading: &ProjectReading) {
        self.found(Field::Code, &reading.code, String::clone);
        self.found(Field::PrimaId, &reading.prima_id, String::clone);
        if !reading.title.value.is_empty() {
            self.one(Field::Title, &reading.title, &reading.title.value);
        }
        self.found(Field::Status, &reading.status, |status| status.as_str().to_owned());
        self.found(Field::Type, &reading.project_type, |kind| kind.code.clone());
        self.found(Field::Coverage, &reading.coverage, |coverage| coverage.as_str().to_owned());
        self.found(Field::Region, &reading.region, RegionCode::to_string);
        self.found(Field::Budget, &reading.budget, |amount| dollars(*amount).amount.to_string());
        self.found(Field::Year, &reading.year, i16::to_string);
        self.found(Field::StartDate, &reading.start_date, ToString::to_string);
        self.found(Field::EndDate, &reading.end_date, ToString::to_string);
        if !reading.member_states.is_empty() {
            let codes: Vec<_> = reading.member_states.iter().map(|state| state.as_str()).collect();
            let printed = reading.member_states.iter().map(|state| state.name(reading.language)).collect::<Vec<_>>().join(", ");
            self.0.push(Said { field: Field::MemberStates, value: codes.join(", "), printed, line: reading.states_line });
        }
        self.found(Field::Description, &reading.description, String::clone);
    }

    /// What an item says, whose lines end before another's.
    fn news(&mut self, reading: &NewsReading, text: &str, end: usize) {
        self.one(Field::Title, &reading.title, &reading.title.value);
        self.found(Field::Place, &reading.place, String::clone);
        self.found(Field::PublishedOn, &reading.published_on, ToString::to_string);
        // Above the title stands the site's menu, which names states of its own.
        let below = |wanted: &dyn Fn(&str) -> bool| {
            let mut lines = text.lines().zip(1..end).skip(reading.title.line.saturating_sub(1));
            lines.find(|(line, _)| wanted(line)).map(|(line, number)| (line.trim().to_owned(), number))
        };
        for state in &reading.member_states {
            let printed = below(&|line| states::in_prose(line).contains(state));
            self.placed(Field::MemberStates, state.as_str(), printed);
        }
        for contact in &reading.contacts {
            let Contact { name, email, .. } = contact;
            let mark = email.as_ref().unwrap_or(name).to_lowercase();
            self.placed(Field::Contacts, &contact.key(), below(&|line| line.to_lowercase().contains(&mark)));
        }
        if !reading.body.is_empty() {
            let beginning: String = reading.body.lines().next().unwrap_or_default().chars().take(BEGINNING).collect();
            // The title may begin as the text does.
            let first = below(&|line| line.contains(&beginning) && line.trim() != reading.title.value);
            self.placed(Field::Body, &reading.body, first);
        }
    }

    fn found<T>(&mut self, field: Field, found: &Option<Found<T>>, value: impl Fn(&T) -> String) {
        if let Some(found) = found {
            self.one(field, found, value(&found.value));
        }
    }

    fn one<T>(&mut self, field: Field, found: &Found<T>, value: impl Display) {
        self.0.push(Said { field, value: value.to_string(), printed: found.printed.clone(), line: Some(found.line) });
    }

    fn placed(&mut self, field: Field, value: &str, place: Option<(String, usize)>) {
        let (printed, line) = place.unzip();
        self.0.push(Said { field, value: value.to_owned(), printed: printed.unwrap_or_else(|| value.to_owned()), line });
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::documents::read;

    fn lines(text: &str) -> Vec<(&'static str, String, Option<usize>)> {
        let reading = read(text, date(2026, 1, 31)).unwrap();
        said(text, &reading).into_iter().map(|said| (said.field.name(), said.value, said.line)).collect()
    }

    #[test]
    fn each_field_of_a_project_has_its_line() {
        let text = "-\nMenu\n- 2030 AGENDA\nUne école\n-\nStatut du projet\nAchevé\n-\nProjet ID\nLM.0000\n-\nBudget (USD)\n75,000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nGéorgie Arménie\n\nL’école ouvre.";
        let expected = [
            ("code", "LM.0000", 10),
            ("title", "Une école", 4),
            ("status", "COMPLETED", 7),
            ("budget", "75000.00", 13),
            ("memberStates", "GE, AM", 16),
            ("description", "L’école ouvre.", 18),
        ];
        assert_eq!(lines(text), expected.map(|(field, value, line)| (field, value.to_owned(), Some(line))));
    }

    #[test]
    fn each_field_of_a_news_item_has_its_line() {
        let text = "-\nGéorgie\n- 2030 AGENDA\nUne école ouvre\nTbilissi - La Géorgie attendait l’école.\nUne seconde école suit en Arménie.\nPour plus d’informations, veuillez contacter Nino Beridze,\nOIM Ukraine, +995 32 200 00 00. Email : nino@iom.int";
        let told = lines(text);
        let of =
            |field: &str| told.iter().filter(|said| said.0 == field).map(|said| (said.1.as_str(), said.2)).collect::<Vec<_>>();
        assert_eq!(of("title"), [("Une école ouvre", Some(4))]);
        assert_eq!(of("place"), [("Tbilissi", Some(5))]);
        assert_eq!(of("memberStates"), [("GE", Some(5)), ("AM", Some(6))]);
        assert_eq!(of("contacts"), [("nino@iom.int", Some(8))]);
        assert_eq!(of("body")[0].1, Some(5));
    }

    #[test]
    fn each_item_of_a_list_has_lines_of_its_own() {
        let text =
            "News\nA school\nFri, 08/03/2018 - 09:20\nThe school of Kenya.\nA boat\nThu, 08/02/2018 - 09:20\nA boat in Kenya.";
        let told = lines(text);
        let states: Vec<_> = told.iter().filter(|said| said.0 == "memberStates").map(|said| said.2).collect();
        assert_eq!(states, [Some(4), Some(7)], "{told:?}");
    }
}
