use std::sync::Arc;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::*;

fn language() -> impl Strategy<Value = Language> {
    select(Language::ALL.to_vec())
}

/// Texts that JSON has to escape, that spreadsheets take for formulas, of several alphabets; none of spaces alone.
fn text() -> impl Strategy<Value = String> {
    "[a-zéœ€日\"\\\\\n\t,;=+@-]{1,12}".prop_filter("no text", |text| !text.trim().is_empty())
}

fn curated() -> impl Strategy<Value = Curated> {
    btree_set((select(Field::ALL.to_vec()), option::of(language())), 0..4).prop_map(|marked| {
        let mut curated = Curated::default();
        marked.into_iter().for_each(|(field, language)| curated.mark(field, language));
        curated
    })
}

fn warnings() -> impl Strategy<Value = Vec<Warning>> {
    let warning = (select(WarningCode::ALL.to_vec()), option::of(select(Field::ALL.to_vec())), text());
    vec(warning.prop_map(|(code, field, message)| Warning { code, field, message }), 0..3)
}

fn sources() -> impl Strategy<Value = Vec<Source>> {
    let moment = (0i64..4_000_000_000_000_000).prop_map(|micros| jiff::Timestamp::from_microsecond(micros).unwrap());
    let source = (text(), text(), option::of(language()), option::of(text()), option::of(text()), option::of(text()), moment);
    let source = source.prop_map(|(document, text, language, url, title, prima_id, read_at)| {
        // The name of a text here is the text, so that it can be found again.
        Source { document, sha256: text, language, url, title, prima_id, read_at }
    });
    vec(source, 0..3)
}

fn date() -> impl Strategy<Value = PartialDate> {
    select(vec!["2024", "1999-02", "2020-02-29"]).prop_map(|date| date.parse().unwrap())
}

fn states() -> impl Strategy<Value = Vec<CountryCode>> {
    btree_set(select(CountryCode::all().collect::<Vec<_>>()), 0..4).prop_map(|states| states.into_iter().rev().collect())
}

fn project() -> impl Strategy<Value = Record> {
    let texts = btree_map(language(), (text(), option::of(text())), 1..4);
    let kind = select(vec!["LABOUR_MIGRATION", "Migration de main-d'œuvre", "Une autre sorte", "counter trafficking"]);
    let facts = (option::of(text()), option::of(kind), option::of(select(RegionCode::ALL.to_vec())), option::of(1951i16..2100));
    let money = option::of((0i64..1_000_000_000, 0u32..5, select(vec!["USD", "EUR"])));
    let kept = (states(), vec(text(), 0..3), sources(), warnings(), curated());
    let dates = (option::of(date()), option::of(date()), any::<(bool, bool)>());
    (texts, facts, money, kept, dates).prop_map(|(texts, facts, money, kept, (start_date, end_date, (status, coverage)))| {
        let (prima_id, kind, region, year) = facts;
        let (member_states, unrecognized_states, sources, warnings, curated) = kept;
        let text = |(language, (title, description))| (language, ProjectText { title, description });
        Record::from(Project {
            prima_id,
            texts: texts.into_iter().map(text).collect(),
            status: status.then_some(ProjectStatus::Active),
            project_type: kind.map(ProjectType::from_label),
            coverage: coverage.then_some(Coverage::MultiRegional),
            region,
            budget: money.map(|(amount, scale, currency)| Money {
                currency: currency.to_owned(),
                ..Money::usd(rust_decimal::Decimal::new(amount, scale))
            }),
            year,
            start_date,
            end_date,
            member_states,
            unrecognized_states,
            sources,
            warnings,
            curated,
            ..Project::new("RR.0147")
        })
    })
}

fn news_item() -> impl Strategy<Value = Record> {
    let texts = btree_map(language(), (text(), text()), 1..4);
    let contacts = Just(vec!["a@iom.int".to_owned(), "ana-k--iom-geneva".to_owned()]);
    (texts, option::of(text()), option::of(date()), states(), contacts, sources(), warnings(), curated()).prop_map(
        |(texts, place, published_on, member_states, contacts, sources, warnings, curated)| {
            let texts = texts.into_iter().map(|(language, (title, body))| (language, NewsText { title, body })).collect();
            let slug = "une-ecole".to_owned();
            Record::from(NewsItem { slug, texts, place, published_on, member_states, contacts, sources, warnings, curated })
        },
    )
}

fn other() -> impl Strategy<Value = Record> {
    let names = || btree_map(language(), text(), 0..3).prop_map(Localized::from_iter);
    let region = || select(RegionCode::ALL.to_vec());
    let contact = (text(), option::of(Just("a@iom.int".to_owned())), btree_set(text(), 0..3), option::of(text()), curated());
    let contact = contact.prop_map(|(name, email, phones, office, curated)| {
        Record::from(Contact { name: format!("a{name}"), email, phones: phones.into_iter().collect(), office, curated })
    });
    let state = (names(), option::of(region()))
        .prop_map(|(names, region)| Record::from(MemberState { names, region, ..MemberState::new("GE".parse().unwrap()) }));
    let region = (region(), names()).prop_map(|(code, names)| Record::from(Region { code, names }));
    prop_oneof![contact, state, region]
}

/// The record that a line makes of what stands, with its sources named as above.
fn read(line: &str, current: Option<Record>) -> Record {
    let Made { mut record, documents } = RecordInput::from_json(line).unwrap().make(current).unwrap();
    let sources = match &mut record {
        Record::Project(project) => &mut Arc::make_mut(project).sources,
        Record::NewsItem(item) => &mut Arc::make_mut(item).sources,
        _ => return record,
    };
    for (source, document) in sources.iter_mut().zip(documents) {
        assert_eq!(source.sha256, document.sha256);
        source.sha256 = document.text;
    }
    record
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Into an empty store and over another record of the same key alike.
    #[test]
    fn a_line_makes_the_same_record_again((record, other) in prop_oneof![(project(), project()), (news_item(), news_item()), (other(), other())]) {
        let line = line(&record, |sha256| Ok::<_, ()>(sha256.to_owned())).unwrap();
        prop_assert!(!line.contains('\n'));
        prop_assert_eq!(&read(&line, None), &record);
        let standing = Some(other).filter(|other| other.id() == record.id());
        prop_assert_eq!(&read(&line, standing), &record);
    }
}

#[test]
fn what_is_no_field_or_warning_is_named() {
    let problem = |line: &str| match RecordInput::from_json(line).unwrap().make(None) {
        Err(problems) => problems.into_iter().map(|problem| problem.message).collect::<String>(),
        Ok(made) => panic!("{made:?}"),
    };
    let line = r#"{"project": {"code": "X.1", "title": "X", "setByHand": [{"field": "titel"}]}}"#;
    assert_eq!(problem(line), "“titel” is no field of a record");
    let line = r#"{"newsItem": {"slug": "x", "title": "X", "warnings": [{"code": "ODD", "message": "?"}]}}"#;
    assert_eq!(problem(line), "“ODD” is no kind of warning");
}
