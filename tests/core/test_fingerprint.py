"""What a fingerprint holds, what it leaves out, and what makes two of them differ."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from specrun.core.agent import Mode, Permissions
from specrun.core.fingerprint import (
    PROMPT_KEPT,
    canonical_prompt,
    carried_digest,
    changed,
    components,
    digest,
    fingerprint,
)
from specrun.core.impact import CLASSES
from specrun.core.task import Limits, Retry, Strategy, Task, Workspace
from specrun.core.world import CarriedFile
from specrun.errors import Where
from tests.core.make import task, tid

A = task("a")
OUTSIDE = {"id", "where", "title", "domain", "priority"}
"""Fields of a task that are in no fingerprint."""


def test_key_order_and_line_ends_do_not_matter() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert canonical_prompt("a  \r\nb\n\n") == canonical_prompt("a\nb") == "a\nb"


def test_a_huge_prompt_is_kept_as_a_digest() -> None:
    kept = canonical_prompt("x" * (PROMPT_KEPT + 1))
    assert isinstance(kept, dict)
    assert kept["characters"] == PROMPT_KEPT + 1


def test_every_component_has_a_class_and_every_field_a_place() -> None:
    names = set(components(A, A.prompt, {}))
    assert names == set(CLASSES)
    places = {
        "agent": {"agent": "other"},
        "prompt": {"prompt": "x"},
        "executor": {"executor": "tmux"},
        "workspace": {"workspace": Workspace.NONE},
        "edges": {"edges": task("a", "b").edges},
        "env": {"env": {"A": "1"}},
        "secrets": {"secrets": ("KEY",)},
        "with_": {"with_": {"a": 1}},
        "limits": {"limits": Limits(timeout=1.0)},
        "retry": {"retry": Retry(limit=3)},
        "budget": {"budget": Decimal(1)},
        "rerun": {"rerun": 1},
        "model": {"model": "opus"},
        "max_turns": {"max_turns": 9},
        "permissions": {"permissions": Permissions(mode=Mode.READ)},
        "inherit_config": {"inherit_config": True},
    }
    assert {field.name for field in fields(Task)} - OUTSIDE == set(places)
    base = fingerprint(A, A.prompt, {})
    for name, edit in places.items():
        other = replace(A, **edit)  # type: ignore[arg-type] # one edit per field, of that field's type
        print_ = fingerprint(other, other.prompt, {})
        assert (print_.work, print_.live) != (base.work, base.live), name
    moved = replace(A, where=Where("elsewhere.yaml", 9), title="t", domain="d", priority=5)
    assert fingerprint(moved, moved.prompt, {}) == base


def test_how_an_agent_is_run_is_live() -> None:
    base = fingerprint(A, A.prompt, {})
    edits: list[dict[str, Any]] = [
        {"model": "opus"},
        {"max_turns": 9},
        {"inherit_config": True},
        {"retry": Retry(strategy=Strategy.RESUME)},
        *({"permissions": one} for one in (Permissions(allow=("a",)), Permissions(deny=("a",)))),
    ]
    for edit in edits:
        other = fingerprint(replace(A, **edit), A.prompt, {})
        assert other.work == base.work, edit
        assert other.live != base.live, edit


def test_the_order_of_rules_means_nothing() -> None:
    one, two = (replace(A, permissions=Permissions(allow=rules)) for rules in (("a", "b"), ("b", "a")))
    assert fingerprint(one, "p", {}) == fingerprint(two, "p", {})


def test_unknown_upstreams_and_prompts_leave_the_work_digest_empty() -> None:
    known = fingerprint(task("a", "b"), "p", {tid("b"): "d"})
    assert known.work
    assert known.components["upstream:b"] == "d"
    late = fingerprint(task("a", "b"), None, {tid("b"): None})
    assert (late.work, late.unknown) == ("", ("prompt", "upstream:b"))
    assert changed(late, known) == ()


def test_changed_names_components_prompt_first_and_upstreams_last() -> None:
    one = fingerprint(task("a", "b", env={"A": "1"}), "p", {tid("b"): "1"})
    two = fingerprint(task("a", "b"), "q", {tid("b"): "2"})
    assert changed(one, two) == ("prompt", "env", "upstream:b")
    foreign = replace(two, components={**two.components, "of_the_future": 1})
    assert changed(two, foreign) == ()


def test_carried_digest_is_about_content_and_not_order() -> None:
    one, two = CarriedFile("a", "100644", "1" * 40), CarriedFile("b", "100644", "2" * 40)
    assert carried_digest([one, two]) == carried_digest([two, one])
    assert carried_digest([one]) != carried_digest([two])
    assert carried_digest(None) != carried_digest([])
