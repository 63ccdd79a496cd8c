use schemars::JsonSchema;
use serde::Deserialize;

use super::transition::TransitionField;
use super::{Context, Findings, Rule, TransitionValue};
use crate::change::{Connector, ConnectorDiff};
use crate::changeset::Side;
use crate::finding::{Finding, Level, Location, Prose, Suggestion, code, prose};
use crate::metadata::{Field, Metadata, REGISTRIES, Registry};
use crate::text::Edit;

rule! {
    /// Other people than before can find and add a connector in a registry.
    ///
    /// ## What it does
    /// Compares what counts for each registry before and after: a connector is published unless `enabled: false` is
    /// written, and everybody sees it unless `public: false` is. So an override that appears, goes away or moves to the
    /// other registry is judged by what it does and not by its lines. A new connector that is archived counts as enabled
    /// where it is published.
    ///
    /// ## Why
    /// Publishing deletes the registry entry of a disabled connector: nobody can add it any more, and connections that
    /// have it get no further version. Such a line has been wrong by mistake before
    /// (<https://github.com/airbytehq/airbyte/pull/62852>).
    ///
    /// ## Example
    /// 2023-05-26, `source-amazon-seller-partner`, `f7adf1e` (`#26682`): `cloud` was disabled, and nobody on Airbyte
    /// Cloud could add the connector any more.
    ///
    /// ## How to mend it
    /// Take the line back. If the connector is to end, archive it in the same pull request.
    ///
    /// ## Options
    /// `changes`: rows of `change` (`enabled`, `disabled`, `hidden`, `shown`, `added-hidden`), `support-level-before`,
    /// `support-level-after` and `level`; the first row that fits decides. A row without levels speaks of all of them; an
    /// absent level counts as community. Rows of an override come before the built-in ones. Each row has its own
    /// level: the rule's `level` can only be set to `off`.
    "registry-visibility-changed", since "0.1.0",
    pub struct RegistryVisibilityChanged {
        /// Which change is how loud; the first row that fits decides.
        changes: Vec<VisibilityRow>,
    }
}

/// What happened to a connector in a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum VisibilityChange {
    /// It was not published there, and is.
    Enabled,
    /// It was published there, and is not.
    Disabled,
    /// Everybody saw it there, and only granted workspaces do.
    Hidden,
    /// Only granted workspaces saw it there, and everybody does.
    Shown,
    /// The connector is new, and only granted workspaces see it there.
    AddedHidden,
}

impl VisibilityChange {
    fn word(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Hidden => "hidden",
            Self::Shown => "shown",
            Self::AddedHidden => "added-hidden",
        }
    }

    /// The field that decides it.
    fn field(self) -> fn(&Registry) -> Option<&Field> {
        match self {
            Self::Enabled | Self::Disabled => |registry| registry.enabled.as_ref(),
            Self::Hidden | Self::Shown | Self::AddedHidden => |registry| registry.public.as_ref(),
        }
    }
}

/// One row of the table: which change of which connector is how loud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VisibilityRow {
    /// The changes that the row speaks of.
    pub change: Vec<VisibilityChange>,
    /// The support levels before that it speaks of; all of them where it names none.
    #[serde(default)]
    pub support_level_before: Vec<TransitionValue>,
    /// The support levels after that it speaks of; all of them where it names none.
    #[serde(default)]
    pub support_level_after: Vec<TransitionValue>,
    /// How loud it is.
    pub level: Level,
}

impl Rule for RegistryVisibilityChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let (before, Some(after)) = (diff.metadata(Side::Base), diff.metadata(Side::Head)) else { return };
        if diff.base.is_some() && before.is_none() {
            return;
        }
        // Nobody knows what overrides of another shape say.
        if [before, Some(after)].into_iter().flatten().any(|side| side.is_misshapen("data.registryOverrides")) {
            return;
        }
        let mut changes: Vec<(VisibilityChange, Vec<&'static str>)> = Vec::new();
        for name in REGISTRIES {
            let Some(change) = change_in(before, after, name) else { continue };
            match changes.iter_mut().find(|(known, _)| *known == change) {
                Some((_, names)) => names.push(name),
                None => changes.push((change, vec![name])),
            }
        }
        for (change, names) in changes {
            let Some(finding) = finding(diff, change, &names) else { continue };
            findings.push(match self.row(change, before.unwrap_or(after), after) {
                Some((row, VisibilityRow { level, .. })) => Finding { row: Some(row), ..finding }.level(*level),
                None => finding,
            });
        }
    }
}

