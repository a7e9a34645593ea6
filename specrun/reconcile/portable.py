"""Takes the places of one machine out of texts that go into records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_SHORTEST = 3
"""A home such as `/` names nothing that is worth to be hidden."""


def portable(text: str, trees: Iterable[Path], home: str = "") -> str:
    """Answer a text in which paths below the `trees` begin there, and those below `home` with `~`."""
    places = {str(place) for tree in trees for place in (tree, tree.resolve())}
    # The longer first: one may be the beginning of the other.
    for place in sorted(places, key=len, reverse=True):
        # Not where it is only the beginning of another name, such as 20 of 2.
        text = re.sub(rf"{re.escape(place)}(?![\w-]|\.\w)", ".", text.replace(f"{place}/", ""))
    home = home.rstrip("/")
    if len(home) >= _SHORTEST and home.startswith("/"):
        text = text.replace(f"{home}/", "~/")
    return text
