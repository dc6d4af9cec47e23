//! A snapshot that came about by writes, compared with one that has the same records and was never written to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::domain::{
    Contact, CountryCode, Language, Localized, MemberState, Money, NewsItem, NewsText, NodeId, NodeKind, Project, ProjectText,
    ProjectType, Record, RegionCode,
};

const WORDS: [&str; 6] = ["retour", "Goma", "réintégration", "communautés", "nino@iom.int", "P.001"];
const STATES: [&str; 3] = ["GE", "KE", "CO"];
/// More than are settled by one thread.
const PROJECTS: u8 = 150;

#[derive(Debug, Clone)]
enum Edit {
    Put(Record),
    Remove(NodeId),
}

fn states() -> impl Strategy<Value = Vec<CountryCode>> {
    let codes = prop::sample::subsequence(STATES.to_vec(), 0..=2);
    codes.prop_map(|codes| codes.iter().map(|code| code.parse().unwrap()).collect())
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..6).prop_map(|words| words.join(" à "))
}

fn record() -> impl Strategy<Value = Record> {
    let kind = prop::option::of(prop::sample::select(vec!["LABOUR_MIGRATION", "MIGRATION_HEALTH"]));
    let project = (0..PROJECTS, text(), text(), states(), kind, prop::option::of(0..9_i64));
    let project = project.prop_map(|(number, title, description, member_states, kind, budget)| {
        let text = ProjectText { title, description: Some(description) };
        Record::from(Project {
            texts: Localized::one(Language::Fr, text),
            region: member_states.first().and_then(|state| state.region()),
            member_states,
            project_type: kind.map(|code| ProjectType { code: code.to_owned(), printed: code.to_owned() }),
            budget: budget.map(|amount| Money::usd(Decimal::from(amount))),
            year: budget.map(|amount| 2000 + amount as i16),
            ..Project::new(format!("P.{number:03}"))
        })
    });
    let contact = || prop::sample::select(vec!["nino@iom.int", "ana@iom.int"]);
    let news = (0..20_u8, text(), text(), states(), prop::option::of(contact()));
    let news = news.prop_map(|(number, title, body, member_states, contact)| {
        Record::from(NewsItem {
            texts: Localized::one(Language::Fr, NewsText { title, body }),
            member_states,
            contacts: contact.map(str::to_owned).into_iter().collect(),
            ..NewsItem::new(format!("n-{number:02}"))
        })
    });
    let contact = (contact(), "[ab]{1,2}")
        .prop_map(|(email, name)| Record::from(Contact { email: Some(email.to_owned()), ..Contact::new(name) }));
    let region = prop::option::of(prop::sample::select(vec![RegionCode::Europe, RegionCode::Africa]));
    let state = (prop::sample::select(STATES.to_vec()), region)
        .prop_map(|(code, region)| Record::from(MemberState { region, ..MemberState::new(code.parse().unwrap()) }));
    prop_oneof![8 => project, 3 => news, 1 => contact, 1 => state]
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (record(), 0..4_u8)
        .prop_map(|(record, choice)| if choice == 0 { Edit::Remove(record.id()) } else { Edit::Put(record) });
    let edit = edit.boxed();
    prop_oneof![3 => prop::collection::vec(edit.clone(), 0..12), 1 => prop::collection::vec(edit, 100..300)]
}

