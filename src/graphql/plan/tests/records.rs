//! A small store with everything in it that an answer can show: every field with and without a value, letters that JSON escapes,
//! several versions, documents.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::questions::Dice;
use crate::catalog::{Catalog, ChangeSet, Proposal, View};
use crate::domain::{
    Contact, CountryCode, Coverage, Document, Field, Language, Localized, MemberState, Money, NewsItem, NewsText, PartialDate,
    Project, ProjectStatus, ProjectText, ProjectType, Record, Region, RegionCode, Source, Warning, WarningCode,
};

const STATES: [&str; 6] = ["GE", "KE", "DJ", "VN", "MX", "AQ"];
const WORDS: [&str; 8] =
    ["migration", "retour", "“Géorgie”", "\"quoted\"", "back\\slash", "line\nend\t\u{1}", "😀", "communautaire"];

pub(super) fn fill(catalog: &Catalog) {
    let document = Document { sha256: "ab".repeat(32), text: "A page\nwith \"letters\"".to_owned() };
    let places = STATES.map(|code| Record::from(MemberState::new(code.parse().unwrap())));
    let regions = RegionCode::ALL.map(|code| Record::from(Region::new(code)));
    let contacts = (0..6).map(|number| Record::from(contact(number)));
    commit(catalog, regions.into_iter().chain(places).chain(contacts).collect(), Some(document));
    for edition in 0..3 {
        let mut dice = Dice(edition);
        let projects = (0..30).filter(|number| edition == 0 || number % 7 == edition);
        let mut records: Vec<Record> = projects.map(|number| Record::from(project(number, &mut dice))).collect();
        let news = (0..20).filter(|number| edition == 0 || number % 9 == edition);
        records.extend(news.map(|number| Record::from(news_item(number, &mut dice))));
        commit(catalog, records, None);
    }
}

fn commit(catalog: &Catalog, records: Vec<Record>, document: Option<Document>) {
    let propose = move |_: &View<'_>| {
        let mut change_set = ChangeSet::default();
        records.into_iter().for_each(|record| change_set.put(record));
        document.into_iter().for_each(|document| change_set.keep(document));
        change_set
    };
    catalog.commit_blocking(Proposal::new("test", propose)).unwrap();
}

fn contact(number: u64) -> Contact {
    Contact {
        email: Some(format!("c{number}@iom.int")),
        phones: (0..number % 3).map(|phone| format!("+99532225{number}{phone}")).collect(),
        office: number.is_multiple_of(2).then(|| "IOM \"Geneva\"".to_owned()),
        ..Contact::new(format!("Contact {number}"))
    }
}

fn text(dice: &mut Dice) -> String {
    (0..1 + dice.below(5)).map(|_| dice.of(&WORDS)).collect::<Vec<_>>().join(" ")
}

fn some<T>(dice: &mut Dice, value: impl FnOnce(&mut Dice) -> T) -> Option<T> {
    (!dice.once_in(3)).then(|| value(dice))
}

fn states(dice: &mut Dice) -> Vec<CountryCode> {
    let mut states: Vec<CountryCode> = (0..dice.below(4)).map(|_| dice.of(&STATES).parse().unwrap()).collect();
    states.dedup();
    states
}

fn date(dice: &mut Dice) -> Option<PartialDate> {
    let (month, day) = (some(dice, |dice| 1 + dice.below(12) as u8), some(dice, |dice| 1 + dice.below(28) as u8));
    PartialDate::new(2001 + dice.below(25) as i16, month, day.filter(|_| month.is_some()))
}

fn sources(dice: &mut Dice) -> Vec<Source> {
    let source = |dice: &mut Dice| Source {
        document: text(dice),
        sha256: if dice.once_in(2) { "ab" } else { "cd" }.repeat(32),
        language: some(dice, |_| Language::Es),
        url: some(dice, |_| "https://example.org/?a=\"b\"".to_owned()),
        title: some(dice, text),
        prima_id: None,
        read_at: Timestamp::from_microsecond(1_600_000_000_123_456).unwrap(),
    };
    (0..dice.below(3)).map(|_| source(dice)).collect()
}

fn warnings(dice: &mut Dice) -> Vec<Warning> {
    let warning = |dice: &mut Dice| {
        Warning::new(dice.of(&WarningCode::ALL), some(dice, |dice| dice.of(&[Field::Title, Field::EndDate])), text(dice))
    };
    let mut warnings: Vec<Warning> = (0..dice.below(3)).map(|_| warning(dice)).collect();
    warnings.sort();
    warnings.dedup();
    warnings
}

fn project(number: u64, dice: &mut Dice) -> Project {
    let languages = Language::ALL.into_iter().filter(|language| *language == Language::En || dice.once_in(2));
    let languages: Vec<_> = languages.collect();
    let text_of = |dice: &mut Dice| ProjectText { title: text(dice), description: some(dice, text) };
    Project {
        prima_id: some(dice, |_| format!("GE10P{number:04}")),
        texts: languages.into_iter().map(|language| (language, text_of(dice))).collect(),
        status: some(dice, |dice| dice.of(&[ProjectStatus::Active, ProjectStatus::Completed])),
        project_type: some(dice, |dice| ProjectType::from_label(dice.of(&["Labour Migration", "Aide \"au\" retour"]))),
        coverage: some(dice, |dice| dice.of(&[Coverage::National, Coverage::Global])),
        region: some(dice, |dice| dice.of(&RegionCode::ALL)),
        budget: some(dice, |dice| {
            let amount = Decimal::new(dice.below(9_000_000) as i64, dice.below(4) as u32);
            Money { currency: dice.of(&["USD", "CHF"]).to_owned(), ..Money::usd(amount) }
        }),
        year: some(dice, |dice| 2001 + dice.below(25) as i16),
        start_date: date(dice),
        end_date: some(dice, date).flatten(),
        member_states: states(dice),
        unrecognized_states: (0..dice.below(2)).map(|_| text(dice)).collect(),
        sources: sources(dice),
        warnings: warnings(dice),
        ..Project::new(format!("P.{number}"))
    }
}

fn news_item(number: u64, dice: &mut Dice) -> NewsItem {
    let body = if dice.once_in(4) { String::new() } else { format!("{} P.{}", text(dice), dice.below(30)) };
    NewsItem {
        texts: Localized::one(dice.of(&Language::ALL), NewsText { title: text(dice), body }),
        place: some(dice, text),
        published_on: some(dice, date).flatten(),
        member_states: states(dice),
        contacts: (0..dice.below(3)).map(|contact| format!("c{contact}@iom.int")).collect(),
        sources: sources(dice),
        warnings: warnings(dice),
        ..NewsItem::new(format!("item-{number}"))
    }
}
