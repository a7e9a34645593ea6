"""Records say the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.reconcile.portable import portable


@pytest.mark.parametrize(
    ("text", "home", "told"),
    [
        ("at /state/a/2.proof/x.py:3", "", "at x.py:3"),
        ("in /state/a/2.proof", "", "in ."),
        ("in /state/a/2. Then", "", "in .. Then"),
        ("in /state/a/20/x", "", "in /state/a/20/x"),
        ("/state/a/2/x and /state/a/2.proof/y", "", "x and y"),
        ("/people/ada/.cache/x", "/people/ada", "~/.cache/x"),
        ("/people/adam/x", "/people/ada", "/people/adam/x"),
        ("/etc/passwd", "/", "/etc/passwd"),
    ],
)
def test_places_are_taken_out(text: str, home: str, told: str) -> None:
    assert portable(text, (Path("/state/a/2"), Path("/state/a/2.proof")), home) == told
