"""What an ended attempt left, but for what its checks say of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from specrun.core.contract import Contract, Judge
from specrun.core.task import Workspace
from specrun.core.world import CarriedFile, Fingerprint, Run, Status
from specrun.errors import ResultMissing
from specrun.ports import AttemptKey, Evidence, Intent, Metered, Outcome, ProofOrder, Work
from specrun.reconcile.examine import FEEDBACK, Found, examine, failed, judge, same_work
from tests.core.make import desired, prints, run, task, tid
from tests.fakes import NOWHERE, FakeWorkspaces, State, runtime

GOOD = Outcome(status=Status.SUCCEEDED, reason="", summary="ok", cost_usd=Decimal("0.5"))
KEY = AttemptKey(tid("a"), 1)
PRINT = Fingerprint(work="w", verify="v", live="l")
BASE, MADE = "b" * 40, "1".rjust(40, "0")
EDIT = CarriedFile("src/a.py", "100644", "1" * 40)
JUDGE = Judge(passing=("approved",), failing=("rejected", "hopeless"))


def evidence(cause: str = "exited", **fields: Any) -> Evidence:
    plain = Evidence(cause=cause, exit_code=0, error="", started_at=1, ended_at=2, tail="the tail")
    return replace(plain, **fields)


def intent(contract: Contract | None = None, **fields: Any) -> Intent:
    plain = Intent(
        task_id=KEY.task_id,
        number=1,
        generation=1,
        agent="shell",
        executor="fake",
        fingerprint=PRINT,
        workspace=Workspace.CLONE,
        cwd=NOWHERE,
        base=BASE,
        created_at=1,
        contract=contract or Contract(),
    )
    return replace(plain, **fields)


def found(asked: Intent, left: Evidence, work: Work | None = None, proof: ProofOrder | None = None) -> Found:
    state = State(work={} if work is None else {KEY: work})
    return examine(runtime(desired(task("a")), state), KEY, asked, left, proof)


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        (evidence(), Status.SUCCEEDED, ""),
        (evidence("timeout"), Status.FAILED, "timeout"),
        (evidence("idle_timeout"), Status.FAILED, "idle_timeout"),
        (evidence("log_limit"), Status.FAILED, "log_limit"),
        (evidence("budget"), Status.FAILED, "budget"),
        (evidence("max_turns"), Status.FAILED, "max_turns"),
        (evidence("stopped", error="orphaned"), Status.CANCELLED, "orphaned"),
        (evidence("stopped"), Status.CANCELLED, "stop_requested"),
        (evidence("lost"), Status.LOST, "the worker vanished without an exit record"),
        (evidence("launch_failed", error="sh not found"), Status.ERRORED, "sh not found"),
        (evidence("fenced", error="no shim claimed it"), Status.ERRORED, "no shim claimed it"),
        (evidence("fenced", error="stop_requested"), Status.CANCELLED, "stop_requested"),
        (evidence(error="the shim got signal 15"), Status.FAILED, "the shim got signal 15"),
        (evidence(output_error="not JSON"), Status.FAILED, "not JSON"),
    ],
)
def test_the_shim_overrules_the_agent(told: Evidence, status: Status, reason: str) -> None:
    outcome = judge(GOOD, told)
    assert (outcome.status, outcome.reason) == (status, reason)
    assert (outcome.summary, outcome.cost_usd) == ("ok", Decimal("0.5"))


def test_a_failure_after_all_keeps_the_summary_unless_it_has_one() -> None:
    assert failed(GOOD, "why") == replace(GOOD, status=Status.FAILED, reason="why")
    assert failed(GOOD, "why", "what").summary == "what"


WANT = Contract(outputs={"want": {"n": 1}})


@pytest.mark.parametrize(
    ("contract", "work", "left", "reason"),
    [
        (Contract(touches=("src",)), Work(commit=MADE, carried=(EDIT,)), {}, ""),
        (
            Contract(touches=("docs",)),
            Work(commit=MADE, carried=(EDIT,)),
            {},
            "outside_touches: src/a.py",
        ),
        (Contract(touches=("src",)), Work(commit=MADE, carried=()), {}, "nothing_changed"),
        (
            Contract(touches=("src",)),
            Work(commit=MADE, carried=(EDIT,), outside=("src/l -> /etc",)),
            {},
            "outside_links: src/l -> /etc",
        ),
        (WANT, None, {"output": {"n": 1}}, ""),
        (WANT, None, {}, "outputs_missing: nothing was left in SPECRUN_OUTPUT"),
        (WANT, None, {"output": {"n": 2}}, "outputs_invalid: {'n': 2} is wrong"),
        (WANT, None, {"metered": Metered(success=True, structured={"output": {"n": 1}})}, ""),
        (Contract(touches=("src",), outputs={}), Work(commit=MADE, carried=()), {}, "nothing_changed"),
    ],
)
def test_work_is_held_against_what_was_asked(
    contract: Contract, work: Work | None, left: dict[str, Any], reason: str
) -> None:
    seen = found(intent(contract), evidence(**left), work)
    good = Status.FAILED if reason else Status.SUCCEEDED
    assert (seen.outcome.status, seen.outcome.reason) == (good, reason)
    assert seen.work is not None
    assert seen.work.commit == MADE


@pytest.mark.parametrize("judge", [None, JUDGE])
def test_what_failed_by_itself_is_asked_for_nothing_more(judge: Judge | None) -> None:
    contract = Contract(touches=("docs",), outputs={"want": 1}, judge=judge)
    seen = found(intent(contract), evidence(exit_code=3), Work(commit=MADE, carried=(EDIT,)))
    assert (seen.outcome.reason, seen.verdict) == ("exit code 3", None)


@pytest.mark.parametrize(
    ("left", "word", "reason"),
    [
        ({"verdict": "approved\n"}, "approved", ""),
        ({"verdict": "rejected"}, "rejected", "verdict: rejected"),
        ({}, None, "no_verdict: declared are approved, rejected, hopeless"),
        ({"verdict": ""}, None, "no_verdict: declared are approved, rejected, hopeless"),
        (
            {"verdict": "fine"},
            None,
            "foreign_verdict: 'fine' is none of approved, rejected, hopeless",
        ),
        (
            {"verdict": "\x1b[2Japproved"},
            None,
            "foreign_verdict: '\\x1b[2Japproved' is none of approved, rejected, hopeless",
        ),
        ({"verdict_error": "it is a FIFO"}, None, "foreign_verdict: it is a FIFO"),
        ({"metered": Metered(structured={"verdict": "hopeless"})}, "hopeless", "verdict: hopeless"),
        (
            {"verdict": "approved", "metered": Metered(structured={"verdict": "rejected"})},
            "approved",
            "",
        ),
    ],
)
def test_a_judge_has_to_leave_one_of_its_words(left: dict[str, Any], word: str | None, reason: str) -> None:
    seen = found(intent(Contract(judge=JUDGE)), evidence(**left))
    assert (seen.verdict, seen.outcome.reason) == (word, reason)
    assert seen.outcome.status.good is (not reason)


@pytest.mark.parametrize(
    ("left", "feedback"),
    [
        ({}, "the tail"),
        ({"metered": Metered(result=" said at the end ")}, "said at the end"),
        ({"metered": Metered(result="the end", structured={"feedback": "in the answer"})}, "in the answer"),
        ({"tail": "x" * FEEDBACK + "the end"}, "x" * (FEEDBACK - 7) + "the end"),
    ],
)
def test_what_a_judge_says_is_kept_for_whoever_has_to_rework(left: dict[str, Any], feedback: str) -> None:
    assert found(intent(Contract(judge=JUDGE)), evidence(verdict="rejected", **left)).feedback == feedback


def test_a_verdict_of_a_task_that_does_not_judge_is_nothing() -> None:
    seen = found(intent(), evidence(verdict="approved"))
    assert (seen.verdict, seen.feedback, seen.outcome.status) == (None, "", Status.SUCCEEDED)


@pytest.mark.parametrize("code", [0, 1])
def test_edits_of_a_judge_are_discarded_and_named(code: int) -> None:
    asked = intent(Contract(judge=JUDGE, touches=("docs",)))
    seen = found(
        asked,
        evidence(verdict="approved", exit_code=code),
        Work(commit=MADE, carried=(EDIT,), outside=("x",)),
    )
    assert seen.discarded == ("src/a.py",)
    assert seen.work == Work(commit=BASE, carried=())
    assert seen.outcome.status.good is (code == 0)


class Gone(FakeWorkspaces):
    """Trees that somebody has removed, and commits that are still here."""

    def collect(self, key: AttemptKey, path: Path, base: str, when: float, message: str) -> Work:
        raise ResultMissing("the workspace is gone")


def owed(**fields: Any) -> ProofOrder:
    return replace(ProofOrder(commit=MADE, cwd=NOWHERE, fingerprint=PRINT, checks=()), **fields)


def test_once_collected_the_tree_is_not_looked_at_again() -> None:
    state = State(work={AttemptKey(tid("a"), 7): Work(commit=MADE, carried=(EDIT,))})
    made = replace(runtime(desired(task("a")), state), workspaces=Gone(state))
    asked = intent(Contract(touches=("docs",)))
    seen = examine(made, KEY, asked, evidence(), owed())
    assert (seen.work, seen.outcome.status) == (Work(commit=MADE, carried=(EDIT,)), Status.SUCCEEDED)
    gone = examine(made, KEY, asked, evidence(), None)
    assert (gone.work, gone.outcome.reason, gone.outcome.summary) == (
        None,
        "workspace_missing",
        "the workspace is gone",
    )


def test_what_a_judge_had_edited_is_remembered_while_its_checks_run() -> None:
    proof = owed(commit=BASE, discarded=("src/a.py",))
    seen = found(intent(Contract(judge=JUDGE)), evidence(verdict="approved"), proof=proof)
    assert (seen.discarded, seen.verdict) == (("src/a.py",), "approved")
    assert seen.work == Work(commit=BASE, carried=())


@pytest.mark.parametrize(
    "asked", [intent(workspace=Workspace.NONE, base=None), intent(base=None)], ids=["no clone", "no base"]
)
def test_without_a_clone_there_is_no_work(asked: Intent) -> None:
    assert found(asked, evidence()).work is None
    assert found(intent(), evidence("fenced", error="no shim claimed it")).work is None


def judged() -> Run:
    """A success whose commit a judge has seen."""
    one = task("a")
    return replace(run(prints(desired(one))[one.id], "a"), carried=(EDIT,))


OTHER = CarriedFile("src/a.py", "100644", "2" * 40)


@pytest.mark.parametrize(
    ("carried", "commit"), [((EDIT,), "c" * 40), ((OTHER,), MADE), ((), MADE)], ids=["same", "other", "none"]
)
def test_a_rework_without_effect_has_the_commit_that_was_judged(
    carried: tuple[CarriedFile, ...], commit: str
) -> None:
    seen = Found(outcome=GOOD, work=Work(commit=MADE, carried=carried), output=None)
    work = same_work(seen, judged()).work
    assert work is not None
    assert (work.commit, work.carried) == (commit, carried)


def test_a_second_try_of_a_rework_is_held_against_what_was_judged_too() -> None:
    one = task("a")
    before = replace(judged(), last_success=None)
    good = run(prints(desired(one))[one.id], "a", Status.SUCCEEDED)
    kept = good.last_success
    assert kept is not None
    tried = replace(
        before,
        status=Status.FAILED,
        commit="d" * 40,
        carried=(OTHER,),
        last_success=replace(kept, carried=(EDIT,)),
    )
    seen = Found(outcome=GOOD, work=Work(commit=MADE, carried=(EDIT,)), output=None)
    work = same_work(seen, tried).work
    assert work is not None
    assert work.commit == "c" * 40
    other = replace(seen, work=Work(commit=MADE, carried=(OTHER,)))
    assert same_work(other, tried) == other


def test_without_work_there_is_nothing_to_compare() -> None:
    nothing = Found(outcome=GOOD, work=None, output=None)
    assert same_work(nothing, judged()) == nothing
    first = Found(outcome=GOOD, work=Work(commit=MADE, carried=()), output=None)
    assert same_work(first, None) == first
