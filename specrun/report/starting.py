"""Shows what `specrun init` found, what it wrote, and which commands come next."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specrun.core.project import COMMANDS
from specrun.core.task import Task, split_id
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.diff import aligned
from specrun.report.text import clean, cut, line, shown

_COMMIT = (("git add -A", ""), ('git commit -m "first commit"', "# workers start from a commit"))
_FAINT = frozenset({"kept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file: its path from the repo root, its state (new, kept, renewed or extended), and what it is."""

    path: str
    state: str
    what: str


def found(kind: str, source: str, commands: Mapping[str, str], agent: str, tmux: str) -> str:
    """Answer what was seen: the project, the agent that is taken, and why there is no tmux, "" if so."""
    told = "; ".join(f"{name}: {commands[name]}" for name in COMMANDS if name in commands)
    project = (
        f"{kind}, from {shown(source)}{f' ({told})' if told else ''}" if kind else "no type that is known"
    )
    where = f"plain processes ({tmux})" if tmux else "tmux"
    rows = [("Project", project), ("Agent", agent), ("Workers", where)]
    return "".join(f"{row}\n" for row in aligned([(f"{head}:", line(text)) for head, text in rows]))


def files(written: Sequence[Written], paint: Paint = PLAIN, *, dry: bool = False) -> str:
    """Answer the files and what became of them, or would with `dry`."""
    words = {"new": "wrote", "renewed": "renewed", "extended": "extended"}
    if dry:
        words = {"new": "would write", "renewed": "would renew", "extended": "would extend"}
    rows = aligned([(words.get(one.state, one.state), line(one.path), one.what) for one in written])
    told = [
        paint(row, Role.FAINT) if one.state in _FAINT else row for row, one in zip(rows, written, strict=True)
    ]
    return "".join(f"{row}\n" for row in told)


def content(path: str, text: str) -> str:
    """Answer what a file would hold, below its name."""
    return f"\n--- {line(path)}\n{clean(text)}"


def table(tasks: Sequence[Task], complexity: Mapping[str, str], room: int | None = None) -> str:
    """Answer the tasks of a list; `complexity` is that of each id, as far as it is known."""
    heads = ("TASK", "DOMAIN", "COMPLEXITY", "MODEL", "AFTER")
    rows = [
        (
            task.name,
            task.domain or "-",
            complexity.get(task.name, "-"),
            line(task.model or "-"),
            ", ".join(split_id(edge.upstream)[1] for edge in task.edges) or "-",
        )
        for task in tasks
    ]
    laid = aligned([heads, *rows])
    return "".join(f"{row if room is None else cut(row, room)}\n" for row in laid)


def advice(reasons: Sequence[str], tasks: int) -> str:
    """Say why a list may not be worth several workers, "" where it is."""
    if not reasons:
        return ""
    told = " ".join(reasons)
    one = "this" if tasks == 1 else "these"
    return f"Perhaps not worth workers: {told} One agent in one session may do {one} as well.\n"


def onward(call: Sequence[str], spec: str, *, committed: bool) -> str:
    """Answer the commands that come next; `spec` is "" where there is only one."""
    words = [spec] if spec else []
    rows = [
        *(() if committed else _COMMIT),
        (shlex.join((*call, "diff", *words)), "# see what would happen"),
        (shlex.join((*call, "apply", *words)), "# do it"),
    ]
    told = aligned([(f"  {command}", purpose) for command, purpose in rows])
    return "Next:\n" + "".join(f"{row}\n" for row in told)


def unchanged() -> str:
    """Say that there was nothing to write."""
    return "Nothing to write: everything is there.\n"
