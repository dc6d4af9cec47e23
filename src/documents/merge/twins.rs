//! Which pages are of one project.

use std::collections::{BTreeMap, HashMap};

use super::project::project_under;
use super::{Page, in_order};
use crate::documents::{ProjectReading, states};
use crate::domain::{CountryCode, Field, Project, Warning, WarningCode};

/// The projects of a heap of pages, which all pages of the same titles and numbers are part of.
///
/// Pages of one code are one project, and a page without a code goes to its twin where exactly one project is certain to be it.
/// Of the others those are one project that are all twins of each other; a page that could belong to either of two stands alone.
/// Their keys come from their titles. Where several would bear the same key, each also says what its page prints, and a warning
/// names the others.
pub fn projects(pages: Vec<Page<ProjectReading>>) -> Vec<Project> {
    let (coded, others): (Vec<_>, Vec<_>) = in_order(pages).into_iter().partition(|page| page.reading.code.is_some());
    let index = Names::of(&coded);
    let mut alone = Vec::new();
    let mut joined: Vec<(String, Page<ProjectReading>)> = Vec::new();
    for page in others {
        let mut codes: Vec<String> = index.twins(&page, &coded).map(|place| coded[place].reading.key()).collect();
        codes.sort();
        codes.dedup();
        match codes.as_slice() {
            [code] => joined.push((code.clone(), page)),
            _ => alone.push((page, codes)),
        }
    }
    let mut by_code: BTreeMap<String, Vec<Page<ProjectReading>>> = BTreeMap::new();
    for (code, page) in coded.into_iter().map(|page| (page.reading.key(), page)).chain(joined) {
        by_code.entry(code).or_default().push(page);
    }
    let mut projects: Vec<_> = by_code.into_iter().map(|(code, pages)| project_under(code, pages, Vec::new())).collect();
    projects.extend(without_code(alone));
    projects.sort_by(|one, other| one.code.cmp(&other.code));
    projects
}

/// The projects of pages without a code. With each page come the codes of the projects that it could be of.
fn without_code(alone: Vec<(Page<ProjectReading>, Vec<String>)>) -> Vec<Project> {
    let (pages, could_be): (Vec<_>, Vec<_>) = alone.into_iter().unzip();
    let mut by_key: BTreeMap<String, Vec<Vec<usize>>> = BTreeMap::new();
    for group in groups(&pages) {
        let key = group.iter().map(|&place| pages[place].reading.key()).min().unwrap_or_default();
        by_key.entry(key).or_default().push(group);
    }
    let mut projects = Vec::new();
    for (key, groups) in by_key {
        for group in &groups {
            let mut doubts = Vec::new();
            let mut doubt = |message: String| doubts.push(Warning::new(WarningCode::CodeMissing, Field::Code, message));
            let of_group: Vec<_> = group.iter().map(|&place| pages[place].clone()).collect();
            for codes in group.iter().map(|&place| &could_be[place]).filter(|codes| !codes.is_empty()) {
                doubt(format!("the page could be of any of {}, and stands alone", codes.join(", ")));
            }
            if groups.len() == 1 {
                projects.push(project_under(key.clone(), of_group, doubts));
                continue;
            }
            let mut others: Vec<_> = groups.iter().filter(|other| *other != group).flatten().collect();
            others.sort();
            let others: Vec<_> = others.iter().map(|&&place| pages[place].source.document.as_str()).collect();
            doubt(format!("{} bears the same title and may be of another project", others.join(", ")));
            let apart = of_group.iter().map(|page| page.reading.key_apart()).min().unwrap_or(key.clone());
            projects.push(project_under(apart, of_group, doubts));
        }
    }
    projects
}

/// The places of the pages that are one project: all twins of each other. A page with two twins that are none of each other is
/// by itself.
fn groups(pages: &[Page<ProjectReading>]) -> Vec<Vec<usize>> {
    let index = Names::of(pages);
    let twins: Vec<Vec<usize>> = pages.iter().map(|page| index.twins(page, pages).collect()).collect();
    let is_open = |place: usize| twins[place].iter().any(|&one| twins[place].iter().any(|other| !twins[one].contains(other)));
    let open: Vec<bool> = (0..pages.len()).map(is_open).collect();
    let mut groups = Vec::new();
    for place in 0..pages.len() {
        if open[place] {
            groups.push(vec![place]);
            continue;
        }
        // What is left of a page's twins is the same for all of them: the first of them has the group.
        let group: Vec<_> = twins[place].iter().copied().filter(|&twin| !open[twin]).collect();
        if group.first() == Some(&place) {
            groups.push(group);
        }
    }
    groups
}

