"""Checks and projects are words or mappings, and judges have words to choose from."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from specrun.spec.schema import SpecDoc, TaskDoc
from specrun.spec.schema_proof import CheckDoc, CommandsDoc, JudgeDoc, ProjectDoc


def task(**values: Any) -> TaskDoc:
    return TaskDoc.model_validate({"prompt": "x", **values})


def test_both_forms_of_a_check() -> None:
    own = {"name": "types", "run": "mypy ."}
    assert task(checks=["test", own]).checks == ["test", CheckDoc.model_validate(own)]
    assert task(checks=[]).checks == []
    assert task().checks is None


def test_all_forms_of_a_project() -> None:
    def project(value: object) -> object:
        values = {"version": 1, "name": "a", "tasks": {"t": {"prompt": "x"}}, "project": value}
        return SpecDoc.model_validate(values).project

    assert project("python") == "python"
    assert project({"lint": "x"}) == ProjectDoc.model_validate({"lint": "x"})
    several = project({"paths": {"web": "node", "api": None, "docs": {"test": "make"}}})
    assert isinstance(several, ProjectDoc)
    docs = CommandsDoc.model_validate({"test": "make"})
    assert several.paths == {"web": "node", "api": None, "docs": docs}


def test_a_judge() -> None:
    judge = task(judge={"pass": ["yes"], "fail": ["no"], "rewind": {"to": "api"}}).judge
    assert judge is not None
    assert judge.rewind is not None
    assert (judge.pass_, judge.fail, judge.rewind.to, judge.rewind.limit) == (["yes"], ["no"], "api", 1)
    assert JudgeDoc.model_validate({"pass": ["yes"]}).fail == []


@pytest.mark.parametrize(
    "values",
    [
        {"checks": [{"name": "x"}]},
        {"checks": [{"name": "X", "run": "x"}]},
        {"checks": [{"name": "x", "run": " "}]},
        {"checks": [""]},
        {"touches": []},
        {"judge": {"pass": []}},
        {"judge": {"pass": ["a"], "fail": ["A"]}},
        {"judge": {"pass": ["a"], "rewind": {"to": "x", "limit": 21}}},
        {"outputs": []},
        {"project": "python"},
    ],
)
def test_what_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        task(**values)
