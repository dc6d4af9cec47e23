//! The API's own scalars.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::str::FromStr;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::Timestamp;
use smol_str::SmolStr;

use crate::domain::{self, UnknownCountry};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

/// An exact decimal number, written as a string: `"40000.00"`. Whole numbers may be given without quotes.
#[Scalar]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        exact(&value).map(Decimal).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The number that a value writes exactly.
fn exact(value: &Value) -> Result<rust_decimal::Decimal, String> {
    let number = match value {
        // A separator of digits is no part of a number that other programs read.
        Value::String(text) if !text.contains('_') => rust_decimal::Decimal::from_str_exact(text).ok(),
        Value::Number(number) if !number.is_f64() => rust_decimal::Decimal::from_str(&number.to_string()).ok(),
        _ => None,
    };
    number.ok_or_else(|| format!("{value} is not an exact decimal number: write it as a string, \"40000.00\""))
}

/// A scalar that says what is wrong with a value.
pub(super) trait Readable: InputType {
    fn read(value: &Value) -> Result<Self, String>;
}

impl Readable for Decimal {
    fn read(value: &Value) -> Result<Self, String> {
        exact(value).map(Decimal)
    }
}

impl Readable for DateTime {
    fn read(value: &Value) -> Result<Self, String> {
        moment(value).map(DateTime)
    }
}

/// A scalar as a mutation was sent it, right or wrong: what is none is an error of the payload, at the field's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent<T>(Value, PhantomData<T>);

impl<T: Readable> Sent<T> {
    /// The value, or what is wrong with it.
    pub(super) fn read(&self) -> Result<T, String> {
        T::read(&self.0)
    }
}

impl From<rust_decimal::Decimal> for Sent<Decimal> {
    fn from(number: rust_decimal::Decimal) -> Self {
        Sent(Value::String(number.to_string()), PhantomData)
    }
}

impl<T: InputType> InputType for Sent<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Sent(value.unwrap_or_default(), PhantomData))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub Timestamp);

/// A moment in UTC as RFC 3339 writes it: `2026-05-31T12:00:00Z`.
#[Scalar]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        moment(&value).map(DateTime).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// The moment that a value writes.
fn moment(value: &Value) -> Result<Timestamp, String> {
    let moment = match value {
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    moment.ok_or_else(|| format!("{value} is not a moment of RFC 3339: write 2026-05-31T12:00:00Z"))
}

// A code that no state has is let in, so that each place can say what it makes of it: a query finds nothing, a mutation names
// the field at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryCode(pub SmolStr);

/// A state by ISO 3166-1. Answers are alpha-2 codes in capitals (`GE`); alpha-2 and alpha-3 codes in any case are taken.
#[Scalar]
impl ScalarType for CountryCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(CountryCode(text.into())),
            other => Ok(CountryCode(other.to_string().into())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

impl From<domain::CountryCode> for CountryCode {
    fn from(code: domain::CountryCode) -> Self {
        CountryCode(SmolStr::new(code.as_str()))
    }
}

impl CountryCode {
    /// The state behind the code.
    pub(super) fn state(&self) -> Result<domain::CountryCode, UnknownCountry> {
        self.0.parse()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// A place in a list. Opaque: take it from `edges.cursor` or `pageInfo`, and give it back as `after` or `before` of the same
/// list.
#[Scalar]
impl ScalarType for Cursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => Ok(Cursor(text)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
