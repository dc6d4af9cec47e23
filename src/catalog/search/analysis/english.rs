//! What English words there are that say nothing by themselves.

/// Articles, prepositions, pronouns, conjunctions, forms of be, have and do; folded. What is contracted is cut at its apostrophe.
pub(super) const STOP_WORDS: &[&str] = &[
    "about", "also", "am", "an", "and", "any", "are", "aren", "as", "at", "be", "because", "been", "being", "both", "but",
    "by", "can", "could", "couldn", "did", "didn", "do", "does", "doesn", "doing", "don", "during", "each", "for", "from",
    "had", "hadn", "has", "hasn", "have", "haven", "having", "he", "her", "hers", "him", "his", "how", "if", "in", "into",
    "is", "isn", "it", "its", "ll", "me", "my", "nor", "not", "of", "on", "or", "our", "ours", "re", "she", "should", "so",
    "some", "such", "than", "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "this", "those",
    "through", "to", "too", "until", "us", "ve", "very", "was", "wasn", "we", "were", "weren", "what", "when", "where",
    "which", "while", "who", "whom", "whose", "why", "will", "with", "won", "would", "wouldn", "you", "your", "yours",
];
