"""Lives the life of one workspace for the tests."""

from __future__ import annotations

from specrun.core.task import TaskId, Workspace
from specrun.ports import AttemptKey, Workspaces
from specrun.store.layout import Layout


class Place:
    """A workspace of attempt 1 of a task, worked on with plain files."""

    def __init__(self, workspaces: Workspaces, layout: Layout, task_id: TaskId) -> None:
        self.workspaces = workspaces
        self.key = AttemptKey(task_id, 1)
        self.path = layout.workspace(task_id, 1)

    def prepare(self, upstreams: dict[TaskId, str] | None = None) -> str:
        base = self.workspaces.head()[1]
        made = self.workspaces.prepare(self.key, Workspace.CLONE, base, upstreams or {}, self.path)
        assert made.path == self.path
        assert made.base is not None
        return made.base

    def collect(self, base: str) -> str:
        return self.workspaces.collect(self.key, self.path, base, 1700000000.0, "Work").commit

    def finish(self, files: dict[str, str], upstreams: dict[TaskId, str] | None = None) -> str:
        base = self.prepare(upstreams)
        for name, content in files.items():
            (self.path / name).write_text(content)
        return self.collect(base)

    def remove(self) -> None:
        self.workspaces.remove(self.key, self.path)
