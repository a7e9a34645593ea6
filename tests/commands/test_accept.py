"""Tests `specrun accept` of work that is in the code base, or that a record tells of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specrun import wiring
from specrun.core.task import TaskId
from tests.commands.clones import cloned, record
from tests.commands.conftest import Begin, Spec, Specrun
from tests.conftest import Git
from tests.poll import until

NOTED = ("--reason", "done by hand")


@pytest.fixture(autouse=True)
def _ann(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ann")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "ann@example.invalid")


def test_what_is_in_head_counts_as_done(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo one >> trace; exit 1'}\ntwo: {depends_on: [one], prompt: 'echo two >> trace'}")
    assert specrun("apply", "--yes").code == 1
    said = specrun("accept", "one", *NOTED)
    assert said.out.splitlines() == [
        "Accepted demo/one: its work is in the repo.",
        "The next specrun apply, for those that depend on it:",
        "  + run  demo/two  never run",
    ]
    assert (said.code, said.err) == (0, "")
    told = record(repo, "one")
    assert (told["status"], told["reason"], len(told["attempts"]), told["commit"]) == (
        "accepted",
        "",
        1,
        None,
    )
    assert (told["accepted"]["reason"], told["accepted"]["by"]) == (
        "done by hand",
        "Ann <ann@example.invalid>",
    )
    assert "[accepted by Ann: done by hand]" in (repo / "results" / "demo" / "SUMMARY.md").read_text()
    assert specrun("history").out.endswith("demo/one accepted by Ann: done by hand\n")
    assert specrun("apply", "--yes").code == 0
    assert (repo / "trace").read_text() == "one\ntwo\n"


def test_what_never_ran_can_be_accepted_and_its_clone_hands_nothing_on(specrun: Specrun, repo: Path) -> None:
    cloned(repo, "one: {prompt: 'exit 1'}\ntwo: {depends_on: [one], prompt: 'cat README.md > COPY.md'}")
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.out.splitlines()[0]) == (0, "Accepted demo/one: its work is in HEAD.")
    told = record(repo, "one")
    assert (told["generation"], told["attempts"], told["carried"], told["branch"]) == (1, [], [], None)
    assert specrun("apply", "--yes").code == 0
    assert record(repo, "two")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ((), "Missing option '--reason'"),
        (("--reason", "  "), "it is empty"),
        (("--reason", "a\x1b[2Jb"), "control characters"),
        (("--reason", "a\nb"), "control characters"),
        (("--reason", "x" * 501), "501 characters; say it in 500"),
    ],
)
def test_it_takes_a_reason(
    spec: Spec, specrun: Specrun, repo: Path, reason: tuple[str, ...], why: str
) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("accept", "one", *reason)
    assert (said.code, why in said.err) == (64, True), said.err
    assert not (repo / "results").exists()


def test_a_success_that_was_edited_gives_way_to_what_is_in_head(
    specrun: Specrun, repo: Path, git: Git
) -> None:
    cloned(repo, "one: {prompt: 'echo one > one.txt'}")
    assert specrun("apply", "--yes").code == 0
    cloned(repo, "one: {prompt: 'echo other > one.txt'}")
    said = specrun("accept", "one", *NOTED)
    assert said.out.splitlines()[0] == "Accepted demo/one: its work is in HEAD."
    assert (record(repo, "one")["commit"], record(repo, "one")["carried"]) == (None, [])
    assert git("show", "specrun/demo/one:one.txt") == "one"
    assert specrun("apply", "--yes").code == 0


def test_what_waits_for_unknown_values_is_refused(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'true'}\ntwo: {depends_on: [one], prompt: 'true'}")
    said = specrun("accept", "two", *NOTED)
    assert said.code == 64
    assert said.err == (
        "specrun: demo/two cannot be accepted yet: what it is asked for depends on demo/one; "
        "fix: run or accept demo/one first\n"
    )
    assert specrun("accept", "one", *NOTED).code == 0
    assert specrun("accept", "two", *NOTED).code == 0
    assert specrun("apply", "--yes").code == 0


def test_a_head_without_any_change_is_told(specrun: Specrun, repo: Path, git: Git) -> None:
    cloned(repo, "one: {prompt: 'exit 1'}\ntwo: {prompt: 'exit 1'}\nthree: {prompt: 'exit 1'}")
    assert "HEAD" not in specrun("accept", "three", *NOTED).err
    assert specrun("apply", "--yes", "--commit").code == 1
    git("add", "specs")
    git("commit", "-qm", "specs")
    said = specrun("accept", "one", *NOTED)
    assert said.code == 0
    assert said.err == (
        "HEAD has no change but in specs and results since demo/one began: "
        "if its work is still to be committed, do that before others build on it.\n"
    )
    (repo / "work.txt").write_text("by hand\n")
    git("add", "work.txt")
    git("commit", "-qm", "work")
    said = specrun("accept", "two", *NOTED)
    assert (said.code, said.err) == (0, "")


def test_help_says_what_is_not_looked_at(specrun: Specrun) -> None:
    told = " ".join(specrun("accept", "--help").out.split())
    assert "whether the work is there, and any good, is not looked at, and no check or judge runs" in told
    assert "[required]" in told


def test_what_is_up_to_date_stays_as_it_is(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'true'}\ntwo: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    before = (repo / "results" / "demo" / "one.json").read_bytes()
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.out) == (0, "demo/one is up to date and has succeeded: nothing was changed.\n")
    assert (repo / "results" / "demo" / "one.json").read_bytes() == before
    specrun("accept", "two", *NOTED)
    told = specrun("accept", "two", "--reason", "again").out
    assert "demo/two is up to date and was accepted by Ann on " in told
    assert told.endswith(": done by hand: nothing was changed.\n")


def edit(repo: Path, name: str, **values: object) -> None:
    """Change a record as a person does."""
    path = repo / "results" / "demo" / f"{name}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}, indent=2, sort_keys=True) + "\n")


def test_a_record_that_was_edited_by_hand_is_taken_as_it_stands(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    spec("one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    edit(repo, "one", status="succeeded", summary="I have looked", output={"n": 1})
    assert "result_edited" in specrun("status", "--json").out
    assert specrun("apply", "--yes").code == 1
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.out.splitlines()[0]) == (
        0,
        "Accepted demo/one: its record stands as it was edited.",
    )
    told = record(repo, "one")
    assert (told["status"], told["summary"], told["output"]) == ("accepted", "I have looked", {"n": 1})
    assert specrun("apply", "--yes").code == 0
    assert "result_edited" not in specrun("status", "--json").out


def test_a_bad_record_that_was_edited_by_hand_gives_way(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    edit(repo, "one", summary="I have looked")
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.out.splitlines()[0]) == (0, "Accepted demo/one: its work is in the repo.")
    assert record(repo, "one")["summary"] == ""


def test_a_permission_to_run_again_is_used_up(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'echo one >> trace; exit 1'}")
    specrun("apply", "--yes")
    attempts = wiring.open_project(repo, ()).attempts
    attempts.grant(TaskId("demo/one"))
    assert specrun("accept", "one", *NOTED).code == 0
    assert attempts.grants() == {}
    assert specrun("apply", "--yes").code == 0
    assert (repo / "trace").read_text() == "one\n"


def test_nothing_is_accepted_beside_an_apply_or_a_worker(
    spec: Spec, specrun: Specrun, begin: Begin, repo: Path
) -> None:
    spec("one: {prompt: 'while [ ! -e go ]; do sleep 0.02; done; exit 1'}")
    process = begin("apply", "--yes")
    until(lambda: '"running"' in specrun("status", "--json").out)
    said = specrun("accept", "one", *NOTED)
    assert (said.code, "another specrun is applying demo" in said.err) == (6, True)
    process.kill()
    process.wait()
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.err) == (
        64,
        "specrun: demo/one is running (attempt 1); fix: wait for it, or run specrun stop demo/one first\n",
    )
    (repo / "go").touch()
    until(lambda: '"collecting"' in specrun("status", "--json").out)
    said = specrun("accept", "one", *NOTED)
    assert (said.code, "attempt 1 of demo/one is not recorded yet" in said.err) == (64, True)
    assert specrun("apply", "--yes").code == 1
    assert specrun("accept", "one", *NOTED).code == 0


def test_a_prompt_that_cannot_be_written_is_told(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}\ntwo: {depends_on: [one], prompt: 'echo {{ tasks.one.output.n }}'}")
    specrun("apply", "--yes")
    said = specrun("accept", "two", *NOTED)
    assert said.code == 64
    assert said.err.startswith("specrun: demo/two cannot be accepted: specs/demo.yaml:")


def test_a_renamed_task_gets_its_record_first(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("old: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    spec("new: {prompt: 'exit 1'}", head="moved: [{from: old, to: new}]\n")
    said = specrun("accept", "new", *NOTED)
    assert (said.code, said.err) == (
        64,
        "specrun: the record of demo/new is still that of demo/old; fix: run specrun apply first\n",
    )
    assert not (repo / "results" / "demo" / "new.json").exists()


def test_an_attempt_that_cannot_be_read_comes_first(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec("one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    attempts = wiring.open_project(repo, ()).layout.attempts
    (attempts / "demo" / "one" / "1" / "collected.json").unlink()
    (attempts / "demo" / "one" / "1" / "exit.json").write_text("{")
    said = specrun("accept", "one", *NOTED)
    assert (said.code, "attempt 1 of demo/one cannot be read: " in said.err) == (64, True), said.err


def test_a_wrong_name_is_told(spec: Spec, specrun: Specrun) -> None:
    spec("one: {prompt: 'true'}")
    said = specrun("accept", "onee", *NOTED)
    assert (said.code, "did you mean demo/one?" in said.err) == (64, True)
    spec("one: {prompt: 1")
    assert specrun("accept", "one", *NOTED).code == 3
