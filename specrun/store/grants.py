"""Keeps one-shot retry grants: a file per token, used up by the first intent that names it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from specrun.core.task import TaskId
from specrun.errors import EnvironmentProblem
from specrun.store.documents import FORMAT, Document, writing
from specrun.store.folders import names_of
from specrun.system.files import create_json

_TOKEN = re.compile(r"[0-9a-f]{16}")


class Grants:
    """The folder of grants."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owners: dict[str, TaskId] = {}

    def waiting(self) -> bool:
        """Whether there may be a grant at all."""
        return bool(names_of(self._folder))

    def unused(self, used: Collection[str]) -> Mapping[TaskId, str]:
        """Answer one token per task that has any which is not `used`."""
        found: dict[TaskId, str] = {}
        for token in sorted(names_of(self._folder)):
            if token not in used and _TOKEN.fullmatch(token) and (owner := self._owner(token)) is not None:
                found[owner] = token
        return found

    def owners(self) -> Mapping[str, TaskId]:
        """Answer the task of every grant, used or not, by token; those that cannot be read are left out."""
        found = {}
        for token in filter(_TOKEN.fullmatch, sorted(names_of(self._folder))):
            with suppress(EnvironmentProblem):
                owner = self._owner(token)
                if owner is not None:
                    found[token] = owner
        return found

    def leave(self, task_id: TaskId) -> str:
        """Write a new grant durably and answer its token."""
        token = os.urandom(8).hex()
        with writing(self._folder, "free some space, or set SPECRUN_HOME to another disk"):
            create_json(self._folder / token, {"format": FORMAT, "task": task_id, "at": time.time()})
        return token

    def spend(self, token: str) -> None:
        """Remove a grant that a durable intent names."""
        if _TOKEN.fullmatch(token):
            (self._folder / token).unlink(missing_ok=True)

    def _owner(self, token: str) -> TaskId | None:
        if token not in self._owners:
            path = self._folder / token
            try:
                document = Document(path, f"remove {path}, then ask for the retry again")
            except EnvironmentProblem:
                if path.exists():
                    raise
                return None  # used up by another specrun in this moment
            self._owners[token] = TaskId(document.text("task"))
        return self._owners[token]
