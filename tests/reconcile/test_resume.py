"""Where a retry goes on: from the failed commit, in the failed conversation, where both are right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from specrun.agents.shell import Shell
from specrun.core.agent import Price, Traits
from specrun.core.change import Action, Decision
from specrun.core.task import Retry, Strategy, Task, Workspace
from specrun.core.world import AttemptRecord, Run, Status
from specrun.ports import AttemptKey, Command, Launch
from specrun.reconcile.observe import observe
from specrun.reconcile.resume import FRESH, Resumption, resumption, used
from specrun.reconcile.runtime import Runtime
from specrun.reconcile.start import start
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import Clock, FakeAttempts, FakeWorkspaces, State, runtime

TALK = "11111111-2222-3333-4444-555555555555"


class Talker(Shell):
    """A shell that holds conversations, and remembers what it was told of its launches."""

    traits = Traits(price=Price.REPORTED, resumes=True)

    def __init__(self) -> None:
        self.launches: list[Launch] = []

    def command(self, task: Task, launch: Launch) -> Command:
        self.launches.append(launch)
        return replace(super().command(task, launch), session_id=launch.session, env={"HOME_OF": "cli"})


class Here(FakeAttempts):
    """Attempts whose directories are real folders."""

    def __init__(self, state: State, folder: Path) -> None:
        super().__init__(state, Clock())
        self.folder = folder

    def directory(self, key: AttemptKey) -> Path:
        return self.folder / str(key.number)


def failed(one: Task, **fields: Any) -> Run:
    print_ = prints(desired(one))[one.id]
    made = run(print_, one.name, Status.FAILED, session_id=TALK, **fields)
    return replace(made, base="b" * 40)


def wired(one: Task, record: Run | None, tmp_path: Path) -> tuple[Runtime, Talker, Decision]:
    state = State()
    if record is not None:
        state.runs[one.id] = record
    talker = Talker()
    plain = runtime(desired(one), state)
    made = replace(plain, agents={"shell": talker}, attempts=Here(state, tmp_path))
    print_ = prints(made.desired)[one.id]
    decision = Decision(task_id=one.id, action=Action.RETRY, reasons=(), generation=1, fingerprint=print_)
    (tmp_path / "1" / "home").mkdir(parents=True)
    return made, talker, decision


RESUME = Retry(limit=1, strategy=Strategy.RESUME)


def test_a_retry_goes_on_from_commit_and_conversation(tmp_path: Path) -> None:
    one = task("a", retry=RESUME)
    record = failed(one, tokens={"input": 5, "output": 2}, cost_usd=Decimal("0.25"))
    made, talker, decision = wired(one, record, tmp_path)
    found = resumption(made, observe(made), decision)
    assert found == Resumption(
        commit="c" * 40,
        base="b" * 40,
        session=TALK,
        home=tmp_path / "1" / "home",
        earlier={"input": 5, "output": 2, "cost": "0.25"},
    )
    start(made, observe(made), decision)
    [launch] = talker.launches
    assert (launch.session, launch.resuming) == (TALK, True)
    order = made.attempts.state.orders[AttemptKey(one.id, 2)]  # type: ignore[attr-defined]
    assert (order.base, order.home_from, order.earlier) == ("b" * 40, found.home, found.earlier)
    assert order.env["HOME_OF"] == "cli"
    assert isinstance(made.workspaces, FakeWorkspaces)
    assert made.workspaces.bases[AttemptKey(one.id, 2)] == "c" * 40


@pytest.mark.parametrize(
    "one",
    [task("a", retry=Retry(limit=1)), task("a", retry=RESUME, prompt="another")],
    ids=["fresh by the spec", "asked for something else"],
)
def test_it_starts_afresh(one: Task, tmp_path: Path) -> None:
    made, talker, decision = wired(one, failed(replace(one, prompt="echo a")), tmp_path)
    assert resumption(made, observe(made), decision) == FRESH
    start(made, observe(made), decision)
    assert not talker.launches[0].resuming
    assert talker.launches[0].session != TALK


def test_a_first_attempt_has_nothing_to_go_on_with(tmp_path: Path) -> None:
    one = task("a", retry=RESUME)
    made, _, decision = wired(one, None, tmp_path)
    assert resumption(made, observe(made), decision) == FRESH


def test_without_its_folder_the_conversation_is_not_gone_on_with(tmp_path: Path) -> None:
    one = task("a", retry=RESUME)
    made, _, decision = wired(one, failed(one), tmp_path)
    (tmp_path / "1" / "home").rmdir()
    assert resumption(made, observe(made), decision) == Resumption(commit="c" * 40, base="b" * 40)
    (tmp_path / "1" / "home").symlink_to(tmp_path)
    assert resumption(made, observe(made), decision) == Resumption(commit="c" * 40, base="b" * 40)
    own = replace(made, desired=desired(replace(one, inherit_config=True)))
    found = resumption(own, observe(own), decision)
    assert (found.session, found.home) == (TALK, None)


def test_a_commit_that_is_not_here_is_not_gone_on_with(tmp_path: Path) -> None:
    class Elsewhere(FakeWorkspaces):
        def seek(self, *_: object) -> str:
            return ""

    one = task("a", retry=RESUME)
    made, _, decision = wired(one, failed(one), tmp_path)
    made = replace(made, workspaces=Elsewhere(State()))
    found = resumption(made, observe(made), decision)
    assert (found.commit, found.base, found.session) == (None, None, TALK)


def test_another_agent_begins_another_conversation(tmp_path: Path) -> None:
    one = task("a", retry=RESUME, workspace=Workspace.NONE)
    record = failed(one, agent="codex")
    made, _, decision = wired(one, replace(record, commit=None, base=None), tmp_path)
    assert resumption(made, observe(made), decision) == FRESH


def test_only_attempts_of_the_same_conversation_count() -> None:
    one = task("a")
    print_ = prints(desired(one))[tid("a")]
    first = run(print_, "a", Status.FAILED, session_id=TALK, tokens={"input": 3}, cost_usd=None)
    second = run(print_, "a", Status.FAILED, first, session_id="other", tokens={"input": 100})
    third = run(print_, "a", Status.FAILED, second, session_id=TALK, tokens={"input": 4, "output": 1})
    assert used(third, TALK) == {"input": 7, "output": 1, "cost": "0"}
    assert used(third, "nobody") == {}


def rework(one: Task, decision: Decision, **fields: Any) -> Decision:
    """A decision to go on with what a judge has seen."""
    return replace(decision, action=Action.RERUN, round=1, **fields)


@pytest.mark.parametrize(("one", "session"), [(task("a"), None), (task("a", retry=RESUME), TALK)])
def test_a_rework_goes_on_from_the_judged_commit(one: Task, session: str | None, tmp_path: Path) -> None:
    record = replace(failed(one), status=Status.SUCCEEDED)
    made, _, decision = wired(one, record, tmp_path)
    found = resumption(made, observe(made), rework(one, decision))
    assert (found.commit, found.base, found.session) == ("c" * 40, "b" * 40, session)


def test_what_stands_for_the_judged_commit_is_its_own_code_base(tmp_path: Path) -> None:
    one = task("a")
    record = replace(failed(one), status=Status.SUCCEEDED)
    made, _, decision = wired(one, record, tmp_path)
    world = replace(observe(made), absent={"c" * 40: "d" * 40})
    assert resumption(made, world, rework(one, decision)) == Resumption(commit="d" * 40, base="d" * 40)


def tried(one: Task, **fields: Any) -> Run:
    """A success that a judge sent back, and a first try that failed."""
    good = run(prints(desired(one))[one.id], one.name)
    assert good.last_success is not None
    kept = replace(good.last_success, commit="a" * 40, base="b" * 40)
    first = replace(good.attempts[0], session_id=TALK)
    second: AttemptRecord = replace(first, number=2, round=1, status=Status.FAILED)
    return replace(
        good,
        status=Status.FAILED,
        base="b" * 40,
        attempts=(first, second),
        last_success=kept,
        **fields,
    )


@pytest.mark.parametrize(
    ("one", "commit"), [(task("a"), "a" * 40), (task("a", retry=RESUME), "c" * 40)], ids=["fresh", "resume"]
)
def test_a_second_try_of_a_round_begins_as_the_strategy_says(one: Task, commit: str, tmp_path: Path) -> None:
    made, _, decision = wired(one, tried(one), tmp_path)
    found = resumption(made, observe(made), replace(decision, round=1))
    assert (found.commit, found.base) == (commit, "b" * 40)


def test_a_second_try_without_a_first_begins_with_what_was_judged(tmp_path: Path) -> None:
    one = task("a", retry=RESUME)
    made, _, decision = wired(one, replace(tried(one), commit=None), tmp_path)
    found = resumption(made, observe(made), replace(decision, round=1))
    assert (found.commit, found.base) == ("a" * 40, "b" * 40)
    nothing = replace(tried(one), commit=None, last_success=None)
    made, _, decision = wired(one, nothing, tmp_path / "other")
    assert resumption(made, observe(made), replace(decision, round=1)).commit is None
