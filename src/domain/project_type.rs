//! The kinds of project: an open list of codes with labels in three languages.
//!
//! A new kind needs no more than a row in the table below. Until it has one, its label makes a code of its own.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Language, slug};

/// A kind of project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectType {
    /// `LABOUR_MIGRATION`; for a kind that the table does not know, a code made from the label.
    pub code: String,
    /// The label as a document or a writer gave it.
    pub printed: String,
}

/// A row of the table: a kind that the Fund is known to use.
struct Kind {
    code: &'static str,
    /// How the codes of projects of this kind begin: `LM` in `LM.0024`.
    prefix: &'static str,
    /// French, English, Spanish.
    labels: [&'static str; 3],
    /// Other labels that the pages print for it.
    variants: &'static [&'static str],
}

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { code: "COMMUNITY_AND_ECONOMIC_DEVELOPMENT", prefix: "CE",
        labels: ["Développement communautaire et économique", "Community and Economic Development", "Desarrollo económico y comunitario"],
        variants: &["Développement économique et communautaire", "Economic and Community Development", "Desarrollo comunitario y económico"] },
    Kind { code: "COMMUNITY_DEVELOPMENT", prefix: "CD",
        labels: ["Développement communautaire", "Community Development", "Desarrollo comunitario"],
        variants: &[] },
    Kind { code: "COUNTER_TRAFFICKING", prefix: "CT",
        labels: ["Lutte contre la traite", "Counter Trafficking Projects", "Lucha contra la trata de personas"],
        variants: &["Counter Trafficking", "Counter-Trafficking Projects", "Lutte contre la traite des personnes", "Lucha contra la trata"] },
    Kind { code: "DISASTER_RISK_REDUCTION", prefix: "DR",
        labels: ["Réduction des risques de catastrophe", "Disaster Risk Reduction", "Reducción del riesgo de desastres"],
        variants: &["Réduction des risques de catastrophes", "Reducción de riesgos de desastres"] },
    Kind { code: "DURABLE_SOLUTIONS", prefix: "DS",
        labels: ["Solutions durables / Résolutions progressives des situations de déplacement (PRDS)",
            "Durable Solutions / Progressive Resolution of Displacement Situations (PRDS)",
            "Soluciones duraderas / Resolución progresiva de las situaciones de desplazamiento (PRDS)"],
        variants: &["Solutions durables", "Durable Solutions", "Soluciones duraderas"] },
    Kind { code: "EMERGENCY_RESPONSE", prefix: "DP",
        labels: ["Intervention d’urgence et assistance aux populations déplacées",
            "Emergency Response and Assistance to Displaced Populations",
            "Respuesta de emergencia y asistencia a las poblaciones desplazadas"],
        variants: &["Emergency Response"] },
    Kind { code: "ENVIRONMENT_AND_CLIMATE_CHANGE", prefix: "NC",
        labels: ["Migration, environnement et changement climatique", "Migration, Environment and Climate Change",
            "Migración, medio ambiente y cambio climático"],
        variants: &["Environnement et changement climatique", "Environment and Climate Change", "Medio ambiente y cambio climático"] },
    Kind { code: "FACILITATED_MIGRATION", prefix: "FM",
        labels: ["Services de migration assistée", "Facilitated Migration Services", "Servicios de migración facilitada"],
        variants: &["Facilitated Migration", "Migration assistée", "Migración facilitada"] },
    Kind { code: "IMMIGRATION_AND_BORDERS", prefix: "IB",
        labels: ["Immigration et frontières", "Immigration and Borders", "Inmigración y fronteras"],
        variants: &["Immigration and Border Management", "Gestion de l’immigration et des frontières", "Gestión de la inmigración y las fronteras"] },
    Kind { code: "INTEGRATION_AND_SOCIAL_COHESION", prefix: "IS",
        labels: ["Intégration et cohésion sociale", "Integration and Social Cohesion", "Integración y cohesión social"],
        variants: &[] },
    Kind { code: "KNOWLEDGE_AND_RESOURCE_TRANSFER", prefix: "TK",
        labels: ["Transfert des connaissances et des ressources des migrants", "Transfer of migrant knowledge and resources",
            "Transferencia de conocimientos y recursos de los migrantes"],
        variants: &["Transfert de connaissances et de ressources des migrants"] },
    Kind { code: "LABOUR_MIGRATION", prefix: "LM",
        labels: ["Migration de main-d’œuvre", "Labour Migration", "Migración laboral"],
        variants: &["Labor Migration", "Migrations de main-d’œuvre", "Migración por motivos de trabajo"] },
    Kind { code: "MIGRATION_HEALTH", prefix: "MA",
        labels: ["Promotion de la santé et assistance sanitaire aux migrants", "Health Promotion and Assist for Migrants",
            "Promoción de la salud y asistencia a los inmigrantes"],
        variants: &["Health Promotion and Assistance for Migrants", "Promoción de la salud y asistencia a los migrantes",
            "Promoción de la salud y asistencia sanitaria a los migrantes", "Migration Health", "Migration et santé"] },
    Kind { code: "MIGRATION_MANAGEMENT_SUPPORT", prefix: "MS",
        labels: ["Appui à la gestion des migrations", "Migration Management Support", "Apoyo a la gestión de la migración"],
        variants: &["Support to Migration Management"] },
    Kind { code: "MIGRATION_POLICY", prefix: "PO",
        labels: ["Activités de politique migratoire", "Migration Policy Activities", "Actividades en materia de políticas migratorias"],
        variants: &["Migration Policy", "Actividades de política migratoria", "Actividades sobre políticas migratorias"] },
    Kind { code: "MIGRATION_RESEARCH_AND_PUBLICATION", prefix: "PR",
        labels: ["Recherche et publications en matière migratoire", "Migration Research and Publication",
            "Investigación y publicaciones sobre migración"],
        variants: &["Migration Research and Publications", "Recherche et publications sur la migration"] },
    Kind { code: "PROTECTION_AND_ASSISTANCE", prefix: "PX",
        labels: ["Protection et assistance aux migrants vulnérables", "Protection and Assistance to Vulnerable Migrants",
            "Protección y asistencia a migrantes vulnerables"],
        variants: &["Protection et assistance à l’intention des migrants vulnérables", "Protección y asistencia a los migrantes vulnerables"] },
    Kind { code: "RETURN_AND_REINTEGRATION", prefix: "RR",
        labels: ["Aide au retour et à la réintégration à l’intention des migrants et des gouvernements",
            "Return and Reintegration Assistance for Migrants and Governments",
            "Asistencia para el retorno y la reintegración de migrantes y gobiernos"],
        variants: &["Return and Reintegration Assistance to Migrants and Governments"] },
    Kind { code: "RETURN_ASSISTANCE", prefix: "RT",
        labels: ["Aide au retour à l’intention des migrants et des gouvernements", "Return Assist to Migrants and Government",
            "Asistencia para el retorno de migrantes y gobiernos"],
        variants: &["Return Assistance to Migrants and Governments", "Return Assistance for Migrants and Governments"] },
    Kind { code: "TCMMCB", prefix: "TC",
        // The French and English pages print the abbreviation.
        labels: ["TCMMCB", "TCMMCB", "Cooperación técnica en gestión de la migración y creación de capacidades"],
        variants: &["Coopération technique en matière de gestion des migrations et de renforcement des capacités",
            "Technical Cooperation on Migration Management and Capacity-building",
            "Technical Cooperation on Migration Management and Capacity Building (TCMMCB)"] },
];

