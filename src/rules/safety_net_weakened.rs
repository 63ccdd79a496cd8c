use super::mending::{or_rename, put_back};
use super::{Context, Findings, Rule};
use crate::change::{Connector, ConnectorDiff};
use crate::finding::{Finding, Level, Prose, Suggestion, code, prose};
use crate::metadata::{Field, Metadata, REGISTRIES, TextList};
use crate::text::Edit;
use crate::yaml::Value;

/// The most names that a sentence shows.
const MOST_NAMED: usize = 5;

rule! {
    /// A limit that protects the users of a connector is gone or wider.
    ///
    /// ## What it does
    /// Speaks when `allowedHosts`, `suggestedStreams` or `maxSecondsBetweenMessages` is taken away, when a host pattern takes
    /// in more than base's did or another host is named, and when a stream is suggested that was not before. Where one
    /// registry overrides the field, it says which one is meant; what an override says is told by
    /// `effective-value-changed`.
    ///
    /// ## Why
    /// Without `allowedHosts` a sync may reach every host, with the user's credentials in hand. Without
    /// `suggestedStreams` new connections start with every stream. Without `maxSecondsBetweenMessages` a sync that hangs is
    /// not stopped; Airbyte's own checks demand it of certified sources.
    ///
    /// ## Example
    /// 2024-08-09, `source-amplitude`, `5ea91bc` (`#43400`): the new stream `events_list` came into `suggestedStreams`.
    ///
    /// ## How to mend it
    /// Keep the line, or name the hosts and streams that are needed.
    ///
    /// ## Options
    /// `heartbeat-level`: how loud it is when a certified source loses `maxSecondsBetweenMessages`.
    /// `new-host-level`: how loud a named host is that could not be reached before.
    /// `new-stream-level`: how loud a newly suggested stream is.
    "safety-net-weakened", since "0.1.0",
    pub struct SafetyNetWeakened {
        /// How loud a certified source is that loses its heartbeat.
        heartbeat_level: Level,
        /// How loud a named host is that could not be reached before.
        new_host_level: Level,
        /// How loud a newly suggested stream is.
        new_stream_level: Level,
    }
}

impl Rule for SafetyNetWeakened {
    fn check_change(&self, _: &Context, diff: &ConnectorDiff, findings: &mut Findings) {
        let Some((base, before, head, after)) = diff.both() else { return };
        if after.is_misshapen("data") || before.is_misshapen("data") {
            return;
        }
        let sides = Sides { base, before, head, after };
        findings.findings.extend(hosts(&sides));
        findings.findings.extend(self.new_hosts(&sides));
        findings.findings.extend(self.heartbeat(&sides));
        findings.findings.extend(self.streams(&sides));
    }
}

struct Sides<'a> {
    base: &'a Connector,
    before: &'a Metadata,
    head: &'a Connector,
    after: &'a Metadata,
}

impl Sides<'_> {
    /// The top-level field as base wrote it.
    fn keep(&self, key: &'static str) -> Option<Suggestion> {
        let edit = put_back(self.before, self.after, &["data"], key)?;
        Suggestion::new(prose!["keep ", code(key)], self.head.file(), self.after.document().text(), &[edit])
    }

    /// The registries that get the top-level field at head: what an override says instead is told by a rule of its own.
    fn follow(&self, key: &str) -> Vec<&'static str> {
        let overrides = |name: &&str| {
            let written = self.after.registry(name).and_then(|registry| registry.node.get(key));
            written.is_some_and(|node| !node.is_null())
        };
        REGISTRIES.into_iter().filter(|name| !overrides(name)).collect()
    }

    /// A finding on a top-level field that is gone, or is only misnamed.
    fn or_rename(&self, key: &'static str, finding: Finding) -> Finding {
        or_rename(finding, self.head, &["data"], key)
    }
}

