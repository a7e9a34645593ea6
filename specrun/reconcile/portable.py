"""Takes the places of one machine out of texts that go into records."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_SHORTEST = 3
"""A home such as `/` names nothing that is worth to be hidden."""


def portable(text: str, trees: Iterable[Path], home: str = "") -> str:
    """Answer a text in which paths below the `trees` begin there, and those below `home` with `~`."""
    places = {str(place) for tree in trees for place in (tree, tree.resolve())}
    # The longer first: one may be the beginning of the other.
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(f"{place}/", "").replace(place, ".")
    home = home.rstrip("/")
    if len(home) >= _SHORTEST and os.path.isabs(home):  # noqa: PTH117 - it is a text here
        text = text.replace(f"{home}/", "~/")
    return text
