"""The grammar of one line is told from sentences that only look like it."""

from __future__ import annotations

import pytest

from specrun.imports import inline
from specrun.imports.page import opened

Found = list[tuple[str, str, int, int]]


def items(text: str) -> Found | None:
    found = inline.read(opened(text, "f"))
    if found is None:
        return None
    return [(one.domain, one.place.text, one.place.line, one.place.column) for one in found.entries]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "frontend:Build login | backend: Create API|Write docs",
            [("frontend", "Build login", 1, 10), ("backend", "Create API", 1, 33), ("", "Write docs", 1, 44)],
        ),
        ("백엔드：서버 ｜ web3:Deploy", [("백엔드", "서버", 1, 5), ("web3", "Deploy", 1, 15)]),
        (
            'a:Fix `x | y` | b:Say "p | q" |\nc:Go',
            [("a", "Fix `x | y`", 1, 3), ("b", 'Say "p | q"', 1, 19), ("c", "Go", 2, 3)],
        ),
        ("a:One ` | b:Two", [("a", "One `", 1, 3), ("b", "Two", 1, 13)]),
        (
            '"Set up (id: db)" "Go" \\\n  “Build”, 「作る」',
            [("", "Set up (id: db)", 1, 2), ("", "Go", 1, 20), ("", "Build", 2, 4), ("", "作る", 2, 13)],
        ),
        ('"backend: Create"', [("backend", "Create", 1, 11)]),
        ('/orchestrate \\\n"a" ""\n', [("", "a", 2, 2)]),
        ("/orchestrate a:One | b:Two", [("a", "One", 1, 16), ("b", "Two", 1, 24)]),
        ("Fix the a | b table", None),
        ("Note: one thing", None),
        ("https://example.com | b:Two", None),
        ('Say "this"', None),
        ('"this" is said', None),
        ("„open", None),
        ("```\na:One | b:Two\n```", None),
        ("", None),
    ],
)
def test_lists(text: str, found: Found | None) -> None:
    assert items(text) == found


def test_the_command_is_told() -> None:
    found = inline.read(opened("/orchestrate a:One | b:Two", "f"))
    assert found is not None
    assert found.notes == ('The command "/orchestrate" was left out.',)
