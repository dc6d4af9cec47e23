//! Lists of projects: filtered, ordered, summed and grouped.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::connection::{Connection, Edge, Nodes, Placed};
use super::context::ContextExt;
use super::filter::{CodeFilter, Comparisons, NumberFilter, StringFilter};
use super::input::MoneyOutput;
use super::node::{MemberState, Node, Project, Region};
use super::order;
use super::page::{Page, PageInfo};
use super::plan::{members, object};
use super::project_type::ProjectType;
use super::scalars::{CountryCode, DateTime, Decimal};
use super::words::Words;
use crate::catalog::{
    self, Direction, Filter, Group, List, Nulls, ProjectDimension, ProjectOrderField, ProjectTest, Scope, ShareRule, Snapshot,
    reading_before,
};
use crate::config::Limits;
use crate::domain::{self, Coverage, Money, NodeKind, ProjectStatus, RegionCode};

/// Which projects are wanted. All that is given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ProjectFilter {
    /// All of these hold.
    and: Option<Vec<ProjectFilter>>,
    /// One of these holds.
    or: Option<Vec<ProjectFilter>>,
    /// This does not hold.
    not: Option<Box<ProjectFilter>>,
    /// Words that the project's texts and codes have, all of them, as `search` finds them.
    text: Option<String>,
    /// The Fund's code.
    code: Option<StringFilter>,
    /// How far the project has come.
    status: Option<CodeFilter<ProjectStatus>>,
    /// The code of the type: `LABOUR_MIGRATION`.
    #[graphql(name = "type")]
    project_type: Option<StringFilter>,
    /// How much of the world the project covers.
    coverage: Option<CodeFilter<Coverage>>,
    /// The region to which the project is counted.
    region: Option<CodeFilter<RegionCode>>,
    /// The states that benefit.
    member_state: Option<CodeFilter<CountryCode>>,
    /// The amount of the budget.
    budget: Option<NumberFilter<Decimal>>,
    /// The year of the allocation.
    year: Option<NumberFilter<i64>>,
    /// The year in which the project began.
    start_year: Option<NumberFilter<i64>>,
    /// The year in which the project ended or is to end.
    end_year: Option<NumberFilter<i64>>,
    /// Whether there is something to doubt about the project.
    has_warning: Option<bool>,
    /// Changed after this moment.
    updated_after: Option<DateTime>,
}

impl ProjectFilter {
    fn tests(self, words: &mut Words<'_>) -> Filter<ProjectTest> {
        words.part();
        let ProjectFilter { and, or, not, text, code, status, project_type, coverage, region, member_state, budget, .. } = self;
        let ProjectFilter { year, start_year, end_year, has_warning, updated_after, .. } = self;
        let mut all: Vec<Filter<ProjectTest>> = Vec::new();
        all.extend(text.map(|text| Filter::Test(ProjectTest::Found(words.found(&text)))));
        let mut each = |filters: Vec<ProjectFilter>| filters.into_iter().map(|filter| filter.tests(words)).collect();
        all.extend(and.map(&mut each).map(Filter::And));
        all.extend(or.map(&mut each).map(Filter::Or));
        all.extend(not.map(|filter| Filter::Not(Box::new(filter.tests(words)))));
        all.extend(code.into_iter().flat_map(|filter| filter.tests(ProjectTest::Code)));
        all.extend(status.into_iter().flat_map(|filter| filter.tests(ProjectTest::Status)));
        all.extend(project_type.into_iter().flat_map(|filter| filter.tests(ProjectTest::Type)));
        all.extend(coverage.into_iter().flat_map(|filter| filter.tests(ProjectTest::Coverage)));
        all.extend(region.into_iter().flat_map(|filter| filter.tests(ProjectTest::Region)));
        all.extend(member_state.into_iter().flat_map(|filter| filter.tests(ProjectTest::MemberState)));
        all.extend(budget.into_iter().flat_map(|filter| filter.tests(ProjectTest::Budget)));
        all.extend(year.into_iter().flat_map(|filter| filter.tests(ProjectTest::Year)));
        all.extend(start_year.into_iter().flat_map(|filter| filter.tests(ProjectTest::StartYear)));
        all.extend(end_year.into_iter().flat_map(|filter| filter.tests(ProjectTest::EndYear)));
        all.extend(has_warning.map(|wanted| Filter::Test(ProjectTest::HasWarning(wanted))));
        all.extend(updated_after.map(|moment| Filter::Test(ProjectTest::UpdatedAfter(moment.0))));
        Filter::And(all)
    }
}