/// How many letters of a label that the page cut short still name one kind.
const SHORTEST_CUT: usize = 20;

static BY_LABEL: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut by_label = HashMap::new();
    for (row, kind) in KINDS.iter().enumerate() {
        for label in kind.labels.iter().chain(kind.variants).chain([&kind.code]) {
            by_label.insert(slug(label), row);
        }
    }
    by_label
});

impl ProjectType {
    /// The kind that a printed label or a code means; a kind of its own where the table knows none.
    ///
    /// Accents, apostrophes and case do not matter, and a label that the page cut short is still known if no other kind
    /// begins like it.
    pub fn from_label(label: &str) -> Self {
        let printed = label.trim().to_owned();
        let code = match row_of(&printed) {
            Some(row) => KINDS[row].code.to_owned(),
            None => slug(&printed).replace('-', "_").to_uppercase(),
        };
        ProjectType { code, printed }
    }

    /// The kind that the first letters of a project's code stand for: `LM.0024` is about labour migration. A hint, no more:
    /// older projects have codes of another shape.
    pub fn hinted_by(project_code: &str) -> Option<Self> {
        let (prefix, _) = project_code.split_once('.')?;
        let kind = KINDS.iter().find(|kind| kind.prefix == prefix)?;
        Some(ProjectType { code: kind.code.to_owned(), printed: kind.labels[Language::Fr as usize].to_owned() })
    }

