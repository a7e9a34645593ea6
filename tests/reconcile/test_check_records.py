"""What records say of checks, from what their runs have left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from specrun.core.change import Check as RunCheck
from specrun.core.contract import Check, Contract
from specrun.core.world import Phase
from specrun.ports import AttemptKey
from specrun.reconcile.observe import observe
from specrun.reconcile.prove import asked, results, stopped
from specrun.reconcile.tick import perform
from tests.core.make import desired, task, tid
from tests.fakes import State, runtime
from tests.reconcile.drive import turn

KEY = AttemptKey(tid("a"), 1)
MADE = "1".rjust(40, "0")
TEST = Check(name="test", run="true")
LINT = Check(name="lint", run="true", path="web")


def proving(*phases: Phase, evidence: dict[int, dict[str, Any]] | None = None) -> State:
    """An attempt with two checks; each phase is that of a run, of the first check first."""
    state = State()
    wanted = desired(task("a", contract=Contract(checks=(TEST, LINT))))
    turn(runtime(wanted, state))
    state.end(KEY)
    turn(runtime(wanted, state))
    for number, phase in enumerate(phases, 1):
        made = runtime(wanted, state)
        perform(made, observe(made), RunCheck(KEY.task_id, 1, number, number - 1))
        run_key = AttemptKey(KEY.task_id, 1, number)
        if phase is not Phase.RUNNING:
            state.end(run_key, **(evidence or {}).get(number, {}))
            state.amend(run_key, phase=phase)
    return state


def test_a_record_tells_what_each_check_said() -> None:
    left = {"started_at": 5.0, "ended_at": 7.5, "tail": "1 failed", "digest": "d" * 64, "exit_code": 1}
    state = proving(Phase.ENDED, Phase.ENDED, evidence={1: left})
    made = runtime(desired(), state)
    [attempt] = state.attempts[KEY.task_id]
    test, lint = results(made, attempt, state.proofs[KEY])
    assert (test.name, test.run, test.path, test.commit) == ("test", "true", "", MADE)
    assert (test.exit_code, test.seconds, test.output_digest, test.tail) == (1, 2.5, "d" * 64, "1 failed")
    assert (test.reason, test.passed) == ("exit code 1", False)
    assert (lint.path, lint.exit_code, lint.reason, lint.passed) == ("web", 0, "", True)


@pytest.mark.parametrize(
    ("phase", "left", "reason"),
    [
        (Phase.ENDED, {"exit_code": 0}, ""),
        (Phase.ENDED, {"exit_code": 2}, "exit code 2"),
        (Phase.ENDED, {"exit_code": -9}, "killed by signal 9"),
        (Phase.ENDED, {"error": "the shim got signal 15"}, "unanswered: the shim got signal 15"),
        (Phase.ENDED, {"cause": "timeout", "error": "after 5 s", "exit_code": -9}, "timeout: after 5 s"),
        (Phase.ENDED, {"cause": "log_limit"}, "log_limit"),
        (Phase.ENDED, {"cause": "launch_failed", "error": "no sh"}, "it could not be started: no sh"),
        (Phase.ENDED, {"cause": "stopped", "error": "orphaned"}, "stopped: orphaned"),
        (Phase.ENDED, {"cause": "stopped"}, "stopped: stop_requested"),
        (Phase.LOST, {"cause": "lost", "exit_code": None}, "unanswered: lost"),
        (Phase.FENCED, {"cause": "fenced", "error": "no shim"}, "unanswered: no shim"),
        (Phase.FENCED, {"cause": "fenced", "error": "outdated"}, "stopped"),
        (Phase.FENCED, {"cause": "fenced", "error": "stop_requested"}, "stopped: stop_requested"),
        (Phase.RUNNING, {}, "stopped"),
    ],
)
def test_why_a_check_counts_as_not_passed(phase: Phase, left: dict[str, Any], reason: str) -> None:
    state = proving(phase, evidence={1: left})
    [attempt] = state.attempts[KEY.task_id]
    first, second = results(runtime(desired(), state), attempt, state.proofs[KEY])
    assert (first.reason, first.passed) == (reason, not reason)
    assert (second.reason, second.seconds, second.exit_code) == ("stopped", 0.0, None)
    assert stopped((first,)) is reason.startswith("stopped")
    assert stopped((first, second))
    assert asked((first, second)) == reason.partition("stopped: ")[2]


def test_a_check_that_never_began_took_no_time() -> None:
    state = proving(Phase.FENCED, evidence={1: {"cause": "fenced", "error": "no shim", "started_at": None}})
    [attempt] = state.attempts[KEY.task_id]
    assert results(runtime(desired(), state), attempt, state.proofs[KEY])[0].seconds == 0.0


def test_what_was_printed_is_kept_without_the_place_on_this_machine(tmp_path: Path) -> None:
    state = proving(Phase.ENDED)
    top = tmp_path / "tree"
    real = Path(f"{tmp_path}/private{top}")
    real.mkdir(parents=True)
    top.symlink_to(real)
    [attempt] = state.attempts[KEY.task_id]
    for place in (real, top):
        proof = replace(state.proofs[KEY], cwd=top)
        state.end(AttemptKey(KEY.task_id, 1, 1), tail=f"{place}/a.py:1: bad, in {place}")
        assert results(runtime(desired(), state), attempt, proof)[0].tail == "a.py:1: bad, in ."
