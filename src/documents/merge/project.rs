//! One project from all its pages.

use super::choice::{Rule, Said, choose};
use super::trust::{dates_given, rule, trust};
use super::{Page, in_order, still_doubted, value};
use crate::documents::doubts::is_placeholder;
use crate::documents::project::{ProjectReading, dollars};
use crate::domain::{CountryCode, Field, Language, PartialDate, Project, ProjectText, Warning, WarningCode};

type Pages = [Page<ProjectReading>];

/// A list of states, and what in it names none.
type States = (Vec<CountryCode>, Vec<String>);

/// One record from all the pages of one project. The order of the pages does not matter.
///
/// Each language has its texts from the page that says the most in it. A fact on which the pages differ is taken as most of them
/// print it, then as the fullest page prints it; dates come from the page that gives the most of them, states from the longest
/// list, and the end date that the site prints where it knows none wins only where there is no other. Each difference is a
/// warning that names every value and its document.
pub fn project(pages: Vec<Page<ProjectReading>>) -> Project {
    let key = key(&pages);
    project_under(key, pages, Vec::new())
}

/// As [`project`], under a key, with doubts that come from other pages.
pub(super) fn project_under(key: String, pages: Vec<Page<ProjectReading>>, mut warnings: Vec<Warning>) -> Project {
    let pages = in_order(pages);
    let mut project = Project::new(key);
    texts(&mut project, &pages, &mut warnings);
    let differ = &mut warnings;
    project.prima_id = take(&pages, differ, Field::PrimaId, |page| value(&page.prima_id), String::clone);
    project.status = take(&pages, differ, Field::Status, |page| value(&page.status), |status| status.as_str().to_owned());
    project.coverage =
        take(&pages, differ, Field::Coverage, |page| value(&page.coverage), |coverage| coverage.as_str().to_owned());
    project.region = take(&pages, differ, Field::Region, |page| value(&page.region), |region| region.as_str().to_owned());
    let budget = |page: &ProjectReading| value(&page.budget).map(dollars);
    project.budget = take(&pages, differ, Field::Budget, budget, |money| money.amount.to_string());
    project.year = take(&pages, differ, Field::Year, |page| value(&page.year), i16::to_string);
    project.start_date = take(&pages, differ, Field::StartDate, |page| value(&page.start_date), PartialDate::to_string);
    let kind = |page: &ProjectReading| page.project_type.as_ref().map(|found| found.value.code.clone());
    let kind = take(&pages, differ, Field::Type, kind, String::clone);
    project.project_type = kind.and_then(|code| {
        let same = pages.iter().filter_map(|page| Some((page.reading.language, page.reading.project_type.as_ref()?)));
        same.filter(|(_, found)| found.value.code == code)
            .min_by_key(|(language, _)| *language)
            .map(|(_, found)| found.value.clone())
    });
    let (end_date, warning) = choose(Field::EndDate, &ends(&pages), Rule::Heaviest);
    warnings.extend(warning);
    project.end_date = end_date;
    let (states, warning) = choose(Field::MemberStates, &states(&pages), Rule::Heaviest);
    warnings.extend(warning);
    if let Some((_, (states, unknown))) = states {
        project.member_states = states;
        project.unrecognized_states = unknown;
    }
    warnings.extend(still_doubted::doubts(&project, &pages));
    project.warnings = each_once(warnings);
    project.sources = pages.into_iter().map(Page::<ProjectReading>::into_source).collect();
    project
}

/// The code that most pages give; a key from a title where none does.
fn key(pages: &Pages) -> String {
    let codes = said(pages, |page| value(&page.code), String::clone, |_| 0);
    let (code, _) = choose(Field::Code, &codes, Rule::Most);
    code.or_else(|| pages.iter().map(|page| page.reading.key()).min()).unwrap_or_else(|| "UNTITLED".to_owned())
}

