//! Whether every configuration that is valid at base stays valid, and is read, at head.

use serde_json::Value;

use super::instance::Maker;
use super::kind::ContractChangeKind as Kind;
use super::schemas::{Budget, folded, modelled, same};
use super::site::Site;
use super::values::finite;
use super::{ContractChange, Effect, Findings, Witness, both, bounds, options, text_at};
use crate::contract::{Contract, Keyword, Migration, Place, Reason, ReasonKind, Types};

/// Steps that one comparison may take: the largest known specification takes 3,000.
const STEPS: usize = 400_000;

pub(super) fn compare(base: &Contract, head: &Contract, findings: &mut Findings) {
    let Some((before, after)) = both(&base.specification, &head.specification, findings) else {
        return;
    };
    let (Some(before), Some(after)) = (before, after) else {
        if before.is_some() {
            findings.doubt(Reason::new(
                ReasonKind::Nowhere,
                "the connection specification",
                None,
            ));
        }
        return;
    };
    if same(&before.schema, &after.schema) {
        return;
    }
    let written: Vec<&str> = before
        .migrations
        .iter()
        .map(|migration| text_at(base, migration.place))
        .collect();
    let migrations = after
        .migrations
        .iter()
        .map(|migration| (migration, text_at(head, migration.place)))
        .filter(|(_, text)| text.is_empty() || !written.contains(text))
        .collect();
    let budget = Budget::new(STEPS);
    let (old, new) = (modelled(&folded(&before.schema), false), folded(&after.schema));
    let mut comparison = Comparison {
        findings: Findings::default(),
        maker: Maker {
            budget: &budget,
            written: &before.schema,
        },
        migrations,
    };
    comparison.contain(&Site::root(&old, &new));
    findings.changes.extend(comparison.findings.changes);
    findings.reasons.extend(comparison.findings.reasons);
    if budget.is_spent() {
        findings.doubt(Reason::new(
            ReasonKind::TooLarge,
            "the connection specification",
            Some(after.place),
        ));
    }
}

/// A comparison under way.
pub(super) struct Comparison<'a> {
    pub(super) findings: Findings,
    pub(super) maker: Maker<'a>,
    /// Migrations that only head has, with their texts.
    migrations: Vec<(&'a Migration, &'a str)>,
}

/// What a change says besides its effect.
#[derive(Default)]
pub(super) struct Said {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) base: Option<Place>,
    pub(super) head: Option<Place>,
}

impl Said {
    pub(super) fn new(
        from: impl Into<Option<String>>,
        to: impl Into<Option<String>>,
        base: Place,
        head: Place,
    ) -> Self {
        Self {
            from: from.into(),
            to: to.into(),
            base: Some(base),
            head: Some(head),
        }
    }
}

