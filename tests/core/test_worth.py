"""Lists that need no workers side by side are told so, each with its reasons."""

from __future__ import annotations

import pytest

from specrun.core.draft import Item
from specrun.core.worth import reasons_against

FEW, ONE = "There are only 2 tasks.", "There is only 1 task."
SAME, NONE = "All tasks belong to one domain, ui.", "No task belongs to a domain."
CHAIN = "Each task waits for the one before it, so nothing runs side by side."


def item(name: str, domain: str | None, *upstreams: str) -> Item:
    return Item(id=name, title=name, prompt=name, domain=domain, depends_on=upstreams)


@pytest.mark.parametrize(
    ("items", "reasons"),
    [
        ([item("a", "ui"), item("b", "api"), item("c", None)], ()),
        ([item("a", "ui"), item("b", "api", "a"), item("c", "ui", "a")], ()),
        ([item("a", "ui")], (ONE,)),
        ([item("a", "ui"), item("b", "api")], (FEW,)),
        ([item("a", "ui"), item("b", "ui")], (FEW, SAME)),
        ([item("a", None), item("b", None), item("c", None)], (NONE,)),
        ([item("a", "ui"), item("b", "ui"), item("c", None)], ()),
        ([item("c", "ui", "b"), item("b", "api", "a"), item("a", "ui")], (CHAIN,)),
        ([item("a", "ui"), item("b", "ui", "a", "gone"), item("c", "ui", "a", "b")], (SAME, CHAIN)),
        ([], ("There are only 0 tasks.",)),
    ],
)
def test_reasons(items: list[Item], reasons: tuple[str, ...]) -> None:
    assert reasons_against(items) == reasons
