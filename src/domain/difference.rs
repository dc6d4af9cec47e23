//! What a record says, field by field, and in which fields two versions of it differ.

use serde_json::{Value, json};

use super::{Contact, Curated, Field, Language, Localized, MemberState, NewsItem, Project, Record, Region, Source, Warning};

/// A field in which two versions of a record differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The name as the API writes it.
    pub field: &'static str,
    /// The language, for a text that is kept in several.
    pub language: Option<Language>,
    /// What stood there; null for nothing.
    pub old: Value,
    /// What stands there now; null for nothing.
    pub new: Value,
}

/// The fields in which a record differs from what stood before, in the order in which the record has them.
pub fn differences(old: Option<&Record>, new: Option<&Record>) -> Vec<Difference> {
    let (mut old, new) = (old.map(said).unwrap_or_default(), new.map(said).unwrap_or_default());
    let mut differences = Vec::new();
    for Said { field, language, value } in new {
        let before = old.iter().position(|said| (said.field, said.language) == (field, language));
        let before = before.map_or(Value::Null, |at| old.remove(at).value);
        if before != value {
            differences.push(Difference { field, language, old: before, new: value });
        }
    }
    // What is left was there and is there no more.
    differences.extend(old.into_iter().map(|Said { field, language, value }| Difference {
        field,
        language,
        old: value,
        new: Value::Null,
    }));
    differences
}

/// What a record says in one field.
struct Said {
    field: &'static str,
    language: Option<Language>,
    value: Value,
}

/// What a record says in the fields that say anything.
fn said(record: &Record) -> Vec<Said> {
    let mut list = List::default();
    match record {
        Record::Project(project) => list.project(project),
        Record::MemberState(state) => list.member_state(state),
        Record::Region(region) => list.region(region),
        Record::NewsItem(item) => list.news_item(item),
        Record::Contact(contact) => list.contact(contact),
    }
    list.0
}

#[derive(Default)]
struct List(Vec<Said>);

impl List {
    fn project(&mut self, project: &Project) {
        self.add(Field::Code, json!(project.code));
        self.texts(Field::Title, &project.texts, |text| Some(&text.title));
        self.texts(Field::Description, &project.texts, |text| text.description.as_ref());
        self.add(Field::PrimaId, json!(project.prima_id));
        self.add(Field::Status, json!(project.status.map(|status| status.as_str())));
        self.add(Field::Type, json!(project.project_type.as_ref().map(|kind| &kind.code)));
        self.named("typeAsPrinted", json!(project.project_type.as_ref().map(|kind| &kind.printed)));
        self.add(Field::Coverage, json!(project.coverage.map(|coverage| coverage.as_str())));
        self.add(Field::Region, json!(project.region.map(|region| region.as_str())));
        let budget = project.budget.as_ref();
        self.add(
            Field::Budget,
            json!(budget.map(|money| json!({ "amount": money.amount.to_string(), "currency": money.currency }))),
        );
        self.add(Field::Year, json!(project.year));
        self.add(Field::StartDate, json!(project.start_date.map(|date| date.to_string())));
        self.add(Field::EndDate, json!(project.end_date.map(|date| date.to_string())));
        self.list(Field::MemberStates.name(), project.member_states.iter().map(|state| json!(state.as_str())));
        self.list("unrecognizedStates", project.unrecognized_states.iter().map(|state| json!(state)));
        self.origin(&project.sources, &project.warnings, &project.curated);
    }

    fn member_state(&mut self, state: &MemberState) {
        self.add(Field::Code, json!(state.code.as_str()));
        self.texts(Field::Name, &state.names, |name| Some(name));
        self.add(Field::Region, json!(state.region.map(|region| region.as_str())));
    }

    fn region(&mut self, region: &Region) {
        self.add(Field::Code, json!(region.code.as_str()));
        self.texts(Field::Name, &region.names, |name| Some(name));
    }

    fn news_item(&mut self, item: &NewsItem) {
        self.add(Field::Slug, json!(item.slug));
        self.texts(Field::Title, &item.texts, |text| Some(&text.title));
        self.texts(Field::Body, &item.texts, |text| Some(&text.body));
        self.add(Field::Place, json!(item.place));
        self.add(Field::PublishedOn, json!(item.published_on.map(|date| date.to_string())));
        self.list(Field::MemberStates.name(), item.member_states.iter().map(|state| json!(state.as_str())));
        self.list(Field::Contacts.name(), item.contacts.iter().map(|contact| json!(contact)));
        self.origin(&item.sources, &item.warnings, &item.curated);
    }

    fn contact(&mut self, contact: &Contact) {
        self.add(Field::Name, json!(contact.name));
        self.add(Field::Email, json!(contact.email));
        self.list(Field::Phones.name(), contact.phones.iter().map(|phone| json!(phone)));
        self.add(Field::Office, json!(contact.office));
        self.set_by_hand(&contact.curated);
    }

