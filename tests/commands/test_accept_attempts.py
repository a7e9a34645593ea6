"""Tests `specrun accept` of the work of an attempt, and of what a task hands on."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from specrun import wiring
from tests.commands.clones import cloned, record
from tests.commands.conftest import Spec, Specrun
from tests.conftest import Git

NOTED = ("--reason", "done by hand")


STRICT = """
one:
  prompt: echo $SPECRUN_ATTEMPT | tee Makefile > one.txt
  retry: {limit: 1}
  checks: [{name: strict, run: 'echo no; false'}]
two: {depends_on: [one], prompt: 'cat one.txt > two.txt'}
"""


def test_the_work_of_an_attempt_becomes_that_of_the_task(specrun: Specrun, repo: Path, git: Git) -> None:
    cloned(repo, STRICT)
    assert specrun("apply", "--yes").code == 1
    commit = git("rev-parse", "refs/specrun/attempts/demo/one/1")
    said = specrun("accept", "one", *NOTED, "--attempt", "1")
    assert said.out.splitlines()[0] == (
        f"Accepted demo/one: its work is that of attempt 1, commit {commit[:12]} on branch specrun/demo/one."
    )
    assert git("rev-parse", "specrun/demo/one") == commit
    told = record(repo, "one")
    assert (told["commit"], told["branch"]) == (commit, "specrun/demo/one")
    assert [file["path"] for file in told["carried"]] == ["Makefile", "one.txt"]
    assert told["protected_changed"] == ["Makefile"]
    assert told["base"] == git("rev-parse", "HEAD")
    assert [(check["name"], check["exit_code"]) for check in told["checks"]] == [("strict", 1)]
    assert specrun("apply", "--yes").code == 0
    assert git("show", "specrun/demo/two:two.txt") == "1"


def test_of_the_last_attempt_everything_that_the_record_tells_is_kept(
    specrun: Specrun, repo: Path, git: Git
) -> None:
    cloned(
        repo,
        """
        one:
          outputs: {type: object, required: [n]}
          prompt: echo made it; printf '{"n":7}' > "$SPECRUN_OUTPUT"
          checks: [{name: strict, run: 'echo no; false'}]
        two: {depends_on: [one], prompt: 'echo {{ tasks.one.output.n }} > two.txt'}
        """,
    )
    assert specrun("apply", "--yes").code == 1
    assert specrun("accept", "one", *NOTED, "--attempt", "1").code == 0
    told = record(repo, "one")
    assert (told["output"], told["summary"], told["checks"][0]["tail"]) == ({"n": 7}, "made it", "no\n")
    assert specrun("apply", "--yes").code == 0
    assert git("show", "specrun/demo/two:two.txt") == "7"


def test_the_change_of_an_attempt_is_that_since_its_own_code_base(
    specrun: Specrun, repo: Path, git: Git
) -> None:
    cloned(
        repo,
        """
        one: {prompt: 'echo one > one.txt'}
        two: {depends_on: [one], prompt: 'echo two > two.txt; exit 1'}
        """,
    )
    assert specrun("apply", "--yes").code == 1
    assert specrun("accept", "two", *NOTED, "--attempt", "1").code == 0
    told = record(repo, "two")
    assert told["base"] == git("rev-parse", "specrun/demo/one")
    assert [file["path"] for file in told["carried"]] == ["two.txt"]


def test_an_attempt_without_a_commit_is_refused_with_those_that_have_one(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    cloned(repo, STRICT)
    specrun("apply", "--yes")
    said = specrun("accept", "one", *NOTED, "--attempt", "9")
    assert (said.code, said.err) == (
        64,
        "specrun: attempt 9 of demo/one has left no commit; fix: name one of 1, 2\n",
    )
    spec("one: {prompt: 'exit 1'}")
    specrun("apply", "--yes")
    said = specrun("accept", "one", *NOTED, "--attempt", "3")
    assert (said.code, "has left no commit" in said.err) == (64, True)


def test_an_attempt_of_which_nobody_knows_the_code_base_is_refused(specrun: Specrun, repo: Path) -> None:
    cloned(repo, STRICT)
    specrun("apply", "--yes")
    attempts = wiring.open_project(repo, ()).layout.attempts
    attempts.rename(attempts.parent / "moved away")
    said = specrun("accept", "one", *NOTED, "--attempt", "1")
    assert (said.code, "nobody knows any more what attempt 1 of demo/one began with" in said.err) == (
        64,
        True,
    )
    assert specrun("accept", "one", *NOTED, "--attempt", "2").code == 0


NEEDY = """
one:
  outputs: {type: object, required: [n], properties: {n: {type: integer}}}
  prompt: exit 1
