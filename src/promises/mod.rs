//! What users are promised by a support level or a release stage, and what changes for them between two.
//!
//! Knows the words of `policy/levels.yaml`, which names the page behind each of them; knows no connector, no rule and
//! no output. A word of a metadata file that is no level or stage is the caller's to report.

mod difference;
mod stability;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

pub use difference::{Difference, DifferenceRow, NOTHING_PROMISED, difference};
pub use stability::Stability;
pub use words::{ReleaseStage, SupportLevel};

static BUILT_IN: LazyLock<Promises> = LazyLock::new(|| {
    Promises::parse(include_str!("../../policy/levels.yaml")).expect("a test parses the built-in file")
});

/// The promises of all support levels and release stages, and the pages that they come from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Promises {
    sources: BTreeMap<String, Source>,
    support_levels: SupportLevels,
    release_stages: ReleaseStages,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SupportLevels {
    about: Statement,
    certified: Promise,
    community: Promise,
    custom: Promise,
    archived: Promise,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ReleaseStages {
    about: Statement,
    alpha: Promise,
    beta: Promise,
    generally_available: Promise,
    custom: Promise,
    deprecated: Promise,
}

/// A public page, or a state of one, that promises are cited from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// What the page is, in a few words.
    pub title: String,
    /// Where people read it.
    pub url: String,
    /// The public change that brought or ended this state of the page.
    pub record: Option<String>,
    /// The first day on which it held; `None` when it is not known.
    pub from: Option<Date>,
    /// The day on which it was replaced; `None` while it holds.
    pub until: Option<Date>,
}

/// A sentence and the page that it is drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// A full sentence.
    pub text: String,
    /// An id for [`Promises::source`].
    pub source: String,
}

/// What users of a connector at one support level or release stage may rely on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Promise {
    /// The name shown today.
    pub name: String,
    /// How a metadata file says it.
    pub metadata: MetadataValue,
    /// Its names over time, oldest first.
    pub names: Vec<PeriodName>,
    /// How much users may rely on it staying as it is.
    pub stability: Stability,
    /// One sentence for people.
    pub sentence: String,
    /// The nine rows of facts.
    pub rows: Rows,
    /// The footnotes by their marks.
    #[serde(default)]
    pub footnotes: BTreeMap<String, Footnote>,
    /// What else a user should know.
    pub notes: Vec<Note>,
}

/// How a level or stage is written in a metadata file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetadataValue {
    /// The key under `data`.
    pub field: String,
    /// The word that stands there.
    pub value: String,
    /// Whether the metadata schema accepts the word for that key.
    pub accepted: bool,
    /// What is special about the word.
    pub note: Option<Statement>,
}

/// A name and the days between which it was in use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PeriodName {
    /// The name.
    pub name: String,
    /// The first day; `None` when it is not known.
    pub from: Option<Date>,
    /// The day on which another name took over, or on which the page was withdrawn; `None` while it is in use.
    pub until: Option<Date>,
    /// An id for [`Promises::source`].
    pub source: String,
}

/// The facts that every level and stage speaks of, in the order in which people see them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rows {
    /// Who can use it.
    pub availability: Cell,
    /// Who writes it.
    pub builders: Cell,
    /// Who keeps it working.
    pub maintainers: Cell,
    /// Whether it is fit for production.
    pub production_readiness: Cell,
    /// The help given on Cloud.
    pub support_cloud: Cell,
    /// The help given to products that embed Airbyte.
    pub support_powered_by_airbyte: Cell,
    /// The help given on Self-Managed Enterprise.
    pub support_self_managed_enterprise: Cell,
    /// The help given on Self-Managed Community, the open-source product.
    pub support_community: Cell,
    /// How often it breaks users and how they learn of it.
    pub breaking_changes: Cell,
}