fn hosts(sides: &Sides) -> Option<Finding> {
    let before = sides.before.allowed_hosts.as_ref()?;
    let registries = sides.follow("allowedHosts");
    let Some(after) = &sides.after.allowed_hosts else {
        let open = |name: &&str| {
            let hosts = |side: &Metadata| side.effective(name).allowed_hosts.is_some();
            hosts(sides.before) && !hosts(sides.after)
        };
        let opened: Vec<&str> = registries.into_iter().filter(open).collect();
        let message = prose!["Syncs"].join(of(&opened)?).join(prose![
            " may reach every host from this release on: ", code("allowedHosts"), " is taken away."
        ]);
        return Some(sides.or_rename(
            "allowedHosts",
            Finding::at(sides.base.location(before.key), "data.allowedHosts", message)
                .impact(prose![
                    "Syncs run with the user's credentials, and without ", code("allowedHosts"), " they may take them to any host."
                ])
                .remedy(prose!["Keep the list, with the hosts that are needed."])
                .suggest(sides.keep("allowedHosts")),
        ));
    };
    let wider = wider_hosts(before, after);
    let first = wider.first()?;
    let message = prose!["Syncs"].join(of(&registries)?).join(prose![" may reach more hosts from this release on: "]).join(named(&wider));
    Some(
        Finding::at(sides.head.location(first.span), "data.allowedHosts/wider", message)
            .because(Some(sides.base.location(before.key)), prose!["the hosts until then"])
            .impact(prose!["Syncs run with the user's credentials, and a pattern in ", code("allowedHosts"), " lets in hosts that nobody has looked at."])
            .remedy(prose!["Name the hosts that are needed."]),
    )
}

/// Those of whom a finding speaks: nothing where it is everybody, `None` where it is nobody.
fn of(registries: &[&str]) -> Option<Prose> {
    match registries {
        [] => None,
        [only] => Some(prose![" of the registry ", code(only)]),
        _ => Some(Prose::default()),
    }
}

/// The patterns after that take in hosts which no pattern before did.
pub(super) fn wider_hosts<'a>(before: &TextList, after: &'a TextList) -> Vec<&'a Field> {
    further_hosts(before, after).filter(|host| host.text.contains('*')).collect()
}

/// The hosts and patterns after that no pattern before took in.
fn further_hosts<'a>(before: &TextList, after: &'a TextList) -> impl Iterator<Item = &'a Field> {
    let known = |host: &&Field| before.items.iter().any(|pattern| takes_in(&pattern.text, &host.text));
    after.items.iter().filter(move |host| !known(host))
}

/// Whether a pattern, in which `*` stands for anything, takes in a host or everything that another pattern takes in.
fn takes_in(pattern: &str, host: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == host };
    let Some(mut open) = host.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match open.find(part) {
            Some(at) => open = open.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    open.ends_with(last)
}

impl SafetyNetWeakened {
    /// Hosts that are named, or that each user chooses, and could not be reached before.
    fn new_hosts(&self, sides: &Sides) -> Option<Finding> {
        let (before, after) = (sides.before.allowed_hosts.as_ref()?, sides.after.allowed_hosts.as_ref()?);
        let new: Vec<&Field> = further_hosts(before, after).filter(|host| !host.text.contains('*')).collect();
        let first = new.first()?;
        let whose = of(&sides.follow("allowedHosts"))?;
        let impact = match new.iter().any(|host| host.text.contains("${")) {
            true => prose!["Syncs run with the user's credentials, and a host in ", code("${…}"), " is whatever the connection's configuration says."],
            false => prose!["Syncs run with the user's credentials, and may take them to hosts that were closed to them before."],
        };
        Some(
            Finding::at(
                sides.head.location(first.span),
                "data.allowedHosts/new",
                prose!["Syncs"].join(whose).join(prose![" may reach hosts that they could not until this release: "]).join(named(&new)),
            )
            .impact(impact)
            .remedy(prose!["Say in the pull request what the connector does there."])
            .level(self.new_host_level),
        )
    }

