"""Tests `specrun stop`."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.stop import _ask
from specrun.core.world import Phase
from specrun.ports import AttemptKey
from specrun.store.attempts import AttemptFiles
from tests.commands.conftest import Begin, Said, Spec, Specrun
from tests.poll import until
from tests.report.values import proving

TWO = """
one: {prompt: 'touch began1; while [ ! -e go ]; do sleep 0.02; done'}
two: {prompt: 'touch began2; while [ ! -e go ]; do sleep 0.02; done'}
"""


def statuses(specrun: Specrun) -> dict[str, str]:
    return {one["address"]: one["status"] for one in json.loads(specrun("status", "--json").out)["tasks"]}


def test_beside_a_running_apply(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(TWO)
    process = begin("apply", "--yes")
    until(lambda: (repo / "began1").exists() and (repo / "began2").exists())
    said = specrun("stop", "one")
    assert (said.code, said.out, said.err) == (0, "Stopped demo/one (attempt 1).\n", "")
    until(lambda: statuses(specrun)["demo/one"] == "cancelled")
    (repo / "go").touch()
    process.communicate(timeout=30)
    assert process.returncode == 1
    assert statuses(specrun) == {"demo/one": "cancelled", "demo/two": "succeeded"}
    assert "started" not in specrun("apply", "--yes").out


def test_alone(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(TWO)
    process = begin("apply", "--yes")
    until(lambda: (repo / "began1").exists() and (repo / "began2").exists())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    said = specrun("stop", "--all")
    assert sorted(said.out.splitlines()) == ["Stopped demo/one (attempt 1).", "Stopped demo/two (attempt 1)."]
    assert "next specrun apply records the end" in said.err
    assert specrun("apply", "--yes").code == 1
    assert set(statuses(specrun).values()) == {"cancelled"}


def test_cascade_takes_dependents_along(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(
        """
        one: {prompt: 'exit 1'}
        two:
          depends_on: {one: {on: finished}}
          prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'
        """
    )
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert specrun("stop", "one").out == "Nothing is running there.\n"
    said = specrun("stop", "one", "--cascade")
    # The apply records it, even if that was the last it had to do.
    assert (said.out, said.err) == ("Stopped demo/two (attempt 1).\n", "")
    process.communicate(timeout=30)


CHECKED = """
one:
  prompt: 'true'
  checks:
    - {name: test, run: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}
    - {name: lint, run: 'touch further'}
