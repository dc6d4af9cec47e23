//! Texts and numbers as JSON writes them, byte for byte as serde_json does.

use std::fmt::Write;

use rust_decimal::Decimal;

/// How many bytes are looked at at once.
const WORD: usize = size_of::<u64>();
const ONES: u64 = u64::from_le_bytes([1; WORD]);
const HIGHS: u64 = ONES << 7;

/// Writes a text between quotes.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = special(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        escape(rest.as_bytes()[at], out);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Writes a whole number.
pub(in crate::graphql) fn number(number: u64, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] += (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[start..].iter().copied().map(char::from));
}

/// Writes an exact number between quotes.
pub(super) fn decimal(value: Decimal, out: &mut String) {
    out.push('"');
    let (digits, scale) = (value.mantissa(), value.scale() as usize);
    match u64::try_from(digits) {
        Ok(digits) => {
            let start = out.len();
            number(digits, out);
            // As many digits stand behind the point, and one before it.
            let missing = (scale + 1).saturating_sub(out.len() - start);
            out.insert_str(start, &ZEROS[..missing]);
            if scale > 0 {
                out.insert(out.len() - scale, '.');
            }
        }
        // Amounts are neither negative nor that large: what is, is printed.
        Err(_) => {
            let _ = write!(out, "{value}");
        }
    }
    out.push('"');
}

/// As many as a number has decimals at most, and one more.
const ZEROS: &str = "00000000000000000000000000000";

/// Where the first byte stands that JSON does not take as it is.
fn special(bytes: &[u8]) -> Option<usize> {
    let is_special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
    let (words, _) = bytes.as_chunks::<WORD>();
    let plain = words.iter().take_while(|word| is_plain(u64::from_le_bytes(**word))).count() * WORD;
    bytes[plain..].iter().position(is_special).map(|at| plain + at)
}

/// Whether JSON takes all bytes of a word as they are. A byte is below another where subtracting borrows from its high bit.
fn is_plain(word: u64) -> bool {
    let below = |word: u64, byte: u8| word.wrapping_sub(ONES * u64::from(byte)) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & HIGHS == 0
}

fn escape(byte: u8, out: &mut String) {
    let short = match byte {
        b'"' => '"',
        b'\\' => '\\',
        0x08 => 'b',
        0x0c => 'f',
        b'\n' => 'n',
        b'\r' => 'r',
        b'\t' => 't',
        other => {
            out.push_str("\\u00");
            return out.extend([other >> 4, other & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
        }
    };
    out.extend(['\\', short]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_written_as_serde_json_writes_them(text in r#"([\x00-\x7fé€😀]|["\\\n])*"#) {
            let mut out = String::new();
            quoted(&text, &mut out);
            prop_assert_eq!(out, serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn exact_numbers_are_written_as_they_print(digits in -(1_i64 << 40)..1 << 62, shift in 0..62_u32, scale in 0..=28_u32) {
            let value = Decimal::new(digits >> shift, scale);
            let mut out = String::new();
            decimal(value, &mut out);
            prop_assert_eq!(out, format!("\"{value}\""));
        }

        #[test]
        fn numbers_are_written_as_they_print(value: u64, shift in 0..64_u32) {
            let mut out = String::new();
            number(value >> shift, &mut out);
            prop_assert_eq!(out, (value >> shift).to_string());
        }
    }
}
