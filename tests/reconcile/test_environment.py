"""The environment of workers is built from nothing."""

from __future__ import annotations

import pytest

from specrun.errors import EnvironmentProblem
from specrun.reconcile.environment import depth, secret_values, worker_environment
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
