"""Tests what a running apply remembers from turn to turn, and how it ends."""

from __future__ import annotations

import gc
import json
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.api.asking import Going
from specrun.api.preparing import Asked, Job, prepared
from specrun.commands.running import Running, running, unknown
from specrun.core.change import Action, ReasonCode
from specrun.core.event import Event, EventKind
from specrun.core.task import TaskId
from specrun.errors import ExitCode
from tests.api.test_preparing import GOING
from tests.commands.conftest import Spec
from tests.report.values import NOW, decision, plan

ADOPTED = Event(at=NOW, kind=EventKind.ADOPTED, task_id=TaskId("demo/one"), message="demo/one adopted")
ENDED = Event(at=NOW, kind=EventKind.ENDED, task_id=TaskId("demo/one"), message="demo/one succeeded")


class Trigger:
    """Nothing ever happens, and nobody waits for it."""

    woken = True

    def wait(self, timeout: float) -> None:
        del timeout

    def wake(self) -> None:
        pass


def begun(repo: Path, **going: object) -> Job:
    asked = Asked(going=Going(**{**GOING, **going}))  # type: ignore[typeddict-item]
    project = wiring.open_project(repo, ())
    project.layout.create()
    return prepared(project, asked)


def at_work(job: Job) -> Running:
    with running(job, Trigger(), None) as made:
        return made


def test_workers_that_are_known_are_not_taken_over_once_more(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'true'}")
    job = begun(repo)
    remembered: list[Event] = []
    wanted = replace(job.runtime.desired, memo={})
    other = replace(job, runtime=replace(job.runtime, desired=wanted, remember=remembered.extend))
    made = at_work(job)
    made.take(other, plan(decision("demo/one", Action.ADOPT, (ReasonCode.RUNNING, "attempt 1"))))
    made.job.runtime.remember([ADOPTED])
    assert remembered == []
    made.job.runtime.remember([ADOPTED, ENDED])
    assert remembered == [ENDED]
    assert unknown([ADOPTED, ENDED], made.known) == (ENDED,)
    assert made.screen.desired is wanted
    made.converge()
    assert EventKind.STARTED in [one.kind for one in remembered]
    made.job.runtime.remember([ADOPTED])
    assert remembered[-1] == ADOPTED
    del made, job, other
    gc.collect()  # the server of background processes ends with the last that knows it


def test_what_is_not_new_is_told_in_short(spec: Spec, repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec("one: {prompt: 'exit 3'}")
    made = at_work(begun(repo))
    assert made.tell() == ""
    made.converge()
    capsys.readouterr()
    assert made.tell() == "1 task: 1 failed."
    told = capsys.readouterr().out
    assert "TASK " in told
    assert "1 task did not succeed:" in told
    assert made.tell() == "1 task: 1 failed."
    assert capsys.readouterr().out == "1 task: 1 failed.\n"
    assert made.code is ExitCode.FAILED


def test_the_time_that_is_given_is_counted_from_the_beginning(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}")
    made = at_work(begun(repo, timeout=0.0))
    made.converge()
    assert made.code is ExitCode.TIMEOUT
    (repo / "go").touch()
    made = at_work(begun(repo))
    made.converge()
    assert made.code is ExitCode.OK


def test_json_ends_with_the_exit_code(spec: Spec, repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec("one: {prompt: 'exit 3'}")
    made = at_work(begun(repo, as_json=True))
    assert made.ended() is ExitCode.OK
    assert capsys.readouterr().out == ""
    made.converge()
    assert made.ended() is ExitCode.FAILED
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [row["type"] for row in rows] == ["started", "ended", "failure", "end"]
    assert rows[-1] == {"type": "end", "exit_code": 1, "message": "1 task: 1 failed."}


def test_who_goes_on_where_another_has_left_off_begins_nothing_anew(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}")
    job = begun(repo, timeout=60.0)
    former = at_work(job)
    former.watch.redraw = lambda: "q"
    former.converge()
    assert (former.parting, former.watch.code) == (True, None)
    assert not former.plan.converged
    with running(job, Trigger(), None, former) as made:
        assert made.watch.until == former.watch.until
        assert (made.world, made.plan, made.news) == (former.world, former.plan, True)
        (repo / "go").touch()
        made.converge()
        made.watch.parting = True
        parts = {}
        for stays in (False, True):  # nothing is left to be done in the background, unless it stays there
            made.stays = stays
            parts[stays] = made.parting
        assert parts == {False: False, True: True}
    assert made.plan.converged
    told = (job.project.layout.home / "events.jsonl").read_text().splitlines()
    assert [json.loads(one)["kind"] for one in told] == ["started", "ended"]
    del made, former, job
    gc.collect()  # the server of background processes ends with the last that knows it
