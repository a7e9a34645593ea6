"""Records and orders that name others by ids which these have had before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specrun.core.fingerprint import PROMPT_KEPT, carried_digest, fingerprint
from specrun.core.former import as_now, ordered_as
from specrun.core.moves import moved, moves
from specrun.core.plan import plan
from specrun.core.rework import remembered
from specrun.core.task import Desired, Task
from specrun.core.world import Fingerprint, Phase, Run, Status, World
from tests.core.judges import API, REVIEW, done, rejected
from tests.core.judges import WANTED as JUDGED
from tests.core.make import NOW, attempt, desired, judging, run, task, tid, told, world

WORK = {"prompt": "echo work"}
A, B, X = tid("a"), tid("b"), tid("x")


def print_of(one: Task, text: str | None = None) -> Fingerprint:
    """What a task is asked for where its upstreams have handed on nothing."""
    return fingerprint(one, one.prompt or text, {edge.upstream: carried_digest(()) for edge in one.edges})


def record(one: Task, text: str | None = None, **fields: Any) -> Run:
    return replace(run(print_of(one, text), one.name), **fields)


def renamed(name: str = "x", *former: str, **fields: Any) -> Run:
    """The record of a task that had other ids before."""
    return record(task(name, **WORK), moved_from=former or ("a",), branch=f"specrun/s/{name}", **fields)


def seen(wanted: Desired, runs: list[Run], prompt: str | None = None) -> World:
    """The world as observing makes it; the prompt is that of task b."""
    prompts = {} if prompt is None else {B: prompt}
    known = as_now(wanted, {one.task_id: one for one in runs}, prompts)
    return world(known.values(), prompts=prompts)


AFTER = desired(task("x", **WORK), task("b", "x"))


def test_a_record_reads_as_if_nobody_had_been_renamed() -> None:
    before, now = record(task("b", "a")), record(task("b", "x"))
    assert seen(AFTER, [renamed(), before]).runs == {X: renamed(), B: now}
    assert told(AFTER, seen(AFTER, [renamed(), before])) == {"x": ("reuse", ""), "b": ("reuse", "")}


def test_its_last_success_does_as_well() -> None:
    failed = replace(
        record(task("b", "a")), status=Status.FAILED, fingerprint=print_of(task("b", env={"X": "1"}))
    )
    assert told(AFTER, seen(AFTER, [renamed(), failed]))["b"] == ("reuse", "")


def test_records_are_the_very_same_ones_while_nothing_changes() -> None:
    runs = {one.task_id: one for one in (record(task("x", **WORK)), record(task("b", "x")))}
    assert as_now(AFTER, runs, {}) is runs
    runs |= {X: renamed(), B: record(task("b", "a")), A: record(task("a"))}
    first, second = as_now(AFTER, runs, {}), as_now(AFTER, dict(runs), {})
    assert all(first[name] is second[name] for name in runs)
    assert (first[A], first[X]) == (runs[A], runs[X])


def test_whom_a_judge_sends_work_back_to_is_renamed_as_well() -> None:
    judge = task("j", "mid", contract=judging("x"))
    before = record(task("j", "mid", contract=judging("a")))
    wanted = desired(task("x", **WORK), task("mid", "x"), judge)
    now = seen(wanted, [renamed(), before]).runs[judge.id]
    assert now.fingerprint.components["rewind"] == ["x", 2]


@pytest.mark.parametrize("former", [("a",), ("z", "a"), ("a", "y")])
def test_however_often_it_was_renamed_since(former: tuple[str, ...]) -> None:
    before = record(task("b", "a"))
    assert told(AFTER, seen(AFTER, [renamed("x", *former), before]))["b"] == ("reuse", "")


def test_another_task_with_the_former_id_of_one_changes_nothing_for_those_that_were_done_before() -> None:
    wanted = desired(task("x", **WORK), task("a", prompt="another"), task("b", "x"))
    other = record(wanted.tasks[A])
    before = record(task("b", "a"))
    assert told(wanted, seen(wanted, [renamed(), before]))["b"] == ("reuse", "")
    later = replace(other, attempts=(replace(other.attempts[0], started_at=NOW - 80),))
    assert told(wanted, seen(wanted, [renamed(), before, later]))["b"] == ("reuse", "")


def test_a_record_that_may_mean_the_other_task_is_not_taken_for_the_same() -> None:
    wanted = desired(task("x", **WORK), task("a", prompt="another"), task("b", "x"))
    other, before = record(wanted.tasks[A]), record(task("b", "a"))
    assert told(wanted, seen(wanted, [renamed(), before, other]))["b"] == ("rerun", "edges_changed")
    accepted = replace(other, attempts=())
    assert told(wanted, seen(wanted, [renamed(), before, accepted]))["b"][0] == "rerun"
    begun = [
        replace(other.attempts[0], number=number, started_at=NOW - 99 + 50 * number) for number in (0, 1)
    ]
    assert (
        told(wanted, seen(wanted, [renamed(), before, replace(other, attempts=(*begun,))]))["b"][0] == "rerun"
    )
    both = desired(task("x", **WORK), task("a", prompt="another"), task("b", "x", "a"))
    of_both = record(both.tasks[B])
    assert seen(both, [renamed(), of_both]).runs[B] == of_both
    assert told(both, seen(both, [renamed(), before]))["b"][0] == "rerun"


TEXT = "Look at specrun/s/{} and at specrun/s/{}-2, not at other/specrun/s/{}."
ASKING = desired(task("x", **WORK), task("b", "x", prompt=None))


def asked(name: str, long: str = "") -> str:
    """A prompt that shows the branch of an upstream, and what only looks like it."""
    return TEXT.format(name, "x", "x") + long


@pytest.mark.parametrize("long", ["", "x" * PROMPT_KEPT], ids=["short", "of which only a digest is kept"])
def test_a_prompt_that_shows_the_branch_of_a_renamed_task_has_not_changed(long: str) -> None:
    before = record(task("b", "a", prompt=None), asked("a", long))
    assert told(ASKING, seen(ASKING, [renamed(), before], asked("x", long)))["b"] == ("reuse", "")
    edited = seen(ASKING, [renamed(), before], asked("x", long) + "!")
    assert told(ASKING, edited)["b"] == ("rerun", "prompt_changed")


def test_a_branch_in_a_text_of_its_own_is_an_edit() -> None:
    before = record(task("b", "a", prompt="git switch specrun/s/a"))
    wanted = desired(task("x", **WORK), task("b", "x", prompt="git switch specrun/s/x"))
    assert told(wanted, seen(wanted, [renamed(), before]))["b"] == ("rerun", "prompt_changed")


def busy(one: Task, text: str | None = None, **fields: Any) -> World:
    work = print_of(one, text)
    return world([renamed(**fields)], [attempt("b", Phase.RUNNING, work)], prompts={B: asked("x")})


def test_a_worker_goes_on_when_its_upstream_is_renamed() -> None:
    assert told(AFTER, busy(task("b", "a")))["b"] == ("adopt", "running")
    assert told(AFTER, busy(task("b", "a", env={"X": "1"})))["b"] == ("stop", "outdated_while_running")
    assert told(AFTER, busy(task("b", "c")))["b"] == ("stop", "outdated_while_running")


def test_a_worker_goes_on_whose_prompt_shows_the_former_branch() -> None:
    one = task("b", "a", prompt=None)
    assert told(ASKING, busy(one, asked("a")))["b"] == ("adopt", "running")
    assert told(ASKING, busy(one, asked("a") + "!"))["b"][0] == "stop"


def test_a_worker_that_knows_one_of_two_by_its_former_id() -> None:
    wanted = desired(task("x", **WORK), task("y", **WORK), task("b", "x", "y"))
    runs = [renamed(), renamed("y", "c")]
    for names in (("a", "c"), ("x", "c"), ("a", "y"), ("x", "y")):
        work = print_of(task("b", *names))
        at_work = world(runs, [attempt("b", Phase.RUNNING, work)])
        assert told(wanted, at_work)["b"] == ("adopt", "running"), names


def test_a_worker_that_knows_it_by_any_former_id() -> None:
    for name in ("z", "a", "x"):
        at_work = attempt("b", Phase.RUNNING, print_of(task("b", name)))
        assert told(AFTER, world([renamed("x", "z", "a")], [at_work]))["b"] == ("adopt", "running"), name


def test_ways_to_call_upstreams_are_not_tried_for_ever() -> None:
    names = [f"t{number}" for number in range(40)]
    one = task("b", *names)
    runs = {tid(name): renamed(name, f"was-{name}") for name in names}
    wanted, found = desired(one), world(runs.values())
    assert not ordered_as(one, "x", print_of(one), wanted, found)
    first = print_of(task("b", *(f"was-{name}" for name in names)))
    assert ordered_as(one, first.work, print_of(one), wanted, found)


def test_a_move_that_is_not_carried_out_yet_counts_as_well() -> None:
    old = replace(renamed(), task_id=A, moved_from=(), branch="specrun/s/a")
    known = {A: old, B: record(task("b", "a", prompt=None), asked("a"))}
    names = moves(ASKING, known, {})
    found = seen(ASKING, [*moved(ASKING, known, names).values()], asked("x"))
    assert told(ASKING, replace(found, moved=names)) == {"x": ("move", "renamed"), "b": ("reuse", "")}


def test_a_rework_is_due_and_its_rounds_count_on_when_its_target_or_its_judge_is_renamed() -> None:
    target = done()
    judge = rejected(target, "rejected")
    assert told(JUDGED, world([target, judge]))["api"] == ("rerun", "rework")
    for api, review in (("login", "review"), ("api", "critic"), ("login", "critic")):
        made = task(api, prompt=API.prompt)
        wanted = desired(made, task(review, api, prompt=REVIEW.prompt, contract=judging(api)))
        known = {API.id: target, REVIEW.id: judge}
        names = moves(wanted, known, {})
        found = replace(seen(wanted, [*moved(wanted, known, names).values()]), moved=names)
        assert told(wanted, found)[api] == ("rerun", "rework")
        decisions = {one.task_id: one for one in plan(wanted, found).decisions}
        asked = wanted.tasks[tid(review)]
        assert remembered(asked, decisions[asked.id], found) == judge.rounds


def test_what_the_spec_declares_counts_where_no_record_tells_it() -> None:
    wanted = desired(task("x", enabled=False, **WORK), task("b", "x"), spec={"moved": (("a", "x"),)})
    before = record(task("b", "a"))
    assert told(wanted, seen(wanted, [before]))["b"] == ("reuse", "")
    at_work = world([], [attempt("b", Phase.RUNNING, print_of(task("b", "a")))])
    on = desired(task("x", **WORK), task("b", "x"), spec={"moved": (("a", "x"),)})
    assert told(on, replace(at_work, runs={X: record(task("x", **WORK))}))["b"] == ("adopt", "running")
    undeclared = desired(task("x", enabled=False, **WORK), task("b", "x"))
    assert told(undeclared, seen(undeclared, [before]))["b"] == ("hold", "skipped")