impl Rows {
    /// Topic and cell of each row, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Cell)> {
        [
            ("availability", &self.availability),
            (difference::BUILT_BY, &self.builders),
            ("maintained by", &self.maintainers),
            ("production readiness", &self.production_readiness),
            ("support on Cloud", &self.support_cloud),
            (
                "support with Powered by Airbyte",
                &self.support_powered_by_airbyte,
            ),
            (
                "support on Self-Managed Enterprise",
                &self.support_self_managed_enterprise,
            ),
            ("support on Community (OSS)", &self.support_community),
            ("breaking changes", &self.breaking_changes),
        ]
        .into_iter()
    }
}

/// One fact: short for a table, in full for a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cell {
    /// At most 60 characters; two cells state the same fact when these are equal.
    pub short: String,
    /// A full sentence.
    pub text: String,
    /// An id for [`Promises::source`]; a page that has ended is the last one that spoke of it.
    pub source: String,
    /// The mark of a footnote of the same promise.
    pub footnote: Option<String>,
    /// Further pages.
    #[serde(default)]
    pub see: Vec<String>,
    /// What was said before, newest first.
    #[serde(default)]
    pub earlier: Vec<Statement>,
}

/// A condition under one or more cells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Footnote {
    /// One or more full sentences.
    pub text: String,
    /// An id for [`Promises::source`].
    pub source: String,
    /// What was said before, newest first.
    #[serde(default)]
    pub earlier: Vec<Statement>,
}

/// Something that a user should know besides the rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Note {
    /// What it is about, in a few words.
    pub about: String,
    /// One or more full sentences.
    pub text: String,
    /// An id for [`Promises::source`].
    pub source: String,
    /// Further pages.
    #[serde(default)]
    pub see: Vec<String>,
    /// What was said before, newest first.
    #[serde(default)]
    pub earlier: Vec<Statement>,
}

impl Promises {
    /// Returns the promises that come with the program.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    fn parse(text: &str) -> Result<Self, serde_yaml::Error> {
        serde_yaml::from_str(text)
    }

    /// Returns what a support level promises.
    pub fn support_level(&self, level: SupportLevel) -> &Promise {
        match level {
            SupportLevel::Certified => &self.support_levels.certified,
            SupportLevel::Community => &self.support_levels.community,
            SupportLevel::Custom => &self.support_levels.custom,
            SupportLevel::Archived => &self.support_levels.archived,
        }
    }

    /// Returns what a release stage promised while stages were in use.
    pub fn release_stage(&self, stage: ReleaseStage) -> &Promise {
        match stage {
            ReleaseStage::Alpha => &self.release_stages.alpha,
            ReleaseStage::Beta => &self.release_stages.beta,
            ReleaseStage::GenerallyAvailable => &self.release_stages.generally_available,
            ReleaseStage::Custom => &self.release_stages.custom,
            ReleaseStage::Deprecated => &self.release_stages.deprecated,
        }
    }

    /// Says what support levels are.
    pub fn about_support_levels(&self) -> &Statement {
        &self.support_levels.about
    }

    /// Says what release stages are.
    pub fn about_release_stages(&self) -> &Statement {
        &self.release_stages.about
    }

    /// Returns the page behind a source id; `None` for an id that is not in the file, which no cell of it has.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// Compares two support levels; an absent one counts as community, as it is what the registry publishes then.
    pub fn between_levels(&self, before: Option<SupportLevel>, after: Option<SupportLevel>) -> Difference {
        let promise =
            |level: Option<SupportLevel>| self.support_level(level.unwrap_or(SupportLevel::Community));
        difference(Some(promise(before)), Some(promise(after)))
    }

    /// Compares two release stages of a connector with the given level; an absent stage promises nothing.
    ///
    /// Whom Airbyte supports is a matter of the level today: the stages' words on support are compared for a certified
    /// connector alone, since at any other level nobody keeps them.
    pub fn between_stages(
        &self,
        before: Option<ReleaseStage>,
        after: Option<ReleaseStage>,
        level: Option<SupportLevel>,
    ) -> Difference {
        let mut difference = difference(
            before.map(|stage| self.release_stage(stage)),
            after.map(|stage| self.release_stage(stage)),
        );
        if level != Some(SupportLevel::Certified) {
            difference.rows.retain(|row| !row.topic.starts_with("support "));
        }
        difference
    }
}
