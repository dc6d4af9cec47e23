//! Projects from all of their documents.

use std::collections::BTreeSet;

use crate::catalog::{ChangeSet, Stored, View};
use crate::documents::{self, Page, ProjectReading, Reading};
use crate::domain::{NodeId, NodeKind, Project, Record};

use super::sources::Merged;
use super::{curated, sources, states};

/// Adds the projects of some pages to a change set.
///
/// A page that lost its code belongs to its twin: the project of the same agency's number, or of the same title and states. So
/// whatever could be a twin is merged anew together with the pages, and a project that turns out to be another's twin goes.
pub(super) fn merge(change_set: &mut ChangeSet, mut pages: Vec<Page<ProjectReading>>, view: &View<'_>) -> Merged<()> {
    let concerned = concerned(&mut pages, view)?;
    let projects = documents::projects(pages);
    // The stored projects whose pages all went to others.
    let is_left = |code: &str| projects.iter().any(|project| project.code == code);
    let absorbed: Vec<_> =
        concerned.iter().filter(|stored| !stored.record.sources.is_empty() && !is_left(&stored.record.code)).collect();
    for mut project in projects.iter().cloned() {
        let itself = concerned.iter().filter(|stored| stored.record.code == project.code);
        let twins = absorbed.iter().copied().filter(|twin| shares_a_source(&twin.record, &project));
        for stored in itself.chain(twins).cloned().collect::<Vec<_>>() {
            curated::keep_project(&stored.record, &mut project);
        }
        // One that cannot be stored is no reason not to store the others; its documents are reported as refused.
        let states = project.member_states.clone();
        let record = Record::from(project);
        if record.problems().is_empty() {
            states::ensure(change_set, &states);
            change_set.put(record);
        }
    }
    for twin in absorbed {
        change_set.delete(NodeId::new(NodeKind::Project, &twin.record.code));
    }
    Ok(())
}

/// The stored projects that the pages may be about, to the last namesake of a namesake. Their pages are added to the others.
fn concerned(pages: &mut Vec<Page<ProjectReading>>, view: &View<'_>) -> Merged<Vec<Stored<Project>>> {
    let mut concerned: Vec<Stored<Project>> = Vec::new();
    let mut asked: BTreeSet<String> = pages.iter().flat_map(|page| possible_codes(page, view)).collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    while let Some(code) = asked.pop_first() {
        if !known.insert(code.clone()) {
            continue;
        }
        // A project that was written by hand alone has no page that could be merged, and keeps its own.
        let Some(stored) = view.snapshot.get::<Project>(&code) else { continue };
        let earlier = sources::pages(&stored.record.sources, view, Reading::project)?;
        asked.extend(earlier.iter().flat_map(|page| possible_codes(page, view)));
        sources::add(pages, earlier);
        concerned.push(stored);
    }
    Ok(concerned)
}

/// The codes of the stored projects that a page may be about.
fn possible_codes(page: &Page<ProjectReading>, view: &View<'_>) -> BTreeSet<String> {
    let reading = &page.reading;
    let number = reading.prima_id.as_ref().map(|found| found.value.as_str());
    let mut codes = view.snapshot.namesakes(number, &[&reading.title.value]);
    codes.insert(reading.key());
    codes
}

fn shares_a_source(one: &Project, other: &Project) -> bool {
    one.sources.iter().any(|source| other.sources.iter().any(|known| known.sha256 == source.sha256))
}
