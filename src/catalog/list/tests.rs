//! Lists against a plain reading of what they promise, over projects made at random.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::domain::{
    CountryCode, Localized, Money, NodeId, NodeKind, PartialDate, Project, ProjectStatus, ProjectText, Record,
};

/// The start's month, cents, year, states, whether it is active, title.
type Row = (i16, Option<i64>, Option<i16>, Vec<&'static str>, bool, String);

fn projects() -> impl Strategy<Value = Vec<Project>> {
    let states = prop::sample::subsequence(vec!["DJ", "GE", "KE"], 0..=3);
    let one = (0i16..4, prop::option::of(0i64..500), prop::option::of(2020i16..2023), states, any::<bool>(), "[a-cé]{1,2}");
    prop::collection::vec(one, 0..30).prop_map(|rows| {
        let project = |(number, (day, cents, year, states, active, title)): (usize, Row)| Project {
            texts: Localized::one(crate::domain::Language::Fr, ProjectText { title, description: None }),
            budget: cents.map(|cents| Money::usd(Decimal::new(cents, 2))),
            year,
            start_date: year.and_then(|year| PartialDate::new(year, (day > 0).then_some(1), None)),
            member_states: states.iter().map(|state| state.parse::<CountryCode>().unwrap()).collect(),
            status: active.then_some(ProjectStatus::Active),
            ..Project::new(format!("P{:03}", number * 7 % 31))
        };
        rows.into_iter().enumerate().map(project).collect()
    })
}

fn orders() -> impl Strategy<Value = Vec<Order<ProjectOrderField>>> {
    use ProjectOrderField::*;
    let field = prop::sample::select(vec![Code, Title, Budget, Year, StartDate]);
    let direction = prop::sample::select(vec![Direction::Asc, Direction::Desc]);
    let nulls = prop::sample::select(vec![Nulls::First, Nulls::Last]);
    prop::collection::vec(
        (field, direction, nulls).prop_map(|(field, direction, nulls)| Order { field, direction, nulls }),
        0..3,
    )
}

fn filters() -> impl Strategy<Value = Filter<ProjectTest>> {
    let state: CountryCode = "GE".parse().unwrap();
    let test = prop::sample::select(vec![
        ProjectTest::MemberState(Compare::Eq(state)),
        ProjectTest::MemberState(Compare::Ne(state)),
        ProjectTest::Year(Compare::Gte(2021)),
        ProjectTest::Year(Compare::IsNull(true)),
        ProjectTest::Budget(Compare::Lt(Decimal::new(200, 2))),
        ProjectTest::Status(Compare::Eq(ProjectStatus::Active)),
    ]);
    test.prop_map(Filter::Test).prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

/// What the filter says, read word by word.
fn wanted(filter: &Filter<ProjectTest>, project: &Project) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().all(|filter| wanted(filter, project)),
        Filter::Or(filters) => filters.iter().any(|filter| wanted(filter, project)),
        Filter::Not(filter) => !wanted(filter, project),
        Filter::Test(ProjectTest::MemberState(Compare::Eq(state))) => project.member_states.contains(state),
        Filter::Test(ProjectTest::MemberState(Compare::Ne(state))) => !project.member_states.contains(state),
        Filter::Test(ProjectTest::Year(Compare::Gte(year))) => project.year.is_some_and(|known| i64::from(known) >= *year),
        Filter::Test(ProjectTest::Year(Compare::IsNull(_))) => project.year.is_none(),
        Filter::Test(ProjectTest::Budget(Compare::Lt(bound))) => {
            project.budget.as_ref().is_some_and(|budget| budget.amount < *bound)
        }
        Filter::Test(ProjectTest::Status(Compare::Eq(status))) => project.status == Some(*status),
        Filter::Test(other) => unreachable!("{other:?} is not made here"),
    }
}

