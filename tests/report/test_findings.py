"""Tests what doctor says."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.report.colour import Paint, Role
from specrun.report.findings import document, pasted, text
from specrun.report.text import clean


@dataclass(frozen=True)
class Found:
    name: str
    ok: bool
    what: str
    fix: str = ""
    notice: bool = False
    commands: tuple[str, ...] = ()


def test_text() -> None:
    assert text(
        [
            Found("git", ok=True, what="2.50"),
            Found("tmux", ok=False, what="missing\x1b[0m", fix="install it"),
            Found("agent", ok=True, what="not installed", notice=True),
        ]
    ) == ("ok   git    2.50\nBAD  tmux   missing\n     fix: install it\n-    agent  not installed\n")


BROKEN = [
    Found("git", ok=True, what="2.50"),
    Found("commit", ok=False, what="none", fix="make one", commands=("git add -A", "git commit")),
    Found("tmux", ok=False, what="missing", fix="install it", commands=("apt-get install tmux\x1b[2J",)),
    Found("agent codex", ok=True, what="not installed", notice=True, commands=("npm i codex",)),
    Found("agent gemini", ok=True, what="not installed", notice=True, commands=("npm i codex",)),
]


def test_what_can_be_pasted_stands_at_the_end_each_once() -> None:
    assert text(BROKEN).partition("\n\n")[2].splitlines() == [
        "To mend this, paste:",
        "  git add -A",
        "  git commit",
        "  apt-get install tmux",
        "",
        "Not needed; to have it, paste:",
        "  npm i codex",
    ]
    assert pasted(BROKEN[3:]) == ["npm i codex"]


def test_colours_change_nothing_else() -> None:
    paint = Paint(on=True)
    told = text(BROKEN, paint)
    assert told.startswith(f"{paint('ok', Role.GOOD)}   git")
    assert f"{paint('BAD', Role.BAD)}  commit" in told
    assert clean(told) == text(BROKEN)


def test_document() -> None:
    told = document(BROKEN)
    assert (told["format_version"], told["ok"]) == (1, False)
    assert told["commands"] == ["git add -A", "git commit", "apt-get install tmux"]
    assert isinstance(told["findings"], list)
    assert [one["state"] for one in told["findings"] if isinstance(one, dict)] == [
        "ok",
        "bad",
        "bad",
        "notice",
        "notice",
    ]
    assert told["findings"][1] == {
        "name": "commit",
        "state": "bad",
        "what": "none",
        "fix": "make one",
        "commands": ["git add -A", "git commit"],
    }
    assert document(BROKEN[:1])["ok"] is True
