"""Tests the Python API on real repos: that it does what the verbs do, and how it ends."""

from __future__ import annotations

import doctest
import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

import specrun as public
from specrun import Event, Outcome, Reason
from specrun.api import calls
from tests import processes
from tests.commands.conftest import Spec, Specrun
from tests.poll import until

PAIR = """
one: {prompt: 'echo 1 > one; printf "{}" > "$SPECRUN_OUTPUT"'}
two: {depends_on: [one], prompt: 'echo two is done'}
"""
STUCK = "slow: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}"
EXAMPLE = """version: 1
name: hello
agent: shell
executor: process
tasks:
  words:
    prompt: |
      echo 'hello world' > words.txt
      printf '{"count": %d}' "$(wc -w < words.txt)" > "$SPECRUN_OUTPUT"
  loud:
    depends_on: [words]
    prompt: tr a-z A-Z < words.txt > LOUD.txt
"""


def test_the_examples_of_the_docstrings_are_true(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    (repo / "specs").mkdir()
    (repo / "specs" / "hello.yaml").write_text(EXAMPLE)
    given = {name: getattr(public, name) for name in public.__all__}
    told: list[str] = []
    for name in ("load", "plan", "apply", "status", "results"):
        (found,) = doctest.DocTestFinder(recurse=False).find(getattr(calls, name), name, globs=dict(given))
        assert found.examples
        doctest.DocTestRunner().run(found, out=told.append)
    assert told == []


def test_a_plan_says_what_the_diff_says(spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path) -> None:
    spec(PAIR)
    said = specrun("-C", str(repo), "diff", "demo", "--only", "two", "--json")
    project = calls.load(repo, "demo")
    made = calls.plan(project, only=["two"])
    assert dict(made.document) == json.loads(said.out)
    assert [(one.address, one.action, one.why) for one in made.decisions] == [
        ("demo/two", "run", "never run")
    ]
    assert made.decisions[0].reasons[0] == Reason(code="new", detail="")
    assert made.pending == made.decisions
    assert [one.address for one in calls.plan(project).decisions] == ["demo/one", "demo/two"]
    assert not (tmp_path / "state").exists()


def test_an_apply_tells_what_happens_and_what_came_of_it(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(PAIR + "bad: {prompt: 'echo oh no; exit 3'}\nafter: {depends_on: [bad], prompt: 'true'}")
    heard: list[Event] = []
    project = calls.load(repo)
    done = calls.apply(project, jobs=1, on_event=heard.append)
    assert (done.exit_code, done.ok) == (1, False)
    assert done.summary == "4 tasks: 2 succeeded, 1 failed, 1 blocked."
    assert done.counts == {"succeeded": 2, "failed": 1, "blocked": 1}
    (failure,) = done.failures
    assert (failure.address, failure.status, failure.reason) == ("demo/bad", "failed", "exit code 3")
    assert failure.command == "specrun retry demo/bad"
    assert failure.log is not None
    assert failure.log.read_text() == "oh no\n"
    assert done.blocked == ("demo/after",)
    assert {(one.kind, one.address) for one in heard} == {
        (kind, f"demo/{task}") for kind in ("started", "ended") for task in ("one", "two", "bad")
    }
    assert heard[0].document["type"] == "started"
    assert done.records == calls.results(project)
    seen = calls.status(project)
    assert (seen.converged, seen.exit_code, seen.summary) == (True, 1, done.summary)
    assert dict(seen.document) == json.loads(specrun("status", "--json").out)
    entries = [dict(one.document) for one in calls.results(project).values()]
    assert entries == json.loads(specrun("results", "--json").out)["results"]


def test_nothing_is_printed(spec: Spec, repo: Path, capfd: pytest.CaptureFixture[str]) -> None:
    spec("one: {prompt: 'echo loud'}\ntwo: {prompt: 'exit 1'}")
    project = calls.load(repo)
    calls.plan(project)
    calls.apply(project)
    calls.status(project)
    calls.results(project)
    assert capfd.readouterr() == ("", "")


def test_only_what_is_selected_is_applied_and_judged(spec: Spec, repo: Path) -> None:
    spec("good: {prompt: 'true'}\nbad: {prompt: 'exit 1'}")
    project = calls.load(repo)
    assert calls.apply(project, exclude="bad").ok
    assert [*calls.results(project)] == ["demo/good"]
    assert calls.apply(project).exit_code is public.ExitCode.FAILED
    assert calls.apply(project, only="good").ok
    again = calls.apply(project, only="bad", retry_failed=True)
    assert again.records["demo/bad"].attempts == 2
    assert [one.state for one in calls.status(project, failed=True).tasks] == ["failed"]
    none = calls.apply(project, label="slow")
    assert (none.exit_code, none.counts) == (0, {})
    with pytest.raises(public.UsageProblem, match="gone"):
        calls.plan(project, only="gone")


def test_an_edit_counts_from_the_next_load_on(spec: Spec, repo: Path) -> None:
    spec("one: {prompt: 'exit 1'}")
    project = calls.load(repo)
    calls.apply(project)
    spec("one: {prompt: 'true'}")
    assert calls.apply(project).exit_code is public.ExitCode.FAILED
    assert calls.apply(calls.load(repo)).ok


def test_errors_are_those_of_the_family(spec: Spec, repo: Path, tmp_path: Path) -> None:
    with pytest.raises(public.NoSpec):
        calls.load(repo)
    spec("one: {}")
    with pytest.raises(public.InvalidSpec) as caught:
        calls.load(repo)
    assert caught.value.problems[0].where.file == "specs/demo.yaml"
    with pytest.raises(public.EnvironmentProblem):
        calls.load(tmp_path)
    with pytest.raises(public.EnvironmentProblem, match=r"there is no folder .*demo.yaml"):
        calls.load(repo / "specs" / "demo.yaml")
    many = "\n".join(f"t{number}: {{prompt: 'true'}}" for number in range(6))
    spec(many)
    calls.apply(calls.load(repo))
    spec(many.replace("true", "true true"))
    project = calls.load(repo)
    (sentence,) = calls.plan(project).unsafe
    assert sentence.startswith("6 of 6 succeeded tasks would run again at once")
    with pytest.raises(public.Refused, match="would run again at once"):
        calls.apply(project)
    assert calls.apply(project, force=True).ok


@pytest.mark.parametrize("wrong", [{"jobs": 0}, {"jobs": -1}, {"timeout": -1}, {"timeout": float("nan")}])
def test_numbers_that_would_start_nothing_are_no_success(
    spec: Spec, repo: Path, wrong: dict[str, Any]
) -> None:
    spec("one: {prompt: 'true'}")
    with pytest.raises(public.UsageProblem, match=f"{next(iter(wrong))}=.*; fix: pass"):
        calls.apply(calls.load(repo), **wrong)


def test_time_over_leaves_workers_to_the_next_apply(spec: Spec, repo: Path) -> None:
    spec(STUCK)
    project = calls.load(repo)
    left = calls.apply(project, timeout=0.2)
    assert (left.exit_code, left.counts) == (public.ExitCode.TIMEOUT, {"running": 1})
    # Nobody waits for a worker that is not meant.
    assert calls.apply(project, label="slow", on_event=lambda one: pytest.fail(one.message)).ok
    (repo / "go").touch()
    heard: list[str] = []
    assert calls.apply(project, timeout=60, on_event=lambda one: heard.append(one.kind)).ok
    assert heard == ["adopted", "ended"]


def test_it_works_beside_the_main_thread_and_one_apply_keeps_another_out(spec: Spec, repo: Path) -> None:
    spec(STUCK)
    before = signal.getsignal(signal.SIGINT)
    started = threading.Event()
    done: list[Outcome] = []

    def work() -> None:
        done.append(calls.apply(calls.load(repo), on_event=lambda _: started.set()))

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(60)
    with pytest.raises(public.Locked, match="another specrun is applying demo"):
        calls.apply(calls.load(repo))
    assert calls.status(calls.load(repo)).applying == ("demo",)
    (repo / "go").touch()
    thread.join(60)
    assert done[0].ok
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_leaves_workers_running_and_lets_the_locks_go(spec: Spec, repo: Path) -> None:
    spec(STUCK)
    project = calls.load(repo)

    def interrupt(_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        calls.apply(project, on_event=interrupt)
    seen = calls.status(project)
    assert ([one.state for one in seen.tasks], seen.applying) == (["running"], ())
    (repo / "go").touch()
    assert calls.apply(project).ok


def test_nothing_of_specrun_outlives_a_call(spec: Spec, repo: Path, tmp_path: Path) -> None:
    spec(
        """
        one: {prompt: 'echo {{ vars.who }}'}
        two: {prompt: 'echo {{ tasks.one.summary }}', depends_on: [one]}
        """,
        head="vars: {who: me}\n",
    )
    project = calls.load(repo)
    assert calls.apply(project).ok
    assert calls.plan(project).pending == ()
    assert _children() == []
    until(lambda: not processes.left_behind(tmp_path))


def _children() -> list[str]:
    """The command lines of what this process has running, but for what ends by itself."""
    shown = subprocess.run(["ps", "-eo", "ppid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = (row.split(None, 2) for row in shown.stdout.splitlines())
    return [
        row[2]
        for row in rows
        if row[0] == str(os.getpid()) and not row[1].startswith("Z") and "render" in row[2]
    ]
