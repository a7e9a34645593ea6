"""Outputs are judged as they always are, and those that take for ever are given up."""

from __future__ import annotations

import pytest

from specrun.core.task import Json
from specrun.spec.patience import judged

WORD = {"type": "object", "properties": {"word": {"type": "string", "pattern": "^[a-z]+$"}}}


@pytest.mark.parametrize(
    ("value", "begins"),
    [({"word": "fine"}, ""), ({"word": "NOT"}, "word: "), ({"word": "\ud800"}, "word: "), ([], "output: ")],
)
def test_a_pattern_is_judged_in_a_process_of_its_own(value: Json, begins: str) -> None:
    said = judged(WORD, value)
    assert said.startswith(begins)
    assert bool(said) == bool(begins)


def test_a_pattern_without_end_is_given_up() -> None:
    endless = {"type": "string", "pattern": r"^([\w-]+\s?)*$"}
    assert "within 0.5 s" in judged(endless, "a" * 60 + "!", seconds=0.5)
    assert judged({"type": "string"}, 1) != ""
