//! Whether a connector has a square icon of its own.
//!
//! Knows the first element of an SVG file, and nothing of what it draws.

use super::certification::file_state;
use super::{Subject, missing, to_confirm};
use crate::changeset::{Fetched, Side};
use crate::finding::{RequirementState, code, prose};
use crate::ids::RepoPath;

/// Whether the icon is there and square, as far as its first element says; what it does not say is for a person to see.
pub(super) fn state(subject: &Subject, path: RepoPath) -> RequirementState {
    let shape = match subject.context.set.fetched(Side::Head, &path) {
        Some(Fetched::File(bytes)) => shape(&String::from_utf8_lossy(bytes)),
        _ => Shape::Unknown,
    };
    match (file_state(subject, path, "Add a square icon of its own."), shape) {
        (RequirementState::Met { .. }, Shape::Oblong) => missing(
            prose![code("icon.svg"), " is not square"],
            prose!["Make ", code("icon.svg"), " as wide as it is high."],
        ),
        (RequirementState::Met { .. }, Shape::Unknown) => to_confirm(Vec::new()),
        (state, _) => state,
    }
}

/// How an image's width and height compare.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    Square,
    Oblong,
    Unknown,
}

/// The shape of an image by its `viewBox`, or else by its width and height.
fn shape(svg: &str) -> Shape {
    let Some(start) = svg.find("<svg") else {
        return Shape::Unknown;
    };
    let element = svg[start..].split('>').next().unwrap_or_default();
    let attribute = |name: &str| {
        let rest = element.split_once(&format!(" {name}="))?.1;
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let number = |text: &str| text.trim().trim_end_matches("px").parse::<f64>().ok();
    let box_size = attribute("viewBox").and_then(|box_| {
        let parts: Vec<&str> = box_.split([' ', ',']).filter(|part| !part.is_empty()).collect();
        Some((number(parts.get(2)?)?, number(parts.get(3)?)?))
    });
    let sides = || Some((number(attribute("width")?)?, number(attribute("height")?)?));
    match box_size.or_else(sides) {
        Some((width, height)) if (width - height).abs() < 0.5 => Shape::Square,
        Some(_) => Shape::Oblong,
        None => Shape::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, shape};

    #[test]
    fn an_image_is_square_where_its_view_box_or_its_sides_are() {
        for (svg, expected) in [
            (
                "<svg viewBox=\"0 0 24 24\" width=\"1\" height=\"2\">",
                Shape::Square,
            ),
            (
                "<?xml version=\"1.0\"?><svg\n width='64px' height='64px'/>",
                Shape::Square,
            ),
            ("<svg width='64px' height='64px'/>", Shape::Square),
            ("<svg viewBox='0,0,250,100'>", Shape::Oblong),
            ("<svg width=\"100%\" height=\"100%\">", Shape::Unknown),
            ("<svg viewBox=\"0 0 24\">", Shape::Unknown),
            ("<svg width=\"", Shape::Unknown),
            ("no image", Shape::Unknown),
        ] {
            assert_eq!(shape(svg), expected, "{svg}");
        }
    }
}