/// A field to order projects by.
#[derive(Debug, Clone, InputObject)]
pub struct ProjectOrder {
    /// The field.
    field: ProjectOrderField,
    /// Which way the list goes.
    #[graphql(default_with = "Some(Direction::Asc)")]
    direction: Option<Direction>,
    /// Where projects without a value stand.
    #[graphql(default_with = "Some(Nulls::Last)")]
    nulls: Option<Nulls>,
}

/// A page of a list of projects, and what the whole list comes to.
pub struct ProjectConnection {
    page: Connection<Edge<Project>>,
    list: Arc<List<domain::Project>>,
}

impl ProjectConnection {
    /// The page of the projects of a scope that pass a filter, in some order; ties go by the code.
    pub(super) fn of(
        ctx: &Context<'_>,
        page: &Page,
        snapshot: &Arc<Snapshot>,
        scope: Scope,
        filter: Option<ProjectFilter>,
        order: Option<Vec<ProjectOrder>>,
    ) -> Result<ProjectConnection> {
        let limits = ctx.limits();
        let by = |ProjectOrder { field, direction, nulls }| order::by(field, direction, nulls);
        let order = order::checked(order, limits, by)?;
        let by_words = order.iter().any(|order| order.field == ProjectOrderField::Relevance);
        let reading = page.order_before().filter(|_| by_words).and_then(|name| reading_before(&order, &name));
        let mut words = Words::new(snapshot, NodeKind::Project, limits, reading);
        let filter = filter.map(|filter| filter.tests(&mut words));
        let scores = words.scores(by_words)?;
        let list = Arc::new(List::new(snapshot, scope, filter.as_ref(), &order, &scores));
        Ok(ProjectConnection { page: Connection::of(page, &list)?, list })
    }
}

/// A list of projects, page by page; in the order of their codes, unless another is asked for. `totalCount`, `totals` and `groups`
/// are of the whole list: they honour the filter, and not the page.
#[Object]
impl ProjectConnection {
    /// The nodes of this page with their cursors.
    async fn edges(&self) -> &[Edge<Project>] {
        self.page.edges()
    }

    /// The nodes of this page.
    async fn nodes(&self) -> Vec<&Project> {
        self.page.edges().iter().map(Placed::node).collect()
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> PageInfo {
        self.page.info()
    }

    /// How many nodes the whole list has, whatever the page.
    async fn total_count(&self) -> usize {
        self.page.total
    }

    /// What the projects of the whole list come to together.
    async fn totals(&self) -> ProjectTotals {
        ProjectTotals::from(&self.list.totals())
    }

    /// The projects of the whole list, grouped. The groups come in the order of the dimensions, those without a value last.
    async fn groups(
        &self,
        #[graphql(desc = "By what the projects are grouped; one group for each combination that there is.")] by: Vec<
            ProjectDimension,
        >,
        #[graphql(
            desc = "How the budget of a project of several states counts for each of them, where `by` has `MEMBER_STATE`. `FULL`: \
                    whole, so that a project of three states adds all of it to each. `EQUAL_SHARE`: a third to each, so that the \
                    groups sum to the total, to the cent.",
            default_with = "Some(ShareRule::Full)"
        )]
        share_rule: Option<ShareRule>,
    ) -> Vec<ProjectGroup> {
        let snapshot = self.list.snapshot();
        let groups = self.list.groups(&by, share_rule.unwrap_or(ShareRule::Full)).into_iter();
        groups.map(|group| ProjectGroup { group, snapshot: Arc::clone(snapshot) }).collect()
    }
}

