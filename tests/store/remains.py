"""Leaves what attempts of tasks leave behind, for the tests of pruning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specrun.core.task import TaskId
from specrun.store.attempts import AttemptFiles
from specrun.store.layout import Layout
from tests.store import traces
from tests.store.ordering import API, key, order


class Remains:
    """A repository and its state folder, in which attempts have been and gone."""

    def __init__(self, git: Callable[..., str], layout: Layout) -> None:
        self.git = git
        self.layout = layout
        self.attempts = AttemptFiles(layout)

    def ordered(self, number: int, task_id: TaskId = API, branch: str = "main") -> Path:
        """An attempt that no shim has claimed."""
        self.attempts.order(order(number, task_id, branch=branch))
        return self.layout.attempt(task_id, number)

    def collected(self, number: int, task_id: TaskId = API, branch: str = "main") -> str:
        """A collected attempt with everything that it may leave; answers its commit."""
        directory = self.ordered(number, task_id, branch)
        traces.run(directory)
        self.attempts.collected(key(number, task_id))
        (directory / "output.log").write_text("x" * 1000)
        workspace = self.layout.workspace(task_id, number)
        (workspace / "src").mkdir(parents=True)
        (workspace / "src" / "a").write_text("y" * 100)
        workspace.with_name(f"{number}.index").write_text("z" * 10)
        self.layout.done_link(task_id, number).symlink_to(directory)
        return self.referred(number, task_id)

    def referred(self, number: int, task_id: TaskId = API) -> str:
        """A commit of its own on the references of an attempt, on top of HEAD."""
        commit = self.git("commit-tree", "-p", "HEAD", "-m", f"{task_id} {number}", "HEAD^{tree}")
        for kind in ("attempts", "bases", "proofs"):
            self.git("update-ref", f"refs/specrun/{kind}/{task_id}/{number}", commit)
        self.git("update-ref", f"refs/specrun/salvage/{task_id}/{number}-{commit[:12]}", commit)
        return commit

    def branch(self, commit: str, task_id: TaskId = API) -> None:
        """The branch of a task."""
        self.git("branch", "--force", f"specrun/{task_id}", commit)

    def references(self) -> list[str]:
        """All references but branches of people."""
        named = ("refs/specrun", "refs/heads/specrun")
        return self.git("for-each-ref", "--format=%(refname)", *named).split()

    def paths(self) -> list[str]:
        """All that lies in the state folder one level below a task, or in its flat folders."""
        home = self.layout.home
        flat = (path for name in ("done", "grants") for path in (home / name).iterdir())
        deep = (path for name in ("attempts", "work") for path in (home / name).rglob("*"))
        shown = [path.relative_to(home).as_posix() for path in (*flat, *deep)]
        return sorted(name for name in shown if name.count("/") <= 3)