/// What a snapshot answers, in words that do not depend on how its rows are numbered.
fn answers(snapshot: &Arc<Snapshot>) -> Vec<String> {
    let mut answers = Vec::new();
    for word in WORDS.iter().chain(&["gom", "retuor", "GE", "Géorgie"]) {
        let hits = snapshot.search(&SearchQuery { text: word, kinds: &[], language: None }, None);
        answers.push(format!("{word}: {:?}", hits.page(&**snapshot, None, 1_000)));
    }
    let every = |id: &NodeId| Some((id.clone(), snapshot.record(id)?));
    let ids = (0..PROJECTS).map(|number| NodeId::new(NodeKind::Project, format!("P.{number:03}")));
    let ids = ids.chain((0..20_u8).map(|number| NodeId::new(NodeKind::NewsItem, format!("n-{number:02}"))));
    for (id, record) in ids.filter_map(|id| every(&id)) {
        let related = [NodeKind::Project, NodeKind::NewsItem].map(|kind| snapshot.related(&id, kind, None, 1_000));
        let contacts = snapshot.contacts_of_project(&id.key);
        let contacts: BTreeSet<&str> = contacts.iter().map(|row| snapshot.rows::<Contact>().key(row)).collect();
        answers.push(format!("{record:?}: {related:?} {contacts:?}"));
    }
    for code in STATES {
        let state = code.parse().unwrap();
        let projects = Filter::Test(ProjectTest::MemberState(Compare::Eq(state)));
        let list = List::<Project>::new(snapshot, Scope::All, Some(&projects), &[], &Scores::default());
        answers.push(format!(
            "{code}: {:?} {:?}",
            list.totals(),
            list.after(None).map(|row| list.key(row)).collect::<Vec<_>>()
        ));
        let naming = snapshot.naming(&NodeId::state(state), NodeKind::NewsItem);
        let naming: BTreeSet<&str> = naming.iter().map(|row| snapshot.rows::<NewsItem>().key(row)).collect();
        answers.push(format!("{code}: {naming:?}"));
    }
    for region in [RegionCode::Europe, RegionCode::Africa] {
        let news = snapshot.news_of_region(region);
        let news: BTreeSet<&str> = news.iter().map(|row| snapshot.rows::<NewsItem>().key(row)).collect();
        answers.push(format!("{region}: {news:?}"));
    }
    for field in [ProjectOrderField::Title, ProjectOrderField::Budget, ProjectOrderField::Year] {
        let order = [Order { field, direction: Direction::Desc, nulls: Nulls::Last }];
        let list = List::<Project>::new(snapshot, Scope::All, None, &order, &Scores::default());
        answers.push(format!("{field:?}: {:?}", list.after(None).map(|row| list.key(row)).collect::<Vec<_>>()));
        let dimensions = [ProjectDimension::MemberState, ProjectDimension::Type, ProjectDimension::Year];
        answers.push(format!("{:?}", list.groups(&dimensions, ShareRule::EqualShare)));
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_is_derived_is_that_of_the_records(writes in prop::collection::vec((edits(), any::<bool>(), any::<bool>()), 1..8)) {
        let mut records: BTreeMap<NodeId, Record> = BTreeMap::new();
        let mut snapshot = Arc::new(Snapshot::default());
        let mut made = Vec::new();
        for (edits, is_published, is_asked) in writes {
            let mut next = Snapshot::after(&snapshot);
            for edit in edits {
                match edit {
                    Edit::Put(record) => {
                        next.put(record.clone(), 1, Timestamp::UNIX_EPOCH);
                        records.insert(record.id(), record);
                    }
                    Edit::Remove(id) => {
                        next.remove(&id);
                        records.remove(&id);
                    }
                }
            }
            if is_published {
                next.settle();
            }
            snapshot = Arc::new(next);
            if is_asked {
                answers(&snapshot);
            }
            made.push((Arc::clone(&snapshot), records.clone()));
        }
        // Those that nobody asked yet settle after those that were made of them.
        for (snapshot, records) in made.into_iter().rev() {
            let mut plain = Snapshot::default();
            records.into_values().for_each(|record| plain.put(record, 1, Timestamp::UNIX_EPOCH));
            plain.settle_after(&Snapshot::default());
            let (found, expected) = (answers(&snapshot), answers(&Arc::new(plain)));
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert_eq!(found, expected);
            }
            prop_assert_eq!(found.len(), expected.len());
        }
    }
}
