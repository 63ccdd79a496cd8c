use super::{Context, Findings, Rule};
use crate::change::{Change, ChangeKind, Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::Metadata;
use crate::text::{Edit, Span};

rule! {
    /// What the platform knows a connector by was changed.
    ///
    /// ## What it does
    /// Speaks when `definitionId`, `connectorType` or `dockerRepository` of an existing connector changes, also by a
    /// registry's override. What counts for a registry is compared: an override that names the same image is no change.
    /// Where the connector is new or its folder was renamed, the image's name is compared with the folder's.
    ///
    /// ## Why
    /// A new `definitionId` is a new connector: existing connections stay on the old one and stop receiving versions.
    /// An image under another name has no published history, and publishing asks that its name equals the folder's.
    ///
    /// ## Example
    /// 2025-03-11, `destination-mssql`, `a5dd38a` (`#55684`): another `definitionId` came along with 2.0.0.
    /// In `57985a3` the new `destination-starburst-galaxy` came with the image `airbyte/destination-starbust-galaxy`.
    ///
    /// ## How to mend it
    /// Take the line back. A full rewrite is a new connector in a folder of its own (`-gen2`) with a new `definitionId`.
    ///
    /// ## Options
    /// `level-when-named-as-folder`: how loud a new `dockerRepository` is that equals the folder's name, under
    /// the owner that the image had before.
    "identity-changed", since "0.1.0",
    pub struct IdentityChanged {
        /// How loud it is when the image is now named as the folder.
        level_when_named_as_folder: Level,
    }
}

impl Rule for IdentityChanged {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        findings.findings.extend(misnamed(diff));
        let Some((base, before, head, after)) = diff.both() else { return };
        for change in &diff.changes {
            let (what, field, from, to) = match &change.kind {
                ChangeKind::Identity { field } => {
                    (prose![code(field), " of an existing connector"], *field, change.from.clone(), change.to.clone())
                }
                ChangeKind::RegistryOverride { registry, field } if field == "dockerRepository" => {
                    let what = prose!["The image of an existing connector for the registry ", code(registry)];
                    (what, "dockerRepository", image(before, registry), image(after, registry))
                }
                _ => continue,
            };
            let Some(location) = diff.location(change).filter(|_| from != to) else { continue };
            let named_as_folder = field == "dockerRepository" && is_named_as_folder(from.as_deref(), to.as_deref(), head);
            let finding = Finding::at(location, change.path.clone(), what.join(step(from.as_deref(), to.as_deref())));
            findings.push(match field {
                "definitionId" => finding
                    .impact(prose![
                        "With another ", code("definitionId"), " it is another connector to the platform: existing connections stay \
                         on the old one and receive no further version."
                    ])
                    .remedy(prose![
                        "Keep the id. A full rewrite belongs into a folder of its own (", code("-gen2"), ") with a new id."
                    ])
                    .suggest(restore(head, change)),
                "connectorType" => finding
                    .impact(prose!["A source cannot become a destination, nor the other way round: every connection with the connector would fail."])
                    .suggest(restore(head, change)),
                // The old name is not suggested: it would part image and folder again.
                _ if named_as_folder => finding
                    .level(self.level_when_named_as_folder)
                    .impact(prose!["The versions published so far stay under the image's old name."])
                    .remedy(prose![
                        "It now equals the folder's name, as publishing asks for. If a new image is not what you want, take \
                         the line back."
                    ]),
                _ => finding
                    .impact(prose![
                        "The registry would pull another image; none of this connector's published versions exist there."
                    ])
                    .remedy(prose!["The image's name has to equal the folder's name, under the same owner as before."])
                    // In a folder that moved away from it the old name would not do either.
                    .suggest(restore(head, change).filter(|_| base.directory == head.directory)),
            });
        }
    }
}

/// The image of a new or renamed connector that publishing refuses, as it bears another name than the folder; of an old
/// one that stays where it is nothing is said, as this change is not what parted the two.
fn misnamed(diff: &ConnectorDiff) -> Option<Finding> {
    let head = diff.head.as_ref()?;
    let old = diff.base.as_ref();
    let stays = old.is_some_and(|base| base.directory == head.directory);
    let told = diff.changes.iter().any(|change| matches!(change.kind, ChangeKind::Identity { field: "dockerRepository" }));
    let metadata = head.metadata()?;
    let field = metadata.docker_repository.as_ref().filter(|_| !stays && !told)?;
    if is_named_as_folder(None, Some(&field.text), head) {
        return None;
    }
    let name = head.name();
    let finding = Finding::at(
        head.location(field.span),
        "data.dockerRepository",
        prose!["The image ", code(&field.text), " does not bear the name of its folder, ", code(&name), "."],
    )
    .impact(prose!["Publishing refuses a connector whose image does not bear its folder's name, and no user gets this version."]);
    if old.is_some() {
        // An image that follows its folder leaves its published versions behind.
        return Some(finding.remedy(prose![
            "Keep the folder's old name. A new name for both is a new image; a full rewrite belongs into a folder of its own \
             with a new id."
        ]));
    }
    let image = match field.text.rsplit_once('/') {
        Some((owner, _)) => format!("{owner}/{name}"),
        None => name,
    };
    let edit = Edit { span: field.span, replacement: crate::yaml::quote(&image) };
    let suggestion = Suggestion::new(prose!["name the image ", code(&image)], head.file(), metadata.document().text(), &[edit]);
    // No image can bear another name than one of these letters.
    let is_name = head.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte));
    Some(finding.remedy(prose!["Give both the same name."]).suggest(suggestion.filter(|_| is_name)))
}

/// The image that counts for a registry.
fn image(metadata: &Metadata, registry: &str) -> Option<String> {
    metadata.effective(registry).docker_repository.map(|field| field.text.to_string())
}

/// Whether an image bears the folder's name now, under the owner that it had before.
fn is_named_as_folder(from: Option<&str>, to: Option<&str>, head: &Connector) -> bool {
    let parts = |image: &str| image.rsplit_once('/').map_or((String::new(), image.to_owned()), |(owner, name)| (owner.to_owned(), name.to_owned()));
    let (before, after) = (from.map(parts), to.map(parts));
    after.is_some_and(|(owner, name)| name == head.name() && before.is_none_or(|(old, _)| old == owner))
}

fn step(from: Option<&str>, to: Option<&str>) -> Prose {
    match (from, to) {
        (Some(from), Some(to)) => prose![" changes: ", code(from), " → ", code(to), "."],
        (None, Some(to)) => prose![" is set where it was absent: ", code(to), "."],
        (Some(from), None) => prose![" is taken away: ", code(from), "."],
        (None, None) => prose![" changes."],
    }
}

/// The old value in the place of the new one.
fn restore(head: &Connector, change: &Change) -> Option<Suggestion> {
    let old = change.from.as_deref()?;
    let span: Span = change.head?;
    let text = head.metadata()?.document().text();
    let edit = Edit { span, replacement: crate::yaml::quote(old) };
    Suggestion::new(prose!["keep ", code(old)], head.file(), text, &[edit])
}
