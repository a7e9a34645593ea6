"""Tests that a workspace can be lived in."""

from __future__ import annotations

from specrun.core.task import TaskId
from specrun.store.layout import Layout
from specrun.store.workspaces import GitWorkspaces
from tests.store.living import Place


def test_work_ends_in_a_commit(workspaces: GitWorkspaces, layout: Layout) -> None:
    place = Place(workspaces, layout, TaskId("a/b"))

    assert place.finish({"new": "x"}) != workspaces.head()[1]
    place.remove()
    assert not place.path.exists()
