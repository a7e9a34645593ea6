"""Which files that a task reads count as changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from specrun.core.change import Restore, Start, Verify
from specrun.core.fingerprint import carried_digest, fingerprint
from specrun.core.plan import plan
from specrun.core.reading import settled, writers
from specrun.core.task import Task
from specrun.core.world import CarriedFile, Phase, Run, Status, World
from tests.core.make import attempt, checked, desired, run, task, tid, told, world

UP = task("up", prompt="echo up")
A = task("a", "up", reads=("src/**",))
WANTED = desired(UP, A)
OLD, NEW, OWN, ABOVE = ("100644 " + mark * 40 for mark in "0123")


def wrote(path: str, blob: str) -> CarriedFile:
    mode, name = blob.split()
    return CarriedFile(path, mode, name)


def records(reads: Mapping[str, str], own: str = OWN, above: str = ABOVE) -> list[Run]:
    up = replace(run(fingerprint(UP, UP.prompt, {}), "up"), carried=(wrote("src/f", above),))
    print_ = fingerprint(A, A.prompt, {UP.id: carried_digest(up.carried)}, reads)
    return [up, replace(run(print_, "a"), carried=(wrote("src/f", own),))]


def seen(now: Mapping[str, str], **fields: str) -> World:
    return world(records({"src/f": OLD}, **fields), reads={A.id: now})


@pytest.mark.parametrize(
    ("now", "action"),
    [
        ({"src/f": OLD}, "reuse"),
        ({"src/f": NEW}, "rerun"),
        ({"src/f": OWN}, "reuse"),
        ({"src/f": ABOVE}, "reuse"),
        ({}, "rerun"),
        ({"src/f": OLD, "src/g": NEW}, "rerun"),
    ],
    ids=["as it was", "edited", "its own write, merged", "an upstream's write, merged", "gone", "a new one"],
)
def test_only_what_others_wrote_is_a_change(now: Mapping[str, str], action: str) -> None:
    assert told(WANTED, seen(now))["a"][0] == action


def test_a_file_that_it_deleted_itself_may_be_gone() -> None:
    gone = f"000000 {'0' * 40}"
    assert told(WANTED, seen({}, own=gone))["a"] == ("reuse", "")


def test_the_reason_is_told() -> None:
    assert told(WANTED, seen({"src/f": NEW}))["a"] == ("rerun", "reads_changed")


def test_a_worker_goes_on_unless_what_it_reads_was_changed_by_others() -> None:
    up, record = records({"src/f": OLD})
    busy = attempt("a", Phase.RUNNING, record.fingerprint, reads={"src/f": OLD})
    for now, action in ((OLD, "adopt"), (ABOVE, "adopt"), (NEW, "stop")):
        found = world([up], [busy], reads={A.id: {"src/f": now}})
        assert told(WANTED, found)["a"][0] == action


def test_the_last_success_counts_as_well() -> None:
    up, good = records({"src/f": OLD})
    bad = replace(
        good,
        status=run(good.fingerprint, "a").status.FAILED,
        fingerprint=fingerprint(replace(A, rerun=1), A.prompt, {}, {"src/f": NEW}),
    )
    found = world([up, bad], reads={A.id: {"src/f": OWN}})
    assert told(WANTED, found)["a"][0] == "reuse"
    lost = replace(found, runs={**found.runs, A.id: replace(bad, last_success=None)})
    assert told(WANTED, lost)["a"][0] == "retry"


def test_without_a_look_nothing_is_known() -> None:
    found = world(records({"src/f": OLD}))
    assert settled(A, WANTED, found) is None
    decision = next(one for one in plan(WANTED, found).decisions if one.task_id == tid("a"))
    assert decision.fingerprint is not None
    assert decision.fingerprint.unknown == ("reads",)


ALONE = task("a", reads=("src/**",))
EDITED = replace(ALONE, prompt="echo else")


def done(reads: str, left: str, before: Run | None = None, one: Task = ALONE, **fields: Any) -> Run:
    """A record of work on one file."""
    print_ = fingerprint(one, one.prompt, {}, {"src/f": reads})
    return run(print_, "a", before=before, left={"carried": (wrote("src/f", left),)}, **fields)


def test_an_attempt_is_noted_with_what_it_reads_and_so_it_comes_to_rest() -> None:
    seen = world([done(OLD, OWN)], reads={A.id: {"src/f": OWN}})
    assert told(desired(ALONE), seen)["a"] == ("reuse", "")
    made = plan(desired(EDITED), seen)
    assert [one.code for one in made.decisions[0].reasons] == ["prompt_changed"]
    (start,) = made.changes
    assert isinstance(start, Start)
    assert start.decision.fingerprint == fingerprint(EDITED, EDITED.prompt, {}, {"src/f": OWN})
    # What it has written once is no longer in its record, and still in the code base.
    again = done(OWN, NEW, seen.runs[A.id], EDITED)
    assert told(desired(EDITED), replace(seen, runs={A.id: again}))["a"] == ("reuse", "")


def test_the_same_holds_for_what_an_upstream_has_written_anew() -> None:
    up, before = records({"src/f": OLD})
    anew = replace(up, carried=(wrote("src/f", NEW),))
    seen = world([anew, before], reads={A.id: {"src/f": ABOVE}})
    made = plan(WANTED, seen)
    assert made.decisions[1].action != "reuse"
    (start,) = made.changes
    assert isinstance(start, Start)
    assert start.decision.fingerprint is not None
    after = replace(before, fingerprint=start.decision.fingerprint)
    assert told(WANTED, replace(seen, runs={UP.id: anew, A.id: after}))["a"] == ("reuse", "")


def test_a_spec_set_back_to_a_success_whose_work_was_merged_since_is_reused() -> None:
    failed = done(OWN, NEW, done(OLD, OWN), EDITED, status=Status.FAILED)
    seen = world([failed], reads={A.id: {"src/f": OWN}})
    assert told(desired(EDITED), seen)["a"] == ("hold", "failed_unchanged")
    assert told(desired(ALONE), seen)["a"] == ("reuse", "")
    assert plan(desired(ALONE), seen).changes == (Restore(A.id),)
    elsewhere = replace(seen, reads={A.id: {"src/f": ABOVE}})
    assert told(desired(ALONE), elsewhere)["a"][0] == "retry"


def test_a_verification_says_nothing_of_what_was_read() -> None:
    wanted = desired(replace(ALONE, contract=checked("test")))
    (change,) = plan(wanted, world([done(OLD, OWN)], reads={A.id: {"src/f": OWN}})).changes
    assert isinstance(change, Verify)
    assert change.decision.fingerprint is not None
    assert change.decision.fingerprint.components["reads"] == {"src/f": OLD}


def test_who_may_have_written_what_a_task_reads() -> None:
    reader = task("a", "mid", "side:succeeded:output", "n:succeeded:none", reads=("src",))
    chain = desired(UP, task("mid", "up"), task("side"), task("n"), task("b", "mid"), reader)
    assert writers(reader, chain) == {tid("a"), tid("mid"), tid("up")}
    assert writers(chain.tasks[tid("b")], chain) == set()


def test_a_worker_goes_on_with_what_it_began_with_whatever_its_record_says() -> None:
    before = done(OLD, OWN)
    (start,) = plan(desired(EDITED), world([before], reads={A.id: {"src/f": OWN}})).changes
    assert isinstance(start, Start)
    busy = attempt("a", Phase.RUNNING, start.decision.fingerprint, reads={"src/f": OWN})
    seen = world([before], [busy], reads={A.id: {"src/f": OWN}})
    assert told(desired(EDITED), seen)["a"] == ("adopt", "running")