impl Comparison<'_> {
    /// What would be found for a pair, without keeping it.
    pub(super) fn trial(&self, site: &Site<'_>) -> Findings {
        let mut trial = Comparison {
            findings: Findings::default(),
            maker: self.maker,
            migrations: Vec::new(),
        };
        trial.contain(site);
        trial.findings
    }

    pub(super) fn push(&mut self, kind: Kind, path: String, effect: Effect, said: Said) {
        let covered = match effect {
            Effect::Breaking(_) => self.migration_of(&path),
            _ => None,
        };
        self.findings.changes.push(ContractChange {
            kind,
            stream: None,
            path,
            from: said.from,
            to: said.to,
            effect: match (covered, self.unsure(&effect)) {
                (Some(_), _) => Effect::Compatible,
                (None, Some(reason)) => Effect::CannotTell(reason),
                (None, None) => effect,
            },
            neutralised_by: covered,
            base: said.base,
            head: said.head,
        });
    }

    /// A migration that names the property, or one above it.
    fn migration_of(&self, path: &str) -> Option<Place> {
        let names = |text: &str| {
            path.split(['.', '[', ']'])
                .filter(|name| !name.is_empty())
                .any(|name| holds_word(text, name))
        };
        let found = self.migrations.iter().find(|(_, text)| names(text));
        found.map(|(migration, _)| migration.place)
    }

    /// That code which migrates configurations changes with a break: what it covers, it alone decides.
    fn unsure(&self, effect: &Effect) -> Option<Reason> {
        let code = self.migrations.iter().find_map(|(migration, _)| {
            let place = Some(migration.place);
            Some(Reason::new(
                ReasonKind::Migration,
                &**migration.code.as_ref()?,
                place,
            ))
        });
        code.filter(|_| matches!(effect, Effect::Breaking(_)))
    }

    /// States a break with its witness, or that none was found.
    pub(super) fn judge(
        &mut self,
        kind: Kind,
        path: &str,
        witness: Option<Value>,
        doubt: ReasonKind,
        said: Said,
    ) {
        let effect = match witness {
            Some(value) => Effect::Breaking(Witness::Configuration(value)),
            None => Effect::CannotTell(Reason::new(doubt, path, said.head)),
        };
        self.push(kind, path.to_owned(), effect, said);
    }

    /// Finds what is valid at base and not at head.
    pub(super) fn contain(&mut self, site: &Site<'_>) {
        if same(site.base, site.head) {
            return;
        }
        if !self.maker.budget.step() {
            self.findings.doubt(Reason::new(ReasonKind::TooLarge, "", None));
            return;
        }
        let before = (self.findings.changes.len(), self.findings.reasons.len());
        self.contain_each(site);
        let nothing = before == (self.findings.changes.len(), self.findings.reasons.len());
        // The discriminators that the model sets are no change.
        if nothing && !same(site.base, &modelled(site.head, site.is_option)) {
            let said = Said::new(None, None, site.base.place, site.head.place);
            self.push(Kind::ConfigWidened, site.path.clone(), Effect::Compatible, said);
        }
    }

    fn contain_each(&mut self, site: &Site<'_>) {
        let (base, head) = (site.base, site.head);
        self.doubts(site);
        if base.never {
            return;
        }
        self.annotations(site);
        if head.never {
            let witness = site.witness(self.maker.samples(base), &self.maker);
            let said = Said::new(None, "false".to_owned(), base.place, head.place);
            self.judge(
                Kind::ConfigTypeNarrowed,
                &site.path,
                witness,
                ReasonKind::Keyword,
                said,
            );
            return;
        }
        if let Some(values) = finite(base) {
            self.enumerated(site, &values);
            return;
        }
        if head.values.is_some() {
            self.listed(site);
            return;
        }
        let types = self.types(site);
        for bound in bounds::tightened(base, head, types) {
            let proposals = bounds::proposals(base, bound, &self.maker);
            let witness = site.witness(proposals, &self.maker);
            let from = base.bounds.iter().find(|before| before.name == bound.name);
            let said = Said::new(
                from.map(words_of),
                words_of(bound),
                from.map_or(base.place, |keyword| keyword.place),
                bound.place,
            );
            self.judge(
                Kind::ConfigValuesNarrowed,
                &site.path,
                witness,
                ReasonKind::Keyword,
                said,
            );
        }
        if types.contains(Types::ARRAY) {
            self.items(site);
        }
        if !base.one_of.is_empty()
            || !base.any_of.is_empty()
            || !head.one_of.is_empty()
            || !head.any_of.is_empty()
        {
            options::compare(self, site);
        } else if types.contains(Types::OBJECT) {
            self.object(site);
        }
    }
}

/// Whether a text holds a name as a whole word.
fn holds_word(text: &str, name: &str) -> bool {
    let part = |character: char| character.is_alphanumeric() || character == '_' || character == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(part);
        let after = text[at + name.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}

pub(super) fn type_words(types: Types) -> String {
    match types.words().as_slice() {
        _ if types == Types::ANY => "any".to_owned(),
        words => words.join(", "),
    }
}

fn words_of(keyword: &Keyword) -> String {
    format!("{} {}", keyword.name, keyword.value)
}

/// Whether a list of findings says that all is contained.
pub(super) fn is_clean(findings: &Findings) -> bool {
    findings.reasons.is_empty()
        && findings
            .changes
            .iter()
            .all(|change| matches!(change.effect, Effect::Compatible))
}
