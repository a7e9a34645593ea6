"""Tests what verbs ask of selectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specrun import wiring
from specrun.api import selecting
from specrun.commands import choosing
from specrun.errors import UsageProblem
from tests.api.test_selecting import TASKS, asked
from tests.commands.conftest import Spec


@pytest.mark.parametrize("given", [{}, {"exclude": ("a",)}])
def test_a_verb_that_is_never_about_everything_has_to_be_told(given: dict[str, Any]) -> None:
    with pytest.raises(UsageProblem) as caught:
        choosing.named(asked(**given), (), "tasks to run again", ", pass --all")
    assert caught.value.what == "say which tasks to run again"
    assert caught.value.fix == f"name tasks ('*' for all of them), pass --all, or pass {choosing.NAMING}"
    assert choosing.named(asked(exclude=("a",)), ["*"], "tasks").words == ("*", "--exclude a")
    assert choosing.named(asked(failed=True), (), "tasks").words == ("--failed",)


def test_nothing_that_matches_is_no_failure(
    spec: Spec, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec(TASKS)
    choice = selecting.decided(wiring.runtime(wiring.open_project(repo, ())), asked(failed=True)).choice
    assert choice.empty
    assert choosing.nothing(choice) == 0
    assert capsys.readouterr().out == "Nothing matches --failed.\n"
    choosing.nothing(choice, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "type": "end",
        "exit_code": 0,
        "message": "Nothing matches --failed.",
    }
