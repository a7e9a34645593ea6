"""A draft knows which of its items are still to do."""

from __future__ import annotations

from specrun.core.draft import Draft, Item


def test_done_items_are_no_tasks() -> None:
    one, two = (Item(id=name, title=name, prompt=name, done=name == "a") for name in "ab")
    assert Draft(form="checklist", items=(one, two)).open == (two,)
