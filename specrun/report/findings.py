"""Shows what `specrun doctor` found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from specrun import __version__
from specrun.core.task import Json
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.diff import aligned
from specrun.report.text import line

FORMAT = 1
_ROLES = {"ok": Role.GOOD, "BAD": Role.BAD, "-": Role.FAINT}
_STATES = {"ok": "ok", "BAD": "bad", "-": "notice"}


class Finding(Protocol):
    """One thing that was looked at: what it is like, and what to do where it is not `ok`."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether specrun can work with it."""

    @property
    def notice(self) -> bool:
        """Whether it is told for information only."""

    @property
    def what(self) -> str:
        """What it is like."""

    @property
    def fix(self) -> str:
        """What to do about it."""

    @property
    def commands(self) -> tuple[str, ...]:
        """What may be pasted into a shell to mend it, or to have what is not needed."""


def text(findings: Sequence[Finding], paint: Paint = PLAIN) -> str:
    """Answer one line per finding, one more where something is to be done, and at last what can be pasted."""
    rows = aligned([(mark(one), line(one.name), line(one.what)) for one in findings])
    told = []
    for row, one in zip(rows, findings, strict=True):
        word = mark(one)
        told.append(paint(word, _ROLES[word]) + row.removeprefix(word))
        if one.fix and not one.ok:
            told.append(f"     {paint('fix:', Role.STRONG)} {line(one.fix)}")
    for title, commands in (
        ("To mend this, paste:", pasted(one for one in findings if not one.ok)),
        ("Not needed; to have it, paste:", pasted(one for one in findings if one.ok)),
    ):
        if commands:
            told += ["", paint(title, Role.STRONG), *(f"  {one}" for one in commands)]
    return "".join(f"{row}\n" for row in told)


def pasted(findings: Iterable[Finding]) -> list[str]:
    """Answer what can be pasted for these, each command once."""
    return list(dict.fromkeys(line(command) for one in findings for command in one.commands))


def document(findings: Sequence[Finding]) -> dict[str, Json]:
    """Answer what `doctor --json` prints."""
    return {
        "format_version": FORMAT,
        "tool_version": __version__,
        "ok": all(one.ok for one in findings),
        "findings": [
            {
                "name": one.name,
                "state": _STATES[mark(one)],
                "what": one.what,
                "fix": "" if one.ok else one.fix,
                "commands": list(one.commands),
            }
            for one in findings
        ],
        "commands": [*pasted(one for one in findings if not one.ok)],
    }


def mark(one: Finding) -> str:
    """Answer the word before a finding."""
    if not one.ok:
        return "BAD"
    return "-" if one.notice else "ok"
