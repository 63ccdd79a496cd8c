//! The oracles find what they are for.

use super::super::bot::{commands, markdown_faults, parse_outputs};

#[test]
fn a_harmful_body_is_found_and_a_good_one_is_not() {
    let links = ["https://github.com/octo/".to_owned()];
    let good = "<!-- tierguard:summary -->\n### tierguard: 2 things\n\n| | what |\n|---|---|\n| ✅ | [x](https://github.com/octo/a) `#1 @b <!-- c -->` |\n\n\
                ```suggestion\n  a: 1\n```\n\n<details><summary>more</summary>\n\nx\n\n</details>\n\n<sub>y</sub>\n";
    assert_eq!(markdown_faults(good, &links), Vec::<String>::new());
    for bad in [
        "see @team",
        "#1",
        "octo/x#12",
        "[x](http://evil)",
        "![x](https://github.com/octo/y)",
        "<b>x</b>",
        "<img src=x>",
        "x <!-- y -->",
        "a\n<!-- tierguard -->",
        "| a |\n|---|\n| b | c |\n\n~~~\nx",
        "```js\nx\n```",
        "$x$ $$y$$",
        "www.evil.com",
        "0123456789abcdef0123456789abcdef01234567",
        "[^1]\n\n[^1]: x",
        "a\u{202e}b",
        "```suggestion\na\n```\n\n```suggestion\nb\n```",
    ] {
        assert!(!markdown_faults(bad, &links).is_empty(), "{bad:?}");
    }
}

#[test]
fn the_runner_reads_commands_and_values() {
    let found = commands("x\n \u{a0}::error file=a%2Cb,line=1::m%0An\rz ##[warning]y\n::stop-commands::t");
    let names: Vec<&str> = found.iter().map(|command| command.name.as_str()).collect();
    assert_eq!(names, ["error", "warning", "stop-commands"]);
    assert_eq!(
        (found[0].properties["file"].as_str(), found[0].message.as_str()),
        ("a,b", "m\nn")
    );
    let read = parse_outputs("a=1\nb<<E\nx=y\n\nz\nE\nc=<<x\n");
    assert_eq!(
        (read["a"].as_str(), read["b"].as_str(), read["c"].as_str()),
        ("1", "x=y\n\nz", "<<x")
    );
}
