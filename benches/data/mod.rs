//! Records that are made up, the same each time: two projects to one news item, each in one of three languages with a text of
//! 1.2 KB, their words and states skewed as those of real pages are.

use std::sync::LazyLock;

use fundgraph::domain::{
    CountryCode, Coverage, Language, Localized, MemberState, Money, NewsItem, NewsText, PartialDate, Project, ProjectStatus,
    ProjectText, ProjectType, Record, Region, RegionCode,
};
use rust_decimal::Decimal;

/// Words that say nothing by themselves: four of ten words of a text.
const COMMON: [[&str; 8]; 3] = [
    ["de", "la", "les", "des", "dans", "pour", "et", "l’"],
    ["of", "the", "and", "to", "in", "for", "with", "their"],
    ["de", "la", "los", "las", "en", "para", "y", "del"],
];
/// Endings that the stemmers know, and the syllables before them.
const ENDINGS: [[&str; 4]; 3] =
    [["ation", "er", "ement", "ités"], ["ing", "ed", "ness", "ies"], ["ación", "ar", "amiento", "idades"]];
const SYLLABLES: [&str; 20] = [
    "mi", "gra", "ré", "in", "té", "ca", "for", "so", "na", "lo", "ver", "du", "pla", "con", "ba", "per", "tra", "vi", "mu",
    "se",
];
/// How many words each language has, and how many bytes a text.
const VOCABULARY: u64 = 60_000;
pub const TEXT: usize = 1_200;

/// The words of each language, the most common first.
pub static WORDS: LazyLock<[Vec<String>; 3]> =
    LazyLock::new(|| Language::ALL.map(|language| (0..VOCABULARY).map(|rank| word(rank, language)).collect()));

/// The states that the Fund's regions have, in an order that has nothing to do with their codes.
static STATES: LazyLock<Vec<CountryCode>> = LazyLock::new(|| {
    let mut states: Vec<CountryCode> = CountryCode::all().filter(|code| code.region().is_some()).collect();
    states
        .sort_by_key(|code| Dice(u64::from(code.as_str().as_bytes()[0]) << 8 | u64::from(code.as_str().as_bytes()[1])).throw());
    states
});

/// Numbers that look thrown, the same each time (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> usize {
        (self.throw() % bound) as usize
    }

    /// A rank below a bound: the first are by far the most common.
    pub fn rank(&mut self, bound: u64) -> usize {
        let even = (self.throw() >> 11) as f64 / (1_u64 << 53) as f64;
        (bound as f64).powf(even) as usize - 1
    }
}

/// The word of a rank.
pub fn word(rank: u64, language: Language) -> String {
    let mut dice = Dice(rank * 3 + language as u64);
    let syllables: String = (0..2 + dice.below(2)).map(|_| SYLLABLES[dice.below(20)]).collect();
    format!("{syllables}{}", ENDINGS[language as usize][dice.below(4)])
}

pub fn text(dice: &mut Dice, language: Language, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 40);
    while text.len() < bytes {
        if dice.below(10) < 4 {
            text.push_str(COMMON[language as usize][dice.below(8)]);
        } else {
            text.push_str(&WORDS[language as usize][dice.rank(VOCABULARY)]);
        }
        text.push_str(if dice.below(12) == 0 { ", " } else { " " });
    }
    text
}

/// The regions and states that the others name.
pub fn places() -> impl Iterator<Item = Record> {
    let regions = RegionCode::ALL.into_iter().map(|code| Record::from(Region::new(code)));
    regions.chain(STATES.iter().map(|code| Record::from(MemberState { region: code.region(), ..MemberState::new(*code) })))
}

/// The state of a rank: the first are by far the most common.
pub fn state(rank: usize) -> CountryCode {
    STATES[rank]
}

fn states(dice: &mut Dice) -> Vec<CountryCode> {
    let count = if dice.below(5) == 0 { 2 + dice.below(4) } else { 1 };
    let mut states: Vec<CountryCode> = Vec::new();
    for _ in 0..count {
        let state = state(dice.rank(STATES.len() as u64));
        if !states.contains(&state) {
            states.push(state);
        }
    }
    states
}

/// The project of a number; another edition has other values.
pub fn project(number: u64, edition: u64) -> Record {
    let mut dice = Dice(number << 8 | edition);
    let language = [Language::Fr, Language::Fr, Language::En, Language::Es][dice.below(4)];
    let title = text(&mut dice, language, 60);
    let description = Some(text(&mut dice, language, TEXT));
    let member_states = states(&mut dice);
    let year = 2001 + dice.below(25) as i16;
    let types =
        ["LABOUR_MIGRATION", "COUNTER_TRAFFICKING", "RETURN_AND_REINTEGRATION", "BORDER_MANAGEMENT", "MIGRATION_HEALTH"];
    let kind = types[dice.rank(types.len() as u64)];
    Record::from(Project {
        texts: Localized::one(language, ProjectText { title, description }),
        status: Some(if dice.below(4) == 0 { ProjectStatus::Active } else { ProjectStatus::Completed }),
        project_type: Some(ProjectType { code: kind.to_owned(), printed: kind.to_owned() }),
        coverage: Some(if member_states.len() == 1 { Coverage::National } else { Coverage::Regional }),
        region: member_states[0].region(),
        budget: (dice.below(20) > 0).then(|| Money::usd(Decimal::new(1_000_000 + dice.below(30_000_000) as i64, 2))),
        year: Some(year),
        start_date: PartialDate::new(year, Some(1 + dice.below(12) as u8), Some(1 + dice.below(28) as u8)),
        end_date: PartialDate::new(year + 1 + dice.below(3) as i16, Some(1 + dice.below(12) as u8), None),
        member_states,
        ..Project::new(format!("RR.{number:07}"))
    })
}

/// The news item of a number.
pub fn news_item(number: u64) -> Record {
    let mut dice = Dice(number << 8 | 255);
    let language = [Language::Fr, Language::Fr, Language::En, Language::Es][dice.below(4)];
    let (title, body) = (text(&mut dice, language, 60), text(&mut dice, language, TEXT));
    let published_on =
        PartialDate::new(2001 + dice.below(25) as i16, Some(1 + dice.below(12) as u8), Some(1 + dice.below(28) as u8));
    let texts = Localized::one(language, NewsText { title, body });
    Record::from(NewsItem {
        texts,
        published_on,
        member_states: states(&mut dice),
        ..NewsItem::new(format!("nouvelle-{number:07}"))
    })
}

/// How long this thread has been at work, in nanoseconds of a processor, where the system says.
pub fn busy() -> u64 {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    times.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or_default()
}

/// How long the threads of this process have been at work, those that have ended too, in nanoseconds of a processor.
pub fn all_busy() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the program's name come one letter, and numbers of which the 11th and the 12th are hundredths of seconds at work.
    let numbers = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    numbers.filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10_000_000
}

/// The bytes that the process holds in memory, where the system says.
pub fn resident() -> Option<usize> {
    let pages: usize = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

/// The most bytes that the process ever held in memory, where the system says.
pub fn most_resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(most.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
}
