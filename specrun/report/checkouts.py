"""Says what a checkout holds, how to leave it, and how changes made there come back."""

from __future__ import annotations

from pathlib import Path

from specrun.core.task import TaskId, split_id
from specrun.report.text import line

_SHOWN = 12


def opened(name: TaskId, commit: str, told: str, *, new: bool) -> str:
    """Answer what is in it; `told` is how the task or its attempt stands, "" where nobody knows."""
    what = "A new checkout" if new else "The checkout, as it was left,"
    state = f" ({line(told)})" if told else ""
    return f"{what} of {line(name)}{state}, commit {commit[:_SHOWN]}."


def leaving(name: TaskId, *, good: bool) -> str:
    """Answer how to leave it and to bring changes back; a task that is not `good` can be accepted then."""
    accept = f'\nand for it to count: specrun accept {line(name)} --reason "mended by hand"'
    return (
        "exit leaves. To bring changes back, commit them, git push origin HEAD,\n"
        f"then in your repository: git merge mend/{line(split_id(name)[1])}{'' if good else accept}"
    )


def others(folder: Path, number: int) -> str:
    """Say that checkouts of other results of the task are there, too."""
    are = "one is" if number == 1 else f"{number} are"
    return f"Of other results {are} in {folder}; specrun prune takes away what is unchanged."