two: {depends_on: [one], prompt: 'echo {{ tasks.one.output.n }} > two'}
"""


def test_a_contract_of_outputs_is_held(spec: Spec, specrun: Specrun, repo: Path) -> None:
    spec(NEEDY)
    said = specrun("accept", "one", *NOTED)
    assert (said.code, said.err) == (
        64,
        "specrun: demo/one is to hand on an output (`outputs`); fix: pass it as JSON: --output FILE\n",
    )
    file = repo / "out.json"
    file.write_text('{"n": "seven"}')
    said = specrun("accept", "one", *NOTED, "--output", str(file))
    assert (said.code, "is not what `outputs` asks for: n: " in said.err) == (64, True), said.err
    file.write_text('{"n": 7}')
    assert specrun("accept", "one", *NOTED, "--output", str(file)).code == 0
    assert specrun("apply", "--yes").code == 0
    assert (repo / "two").read_text() == "7\n"


def test_an_output_may_come_on_standard_input(
    spec: Spec, specrun: Specrun, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec(NEEDY)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"n": 8}')))
    assert specrun("accept", "one", *NOTED, "--output", "-").code == 0
    assert record(repo, "one")["output"] == {"n": 8}


@pytest.mark.parametrize(
    ("written", "why"),
    [("{", "is no JSON"), ("NaN", "is no JSON"), (f'"{"x" * 65536}"', "has more than 65536 bytes")],
)
def test_an_output_is_small_and_strict_json(
    spec: Spec, specrun: Specrun, repo: Path, written: str, why: str
) -> None:
    spec(NEEDY)
    (repo / "out.json").write_text(written)
    said = specrun("accept", "one", *NOTED, "--output", "out.json")
    assert (said.code, f"the output in out.json {why}" in said.err) == (64, True), said.err


@pytest.mark.parametrize("place", [0, -1])
def test_a_judge_is_overruled(specrun: Specrun, repo: Path, git: Git, place: int) -> None:
    cloned(
        repo,
        """
        api: {prompt: 'echo api >> api.txt'}
        review:
          depends_on: [api]
          judge: {pass: [approved], fail: [rejected], rewind: {to: api, limit: 1}}
          prompt: echo note > note.txt; echo rejected > "$SPECRUN_VERDICT"
        ship: {depends_on: [review], prompt: 'ls > ship.txt'}
        """,
    )
    assert specrun("apply", "--yes").code == 1
    attempts = record(repo, "review")["attempts"]
    assert len(attempts) == 2
    number = attempts[place]["number"]
    assert specrun("accept", "review", *NOTED, "--attempt", str(number)).code == 0
    told = record(repo, "review")
    assert (told["status"], told["verdict"], told["rounds"], told["discarded"]) == (
        *("accepted", None, []),
        ["note.txt"],
    )
    assert (told["carried"], told["commit"]) == ([], told["base"])
    assert specrun("apply", "--yes").code == 0
    assert "note.txt" not in git("show", "specrun/demo/ship:ship.txt").split()


def test_a_branch_that_is_checked_out_is_not_moved(specrun: Specrun, repo: Path, git: Git) -> None:
    cloned(repo, STRICT)
    specrun("apply", "--yes")
    git("branch", "specrun/demo/one")
    git("worktree", "add", "--quiet", "../tree", "specrun/demo/one")
    said = specrun("accept", "one", *NOTED, "--attempt", "2")
    assert (said.code, "branch specrun/demo/one is checked out" in said.err) == (8, True), said.err
    assert record(repo, "one")["status"] == "failed"


def test_links_that_lead_out_are_pointed_out(specrun: Specrun, repo: Path) -> None:
    cloned(repo, "one: {prompt: 'ln -s /etc out', checks: [{name: ok, run: 'true'}]}")
    assert specrun("apply", "--yes").code == 1
    said = specrun("accept", "one", *NOTED, "--attempt", "1")
    assert (said.code, said.err) == (
        0,
        "specrun: attempt 1 has left links that lead out of the tree: out -> /etc\n",
    )
