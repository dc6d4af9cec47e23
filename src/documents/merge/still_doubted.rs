//! What is still to be doubted about a project once all its pages are known.

use super::Page;
use crate::documents::doubts::{self, Facts};
use crate::documents::{ProjectReading, key};
use crate::domain::{Field, Project, Warning, WarningCode};

/// The doubts about the record: those that follow from its facts, and those of its pages that it has not answered.
pub fn doubts(project: &Project, pages: &[Page<ProjectReading>]) -> Vec<Warning> {
    let Some(today) = pages.iter().map(|page| page.reading.read_on).max() else { return Vec::new() };
    let facts = Facts {
        titles: project.texts.values().map(|text| text.title.as_str()).collect(),
        status: project.status,
        coverage: project.coverage,
        year: project.year,
        start_date: project.start_date,
        end_date: project.end_date,
        member_states: &project.member_states,
        has_code: pages.iter().any(|page| page.reading.code.is_some()),
    };
    let of_pages = pages.iter().flat_map(|page| &page.reading.warnings).filter(|warning| stands(warning, project));
    of_pages.cloned().chain(doubts::about_facts(&facts, today)).collect()
}

/// Whether a page's own doubt is one of the record too.
fn stands(warning: &Warning, project: &Project) -> bool {
    match warning.code {
        WarningCode::ValueMissing | WarningCode::UnknownValue => warning.field.is_none_or(|field| lacks(project, field)),
        WarningCode::UnknownState => {
            project.unrecognized_states.iter().any(|text| warning.message.contains(&format!("“{text}”")))
        }
        WarningCode::UnknownType => project.project_type.as_ref().is_some_and(|kind| !kind.known()),
        WarningCode::BodyMissing => project.description(None).is_none(),
        WarningCode::DamagedText => true,
        WarningCode::TitleCut => project.texts.values().any(|text| doubts::title_cut(&text.title) == *warning),
        _ => false,
    }
}

fn lacks(project: &Project, field: Field) -> bool {
    match field {
        Field::PrimaId => project.prima_id.is_none(),
        Field::Title => project.texts.values().all(|text| text.title == project.code),
        Field::Status => project.status.is_none(),
        Field::Type => project.project_type.is_none(),
        Field::Coverage => project.coverage.is_none(),
        Field::Region => project.region.is_none(),
        Field::Budget => project.budget.is_none(),
        Field::Year => project.year.is_none(),
        Field::StartDate => project.start_date.is_none(),
        Field::EndDate => project.end_date.is_none(),
        Field::MemberStates => project.member_states.is_empty() && project.unrecognized_states.is_empty(),
        Field::Code => key::is_derived(&project.code),
        _ => true,
    }
}
