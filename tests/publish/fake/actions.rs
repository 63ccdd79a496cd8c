//! What people do in a world while a test looks on: push, open, comment, review, label, merge.

use super::git::Files;
use super::site::Site;
use super::state::{EventKind, HeadRepository, Place, Pull, QueueEntry, Role};

/// The author of every pull request, unless a test says otherwise.
pub(crate) const AUTHOR: &str = "ada";

impl Site {
    /// Commits files on a branch, which is made from `main` where there is none; the commit's id.
    pub(crate) fn commit_on(&self, branch: &str, files: &Files, message: &str) -> String {
        let parent = {
            let state = self.state();
            let tip = state.branches.get(branch).or_else(|| state.branches.get("main"));
            tip.cloned()
        };
        let commit = self.git.commit_files(parent.as_deref(), files, message);
        self.state().move_branch(branch, &commit);
        commit
    }

    /// Opens a pull request with these files on top of `main`; its number.
    pub(crate) fn open(&self, head: &Files) -> u64 {
        let number = self.next_number();
        let commit = self.git.commit_files(self.tip("main").as_deref(), head, "Change");
        self.open_at(&commit, &format!("change-{number}"), HeadRepository::Own)
    }

    /// Opens a pull request from a fork of `owner`; its number.
    pub(crate) fn open_from_fork(&self, owner: &str, head: &Files) -> u64 {
        let commit = self.git.commit_files(self.tip("main").as_deref(), head, "Change");
        let number = self.open_at(&commit, "patch-1", HeadRepository::Fork(owner.to_owned()));
        self.state().person(owner);
        self.change_pull(number, |pull| owner.clone_into(&mut pull.author));
        number
    }

    /// Opens a pull request at a commit that is there; its number.
    pub(crate) fn open_at(&self, commit: &str, branch: &str, head_repository: HeadRepository) -> u64 {
        let number = self.next_number();
        let mut state = self.state();
        state.person(AUTHOR);
        if head_repository == HeadRepository::Own {
            state.move_branch(branch, commit);
        }
        let (id, now) = (state.id(), state.tick());
        let pull = Pull {
            number,
            id,
            title: "Change connectors".to_owned(),
            body: None,
            author: AUTHOR.to_owned(),
            base_branch: "main".to_owned(),
            head_branch: branch.to_owned(),
            head: commit.to_owned(),
            head_repository,
            open: true,
            merged: false,
            draft: false,
            locked: false,
            labels: std::collections::BTreeSet::new(),
            requested: std::collections::BTreeSet::new(),
            requested_teams: std::collections::BTreeSet::new(),
            created: now,
            updated: now,
        };
        state.pulls.insert(number, pull);
        number
    }

    fn next_number(&self) -> u64 {
        self.state().pulls.keys().next_back().map_or(1, |last| last + 1)
    }

