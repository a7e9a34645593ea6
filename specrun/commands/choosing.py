"""Asks for the selectors that a verb needs, and says where they mean nothing."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.api.asking import Selecting
from specrun.api.selecting import selectors
from specrun.commands import console
from specrun.core.choice import Choice
from specrun.core.selection import Selectors
from specrun.errors import ExitCode, UsageProblem
from specrun.report import events, selection

NAMING = "--target, --only, --from, --until, --failed, --changed, --label or --domain"
"""The options that say which tasks are meant, for messages."""


def named(told: Selecting, names: Sequence[str], what: str, instead: str = "") -> Selectors:
    """Answer the selectors of a verb that is never about everything by itself.

    Raises UsageProblem where it is not said what it is about.
    """
    asked = selectors(told, names)
    if not asked.naming and not asked.filtering:
        raise UsageProblem(
            f"say which {what}", f"name tasks ('*' for all of them){instead}, or pass {NAMING}"
        )
    return asked


def nothing(choice: Choice, *, as_json: bool = False) -> ExitCode:
    """Say that no task is meant; with `as_json` as the end of a stream."""
    told = selection.nothing(choice)
    if as_json:
        console.row(events.last(told, ExitCode.OK))
    else:
        console.out(f"{told}\n")
    return ExitCode.OK
