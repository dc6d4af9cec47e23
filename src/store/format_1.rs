//! What format 1 wrote of a record, and the step to format 2: sources know by which title and agency's number their documents
//! call the record.
//!
//! A source of format 1 does not; it learns them when its document is next merged with others.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::microsecond::required as microseconds;
use serde::Deserialize;

use crate::domain::{self, *};

/// A version of a record: none for a deletion.
#[derive(Debug, Deserialize)]
pub(super) struct Version(Option<Record1>);

#[derive(Debug, Deserialize)]
enum Record1 {
    Project(Project1),
    MemberState(MemberState),
    Region(Region),
    NewsItem(NewsItem1),
    Contact(Contact),
}

#[derive(Debug, Deserialize)]
struct Project1 {
    code: String,
    prima_id: Option<String>,
    texts: Localized<ProjectText>,
    status: Option<ProjectStatus>,
    project_type: Option<ProjectType>,
    coverage: Option<Coverage>,
    region: Option<RegionCode>,
    budget: Option<Money>,
    year: Option<i16>,
    start_date: Option<PartialDate>,
    end_date: Option<PartialDate>,
    member_states: Vec<CountryCode>,
    unrecognized_states: Vec<String>,
    sources: Vec<Source1>,
    warnings: Vec<Warning>,
    curated: Curated,
}

#[derive(Debug, Deserialize)]
struct NewsItem1 {
    slug: String,
    texts: Localized<NewsText>,
    place: Option<String>,
    published_on: Option<PartialDate>,
    member_states: Vec<CountryCode>,
    contacts: Vec<String>,
    sources: Vec<Source1>,
    warnings: Vec<Warning>,
    curated: Curated,
}

#[derive(Debug, Deserialize)]
struct Source1 {
    document: String,
    sha256: String,
    language: Option<Language>,
    url: Option<String>,
    #[serde(with = "microseconds")]
    read_at: Timestamp,
}

impl From<Version> for Option<domain::Record> {
    fn from(version: Version) -> Self {
        version.0.map(|record| match record {
            Record1::Project(project) => Project::from(project).into(),
            Record1::MemberState(state) => state.into(),
            Record1::Region(region) => region.into(),
            Record1::NewsItem(item) => NewsItem::from(item).into(),
            Record1::Contact(contact) => contact.into(),
        })
    }
}

impl From<Project1> for Project {
    fn from(project: Project1) -> Self {
        let Project1 { code, prima_id, texts, status, project_type, coverage, region, budget, year, .. } = project;
        let Project1 { start_date, end_date, member_states, unrecognized_states, sources, warnings, curated, .. } = project;
        Project {
            code,
            prima_id,
            texts,
            status,
            project_type,
            coverage,
            region,
            budget,
            year,
            start_date,
            end_date,
            member_states,
            unrecognized_states,
            sources: sources.into_iter().map(Source::from).collect(),
            warnings,
            curated,
        }
    }
}

impl From<NewsItem1> for NewsItem {
    fn from(item: NewsItem1) -> Self {
        let NewsItem1 { slug, texts, place, published_on, member_states, contacts, sources, warnings, curated } = item;
        let sources = sources.into_iter().map(Source::from).collect();
        NewsItem { slug, texts, place, published_on, member_states, contacts, sources, warnings, curated }
    }
}

impl From<Source1> for Source {
    fn from(source: Source1) -> Self {
        let Source1 { document, sha256, language, url, read_at } = source;
        Source { document, sha256, language, url, title: None, prima_id: None, read_at }
    }
}
