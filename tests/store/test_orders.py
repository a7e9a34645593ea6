"""Tests that an order comes back from its file as it was."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from specrun.core.task import Workspace
from specrun.core.world import Phase
from specrun.errors import EnvironmentProblem
from specrun.ports import Command, Intent, Order
from specrun.store.documents import Document
from specrun.store.layout import Layout
from specrun.store.orders import (
    attempt_from,
    collected_from,
    collected_json,
    fingerprint_from,
    fingerprint_json,
    intent_from,
    intent_of,
    mend,
)
from tests.store.ordering import CONTRACT, PRINT, ROUNDS, TARGET, key, order

LAYOUT = Layout(home=Path("/h"), digest="0" * 8)


def write(folder: Path, made: Order | None = None, **changes: Any) -> Document:
    content = intent_of(made or order(grant="g", secrets=("A", "B")), LAYOUT, "mark")
    path = folder / "intent.json"
    path.write_text(json.dumps(content | changes))
    return Document(path, mend(folder))


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
    document = write(tmp_path)

    assert intent_from(key(), document) == Intent(
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
    attempt = attempt_from(key(), document)
    assert (attempt.phase, attempt.work, attempt.branch) == (Phase.ORDERED, "w", "main")
    assert (attempt.budget, attempt.grant, attempt.model) == (Decimal("1.50"), "g", "m")
    assert attempt.version == PRINT.version
    assert document.text("marker") == "mark"
    assert attempt_from(key(), write(tmp_path, budget=None)).budget is None


@pytest.mark.parametrize("files", [None, {}, {"a\udcff": "100644 d"}])
def test_the_files_that_an_attempt_was_to_read_are_told(tmp_path: Path, files: dict[str, str] | None) -> None:
    components: dict[str, Any] = {"prompt": "p"} if files is None else {"prompt": "p", "reads": files}
    made = order(fingerprint=replace(PRINT, components=components))

    assert attempt_from(key(), write(tmp_path, made)).reads == files


def test_what_the_work_has_to_show_reads_back(tmp_path: Path) -> None:
    owed: dict[str, Any] = {
        "contract": CONTRACT,
        "head": "a" * 40,
        "round": 2,
        "target": TARGET,
        "rounds": ROUNDS,
        "tools": {"make": "/usr/bin/make"},
        "watched": {"Makefile": "0" * 64},
    }

    intent = intent_from(key(), write(tmp_path, order(**owed)))

    assert {name: getattr(intent, name) for name in owed} == owed
    assert not intent.verifying
    rest = {field.name for field in fields(Intent)} - set(owed) - {"session_id", "verifying", "secrets"}
    assert all(getattr(intent, name) == getattr(order(), name) for name in rest)


def test_an_order_that_only_verifies_has_no_command(tmp_path: Path) -> None:
    document = write(tmp_path, order(command=None))

    assert json.loads((tmp_path / "intent.json").read_text())["argv"] is None
    assert intent_from(key(), document).verifying
    assert attempt_from(key(), document).verifying


def test_an_order_of_an_earlier_release_owes_nothing(tmp_path: Path) -> None:
    content = intent_of(order(contract=CONTRACT, round=1), LAYOUT, "mark")
    for name in ("verifying", "contract", "head", "round", "target", "rounds", "tools", "watched"):
        del content[name]
    content["fingerprint"] = {
        name: said for name, said in fingerprint_json(PRINT).items() if name != "version"
    }
    (tmp_path / "intent.json").write_text(json.dumps(content))
    document = Document(tmp_path / "intent.json", "")
    first = replace(PRINT, version=1)

    assert intent_from(key(), document) == intent_from(key(), write(tmp_path, order(fingerprint=first)))
    assert not attempt_from(key(), document).verifying
    assert attempt_from(key(), document).version == 1


def test_a_collected_attempt_is_told_by_its_note(tmp_path: Path) -> None:
    attempt = attempt_from(key(), write(tmp_path, order(command=None)))
    note = collected_json(attempt, None, 9.0)
    (tmp_path / "collected.json").write_text(json.dumps(note))
    told = replace(attempt, phase=Phase.COLLECTED)

    assert collected_from(key(), tmp_path) == told
    del note["verifying"], note["version"]  # as an earlier release wrote it
    (tmp_path / "collected.json").write_text(json.dumps(note))
    assert collected_from(key(), tmp_path) == replace(told, verifying=False, version=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fingerprint": {"work": "w"}}, "fingerprint is not an object with work"),
        ({"workspace": "cloud"}, "workspace is unknown"),
        ({"cwd": None}, "cwd is null where a string"),
        ({"contract": {}}, r"contract\.checks is null where a list of objects"),
        ({"rounds": [{}]}, r"rounds\.0\.target is null where an object"),
        ({"tools": {"make": 1}}, "tools is .* where an object of strings"),
    ],
)
def test_a_broken_intent_names_the_folder_to_move(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(EnvironmentProblem, match=said) as caught:
        intent_from(key(), write(tmp_path, **changes))

    assert f"move {tmp_path} away" in caught.value.fix


def test_a_broken_budget_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="budget is not a number"):
        attempt_from(key(), write(tmp_path, budget="lots"))


def test_fingerprints() -> None:
    assert fingerprint_from(fingerprint_json(PRINT)) == PRINT
    assert fingerprint_json(PRINT)["version"] == 2
    with pytest.raises(ValueError, match="fingerprint is not"):
        fingerprint_from(None)
