"""Tests what is said of agents and of templates."""

from __future__ import annotations

import re

import pytest

from specrun import wiring
from specrun.core.agent import Mode, Price, Traits
from specrun.core.task import TaskId
from specrun.report.abilities import NAMES, agents, templates
from specrun.report.handbook import text
from specrun.spec.render.sandbox import FILTER_NAMES, TOP_NAMES


def test_agents_are_told_with_all_that_they_can() -> None:
    known = {name: (one.traits, one.tested) for name, one in wiring.agents(None).items()}
    told = text(agents(known), room=300)
    assert all(f"\n  {name} " in told for name in known)
    assert "runs its prompt as a script for `sh -eu`" in told
    assert "modes: read, edit, full" in told


@pytest.mark.parametrize("price", Price)
def test_each_price_has_words(price: Price) -> None:
    told = text(agents({"a": (Traits(price=price, modes=frozenset({Mode.READ}), rules=True), ("1.2",))}))
    assert "takes a model; takes rules" in " ".join(told.split())
    assert "modes: read\n" in told
    assert "tested with: 1.2\n" in told
    assert re.search(r"cost: \w+", told)


def test_the_names_are_those_that_prompts_know() -> None:
    assert sorted(NAMES) == sorted(TOP_NAMES)
    told = text(templates(FILTER_NAMES), room=100)
    assert all(f"`{one}`" in told for one in FILTER_NAMES)


def test_what_a_prompt_may_know_of_the_attempt_before_is_told() -> None:
    from specrun.reconcile.previous import _told
    from tests.report.values import run

    words = _told(run(TaskId("demo/a")), "failed", "why")
    assert {*words} - {*re.findall(r"`(?:previous\.)?(\w+)`", NAMES["previous"])} == set()


def test_what_upstreams_hand_on_is_told() -> None:
    from specrun.spec.prompts import _READ

    assert {*_READ} - {*re.findall(r"`(?:tasks\.ID\.)?(\w+)`", NAMES["tasks"])} == set()
