//! Which pages are of one project.

use std::collections::BTreeMap;

use super::{Page, in_order, project};
use crate::documents::{ProjectReading, states};
use crate::domain::{CountryCode, Project};

/// The projects of a heap of pages: those of one code are one project, and a page without a code goes to its twin where exactly
/// one project is certain to be it. Else it stands alone under a key from its title.
pub fn projects(pages: Vec<Page<ProjectReading>>) -> Vec<Project> {
    let (coded, others): (Vec<_>, Vec<_>) = in_order(pages).into_iter().partition(|page| page.reading.code.is_some());
    let mut projects: BTreeMap<String, Vec<Page<ProjectReading>>> = BTreeMap::new();
    for page in coded {
        projects.entry(page.reading.key()).or_default().push(page);
    }
    let twin = |page: &Page<ProjectReading>| {
        let mut twins = projects.iter().filter(|(_, pages)| pages.iter().any(|other| page.reading.is_twin_of(&other.reading)));
        let (key, _) = twins.next()?;
        twins.next().is_none().then(|| key.clone())
    };
    let keys: Vec<_> = others.iter().map(|page| twin(page).unwrap_or_else(|| page.reading.key())).collect();
    for (key, page) in keys.into_iter().zip(others) {
        projects.entry(key).or_default().push(page);
    }
    projects.into_values().map(project).collect()
}

impl ProjectReading {
    /// Whether two pages are certain to be of one project although one of them lost its code: they bear the same agency's
    /// number, or the same title for the same states, and contradict each other in nothing.
    ///
    /// Where one page lost its states, the title must name them.
    pub fn is_twin_of(&self, other: &ProjectReading) -> bool {
        let (one, two) = (&self.code, &other.code);
        if differ(one, two) || differ(&self.prima_id, &other.prima_id) {
            return false;
        }
        let same_number = self.prima_id.is_some() && other.prima_id.is_some();
        let same_title = !self.title.value.is_empty() && self.title_key() == other.title_key();
        same_number || same_title && self.same_states(other) && !self.contradicts(other)
    }

    fn same_states(&self, other: &ProjectReading) -> bool {
        let named = || sorted(&states::in_prose(&self.title.value));
        match (sorted(&self.member_states), sorted(&other.member_states)) {
            (one, two) if one.is_empty() && two.is_empty() => false,
            (one, two) if one.is_empty() => two == named(),
            (one, two) if two.is_empty() => one == named(),
            (one, two) => one == two,
        }
    }

    fn contradicts(&self, other: &ProjectReading) -> bool {
        let kinds = [self, other].map(|page| page.project_type.as_ref().map(|found| &found.value.code));
        let kinds_differ = matches!(kinds, [Some(one), Some(two)] if one != two);
        kinds_differ
            || differ(&self.budget, &other.budget)
            || differ(&self.region, &other.region)
            || differ(&self.start_date, &other.start_date)
            || differ(&self.year, &other.year)
    }
}

fn differ<T: PartialEq>(one: &Option<crate::documents::Found<T>>, two: &Option<crate::documents::Found<T>>) -> bool {
    matches!((one, two), (Some(one), Some(two)) if one.value != two.value)
}

fn sorted(states: &[CountryCode]) -> Vec<CountryCode> {
    let mut states = states.to_vec();
    states.sort();
    states
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::merge::tests::{page, project_page};

    fn bullets(title: &str, code: &str, states: &str) -> ProjectReading {
        project_page(&format!(
            "{title}\n\n  • Project Type\n    Labour Migration\n  • Projects ID\n{code}  • Benefiting Member States\n{states}\nThe school opens its doors to all."
        ))
    }

    fn codes(pages: Vec<ProjectReading>) -> Vec<(String, usize)> {
        let pages = pages.into_iter().zip(b'a'..).map(|(reading, name)| page(&format!("{}.txt", name as char), reading));
        projects(pages.collect()).into_iter().map(|project| (project.code, project.sources.len())).collect()
    }

    #[test]
    fn a_page_without_a_code_goes_to_its_twin() {
        let one = bullets("A school for Georgia", "    LM.0000\n", "    Georgia\n");
        for lost in [bullets("A School for Georgia", "", "    Georgia\n"), bullets("A school for Georgia", "", "")] {
            assert_eq!(codes(vec![lost, one.clone()]), [("LM.0000".to_owned(), 2)]);
        }
    }

    #[test]
    fn a_page_that_could_be_two_projects_stands_alone() {
        let (one, two) = (
            bullets("Many schools", "    LM.0000\n", "    Georgia\n"),
            bullets("Many schools", "    LM.0001\n", "    Georgia\n"),
        );
        let lost = bullets("Many schools", "", "    Georgia\n");
        let found = codes(vec![one, lost, two]);
        assert_eq!(found.len(), 3);
        assert_eq!(found[2].0, "TITLE-MANY-SCHOOLS-GE");
    }

    #[test]
    fn other_states_or_none_make_no_twin() {
        let one = bullets("Many schools", "    LM.0000\n", "    Georgia\n");
        for lost in [bullets("Many schools", "", "    Armenia\n"), bullets("Many schools", "", "")] {
            assert!(!one.is_twin_of(&lost));
        }
    }

    proptest! {
        #[test]
        fn the_order_of_a_heap_of_pages_does_not_matter(order in Just(heap()).prop_shuffle()) {
            prop_assert_eq!(projects(order), projects(heap()));
        }
    }

    fn heap() -> Vec<Page<ProjectReading>> {
        let readings = [
            bullets("A school for Georgia", "    LM.0000\n", "    Georgia\n"),
            bullets("A school for Georgia", "", ""),
            bullets("Many schools", "    LM.0001\n", "    Georgia Kenya\n"),
            bullets("Many schools", "", "    Kenya Georgia\n"),
            bullets("Many schools", "", "    Armenia\n"),
            bullets("Many Schools", "", "    Armenia\n"),
        ];
        readings.into_iter().zip(b'a'..).map(|(reading, name)| page(&format!("{}.txt", name as char), reading)).collect()
    }

    #[test]
    fn the_agencys_number_makes_a_twin() {
        let one = project_page(
            "A school\nA school\nAfrica\nLM.0000\nDJ10P0000\n40,000\nDjibouti\nLabour Migration\nNational\nThe text.",
        );
        let two = project_page("Une école\nUne école\nDJ10P0000\n40,000\nDjibouti\nLabour Migration\nLe texte.");
        assert!(one.is_twin_of(&two) && two.is_twin_of(&one));
        assert_eq!(codes(vec![two, one]), [("LM.0000".to_owned(), 2)]);
    }
}
