//! Slips, the plain way.

/// Whether one slip makes one word of the other, told by trying every slip.
pub(in crate::catalog::search) fn one_slip(word: &str, other: &str) -> bool {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let left_out = |long: &[char], short: &[char]| (0..long.len()).any(|at| [&long[..at], &long[at + 1..]].concat() == short);
    let changed = word.len() == other.len() && word.iter().zip(&other).filter(|(one, two)| one != two).count() == 1;
    let swapped = (1..word.len()).any(|at| {
        let mut swapped = word.clone();
        swapped.swap(at - 1, at);
        swapped == other
    });
    word != other && (left_out(&word, &other) || left_out(&other, &word) || changed || swapped)
}
