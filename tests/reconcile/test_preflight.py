"""What is refused before anything is launched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core.plan import plan
from specrun.errors import EnvironmentProblem
from specrun.reconcile.observe import observe
from specrun.reconcile.preflight import preflight
from tests.core.make import desired, task
from tests.fakes import FakeExecutor, State, runtime
from tests.reconcile.drive import run_to_rest


def test_a_missing_executor_is_refused_only_when_something_would_use_it() -> None:
    state = State()
    made = runtime(desired(task("a", executor="tmux")), state)
    absent = FakeExecutor(state, "tmux")
    made = replace(made, executors={**made.executors, "tmux": absent})
    preflight(made, plan(made.desired, observe(made)))
    absent.missing = "tmux is not installed"
    with pytest.raises(EnvironmentProblem, match="s/a asks for the executor tmux: tmux is not installed"):
        preflight(made, plan(made.desired, observe(made)))
    done = State()
    run_to_rest(desired(task("a")), done)
    same = replace(runtime(desired(task("a")), done), executors={"fake": absent})
    preflight(same, plan(same.desired, observe(same)))


def test_a_missing_secret_is_refused() -> None:
    made = runtime(desired(task("a", secrets=("NOPE",))), State())
    with pytest.raises(EnvironmentProblem, match="NOPE"):
        preflight(made, plan(made.desired, observe(made)))