/// The texts of each language, from the page with the longest. A project whose pages all lost their title goes by its code.
fn texts(project: &mut Project, pages: &Pages, warnings: &mut Vec<Warning>) {
    for language in Language::ALL {
        let told = pages.iter().filter(|page| page.reading.language == language);
        let length = |page: &Page<ProjectReading>| page.reading.description.as_ref().map_or(0, |found| found.value.len());
        let fullest = |page: &&Page<ProjectReading>| {
            let title = &page.reading.title.value;
            (!title.is_empty(), length(page), title.len())
        };
        let Some(best) = told.clone().rev().max_by_key(fullest) else { continue };
        let description = best.reading.description.as_ref().map(|found| found.value.clone());
        let title = Some(&best.reading.title.value).filter(|title| !title.is_empty()).unwrap_or(&project.code).clone();
        let titled = told.filter(|page| !page.reading.title.value.is_empty());
        if titled.clone().any(|page| page.reading.title_key() != best.reading.title_key()) {
            let titles: Vec<_> =
                titled.map(|page| format!("“{}” in {}", page.reading.title.value, page.source.document)).collect();
            let message = format!("the documents differ: {}; “{title}” was taken", titles.join(", "));
            warnings.push(Warning::new(WarningCode::SourcesDisagree, Field::Title, message));
        }
        project.texts.insert(language, ProjectText { title, description });
    }
}

/// The value of a field by the rule for it; where the pages differ, a warning more.
fn take<T: Clone + PartialEq>(
    pages: &Pages,
    warnings: &mut Vec<Warning>,
    field: Field,
    pick: impl Fn(&ProjectReading) -> Option<T>,
    shown: impl Fn(&T) -> String,
) -> Option<T> {
    let (value, warning) = choose(field, &said(pages, pick, shown, trust(field)), rule(field));
    warnings.extend(warning);
    value
}

/// What each page says about a field.
fn said<'a, T>(
    pages: &'a Pages,
    pick: impl Fn(&ProjectReading) -> Option<T>,
    shown: impl Fn(&T) -> String,
    weight: impl Fn(&ProjectReading) -> usize,
) -> Vec<Said<'a, T>> {
    let one = |page: &'a Page<ProjectReading>| {
        let value = pick(&page.reading)?;
        Some(Said {
            shown: shown(&value),
            value,
            document: &page.source.document,
            language: page.reading.language,
            weight: weight(&page.reading),
            placeholder: false,
        })
    };
    pages.iter().filter_map(one).collect()
}

fn ends(pages: &Pages) -> Vec<Said<'_, PartialDate>> {
    let mut ends = said(pages, |page| value(&page.end_date), |date| date.to_string(), dates_given);
    let printed = pages.iter().filter(|page| page.reading.end_date.is_some());
    for (said, page) in ends.iter_mut().zip(printed) {
        said.placeholder = is_placeholder(value(&page.reading.start_date), said.value);
    }
    ends
}

/// The lists of states, compared without regard to their order.
fn states(pages: &Pages) -> Vec<Said<'_, (Vec<CountryCode>, States)>> {
    let list = |page: &ProjectReading| {
        let mut sorted = page.member_states.clone();
        sorted.sort();
        let empty = sorted.is_empty() && page.unrecognized_states.is_empty();
        (!empty).then(|| (sorted, (page.member_states.clone(), page.unrecognized_states.clone())))
    };
    let shown = |(_, (states, unknown)): &(Vec<CountryCode>, States)| {
        let codes = states.iter().map(CountryCode::to_string).chain(unknown.iter().map(|text| format!("“{text}”")));
        codes.collect::<Vec<_>>().join(" ")
    };
    let mut lists = said(pages, list, shown, |page| page.member_states.len());
    // Lists that name the same states in another order are one value, that of the first language.
    for at in 0..lists.len() {
        let same = lists.iter().filter(|other| other.value.0 == lists[at].value.0 && !other.value.0.is_empty());
        if let Some(first) = same.min_by_key(|other| (other.value.1.1.len(), other.language, other.document)) {
            lists[at].value = first.value.clone();
        }
    }
    lists
}

