"""Tests what doctor says."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.report.findings import text


@dataclass(frozen=True)
class Found:
    name: str
    ok: bool
    what: str
    fix: str = ""
    notice: bool = False


def test_text() -> None:
    assert text(
        [
            Found("git", ok=True, what="2.50"),
            Found("tmux", ok=False, what="missing\x1b[0m", fix="install it"),
            Found("agent", ok=True, what="not installed", notice=True),
        ]
    ) == ("ok   git    2.50\nBAD  tmux   missing\n     fix: install it\n-    agent  not installed\n")
