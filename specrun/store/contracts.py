"""Turns what work has to show, and what was said of it before, into JSON and back."""

from __future__ import annotations

from specrun.core.contract import Check, Contract, Judge, Rewind
from specrun.core.evidence import Round, Target
from specrun.core.task import Json
from specrun.store.documents import Document


def contract_json(contract: Contract) -> dict[str, Json]:
    """Write a contract as the files of attempts keep it."""
    return {
        "checks": [check_json(check) for check in contract.checks],
        "protect": None if contract.protect is None else [*contract.protect],
        "kinds": [{"path": path, "type": kind} for path, kind in contract.kinds],
        "touches": [*contract.touches],
        "outputs": None if contract.outputs is None else dict(contract.outputs),
        "judge": None if contract.judge is None else _judge_json(contract.judge),
    }


def contract_from(document: Document) -> Contract:
    """Read a contract. Raises EnvironmentProblem."""
    protect = document.texts_or_none("protect")
    judge = document.part_or_none("judge")
    return Contract(
        checks=checks_from(document),
        protect=protect,
        kinds=tuple((kind.text("path"), kind.text("type")) for kind in document.parts("kinds")),
        touches=document.texts("touches"),
        outputs=document.mapping_or_none("outputs"),
        judge=None if judge is None else _judge(judge),
    )


def check_json(check: Check) -> dict[str, Json]:
    """Write one check."""
    return {"name": check.name, "run": check.run, "path": check.path}


def checks_from(document: Document) -> tuple[Check, ...]:
    """Read the `checks` of a document. Raises EnvironmentProblem."""
    return tuple(
        Check(name=one.text("name"), run=one.text("run"), path=one.text("path"))
        for one in document.parts("checks")
    )


def target_json(target: Target) -> dict[str, Json]:
    """Write which work a judge judges."""
    return {"commit": target.commit, "attempt": target.attempt, "generation": target.generation}


def target_from(document: Document) -> Target:
    """Read which work a judge judges. Raises EnvironmentProblem."""
    return Target(
        commit=document.text("commit"),
        attempt=document.whole("attempt"),
        generation=document.whole("generation"),
    )


def round_json(one: Round) -> dict[str, Json]:
    """Write one verdict."""
    return {"target": target_json(one.target), "verdict": one.verdict, "feedback": one.feedback}


def round_from(document: Document) -> Round:
    """Read one verdict. Raises EnvironmentProblem."""
    return Round(
        target=target_from(document.part("target")),
        verdict=document.text("verdict"),
        feedback=document.text("feedback"),
    )


def _judge_json(judge: Judge) -> dict[str, Json]:
    rewind = judge.rewind
    return {
        "pass": [*judge.passing],
        "fail": [*judge.failing],
        "rewind": None if rewind is None else {"to": rewind.to, "limit": rewind.limit},
    }


def _judge(document: Document) -> Judge:
    rewind = document.part_or_none("rewind")
    return Judge(
        passing=document.texts("pass"),
        failing=document.texts("fail"),
        rewind=None if rewind is None else Rewind(to=rewind.text("to"), limit=rewind.whole("limit")),
    )
