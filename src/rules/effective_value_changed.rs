use super::safety_net_weakened::wider_hosts;
use super::{Context, Findings, Rule};
use crate::change::{Change, ChangeKind, ConnectorDiff};
use crate::finding::{Finding, Level, Prose, code, prose};
use crate::metadata::{Metadata, REGISTRIES};
use crate::yaml::Node;

/// The most values of a map that a finding shows.
const MOST_SETTINGS: usize = 6;

rule! {
    /// An override gives one registry something else than before.
    ///
    /// ## What it does
    /// Compares what counts for each registry, an override or else the connector's own value, and speaks when an override
    /// changes it, comes or goes: a wider or missing `allowedHosts`, other `suggestedStreams`, another image for the
    /// normalization, other resources, another `name`, `license` or page. A registry that has the connector's own value
    /// before and after is not told. Who sees the connector is told by `registry-visibility-changed`, the image by
    /// `identity-changed`, a lower version by `version-decremented`.
    ///
    /// ## Why
    /// A reviewer reads the fields of the connector; users of a registry get what its override says. What is decided for
    /// them there should be seen.
    ///
    /// ## Example
    /// Made up, as no change up to April 2025 shows it: `registryOverrides.cloud.allowedHosts.hosts` becomes `["*"]`,
    /// while the connector's own `allowedHosts` stays `[api.shop.example]`.
    ///
    /// ## How to mend it
    /// Nothing, if the two registries are meant to differ; else change the connector's own field.
    ///
    /// ## Options
    /// `fields`: the fields that are compared. `hosts-level`: how loud it is when a registry's syncs may reach more hosts.
    "effective-value-changed", since "0.1.0",
    pub struct EffectiveValueChanged {
        /// The fields that are compared.
        fields: Vec<String>,
        /// How loud it is when a registry's syncs may reach more hosts.
        hosts_level: Level,
    }
}

impl Rule for EffectiveValueChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((_, before, _, after)) = diff.both() else { return };
        if [before, after].iter().any(|side| side.is_misshapen("data.registryOverrides")) {
            return;
        }
        for field in &self.fields {
            // What everybody gets is told where it stands.
            let follows = |metadata, name| same(value(metadata, name, field), own(metadata, field));
            let changed: Vec<(&'static str, &Change)> = REGISTRIES
                .into_iter()
                .filter(|name| !same(value(before, name, field), value(after, name, field)))
                .filter(|name| !(follows(before, name) && follows(after, name)))
                .filter_map(|name| Some((name, override_of(diff, name, field)?)))
                .collect();
            // Registries that get the same are told together.
            let alike = |side, changed: &[(&'static str, &Change)]| {
                let [(first, _), rest @ ..] = changed else { return true };
                rest.iter().all(|(name, _)| {
                    same(value(side, name, field), value(side, first, field)) && is_written(side, name, field) == is_written(side, first, field)
                })
            };
            let size = if alike(before, &changed) && alike(after, &changed) { changed.len() } else { 1 };
            for (number, part) in changed.chunks(size.max(1)).enumerate() {
                let subject = match number {
                    0 => field.clone(),
                    _ => format!("{field}/{}", part[0].0),
                };
                findings.findings.extend(self.finding(diff, (field, subject), part, before, after));
            }
        }
    }
}

