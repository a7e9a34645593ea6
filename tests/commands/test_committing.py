"""Tests committing results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specrun import wiring
from specrun.commands.committing import commit_results
from tests.commands.conftest import Spec, Specrun


def test_each_spec_gets_its_commit(
    spec: Spec, repo: Path, git: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    spec("one: {prompt: 'true'}")
    spec("one: {prompt: 'true'}", name="more")
    spec("one: {prompt: 'true'}", name="unrun")
    for name in ("demo", "more"):
        (repo / "results" / name).mkdir(parents=True)
        (repo / "results" / name / "SUMMARY.md").write_text(f"# {name}\n")
    (repo / "results" / "demo" / "one.json").write_text("{}\n")
    (repo / "results" / "demo" / "stray.txt").write_text("not ours\n")
    project = wiring.open_project(repo, ())
    commit_results(project, wiring.runtime(project))
    assert git("log", "--format=%s", "-n2").splitlines() == ["Results of more", "Results of demo"]
    assert git("ls-files", "results").splitlines() == [
        *("results/demo/SUMMARY.md", "results/demo/one.json", "results/more/SUMMARY.md"),
    ]
    assert "Specrun-Run: 20" in git("log", "-1", "--format=%b")
    assert capsys.readouterr().err.count("Committed the results of") == 2


def test_records_that_were_taken_away_go_with_the_commit(
    spec: Spec, repo: Path, git: Callable[..., str]
) -> None:
    spec("one: {prompt: 'true'}")
    folder = repo / "results" / "demo"
    folder.mkdir(parents=True)
    for name in ("old.json", "new.json", "stray.txt"):
        (folder / name).write_text("{}\n")
    git("add", "-A")
    git("commit", "-qm", "all")
    for name in ("old.json", "stray.txt"):
        (folder / name).unlink()
    project = wiring.open_project(repo, ())
    commit_results(project, wiring.runtime(project))
    assert git("ls-files", "results").splitlines() == ["results/demo/new.json", "results/demo/stray.txt"]


def test_of_a_list_only_the_ticks_are_committed(
    spec: Spec, specrun: Specrun, repo: Path, git: Callable[..., str]
) -> None:
    plan = repo / "plan.md"
    plan.write_text("- [ ] Build it\n- [ ] Test it\n")
    git("add", "plan.md")
    git("commit", "-qm", "plan")
    plan.write_text("# Mine\n- [ ] Build it\n- [ ] Test it\n")
    tasks = "one: {item: Build it, prompt: 'true'}\ntwo: {item: Test it, prompt: 'false'}"
    spec(tasks, head="checklist: plan.md\n")
    said = specrun("apply", "--yes", "--commit")
    assert said.code == 1
    assert said.out.count("plan.md: 1 box ticked\n") == 1
    assert git("show", "HEAD:plan.md") == "- [x] Build it\n- [ ] Test it"
    assert plan.read_text() == "# Mine\n- [x] Build it\n- [ ] Test it\n"
    assert git("diff", "--numstat", "plan.md") == "1\t0\tplan.md"
    for verb in ("diff", "status", "validate", "results"):
        plan.write_text("- [ ] Build it\n")
        specrun(verb)
        assert plan.read_text() == "- [ ] Build it\n"


def test_what_the_results_rest_on_is_named_until_it_is_committed_too(
    spec: Spec, specrun: Specrun, repo: Path, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "prompts").mkdir()
    for name in ("it's.md.j2", "unused.md.j2"):
        (repo / "prompts" / name).write_text("true\n")
    (repo / "specrun.yaml").write_text("version: 1\n")
    git("add", "specrun.yaml")
    git("commit", "-qm", "settings")
    path = spec('one:\n  prompt: |\n    {% include "prompts/it\'s.md.j2" %}')
    rest = "These results rest on what is not committed: "
    said = specrun("apply", "--yes", "--commit")
    assert said.code == 0, said.err
    (told,) = [row for row in said.err.splitlines() if "rest on" in row]
    assert told == f"""{rest}git add 'prompts/it'"'"'s.md.j2' specs/demo.yaml && git commit"""
    git("add", "specs", "prompts")
    git("commit", "-qm", "specs")
    assert "rest on" not in specrun("apply", "--yes", "--commit").err
    path.write_text(path.read_text() + "# more\n")
    monkeypatch.chdir(repo / "specs")
    said = specrun("apply", "--yes", "--commit")
    assert f"{rest}git -C {repo} add specs/demo.yaml && git -C {repo} commit\n" in said.err
