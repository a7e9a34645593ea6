"""What is refused before anything is launched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.agents.shell import Shell
from specrun.core.agent import Mode, Permissions, Price, Traits
from specrun.core.change import Start
from specrun.core.contract import Check, Contract
from specrun.core.plan import plan
from specrun.core.task import Workspace
from specrun.errors import EnvironmentProblem, ExitCode, Refused
from specrun.reconcile.observe import observe
from specrun.reconcile.preflight import preflight
from specrun.reconcile.tick import perform
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


class Costly(Shell):
    """An agent that costs money; it is wherever `program` says."""

    traits = Traits(price=Price.UNKNOWN)


def test_a_missing_program_is_refused_and_path_may_be_the_task_s() -> None:
    made = runtime(desired(task("a")), State())
    absent = Costly()
    absent.program = "no-such-cli"
    made = replace(made, agents={"shell": absent, "other": Shell()})
    with pytest.raises(
        EnvironmentProblem, match=r"s/a asks for the agent shell: no-such-cli is not found"
    ) as told:
        preflight(made, plan(made.desired, observe(made)))
    assert "other" in told.value.fix
    nowhere = replace(made, desired=desired(task("a", env={"PATH": "/nowhere"})), agents={"shell": Shell()})
    with pytest.raises(EnvironmentProblem, match="sh is not found"):
        preflight(nowhere, plan(nowhere.desired, observe(nowhere)))


def test_everything_is_allowed_only_in_a_clone_or_by_force() -> None:
    full = Permissions(mode=Mode.FULL)
    here = task("a", permissions=full, workspace=Workspace.NONE)
    made = replace(runtime(desired(here), State()), agents={"shell": Costly()})
    with pytest.raises(Refused, match="s/a would run shell with `permissions: full`"):
        preflight(made, plan(made.desired, observe(made)))
    forced = replace(made, force=True)
    preflight(forced, plan(forced.desired, observe(forced)))
    cloned = replace(made, desired=desired(replace(here, workspace=Workspace.CLONE)))
    preflight(cloned, plan(cloned.desired, observe(cloned)))


def test_a_missing_secret_is_refused() -> None:
    made = runtime(desired(task("a", secrets=("NOPE",))), State())
    with pytest.raises(EnvironmentProblem, match="NOPE"):
        preflight(made, plan(made.desired, observe(made)))


def asking(run: str) -> Contract:
    return Contract(checks=(Check(name="lint", run=run),))


def test_a_check_whose_program_is_missing_is_refused_before_anything_starts() -> None:
    state = State()
    made = runtime(desired(task("a"), task("b", "a", contract=asking("no-such-tool ."))), state)
    with pytest.raises(
        EnvironmentProblem, match="s/b: its check lint starts no-such-tool, which is not found on PATH"
    ) as told:
        preflight(made, plan(made.desired, observe(made)))
    assert told.value.exit_code is ExitCode.ENVIRONMENT
    assert state.started == []
    fine = replace(made, desired=desired(task("a", contract=asking("sh lint.sh"))))
    preflight(fine, plan(fine.desired, observe(fine)))


def test_checking_again_asks_for_programs_and_for_neither_agent_nor_secrets() -> None:
    state = State()
    run_to_rest(desired(task("a", secrets=("SECRET",))), state)
    wanted = desired(task("a", secrets=("SECRET",), contract=asking("sh lint.sh")))
    absent = Costly()
    absent.program = "no-such-cli"
    made = replace(runtime(wanted, state), agents={"shell": absent}, environ={"PATH": "/bin"})
    preflight(made, plan(made.desired, observe(made)))
    poor = replace(made, desired=desired(task("a", secrets=("SECRET",), contract=asking("no-such-tool"))))
    with pytest.raises(EnvironmentProblem, match="no-such-tool"):
        preflight(poor, plan(poor.desired, observe(poor)))
    assert len(state.orders) == 1


def test_nothing_is_asked_of_what_is_done_and_held() -> None:
    state = State()
    wanted = desired(task("a", contract=asking("sh lint.sh")))
    run_to_rest(wanted, state, {"a": [1]})
    made = replace(runtime(wanted, state), environ={"PATH": "/nowhere"})
    preflight(made, plan(made.desired, observe(made)))


def test_what_is_not_selected_needs_nothing_however_its_upstreams_end() -> None:
    tasks = [task("a"), task("b", "a")]
    state = State()
    run_to_rest(desired(*tasks), state)
    edited = desired(replace(tasks[0], prompt="echo else"), replace(tasks[1], secrets=("ABSENT",)))
    made = runtime(edited, state)
    seen = plan(edited, observe(made))
    assert [one.action for one in seen.decisions] == ["rerun", "deferred"]
    with pytest.raises(EnvironmentProblem, match="ABSENT"):
        preflight(made, seen)
    chosen = replace(edited, only=frozenset({tasks[0].id}), memo={})
    made = replace(made, desired=chosen)
    preflight(made, plan(chosen, observe(made)))


def test_what_is_at_work_is_asked_for_whatever_is_selected() -> None:
    one = task("a", secrets=("SECRET",))
    made = runtime(desired(one, only=frozenset()), State())
    perform(
        made,
        observe(made),
        Start(plan(replace(made.desired, only=None, memo={}), observe(made)).decisions[0]),
    )
    absent = replace(made, environ={"PATH": "/bin"})
    with pytest.raises(EnvironmentProblem, match="SECRET"):
        preflight(absent, plan(absent.desired, observe(absent)))
