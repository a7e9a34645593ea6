"""Agents that are declared in YAML: their command lines, their judgement, and aider as an example."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from specrun.agents.declared import Declared
from specrun.core.agent import Adjustment, Declaration, Mode, Permissions, Price, PromptBy, SuccessBy
from specrun.core.world import Status
from specrun.ports import Evidence, Launch, Metered
from specrun.store.metering import metered
from specrun.system.meter import Meter
from tests.agents.yaml import loaded
from tests.core.make import task

EXAMPLE = Path(__file__).parents[2] / "examples" / "agents" / "aider.yaml"
STREAMS = Path(__file__).parent / "streams"
LAUNCH = Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="id-1")
METER = {"events": [{"match": {"done": True}, "success": True}]}

FULL = Declaration(
    name="x",
    argv=("x", "run"),
    model_flag="-m",
    models={"big": "x-big-2"},
    meter=METER,
    env={"A": "1"},
    permissions={Mode.READ: ("--look",), Mode.EDIT: ("--edit",)},
    allow_flag="--allow",
    deny_flag="--deny",
    budget_flag="--usd",
    turns_flag="--turns",
    session_flag="--id",
    resume=("--resume", "{session}"),
    config_home="X_HOME",
    config={"x.toml": "a = 1\n"},
    cleanup=5.0,
)


def evidence(exit_code: int | None, told: Metered | None = None, **fields: Any) -> Evidence:
    some: dict[str, Any] = {"cause": "exited", "error": "", "started_at": 1.0, "ended_at": 2.0, "tail": ""}
    return Evidence(exit_code=exit_code, metered=told, **{**some, **fields})


def test_everything_that_is_declared_is_on_the_command_line() -> None:
    rules = Permissions(mode=Mode.READ, allow=("a b", "c"), deny=("d",))
    one = task("a", model="big", budget=Decimal("0.50"), max_turns=7, permissions=rules)
    command = Declared(FULL).command(one, LAUNCH)
    assert command.argv == (
        *("x", "run", "--look", "--allow", "a b", "--allow", "c", "--deny", "d"),
        *("-m", "x-big-2", "--usd", "0.50", "--turns", "7", "--id", "id-1"),
    )
    assert command.env == {"A": "1", "X_HOME": "/state/home"}
    assert command.files == {"x.toml": "a = 1\n"}
    assert (command.stdin, command.session_id, command.cleanup) == (LAUNCH.prompt, "id-1", 5.0)
    assert command.meter is METER


def test_a_conversation_goes_on_where_it_can() -> None:
    again = replace(LAUNCH, resuming=True)
    resumed = Declared(FULL).command(task("a"), again)
    assert resumed.argv[-2:] == ("--resume", "id-1")
    assert "--id" not in resumed.argv
    assert resumed.session_id == "id-1"
    silent = Declared(replace(FULL, session_flag="", resume=())).command(task("a"), again)
    assert silent.argv == ("x", "run", "--edit")
    assert silent.session_id is None


def test_the_own_configuration_of_a_person_stays_theirs() -> None:
    command = Declared(FULL).command(task("a", inherit_config=True), LAUNCH)
    assert command.env == {"A": "1"}
    assert command.files == {}


def test_what_is_not_declared_is_not_asked() -> None:
    plain = Declaration(name="x", argv=("x", "{prompt}"), prompt=PromptBy.FILE)
    one = task("a", model="m", budget=Decimal(1), max_turns=3, permissions=Permissions(allow=("r",)))
    command = Declared(plain).command(one, LAUNCH)
    assert command.argv == ("x", "/state/prompt.md")
    assert command.stdin is None
    traits = Declared(plain).traits
    assert (traits.price, traits.turns, traits.rules, traits.models) == (Price.UNKNOWN, False, False, False)


def test_an_adjusted_agent_knows_more_names_and_keeps_the_rest() -> None:
    adjusted = Declared(FULL).adjusted(Adjustment(models={"small": "s"}, env={"A": "2", "B": "3"}))
    assert adjusted.declaration == replace(
        FULL, models={"big": "x-big-2", "small": "s"}, env={"A": "2", "B": "3"}
    )


DONE = Metered(success=True, result=" \n First. \nSecond.", cost_usd=Decimal("0.1"))
JUDGED: dict[str, tuple[SuccessBy, Evidence, tuple[Status, str, str]]] = {
    "done": (SuccessBy.EVENT, evidence(0, DONE), (Status.SUCCEEDED, "", "First.")),
    "done, but": (SuccessBy.EVENT, evidence(2, DONE), (Status.FAILED, "exit code 2", "First.")),
    "no word": (SuccessBy.EVENT, evidence(0, Metered()), (Status.FAILED, "no final event", "")),
    "no stream": (SuccessBy.EVENT, evidence(0), (Status.FAILED, "no final event", "")),
    "by code": (SuccessBy.EXIT_CODE, evidence(0, tail="a\nb\n"), (Status.SUCCEEDED, "", "b")),
    "by code, failed": (
        SuccessBy.EXIT_CODE,
        evidence(0, Metered(error="broke")),
        (Status.FAILED, "broke", "broke"),
    ),
    "bad code": (
        SuccessBy.EXIT_CODE,
        evidence(3, tail="x\nno such file\n"),
        (Status.FAILED, "exit code 3: no such file", "no such file"),
    ),
    "a signal": (SuccessBy.EVENT, evidence(-9, tail="x"), (Status.FAILED, "killed by signal 9", "x")),
    "after words": (
        SuccessBy.EVENT,
        evidence(1, Metered(turns=2), tail="I will see"),
        (Status.FAILED, "exit code 1", "I will see"),
    ),
    "shut out": (
        SuccessBy.EVENT,
        evidence(1, Metered(success=False, error="no key", error_status=401, tokens={"input": 0})),
        (Status.ERRORED, "401: no key", "no key"),
    ),
    "shut out late": (
        SuccessBy.EVENT,
        evidence(1, Metered(success=False, error="no more", error_status=403, tokens={"input": 9})),
        (Status.FAILED, "403: no more", "no more"),
    ),
    "shut out after pay": (
        SuccessBy.EVENT,
        evidence(1, Metered(success=False, error="no more", error_status=403, cost_usd=Decimal("0.1"))),
        (Status.FAILED, "403: no more", "no more"),
    ),
    "nothing to run": (
        SuccessBy.EVENT,
        evidence(None, cause="launch_failed"),
        (Status.ERRORED, "no exit code", ""),
    ),
    "an answer in JSON": (
        SuccessBy.EVENT,
        evidence(0, Metered(success=True, result='{\n "n": 1\n}', structured={"n": 1})),
        (Status.SUCCEEDED, "", '{ "n": 1 }'),
    ),
    "a verdict": (
        SuccessBy.EVENT,
        evidence(
            0, Metered(success=True, result="{…", structured={"verdict": "no", "feedback": "\nWhy\nso"})
        ),
        (Status.SUCCEEDED, "", "Why"),
    ),
    "a long story": (
        SuccessBy.EVENT,
        evidence(1, Metered(success=False, error="e" * 900)),
        (Status.FAILED, "e" * 300, "e" * 200),
    ),
}


@pytest.mark.parametrize(("success", "given", "wanted"), JUDGED.values(), ids=JUDGED.keys())
def test_an_end_is_judged(success: SuccessBy, given: Evidence, wanted: tuple[Status, str, str]) -> None:
    outcome = Declared(replace(FULL, success=success)).outcome(given)
    assert (outcome.status, outcome.reason, outcome.summary) == wanted
    assert outcome.cost_usd == (given.metered.cost_usd if given.metered else None)
    assert outcome.metered == given.metered


AIDER: dict[str, tuple[Status, str, str | None, dict[str, int] | None, int | None]] = {
    "success": (Status.SUCCEEDED, "", "0.07", {"input": 12000, "output": 2400}, 1),
    "edit": (Status.SUCCEEDED, "", "0.0037", {"input": 1000, "output": 50}, 1),
    "error-401": (Status.FAILED, "AuthenticationError: OpenAIException - bad key", None, None, None),
    "error-429": (Status.FAILED, "RateLimitError: OpenAIException - slow", None, None, None),
}


@pytest.mark.parametrize("name", AIDER)
def test_aider_needs_nothing_but_yaml(name: str, tmp_path: Path) -> None:
    declaration = loaded(tmp_path, EXAMPLE.read_text())["aider"]
    assert isinstance(declaration, Declaration)
    agent = Declared(declaration)
    command = agent.command(task("a", model="sonnet"), LAUNCH)
    assert (command.argv[:3], command.argv[-2:]) == (
        ("aider", "--message-file", "/state/prompt.md"),
        ("--model", "sonnet"),
    )
    assert (agent.traits.price, agent.tested) == (Price.REPORTED, ("0.86.2",))
    assert command.meter is not None
    meter = Meter(command.meter)
    for line in (STREAMS / f"aider-{name}.txt").read_text().splitlines():
        meter.feed(line)
    outcome = agent.outcome(evidence(0, metered(meter.state())))
    told = outcome.metered
    assert told is not None
    cost = None if outcome.cost_usd is None else str(outcome.cost_usd)
    assert (outcome.status, outcome.reason, cost, told.tokens, told.turns) == AIDER[name]
