"""Names of checks become commands, and written words the values of a contract."""

from __future__ import annotations

from typing import Any

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.project import Project
from specrun.spec.contracts import Shelf
from specrun.spec.schema import TaskDoc
from specrun.spec.schema_proof import CheckDoc

TOP = Project(kind="python", source="pyproject.toml", commands={"test": "pytest", "lint": "ruff check ."})
WEB = Project(path="web", kind="node", source="web/package.json", commands={"test": "npm test"})
DOCS = Project(path="docs/a", source="specs/a.yaml", commands={"build": "make"})
SHELF = Shelf.of((TOP, WEB, DOCS))
IN_WEB = Check(name="web/test", run="npm test", path="web")


def own(**values: Any) -> CheckDoc:
    return CheckDoc.model_validate(values)


def contract(**values: Any) -> Contract:
    doc = TaskDoc.model_validate({"prompt": "x", **values})
    return SHELF.contract(doc, doc.checks or (), doc.protect)


def test_a_name_means_the_commands_of_all_projects() -> None:
    assert SHELF.checks("test") == (Check(name="test", run="pytest"), IN_WEB)
    assert SHELF.checks("lint") == (Check(name="lint", run="ruff check ."),)
    assert SHELF.checks("build") == (Check(name="docs/a/build", run="make", path="docs/a"),)
    assert SHELF.checks("deploy") == ()


def test_that_of_a_folder_can_be_named_alone() -> None:
    assert SHELF.checks("web/test") == (IN_WEB,)
    assert SHELF.checks("docs/a/build") == SHELF.checks("build")
    assert SHELF.checks("web/lint") == ()


def test_a_written_check_stands_for_itself() -> None:
    assert SHELF.checks(own(name="test", run="x")) == (Check(name="test", run="x"),)
    for path, plain in (("web/", "web"), ("./a/b", "a/b"), (".", ""), (None, "")):
        assert SHELF.checks(own(name="a", run="x", path=path))[0].path == plain


def test_nothing_is_asked_by_itself() -> None:
    assert contract() == Contract(kinds=(("", "python"), ("web", "node")))


def test_a_whole_contract() -> None:
    schema = {"type": "object"}
    assert contract(
        checks=["lint", {"name": "own", "run": "x"}, "web/test"],
        protect=["b", "!a"],
        touches=["src/**"],
        outputs=schema,
        judge={"pass": ["yes", "fine"], "fail": ["no"], "rewind": {"to": "api", "limit": 3}},
    ) == Contract(
        checks=(Check(name="lint", run="ruff check ."), Check(name="own", run="x"), IN_WEB),
        protect=("b", "!a"),
        kinds=(("", "python"), ("web", "node")),
        touches=("src/**",),
        outputs=schema,
        judge=Judge(passing=("yes", "fine"), failing=("no",), rewind=Rewind(to="api", limit=3)),
    )


def test_to_protect_nothing_is_not_to_say_nothing() -> None:
    assert contract(protect=[]).protect == ()
    assert contract(outputs={}).outputs == {}
