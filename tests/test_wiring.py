"""The house as it is built for a repo: what is chosen, refused, and still possible with a broken spec."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from specrun import wiring
from specrun.errors import EnvironmentProblem, InvalidSpec, Locked
from specrun.reconcile.loop import Control, converge
from specrun.triggers.edits import Places
from tests.conftest import Git
from tests.store.full import full_disk

SPEC = """\
version: 1
name: s
agent: shell
workspace: none
budget: {limit: 1.00 USD, per_task: 0.50 USD}
tasks:
  a: {prompt: echo hello}
"""


@pytest.fixture
def spec(repo: Path) -> Path:
    path = repo / "specs" / "s.yaml"
    path.parent.mkdir()
    path.write_text(SPEC)
    return path


def test_a_repo_is_found_from_any_folder_and_paths_are_meant_from_there(repo: Path, spec: Path) -> None:
    inside = repo / "deep" / "inside"
    inside.mkdir(parents=True)
    assert wiring.open_project(inside, ()).root == repo
    named = wiring.open_project(inside, ["../../specs/s.yaml"])
    tasks = list(named.loaded.desired.tasks)
    assert list(wiring.open_project(inside, ["s"]).loaded.desired.tasks) == tasks
    assert list(wiring.open_project(inside, ["../../specs/"]).loaded.desired.tasks) == tasks
    results = repo / "results"
    (results / "s").mkdir(parents=True)
    assert list(wiring.open_project(results, ["s"]).loaded.desired.tasks) == tasks


def test_without_tmux_workers_are_processes_and_one_line_says_so(
    repo: Path, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_git = tmp_path / "bin"
    only_git.mkdir()
    for tool in ("git", "sh", "true"):
        found = next(
            Path(folder, tool) for folder in os.environ["PATH"].split(":") if Path(folder, tool).exists()
        )
        (only_git / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(only_git))
    made = wiring.runtime(wiring.open_project(repo, ()))
    assert made.executor == "process"
    assert made.notes == ("tmux is not installed: workers run as plain processes (executor: process)",)
    assert {one.name: one.ok for one in wiring.doctor(repo)}["tmux"]
    spec.write_text(SPEC.replace("agent: shell", "agent: shell\nexecutor: tmux"))
    assert wiring.runtime(wiring.open_project(repo, ())).notes == ()


def test_what_has_no_price_needs_no_reservation(repo: Path, spec: Path) -> None:
    project = wiring.open_project(repo, ())
    (task,) = project.loaded.desired.tasks.values()
    assert task.budget is not None
    assert task.agent in wiring.runtime(project).desired.free


def test_two_applies_of_a_spec_exclude_each_other(repo: Path, spec: Path) -> None:
    project = wiring.open_project(repo, ())
    assert not wiring.applying(project, "s")
    with wiring.apply_locks(project):
        assert wiring.applying(project, "s")
        with pytest.raises(Locked, match="another specrun is applying s"), wiring.apply_locks(project):
            pass
    assert not wiring.applying(project, "s")


def test_locks_can_be_taken_and_let_go_one_by_one(repo: Path, spec: Path) -> None:
    project = wiring.open_project(repo, ())
    with wiring.apply_locks(project) as locks:
        assert locks.take("other")
        assert locks.take("other")
        assert [*locks.held] == ["s", "other"]
        with wiring.apply_locks(replace(project, git=replace(project.git, common_dir=repo / "else"))) as far:
            assert far.take("other")
        assert not wiring.ApplyLocks(project.git.common_dir).take("other")
        locks.keep(["other"])
        assert not wiring.applying(project, "s")
        assert wiring.applying(project, "other")
    assert not wiring.applying(project, "other")


def test_edits_are_looked_for_where_specs_and_what_they_use_lie(
    repo: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "texts").mkdir()
    (repo / "texts" / "a.md").write_text("echo hello")
    spec.write_text(SPEC.replace("{prompt: echo hello}", "{template: texts/a.md}"))
    monkeypatch.setenv("SPECRUN_HOME", str(repo / "state"))
    project = wiring.open_project(repo, ())
    assert wiring.places(project) == Places(
        files=("orchestration.yaml", "specrun.yaml", "specs/s.yaml", "texts/a.md"),
        folders=("specs",),
        endings=(".yaml", ".yml"),
        trees=("prompts",),
    )
    watch = wiring.edits(project)
    out = [".git/HEAD", "results/s/a.json", f"state/{project.layout.home.name}/specs"]
    assert [name for name in out if not watch._out(str(repo / name))] == []
    assert not watch._out(str(repo / "texts" / "a.md"))
    watch.close()


def test_a_state_folder_that_takes_nothing_more_is_told(repo: Path, spec: Path) -> None:
    project = wiring.open_project(repo, ())
    project.layout.create()
    wiring.probe(project)
    with full_disk(), pytest.raises(EnvironmentProblem, match="workers keep their results"):
        wiring.probe(project)
    assert not (project.layout.home / "probe").exists()


def test_results_that_cannot_be_written_are_told(repo: Path, spec: Path, tmp_path: Path) -> None:
    project = wiring.open_project(repo, ())
    wiring.recordable(project)
    results = repo / "results"
    results.write_text("a file")
    with pytest.raises(EnvironmentProblem, match="results is no folder"):
        wiring.recordable(project)
    results.unlink()
    results.symlink_to(tmp_path)
    with pytest.raises(EnvironmentProblem, match="results is a link"):
        wiring.recordable(project)
    results.unlink()
    results.mkdir()
    wiring.recordable(project)
    (results / "s").touch()
    with pytest.raises(EnvironmentProblem, match="results/s is no folder"):
        wiring.recordable(project)


def test_a_broken_spec_counts_as_none_only_where_asked(repo: Path, spec: Path) -> None:
    spec.write_text("tasks: [")
    with pytest.raises(InvalidSpec):
        wiring.open_project(repo, ())
    assert wiring.open_project(repo, (), broken=True).loaded.desired.tasks == {}


def test_what_is_wired_runs(repo: Path, spec: Path, git: Git) -> None:
    spec.write_text(SPEC.replace("agent: shell", "agent: shell\nexecutor: process"))
    project = wiring.open_project(repo, ())
    wakes = wiring.wakes(project)
    with wiring.apply_locks(project):
        turns = list(converge(wiring.runtime(project), wakes, Control()))
    wakes.close()
    assert turns[-1].plan.converged
    assert (repo / "results" / "s" / "SUMMARY.md").read_text().count("| a ") == 1
    assert "started" in (project.layout.events).read_text()
