"""Tests the graph of tasks as scripts read it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from specrun import __version__
from specrun.core.choice import Choice
from specrun.core.task import TaskId
from specrun.report.graph_json import document
from tests.core.make import desired, prints, run, task, tid
from tests.report.graphs import made, shop

ALL = Choice(words=(), of=5, selected=frozenset(), only=None)


NOTHING = {"seconds_low": None, "seconds_high": None, "usd_low": None, "usd_high": None, "samples": 0}
FIRST = {
    "task": "s/a",
    "title": "First",
    "state": "succeeded",
    "action": "reuse",
    "wave": 1,
    "critical": True,
    "domain": "web",
    "agent": "claude",
    "model": "opus",
    "estimate": {**NOTHING, "seconds_low": 10.0, "seconds_high": 10.0, "usd_low": "0.25", "usd_high": "0.25"}
    | {"samples": 1},
    "not_shown": [],
}
SECOND = {
    "task": "s/b",
    "title": "",
    "state": "pending",
    "action": "run",
    "wave": 2,
    "critical": True,
    "domain": None,
    "agent": "shell",
    "model": None,
    "estimate": NOTHING,
    "not_shown": [],
}
EDGE = {"from": "s/a", "to": "s/b", "kind": "depends", "on": "finished", "carry": "none", "limit": None}
SPEC = {
    "name": "s",
    "path": "specs/s.yaml",
    "waves": [["s/a"], ["s/b"]],
    "critical_path": ["s/a", "s/b"],
    "critical_seconds": None,
}


def test_an_example() -> None:
    tasks = (
        task("a", title="First", agent="claude", model="opus", domain="web"),
        task("b", "a:finished:none"),
    )
    known = prints(desired(*tasks))
    done = run(known[tid("a")], "a", agent="claude", model="opus", cost_usd=Decimal("0.25"))
    assert document(made(*tasks, runs=[done]), ALL) == {
        "format_version": 1,
        "tool_version": __version__,
        "selection": None,
        "specs": [SPEC],
        "nodes": [FIRST, SECOND],
        "edges": [{**EDGE, "critical": True}],
        "conflicts": [],
    }


def edges(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["from"], one["to"], one["kind"]) for one in found["edges"]]


def test_conflicts_and_edges_back_are_told() -> None:
    found: dict[str, Any] = document(shop(), ALL)
    assert found["conflicts"] == [{"tasks": ["s/api", "s/web"], "globs": ["src/**", "src/web/**"]}]
    back = [one for one in found["edges"] if one["kind"] == "rewind"]
    assert [(one["from"], one["to"], one["limit"], one["on"]) for one in back] == [
        ("s/review", "s/api", 2, None)
    ]


def test_a_selection_says_so() -> None:
    only = frozenset({TaskId("s/b")})
    choice = replace(ALL, words=("--only b",), selected=only, only=only)
    found: dict[str, Any] = document(made(task("a"), task("b", "a"), only=["b"]), choice)
    assert found["selection"]["selected"] == ["s/b"]
    assert found["nodes"][0]["not_shown"] == ["s/a"]
    assert edges(found) == []