/// Pages by the names that make twins of them, so that no page is compared with all others.
struct Names(HashMap<String, Vec<usize>>);

impl Names {
    fn of(pages: &[Page<ProjectReading>]) -> Names {
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, page) in pages.iter().enumerate() {
            for name in page.reading.names() {
                names.entry(name).or_default().push(place);
            }
        }
        Names(names)
    }

    /// The places of a page's twins in their order, its own among them.
    fn twins<'a>(&self, page: &'a Page<ProjectReading>, pages: &'a [Page<ProjectReading>]) -> impl Iterator<Item = usize> + 'a {
        let mut places: Vec<usize> = page.reading.names().filter_map(|name| self.0.get(&name)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter(|&place| page.reading.is_twin_of(&pages[place].reading))
    }
}

impl ProjectReading {
    /// Whether two pages are certain to be of one project although one of them lost its code: they print the same, or they bear
    /// the same agency's number, or the same title for the same states, and contradict each other in nothing.
    ///
    /// Where one page lost its states, the title must name them.
    pub fn is_twin_of(&self, other: &ProjectReading) -> bool {
        let (one, two) = (&self.code, &other.code);
        if differ(one, two) || differ(&self.prima_id, &other.prima_id) {
            return false;
        }
        let same_number = self.prima_id.is_some() && other.prima_id.is_some();
        let title = self.title_key();
        let same_title = !title.is_empty() && title == other.title_key();
        same_number
            || same_title && self.same_states(other) && !self.contradicts(other)
            || self.fingerprint() == other.fingerprint()
    }

    /// The names that pages of one project share.
    fn names(&self) -> impl Iterator<Item = String> {
        let title = Some(self.title_key()).filter(|title| !title.is_empty());
        let number = self.prima_id.as_ref().map(|found| found.value.clone());
        let untitled = title.is_none().then(|| self.fingerprint());
        [title.map(|title| format!("title {title}")), number.map(|number| format!("number {number}")), untitled]
            .into_iter()
            .flatten()
    }

    fn same_states(&self, other: &ProjectReading) -> bool {
        let named = || {
            let mut named = [self, other].map(|page| states::in_prose(&page.title.value)).concat();
            named.sort();
            named.dedup();
            named
        };
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
        assert_eq!(found[2].0, "TITLE-MANY-SCHOOLS.GE");
    }

    #[test]
    fn other_states_or_none_make_no_twin() {
        let one = bullets("Many schools", "    LM.0000\n", "    Georgia\n");
        for lost in [bullets("Many schools", "", "    Armenia\n"), bullets("Many schools", "", "")] {
            assert!(!one.is_twin_of(&lost));
        }
    }

    #[test]
    fn pages_of_one_title_that_differ_stand_apart_and_say_so() {
        let page_of = |budget: &str| {
            project_page(&format!(
                "Many schools\n\n  • Budget Amount (USD)\n{budget}  • Benefiting Member States\n    Georgia\n\nThe school opens."
            ))
        };
        let [one, two, open] = ["    1000.00\n", "    2000.00\n", ""].map(page_of);
        assert_eq!(codes(vec![one.clone(), open.clone()]), [("TITLE-MANY-SCHOOLS.GE".to_owned(), 2)], "certain twins are one");
        let all = [&one, &two, &open].map(ProjectReading::clone).into_iter().zip(["a.txt", "b.txt", "c.txt"]);
        let found = projects(all.map(|(reading, name)| page(name, reading)).collect());
        let keys: Vec<_> = found.iter().map(|project| project.code.as_str()).collect();
        let mut expected = [&one, &two, &open].map(|reading| reading.key_apart());
        expected.sort();
        assert_eq!(keys, expected);
        let first = found.iter().find(|project| project.code == one.key_apart()).unwrap();
        let doubt = first.warnings.iter().find(|warning| warning.message.starts_with("b.txt, c.txt bears the same title"));
        assert_eq!(doubt.map(|doubt| doubt.code), Some(WarningCode::CodeMissing), "{:?}", first.warnings);
    }

    #[test]
    fn untitled_pages_are_one_only_where_they_print_the_same() {
        let untitled = |text: &str| {
            project_page(&format!(
                "  • Project Type\n    Labour Migration\n  • Benefiting Member States\n    Georgia\n\n{text}"
            ))
        };
        let found = codes(vec![untitled("One."), untitled("Two."), untitled("One.")]);
        assert_eq!(found.iter().map(|(_, sources)| *sources).sum::<usize>(), 3);
        assert_eq!(found.len(), 2, "{found:?}");
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
