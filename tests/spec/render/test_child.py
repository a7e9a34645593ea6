"""The child is started late, survives nothing that breaks its limits, and is replaced."""

from __future__ import annotations

import gc
import os
import signal
from typing import Any

import pytest

from specrun.errors import EnvironmentProblem
from specrun.spec.render import child as module
from specrun.spec.render.child import Child
from tests.poll import until


def job(source: str) -> dict[str, Any]:
    base: dict[str, Any] = {"kind": "check", "pages": [[source, ""]], "context": 0, "task": {}, "with": {}}
    return {**base, "tasks": {}, "previous": False}


def new() -> Child:
    made = Child(lambda file: {"source": f"file {file}"})
    made.context({"vars": {"a": 1}, "spec": {}, "domain": {}})
    return made


def pid(made: Child) -> int:
    assert made._process is not None
    return made._process.pid


def gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return False


def test_it_answers_and_asks_for_files() -> None:
    made = new()
    assert made._process is None
    assert made.answer(job("{{ vars.a }} {% include 'x' %}"))["text"] == "1 file x"
    made.close()
    assert made._process is None


def test_a_breach_ends_the_child_and_only_that_prompt() -> None:
    made = new()
    bomb = "{% for a in range(99999) %}{% for b in range(99999) %}{% set c = 1 %}{% endfor %}{% endfor %}"
    answers = made.answers([job("one"), job(bomb), job("{{ vars.a }}")])
    assert [answer.get("text") for answer in answers] == ["one", None, "1"]
    assert answers[1]["error"]["code"] == "E303"
    made.close()


def test_a_killed_child_is_replaced() -> None:
    made = new()
    made.answer(job("x"))
    os.kill(pid(made), signal.SIGKILL)
    until(lambda: made._process is not None and made._process.poll() is not None)
    assert made.answer(job("x"))["error"]["code"] == "E303"
    assert made.answer(job("{{ vars.a }}"))["text"] == "1"
    made.close()


def test_it_ends_with_its_owner() -> None:
    made = new()
    made.start()
    number = pid(made)
    del made
    gc.collect()
    until(lambda: gone(number))


def test_more_memory_than_allowed_is_a_breach_and_no_crash() -> None:
    made = new()
    double = "{% for i in range(40) %}{% set ns.x = ns.x + ns.x %}{% endfor %}"
    doubling = "{% set ns = namespace(x=['aaaaaaaaaaaaaaaa']) %}" + double
    assert made.answer(job(doubling))["error"]["code"] == "E303"
    made.close()


def test_a_broken_installation_is_no_fault_of_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROGRAM", module.PROGRAM.with_name("nope.py"))
    with pytest.raises(EnvironmentProblem, match="the process that renders prompts broke"):
        new().answer(job("x"))