object!("ProjectConnection", ProjectConnection, |list, at| {
    "edges" => list.edges(at),
    "nodes" => Nodes::of(&list.page, at),
    "pageInfo" => list.page_info(at),
    "totalCount" => list.total_count(at),
    "totals" => list.totals(at),
    "groups" => list.groups(at, at.argument("by")?, at.argument("shareRule")?),
});

/// What some projects come to together. Amounts are exact and in US dollars.
#[derive(SimpleObject)]
pub struct ProjectTotals {
    /// How many projects there are.
    projects: usize,
    /// The sum of their budgets.
    budget: MoneyOutput,
    /// How many of them have no budget in US dollars.
    without_budget: usize,
    /// The average of the budgets there are, to the cent.
    average_budget: Option<MoneyOutput>,
    /// The smallest budget.
    smallest_budget: Option<MoneyOutput>,
    /// The largest budget.
    largest_budget: Option<MoneyOutput>,
}

members!("ProjectTotals", ProjectTotals {
    "projects" => projects,
    "budget" => budget,
    "withoutBudget" => without_budget,
    "averageBudget" => average_budget,
    "smallestBudget" => smallest_budget,
    "largestBudget" => largest_budget,
});

impl From<&catalog::ProjectTotals> for ProjectTotals {
    fn from(totals: &catalog::ProjectTotals) -> Self {
        let dollars = |amount| MoneyOutput::from(&Money::usd(amount));
        ProjectTotals {
            projects: totals.projects,
            budget: dollars(totals.budget),
            without_budget: totals.without_budget,
            average_budget: totals.average().map(dollars),
            smallest_budget: totals.smallest.map(dollars),
            largest_budget: totals.largest.map(dollars),
        }
    }
}

/// Projects that have the values of some dimensions in common.
pub struct ProjectGroup {
    group: Group,
    snapshot: Arc<Snapshot>,
}

/// Projects that have the values of some dimensions in common. A dimension that was not asked for is null, and so is one of which
/// the projects have no value.
#[Object]
impl ProjectGroup {
    /// The state that all of them benefit.
    async fn member_state(&self) -> Option<MemberState> {
        Node::find(&self.snapshot, self.group.member_state?.as_str())
    }

    /// The region to which all of them are counted.
    async fn region(&self) -> Option<Region> {
        Node::find(&self.snapshot, self.group.region?.as_str())
    }

    /// What kind of project all of them are.
    #[graphql(name = "type")]
    async fn project_type(&self) -> Option<ProjectType> {
        self.group.project_type.clone().map(ProjectType)
    }

    /// How far all of them have come.
    async fn status(&self) -> Option<ProjectStatus> {
        self.group.status
    }

    /// How much of the world each of them covers.
    async fn coverage(&self) -> Option<Coverage> {
        self.group.coverage
    }

    /// The year of their allocation.
    async fn year(&self) -> Option<i16> {
        self.group.year
    }

    /// What they come to together.
    async fn totals(&self) -> ProjectTotals {
        ProjectTotals::from(&self.group.totals)
    }
}

object!("ProjectGroup", ProjectGroup, |group, at| {
    "memberState" => group.member_state(at),
    "region" => group.region(at),
    "type" => group.project_type(at),
    "status" => group.status(at),
    "coverage" => group.coverage(at),
    "year" => group.year(at),
    "totals" => group.totals(at),
});

/// The projects that pass a filter, in the order of their codes.
pub(super) fn filtered(snapshot: &Arc<Snapshot>, filter: ProjectFilter, limits: &Limits) -> Result<List<domain::Project>> {
    let mut words = Words::new(snapshot, NodeKind::Project, limits, None);
    let filter = filter.tests(&mut words);
    let scores = words.scores(false)?;
    Ok(List::new(snapshot, Scope::All, Some(&filter), &[], &scores))
}
