"""What a fingerprint holds, what it leaves out, and what makes two of them differ."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from specrun.core import fingerprint as module
from specrun.core.agent import Mode, Permissions
from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.fingerprint import (
    PROMPT_KEPT,
    canonical_prompt,
    carried_digest,
    changed,
    components,
    digest,
    fingerprint,
    handed,
    renamed,
    reverified,
    same,
)
from specrun.core.impact import CLASSES, Impact
from specrun.core.task import Condition, Limits, Retry, Strategy, Task, Workspace
from specrun.core.world import CarriedFile
from specrun.errors import Where
from tests.core.make import task, tid

A = task("a")
FULL = Contract(
    checks=(Check(name="test", run="pytest"),),
    touches=("src",),
    outputs={"type": "object"},
    judge=Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="b")),
)
OUTSIDE = {"id", "where", "title", "item", "domain", "priority", "enabled", "freeze", "labels", "sources"}
"""Fields of a task that are in no fingerprint."""


def test_key_order_and_line_ends_do_not_matter() -> None:
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert canonical_prompt("a  \r\nb\n\n") == canonical_prompt("a\nb") == "a\nb"


def test_a_huge_prompt_is_kept_as_a_digest() -> None:
    kept = canonical_prompt("x" * (PROMPT_KEPT + 1))
    assert isinstance(kept, dict)
    assert kept["characters"] == PROMPT_KEPT + 1


def test_every_component_has_a_class_and_every_field_a_place() -> None:
    whole = replace(A, contract=FULL, reads=("a",), when=Condition(text="x", met=None), sources={"vars": {}})
    assert set(components(whole, A.prompt, {}, {"a": "100644 1"})) == set(CLASSES)
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
        "contract": {"contract": FULL},
        "reads": {"reads": ("a",)},
        "when": {"when": Condition(text="x", met=True)},
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


def test_records_from_before_anything_was_checked_still_fit() -> None:
    """Their digests, as they were made then: an upgrade runs nothing again."""
    plain = fingerprint(A, "p", {})
    assert plain.work == "b7011752b655ebc554dd493d4129bdd777e77d01d6ee05449ae4e92a710e9efb"
    assert plain.verify == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert plain.live == "8fb842f671571e41b38bc7bb39374d7d44d8a2c9254b6b2871311a40c1254aa9"
    retry = Retry(limit=2, delay=3.0, factor=2.0, max_delay=9.0)
    more = task("a", "b", retry=retry, budget=Decimal("1.5"), env={"A": "1"}, model="m")
    full = fingerprint(more, "p", {tid("b"): "d"})
    assert full.work == "83d48eb0ca0b92fe72318cf9ed4e1c425a8397c3e85d06e53fe67255ddcd2d46"
    assert full.live == "3e4d68d62493166d550a245e303c80768b9c6454c6141c5238656fe6c3d69139"


CONTRACTS: list[tuple[str, Contract]] = [
    ("verify", replace(FULL, checks=(Check(name="test", run="pytest -q"),))),
    ("verify", replace(FULL, checks=(Check(name="unit", run="pytest"),))),
    ("verify", replace(FULL, checks=(Check(name="test", run="pytest", path="web"),))),
    ("verify", replace(FULL, checks=())),
    ("verify", replace(FULL, protect=())),
    ("verify", replace(FULL, protect=("tests",))),
    ("verify", replace(FULL, kinds=(("", "python"),))),
    ("work", replace(FULL, touches=("lib",))),
    ("work", replace(FULL, touches=())),
    ("work", replace(FULL, outputs={"type": "array"})),
    ("work", replace(FULL, outputs={})),
    ("work", replace(FULL, outputs=None)),
    ("work", replace(FULL, judge=Judge(passing=("yes", "fine"), failing=("no",), rewind=Rewind(to="b")))),
    ("live", replace(FULL, judge=Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="b", limit=2)))),
    ("live", replace(FULL, judge=Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="c")))),
    ("live", replace(FULL, judge=Judge(passing=("yes",), failing=("no",)))),
    ("", replace(FULL, judge=Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="b", limit=1)))),
]


@pytest.mark.parametrize(("kind", "other"), CONTRACTS)
def test_each_part_of_a_contract_has_its_class(kind: str, other: Contract) -> None:
    base, now = (fingerprint(replace(A, contract=one), "p", {}) for one in (FULL, other))
    differing = [name for name in ("work", "verify", "live") if getattr(base, name) != getattr(now, name)]
    assert differing == ([kind] if kind else [])
    assert bool(changed(now, base)) == (kind == "work")


def test_the_order_of_checks_counts_and_that_of_words_and_globs_does_not() -> None:
    some, others = Check(name="a", run="a"), Check(name="b", run="b")
    one, two = (Contract(checks=checks) for checks in ((some, others), (others, some)))
    assert fingerprint(replace(A, contract=one), "p", {}) != fingerprint(replace(A, contract=two), "p", {})
    one, two = (
        Contract(touches=globs, judge=Judge(passing=globs, failing=globs))
        for globs in (("x", "y"), ("y", "x"))
    )
    assert fingerprint(replace(A, contract=one), "p", {}) == fingerprint(replace(A, contract=two), "p", {})


def test_protection_means_nothing_where_nothing_is_checked() -> None:
    bare = replace(A, contract=Contract(protect=("tests",), kinds=(("", "python"),)))
    assert fingerprint(bare, "p", {}) == fingerprint(A, "p", {})


def test_jitter_is_told_only_where_it_is_wanted() -> None:
    base = fingerprint(A, "p", {})
    assert fingerprint(replace(A, retry=Retry(jitter=0.0)), "p", {}) == base
    shaky = fingerprint(replace(A, retry=Retry(jitter=0.5)), "p", {})
    assert (shaky.work, shaky.live != base.live) == (base.work, True)


def test_newer_checks_are_told_and_all_else_stays_as_it_was_launched() -> None:
    edited = replace(A, env={"X": "1"}, limits=Limits(timeout=1.0), contract=FULL)
    before = fingerprint(A, "p", {tid("b"): "d"})
    before = replace(before, components={**before.components, "of_the_future": 1})
    now = reverified(before, edited)
    assert (now.work, now.live, now.unknown) == (before.work, before.live, before.unknown)
    assert now.verify == fingerprint(edited, "p", {}).verify != before.verify
    assert {name: now.components[name] for name in before.components} == before.components
    assert set(now.components) - set(before.components) == {"checks", "protect"}
    assert reverified(now, A) == before


def test_components_of_another_version_are_compared_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    now = fingerprint(A, A.prompt, {})
    older = replace(now, version=0, work="1", verify="2", live="3")
    assert all(same(now, older, wanted) for wanted in (Impact.WORK, Impact.VERIFY, Impact.LIVE))
    other = replace(older, components={**older.components, "prompt": "x", "timeout": 1.0})
    assert not same(now, other, Impact.WORK)
    assert not same(now, other, Impact.LIVE)
    assert same(now, other, Impact.VERIFY)
    monkeypatch.setattr(module, "RECODED", {1: frozenset({"prompt"}), 3: frozenset({"timeout"})})
    assert same(now, other, Impact.WORK)
    assert not same(now, other, Impact.LIVE)
    assert changed(replace(now, version=1), replace(other, version=1)) == ("prompt",)


def test_within_a_version_digests_decide() -> None:
    now = fingerprint(A, A.prompt, {})
    assert same(now, now, Impact.WORK)
    assert not same(now, replace(now, work="other"), Impact.WORK)


def test_what_is_unknown_is_the_same_as_nothing() -> None:
    now = fingerprint(A, None, {})
    assert not same(now, replace(now, version=0), Impact.WORK)


def test_upstreams_may_be_called_otherwise() -> None:
    before = fingerprint(task("a", "old"), "x", {tid("old"): "1"})
    after = fingerprint(task("a", "new"), "x", {tid("new"): "1"})
    assert renamed(before, {"old": "new", "other": "else"}) == after
    assert renamed(before, {"other": "else"}) is before


def test_what_a_task_was_handed_is_one_digest_whatever_those_above_are_called() -> None:
    assert handed(fingerprint(A, A.prompt, {})) == ""
    one = handed(fingerprint(task("a", "b"), "x", {tid("b"): "1"}))
    assert one == handed(fingerprint(task("a", "c"), "y", {tid("c"): "1"}))
    assert one != handed(fingerprint(task("a", "b"), "x", {tid("b"): "2"}))
    below = fingerprint(task("a", "b"), "x", {tid("b"): "1"}, inherited={tid("b"): "z"})
    assert below.components["upstream:b/inherited"] == "z"
    assert handed(below) != one
    late = fingerprint(task("a", "b"), "x", {tid("b"): None}, inherited={tid("b"): ""})
    assert changed(late, below) == ()
