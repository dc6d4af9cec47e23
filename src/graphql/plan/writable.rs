//! How values become JSON.

use std::fmt::Write;

use async_graphql::resolver_utils::EnumType;
use async_graphql::{Error, ID};

use super::text::{decimal, number, quoted};
use super::walk::At;
use crate::catalog::ReasonKind;
use crate::domain::{Coverage, Language, NodeKind, ProjectStatus, RegionCode};
use crate::graphql::scalars::{CountryCode, Cursor, DateTime, Decimal};
use crate::graphql::source::DatePrecision;
use crate::store::Action;

/// A resolver refused, and the library shall say what it has against the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graphql) struct Refused;

pub(in crate::graphql) type Written = Result<(), Refused>;

/// What a field may answer.
pub(in crate::graphql) trait Writable {
    /// Writes the value as the field where it stands asks for it.
    fn write(&self, at: &At<'_>, out: &mut String) -> Written;
}

impl<T: Writable + ?Sized> Writable for &T {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        (**self).write(at, out)
    }
}

impl<T: Writable> Writable for Option<T> {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        match self {
            Some(value) => value.write(at, out),
            None => {
                out.push_str("null");
                Ok(())
            }
        }
    }
}

impl<T: Writable> Writable for Result<T, Error> {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        self.as_ref().map_err(|_| Refused)?.write(at, out)
    }
}

impl<T: Writable> Writable for [T] {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        out.push('[');
        for (number, value) in self.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            value.write(at, out)?;
        }
        out.push(']');
        Ok(())
    }
}

impl<T: Writable> Writable for Vec<T> {
    fn write(&self, at: &At<'_>, out: &mut String) -> Written {
        self.as_slice().write(at, out)
    }
}

/// Values that say by themselves how they are written.
macro_rules! leaves {
    ($($leaf:ty: |$value:pat_param, $out:ident| $write:expr;)+) => {
        $(impl Writable for $leaf {
            fn write(&self, _: &At<'_>, $out: &mut String) -> Written {
                let $value = self;
                $write;
                Ok(())
            }
        })+
    };
}

leaves! {
    str: |text, out| quoted(text, out);
    String: |text, out| quoted(text, out);
    ID: |id, out| quoted(id, out);
    Cursor: |cursor, out| quoted(&cursor.0, out);
    CountryCode: |code, out| quoted(&code.0, out);
    DateTime: |moment, out| print(&moment.0, out);
    Decimal: |amount, out| decimal(amount.0, out);
    bool: |truth, out| out.push_str(if *truth { "true" } else { "false" });
    u8: |value, out| number(u64::from(*value), out);
    u64: |value, out| number(*value, out);
    usize: |value, out| number(*value as u64, out);
    i16: |value, out| {
        if *value < 0 {
            out.push('-');
        }
        number(u64::from(value.unsigned_abs()), out)
    };
    f64: |value, out| float(*value, out);
    f32: |value, out| float(f64::from(*value), out);
    serde_json::Value: |value, out| print_plain(value, out);
}

macro_rules! enums {
    ($($name:ty),+ $(,)?) => {
        $(impl Writable for $name {
            fn write(&self, _: &At<'_>, out: &mut String) -> Written {
                let item = <$name>::items().iter().find(|item| item.value == *self).ok_or(Refused)?;
                out.push('"');
                out.push_str(item.name);
                out.push('"');
                Ok(())
            }
        })+
    };
}

enums!(Language, ProjectStatus, Coverage, RegionCode, NodeKind, ReasonKind, DatePrecision, Action);

/// Prints what has no letter that JSON escapes.
fn print(value: &impl std::fmt::Display, out: &mut String) {
    out.push('"');
    print_plain(value, out);
    out.push('"');
}

fn print_plain(value: &impl std::fmt::Display, out: &mut String) {
    // A string takes all that is written to it.
    let _ = write!(out, "{value}");
}

/// Writes a number as the library does: what JSON cannot write is null.
fn float(value: f64, out: &mut String) {
    match serde_json::Number::from_f64(value) {
        Some(number) => print_plain(&number, out),
        None => out.push_str("null"),
    }
}
