"""Records that people have touched, lost or cloned: what of them still counts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.scenarios.edits import GOLDEN, PAIR, Desk
from tests.scenarios.shop import ME

TAMPERED = '"summary": "all is well"'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.tasks(PAIR)
    made.commit()
    made.good("--commit")
    return made


def tamper(desk: Desk) -> None:
    """Say something nicer in a record."""
    path = desk.root / "results/work/words.json"
    text = path.read_text()
    assert '"summary": ""' in text
    path.write_text(text.replace('"summary": ""', TAMPERED))


def test_a_committed_apply_leaves_an_empty_diff(desk: Desk) -> None:
    assert desk.git("status", "--porcelain") == ""
    assert desk.diff("committed") == {"words": "reuse", "loud": "reuse"}


def test_an_edited_record_is_held_until_it_is_put_back(desk: Desk) -> None:
    tamper(desk)
    assert desk.diff("result-edited")["words"] == "hold result_edited"
    done = desk.apply()
    assert (done.code, done.began) == (1, ())
    assert TAMPERED in (desk.root / "results/work/words.json").read_text()
    desk.git("checkout", "--", "results")
    assert set(desk.diff().values()) == {"reuse"}


def test_an_edited_record_can_be_accepted(desk: Desk) -> None:
    tamper(desk)
    code, said = desk.run("accept", "words", "--reason", "I wrote that")
    assert code == 0, said
    assert set(desk.diff().values()) == {"reuse"}
    assert desk.record("words")["accepted"]["reason"] == "I wrote that"


def test_an_edited_record_can_be_made_anew(desk: Desk) -> None:
    tamper(desk)
    code, said = desk.run("retry", "words", "--yes")
    assert code == 0, said
    assert "words#2" in desk.attempts()
    assert set(desk.diff().values()) == {"reuse"}


def test_a_removed_record_makes_the_task_new(desk: Desk) -> None:
    (desk.root / "results/work/words.json").unlink()
    planned = {"words": "run result_missing", "loud": "deferred upstream_pending"}
    assert desk.diff("result-removed") == planned
    # What it hands on is the same, so that nobody else runs.
    assert desk.good() == ("words#2",)
    assert set(desk.diff().values()) == {"reuse"}


def test_records_of_the_release_before_are_good_for_the_same_spec(tmp_path: Path) -> None:
    """Upgrading specrun alone runs nothing: who wrote these knew neither versions nor sources."""
    desk = Desk(tmp_path)
    desk.tasks(PAIR)
    for record in (GOLDEN / "upgrade").glob("*.json"):
        desk.write(f"results/work/{record.name}", record.read_text())
    desk.commit()
    assert desk.diff("upgraded") == {"words": "reuse", "loud": "reuse"}
    assert desk.good() == ()
    assert desk.git("status", "--porcelain", "results/work/words.json", "results/work/loud.json") == ""
    desk.edit("echo hello", "echo goodbye")
    assert desk.diff()["words"] == "rerun prompt_changed"


def test_a_colleague_s_clone_runs_nothing_and_builds_on_what_is_fetched(desk: Desk, tmp_path: Path) -> None:
    desk.git("branch", "--quiet", "-D", "specrun/work/loud")
    theirs = colleague(desk, tmp_path)
    assert theirs.diff("cloned") == {"words": "reuse", "loud": "reuse"}
    assert theirs.good() == ()
    assert theirs.attempts() == set()
    commit = theirs.record("words")["commit"]
    assert not has(theirs, commit)
    theirs.edit(
        "loud:\n", "quiet:\n    depends_on: [words]\n    prompt: cat words.txt > quiet.txt\n  loud:\n"
    )
    assert theirs.diff("cloned-extended") == {"words": "reuse", "loud": "reuse", "quiet": "run new"}
    assert theirs.good() == ("quiet#1",)
    assert theirs.show("quiet", "quiet.txt") == "hello"
    assert has(theirs, commit)


def colleague(desk: Desk, tmp_path: Path) -> Desk:
    """Clone only the branch that people work on, into a world of its own."""
    theirs = Desk(tmp_path / "theirs")
    for path in sorted(theirs.root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    where = f"file://{desk.root}"
    subprocess.run(
        ["git", *ME, "clone", "--quiet", "--single-branch", "--branch=main", where, str(theirs.root)],
        check=True, env=theirs.env, capture_output=True,
    )  # fmt: skip
    return theirs


def has(desk: Desk, commit: str) -> bool:
    """Whether a repo holds a commit."""
    try:
        desk.git("cat-file", "-e", commit)
    except subprocess.CalledProcessError:
        return False
    return True
