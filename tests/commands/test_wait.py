"""Tests `specrun wait`; what a hint of an apply makes of it, too."""

from __future__ import annotations

import re
import shlex
import signal
from pathlib import Path

import pytest

from specrun import wiring
from tests.commands.conftest import Begin, Spec, Specrun
from tests.poll import until

BLOCKED = "one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done; exit 1'}"


def test_all_done_is_answered_at_once(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    specrun("apply", "--yes")
    said = specrun("wait")
    assert (said.code, said.out) == (0, "1 task: 1 succeeded.\n")


def test_work_left_and_nobody_applying_is_1(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("wait")
    assert said.code == 1
    assert said.err == (
        "specrun: work is left (demo/one) and nobody is applying it; fix: run specrun apply, "
        "or wait for some tasks alone: specrun wait --only TASK\n"
    )


def test_waits_for_either_end_and_gives_up_after_the_time_out(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    said = specrun("wait", "--timeout", "100ms")
    assert (said.code, said.err) == (124, "specrun: still at work after 0.10s\n")
    assert said.out == "1 task: 1 running; specrun is applying demo.\n"
    (repo / "go").touch()
    said = specrun("wait", "--timeout", "30s")
    assert (said.code, said.out) == (1, "1 task: 1 failed.\n")
    assert first.wait(30) == 1


def test_workers_without_an_apply_are_told(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(BLOCKED)
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    first.send_signal(signal.SIGTERM)
    first.wait(10)
    said = specrun("wait")
    assert (said.code, "1 worker is running by itself" in said.err) == (1, True)
    (repo / "go").touch()


TWO = "one: {prompt: 'echo ran >> one'}\ntwo: {prompt: 'echo ran >> two'}"


THREE = """
one: {prompt: 'while [ ! -e specs/go ]; do sleep 0.02; done', labels: [x]}
two: {prompt: 'true'}
three: {prompt: 'true'}
"""


@pytest.mark.parametrize(
    ("verb", "hint", "done"),
    [
        ("apply demo --only one", "demo --only one", 1),
        ("apply --only 'o*' --replace three", "--only 'o*' --only three", 2),
        ("apply --changed --exclude two --label x", "--only demo/one", 1),
        ("retry one", "demo --only demo/one", 1),
    ],
)
def test_the_hint_of_detach_waits_for_just_that(
    spec: Spec, specrun: Specrun, begin: Begin, verb: str, hint: str, done: int
) -> None:
    path = spec(THREE)
    _, err = begin(*shlex.split(verb), "--yes", "--detach").communicate(timeout=30)
    told = re.search(r"see specrun status (.*) or specrun (wait .*)\.\n$", err)
    assert told is not None
    assert (told[1], told[2]) == (hint, f"wait {hint}")
    path.with_name("go").touch()
    said = specrun(*shlex.split(told[2]))
    assert (said.code, said.err) == (0, "")
    assert f": {done} succeeded" in said.out
    assert specrun("wait").code == 1


def test_others_at_work_are_not_waited_for(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(f"{BLOCKED}\nquick: {{prompt: 'exit 3'}}\nfine: {{prompt: 'true'}}")
    first = begin("apply", "--yes")
    until((repo / "began").exists)
    assert specrun("wait", "--only", "fine", "--timeout", "30s").code == 0
    said = specrun("wait", "--exclude", "one", "--timeout", "30s")
    assert (said.code, said.out) == (1, "2 tasks: 1 succeeded, 1 failed; specrun is applying demo.\n")
    said = specrun("wait", "--target", "one", "--timeout", "100ms")
    assert (said.code, said.out) == (124, "1 task: 1 running; specrun is applying demo.\n")
    (repo / "go").touch()
    assert specrun("wait", "--target", "one", "--timeout", "30s").code == 1
    assert first.wait(30) == 1


def test_an_apply_that_may_be_about_just_these_is_waited_for(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec(TWO)
    spec(TWO, name="more")
    assert specrun("apply", "--yes", "--only", "demo/one").code == 0
    with wiring.apply_locks(wiring.open_project(repo, ["demo"])):
        said = specrun("wait", "--only", "demo/one", "--timeout", "100ms")
        assert (said.code, said.out) == (124, "1 task: 1 succeeded; specrun is applying demo.\n")
    with wiring.apply_locks(wiring.open_project(repo, ["more"])):
        assert specrun("wait", "--only", "demo/one", "--timeout", "30s").code == 0


def test_what_is_left_is_named_with_the_command_for_it(spec: Spec, specrun: Specrun) -> None:
    spec(TWO)
    said = specrun("wait", "demo", "--only", "t*")
    assert (said.code, said.out) == (1, "1 task: 1 pending.\n")
    assert said.err == (
        "specrun: work is left (demo/two) and nobody is applying it; "
        "fix: run specrun apply demo --only 't*'\n"
    )


def test_no_task_that_is_meant_is_said(spec: Spec, specrun: Specrun) -> None:
    spec(TWO)
    said = specrun("wait", "--failed")
    assert (said.code, said.out) == (0, "Nothing matches --failed.\n")
    assert specrun("wait", "--only", "nobody").code == 64