fn each_once(mut warnings: Vec<Warning>) -> Vec<Warning> {
    warnings.sort();
    warnings.dedup();
    warnings
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::merge::tests::{page, project_page};

    fn codes(project: &Project) -> Vec<(&'static str, Option<&'static str>)> {
        project.warnings.iter().map(|warning| (warning.code.as_str(), warning.field.map(Field::name))).collect()
    }

    const FRENCH: &str = "Une école pour Djibouti\n-\nDate de fin\n2024\n-\nStatut du projet\nAchevé\n-\nType de projet\nMigration de main-d’œuvre\n-\nBudget Amount (USD)\n40000.00\n-\nCouverture\nNational\n-\nProjet ID\nLM.0000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nDjibouti\nL’école de Djibouti ouvre ses portes aux jeunes de la ville.";

    const ENGLISH: &str = "A school for Djibouti\n\n  • Start Date\n    2013\n  • End Date\n    2015\n  • Project Status\n    Completed\n  • Project Type\n    Labour Migration\n  • Budget Amount (USD)\n    40000.00\n  • Coverage\n    National\n  • Year\n    2013\n  • Prima ID\n  • Projects ID\n    LM.0000\n  • Benefiting Member States\n    Djibouti\n\nThe school of Djibouti opens its doors to the young people of the town.";

    const FUND: &str = "A school for Djibouti\nA school for Djibouti\nAfrica\nLM.0000\nDJ10P0000\n45,000\nDjibouti\nLabour Migration\nNational\nCompleted\nThe school of Djibouti opens.";

    fn pages() -> Vec<Page<ProjectReading>> {
        vec![page("a.txt", project_page(FRENCH)), page("b.txt", project_page(ENGLISH)), page("c.txt", project_page(FUND))]
    }

    #[test]
    fn each_language_brings_its_texts_and_each_page_its_facts() {
        let project = project(pages());
        assert_eq!(project.code, "LM.0000");
        assert_eq!(project.texts.languages(), [Language::Fr, Language::En]);
        assert_eq!(project.title(Some(Language::Fr)), "Une école pour Djibouti");
        assert!(project.description(Some(Language::En)).unwrap().ends_with("the town."), "the fullest text");
        assert_eq!(project.prima_id.as_deref(), Some("DJ10P0000"));
        assert_eq!(project.project_type.as_ref().unwrap().printed, "Migration de main-d’œuvre");
        assert_eq!(project.member_states, ["DJ".parse().unwrap()]);
        assert_eq!(project.sources.len(), 3);
    }

    #[test]
    fn documents_that_differ_are_named_with_their_values() {
        let project = project(pages());
        assert_eq!(project.end_date.unwrap().to_string(), "2015", "never the placeholder");
        assert_eq!(project.budget.as_ref().unwrap().amount.to_string(), "40000.00", "as most print it");
        assert_eq!(codes(&project), [("SOURCES_DISAGREE", Some("budget")), ("SOURCES_DISAGREE", Some("endDate"))]);
        assert_eq!(project.warnings[1].message, "the documents differ: 2024 in a.txt, 2015 in b.txt; 2015 was taken");
    }

    #[test]
    fn a_page_alone_keeps_its_doubts() {
        let project = project(pages().into_iter().take(1).collect());
        assert_eq!(codes(&project), [("END_DATE_PLACEHOLDER", Some("endDate"))]);
    }

    #[test]
    fn a_value_missing_on_one_page_is_no_doubt_where_another_has_it() {
        let mut pages = pages();
        pages.remove(2);
        assert_eq!(codes(&project(pages)), [("VALUE_MISSING", Some("primaId")), ("SOURCES_DISAGREE", Some("endDate"))]);
    }

    #[test]
    fn a_project_whose_title_is_lost_goes_by_its_code() {
        let page = page("a.txt", project_page(FRENCH.strip_prefix("Une école pour Djibouti\n").unwrap()));
        let project = project(vec![page]);
        assert_eq!((project.title(None), project.texts.languages()), ("LM.0000", vec![Language::Fr]));
        assert!(codes(&project).contains(&("VALUE_MISSING", Some("title"))));
    }

    #[test]
    fn the_longest_list_of_states_is_taken() {
        let more = FRENCH.replace("\nDjibouti\n", "\nDjibouti Kenya\n").replace("National", "Regional");
        let project = project(vec![page("a.txt", project_page(&more)), page("b.txt", project_page(FUND))]);
        assert_eq!(project.member_states.len(), 2);
        let warning = project.warnings.iter().find(|warning| warning.field == Some(Field::MemberStates)).unwrap();
        assert_eq!(
            warning.message,
            "the documents differ: DJ KE in a.txt, DJ in c.txt; DJ KE was taken".replace("c.txt", "b.txt")
        );
    }

    proptest! {
        #[test]
        fn the_order_of_the_pages_does_not_matter(order in Just(pages()).prop_shuffle()) {
            prop_assert_eq!(project(order), project(pages()));
        }

        #[test]
        fn a_page_read_twice_changes_nothing(twice in 0usize..3) {
            let mut more = pages();
            more.push(more[twice].clone());
            prop_assert_eq!(project(more), project(pages()));
        }
    }
}