"""


@pytest.mark.parametrize("applying", [True, False])
def test_a_task_is_stopped_at_its_checks(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, *, applying: bool
) -> None:
    spec(CHECKED)
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert statuses(specrun) == {"demo/one": "verifying"}
    if not applying:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    said = specrun("stop", "one")
    assert (said.code, said.out) == (0, "Stopped demo/one (attempt 1).\n")
    if not applying:
        # Nothing of it is at work any more.
        assert specrun("stop", "one").out == "Nothing is running there.\n"
        process = begin("apply", "--yes")
    process.communicate(timeout=30)
    assert process.returncode == 1
    assert statuses(specrun) == {"demo/one": "cancelled"}
    assert not (repo / "further").exists()


@pytest.mark.parametrize("stopping", [True, False])
def test_a_check_that_began_after_the_stop_is_stopped_too(spec: Spec, repo: Path, *, stopping: bool) -> None:
    asked = []

    class Told(AttemptFiles):
        def stop(self, key: AttemptKey, reason: str) -> None:
            asked.append((key.check, reason))

    spec(CHECKED)
    project = wiring.open_project(repo, ())
    project = replace(project, attempts=Told(project.layout))
    at_work = proving("demo/one", 1, ["test", "lint"], Phase.ENDED, Phase.RUNNING, stopping=stopping)
    _ask(project, at_work)
    whole = [] if stopping else [(0, "stop_requested")]
    assert asked == [*whole, (2, "stop_requested")]
    asked.clear()
    proof = at_work.proof
    assert proof is not None
    heard = replace(proof, runs=(proof.runs[0], replace(proof.runs[1], stopping=True)))
    _ask(project, replace(at_work, proof=heard))
    assert asked == whole


def test_it_must_be_said_what_to_stop(spec: Spec, specrun: Specrun) -> None:
    spec(TWO)
    assert specrun("stop").code == 64
    assert "--all goes without tasks" in specrun("stop", "--all", "one").err
    assert "--all goes without tasks" in specrun("stop", "--all", "--failed").err
    assert "pass --all, or pass --target" in specrun("stop", "--exclude", "one").err
    assert specrun("stop", "thre").code == 64
    assert specrun("stop", "--all").out == "Nothing is running there.\n"


FOUR = """
a: {prompt: 'touch began-a; while [ ! -e go ]; do sleep 0.02; done', labels: [slow]}
b: {prompt: 'touch began-b; while [ ! -e go ]; do sleep 0.02; done', domain: core}
c: {prompt: 'touch began-c; while [ ! -e go ]; do sleep 0.02; done', domain: core}
d: {depends_on: [a], prompt: 'true'}
"""
CORE = "domains: {core: {}}\nmax_workers: 4\non_change_while_running: finish\n"


def stopped(said: Said) -> list[str]:
    rows = said.out.splitlines()
    return sorted(row.split()[1].removeprefix("demo/") for row in rows if row.startswith("Stopped"))


def test_selectors_are_about_what_is_running(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(FOUR, head=CORE)
    process = begin("apply", "--yes")
    until(lambda: all((repo / f"began-{name}").exists() for name in "abc"))
    assert specrun("stop", "--failed").out == "Nothing is running there.\n"
    assert specrun("stop", "--changed").out == "Nothing is running there.\n"
    assert stopped(specrun("stop", "--domain", "core", "--exclude", "c")) == ["b"]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    # Whoever may finish what was edited meanwhile is stopped by the selector alone.
    spec(FOUR.replace("touch began-c", "true; touch began-c"), head=CORE)
    assert stopped(specrun("stop", "--changed")) == ["c"]
    assert specrun("stop", "--until", "d", "--label", "fast").out == "Nothing is running there.\n"
    assert stopped(specrun("stop", "--until", "d", "--label", "slow")) == ["a"]


def test_failed_means_workers_whose_task_failed_before(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec("one: {prompt: '[ -e again ]; touch began; while [ ! -e go ]; do sleep 0.02; done'}")
    specrun("apply", "--yes")
    (repo / "again").touch()
    process = begin("retry", "one", "--yes")
    until((repo / "began").exists)
    assert stopped(specrun("stop", "--failed")) == ["one"]
    process.communicate(timeout=30)


def test_exclude_wins_over_cascade(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    spec(
        """
        one: {prompt: 'exit 1'}
        two:
          depends_on: {one: {on: finished}}
          prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'
        """
    )
    process = begin("apply", "--yes")
    until((repo / "began").exists)
    assert specrun("stop", "one", "--cascade", "--exclude", "two").out == "Nothing is running there.\n"
    assert stopped(specrun("stop", "o*", "--cascade")) == ["two"]
    process.communicate(timeout=30)


def test_selectors_that_rest_on_the_specs_need_them(spec: Spec, specrun: Specrun, repo: Path) -> None:
    path = spec(TWO)
    path.write_text("tasks: [broken")
    assert specrun("stop", "--failed").code == 0
    for words in (
        ["--changed"],
        ["--domain", "x"],
        ["--label", "x"],
        ["--target", "one"],
        ["*", "--exclude", "one"],
    ):
        assert specrun("stop", *words).code == 3


def test_workers_can_be_stopped_and_read_whatever_became_of_the_specs(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    path = spec("a: {prompt: 'echo here; sleep 60'}")
    apply = begin("apply", "--yes")
    until(lambda: "here" in specrun("logs", "demo/a").out)
    path.write_text("tasks: [broken")
    assert specrun("validate").code == 3
    assert specrun("logs").out == "here\n"
    said = specrun("stop", "demo/a")
    assert (said.code, said.out) == (0, "Stopped demo/a (attempt 1).\n")
    apply.wait()
