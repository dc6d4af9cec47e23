//! Kinds of projects.

use async_graphql::{Context, Object};

use super::context::ContextExt;
use super::plan::object;
use crate::domain::{self, Language};

pub struct ProjectType(pub(super) domain::ProjectType);

/// A kind of project.
#[Object]
impl ProjectType {
    /// The code of the kind: `LABOUR_MIGRATION`. The list is open: a new label gets a code of its own.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name of the kind in the asked language, the caller's own where none is asked (`Accept-Language`), else French; as printed where the kind is not known.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language that is wanted.")] language: Option<Language>,
    ) -> &str {
        self.0.label(ctx.language(language).unwrap_or(Language::Fr))
    }
}

object!("ProjectType", ProjectType, |kind, at| {
    "code" => kind.code(at),
    "label" => kind.label(at, at.argument("language")?),
});
