"""Shapes of messages and numbers of exit codes."""

from __future__ import annotations

from specrun.errors import EnvironmentProblem, ExitCode, InvalidSpec, Problem, Where


def test_a_problem_says_where_what_and_what_to_do() -> None:
    problem = Problem(
        where=Where("specs/a.yaml", 3, 5), code="E200", what='unknown key "promt"', fix='write "prompt"'
    )
    assert str(problem) == 'specs/a.yaml:3:5: error[E200]: unknown key "promt"; fix: write "prompt"'
    assert str(InvalidSpec((problem, problem))).count("\n") == 1


def test_an_error_carries_its_fix_and_its_code() -> None:
    error = EnvironmentProblem("git is missing", "install git")
    assert str(error) == "git is missing; fix: install git"
    assert error.exit_code is ExitCode.ENVIRONMENT
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 70, 124, 130, 143]
