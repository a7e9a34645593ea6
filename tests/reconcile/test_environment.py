"""The environment of workers is built from nothing."""

from __future__ import annotations

import os

import pytest

from specrun.errors import EnvironmentProblem
from specrun.reconcile.environment import (
    check_environment,
    depth,
    search_path,
    secret_values,
    worker_environment,
)
from tests.core.make import task, tid


def test_only_allowed_names_pass_and_own_names_win() -> None:
    environ = {"HOME": "/h", "LC_ALL": "C", "AWS_SECRET": "x", "TMUX": "y", "SPECRUN_DEPTH": "1"}
    made = worker_environment(
        task("a", env={"HOME": "/other", "SPECRUN_TASK": "forged"}), environ, attempt=2, base=None
    )
    assert made == {
        "HOME": "/other",
        "LC_ALL": "C",
        "SPECRUN_SPEC": "s",
        "SPECRUN_TASK": "a",
        "SPECRUN_ATTEMPT": "2",
        "SPECRUN_DEPTH": "2",
        "SPECRUN_BASE": "",
    }


def test_depth_survives_nonsense() -> None:
    assert [depth({}), depth({"SPECRUN_DEPTH": "2"}), depth({"SPECRUN_DEPTH": "-x"})] == [0, 2, 0]


def test_a_missing_secret_is_named_and_no_value_is_told() -> None:
    assert secret_values(tid("a"), ("KEY",), {"KEY": "v"}) == {"KEY": "v"}
    with pytest.raises(EnvironmentProblem, match=r"s/a: the secret KEY is not set"):
        secret_values(tid("a"), ("KEY",), {"KEY": ""})


def test_checks_get_no_variable_of_an_agent_and_whole_folders_only() -> None:
    environ = {"HOME": "/h", "PATH": "/usr/bin", "KEY": "s3cret"}
    one = task("a", env={"X": "1", "PATH": ":/bin:.:rel/bin::/opt/bin:"}, secrets=("KEY",))
    assert check_environment(one, environ, attempt=2, base="b", check="lint") == {
        "HOME": "/h",
        "PATH": "/bin:/opt/bin",
        "X": "1",
        "SPECRUN_SPEC": "s",
        "SPECRUN_TASK": "a",
        "SPECRUN_ATTEMPT": "2",
        "SPECRUN_DEPTH": "1",
        "SPECRUN_BASE": "b",
        "SPECRUN_CHECK": "lint",
    }


@pytest.mark.parametrize(
    ("own", "environ", "path"),
    [
        ({}, {"PATH": "/a:/b"}, "/a:/b"),
        ({"PATH": "/c"}, {"PATH": "/a:/b"}, "/c"),
        ({"PATH": ""}, {"PATH": "/a"}, "/a"),
        ({}, {"PATH": "/a:./b:/c"}, "/a:/c"),
        ({}, {}, os.defpath),
        ({}, {"PATH": "."}, os.defpath),
        ({"PATH": "bin:"}, {"PATH": "/a"}, os.defpath),
    ],
)
def test_no_program_is_looked_for_in_the_tree(
    own: dict[str, str], environ: dict[str, str], path: str
) -> None:
    assert search_path(task("a", env=own), environ) == path
