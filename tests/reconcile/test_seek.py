"""What becomes of tasks whose upstreams left commits that are not in this repository."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from specrun.core.change import Action, ReasonCode, Start
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.evidence import Round, Target
from specrun.core.outcome import exit_code
from specrun.core.task import Desired, TaskId
from specrun.core.world import CarriedFile, Run, Status
from specrun.errors import ExitCode
from specrun.ports import AttemptKey
from specrun.reconcile.loop import Control, Progress, converge
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.seek import sought
from specrun.reconcile.tick import decide
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import Clock, FakeWorkspaces, State, runtime
from tests.reconcile.drive import Ends

A, B = task("a"), task("b", "a")


class Elsewhere(FakeWorkspaces):
    """Lacks the commits that `stand_ins` names, and counts how often it is asked."""

    def __init__(self, state: State, stand_ins: dict[str, str]) -> None:
        super().__init__(state)
        self.stand_ins = stand_ins
        self.asked: list[str] = []

    def seek(self, task_id: TaskId, commit: str, carried: Iterable[CarriedFile] | None, base: str) -> str:
        self.asked.append(commit)
        return self.stand_ins.get(commit, commit)


def recorded(wanted: Desired, *names: str) -> dict[TaskId, Run]:
    """Successes of a colleague, each with a commit of its own."""
    print_ = prints(wanted)
    runs = {tid(name): run(print_[tid(name)], name) for name in names}
    return {name: replace(one, commit=name[-1] * 40, last_success=None) for name, one in runs.items()}


def lacking(wanted: Desired, state: State, stand_ins: dict[str, str]) -> tuple[Runtime, Elsewhere]:
    workspaces = Elsewhere(state, stand_ins)
    return replace(runtime(wanted, state), workspaces=workspaces), workspaces


def rest(made: Runtime, state: State) -> list[Progress]:
    return list(converge(made, Ends(state, Clock()), Control()))


def test_a_commit_that_is_nowhere_holds_its_dependent_and_records_nothing() -> None:
    wanted = desired(A, B, task("c"), task("d", "c"))
    state = State(runs=recorded(wanted, "a"))
    made, workspaces = lacking(wanted, state, {"a" * 40: ""})

    last = rest(made, state)[-1].plan

    (held,) = last.holds
    assert (held.task_id, held.reasons[0].code) == (B.id, ReasonCode.RESULT_MISSING)
    assert "commit aaaaaaaaaaaa of s/a" in held.reasons[0].detail
    assert held.reasons[0].detail.endswith("specrun retry s/a")
    assert exit_code(last) is ExitCode.FAILED
    assert B.id not in state.runs
    assert state.runs[tid("d")].status is Status.SUCCEEDED
    assert workspaces.asked.count("a" * 40) == 1


def test_what_stands_for_a_commit_is_built_on() -> None:
    wanted = desired(A, B)
    state = State(runs=recorded(wanted, "a"))
    made, workspaces = lacking(wanted, state, {"a" * 40: "b" * 40})

    rest(made, state)

    assert workspaces.upstreams[AttemptKey(B.id, 1)] == {A.id: "b" * 40}
    assert state.runs[B.id].status is Status.SUCCEEDED


def test_nothing_is_looked_for_while_nobody_needs_it() -> None:
    wanted = desired(A, B)
    state = State(runs=recorded(wanted, "a"))
    made, workspaces = lacking(wanted, state, {"a" * 40: ""})
    assert decide(made)[1].decisions[1].action is Action.RUN
    list(converge(made, Ends(state, Clock()), Control(launching=False)))
    assert workspaces.asked == []


def test_the_slot_of_a_held_task_goes_to_another() -> None:
    wanted = desired(replace(B, priority=1), A, task("c", "d"), task("d"), spec={"max_workers": 1})
    state = State(runs=recorded(wanted, "a", "d"))
    made, _ = lacking(wanted, state, {"a" * 40: ""})
    world, plan = sought(made, *decide(made))
    assert [one.decision.task_id for one in plan.changes if isinstance(one, Start)] == [tid("c")]
    assert world.absent == {"a" * 40: ""}


def sent_back() -> tuple[Desired, State]:
    """A colleague's task that their judge has sent back."""
    judge = Judge(passing=("yes",), failing=("no",), rewind=Rewind(to="a"))
    wanted = desired(A, task("b", "a", contract=Contract(judge=judge)))
    runs = recorded(wanted, "a", "b")
    done = runs[A.id]
    assert done.last is not None
    said = Round(target=Target(commit="a" * 40, attempt=1, generation=1), verdict="no", feedback="Bad.")
    no = replace(runs[B.id], status=Status.FAILED, reason="verdict: no", verdict="no", rounds=(said,))
    return wanted, State(runs={A.id: done, B.id: no})


def test_work_that_is_sent_back_and_nowhere_is_held() -> None:
    wanted, state = sent_back()
    made, workspaces = lacking(wanted, state, {"a" * 40: ""})
    (held, *_) = rest(made, state)[-1].plan.holds
    assert (held.task_id, held.reasons[0].code) == (A.id, ReasonCode.RESULT_MISSING)
    assert (state.orders, workspaces.asked) == ({}, ["a" * 40])


def test_work_that_is_sent_back_goes_on_from_what_stands_for_it() -> None:
    wanted, state = sent_back()
    made, workspaces = lacking(wanted, state, {"a" * 40: "b" * 40})
    rest(made, state)
    again = AttemptKey(A.id, 2)
    assert (state.orders[again].round, state.orders[again].base) == (1, "b" * 40)
    assert workspaces.bases[again] == "b" * 40