/// How two projects stand to one another, read word by word.
fn compared(one: &Project, other: &Project, orders: &[Order<ProjectOrderField>]) -> Ordering {
    fn by<V: Ord>(one: Option<V>, other: Option<V>, order: &Order<ProjectOrderField>) -> Ordering {
        let nulls = if order.nulls == Nulls::First { Ordering::Less } else { Ordering::Greater };
        match (one, other) {
            (None, None) => Ordering::Equal,
            (None, _) => nulls,
            (_, None) => nulls.reverse(),
            (Some(one), Some(other)) if order.direction == Direction::Asc => one.cmp(&other),
            (Some(one), Some(other)) => other.cmp(&one),
        }
    }
    let field = |order: &Order<ProjectOrderField>| match order.field {
        ProjectOrderField::Code => by(Some(&one.code), Some(&other.code), order),
        ProjectOrderField::Title => {
            by(Some(one.title(None).replace('é', "e")), Some(other.title(None).replace('é', "e")), order)
        }
        ProjectOrderField::Budget => {
            by(one.budget.as_ref().map(|budget| budget.amount), other.budget.as_ref().map(|budget| budget.amount), order)
        }
        ProjectOrderField::Year => by(one.year, other.year, order),
        ProjectOrderField::StartDate => by(one.start_date, other.start_date, order),
        ProjectOrderField::EndDate | ProjectOrderField::UpdatedAt | ProjectOrderField::Relevance => Ordering::Equal,
    };
    orders
        .iter()
        .map(field)
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
        .then_with(|| one.code.cmp(&other.code))
}

fn snapshot(projects: &[Project]) -> Arc<Snapshot> {
    let mut snapshot = Snapshot::default();
    for project in projects {
        snapshot.put(Record::from(project.clone()), 1, Timestamp::UNIX_EPOCH);
    }
    snapshot.settle_after(&Snapshot::default());
    Arc::new(snapshot)
}

/// So many projects that those of one year are a list of their own, with some amounts.
fn many(cents: i64) -> Vec<Project> {
    let project = |number: i64| {
        let year = (number % 4 > 0).then_some(2020 + (number % 4) as i16 / 2);
        let text = ProjectText { title: format!("t{}", number % 7), description: None };
        Project {
            texts: Localized::one(crate::domain::Language::Fr, text),
            budget: (number % 5 > 0).then(|| Money::usd(Decimal::new(number * 31 % 97 * cents, 2))),
            year,
            start_date: year.and_then(|year| PartialDate::new(year, Some(1 + (number % 3) as u8), None)),
            member_states: if number % 3 == 0 { vec!["GE".parse().unwrap()] } else { Vec::new() },
            status: (number % 2 == 0).then_some(ProjectStatus::Active),
            ..Project::new(format!("P{:04}", number * 7 % 4001))
        }
    };
    (0..4000).map(project).collect()
}

