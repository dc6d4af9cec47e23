//! What a record holds beside its fields: names and texts in all languages, sources, doubts, marks.

use async_graphql::{InputObject, MaybeUndefined};
use sha2::{Digest, Sha256};

use crate::domain::{Curated, Document, Field, Language, Localized, Problem, Source, Warning, WarningCode};
use crate::graphql::scalars::DateTime;

/// A name in a language.
#[derive(Debug, Clone, InputObject)]
pub struct NameInput {
    /// The language.
    language: Language,
    /// The name.
    name: String,
}

/// A document that the record was read from, with its text.
#[derive(Debug, Clone, InputObject)]
pub struct SourceInput {
    /// The name under which the document was handed over.
    document: String,
    /// The language of the text.
    language: Option<Language>,
    /// The address of the page.
    url: Option<String>,
    /// The title that the document prints.
    title: Option<String>,
    /// The agency's number that the document prints for the project.
    prima_id: Option<String>,
    /// When the document was first read.
    read_at: DateTime,
    /// The text of the document as it was handed over.
    text: String,
}

/// A doubt about a record.
#[derive(Debug, Clone, InputObject)]
pub struct DataWarningInput {
    /// The kind of doubt, as `DataWarning.code` has it.
    code: String,
    /// The field in doubt.
    field: Option<String>,
    /// The doubt in one sentence.
    message: String,
}

/// A field that a writer set by hand, so that documents read later leave it alone.
#[derive(Debug, Clone, InputObject)]
pub struct SetByHandInput {
    /// The name of the field.
    field: String,
    /// The language of the text, where the field is one.
    language: Option<Language>,
}

/// The names that replace the usual ones.
pub(super) fn names(inputs: Vec<NameInput>) -> Localized<String> {
    inputs.into_iter().map(|NameInput { language, name }| (language, name)).collect()
}

pub(super) fn names_of(names: &Localized<String>) -> Vec<NameInput> {
    names.iter().map(|(language, name)| NameInput { language, name: name.clone() }).collect()
}

/// The sources, and the documents behind them.
pub(super) fn sources(inputs: Vec<SourceInput>) -> (Vec<Source>, Vec<Document>) {
    let source = |input: SourceInput| {
        let SourceInput { document, language, url, title, prima_id, read_at, text } = input;
        let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let source = Source { document, sha256: sha256.clone(), language, url, title, prima_id, read_at: read_at.0 };
        (source, Document { sha256, text })
    };
    inputs.into_iter().map(source).unzip()
}

pub(super) fn sources_of<E>(
    sources: &[Source],
    text: impl Fn(&str) -> Result<String, E>,
) -> Result<Option<Vec<SourceInput>>, E> {
    let source = |source: &Source| {
        let Source { document, sha256, language, url, title, prima_id, read_at } = source.clone();
        let text = text(&sha256)?;
        Ok(SourceInput { document, language, url, title, prima_id, read_at: DateTime(read_at), text })
    };
    sources.iter().map(source).collect::<Result<_, E>>().map(Some)
}

/// The doubts; what is none is a problem.
pub(super) fn warnings(inputs: Vec<DataWarningInput>, problems: &mut Vec<Problem>) -> Vec<Warning> {
    let mut warnings = Vec::with_capacity(inputs.len());
    for DataWarningInput { code, field, message } in inputs {
        match (WarningCode::ALL.into_iter().find(|known| known.as_str() == code), field.map(named).transpose()) {
            (Some(code), Ok(field)) => warnings.push(Warning { code, field, message }),
            (None, _) => problems.push(Problem::invalid(None, format!("“{code}” is no kind of warning"))),
            (_, Err(problem)) => problems.push(problem),
        }
    }
    warnings
}

pub(super) fn warnings_of(warnings: &[Warning]) -> Option<Vec<DataWarningInput>> {
    let warning = |Warning { code, field, message }: &Warning| DataWarningInput {
        code: code.as_str().to_owned(),
        field: field.map(|field| field.name().to_owned()),
        message: message.clone(),
    };
    Some(warnings.iter().map(warning).collect())
}

/// The marks of fields that were set by hand; what is no field is a problem.
pub(super) fn set_by_hand(inputs: Vec<SetByHandInput>, problems: &mut Vec<Problem>) -> Curated {
    let mut curated = Curated::default();
    for SetByHandInput { field, language } in inputs {
        match named(field) {
            Ok(field) => curated.mark(field, language),
            Err(problem) => problems.push(problem),
        }
    }
    curated
}

pub(super) fn set_by_hand_of(curated: &Curated) -> Option<Vec<SetByHandInput>> {
    let marked = |(field, language): (Field, _)| SetByHandInput { field: field.name().to_owned(), language };
    Some(curated.iter().map(marked).collect())
}

fn named(name: String) -> Result<Field, Problem> {
    let field = Field::ALL.into_iter().find(|field| field.name() == name);
    field.ok_or_else(|| Problem::invalid(None, format!("“{name}” is no field of a record")))
}

/// A value that takes the place of what stands, or takes that away.
pub(super) fn or_null<T>(value: Option<T>) -> MaybeUndefined<T> {
    MaybeUndefined::from(Some(value))
}

/// As it is, or the problems.
pub(super) fn unless<T>(problems: Vec<Problem>, made: T) -> Result<T, Vec<Problem>> {
    if problems.is_empty() { Ok(made) } else { Err(problems) }
}
