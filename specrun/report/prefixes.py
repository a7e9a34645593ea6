"""Says before each line of logs that are read together whose it is: in a colour of its own, and aligned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from specrun.core.task import TaskId
from specrun.report.colour import PLAIN, Paint
from specrun.report.text import line, pad, width


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefixes:
    """What lines begin with: the address of the task where `several` are shown, and the name of a check.

    Tasks have colours by their place in `names`. What is shorter than `columns` is filled up. Unless `shown`,
    there are none.
    """

    names: Sequence[TaskId] = ()
    several: bool = False
    columns: int = 0
    paint: Paint = PLAIN
    shown: bool = True

    def of(self, name: TaskId, check: str = "") -> str:
        """Answer the prefix of lines of a task, or of one of its checks; "" where it is alone."""
        told = _told(name, check) if self.several else _told(TaskId(""), check)
        if not (told and self.shown):
            return ""
        place = self.names.index(name) if name in self.names else len(self.names)
        return self.paint.name(f"{pad(told, self.columns)} |", place) + " "


def columns(checks: Mapping[TaskId, Iterable[str]], most: int) -> int:
    """Answer the columns that all prefixes of these tasks and their checks need, at most `most`."""
    needed = [width(_told(name, check)) for name, named in checks.items() for check in ("", *named)]
    return min(max(needed, default=0), most)


def heading(name: TaskId, attempt: int) -> str:
    """Answer the line that stands above a whole log where there are several."""
    return f"==> {line(name)} (attempt {attempt}) <=="


def _told(name: TaskId, check: str) -> str:
    return " ".join(filter(None, [line(name), f"check {line(check)}" if check else ""]))
