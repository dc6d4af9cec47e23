//! From the bytes of a file to text.

use super::Unreadable;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text in a file's bytes, without its byte order mark.
///
/// A NUL here and there is damage that [`read`](super::read) warns about; a file that holds many is not text at all.
pub fn decode(bytes: &[u8]) -> Result<&str, Unreadable> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable::Utf16);
    }
    refuse_binary(bytes)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)),
        Err(error) => Err(Unreadable::NotUtf8 { offset: error.valid_up_to() }),
    }
}

/// Refuses what has more than one control code in a hundred bytes.
pub(super) fn refuse_binary(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut controls = bytes.iter().enumerate().filter(|&(_, &byte)| is_control(byte)).map(|(offset, _)| offset);
    match controls.next() {
        Some(offset) if (controls.count() + 1) * 100 > bytes.len() => Err(Unreadable::Binary { offset }),
        _ => Ok(()),
    }
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || byte == 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_without_its_byte_order_mark() {
        assert_eq!(decode("\u{feff}Géorgie".as_bytes()), Ok("Géorgie"));
        assert_eq!(decode(b""), Ok(""));
    }

    #[test]
    fn the_first_byte_that_is_no_text_is_named() {
        assert_eq!(decode(b"G\xe9orgie"), Err(Unreadable::NotUtf8 { offset: 1 }));
        assert_eq!(decode(b"\xff\xfeG\0"), Err(Unreadable::Utf16));
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(Unreadable::Binary { offset: 6 }));
    }

    #[test]
    fn a_single_nul_in_a_page_is_let_through() {
        let page = format!("{}\0{}", "word ".repeat(50), "word ".repeat(50));
        assert_eq!(decode(page.as_bytes()), Ok(page.as_str()));
    }
}