    /// The tip of a branch.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        self.state().branches.get(branch).cloned()
    }

    /// The head of a pull request.
    pub(crate) fn head(&self, number: u64) -> String {
        self.state().pulls[&number].head.clone()
    }

    /// The merge base of a pull request.
    pub(crate) fn merge_base(&self, number: u64) -> String {
        let (base, head) = {
            let state = self.state();
            let pull = &state.pulls[&number];
            (state.base_tip(pull), pull.head.clone())
        };
        self.git.merge_base(&base, &head).unwrap()
    }

    /// Pushes a commit to a pull request; its id.
    pub(crate) fn push(&self, number: u64, files: &Files) -> String {
        let commit = self.git.commit_files(Some(&self.head(number)), files, "One more");
        self.push_commit(number, &commit);
        commit
    }

    /// Moves the head of a pull request, by force too.
    pub(crate) fn push_commit(&self, number: u64, commit: &str) {
        let mut state = self.state();
        let branch = {
            let pull = state.pulls.get_mut(&number).unwrap();
            commit.clone_into(&mut pull.head);
            (pull.head_repository == HeadRepository::Own).then(|| pull.head_branch.clone())
        };
        if let Some(branch) = branch {
            state.move_branch(&branch, commit);
        }
        let now = state.tick();
        state.pulls.get_mut(&number).unwrap().updated = now;
    }

    /// Changes anything of a pull request.
    pub(crate) fn change_pull(&self, number: u64, change: impl FnOnce(&mut Pull)) {
        let mut state = self.state();
        let now = state.tick();
        let pull = state.pulls.get_mut(&number).unwrap();
        change(pull);
        pull.updated = now;
    }

    /// Gives a pull request another number, before anything hangs on it.
    pub(crate) fn renumber(&self, from: u64, to: u64) {
        let mut state = self.state();
        let mut pull = state.pulls.remove(&from).unwrap();
        pull.number = to;
        state.pulls.insert(to, pull);
    }

    /// Closes a pull request without merging it.
    pub(crate) fn close(&self, number: u64) {
        self.change_pull(number, |pull| pull.open = false);
    }

    /// Merges a pull request; the merge commit.
    pub(crate) fn merge(&self, number: u64) -> String {
        let (base, branch) = {
            let state = self.state();
            let pull = &state.pulls[&number];
            (state.base_tip(pull), pull.base_branch.clone())
        };
        let commit = self
            .git
            .merge(&base, &self.head(number), &format!("Merge #{number}"));
        self.state().move_branch(&branch, &commit);
        self.change_pull(number, |pull| {
            pull.open = false;
            pull.merged = true;
        });
        commit
    }

    /// Somebody comments; the comment's id.
    pub(crate) fn comment_as(&self, login: &str, number: u64, body: &str) -> u64 {
        self.state().add_remark(number, login, body)
    }

    /// Changes the body of a comment, of whatever kind, as its author.
    pub(crate) fn edit_comment(&self, id: u64, body: &str) {
        let mut state = self.state();
        let now = state.tick();
        if let Some(remark) = state.remarks.get_mut(&id) {
            body.clone_into(&mut remark.body);
            remark.updated = now;
        } else {
            let inline = state.inlines.get_mut(&id).unwrap();
            body.clone_into(&mut inline.body);
            inline.updated = now;
        }
    }

    /// Somebody takes a comment away, of whatever kind.
    pub(crate) fn delete_comment(&self, id: u64) {
        let mut state = self.state();
        let gone = state.remarks.remove(&id).is_some() || state.remove_inline(id);
        assert!(gone, "there is no comment {id}");
    }

    /// Somebody answers to a comment on a line; the answer's id.
    pub(crate) fn reply_as(&self, login: &str, to: u64, body: &str) -> u64 {
        self.state().add_reply(to, login, body).unwrap()
    }

    /// Somebody comments on a line at head; the comment's id.
    pub(crate) fn inline_as(&self, login: &str, number: u64, path: &str, line: u64, body: &str) -> u64 {
        let place = Place {
            left: false,
            line,
            start: None,
        };
        let (head, base) = (self.head(number), self.merge_base(number));
        let mut state = self.state();
        let review = state.add_review(number, login, "COMMENTED", "", &head);
        let wanted = super::anchor::Wanted {
            path: path.to_owned(),
            place,
            body: body.to_owned(),
        };
        super::anchor::add(
            &self.git,
            &mut state,
            number,
            review,
            login,
            (&base, &head),
            wanted,
        )
        .unwrap()
    }

    /// Somebody reviews the head of a pull request: `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`.
    pub(crate) fn review_as(&self, login: &str, number: u64, state: &str, body: &str) -> u64 {
        let head = self.head(number);
        self.state().add_review(number, login, state, body, &head)
    }

    /// Somebody adds a label, which the repository has from then on.
    pub(crate) fn label_as(&self, login: &str, number: u64, label: &str) {
        let mut state = self.state();
        state.person(login);
        state.add_label(number, label, login);
    }

    /// Somebody takes a label away.
    pub(crate) fn unlabel_as(&self, login: &str, number: u64, label: &str) {
        let mut state = self.state();
        state.person(login);
        assert!(
            state.remove_label(number, label, login),
            "there is no label {label}"
        );
    }

    /// Gives the repository a label.
    pub(crate) fn repository_label(&self, name: &str) {
        self.state().repository_label(name);
    }

    /// Gives somebody a role.
    pub(crate) fn role(&self, login: &str, role: Role) {
        self.state().set_role(login, role);
    }

    /// Makes a team of the owner, with its members.
    pub(crate) fn team(&self, slug: &str, members: &[&str]) {
        let mut state = self.state();
        for member in members {
            state.person(member);
        }
        let members = members.iter().map(|&member| member.to_owned()).collect();
        state.teams.insert(slug.to_owned(), members);
    }

    /// Somebody asks somebody for a review.
    pub(crate) fn request_as(&self, login: &str, number: u64, reviewer: &str) {
        let mut state = self.state();
        state.person(login);
        state.person(reviewer);
        let pull = state.pulls.get_mut(&number).unwrap();
        pull.requested.insert(reviewer.to_owned());
        state.record(number, login, EventKind::ReviewRequested(reviewer.to_owned()));
    }

    /// Folds a comment away, as somebody with the right to do so.
    pub(crate) fn minimize(&self, id: u64, reason: Option<&str>) {
        let mut state = self.state();
        let reason = reason.map(str::to_owned);
        if let Some(remark) = state.remarks.get_mut(&id) {
            remark.minimized = reason;
        } else if let Some(inline) = state.inlines.get_mut(&id) {
            inline.minimized = reason;
        } else {
            state.reviews.get_mut(&id).unwrap().minimized = reason;
        }
    }

    /// Says which statuses and checks a branch requires.
    pub(crate) fn require(&self, branch: &str, contexts: &[&str]) {
        let contexts = contexts.iter().map(|&context| context.to_owned()).collect();
        self.state().required.insert(branch.to_owned(), contexts);
    }

    /// Puts pull requests into the merge queue of `main`, each on top of the one before; the last merge commit.
    pub(crate) fn enqueue(&self, numbers: &[u64]) -> String {
        let mut base = self.tip("main").unwrap();
        for &number in numbers {
            let head = self
                .git
                .merge(&base, &self.head(number), &format!("Merge #{number}"));
            let mut state = self.state();
            let entry = QueueEntry {
                id: state.id(),
                pull: number,
                head: head.clone(),
                base: base.clone(),
            };
            state.queues.entry("main".to_owned()).or_default().push(entry);
            let branch = format!("gh-readonly-queue/main/pr-{number}-{base}");
            state.move_branch(&branch, &head);
            base = head;
        }
        base
    }
}
