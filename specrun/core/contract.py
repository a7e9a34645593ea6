"""What the work of an attempt has to show before it counts as done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One command that proves work: a script for `sh -e`, and the folder it runs in ("" is the top)."""

    name: str
    run: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewind:
    """Where a failing verdict sends the work back to (a task id in the same spec), `limit` times at most."""

    to: str
    limit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The words that a judging task may leave, and what a failing one sets going."""

    passing: tuple[str, ...]
    failing: tuple[str, ...]
    rewind: Rewind | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Every declared word, those that pass first."""
        return (*self.passing, *self.failing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Everything that is asked of a task's work beside its agent's own success.

    `checks` run in this order. `protect` are globs of files that are restored before checking, as written;
    None means the defaults alone, which follow from `kinds`: (folder, project type) pairs. `touches` are
    globs that the change must stay within, empty for no limit. `outputs` is a JSON Schema.
    """

    checks: tuple[Check, ...] = ()
    protect: tuple[str, ...] | None = None
    kinds: tuple[tuple[str, str], ...] = ()
    touches: tuple[str, ...] = ()
    outputs: Mapping[str, Any] | None = None
    judge: Judge | None = None