    fn heartbeat(&self, sides: &Sides) -> Option<Finding> {
        let stops = |field: &&Field| field.positive().is_some();
        let before = sides.before.max_seconds_between_messages.as_ref().filter(stops)?;
        let written = sides.after.max_seconds_between_messages.as_ref();
        let is_source = |metadata: &Metadata| metadata.connector_type.as_ref().is_some_and(|kind| &*kind.text == "source");
        if written.as_ref().is_some_and(stops) || !is_source(sides.after) {
            return None;
        }
        // What is no number at all is refused, so that no user gets it; the schema's rule tells that.
        if written.is_some_and(|field| !matches!(field.value, Value::Int(_) | Value::Null)) {
            return None;
        }
        let certified = [sides.before, sides.after]
            .iter()
            .any(|side| side.support_level.as_ref().is_some_and(|level| &*level.text == "certified"));
        let (place, state, keep) = match written {
            None => (sides.base.location(before.span), prose!["taken away"], sides.keep("maxSecondsBetweenMessages")),
            Some(field) => {
                let edit = Edit { span: field.span, replacement: before.text.to_string() };
                let title = prose!["keep ", code("maxSecondsBetweenMessages")];
                let keep = Suggestion::new(title, sides.head.file(), sides.after.document().text(), &[edit]);
                (sides.head.location(field.span), prose![code(&field.text), ", which sets no limit"], keep)
            }
        };
        let message = prose!["A sync that hangs is no longer stopped: ", code("maxSecondsBetweenMessages"), " is "]
            .join(state)
            .join(prose![" (", code(&before.text), " until then)."]);
        let finding = Finding::at(place, "data.maxSecondsBetweenMessages", message)
            .impact(prose!["With a sync that hangs users wait for data that does not come, and nobody is told."])
            .suggest(keep);
        let finding = match certified {
            true => finding
                .remedy(prose!["Keep it: Airbyte's own checks refuse a certified source without it."])
                .level(self.heartbeat_level),
            false => finding.remedy(prose!["Keep it, or set the longest silence that a healthy sync has, in seconds."]),
        };
        Some(match written {
            None => sides.or_rename("maxSecondsBetweenMessages", finding),
            Some(_) => finding,
        })
    }

    fn streams(&self, sides: &Sides) -> Option<Finding> {
        let before = sides.before.suggested_streams.as_ref()?;
        let whose = of(&sides.follow("suggestedStreams"))?;
        let Some(after) = &sides.after.suggested_streams else {
            let message = prose!["New connections"].join(whose).join(prose![
                " start with every stream from this release on: ", code("suggestedStreams"), " is taken away."
            ]);
            return Some(sides.or_rename(
                "suggestedStreams",
                Finding::at(sides.base.location(before.key), "data.suggestedStreams", message)
                    .impact(prose!["Without suggested streams users sync, and pay for, more than they need until they choose for themselves."])
                    .remedy(prose!["Keep the list of the streams that most users want."])
                    .suggest(sides.keep("suggestedStreams")),
            ));
        };
        let known = |stream: &&Field| before.items.iter().any(|known| known.text == stream.text);
        let new: Vec<&Field> = after.items.iter().filter(|stream| !known(stream)).collect();
        let first = new.first()?;
        Some(
            Finding::at(
                sides.head.location(first.span),
                "data.suggestedStreams/new",
                prose!["New connections"]
                    .join(whose)
                    .join(prose![" sync more from this release on, unless the user chooses otherwise: "])
                    .join(named(&new)),
            )
            .impact(prose!["A suggested stream with many records makes first syncs long and costly, and no file shows how many it has."])
            .remedy(prose!["Please say in the pull request about how many records such a stream has for a usual account."])
            .level(self.new_stream_level),
        )
    }
}

fn named(fields: &[&Field]) -> Prose {
    let mut names = Prose::default();
    for (index, field) in fields.iter().take(MOST_NAMED).enumerate() {
        names = names.join(prose![if index == 0 { "" } else { ", " }, code(&field.text)]);
    }
    match fields.len().saturating_sub(MOST_NAMED) {
        0 => names.join(prose!["."]),
        more => names.join(prose![" and ", more, " more."]),
    }
}

#[cfg(test)]
mod tests {
    use super::takes_in;

    #[test]
    fn a_pattern_takes_in_what_its_star_leaves_open() {
        for (pattern, host, expected) in [
            ("*", "api.shop.example", true),
            ("*.shop.example", "api.shop.example", true),
            ("*.shop.example", "api.*.shop.example", true),
            ("*.shop.example", "*", false),
            ("*.shop.example", "*.example", false),
            ("api.shop.example", "api.shop.example", true),
            ("api.shop.example", "api.shop.example.evil", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(takes_in(pattern, host), expected, "{pattern} {host}");
        }
    }
}
