//! Whether the name of an image or a host says which one is meant.
//!
//! Knows the words alone; knows no metadata.

use semver::Version;

/// Whether an image's tag is three numbers: what else there is, is a build on the way to one, or moves.
pub(super) fn is_release(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or_default();
    let tag = name.rsplit('/').next().and_then(|name| name.split_once(':'));
    let version = tag.and_then(|(_, tag)| Version::parse(tag).ok());
    version.is_some_and(|version| version.pre.is_empty() && version.build.is_empty())
}

/// Whether a host is one, or those below a domain of somebody's; `*.com` is neither.
pub(super) fn is_named(host: &str) -> bool {
    let named = host
        .split('.')
        .filter(|label| !label.contains('*') && !label.is_empty());
    // What the user fills in stands for a whole host or domain.
    !host.contains('*') || host.contains("${") || named.count() >= 2
}

#[cfg(test)]
mod tests {
    use super::{is_named, is_release};

    #[test]
    fn a_released_image_has_three_numbers_as_its_tag() {
        for image in [
            "docker.io/airbyte/base:6.44.0@sha256:5a1b",
            "base:1.2.3",
            "localhost:5000/base:1.2.3",
        ] {
            assert!(is_release(image), "{image}");
        }
        for image in [
            "base:6.0.0rc1",
            "base:6.0.0-rc.1",
            "base:6.0.0.dev1",
            "base@sha256:5a1b",
            "localhost:5000/base",
            "",
        ] {
            assert!(!is_release(image), "{image}");
        }
    }

    #[test]
    fn a_host_is_named_where_a_domain_is() {
        for host in [
            "api.shop.example",
            "localhost",
            "*.shop.example",
            "${host}",
            "*.${domain}",
        ] {
            assert!(is_named(host), "{host}");
        }
        for host in ["*", "*.*", "*.com.", "api.*"] {
            assert!(!is_named(host), "{host}");
        }
    }
}
