"""Tests that what checks and judges said comes back from JSON as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.store.documents import dump, parse
from specrun.store.evidence_json import check_from, check_json, round_from, round_json
from tests.store.test_record_json import BROKEN, PASSED, ROUND


def test_checks_come_back_as_they_were() -> None:
    for check in (PASSED, BROKEN, replace(BROKEN, commit=None, exit_code=-9)):
        assert check_from(parse(dump(check_json(check)))) == check
    assert check_json(BROKEN) == {
        "name": "web:test", "run": "npm test", "path": "web", "exit_code": None, "seconds": 12.345,
        "commit": "c", "output_digest": "e", "tail": "1 failed\n", "reason": "timeout",
    }  # fmt: skip


def test_seconds_are_kept_to_the_millisecond() -> None:
    check = check_from(check_json(replace(PASSED, seconds=0.12345678)))

    assert check.seconds == 0.123


def test_a_verdict_is_flat() -> None:
    assert round_from(parse(dump(round_json(ROUND)))) == ROUND
    assert round_json(ROUND) == {
        "target_commit": "t",
        "target_attempt": 2,
        "target_generation": 1,
        "verdict": "rejected",
        "feedback": "no tests",
    }


@pytest.mark.parametrize("name", ["name", "run", "path", "exit_code", "seconds", "commit", "tail", "reason"])
def test_a_check_that_lacks_something_is_told(name: str) -> None:
    value = check_json(PASSED)
    del value[name]

    with pytest.raises(ValueError, match=f"^{name} is missing"):
        check_from(value)


@pytest.mark.parametrize(
    "name", ["target_commit", "target_attempt", "target_generation", "verdict", "feedback"]
)
def test_a_verdict_that_lacks_something_is_told(name: str) -> None:
    value = round_json(ROUND)
    del value[name]

    with pytest.raises(ValueError, match=f"^{name} is missing"):
        round_from(value)