proptest! {
    #[test]
    fn a_list_has_the_right_rows_in_the_right_order(projects in projects(), filter in filters(), orders in orders()) {
        let snapshot = snapshot(&projects);
        let mut expected: Vec<_> =
            projects.iter().filter(|project| wanted(&filter, project)).cloned().collect();
        expected.sort_by(|one, other| compared(one, other, &orders));
        let expected: Vec<_> = expected.into_iter().map(|project| project.code).collect();

        let list = List::<Project>::new(&snapshot, Scope::All, Some(&filter), &orders, &Scores::default());
        let found: Vec<_> = list.after(None).map(|row| list.key(row).to_owned()).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(list.total(), expected.len());

        // Whatever place one goes on from, the rest follows, forward and backward.
        let places: Vec<_> = list.after(None).map(|row| list.place(row)).collect();
        for (at, place) in places.iter().enumerate() {
            let after: Vec<_> = list.after(Some(place)).map(|row| list.key(row).to_owned()).collect();
            prop_assert_eq!(&after, &expected[at + 1..]);
            let mut before: Vec<_> = list.before(Some(place)).map(|row| list.key(row).to_owned()).collect();
            before.reverse();
            prop_assert_eq!(&before, &expected[..at]);
        }
    }

    #[test]
    fn many_of_one_value_are_in_the_order_of_the_fields_that_follow(orders in orders(), filter in filters(), seed: u64, wide: bool) {
        static MANY: LazyLock<[(Vec<Project>, Arc<Snapshot>); 2]> = LazyLock::new(|| [1, 900].map(|cents| {
            let projects = many(cents);
            let snapshot = snapshot(&projects);
            (projects, snapshot)
        }));
        let (projects, snapshot) = &MANY[usize::from(wide)];
        let mut expected: Vec<&Project> = projects.iter().filter(|project| wanted(&filter, project)).collect();
        expected.sort_by(|one, other| compared(one, other, &orders));
        let list = List::<Project>::new(snapshot, Scope::All, Some(&filter), &orders, &Scores::default());
        let entries: Vec<_> = list.after(None).collect();
        prop_assert!(entries.iter().map(|row| list.key(*row)).eq(expected.iter().map(|project| &project.code)));
        if !entries.is_empty() {
            let at = (seed % entries.len() as u64) as usize;
            let place = list.place(entries[at]);
            let place = Some(place.as_slice());
            prop_assert!(list.after(place).take(100).eq(entries[at + 1..].iter().take(100).cloned()));
            prop_assert!(list.before(place).take(100).eq(entries[..at].iter().rev().take(100).cloned()));
        }
    }

    #[test]
    fn a_place_holds_while_others_come_and_go(projects in projects(), orders in orders(), cut in 0usize..30) {
        let all = snapshot(&projects);
        let list = List::<Project>::new(&all, Scope::All, None, &orders, &Scores::default());
        let entries: Vec<_> = list.after(None).map(|row| (list.place(row), list.key(row).to_owned())).collect();
        if let Some((place, gone)) = entries.get(cut) {
            // The very row of the cursor is deleted: the next page still begins with the row that followed it.
            let mut less = Snapshot::after(&all);
            less.remove(&NodeId::new(NodeKind::Project, gone));
            let list = List::<Project>::new(&Arc::new(less), Scope::All, None, &orders, &Scores::default());
            let after: Vec<_> = list.after(Some(place)).map(|row| list.key(row).to_owned()).collect();
            let expected: Vec<_> = entries[cut + 1..].iter().map(|(_, key)| key.clone()).collect();
            prop_assert_eq!(after, expected);
        }
    }

    #[test]
    fn what_a_filter_picked_holds_until_something_changes(before in projects(), after in projects(), filter in filters()) {
        let mut now = snapshot(&before);
        let mut stored: BTreeMap<String, Project> = before.into_iter().map(|project| (project.code.clone(), project)).collect();
        let gone: Vec<String> = stored.keys().skip(2).step_by(5).cloned().collect();
        let changes = after.into_iter().map(Ok).chain(gone.into_iter().map(Err));
        for change in changes {
            for _ in 0..2 {
                let list = List::<Project>::new(&now, Scope::All, Some(&filter), &[], &Scores::default());
                let found: Vec<&str> = list.after(None).map(|row| list.key(row)).collect();
                let passing = stored.values().filter(|project| wanted(&filter, project)).map(|project| project.code.as_str());
                prop_assert_eq!(found, passing.collect::<Vec<_>>());
            }
            let mut next = Snapshot::after(&now);
            match change {
                Ok(project) => {
                    next.put(Record::from(project.clone()), 2, Timestamp::UNIX_EPOCH);
                    stored.insert(project.code.clone(), project);
                }
                Err(code) => {
                    next.remove(&NodeId::new(NodeKind::Project, &code));
                    stored.remove(&code);
                }
            }
            now = Arc::new(next);
        }
    }

    #[test]
    fn shares_sum_to_the_total_and_whole_counts_do_not_lose_a_project(projects in projects(), filter in filters()) {
        use ProjectDimension::*;
        let snapshot = snapshot(&projects);
        let list = List::<Project>::new(&snapshot, Scope::All, Some(&filter), &[], &Scores::default());
        let totals = list.totals();
        let passing = || projects.iter().filter(|project| wanted(&filter, project));
        prop_assert_eq!(totals.projects, passing().count());
        for by in [vec![], vec![MemberState], vec![Year, MemberState], vec![Status, Region, Year]] {
            let shared: Decimal = list.groups(&by, ShareRule::EqualShare).iter().map(|group| group.totals.budget).sum();
            prop_assert_eq!(shared, totals.budget);
            let whole = list.groups(&by, ShareRule::Full);
            let counted: usize = whole.iter().map(|group| group.totals.projects).sum();
            let several: usize = passing().map(|project| project.member_states.len().saturating_sub(1)).sum();
            prop_assert_eq!(counted, totals.projects + if by.contains(&MemberState) { several } else { 0 });
        }
        let ge: CountryCode = "GE".parse().unwrap();
        let of_ge: Decimal = passing().filter(|project| project.member_states.contains(&ge)).filter_map(|project| project.budget.as_ref()).map(|budget| budget.amount).sum();
        let group = list.groups(&[MemberState], ShareRule::Full).into_iter().find(|group| group.member_state == Some(ge));
        prop_assert_eq!(group.map_or(Decimal::ZERO, |group| group.totals.budget), of_ge);
    }
}
