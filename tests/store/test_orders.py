"""Tests that an order comes back from its file as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.core.task import Workspace
from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import Command, Intent
from specrun.store.layout import Layout
from specrun.store.orders import (
    attempt_from,
    fingerprint_from,
    fingerprint_json,
    intent_from,
    intent_of,
    marker_of,
)
from tests.store.ordering import PRINT, key, order

LAYOUT = Layout(home=Path("/h"), digest="0" * 8)


def write(folder: Path, **changes: object) -> Path:
    content = intent_of(order(grant="g", secrets=("A", "B")), LAYOUT, "mark")
    (folder / "intent.json").write_text(json.dumps(content | changes))
    return folder


def test_the_shim_finds_everything_in_the_intent() -> None:
    made = order(secrets=("A", "B"), command=Command(argv=("cat",), stdin=Path("/in")))

    intent = intent_of(made, LAYOUT, "mark")

    assert intent["argv"] == ["cat"]
    assert intent["stdin"] == "/in"
    assert intent["secrets"] == ["A", "B"]
    assert intent["done"] == "/h/done/auth.api.1"
    assert intent["limits"] == {
        "timeout": 60,
        "idle_timeout": None,
        "log_bytes": 1000,
        "grace": 10.0,
        "budget": "1.50",
        "max_turns": None,
    }
    assert (intent["meter"], intent["cleanup"], intent["session_id"], intent["earlier"]) == (
        None,
        0.0,
        None,
        {},
    )
    assert intent["env"] == {
        "PATH": "/bin",
        "SPECRUN_MARKER": "mark",
        "SPECRUN_OUTPUT": "/h/attempts/auth/api/1/inbox/output",
        "SPECRUN_VERDICT": "/h/attempts/auth/api/1/inbox/verdict",
    }


def test_it_reads_back(tmp_path: Path) -> None:
    folder = write(tmp_path)

    assert intent_from(key(), folder) == Intent(
        task_id=key().task_id,
        number=1,
        generation=2,
        agent="shell",
        executor="process",
        fingerprint=PRINT,
        workspace=Workspace.CLONE,
        cwd=Path("/"),
        base="b" * 40,
        created_at=1000.5,
        model="m",
        secrets=("A", "B"),
    )
    attempt = attempt_from(key(), folder)
    assert (attempt.phase, attempt.work, attempt.branch) == (Phase.ORDERED, "w", "main")
    assert (attempt.budget, attempt.grant, attempt.model) == (Decimal("1.50"), "g", "m")
    assert marker_of(folder) == "mark"
    assert attempt_from(key(), write(tmp_path, budget=None)).budget is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fingerprint": {"work": "w"}}, "fingerprint is not an object with work"),
        ({"workspace": "cloud"}, "unknown workspace"),
        ({"cwd": None}, "cwd is null where a string"),
    ],
)
def test_a_broken_intent_names_the_folder_to_move(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(EnvironmentProblem, match=said) as caught:
        intent_from(key(), write(tmp_path, **changes))

    assert f"move {tmp_path} away" in caught.value.fix


def test_a_broken_budget_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="budget is not a number"):
        attempt_from(key(), write(tmp_path, budget="lots"))


def test_fingerprints() -> None:
    assert fingerprint_from(fingerprint_json(PRINT)) == PRINT
    with pytest.raises(ValueError, match="fingerprint is not"):
        fingerprint_from(None)