impl EffectiveValueChanged {
    fn finding(
        &self,
        diff: &ConnectorDiff,
        (field, subject): (&str, String),
        changed: &[(&'static str, &Change)],
        before: &Metadata,
        after: &Metadata,
    ) -> Option<Finding> {
        let ((name, change), rest) = changed.split_first()?;
        let mut registries = prose![code(name)];
        for (name, _) in rest {
            registries = registries.join(prose![" and ", code(name)]);
        }
        let mut finding = Finding::at(
            diff.location(change)?,
            subject,
            match is_written(after, name, field) {
                true => prose!["The override gives "],
                false => prose!["The override goes, which gives "],
            }
                .join(registries.clone())
                .join(prose![" another ", code(field)])
                .join(match same(own(before, field), own(after, field)) {
                    true => prose![", while the connector's own stays: "],
                    false => prose![", and the connector's own changes as well: "],
                })
                .join(shown(value(before, name, field)))
                .join(prose![" → "])
                .join(shown(value(after, name, field)))
                .join(prose!["."]),
        );
        for (_, change) in rest {
            finding = finding.because(diff.location(change), prose!["and here"]);
        }
        let opens = changed.iter().any(|(name, _)| {
            match (before.effective(name).allowed_hosts, after.effective(name).allowed_hosts) {
                (Some(_), None) => true,
                (Some(before), Some(after)) => !wider_hosts(before, after).is_empty(),
                (None, _) => false,
            }
        });
        Some(match field {
            "allowedHosts" if opens => finding
                .impact(prose!["Syncs of the users of "].join(registries).join(prose![" may reach more hosts, with their credentials in hand."]))
                .remedy(prose!["Name the hosts that are needed there."])
                .level(self.hosts_level),
            "allowedHosts" => finding.impact(prose!["Syncs of the users of "].join(registries).join(prose![" may reach other hosts than those of the rest."])),
            "suggestedStreams" => finding.impact(prose!["New connections of the users of "].join(registries).join(prose![" start with other streams than those of the rest."])),
            "normalizationConfig" | "supportsNormalization" | "supportsDbt" => finding.impact(
                prose!["What is done after a sync with the tables of the users of "].join(registries).join(prose![" differs from the rest."])
            ),
            "resourceRequirements" => finding.impact(
                prose!["Syncs of the users of "].join(registries).join(prose![" get other memory or processor time than those of the rest."])
            ),
            _ => finding.impact(prose!["Users of "].join(registries).join(prose![" see another ", code(field), " than the rest."])),
        })
    }
}

/// What counts for a registry: its override, or else the connector's own value.
fn value<'a>(metadata: &'a Metadata, registry: &str, field: &str) -> Option<&'a Node> {
    written(metadata, registry, field).or_else(|| own(metadata, field))
}

fn written<'a>(metadata: &'a Metadata, registry: &str, field: &str) -> Option<&'a Node> {
    metadata.registry(registry)?.node.get(field).filter(|node| !node.is_null())
}

fn is_written(metadata: &Metadata, registry: &str, field: &str) -> bool {
    written(metadata, registry, field).is_some()
}

/// The connector's own value.
fn own<'a>(metadata: &'a Metadata, field: &str) -> Option<&'a Node> {
    metadata.data()?.get(field).filter(|node| !node.is_null())
}

fn same(before: Option<&Node>, after: Option<&Node>) -> bool {
    match (before, after) {
        (None, None) => true,
        (Some(before), Some(after)) => before.same_value(after),
        // What is offered or not is not, where nothing is said.
        (Some(only), None) | (None, Some(only)) => only.as_bool() == Some(false),
    }
}

/// The change of an override that touches a field or something below it.
fn override_of<'a>(diff: &'a ConnectorDiff, registry: &str, field: &str) -> Option<&'a Change> {
    diff.changes.iter().find(|change| match &change.kind {
        ChangeKind::RegistryOverride { registry: name, field: path } => {
            *name == registry && path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        _ => false,
    })
}

fn shown(node: Option<&Node>) -> Prose {
    let Some(node) = node else { return prose!["absent"] };
    if let Some(text) = node.text() {
        return prose![code(text)];
    }
    // Hosts and streams stand as one list below their field.
    let list = node.entries().unwrap_or_default().iter().find_map(|entry| entry.value.items());
    let mut items: Vec<String> = list.or(node.items()).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect();
    if items.is_empty() {
        settings(node, "", &mut items);
    }
    match items.is_empty() {
        true => prose!["nothing"],
        false => prose![code(items.join(", "))],
    }
}

/// The values that stand in a map, at any depth, each with its path in it.
fn settings(node: &Node, path: &str, found: &mut Vec<String>) {
    if let Some(text) = node.text() {
        found.push(format!("{path}: {text}"));
    }
    let names = node.entries().unwrap_or_default().iter().map(|entry| (entry.key.text().unwrap_or_default().to_owned(), &entry.value));
    let places = node.items().unwrap_or_default().iter().enumerate().map(|(place, item)| ((place + 1).to_string(), item));
    for (name, value) in names.chain(places) {
        if found.len() < MOST_SETTINGS {
            settings(value, &if path.is_empty() { name } else { format!("{path}.{name}") }, found);
        }
    }
}
