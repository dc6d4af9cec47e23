//! Inputs that change a record field by field: a field left out stays, `null` takes it away, a value replaces it.

use std::fmt::Display;

use async_graphql::{InputObject, MaybeUndefined, SimpleObject};

use super::plan::members;
use super::scalars::{CountryCode, Decimal, Sent};
use crate::domain::{self, Curated, Field, Language, Localized, Money, PartialDate, Problem, Warning, slug};

/// An exact amount of money.
#[derive(Debug, Clone, InputObject)]
pub struct MoneyInput {
    /// The exact amount: `"40000.00"`.
    pub(super) amount: Sent<Decimal>,
    /// The ISO 4217 code of the currency.
    #[graphql(default = "USD")]
    pub(super) currency: String,
}

/// An exact amount of money.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(name = "Money")]
pub struct MoneyOutput {
    /// The exact amount: `"40000.00"`.
    amount: Decimal,
    /// The ISO 4217 code of the currency: `USD`.
    currency: String,
}

members!("Money", MoneyOutput {
    "amount" => amount,
    "currency" => currency,
});

impl From<&Money> for MoneyOutput {
    fn from(money: &Money) -> Self {
        MoneyOutput { amount: Decimal(money.amount), currency: money.currency.clone() }
    }
}

impl From<Money> for MoneyInput {
    fn from(money: Money) -> Self {
        MoneyInput { amount: money.amount.into(), currency: money.currency }
    }
}

impl MoneyInput {
    fn money(self) -> Result<Money, String> {
        Ok(Money { currency: self.currency, ..Money::usd(self.amount.read()?.0) })
    }
}

/// The edits of one record on their way: which fields were set, and what was wrong with them.
#[derive(Debug, Default)]
pub(super) struct Editing {
    /// The language of the texts that are being edited, where the record has any.
    language: Option<Language>,
    set: Curated,
    problems: Vec<Problem>,
}

impl Editing {
    /// Edits a record with texts, which are in a language.
    pub(super) fn of_texts_in(language: Language) -> Editing {
        Editing { language: Some(language), ..Editing::default() }
    }

    fn mark(&mut self, field: Field) {
        self.set.mark(field, self.language.filter(|_| field.is_text()));
    }

    /// Edits a field that may be missing.
    pub(super) fn optional<T, U: Into<T>>(&mut self, field: Field, slot: &mut Option<T>, value: MaybeUndefined<U>) {
        match value {
            MaybeUndefined::Undefined => return,
            MaybeUndefined::Null => *slot = None,
            MaybeUndefined::Value(value) => *slot = Some(value.into()),
        }
        self.mark(field);
    }

    /// Edits a field that is never missing: `null` is refused.
    pub(super) fn required<T, U: Into<T>>(&mut self, field: Field, slot: &mut T, value: MaybeUndefined<U>) {
        match value {
            MaybeUndefined::Undefined => return,
            MaybeUndefined::Null => {
                let message = format!("`{}` cannot be null: leave it out to keep what is there", field.name());
                return self.problems.push(Problem::invalid(field, message));
            }
            MaybeUndefined::Value(value) => *slot = value.into(),
        }
        self.mark(field);
    }

    /// Edits a list: `null` empties it.
    pub(super) fn list<T: PartialEq>(&mut self, field: Field, slot: &mut Vec<T>, value: MaybeUndefined<Vec<T>>) {
        if let MaybeUndefined::Undefined = value {
            return;
        }
        slot.clear();
        for item in value.take().unwrap_or_default() {
            if !slot.contains(&item) {
                slot.push(item);
            }
        }
        self.mark(field);
    }

    /// Edits the list of states: a code that no state has is a problem.
    pub(super) fn states(&mut self, slot: &mut Vec<domain::CountryCode>, codes: MaybeUndefined<Vec<CountryCode>>) {
        let states = codes.map_value(|codes| {
            let states = codes.iter().map(|code| self.checked(Field::MemberStates, code.state()));
            states.collect::<Vec<_>>().into_iter().flatten().collect()
        });
        self.list(Field::MemberStates, slot, states);
    }

    /// Edits a date that is written as a text.
    pub(super) fn date(&mut self, field: Field, slot: &mut Option<PartialDate>, text: MaybeUndefined<String>) {
        self.checked_optional(field, slot, text.map_value(|text| text.parse()));
    }

    /// Edits a budget: an amount that is none is a problem.
    pub(super) fn budget(&mut self, slot: &mut Option<Money>, budget: MaybeUndefined<MoneyInput>) {
        self.checked_optional(Field::Budget, slot, budget.map_value(MoneyInput::money));
    }

    /// Edits a year: what is none is a problem.
    pub(super) fn year(&mut self, field: Field, slot: &mut Option<i16>, year: MaybeUndefined<i32>) {
        let year = year.map_value(|year| i16::try_from(year).map_err(|_| format!("{year} is not a year: write four digits")));
        self.checked_optional(field, slot, year);
    }

    /// Edits a field that may be missing, by a value that may be a problem.
    fn checked_optional<T, E: Display>(&mut self, field: Field, slot: &mut Option<T>, value: MaybeUndefined<Result<T, E>>) {
        match value {
            MaybeUndefined::Undefined => return,
            MaybeUndefined::Null => *slot = None,
            MaybeUndefined::Value(value) => match self.checked(field, value) {
                None => return,
                value => *slot = value,
            },
        }
        self.mark(field);
    }

    /// Edits the type: a label without a letter is a problem.
    pub(super) fn project_type(&mut self, slot: &mut Option<domain::ProjectType>, label: MaybeUndefined<String>) {
        match label.as_opt_ref().flatten() {
            Some(label) if slug(label).is_empty() => {
                let message = format!("“{label}” is no type: write a code (LABOUR_MIGRATION) or a label");
                self.problems.push(Problem::invalid(Field::Type, message));
            }
            _ => self.optional(Field::Type, slot, label.map_value(|label| domain::ProjectType::from_label(&label))),
        }
    }

    /// The value, or a problem of the field.
    fn checked<T, E: Display>(&mut self, field: Field, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.problems.push(Problem::invalid(field, error.to_string()))).ok()
    }

    /// Notes which fields were set by hand. What was doubtful about their old values is doubtful no more.
    pub(super) fn finish(self, curated: &mut Curated, warnings: &mut Vec<Warning>) -> Result<(), Vec<Problem>> {
        self.set.settle(warnings);
        curated.join(&self.set);
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }
}

/// Replaces the name of a record in one language; `null` takes the replacement away.
pub(super) fn rename(
    names: &mut Localized<String>,
    language: Language,
    name: MaybeUndefined<String>,
) -> Result<(), Vec<Problem>> {
    match name {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => drop(names.remove(language)),
        MaybeUndefined::Value(name) if name.trim().is_empty() => {
            return Err(vec![Problem::invalid(Field::Name, "a name is not empty: `null` goes back to the usual one")]);
        }
        MaybeUndefined::Value(name) => drop(names.insert(language, name)),
    }
    Ok(())
}
