"""Tests that what work has to show comes back from a file as it was, and that nothing odd passes for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from specrun.core.contract import Contract, Judge
from specrun.core.task import Json
from specrun.errors import EnvironmentProblem
from specrun.store.contracts import (
    contract_from,
    contract_json,
    round_from,
    round_json,
    target_from,
    target_json,
)
from specrun.store.documents import Document
from tests.store.ordering import CONTRACT, ROUNDS, TARGET

Read = Callable[[object], Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Answer a document with this content, written to a file and read back."""

    def made(value: object) -> Document:
        (tmp_path / "x.json").write_text(json.dumps(value))
        return Document(tmp_path / "x.json", "mend it")

    return made


@pytest.mark.parametrize(
    "contract",
    [
        pytest.param(CONTRACT, id="all of it"),
        pytest.param(Contract(), id="nothing"),
        pytest.param(Contract(protect=(), outputs={}), id="empty is not the default"),
        pytest.param(
            Contract(judge=Judge(passing=("yes",), failing=())), id="a judge that sends nobody back"
        ),
    ],
)
def test_a_contract_comes_back(read: Read, contract: Contract) -> None:
    assert contract_from(read(contract_json(contract))) == contract


def test_no_part_of_a_contract_is_forgotten() -> None:
    assert {field.name for field in fields(Contract)} == set(contract_json(CONTRACT))
    assert all(getattr(CONTRACT, field.name) for field in fields(Contract))


def test_verdicts_and_what_they_judge_come_back(read: Read) -> None:
    assert target_from(read(target_json(TARGET))) == TARGET
    assert round_from(read(round_json(ROUNDS[0]))) == ROUNDS[0]


WHOLE = contract_json(CONTRACT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"checks": None}, "checks is null where a list of objects"),
        ({"checks": [{"name": "test", "run": "x"}]}, r"checks\.0\.path is null where a string"),
        ({"checks": ["test"]}, r'checks is \["test"\] where a list of objects'),
        ({"protect": "tests"}, 'protect is "tests" where a list of strings'),
        ({"kinds": [["", "make"]]}, "kinds is .* where a list of objects"),
        ({"touches": None}, "touches is null where a list of strings"),
        ({"outputs": []}, r"outputs is \[\] where an object"),
        ({"judge": {"pass": ["yes"]}}, r"judge\.fail is null where a list of strings"),
        (
            {"judge": {"pass": [], "fail": [], "rewind": {"to": "api", "limit": True}}},
            r"judge\.rewind\.limit is true where an integer",
        ),
    ],
)
def test_an_odd_part_is_named(read: Read, changes: dict[str, Json], said: str) -> None:
    with pytest.raises(EnvironmentProblem, match=rf"x\.json: {said}.*; fix: mend it"):
        contract_from(read(WHOLE | changes))


def test_an_odd_verdict_is_named(read: Read) -> None:
    odd = round_json(ROUNDS[0]) | {"target": {"commit": "c", "attempt": "3", "generation": 1}}

    with pytest.raises(EnvironmentProblem, match=r'target\.attempt is "3" where an integer'):
        round_from(read(odd))
