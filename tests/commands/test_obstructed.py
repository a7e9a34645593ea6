"""Tests that what cannot be read, moved or found keeps one task from going on, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Begin, Said, Spec, Specrun
from tests.poll import until

TWO = """
one: {prompt: 'touch began; while [ ! -e go ]; do sleep 0.02; done'}
two: {prompt: 'while [ ! -e go ]; do sleep 0.02; done'}
three: {depends_on: [two], prompt: 'true'}
"""
Git = Callable[..., str]


def statuses(specrun: Specrun) -> dict[str, str]:
    return {one["address"]: one["status"] for one in json.loads(specrun("status", "--json").out)["tasks"]}


def attempt_of(tmp_path: Path, task: str) -> Path:
    (found,) = (tmp_path / "state").glob(f"*/attempts/demo/{task}/1")
    return found


@pytest.mark.parametrize("name", ["intent.json", "start.json"])
def test_a_broken_file_of_a_worker_holds_its_task(
    name: str, spec: Spec, specrun: Specrun, begin: Begin, repo: Path, tmp_path: Path
) -> None:
    spec(TWO)
    process = begin("apply", "--yes", "--timeout", "1s")
    until((repo / "began").exists)
    process.communicate(timeout=30)
    broken = attempt_of(tmp_path, "one") / name
    whole = broken.read_text()
    broken.write_text(whole[: len(whole) // 2])

    assert statuses(specrun) == {"demo/one": "blocked", "demo/two": "running", "demo/three": "pending"}
    (repo / "began").unlink()
    (repo / "go").touch()
    said = specrun("apply", "--yes")

    assert said.code == 9, said
    assert f"demo/one held: {broken} is not whole" in said.out
    assert f"move {broken.parent} away" in said.out
    assert "go on: specrun apply" in said.out
    assert statuses(specrun) == {"demo/one": "blocked", "demo/two": "succeeded", "demo/three": "succeeded"}
    assert not (repo / "began").exists()
    assert specrun("wait").code == 9

    broken.write_text(whole)
    until((broken.parent / "exit.json").exists)
    assert specrun("apply", "--yes").code == 0
    assert not (repo / "began").exists()


def test_stop_ends_the_others_and_tells_of_the_one_that_cannot_be_read(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path, tmp_path: Path
) -> None:
    spec(TWO)
    process = begin("apply", "--yes", "--timeout", "1s")
    until((repo / "began").exists)
    process.communicate(timeout=30)
    broken = attempt_of(tmp_path, "one") / "intent.json"
    whole = broken.read_text()
    broken.write_text("")

    said = specrun("stop", "--all")

    assert (said.code, said.out) == (9, "Stopped demo/two (attempt 1).\n")
    assert f"demo/one (attempt 1) cannot be stopped: {broken} is not whole" in said.err
    assert "its lock is held" in said.err
    assert specrun("stop", "one").out == ""
    broken.write_text(whole)
    assert specrun("stop", "--all").code == 0


def test_a_broken_end_is_held_until_somebody_has_looked(
    spec: Spec, specrun: Specrun, repo: Path, tmp_path: Path
) -> None:
    spec(TWO)
    assert specrun("apply", "--yes", "--timeout", "1s").code == 124
    (repo / "go").touch()
    end = attempt_of(tmp_path, "one") / "exit.json"
    until(end.exists)
    end.write_bytes(b"\0" * 40)

    said = specrun("apply", "--yes")

    assert (said.code, str(end) in said.out) == (9, True)
    end.parent.rename(tmp_path / "away")
    assert specrun("apply", "--yes").code == 0


CLONES = "one: {workspace: clone, prompt: 'date +%N > made'}\ntwo: {prompt: 'true'}"


def test_a_branch_that_is_checked_out_holds_its_task(
    spec: Spec, specrun: Specrun, git: Git, tmp_path: Path
) -> None:
    path = spec(CLONES)
    assert specrun("apply", "--yes").code == 0
    git("worktree", "add", "--quiet", str(tmp_path / "side"), "specrun/demo/one")
    path.write_text(
        path.read_text().replace("date +%N", "sleep 0.2; date +%N").replace("'true'", "'sleep 0.4'")
    )

    said = specrun("apply", "--yes")

    assert said.code == 8, said
    assert f"demo/one held: branch specrun/demo/one is checked out in {tmp_path / 'side'}" in said.out
    assert "check out another branch there" in said.out
    assert statuses(specrun) == {"demo/one": "collecting", "demo/two": "succeeded"}
    assert specrun("apply", "--yes").code == 8
    git("checkout", "--quiet", "--detach", cwd=tmp_path / "side")
    assert "started" not in specrun("apply", "--yes").out
    assert statuses(specrun) == {"demo/one": "succeeded", "demo/two": "succeeded"}
    record = json.loads((tmp_path / "repo/results/demo/one.json").read_text())
    assert git("rev-parse", "specrun/demo/one") == record["commit"]


CHAIN = """
up: {workspace: clone, prompt: 'echo 1 > made'}
down: {workspace: clone, depends_on: [up], prompt: 'cat made'}
other: {prompt: 'true'}
"""


@pytest.fixture
def colleague(spec: Spec, specrun: Specrun, git: Git, repo: Path, tmp_path: Path) -> Callable[[], Said]:
    """A clone that has the record of `up` and not its branch; answers a function that applies there."""
    spec(CHAIN)
    assert specrun("apply", "--yes").code == 0
    for name in ("down", "other"):
        (repo / f"results/demo/{name}.json").unlink()
    git("add", "--all")
    git("commit", "--quiet", "--message=Results")
    git("clone", "--quiet", "--no-local", "--single-branch", str(repo), str(tmp_path / "fresh"))
    return lambda: specrun("-C", str(tmp_path / "fresh"), "apply", "--yes")


def test_a_result_that_only_a_remote_has_is_fetched(
    colleague: Callable[[], Said], git: Git, tmp_path: Path
) -> None:
    said = colleague()

    assert said.code == 0, said
    assert git("show", "specrun/demo/down:made", cwd=tmp_path / "fresh") == "1"
    assert "specrun/demo/up" not in git("branch", "--all", cwd=tmp_path / "fresh")


def test_a_result_that_is_nowhere_holds_its_dependent_without_a_record(
    colleague: Callable[[], Said], git: Git, repo: Path, tmp_path: Path
) -> None:
    git("remote", "remove", "origin", cwd=tmp_path / "fresh")

    said = colleague()

    assert said.code == 1, said
    assert "demo/down held: commit" in said.out
    assert "run specrun retry demo/up" in said.out
    folder = tmp_path / "fresh/results/demo"
    assert sorted(path.name for path in folder.glob("*.json")) == ["other.json", "up.json"]
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert colleague().code == 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_result_that_was_squashed_into_the_code_base_is_there(
    colleague: Callable[[], Said], git: Git, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    git("remote", "remove", "origin", cwd=fresh)
    (fresh / "made").write_text("1\n")
    git("add", "made", cwd=fresh)
    git("commit", "--quiet", "--message=Squashed", cwd=fresh)

    assert colleague().code == 0
    assert git("rev-parse", "specrun/demo/down", cwd=fresh) == git("rev-parse", "HEAD", cwd=fresh)
