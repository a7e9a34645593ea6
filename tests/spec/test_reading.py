"""Judging files together."""

from __future__ import annotations

from specrun.errors import Problem, Where
from specrun.spec.reading import shown


def test_a_flood_of_problems_is_cut_per_file() -> None:
    many = [Problem(where=Where("b", line), code="E1", what="x") for line in range(1, 81)]
    answer = shown([*many, *many, Problem(where=Where("a"), code="E1", what="x")])
    assert len(answer) == 52
    assert (
        str(answer[-1])
        == "b:80:1: error[E199]: 30 more problems in this file are not shown; fix: mend these first"
    )
