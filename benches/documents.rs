//! How fast pages are read: `cargo bench --bench documents`. The yardstick is 20 MB a second on one core.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use fundgraph::documents::read;
use jiff::civil::{Date, date};

fn main() {
    divan::main();
}

const TODAY: Date = date(2026, 1, 31);

const MENU: &str = "-\nQui sommes nous\nQui sommes nousL'agence travaille pour tous.\nStructure\nStructure\n- Directrice générale\n-\nAgir\nAgir\n- 2030 AGENDA\n";

const PARAGRAPH: &str = "Le projet aide les communes de Géorgie et d’Arménie à accueillir celles et ceux qui rentrent, à former les jeunes au métier de leur choix et à ouvrir des ateliers ; l’équipe de Tbilissi suit chaque dossier avec le ministère de la Santé.\n";

/// A page of a project whose text has so many paragraphs.
fn project(paragraphs: usize) -> String {
    let fields = "-\nDate de fin\n2019\n-\nStatut du projet\nAchevé\n-\nType de projet\nMigration de main-d’œuvre\n-\nBudget Amount (USD)\n40000.00\n-\nCouverture\nRegional\n-\nIDF Region\nEurope\n-\nProjet ID\nLM.0000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nArménie Géorgie\n";
    format!("{MENU}Une école des métiers pour la vallée\n{fields}{}", PARAGRAPH.repeat(paragraphs))
}

/// A page of a news item whose text has so many paragraphs.
fn news(paragraphs: usize) -> String {
    let contact = "Pour plus d’informations, veuillez contacter Nino Beridze, OIM Tbilissi, Tél : +995 32 200 00 00, Email : nino@iom.int";
    format!("{MENU}La vallée ouvre une école\nTbilissi - {}{contact}\n", PARAGRAPH.repeat(paragraphs))
}

fn measure(bencher: Bencher<'_, '_>, page: String) {
    bencher.counter(BytesCount::of_str(&page)).bench(|| read(black_box(&page), TODAY));
}

#[divan::bench(args = [8, 4000])]
fn projects(bencher: Bencher<'_, '_>, paragraphs: usize) {
    measure(bencher, project(paragraphs));
}

#[divan::bench(args = [8, 4000])]
fn news_items(bencher: Bencher<'_, '_>, paragraphs: usize) {
    measure(bencher, news(paragraphs));
}

/// Documents that make a careless reader slow: each ten million bytes.
#[divan::bench(sample_count = 3, args = ["-\n", "x", "  • Date de fin\n", "+1 ", "For more information ", "Guinea ", "« ", "@.", "é\u{301}", "e\u{301}", "le e\u{301}tat "])]
fn hostile(bencher: Bencher<'_, '_>, piece: &str) {
    measure(bencher, format!("News\nGlobal\nA title\n{}", piece.repeat(10_000_000 / piece.len())));
}
