"""Gives every attempt a tree of its own, and brings its work home onto references."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from specrun.core.task import TaskId, split_id
from specrun.core.task import Workspace as WorkspaceKind
from specrun.core.world import CarriedFile
from specrun.errors import EnvironmentProblem, Refused, ResultMissing, SpecrunError
from specrun.ports import AttemptKey, Prepared, Work
from specrun.store import branches, refs
from specrun.store.clones import begun, branch_ref, make_clone, make_tree, side
from specrun.store.git import Git
from specrun.store.harvest import Harvest, carried, changes, gather, handed_on, unchanged
from specrun.store.layout import Layout
from specrun.store.links import leading_out
from specrun.store.merging import merge_upstreams
from specrun.store.plumbing import Plumbing
from specrun.store.prooftrees import blaming, restore
from specrun.store.removal import bury, erase
from specrun.store.resetting import reset
from specrun.store.seeking import seek
from specrun.store.trees import files
from specrun.store.watching import watched


class GitWorkspaces:
    """Clones below the state folder, and references below refs/specrun/ in the user's repository.

    `attempts/<spec>/<task>/<n>` holds what was collected, `salvage/…` what would else be lost with a tree,
    `bases/…` and `proofs/…` the code base and what is checked, as long as their trees stand.
    """

    def __init__(self, git: Git, layout: Layout) -> None:
        self._layout = layout
        self._git = git
        self._plumbing = Plumbing(git, layout.git)
        self._silent: set[str] = set()

    def head(self) -> tuple[str, str]:
        """Answer (branch of HEAD or "" when detached, commit)."""
        return self._git.head()

    def prepare(
        self, key: AttemptKey, kind: WorkspaceKind, base: str, upstreams: Mapping[TaskId, str], path: Path
    ) -> Prepared:
        """Make the tree; what stands at `path` is salvaged and replaced.

        It is of an interrupted try, or of an attempt of that number whose files somebody has moved away.
        """
        if kind is WorkspaceKind.NONE:
            return Prepared(path=self._git.root, base=None)
        self._own(key, path)
        if path.is_dir():
            self.remove(key, path)
        self._plumbing.settings()
        self._plumbing.copy_shared(self._layout.git)
        merged = merge_upstreams(self._plumbing, base, upstreams)
        # The clone borrows it, and branches move on: it must outlive a user's rebase and clean-up.
        self._git.set_ref(_ref("bases", key), merged, "specrun: code base")
        make_clone(self._plumbing, path, key.task_id, merged, upstreams)
        return Prepared(path=path, base=merged)

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        """Bring the work home; repeating it makes the same commit.

        Raises ResultMissing for a tree that is gone.
        """
        self._own(key, path)
        if not path.is_dir():
            kept = refs.resolve(self._git.common_dir, _ref("attempts", key))
            if kept is None:
                problem = f"{key.task_id}: the workspace of attempt {key.number} is gone with all its work"
                raise ResultMissing(problem, f"run it again: specrun retry {key.task_id}")
            return self._work(base, kept)
        found = gather(self._plumbing, path, base, when, message)
        self._salvage(key, found)
        self._git.set_ref(_ref("attempts", key), found.commit, "specrun: collect")
        return self._work(base, found.commit)

    def recall(self, base: str, commit: str) -> Work:
        """Answer work that was collected before. Raises ResultMissing where its commit is not here."""
        with blaming(self._plumbing, [base, commit]):
            return self._work(base, commit)

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        """Answer the commit to build on for a recorded one; remotes are asked where it is not here."""
        return seek(self._plumbing, task_id, commit, carried, base, self._silent)

    def occupied(self, task_id: TaskId) -> str:
        """Answer why the task's branch cannot be moved and what to do, or nothing when it can be."""
        where = branches.whose(self._git, task_id)
        if where is None:
            return ""
        return (
            f"branch {branches.short_name(task_id)} is checked out in {where}, so that it "
            "cannot be moved to the new result; fix: check out another branch there, then run specrun apply"
        )

    def publish(self, task_id: TaskId, commit: str) -> str:
        """Point the task's branch at a commit. Raises Refused when somebody has that branch checked out."""
        name, short = branch_ref(task_id), branches.short_name(task_id)
        told = self.occupied(task_id)
        if told and refs.resolve(self._git.common_dir, name) != commit:
            what, _, fix = told.partition("; fix: ")
            raise Refused(what, fix)
        try:
            self._git.set_ref(name, commit, "specrun: publish")
        except EnvironmentProblem as exc:
            fix = f"rename a branch that stands in the way of {short}, or remove a stale {name}.lock"
            raise EnvironmentProblem(exc.what, fix) from exc
        return short

    def move_branch(self, old: TaskId, new: TaskId) -> str | None:
        """Give a renamed task's branch its new name and answer that, None where there is no such branch.

        Doing it twice is fine. Raises Refused where the branch is checked out, or the name is another's.
        """
        return branches.move(self._git, old, new)

    def drop_branch(self, task_id: TaskId) -> str:
        """Delete a task's branch if HEAD contains it; answer why it is kept, nothing when it is gone."""
        return branches.drop(self._git, task_id)

    def branches(self) -> Mapping[TaskId, str]:
        """Answer the commits of all task branches."""
        return branches.commits(self._git)

    def tree(self, commit: str) -> Mapping[str, str]:
        """Answer all files of a commit: path to `mode blob`."""
        return files(self._git, commit)

    def remove(self, key: AttemptKey, path: Path) -> None:
        """Delete a tree; whatever in it is on no reference is salvaged first."""
        self._own(key, path)
        if path.is_dir():
            kept = refs.resolve(self._git.common_dir, _ref("attempts", key))
            if kept is None or not unchanged(self._plumbing, path):
                self._rescue(key, path, kept)
        self._clear(path)
        self._drop(_ref("bases", key))

    def check_out(self, key: AttemptKey, commit: str, restored: Mapping[str, str]) -> Path:
        """Make a fresh tree of `commit` with the paths of `restored` as the commits named there have them.

        Raises ResultMissing for commits that are not here, or that no tree can be made of.
        """
        path = self._layout.proof(key.task_id, key.number)
        self.sweep_up(key)
        try:
            with blaming(self._plumbing, [commit, *restored.values()], key.task_id):
                checked = restore(self._plumbing, key.task_id, commit, restored)
                # The tree borrows it, and nobody else may hold it: it must outlive a user's clean-up.
                self._git.set_ref(_ref("proofs", key), checked, "specrun: proof")
                make_tree(self._plumbing, path, key.task_id, checked)
        except SpecrunError:
            self.sweep_up(key)
            raise
        return path

    def reset(self, key: AttemptKey, globs: Sequence[str]) -> None:
        """Undo what earlier checks did to that tree, but for what they installed or built."""
        path = self._layout.proof(key.task_id, key.number)
        self._housed(key, path)
        checked = refs.resolve(self._git.common_dir, _ref("proofs", key))
        if checked is not None and not path.is_dir():
            make_tree(self._plumbing, path, key.task_id, checked)
        elif checked is not None:
            reset(self._plumbing, path, checked, globs)

    def sweep_up(self, key: AttemptKey) -> None:
        """Delete the tree of an attempt's checks, whatever they left there, and let its commit go."""
        path = self._layout.proof(key.task_id, key.number)
        self._housed(key, path)
        self._clear(path)
        self._drop(_ref("proofs", key))

    def watched(self, globs: Sequence[str]) -> Mapping[str, str]:
        """Answer path and digest of the files in the repo itself that globs mean, tracked or not."""
        return watched(self._git.root, globs)

    def _clear(self, path: Path) -> None:
        """Delete a tree with what is kept beside it, and what was begun of it."""
        try:
            bury(path, self._layout.work)
            for what in ("index", "collected", "base"):
                side(path, what).unlink(missing_ok=True)
            for left in begun(path):
                erase(left)
        except OSError as exc:
            raise EnvironmentProblem(f"cannot remove {path}: {exc.strerror}", "remove it by hand") from exc

    def _drop(self, name: str) -> None:
        if refs.resolve(self._git.common_dir, name):
            self._git.run("update-ref", "-d", "--end-of-options", name)

    def _rescue(self, key: AttemptKey, path: Path, kept: str | None) -> None:
        """Save an uncollected tree, or what was done to one after it was collected."""
        base = _recorded_base(path) or kept or self._git.head()[1]
        found = gather(
            self._plumbing, path, base, time.time(), f"specrun: salvage of {key.task_id} {key.number}"
        )
        self._salvage(key, found)
        if found.commit != base:
            name = _ref("salvage", key)
            if refs.resolve(self._git.common_dir, name) not in {None, found.commit}:
                name = f"{name}-{found.commit[:12]}"
            self._git.set_ref(name, found.commit, "specrun: salvage")

    def _salvage(self, key: AttemptKey, found: Harvest) -> None:
        for commit in found.others:
            # Named by content, so that a repeated salvage adds nothing and replaces nothing.
            self._git.set_ref(f"{_ref('salvage', key)}-{commit[:12]}", commit, "specrun: salvage")

    def _work(self, base: str, commit: str) -> Work:
        changed = tuple(changes(self._plumbing, base, commit))
        outside = leading_out(self._plumbing, commit, changed)
        records = tuple(file.path for file in changed if not handed_on(file))
        return Work(commit=commit, carried=carried(changed), outside=outside, records=records)

    def _own(self, key: AttemptKey, path: Path) -> None:
        """Refuse any path but the one of this attempt, and that one too where a link leads elsewhere."""
        if path.is_symlink() or path.name != str(key.number):
            raise _foreign(key, path)
        self._housed(key, path)

    def _housed(self, key: AttemptKey, path: Path) -> None:
        """Refuse a path that does not lie where the trees of this task do."""
        if path.parent.resolve() != self._layout.work.resolve().joinpath(*split_id(key.task_id)):
            raise _foreign(key, path)


def _foreign(key: AttemptKey, path: Path) -> Refused:
    problem = f"{path} is not the workspace of attempt {key.number} of {key.task_id}"
    return Refused(problem, "nothing was changed; look at that folder and remove it by hand")


def _ref(kind: str, key: AttemptKey) -> str:
    return f"refs/specrun/{kind}/{key.task_id}/{key.number}"


def _recorded_base(path: Path) -> str | None:
    try:
        text = side(path, "base").read_text().strip()
    except OSError:
        return None
    return text if refs.OBJECT_ID.fullmatch(text) else None
