"""Tests `specrun list`."""

from __future__ import annotations

import json

from tests.commands.conftest import Spec, Specrun

TASKS = """
one: {title: The first, prompt: 'true'}
two: {depends_on: [one], prompt: 'exit 1'}
"""


def test_all_tasks_and_those_in_one_state(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    assert specrun("list").out == "demo/one  pending  The first\ndemo/two  pending\n"
    specrun("apply", "--yes")
    assert specrun("list", "--status", "failed").out == "demo/two  failed\n"
    assert specrun("list", "--status", "lost").out == ""
    assert [one["status"] for one in json.loads(specrun("list", "--json").out)] == ["succeeded", "failed"]


def test_an_unknown_state_is_64(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    assert specrun("list", "--status", "fialed").code == 64


def test_selectors_narrow_the_list(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    assert specrun("list", "--only", "t*").out == "demo/two  pending\n"
    assert [one["address"] for one in json.loads(specrun("list", "--exclude", "two", "--json").out)] == [
        "demo/one"
    ]
    said = specrun("list", "--failed")
    assert (said.code, said.out, said.err) == (0, "", "Nothing matches --failed.\n")
    assert specrun("list", "--only", "tow").code == 64
    specrun("apply", "--yes")
    assert specrun("list", "--failed").out == "demo/two  failed\n"
    assert specrun("list", "--failed", "--status", "succeeded").out == ""


def test_a_loop_can_ask_whether_any_is_in_a_state(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    assert specrun("list", "--status", "pending", "--exit-code").code == 0
    said = specrun("list", "--status", "running", "--exit-code")
    assert (said.code, said.out) == (1, "")
    assert specrun("list", "--status", "running").code == 0
    assert (specrun("list", "--failed", "--exit-code").code, specrun("list", "--exit-code").code) == (1, 0)
    assert json.loads(specrun("list", "--failed", "--exit-code", "--json").out) == []
