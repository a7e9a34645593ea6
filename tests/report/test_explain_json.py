"""Tests how a task is explained to scripts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specrun.core.change import Action, ReasonCode
from specrun.core.contract import Contract, Judge, Rewind
from specrun.core.task import TaskId
from specrun.core.world import Mark
from specrun.report.explain_json import document
from tests.report.test_explain import API, FAILED, explained
from tests.report.values import NOW, decision


def test_document() -> None:
    told = document(explained(dependents=(TaskId("demo/review"),), check_logs={"lint": "/log"}))
    assert {name: told[name] for name in ("address", "status", "declared", "file", "line")} == {
        "address": "demo/api",
        "status": "failed",
        "declared": True,
        "file": "specs/demo.yaml",
        "line": 3,
    }
    assert (told["depends_on"], told["dependents"]) == (["demo/schema"], ["demo/review"])
    assert (told["log"], told["check_logs"]) == ("", {"lint": "/log"})
    standing_, record_, asked = told["standing"], told["record"], told["asked"]
    assert isinstance(standing_, dict)
    assert isinstance(record_, dict)
    assert isinstance(asked, dict)
    assert standing_["action"] == "hold"
    assert record_["reason"] == "check_failed: lint"
    assert asked["checks"] == [
        {"name": "test", "run": "run-test", "path": "", "source": "pyproject.toml"},
        {"name": "lint", "run": "run-lint", "path": "", "source": None},
    ]
    assert (asked["touches"], asked["outputs"], asked["judge"]) == ([], None, None)


def test_document_of_a_judge_and_of_a_task_that_is_gone() -> None:
    judge = Judge(passing=("ok",), failing=("no",), rewind=Rewind(to="api", limit=2))
    contract = Contract(judge=judge, protect=(), outputs={"type": "object"})
    told = document(explained(task=replace(API, contract=contract)))["asked"]
    assert told == {
        "checks": [],
        "protect": [],
        "touches": [],
        "outputs": {"type": "object"},
        "judge": {"pass": ["ok"], "fail": ["no"], "rewind": {"to": "api", "limit": 2}},
    }
    gone = document(explained(task=None, row=None, run=None))
    assert (gone["status"], gone["declared"], gone["record"], gone["asked"]) == ("unknown", False, None, None)


def test_components_marks_and_what_comes_next() -> None:
    mark = Mark(reason="by hand", by="Ann", at=NOW)
    noted = replace(FAILED, accepted=mark, moved_from=("old",), edited=True)
    told: dict[str, Any] = dict(document(explained(run=noted, dependents=(TaskId("demo/review"),))))
    assert told["accepted"] == {"reason": "by hand", "by": "Ann", "at": "2027-01-15T08:00:00Z"}
    assert (told["frozen"], told["moved_from"], told["edited"]) == (None, ["old"], True)
    assert (told["next"]["action"], told["next"]["reasons"][0]["code"]) == ("hold", "failed_unchanged")
    assert told["around"] == [
        {"address": "demo/schema", "status": None, "action": None},
        {"address": "demo/review", "status": None, "action": None},
    ]
    assert told["components"] == []
    bare: dict[str, Any] = dict(document(explained(task=None, row=None, run=None)))
    assert (bare["next"], bare["accepted"], bare["moved_from"], bare["edited"]) == (None, None, [], False)
    assert decision("demo/api", Action.REUSE, (ReasonCode.NEW, "")).task_id == API.id
