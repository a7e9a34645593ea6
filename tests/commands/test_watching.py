"""`apply --watch` goes on by what is saved, and keeps its workers whatever is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Begin, Spec, Specrun
from tests.commands.watcher import BLOCKED, QUICK, Watcher, attempts, status
from tests.poll import until


def test_what_is_saved_is_carried_out_and_told_before(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(f"{QUICK}\nnext: {{depends_on: [quick], template: prompts/next.md}}")
    (repo / "prompts").mkdir()
    (repo / "prompts" / "next.md").write_text("echo next >> trace")
    watcher = Watcher(begin, repo)
    watcher.rested()
    watcher.edit("echo one", "echo two")
    watcher.rested(2)
    said = watcher.text[watcher.text.index(" edited: specs/demo.yaml\n") :]
    assert said.index("~ rerun  ") < said.index("Plan: 1 rerun") < said.index("demo/quick started (attempt 2")
    assert "-> " in said[: said.index("Plan:")]
    (repo / "prompts" / "next.md").write_text("echo again >> trace")
    watcher.rested(3)
    assert " edited: prompts/next.md\n" in watcher.text
    assert (repo / "trace").read_text().split() == ["one", "next", "two", "again"]
    watcher.edit("version: 1", "# a remark\nversion: 1")
    watcher.said(" edited: specs/demo.yaml; nothing to do\n")
    assert watcher.leave() == 143
    assert watcher.text.endswith("2 tasks: 2 succeeded.\n")
    assert watcher.told.count("at rest") == 3


def test_what_a_spec_uses_since_an_edit_is_watched_too(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(QUICK)
    (repo / "far" / "away").mkdir(parents=True)
    (repo / "far" / "away" / "text.md").write_text("echo far >> trace")
    watcher = Watcher(begin, repo)
    watcher.rested()
    watcher.edit("prompt: 'echo one >> trace'", "template: far/away/text.md")
    watcher.rested(2)
    (repo / "far" / "away" / "text.md").write_text("echo farther >> trace")
    watcher.rested(3)
    assert watcher.leave() == 143
    assert (repo / "trace").read_text().split() == ["one", "far", "farther"]


def test_a_bad_edit_keeps_the_last_good_specs_and_every_worker(spec: Spec, begin: Begin, repo: Path) -> None:
    path = spec(BLOCKED)
    watcher = Watcher(begin, repo)
    pid = int(until(lambda: (repo / "began").exists() and (repo / "began").read_text()))
    good = path.read_text()
    path.write_text(good + "  two: [\n")
    watcher.said("specrun goes on with the specs as they were at ")
    assert "specs/demo.yaml:" in watcher.told
    assert "1 error in 1 file\n" in watcher.told
    assert "; no worker was stopped." in watcher.told
    path.write_text(good + "  two: [\n\n")
    path.write_text(good + "  two: {}\n")
    watcher.said("1 error in 1 file", 2)
    (repo / "go").touch()
    watcher.rested()
    assert "demo/slow succeeded" in watcher.text
    path.write_text(good)
    watcher.said("specrun: specs are right again.\n")
    path.write_text(good + "  two: {prompt: 'true'}\n")
    watcher.rested(2)
    assert watcher.leave() == 143
    assert (repo / "began").read_text() == f"{pid}\n"
    assert (status(repo, "slow"), status(repo, "two")) == ("succeeded", "succeeded")
    assert watcher.told.count("specrun goes on") == 2
    assert watcher.told.count("right again") == 1


def test_the_same_mistake_is_told_once(spec: Spec, begin: Begin, repo: Path) -> None:
    path = spec(QUICK)
    watcher = Watcher(begin, repo, "--json")
    watcher.rested()
    good = path.read_text()
    for blanks in range(3):
        path.write_text(good + "  two: {}\n" + "\n" * blanks)
        (repo / "specs" / "later.yaml").write_text(
            f"version: 1\nname: later{blanks}\nagent: shell\ntasks: [\n"
        )
        until(lambda: sum(row["type"] == "invalid" for row in watcher.rows) == 1)
    path.write_text(good)
    (repo / "specs" / "later.yaml").unlink()
    watcher.said('"type":"mended"')
    assert watcher.leave() == 143
    rows = [row for row in watcher.rows if row["type"] == "invalid"]
    assert len(rows) == 1
    assert [one["file"] for one in rows[0]["problems"]] == ["specs/demo.yaml", "specs/later.yaml"]
    assert "goes on with the specs as they were" in rows[0]["message"]


@pytest.mark.parametrize("force", [False, True])
def test_an_edit_that_goes_too_far_needs_force(spec: Spec, begin: Begin, repo: Path, *, force: bool) -> None:
    spec(BLOCKED + "\nquick: {prompt: 'true'}")
    watcher = Watcher(begin, repo, *(["--force"] if force else []))
    until((repo / "began").exists)
    until((repo / "results" / "demo" / "quick.json").exists)
    path = spec("")
    path.write_text(path.read_text().replace("tasks:\n", "tasks: {}\n"))
    if force:
        watcher.said("demo/slow is being stopped")
        watcher.rested()
        assert "x stop" in watcher.text
    else:
        watcher.said("spec demo has no tasks any more")
        assert "the edit is not carried out: " in watcher.told
        assert "--force" in watcher.told
        (repo / "go").touch()
        watcher.rested()
        assert status(repo, "slow") == "succeeded"
        assert "stopped (" not in watcher.text
    assert watcher.leave() == 143


@pytest.mark.parametrize("keep", ["restart", "finish"])
def test_an_edit_of_a_running_task_restarts_it_or_lets_it_finish(
    spec: Spec, begin: Begin, repo: Path, keep: str
) -> None:
    spec(BLOCKED, head=f"on_change_while_running: {keep}\n")
    watcher = Watcher(begin, repo)
    until((repo / "began").exists)
    watcher.edit("echo gone on", "echo anew")
    if keep == "restart":
        watcher.said("demo/slow started (attempt 2")
        assert "x stop  demo/slow  edited while running: attempt 1\n" in watcher.text
    else:
        watcher.said("edited: specs/demo.yaml")
    (repo / "go").touch()
    watcher.rested()
    assert watcher.leave() == 143
    assert attempts(repo, "slow")[-1] == "succeeded"
    assert len(attempts(repo, "slow")) == 2
    assert "adopted" not in watcher.text


def test_specs_come_and_go(spec: Spec, begin: Begin, specrun: Specrun, repo: Path) -> None:
    spec(QUICK)
    watcher = Watcher(begin, repo)
    watcher.rested()
    spec(BLOCKED, name="other")
    watcher.said("other/slow started")
    assert " edited: specs/other.yaml; taken up: other\n" in watcher.text
    assert specrun("apply", "--yes", "other").code == 6
    kept = (repo / "specs" / "other.yaml").read_text()
    (repo / "specs" / "other.yaml").unlink()
    watcher.said("spec other is gone while its workers run: other/slow")
    (repo / "go").touch()
    watcher.rested(2)
    assert status(repo, "slow", "other") == "succeeded"
    watcher.edit("echo one", "echo two")
    watcher.rested(3)
    assert "Applied no more: other; what was recorded stays.\n" in watcher.text
    spec("more: {prompt: 'true'}", name="other")
    watcher.rested(4)
    assert kept != (repo / "specs" / "other.yaml").read_text()
    assert status(repo, "more", "other") == "succeeded"
    assert watcher.leave() == 143


def test_a_spec_that_another_specrun_applies_is_left_out_until_that_ends(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path
) -> None:
    spec(QUICK)
    spec(BLOCKED, name="other")
    elsewhere = begin("apply", "--yes", "other")
    until((repo / "began").exists)
    kept = (repo / "specs" / "other.yaml").rename(repo / "other.yaml")
    watcher = Watcher(begin, repo)
    watcher.rested()
    kept.rename(repo / "specs" / "other.yaml")
    watcher.said("specrun: another specrun is applying other; left out here.\n")
    (repo / "go").touch()
    assert elsewhere.wait(30) == 0
    watcher.said("taken up: other")
    assert watcher.leave() == 143
    assert (repo / "began").read_text().count("\n") == 1


def test_named_specs_are_the_only_ones(spec: Spec, begin: Begin, repo: Path) -> None:
    spec(QUICK)
    watcher = Watcher(begin, repo, "demo")
    watcher.rested()
    spec("more: {prompt: 'true'}", name="other")
    watcher.edit("echo one", "echo two")
    watcher.rested(2)
    (repo / "specs" / "demo.yaml").unlink()
    watcher.said('there is no spec "demo"')
    assert watcher.leave() == 143
    assert not (repo / "results" / "other").exists()


def test_a_commit_is_the_code_base_of_what_starts_afterwards(
    repo: Path, begin: Begin, git: Callable[..., str]
) -> None:
    path = repo / "specs" / "demo.yaml"
    path.parent.mkdir()
    path.write_text(
        "version: 1\nname: demo\nagent: shell\nexecutor: process\ntasks:\n  one: {prompt: 'cat README.md'}\n"
    )
    watcher = Watcher(begin, repo, "--json")
    watcher.rested()
    before = git("rev-parse", "HEAD")
    (repo / "README.md").write_text("a person was here\n")
    git("commit", "--quiet", "-am", "Edit")
    watcher.said('"type":"replanned"')
    watcher.edit("cat README.md", "cat README.md; true")
    watcher.rested(2)
    assert watcher.leave() == 143
    record = json.loads((repo / "results" / "demo" / "one.json").read_text())
    assert record["base"] == git("rev-parse", "HEAD") != before
    assert record["summary"] == "a person was here"
    told = [row for row in watcher.rows if row["type"] == "replanned"]
    assert (told[0]["head"], told[0]["files"], told[0]["changes"]) == (record["base"], [], [])
    assert [change["action"] for change in told[1]["changes"]] == ["rerun"]


def test_the_selection_is_made_anew_by_every_edit(spec: Spec, begin: Begin, repo: Path) -> None:
    spec("api-a: {prompt: 'true'}\nother: {prompt: 'touch other'}")
    watcher = Watcher(begin, repo, "--only", "api-*")
    watcher.rested()
    watcher.edit("tasks:", "tasks:\n  api-b: {prompt: 'true'}")
    watcher.rested(2)
    assert "demo/api-b succeeded" in watcher.text
    watcher.edit("  api-a: {prompt: 'true'}\n", "")
    watcher.said("edited: specs/demo.yaml", 2)
    assert watcher.leave() == 143
    assert not (repo / "other").exists()
    assert "Left out: 1 that would run (other)" in watcher.text


def test_a_task_is_replaced_once_whatever_is_saved(
    spec: Spec, begin: Begin, specrun: Specrun, repo: Path
) -> None:
    spec(QUICK)
    assert specrun("apply", "--yes").code == 0
    watcher = Watcher(begin, repo, "--replace", "quick")
    watcher.rested()
    watcher.edit("version: 1", "# a remark\nversion: 1")
    watcher.said("nothing to do")
    assert watcher.leave() == 143
    assert (repo / "trace").read_text() == "one\none\n"


def test_many_files_and_head_at_once_are_one_edit(
    spec: Spec, begin: Begin, repo: Path, git: Callable[..., str]
) -> None:
    for name in ("demo", "more"):
        spec(f"{name}: {{prompt: 'true'}}", name=name)
    git("add", "specs")
    git("commit", "--quiet", "--message=One")
    for name in ("demo", "more"):
        spec(f"{name}: {{prompt: 'true; true'}}", name=name)
    git("commit", "--quiet", "--all", "--message=Two")
    watcher = Watcher(begin, repo)
    watcher.rested()
    git("reset", "--quiet", "--hard", "HEAD~1")
    watcher.rested(2)
    assert watcher.leave() == 143
    head = git("rev-parse", "--short=12", "HEAD")
    assert f" edited: specs/demo.yaml, specs/more.yaml; HEAD is at {head}\n" in watcher.text
    assert watcher.text.count(" edited: ") == 1
