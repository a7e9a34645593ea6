"""What a record asks for that a person edited, wants replaced, or that another release wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specrun.core import fingerprint
from specrun.core.change import Reason, ReasonCode
from specrun.core.outcome import exit_code
from specrun.core.plan import plan
from specrun.core.task import Limits
from specrun.core.world import Phase, Run, Status
from tests.core.make import NOW, attempt, checked, desired, prints, run, task, tid, told, world


def edited_record(status: Status = Status.SUCCEEDED) -> Run:
    one = task("a")
    return replace(run(prints(desired(one))[one.id], "a", status), edited=True)


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED])
def test_a_record_that_somebody_edited_is_never_taken_for_fresh(status: Status) -> None:
    wanted, seen = desired(task("a"), task("b", "a")), world([edited_record(status)])
    assert told(wanted, seen) == {"a": ("hold", "result_edited"), "b": ("hold", "upstream_failed")}
    assert exit_code(plan(wanted, seen)) == 1
    granted = replace(seen, grants={tid("a"): "token"})
    assert told(wanted, granted)["a"] == ("retry", "retry_requested")


def test_what_is_to_be_replaced_runs_once_whatever_became_of_it() -> None:
    one = task("a")
    wanted = desired(one, replace=frozenset({one.id}))
    good = run(prints(wanted)[one.id], "a")
    assert told(wanted, world([good])) == {"a": ("rerun", "requested_replace")}
    assert plan(wanted, world([good])).decisions[0].generation == 2
    again = run(prints(wanted)[one.id], "a", before=good, started_at=NOW - 20, ended_at=NOW - 10)
    assert told(wanted, world([again])) == {"a": ("reuse", "")}
    assert told(wanted, world()) == {"a": ("run", "new")}


def test_an_edit_of_settings_is_named() -> None:
    one = task("a")
    failed = run(prints(desired(one))[one.id], "a", Status.FAILED)
    slower = replace(one, limits=Limits(timeout=9.0), env={})
    decision = plan(desired(slower), world([failed])).decisions[0]
    assert decision.reasons == (
        Reason(ReasonCode.FAILED_THEN_EDITED),
        Reason(ReasonCode.SETTING_CHANGED, "timeout"),
    )


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.FAILED])
def test_another_version_of_fingerprints_alone_runs_nothing(
    status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = task("a", contract=checked("test"))
    wanted = desired(one)
    older = replace(prints(wanted)[one.id], version=0, work="1", verify="2", live="3")
    written = {**older.components, "prompt": "told otherwise", "gone": 1}
    record = run(replace(older, components=written), "a", status)
    monkeypatch.setattr(fingerprint, "RECODED", {1: frozenset({"prompt"})})
    expected = "reuse" if status.good else "hold"
    assert told(wanted, world([record]))["a"][0] == expected
    edit = replace(one, env={"X": "1"})
    assert told(desired(edit), world([record]))["a"] == (
        ("rerun", "env_changed") if status.good else ("retry", "failed_then_edited")
    )
    busy = attempt("a", Phase.RUNNING, older, version=0)
    assert told(wanted, world([], [busy]))["a"] == ("adopt", "running")


@pytest.mark.parametrize(
    ("page", "action"), [("1", ("cascade", "upstream_output_changed")), ("2", ("rerun", "prompt_changed"))]
)
def test_a_dependent_that_shows_a_new_value_follows_its_upstream(page: str, action: tuple[str, str]) -> None:
    up = task("a")
    down = task("b", "a:succeeded:output", prompt=None, sources={"pages": [["", "1"]], "vars": {}})
    good = run(prints(desired(up))[up.id], "a")
    told_before = run(fingerprint.fingerprint(down, "count 1", {}), "b")
    now = replace(down, sources={"pages": [["", page]], "vars": {}})
    seen = world([good, told_before], prompts={down.id: "count 2"})
    assert told(desired(up, now), seen)["b"] == action
