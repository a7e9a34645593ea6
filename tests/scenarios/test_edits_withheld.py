"""Tasks that are not to run: frozen, disabled, or under a condition; none of it is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.edits import PAIR, Desk

DECIDED = """
words:
  prompt: |
    echo hello > words.txt
    echo '{"count": 1}' > "$SPECRUN_OUTPUT"
loud:
  depends_on: [words]
  when: tasks.words.output.count > 1
  prompt: tr a-z A-Z < words.txt > LOUD.txt
last:
  depends_on: [loud]
  prompt: echo last > last.txt
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.tasks(PAIR)
    return made


def test_a_frozen_task_keeps_what_it_has_left(desk: Desk) -> None:
    desk.good()
    desk.edit("words:\n    prompt: echo hello", "words:\n    freeze: true\n    prompt: echo goodbye")
    assert desk.diff("frozen") == {"words": "hold frozen prompt_changed", "loud": "reuse"}
    assert desk.good() == ()
    desk.edit("freeze: true", "freeze: false")
    assert desk.diff()["words"] == "rerun prompt_changed"


def test_a_frozen_task_that_nobody_edits_is_just_kept(desk: Desk) -> None:
    desk.good()
    desk.edit("words:\n", "words:\n    freeze: true\n")
    assert desk.diff("frozen-unedited") == {"words": "reuse", "loud": "reuse"}


def test_a_frozen_record_is_safe_from_the_spec_and_from_force(desk: Desk) -> None:
    desk.good()
    code, said = desk.run("freeze", "words", "--reason", "signed off")
    assert code == 0, said
    assert desk.record("words")["frozen"]["reason"] == "signed off"
    desk.edit("echo hello", "echo goodbye")
    assert desk.diff("frozen-record") == {"words": "hold frozen prompt_changed", "loud": "reuse"}
    for asked in (
        ("apply", "--yes"),
        ("apply", "--yes", "--force"),
        ("apply", "--yes", "--replace", "words"),
    ):
        code, said = desk.run(*asked)
        assert code == 0, said
    assert desk.attempts() == {"words#1", "loud#1"}
    code, said = desk.run("unfreeze", "words")
    assert code == 0, said
    assert desk.record("words")["frozen"] is None
    assert desk.diff()["words"] == "rerun prompt_changed"


def test_a_disabled_task_that_has_succeeded_goes_on_handing_on(desk: Desk) -> None:
    desk.good()
    desk.edit("words:\n    prompt: echo hello", "words:\n    enabled: false\n    prompt: echo goodbye")
    desk.edit("tr a-z A-Z <", "tr a-y A-Y <")
    assert desk.diff("disabled-edited") == {
        "words": "hold disabled prompt_changed",
        "loud": "rerun prompt_changed",
    }
    assert desk.good() == ("loud#2",)
    assert desk.show("loud", "LOUD.txt") == "HELLO"


def test_a_disabled_task_without_a_success_takes_its_dependents_along(desk: Desk) -> None:
    desk.edit("words:\n", "words:\n    enabled: false\n")
    assert desk.diff("disabled") == {"words": "hold disabled new", "loud": "hold skipped"}
    assert desk.good() == ()
    desk.edit("enabled: false", "enabled: true")
    assert desk.good() == ("loud#1", "words#1")


def test_a_condition_on_variables_is_settled_in_the_diff(desk: Desk) -> None:
    desk.tasks(PAIR.replace("loud:\n", "loud:\n  when: vars.deploy\n"), head="vars: {deploy: false}\n")
    assert desk.diff("when-false") == {"words": "run new", "loud": "hold skipped new"}
    assert desk.good() == ("words#1",)
    desk.edit("deploy: false", "deploy: true")
    assert desk.diff("when-true") == {"words": "reuse", "loud": "run new"}
    assert desk.good() == ("loud#1",)
    desk.edit("deploy: true", "deploy: false")
    # It has nothing to do, so that nothing is withheld.
    assert set(desk.diff().values()) == {"reuse"}
    desk.edit("tr a-z A-Z <", "tr a-y A-Y <")
    assert desk.diff("when-false-again") == {"words": "reuse", "loud": "hold skipped prompt_changed"}
    assert desk.good() == ()


def test_a_condition_on_an_output_is_settled_once_that_is_known(desk: Desk) -> None:
    desk.tasks(DECIDED)
    planned = desk.diff("when-later")
    assert planned["words"] == "run new"
    assert planned["loud"].split()[0] in {"run", "deferred"}
    assert desk.good() == ("words#1",)
    assert desk.diff("when-decided") == {
        "words": "reuse",
        "loud": "hold skipped new",
        "last": "hold skipped",
    }
    desk.edit('"count": 1', '"count": 2')
    assert desk.good() == ("last#1", "loud#1", "words#2")
    assert set(desk.diff().values()) == {"reuse"}
