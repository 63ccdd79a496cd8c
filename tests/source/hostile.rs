//! Configurations and attributes that would run a program, and what git's children may know.

use tierguard::changeset::Side;
use tierguard::source::git::{Git, GitSource, History};

use super::repository::{Repository, connectors, environment, found, list, path, rows};

/// A repository in which everything that git could run writes a file named `pwn`.
fn poisoned() -> Repository {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", "a\n");
    repository.commit("base");
    repository.write("c/source-a/metadata.yaml", "b\n");
    repository.write(
        ".gitattributes",
        "* filter=evil diff=evil merge=evil text eol=crlf ident working-tree-encoding=UTF-16 export-ignore\n",
    );
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    let attributes = repository.git(&["hash-object", "-w", "--no-filters", ".gitattributes"]);
    repository.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        &format!("100644,{attributes},.gitattributes"),
    ]);
    let blob = repository.blob("b\n");
    repository.git(&[
        "update-index",
        "--cacheinfo",
        &format!("100644,{blob},c/source-a/metadata.yaml"),
    ]);
    repository.git(&["commit", "--quiet", "-m", "head"]);
    let pwn = repository.folder.path().join("pwn");
    let touch = format!("touch {}", pwn.display());
    for key in [
        "core.fsmonitor",
        "diff.external",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.askPass",
        "gpg.program",
        "diff.evil.command",
        "diff.evil.textconv",
        "merge.evil.driver",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "filter.a=b.c.clean",
        "credential.helper",
        "core.alternateRefsCommand",
        "uploadpack.packObjectsHook",
        "pager.log",
        "pager.diff-tree",
    ] {
        repository.git(&["config", key, &touch]);
    }
    for command in [
        "log",
        "cat-file",
        "diff-tree",
        "diff-index",
        "ls-files",
        "rev-parse",
        "merge-base",
        "config",
    ] {
        repository.git(&["config", &format!("alias.{command}"), &format!("!{touch}")]);
    }
    repository.git(&["config", "filter.evil.required", "true"]);
    repository.git(&["config", "log.showSignature", "true"]);
    repository.git(&["config", "log.showRoot", "false"]);
    let hooks = repository.folder.path().join("hooks");
    std::fs::create_dir(&hooks).unwrap();
    for hook in [
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
        "post-checkout",
    ] {
        std::fs::write(hooks.join(hook), format!("#!/bin/sh\n{touch}\n")).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(
            hooks.join(hook),
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
    }
    repository.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);
    std::fs::create_dir_all(repository.path.join(".git/info")).unwrap();
    std::fs::write(
        repository.path.join(".git/info/attributes"),
        "* filter=evil diff=evil\n",
    )
    .unwrap();
    let _ = std::fs::remove_file(&pwn);
    repository
}

fn pwned(repository: &Repository) -> bool {
    repository.folder.path().join("pwn").exists()
}

#[test]
fn nothing_that_a_configuration_names_is_run_between_commits() {
    let repository = poisoned();
    let mut source = repository.open("main", "topic");
    let mut set = list(&mut source);
    assert_eq!(rows(&set), ["A .gitattributes", "M c/source-a/metadata.yaml"]);
    assert_eq!(
        found(
            &mut source,
            &mut set,
            Side::Head,
            &path("c/source-a/metadata.yaml")
        ),
        "b\n"
    );
    assert!(!pwned(&repository));
}

#[test]
fn nothing_that_a_configuration_names_is_run_in_the_working_tree() {
    let repository = poisoned();
    let metadata = repository.path.join("c/source-a/metadata.yaml");
    for content in ["b\n", "c\n", "c\r\n"] {
        std::fs::write(&metadata, content).unwrap();
        // An index that is as old as the file makes git look into the file itself.
        let moment = std::fs::metadata(&metadata).unwrap().modified().unwrap();
        let index = std::fs::File::options()
            .append(true)
            .open(repository.path.join(".git/index"))
            .unwrap();
        index.set_modified(moment).unwrap();
        let mut source = repository.open_working_tree("main");
        let mut set = list(&mut source);
        assert_eq!(
            rows(&set),
            ["A .gitattributes", "M c/source-a/metadata.yaml"],
            "{content:?}"
        );
        assert_eq!(
            found(
                &mut source,
                &mut set,
                Side::Head,
                &path("c/source-a/metadata.yaml")
            ),
            content
        );
        assert!(!pwned(&repository), "{content:?}");
    }
}

#[test]
fn a_racy_index_entry_is_compared_without_its_filter() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", "a\n");
    repository.write(".gitattributes", "* filter=evil\n");
    repository.commit("base");
    let pwn = repository.folder.path().join("pwn");
    repository.git(&[
        "config",
        "filter.evil.clean",
        &format!("touch {}; cat", pwn.display()),
    ]);
    let moment = std::fs::metadata(repository.path.join("c/source-a/metadata.yaml"))
        .unwrap()
        .modified()
        .unwrap();
    let index = std::fs::File::options()
        .append(true)
        .open(repository.path.join(".git/index"))
        .unwrap();
    index.set_modified(moment).unwrap();
    // Git by itself runs the filter here: otherwise the test would prove nothing.
    repository.git(&["-c", "core.quotePath=false", "diff-index", "--raw", "HEAD"]);
    assert!(pwn.exists());
    std::fs::remove_file(&pwn).unwrap();
    index.set_modified(moment).unwrap();
    assert!(list(&mut repository.open_working_tree("main")).files.is_empty());
    assert!(!pwn.exists());
}

#[test]
fn nothing_that_a_configuration_names_is_run_by_a_replay() {
    let repository = poisoned();
    let steps: Vec<_> = History::open(&repository.reader(), "topic", &connectors(), |_| true)
        .unwrap()
        .collect();
    assert_eq!(steps.len(), 1);
    assert!(steps.into_iter().all(|step| step.is_ok()));
    assert!(!pwned(&repository));
}

#[cfg(unix)]
#[test]
fn no_child_sees_a_token() {
    let repository = Repository::new();
    repository.write("c/source-a/metadata.yaml", "a\n");
    repository.commit("base");
    let folder = repository.folder.path();
    let shim = folder.join("shim");
    std::fs::create_dir(&shim).unwrap();
    let seen = folder.join("seen");
    let variables = environment(folder);
    let real = variables[0].1.to_str().unwrap().to_owned();
    let script = format!(
        "#!/bin/sh\nenv >> {0}\necho \"$@\" >> {0}\nPATH={real} exec git \"$@\"\n",
        seen.display()
    );
    std::fs::write(shim.join("git"), script).unwrap();
    std::fs::set_permissions(
        shim.join("git"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let names = [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "GIT_DIR",
        "GIT_CONFIG_PARAMETERS",
        "ACTIONS_RUNTIME_TOKEN",
    ];
    let mut all: Vec<_> = names.map(|name| (name.into(), "canary".into())).into();
    all.push(("PATH".into(), format!("{}:{real}", shim.display()).into()));
    all.push(variables[1].clone());
    let mut source = GitSource::open(&Git::new(&repository.path, all), Some("main"), None).unwrap();
    list(&mut source);
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(seen.contains("GIT_NO_LAZY_FETCH=1") && seen.contains("diff-index"));
    assert!(!seen.contains("canary"));
}
