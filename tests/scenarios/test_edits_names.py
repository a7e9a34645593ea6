"""Tasks that get another id, leave their spec, or are declared gone: nothing runs, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.edits import PAIR, Desk

RENAMED = PAIR.replace("words:", "nouns:").replace("[words]", "[nouns]")
LOUD = """
loud:
  prompt: echo HELLO > LOUD.txt
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.tasks(PAIR)
    made.good()
    return made


def test_the_same_work_under_another_id_is_moved(desk: Desk) -> None:
    commit = desk.record("words")["commit"]
    desk.tasks(RENAMED)
    assert desk.diff("renamed") == {"nouns": "move renamed", "loud": "reuse"}
    before = desk.attempts()
    assert desk.good() == ()
    assert desk.attempts() == before
    record = desk.record("nouns")
    assert (record["task"], record["moved_from"], record["status"]) == ("work/nouns", ["words"], "succeeded")
    assert desk.recorded() == {"nouns", "loud"}
    assert desk.branches() == {"nouns", "loud"}
    assert desk.git("rev-parse", "specrun/work/nouns") == commit == record["commit"]
    assert desk.diff("renamed-after") == {"nouns": "reuse", "loud": "reuse"}


def test_a_moved_task_goes_on_counting_its_attempts(desk: Desk) -> None:
    desk.tasks(RENAMED)
    desk.good()
    desk.edit("echo hello", "echo goodbye")
    assert desk.good() == ("loud#2", "nouns#2")
    assert desk.show("loud", "LOUD.txt") == "GOODBYE"


def test_a_failed_task_stays_held_under_its_new_id(desk: Desk) -> None:
    desk.edit("echo hello", "exit 3; echo hello")
    assert desk.apply().code == 1
    desk.tasks(RENAMED.replace("echo hello", "exit 3; echo hello"))
    assert desk.diff("renamed-failed") == {"nouns": "hold failed_unchanged", "loud": "reuse"}
    done = desk.apply()
    assert (done.code, done.began) == (1, ())
    assert desk.recorded() == {"nouns", "loud"}
    assert desk.record("nouns")["moved_from"] == ["words"]
    assert desk.diff()["nouns"] == "hold failed_unchanged"


def test_where_two_have_the_same_work_nothing_is_moved_unasked(desk: Desk) -> None:
    twins = "one: {prompt: echo same > same.txt}\ntwo: {prompt: echo same > same.txt}\n"
    desk.tasks(twins)
    desk.good()
    desk.tasks(twins.replace("one", "three").replace("two", "four"))
    planned = desk.diff("renamed-ambiguous")
    assert {name: planned[name] for name in ("three", "four")} == {"three": "run new", "four": "run new"}
    assert {name: planned[name].split()[0] for name in ("one", "two")} == {"one": "prune", "two": "prune"}
    desk.tasks(twins.replace("one", "three").replace("two", "four"), head="moved: [{from: one, to: three}]\n")
    planned = desk.diff()
    assert planned["three"] == "move renamed"


def test_a_declared_move_goes_together_with_an_edit(desk: Desk) -> None:
    desk.tasks(RENAMED.replace("echo hello", "echo goodbye"), head="moved: [{from: words, to: nouns}]\n")
    planned = desk.diff("moved")
    assert "prompt_changed" in planned["nouns"]
    assert "words" not in planned
    assert desk.good() == ("loud#2", "nouns#2")
    record = desk.record("nouns")
    assert record["moved_from"] == ["words"]
    assert [one["number"] for one in record["attempts"]] == [1, 2]
    assert (desk.recorded(), desk.branches()) == ({"nouns", "loud"}, {"nouns", "loud"})
    # What has been moved may go on standing there.
    assert set(desk.diff().values()) == {"reuse"}


def test_a_deleted_task_is_listed_and_left_alone(desk: Desk) -> None:
    desk.tasks(LOUD)
    desk.good()
    planned = desk.diff("deleted")
    assert planned["words"].split()[0] == "prune"
    before = desk.bytes()
    assert desk.good() == ()
    assert desk.bytes() == before
    assert desk.recorded() == desk.branches() == {"words", "loud"}


def test_a_removed_task_is_forgotten_but_not_its_unmerged_branch(desk: Desk) -> None:
    desk.tasks(LOUD, head="removed: [words]\n")
    assert desk.diff("removed")["words"].split()[0] == "prune"
    done = desk.apply()
    assert (done.code, done.began) == (0, ("loud#2",))
    assert (desk.recorded(), desk.branches()) == ({"loud"}, {"words", "loud"})
    assert desk.diff() == {"loud": "reuse"}


def test_a_removed_task_whose_branch_is_merged_leaves_nothing(desk: Desk) -> None:
    desk.commit()
    desk.git("merge", "--quiet", "--no-edit", "specrun/work/words")
    desk.tasks(LOUD, head="removed: [words]\n")
    desk.good()
    assert (desk.recorded(), desk.branches()) == ({"loud"}, {"loud"})
    assert set(desk.diff().values()) == {"reuse"}
