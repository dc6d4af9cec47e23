//! A project with all that is stored of it.

use async_graphql::{InputObject, MaybeUndefined};

use super::whole::{self, DataWarningInput, SetByHandInput, SourceInput};
use super::{Made, written};
use crate::domain::{Field, Language, NodeId, Problem, Project, ProjectText, Record};
use crate::graphql::input::MoneyInput;
use crate::graphql::project::ProjectInput;

/// A project to be created or changed. What is left out stays as it is, `null` takes it away.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectRecordInput {
    #[graphql(flatten)]
    project: ProjectInput,
    /// The texts in all languages, in the place of those that there are: for a whole record, without `language`, `title` and
    /// `description`.
    texts: Option<Vec<ProjectTextInput>>,
    /// The type's label as a document printed it; left out, it is what stands in `type`.
    type_printed: Option<String>,
    /// What stood in a document's list of states and names none.
    unrecognized_states: Option<Vec<String>>,
    /// The documents that the project was read from, in the place of those that there are.
    sources: Option<Vec<SourceInput>>,
    /// What to doubt about the project, in the place of what there is.
    warnings: Option<Vec<DataWarningInput>>,
    /// The fields that were set by hand; left out, those that this input sets.
    set_by_hand: Option<Vec<SetByHandInput>>,
}

/// The texts of a project in one language.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectTextInput {
    /// The language of the texts.
    language: Language,
    /// The title.
    title: String,
    /// The description.
    description: Option<String>,
}

impl ProjectRecordInput {
    pub(super) fn id(&self) -> NodeId {
        self.project.id()
    }

    pub(super) fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        let mut project = self.project.record(current)?;
        let mut problems = Vec::new();
        let mut documents = Vec::new();
        if let Some(texts) = self.texts {
            let text = |ProjectTextInput { language, title, description }| (language, ProjectText { title, description });
            project.texts = texts.into_iter().map(text).collect();
            for language in project.texts.languages() {
                project.curated.mark(Field::Title, Some(language));
                project.curated.mark(Field::Description, Some(language));
            }
        }
        if let (Some(printed), Some(kind)) = (self.type_printed, &mut project.project_type) {
            kind.printed = printed;
        }
        if let Some(texts) = self.unrecognized_states {
            project.unrecognized_states = texts;
        }
        if let Some(sources) = self.sources {
            (project.sources, documents) = whole::sources(sources);
        }
        if let Some(warnings) = self.warnings {
            project.warnings = whole::warnings(warnings, &mut problems);
        }
        if let Some(marked) = self.set_by_hand {
            project.curated = whole::set_by_hand(marked, &mut problems);
        }
        whole::unless(problems, Made { record: project.into(), documents })
    }
}

/// The line that makes a project what it is.
pub(super) fn line<E>(project: &Project, text: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
    let Project { code, prima_id, texts, status, project_type, coverage, region, budget, year, .. } = project.clone();
    let Project { start_date, end_date, member_states, unrecognized_states, .. } = project.clone();
    let text_of = |(language, text): (Language, ProjectText)| ProjectTextInput {
        language,
        title: text.title,
        description: text.description,
    };
    let input = ProjectRecordInput {
        project: ProjectInput {
            code,
            language: None,
            title: MaybeUndefined::Undefined,
            description: MaybeUndefined::Undefined,
            prima_id: whole::or_null(prima_id),
            status: whole::or_null(status),
            project_type: whole::or_null(project_type.as_ref().map(|kind| kind.code.clone())),
            coverage: whole::or_null(coverage),
            region: whole::or_null(region),
            budget: whole::or_null(budget.map(MoneyInput::from)),
            year: whole::or_null(year.map(i32::from)),
            start_date: whole::or_null(start_date.map(|date| date.to_string())),
            end_date: whole::or_null(end_date.map(|date| date.to_string())),
            member_states: MaybeUndefined::Value(member_states.into_iter().map(Into::into).collect()),
        },
        texts: Some(texts.into_iter().map(text_of).collect()),
        type_printed: project_type.map(|kind| kind.printed),
        unrecognized_states: Some(unrecognized_states),
        sources: whole::sources_of(&project.sources, text)?,
        warnings: whole::warnings_of(&project.warnings),
        set_by_hand: whole::set_by_hand_of(&project.curated),
    };
    Ok(written("project", &input, &["language", "title", "description"]))
}
