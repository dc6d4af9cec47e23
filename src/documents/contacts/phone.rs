//! Telephone numbers in E.164.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// The lengths of national numbers by calling code.
static CALLING_CODES: LazyLock<HashMap<&'static str, RangeInclusive<usize>>> = LazyLock::new(|| {
    let rows = include_str!("calling_codes.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| {
        let (code, lengths) = row.split_once('\t').expect("each row of calling_codes.tsv has two columns");
        let (least, most) = lengths.split_once('-').unwrap_or((lengths, lengths));
        let length = |text: &str| text.parse().expect("the lengths of calling_codes.tsv are numbers");
        (code, length(least)..=length(most))
    })
    .collect()
});

/// Calling codes where a zero belongs to the national number.
const KEEP_ZERO: [&str; 6] = ["39", "225", "229", "241", "242", "378"];

/// The number in E.164 (`+995322252216`) where its length fits the plan of its country, else as printed.
///
/// A number printed with a second one in short (`+967 1 410 568 / 572`) fits no plan and stays as printed.
pub fn e164(printed: &str) -> String {
    international(printed).unwrap_or_else(|| printed.trim().to_owned())
}

fn international(printed: &str) -> Option<String> {
    let digits: String = printed.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let digits = if printed.trim_start().starts_with('+') { digits.as_str() } else { digits.strip_prefix("00")? };
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let lengths = CALLING_CODES.get(code)?;
        let national = match national.strip_prefix('0') {
            Some(without) if !KEEP_ZERO.contains(&code) => without,
            _ => national,
        };
        lengths.contains(&national.len()).then(|| format!("+{code}{national}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_shape_comes_out_alike() {
        for (printed, number) in [
            ("+995 32 225 22 16", "+995322252216"),
            ("+202-27365140", "+20227365140"),
            ("+(202) 2736 5140", "+20227365140"),
            ("+357 22 364084", "+35722364084"),
            ("+32 2287 7116", "+3222877116"),
            ("+98-21-22048886", "+982122048886"),
            ("+41 79 403 5526", "+41794035526"),
            ("+41.22.717 92 71", "+41227179271"),
            ("+66.2 343 93 00", "+6623439300"),
            ("00 967 73 49 88 582", "+967734988582"),
            ("+44 (0)20 7811 6000", "+442078116000"),
            ("+39 06 4416 091", "+39064416091"),
            ("+229 01 95 12 34 56", "+2290195123456"),
        ] {
            assert_eq!(e164(printed), number, "{printed}");
        }
    }

    #[test]
    fn what_fits_no_plan_stays_as_printed() {
        for printed in ["+593 2-22-53-948/49", "+967 1 410 568 / 572", "022 717 91 11", "+999 123 456 789", "+1 202", "8840"] {
            assert_eq!(e164(printed), printed);
        }
    }

    #[test]
    fn no_calling_code_begins_like_another() {
        for code in CALLING_CODES.keys() {
            assert!((1..code.len()).all(|length| !CALLING_CODES.contains_key(&code[..length])), "{code}");
        }
    }
}