    /// Whether the table knows the kind.
    pub fn known(&self) -> bool {
        self.kind().is_some()
    }

    /// The label in a language: the table's, else as printed.
    pub fn label(&self, language: Language) -> &str {
        self.kind().map_or(&self.printed, |kind| kind.labels[language as usize])
    }

    fn kind(&self) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.code == self.code)
    }
}

fn row_of(label: &str) -> Option<usize> {
    let folded = slug(label);
    if let Some(&row) = BY_LABEL.get(&folded) {
        return Some(row);
    }
    if folded.len() < SHORTEST_CUT {
        return None;
    }
    let mut rows = BY_LABEL.iter().filter(|(known, _)| known.starts_with(&folded)).map(|(_, &row)| row);
    let first = rows.next()?;
    rows.all(|row| row == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_is_known_by_its_label_in_each_language_and_by_its_code() {
        for label in [
            "Labour Migration",
            "Migration de main-d’œuvre",
            "migration de main-d'oeuvre",
            "Migración laboral",
            "LABOUR_MIGRATION",
        ] {
            assert_eq!(ProjectType::from_label(label).code, "LABOUR_MIGRATION", "{label}");
        }
        let kind = ProjectType::from_label("Labour Migration");
        assert_eq!(Language::ALL.map(|language| kind.label(language)), KINDS[11].labels);
        assert_eq!(kind.printed, "Labour Migration");
    }

    #[test]
    fn a_label_cut_short_is_known_where_only_one_kind_begins_so() {
        let cut = ProjectType::from_label("Cooperación técnica en gestión de la migración y creación de capac");
        assert_eq!(cut.code, "TCMMCB");
        assert!(!ProjectType::from_label("Développ").known());
        assert!(!ProjectType::from_label("Aide au retour").known(), "two kinds begin so");
    }

    #[test]
    fn a_kind_within_another_kinds_label_is_a_kind_of_its_own() {
        assert_eq!(ProjectType::from_label("Community Development").code, "COMMUNITY_DEVELOPMENT");
        assert_eq!(ProjectType::from_label("Développement communautaire").code, "COMMUNITY_DEVELOPMENT");
    }

    #[test]
    fn a_new_label_makes_its_own_code() {
        let kind = ProjectType::from_label(" Mobilité humaine & océans ");
        assert_eq!((kind.code.as_str(), kind.known()), ("MOBILITE_HUMAINE_OCEANS", false));
        assert_eq!(kind.label(Language::Es), "Mobilité humaine & océans");
    }

    #[test]
    fn the_code_of_a_project_hints_at_its_kind() {
        assert_eq!(ProjectType::hinted_by("LM.0024").map(|kind| kind.code).as_deref(), Some("LABOUR_MIGRATION"));
        assert_eq!(ProjectType::hinted_by("L20-805"), None);
        assert_eq!(ProjectType::hinted_by("ZZ.0001"), None);
    }

    #[test]
    fn no_two_rows_share_a_label_a_code_or_a_prefix() {
        let labels: usize = KINDS
            .iter()
            .map(|kind| {
                let mut own: Vec<_> =
                    kind.labels.iter().chain(kind.variants).chain([&kind.code]).map(|label| slug(label)).collect();
                own.sort();
                own.dedup();
                own.len()
            })
            .sum();
        assert_eq!(BY_LABEL.len(), labels);
        let mut prefixes: Vec<_> = KINDS.iter().map(|kind| kind.prefix).collect();
        prefixes.sort();
        prefixes.dedup();
        assert_eq!(prefixes.len(), KINDS.len());
    }
}