    /// What tells where a record comes from and what to doubt about it.
    fn origin(&mut self, sources: &[Source], warnings: &[Warning], curated: &Curated) {
        let source = |source: &Source| json!({ "document": source.document, "sha256": source.sha256, "url": source.url });
        self.list("sources", sources.iter().map(source));
        let warning = |warning: &Warning| {
            let field = warning.field.map(Field::name);
            json!({ "code": warning.code.as_str(), "field": field, "message": warning.message })
        };
        self.list("warnings", warnings.iter().map(warning));
        self.set_by_hand(curated);
    }

    /// The fields that documents leave alone.
    fn set_by_hand(&mut self, curated: &Curated) {
        let name = |(field, language): (Field, Option<Language>)| match language {
            Some(language) => json!(format!("{} {}", field.name(), language.code().to_uppercase())),
            None => json!(field.name()),
        };
        self.list("setByHand", curated.iter().map(name));
    }

    fn texts<T>(&mut self, field: Field, texts: &Localized<T>, part: impl Fn(&T) -> Option<&String>) {
        for (language, text) in texts.iter() {
            if let Some(text) = part(text) {
                self.0.push(Said { field: field.name(), language: Some(language), value: json!(text) });
            }
        }
    }

    fn list(&mut self, field: &'static str, items: impl Iterator<Item = Value>) {
        let items: Vec<Value> = items.collect();
        self.named(field, if items.is_empty() { Value::Null } else { Value::Array(items) });
    }

    fn add(&mut self, field: Field, value: Value) {
        self.named(field.name(), value);
    }

    fn named(&mut self, field: &'static str, value: Value) {
        if !value.is_null() {
            self.0.push(Said { field, language: None, value });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Money, NewsText, ProjectText};

    fn changed(old: Option<&Record>, new: Option<&Record>) -> Vec<(String, Value, Value)> {
        let named = |one: Difference| {
            let language = one.language.map_or(String::new(), |language| format!(" {}", language.code()));
            (format!("{}{language}", one.field), one.old, one.new)
        };
        differences(old, new).into_iter().map(named).collect()
    }

    #[test]
    fn what_changed_is_told_with_what_stood_there() {
        let text = |title: &str| ProjectText { title: title.to_owned(), description: None };
        let old = Project {
            texts: Localized::one(Language::Fr, text("Un")),
            budget: Some(Money::usd("4".parse().unwrap())),
            member_states: vec!["GE".parse().unwrap()],
            ..Project::new("A")
        };
        let mut new = Project { budget: None, year: Some(2020), member_states: Vec::new(), ..old.clone() };
        new.texts.insert(Language::En, text("One"));
        let (old, new) = (Record::from(old), Record::from(new));
        assert_eq!(changed(Some(&old), Some(&old)), []);
        let expected = [
            ("title en".to_owned(), Value::Null, json!("One")),
            ("year".to_owned(), Value::Null, json!(2020)),
            ("budget".to_owned(), json!({ "amount": "4.00", "currency": "USD" }), Value::Null),
            ("memberStates".to_owned(), json!(["GE"]), Value::Null),
        ];
        assert_eq!(changed(Some(&old), Some(&new)), expected);
        assert_eq!(changed(None, Some(&old))[0], ("code".to_owned(), Value::Null, json!("A")));
        assert!(changed(Some(&old), None).iter().all(|(_, _, new)| new.is_null()));
    }

    #[test]
    fn whatever_else_differs_is_told_too() {
        let item = NewsItem::new("a");
        let others = [
            NewsItem {
                texts: Localized::one(Language::Es, NewsText { title: "A".to_owned(), body: String::new() }),
                ..item.clone()
            },
            NewsItem { place: Some("Tbilisi".to_owned()), ..item.clone() },
            NewsItem { published_on: Some("2020".parse().unwrap()), ..item.clone() },
            NewsItem { contacts: vec!["a@iom.int".to_owned()], ..item.clone() },
            NewsItem {
                curated: {
                    let mut curated = Curated::default();
                    curated.mark(Field::Place, None);
                    curated
                },
                ..item.clone()
            },
        ];
        for other in others {
            let (old, new) = (Record::from(item.clone()), Record::from(other));
            assert_ne!(differences(Some(&old), Some(&new)), [], "{new:?}");
        }
        let contact = Contact::new("Ana");
        let other = Contact { phones: vec!["+1".to_owned()], ..contact.clone() };
        let told = changed(Some(&Record::from(contact)), Some(&Record::from(other)));
        assert_eq!(told, [("phones".to_owned(), Value::Null, json!(["+1"]))]);
    }
}
