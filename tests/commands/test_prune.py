"""Tests `specrun prune`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from specrun import wiring
from specrun.commands import console
from tests.commands.clones import HEAD, cloned
from tests.commands.conftest import Begin, Said, Spec, Specrun
from tests.conftest import Git
from tests.poll import until
from tests.rights import passed_without_rights

OLD = "\nold: {prompt: 'echo old > old.txt'}"
ONE = "one: {prompt: 'echo one > one.txt'}"


@pytest.fixture
def left(repo: Path, specrun: Specrun, git: Git) -> Path:
    """Leave a task behind whose branch is merged and whose record is committed."""
    cloned(repo, ONE + OLD)
    assert specrun("apply", "--yes", "--commit").code == 0
    git("merge", "--quiet", "--message=Take it in", "specrun/demo/old")
    cloned(repo, ONE)
    return repo


def state(repo: Path) -> Path:
    return wiring.open_project(repo, (), broken=True).layout.home


def document(said: Said) -> dict[str, Any]:
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_what_a_gone_task_has_left_is_taken_away(left: Path, specrun: Specrun, git: Git) -> None:
    said = specrun("prune", "--yes")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(
        "demo/old  record (committed), branch specrun/demo/old, 1 attempt, 1 reference, "
    )
    assert "\nRemoved 1 record, 1 branch, 1 attempt and 1 reference, " in said.out
    assert not (left / "results" / "demo" / "old.json").exists()
    assert (left / "results" / "demo" / "one.json").exists()
    assert "old" not in (left / "results" / "demo" / "SUMMARY.md").read_text()
    refs = git("for-each-ref", "--format=%(refname)").split()
    assert [ref for ref in refs if "old" in ref] == []
    assert {"refs/heads/specrun/demo/one", "refs/specrun/attempts/demo/one/1"} <= {*refs}
    assert not [path for path in files(state(left)) if "old/" in path or "old." in path]
    assert "demo/old pruned: record (committed)" in specrun("history", "demo/old").out
    assert specrun("prune", "--yes").out == "There is nothing to remove.\n"
    assert specrun("apply", "--yes").code == 0


def test_a_dry_run_changes_nothing_and_needs_nobody(left: Path, specrun: Specrun, git: Git) -> None:
    before = (files(left), files(state(left)), git("for-each-ref"))
    said = specrun("prune", "--dry-run")
    assert (said.code, "\nWould remove 1 record, 1 branch, 1 attempt and 1 reference, " in said.out) == (
        0,
        True,
    )
    told = document(specrun("prune", "--dry-run", "--json"))
    assert (told["format_version"], told["removed"]) == (1, False)
    assert told["summary"] == {"record": 1, "branch": 1, "attempt": 1, "reference": 1}
    assert {one["address"] for one in told["items"]} == {"demo/old"}
    assert told["items"][0]["name"] == "results/demo/old.json"
    assert (files(left), files(state(left)), git("for-each-ref")) == before


def test_without_a_terminal_it_needs_a_word(left: Path, specrun: Specrun) -> None:
    said = specrun("prune")
    assert (said.code, "pass --yes to remove unasked, or --dry-run" in said.err) == (64, True)
    assert (left / "results" / "demo" / "old.json").exists()


@pytest.mark.parametrize(("answer", "gone"), [("y\n", True), ("n\n", False), ("", False)])
def test_at_a_terminal_it_asks(
    left: Path, specrun: Specrun, monkeypatch: pytest.MonkeyPatch, answer: str, *, gone: bool
) -> None:
    monkeypatch.setattr(console, "asking", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    said = specrun("prune")
    assert said.code == 0
    assert "Remove 1 record, 1 branch, 1 attempt and 1 reference" in said.err
    assert ("Nothing was removed." in said.err) is not gone
    assert (left / "results" / "demo" / "old.json").exists() is not gone


def test_what_is_not_merged_stays_with_its_record_gone(repo: Path, specrun: Specrun, git: Git) -> None:
    cloned(repo, ONE + OLD)
    specrun("apply", "--yes")
    commit = git("rev-parse", "specrun/demo/old")
    cloned(repo, ONE)
    said = specrun("prune", "--yes")
    assert said.code == 0
    assert (
        said.out.splitlines()[:2]
        == [
            "demo/old  record (not committed), 4 B",
            "What is not committed git cannot bring back.",
        ]
        or "demo/old  record (not committed)" in said.out
    )
    assert "  specrun/demo/old: it is not merged into HEAD; fix: merge it, or delete it with " in said.out
    assert git("rev-parse", "specrun/demo/old") == commit
    assert not (repo / "results" / "demo" / "old.json").exists()


def test_what_is_frozen_stays(left: Path, specrun: Specrun, git: Git) -> None:
    assert specrun("freeze", "old", "--reason", "keep it").code == 0
    said = specrun("prune", "--yes")
    assert said.out.splitlines() == [
        "Kept:",
        "  results/demo/old.json: it is frozen: keep it; fix: allow it with specrun unfreeze demo/old",
        "There is nothing to remove.",
    ]
    assert git("rev-parse", "specrun/demo/old")
    specrun("unfreeze", "old")
    assert "demo/old  record (committed), " in specrun("prune", "--dry-run").out
    record = left / "results" / "demo" / "old.json"
    record.write_text(record.read_text() + "\n")
    said = specrun("prune", "--dry-run")
    assert "demo/old  record (changed since it was committed), " in said.out


def test_what_is_at_work_stays(spec: Spec, specrun: Specrun, begin: Begin, repo: Path) -> None:
    wait = "'while [ ! -e go ]; do sleep 0.02; done'"
    spec(f"one: {{prompt: 'true'}}\nold: {{prompt: {wait}}}")
    process = begin("apply", "--yes")
    until(lambda: '"running"' in specrun("status", "--json").out)
    until((repo / "results" / "demo" / "one.json").exists)
    spec("two: {prompt: 'exit 1'}")
    assert specrun("prune", "--yes").code == 6
    process.kill()
    process.wait()
    said = specrun("prune", "--yes")
    assert said.code == 0
    assert "  attempts/demo/old/1: it is still running; fix: stop it with specrun stop" in said.out
    assert not (repo / "results" / "demo" / "one.json").exists()
    (repo / "go").touch()
    until(lambda: "its end is not collected yet" in specrun("prune", "--dry-run").out)


def test_the_last_record_of_a_spec_takes_its_table_along(repo: Path, specrun: Specrun) -> None:
    gone = cloned(repo, "one: {prompt: 'exit 1'}", name="gone")
    cloned(repo, ONE)
    specrun("apply", "--yes")
    gone.unlink()
    assert (repo / "results" / "gone" / "SUMMARY.md").exists()
    said = specrun("prune", "demo", "--yes")
    assert said.out == "There is nothing to remove.\n"
    assert specrun("prune", "gone", "--yes").code == 0
    assert not (repo / "results" / "gone").exists()
    assert (repo / "results" / "demo" / "SUMMARY.md").exists()
    said = specrun("prune", "gone", "--yes")
    assert said.code == 64
    assert (
        said.err == "specrun: there is no spec 'gone', and nothing is left of one; fix: did you mean demo?\n"
    )


def test_a_spec_that_lies_elsewhere_is_not_gone(repo: Path, specrun: Specrun) -> None:
    file = cloned(repo, ONE + OLD, name="far", folder="elsewhere")
    cloned(repo, ONE)
    specrun("apply", "--yes", "elsewhere/far.yaml")
    cloned(repo, ONE, name="far", folder="elsewhere")
    said = specrun("prune", "--yes")
    assert said.out.splitlines() == [
        "Kept:",
        "  results/far: elsewhere/far.yaml may be its spec; fix: specrun prune elsewhere/far.yaml",
        "There is nothing to remove.",
    ]
    told = document(specrun("prune", "elsewhere/far.yaml", "--yes", "--json"))
    assert told["removed"] is True
    assert {one["address"] for one in told["items"]} == {"far/old"}
    file.unlink()
    assert {one["address"] for one in document(specrun("prune", "--yes", "--json"))["items"]} == {"far/one"}


def test_a_root_spec_does_not_hide_the_others(repo: Path, specrun: Specrun) -> None:
    cloned(repo, "one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    (repo / "orchestration.yaml").write_text(HEAD.format(name="root") + "  one: {prompt: 'true'}\n")
    assert specrun("prune", "--yes").out == "There is nothing to remove.\n"


def test_without_any_spec_all_that_is_left_goes(repo: Path, specrun: Specrun) -> None:
    file = cloned(repo, "one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    file.unlink()
    told = specrun("prune", "--dry-run")
    assert (told.code, told.out.splitlines()[-1].startswith("Would remove 1 record")) == (0, True), told
    assert told.err == "There is no spec any more: whatever tasks have left counts as gone.\n"
    assert (repo / "results" / "demo" / "one.json").exists()
    assert "Removed 1 record" in specrun("prune", "--yes").out
    assert [*(repo / "results").iterdir()] == []
    assert files(state(repo) / "attempts") == []
    assert specrun("prune", "--yes").out == "There is nothing to remove.\n"


def test_without_any_spec_only_what_is_named_goes_where_it_is_named(repo: Path, specrun: Specrun) -> None:
    removed = [cloned(repo, "one: {prompt: 'exit 1'}", name=name) for name in ("demo", "other")]
    specrun("apply", "--yes")
    for file in removed:
        file.unlink()
    said = specrun("prune", "demo", "--yes")
    assert (said.code, said.err) == (0, "")
    assert [path.name for path in (repo / "results").iterdir()] == ["other"]


def test_a_broken_spec_could_have_the_task(left: Path, specrun: Specrun) -> None:
    (left / "specs" / "other.yaml").write_text("version: [")
    assert specrun("prune", "demo", "--yes").code == 3
    assert (left / "results" / "demo" / "old.json").exists()


def test_a_task_that_is_renamed_is_not_gone(left: Path, specrun: Specrun) -> None:
    cloned(left, ONE + OLD.replace("old:", "new:"))
    said = specrun("prune", "--yes")
    assert said.out.splitlines() == [
        "Kept:",
        "  results/demo/old.json: it is renamed to demo/new; fix: run specrun apply first",
        "There is nothing to remove.",
    ]


def test_old_attempts_go_when_asked_and_those_that_no_record_tells_of(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec("one: {retry: {limit: 3}, prompt: 'exit 1'}")
    specrun("apply", "--yes")
    attempts = state(repo) / "attempts" / "demo" / "one"
    assert specrun("prune", "--yes").out == "There is nothing to remove.\n"
    assert specrun("prune", "--keep", "2", "--yes").code == 0
    assert sorted(path.name for path in attempts.iterdir()) == ["3", "4"]
    assert specrun("prune", "--keep", "0", "--yes").code == 64
    record = repo / "results" / "demo" / "one.json"
    told = json.loads(record.read_text())
    record.write_text(json.dumps({**told, "attempts": told["attempts"][-1:]}))
    assert specrun("prune", "--yes").code == 0
    assert sorted(path.name for path in attempts.iterdir()) == ["4"]
    record.unlink()
    assert specrun("prune", "--yes").out == "There is nothing to remove.\n"


def test_a_branch_that_is_checked_out_stays(left: Path, specrun: Specrun, git: Git) -> None:
    git("worktree", "add", "--quiet", "../tree", "specrun/demo/old")
    said = specrun("prune", "--yes")
    assert (said.code, "  specrun/demo/old: it is checked out" in said.out) == (0, True), said.out
    assert git("rev-parse", "specrun/demo/old")


def test_what_could_not_be_removed_is_told_and_its_record_stays(
    left: Path, specrun: Specrun, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if passed_without_rights(request, tmp_path):
        return
    folder = state(left) / "attempts" / "demo" / "old"
    folder.chmod(0o500)
    said = specrun("prune", "--yes")
    folder.chmod(0o700)
    assert said.code == 1
    assert said.out.splitlines()[1:] == [
        "Removed 1 branch and 1 reference.",
        "Kept:",
        "  attempts/demo/old/1: it cannot be removed: Permission denied",
    ]
    assert (left / "results" / "demo" / "old.json").exists()
    assert "Removed 1 record" in specrun("prune", "--yes").out