impl RegistryVisibilityChanged {
    fn row(&self, change: VisibilityChange, before: &Metadata, after: &Metadata) -> Option<(usize, &VisibilityRow)> {
        let fits = |values: &[TransitionValue], side: &Metadata| {
            values.is_empty() || values.iter().any(|value| value.is(TransitionField::SupportLevel, support_level(side)))
        };
        self.changes.iter().enumerate().find(|(_, row)| {
            row.change.contains(&change)
                && fits(&row.support_level_before, before)
                && fits(&row.support_level_after, after)
        })
    }
}

/// The level as it is published.
fn support_level(metadata: &Metadata) -> &str {
    metadata.support_level.as_ref().map_or("community", |field| &*field.text)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visibility {
    Disabled,
    Hidden,
    Shown,
}

fn visibility(metadata: &Metadata, registry: &str) -> Visibility {
    let effective = metadata.effective(registry);
    match (effective.enabled, effective.public) {
        (false, _) => Visibility::Disabled,
        (true, false) => Visibility::Hidden,
        (true, true) => Visibility::Shown,
    }
}

fn change_in(before: Option<&Metadata>, after: &Metadata, registry: &str) -> Option<VisibilityChange> {
    let from = before.map(|before| visibility(before, registry));
    match (from, visibility(after, registry)) {
        // What comes as archived is to be published nowhere.
        (None, Visibility::Hidden | Visibility::Shown) if support_level(after) == "archived" => Some(VisibilityChange::Enabled),
        (None, Visibility::Hidden) => Some(VisibilityChange::AddedHidden),
        (None, _) => None,
        (Some(from), to) if from == to => None,
        (Some(Visibility::Disabled), _) => Some(VisibilityChange::Enabled),
        (_, Visibility::Disabled) => Some(VisibilityChange::Disabled),
        (_, Visibility::Hidden) => Some(VisibilityChange::Hidden),
        (_, Visibility::Shown) => Some(VisibilityChange::Shown),
    }
}

fn finding(diff: &ConnectorDiff, change: VisibilityChange, names: &[&'static str]) -> Option<Finding> {
    let head = diff.head.as_ref()?;
    let after = head.metadata()?;
    let places: Vec<Location> = names.iter().map(|name| place(diff, head, change, name)).collect();
    let (first, rest) = places.split_first()?;
    let is_hidden = names.iter().any(|name| !after.effective(name).public);
    let archived = support_level(after) == "archived";
    let message = match change {
        VisibilityChange::Enabled if is_hidden => {
            prose!["Workspaces that are granted it can add this connector on "].join(users(names)).join(prose![" from this release on: "])
        }
        VisibilityChange::Enabled => {
            prose!["Everybody on "].join(users(names)).join(prose![" can add this connector from this release on: "])
        }
        VisibilityChange::Disabled => {
            prose!["Nobody on "].join(users(names)).join(prose![" can add this connector from this release on: "])
        }
        VisibilityChange::Hidden => {
            prose!["Only workspaces that are granted it see this connector on "]
                .join(users(names))
                .join(prose![" from this release on: "])
        }
        VisibilityChange::Shown => {
            prose!["Everybody on "].join(users(names)).join(prose![" sees this connector from this release on: "])
        }
        VisibilityChange::AddedHidden => {
            prose!["Only workspaces that are granted it see this new connector on "].join(users(names)).join(prose![": "])
        }
    };
    let mut finding = Finding::at(first.clone(), change.word(), message.join(state(diff, change, names)));
    for location in rest {
        finding = finding.because(Some(location.clone()), prose!["and here"]);
    }
    finding = match change {
        VisibilityChange::Enabled if archived => finding
            .impact(prose![
                "The connector is archived: nobody maintains it, it gets no updates, and whoever starts with it has to leave it again."
            ])
            .remedy(prose!["Keep ", code("enabled: false"), ", or un-archive the connector first."])
            .suggest(write(head, after, names, change, "false")),
        VisibilityChange::Enabled | VisibilityChange::Shown => finding,
        VisibilityChange::Disabled => {
            let deleted = prose![
                "Publishing deletes the connector's registry entry. Existing connections keep running on the version that they have and \
                 get no further one, fixes included."
            ];
            finding
                .impact(deleted)
                .remedy(match archived {
                    true => prose!["Keep it enabled until it is archived."],
                    false => prose![
                        "Keep it enabled. If the connector is to end, archive it in the same pull request (",
                        code("supportLevel: archived"), "), so that its users are told."
                    ],
                })
                .suggest(write(head, after, names, change, "true"))
        }
        VisibilityChange::Hidden => finding
            .impact(prose![
                "From this release on nobody else finds the connector, not even those who were about to set it up from the documentation."
            ])
            .remedy(prose!["If everybody is meant to use it, take ", code("public: false"), " back."])
            .suggest(write(head, after, names, change, "true")),
        VisibilityChange::AddedHidden => {
            finding.remedy(prose!["Take ", code("public: false"), " away once everybody may use it."])
        }
    };
    Some(finding)
}

/// Where a registry's state is written at head; where nothing is written any more, its line at base.
fn place(diff: &ConnectorDiff, head: &Connector, change: VisibilityChange, registry: &str) -> Location {
    let written = |connector: &Connector| {
        let registry = connector.metadata()?.registry(registry)?;
        Some(connector.location(change.field()(registry)?.span))
    };
    written(head)
        .or_else(|| diff.base.as_ref().and_then(written))
        .unwrap_or_else(|| head.field_location(None))
}

fn users(names: &[&'static str]) -> Prose {
    let users: Vec<&str> = names.iter().map(|name| if *name == "cloud" { "Airbyte Cloud" } else { "self-managed Airbyte" }).collect();
    prose![crate::finding::Piece::trusted(users.join(" and "))]
}

/// The registries and what they are now, with the reason where no line says it.
fn state(diff: &ConnectorDiff, change: VisibilityChange, names: &[&'static str]) -> Prose {
    let mut sentence = Prose::default();
    for (index, name) in names.iter().enumerate() {
        sentence = sentence.join(prose![if index == 0 { "" } else { " and " }, code(name)]);
    }
    let is = if names.len() == 1 { " is " } else { " are " };
    let state = match change {
        VisibilityChange::Enabled => "enabled",
        VisibilityChange::Disabled => "disabled",
        VisibilityChange::Hidden => "no longer public",
        VisibilityChange::Shown => "public",
        VisibilityChange::AddedHidden => "not public",
    };
    let written = |name: &&str| {
        let registry = diff.metadata(Side::Head).and_then(|after| after.registry(name));
        registry.and_then(change.field()).is_some()
    };
    let sentence = sentence.join(prose![is, state]);
    match change {
        VisibilityChange::Enabled if !names.iter().any(written) => {
            let any_more = if diff.base.is_some() { " stands there any more." } else { " stands there." };
            sentence.join(prose![", since no ", code("enabled: false"), any_more])
        }
        _ => sentence.join(prose!["."]),
    }
}

/// The deciding fields with another value.
fn write(head: &Connector, after: &Metadata, names: &[&'static str], change: VisibilityChange, value: &'static str) -> Option<Suggestion> {
    let edit = |name: &&'static str| {
        let field = change.field()(after.registry(name)?)?;
        Some(Edit { span: field.span, replacement: value.to_owned() })
    };
    let edits: Option<Vec<Edit>> = names.iter().map(edit).collect();
    let field = if matches!(change, VisibilityChange::Enabled | VisibilityChange::Disabled) { "enabled" } else { "public" };
    Suggestion::new(prose!["write ", code(format!("{field}: {value}"))], head.file(), after.document().text(), &edits?)
}
