//! How much a page is to be trusted: the more it gives, the more.

use super::choice::Rule;
use super::value;
use crate::documents::ProjectReading;
use crate::documents::doubts::is_placeholder;
use crate::domain::Field;

/// How much a page is to be trusted about a field: by the dates it gives for dates, by all it gives for the rest.
pub fn trust(field: Field) -> fn(&ProjectReading) -> usize {
    match field {
        Field::Year | Field::StartDate | Field::EndDate => dates_given,
        _ => facts_given,
    }
}

/// What counts first where pages differ: for dates the page that gives the most of them, else what most pages say.
pub fn rule(field: Field) -> Rule {
    match field {
        Field::Year | Field::StartDate | Field::EndDate => Rule::Heaviest,
        _ => Rule::Most,
    }
}

/// How many dates a page gives, a placeholder not among them.
pub fn dates_given(page: &ProjectReading) -> usize {
    let end = page.end_date.as_ref().filter(|end| !is_placeholder(value(&page.start_date), end.value));
    usize::from(page.start_date.is_some()) + usize::from(end.is_some()) + usize::from(page.year.is_some())
}

fn facts_given(page: &ProjectReading) -> usize {
    let given = [
        page.code.is_some(),
        page.prima_id.is_some(),
        page.status.is_some(),
        page.project_type.is_some(),
        page.coverage.is_some(),
        page.region.is_some(),
        page.budget.is_some(),
        !page.member_states.is_empty(),
    ];
    given.into_iter().filter(|&given| given).count() + dates_given(page)
}
