"""The tree that checks run in, the order of each, and what becomes of what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specrun.core.change import Check as RunCheck
from specrun.core.change import Collect, Relaunch
from specrun.core.contract import Check, Contract, Judge
from specrun.core.event import EventKind
from specrun.core.project import guarded
from specrun.core.task import Desired, Task, Workspace
from specrun.core.world import CarriedFile, Phase
from specrun.ports import AttemptKey, ProofOrder, Work
from specrun.reconcile.observe import observe
from specrun.reconcile.prove import protected, release
from specrun.reconcile.tick import perform
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import NOWHERE, FakeExecutor, FakeWorkspaces, State, runtime
from tests.reconcile.drive import turn

KEY = AttemptKey(tid("a"), 1)
BASE, MADE = "b" * 40, "1".rjust(40, "0")
TEST = Check(name="test", run="true")
LINT = Check(name="lint", run="true", path="web")
CI = CarriedFile(".github/ci.yml", "100644", "1" * 40)
CODE = CarriedFile("src/a.py", "100644", "1" * 40)
CONFIG = CarriedFile("app/pyproject.toml", "100644", "1" * 40)


def ended(wanted: Desired, state: State, key: AttemptKey = KEY, **left: Any) -> None:
    """Let the agent of an attempt begin and end well."""
    turn(runtime(wanted, state))
    state.end(key, **left)


def noted(one: Task, state: State, *others: Task, **left: Any) -> ProofOrder:
    """Answer what an attempt is to show once its agent has ended."""
    wanted = desired(one, *others)
    key = AttemptKey(one.id, 1)
    ended(wanted, state, key, **left)
    turn(runtime(wanted, state))
    return state.proofs[key]


def test_the_tree_is_that_of_the_work_with_protected_files_of_the_base() -> None:
    state = State(work={KEY: Work(commit=MADE, carried=(CI, CODE))})
    one = task("a", contract=Contract(checks=(TEST, LINT)))
    wanted = desired(one)
    ended(wanted, state)
    made = runtime(wanted, state)
    assert isinstance(made.workspaces, FakeWorkspaces)
    turn(made)
    assert made.workspaces.trees == {KEY: (MADE, {".github/ci.yml": BASE})}
    proof = state.proofs[KEY]
    assert (proof.commit, proof.checks, proof.protected_changed) == (MADE, (TEST, LINT), (".github/ci.yml",))
    assert proof.cwd == NOWHERE / "proof" / "s/a" / "1"
    assert proof.fingerprint == prints(wanted)[one.id]
    assert state.runs == {}


def test_what_an_upstream_was_not_allowed_to_change_is_taken_from_the_head() -> None:
    """The code base of the attempt holds it already, merged in."""
    first, one = task("a"), task("b", "a", contract=Contract(checks=(TEST,), protect=("!Makefile",)))
    record = replace(
        run(prints(desired(first))[first.id], "a"), protected_changed=("Makefile", "specs/s.yaml")
    )
    key = AttemptKey(one.id, 1)
    state = State(runs={first.id: record}, work={key: Work(commit=MADE, carried=(CI,))})
    made = replace(runtime(desired(first, one), state), base="e" * 40)
    assert isinstance(made.workspaces, FakeWorkspaces)
    turn(made)
    state.orders[key] = replace(state.orders[key], base=BASE)
    state.end(key)
    turn(replace(made, base="f" * 40))
    assert made.workspaces.trees == {key: (MADE, {".github/ci.yml": BASE, "specs/s.yaml": "e" * 40})}
    assert state.proofs[key].protected_changed == (".github/ci.yml", "specs/s.yaml")


@pytest.mark.parametrize("edge", ["a:succeeded:output", "a:succeeded:none"])
def test_only_what_is_carried_can_be_inherited(edge: str) -> None:
    first, one = task("a"), task("b", edge, contract=Contract(checks=(TEST,)))
    record = replace(run(prints(desired(first))[first.id], "a"), protected_changed=("Makefile",))
    assert noted(one, State(runs={first.id: record}), first).protected_changed == ()


@pytest.mark.parametrize(
    ("contract", "names"),
    [
        (Contract(), (".github/ci.yml",)),
        (Contract(kinds=(("app", "python"),)), (".github/ci.yml", "app/pyproject.toml")),
        (Contract(protect=("SRC",)), (".github/ci.yml", "src/a.py")),
        (Contract(protect=("!.github",)), ()),
        (Contract(protect=()), ()),
    ],
)
def test_protected_files_of_a_change(contract: Contract, names: tuple[str, ...]) -> None:
    assert protected(contract, (CI, CODE, CONFIG)) == names


def test_in_the_repo_itself_what_changed_is_named_and_nothing_is_restored() -> None:
    one = task("a", workspace=Workspace.NONE, contract=Contract(checks=(TEST,)))
    wanted = desired(one)
    state = State()
    made = runtime(wanted, state)
    assert isinstance(made.workspaces, FakeWorkspaces)
    made.workspaces.files = {"Makefile": "1", "specs/s.yaml": "1", "specrun.yaml": "1", "src/a.py": "1"}
    turn(made)
    assert state.orders[KEY].watched == {"Makefile": "1", "specs/s.yaml": "1", "specrun.yaml": "1"}
    made.workspaces.files = {"Makefile": "2", "specrun.yaml": "1", "Jenkinsfile": "1", "src/a.py": "2"}
    state.end(KEY)
    turn(made)
    proof = state.proofs[KEY]
    assert (proof.commit, proof.cwd) == (None, made.attempts.workspace(KEY))
    assert proof.protected_changed == ("Jenkinsfile", "Makefile", "specs/s.yaml")
    assert made.workspaces.trees == {}


def test_checks_of_a_judge_see_what_it_judged() -> None:
    judge = Judge(passing=("yes",), failing=("no",))
    one = task("a", contract=Contract(checks=(TEST,), judge=judge))
    proof = noted(one, State(work={KEY: Work(commit=MADE, carried=(CI,))}), verdict="yes")
    assert (proof.commit, proof.protected_changed, proof.discarded) == (BASE, (), (".github/ci.yml",))


def test_a_check_is_ordered_with_its_script_folder_and_a_bare_environment() -> None:
    one = task(
        "a",
        env={"X": "1", "PATH": "/bin::rel:/usr/bin"},
        secrets=("SECRET",),
        contract=Contract(checks=(TEST, LINT)),
    )
    wanted = desired(one)
    state = State()
    ended(wanted, state)
    made = runtime(wanted, state)
    turn(made)
    event = perform(made, observe(made), RunCheck(one.id, 1, 1, 1))
    assert event is not None
    assert (event.kind, event.message) == (EventKind.CHECKING, "s/a check lint (2 of 2) started (attempt 1)")
    assert event.data == {"check": "lint", "run": "true", "commit": MADE}
    order = state.checks[AttemptKey(one.id, 1, 1)]
    assert (order.index, order.name, order.script, order.executor) == (1, "lint", "true", "fake")
    assert (order.cwd, order.limits) == (state.proofs[KEY].cwd / "web", one.limits)
    assert order.env == {
        "PATH": "/bin:/usr/bin",
        "X": "1",
        "SPECRUN_SPEC": "s",
        "SPECRUN_TASK": "a",
        "SPECRUN_ATTEMPT": "1",
        "SPECRUN_DEPTH": "1",
        "SPECRUN_BASE": BASE,
        "SPECRUN_CHECK": "lint",
    }
    assert (state.secrets[order.key], order.secrets) == ({"SECRET": "s3cret"}, ("SECRET",))
    assert "SECRET" not in order.env
    assert state.started[-1] == order.key


def test_relaunching_a_check_needs_no_secret() -> None:
    one = task("a", secrets=("SECRET",), contract=Contract(checks=(TEST,)))
    wanted = desired(one)
    state = State()
    ended(wanted, state)
    made = runtime(wanted, state)
    turn(made)
    turn(made)
    poor = replace(made, environ={"PATH": "/bin"})
    event = perform(poor, observe(poor), Relaunch(one.id, 1, 1))
    assert event is not None
    assert event.message == "s/a launched again (check run 1 of attempt 1 had not started)"
    assert state.secrets[AttemptKey(one.id, 1, 1)] == {}
    assert state.started.count(AttemptKey(one.id, 1, 1)) == 1


def test_windows_of_checks_go_one_after_the_other() -> None:
    state = State()
    made = runtime(desired(task("a", contract=Contract(checks=(TEST, LINT)))), state)
    ended(made.desired, state)
    executor = made.executors["fake"]
    assert isinstance(executor, FakeExecutor)
    turn(made)
    turn(made)
    assert executor.released == {}
    state.end(AttemptKey(KEY.task_id, 1, 1))
    turn(made)
    assert executor.released == {AttemptKey(KEY.task_id, 1, 1): False}
    release(made, made.attempts.intent(KEY), observe(made).attempts[KEY.task_id][0])
    assert executor.released[AttemptKey(KEY.task_id, 1, 2)] is False
    without = replace(made, executors={})
    release(without, made.attempts.intent(KEY), observe(made).attempts[KEY.task_id][0])


class Missing(FakeWorkspaces):
    """Commits of which no tree can be made here."""

    def check_out(self, key: AttemptKey, commit: str, restored: object) -> Path:
        from specrun.errors import ResultMissing

        raise ResultMissing(f"{commit[:12]} holds a path that cannot be written here")


def test_work_of_which_no_tree_can_be_made_fails_its_task_and_no_other() -> None:
    one = task("a", contract=Contract(checks=(TEST,)))
    wanted = desired(one)
    state = State()
    ended(wanted, state)
    made = replace(runtime(wanted, state), workspaces=Missing(state))
    event = perform(made, observe(made), Collect(one.id, 1))
    assert event is not None
    told = "work_unusable: 000000000000 holds a path that cannot be written here"
    assert (state.runs[one.id].reason, state.runs[one.id].branch) == (told, None)
    assert state.attempts[one.id][0].phase is Phase.COLLECTED
    assert state.proofs == {}


@pytest.mark.parametrize("kind", list(Workspace))
def test_every_check_finds_the_tree_as_it_was(kind: Workspace) -> None:
    """The first one has it fresh, and the repo itself is nobody's to tidy."""
    one = task("a", workspace=kind, contract=Contract(checks=(TEST, LINT)))
    wanted = desired(one)
    state = State()
    ended(wanted, state)
    made = runtime(wanted, state)
    assert isinstance(made.workspaces, FakeWorkspaces)
    turn(made)
    turn(made)
    assert made.workspaces.resets == []
    state.end(state.started[-1], None, "lost")
    turn(made)
    state.end(state.started[-1])
    turn(made)
    reset = (KEY, guarded(one.contract))
    assert made.workspaces.resets == ([reset, reset] if kind is Workspace.CLONE else [])
