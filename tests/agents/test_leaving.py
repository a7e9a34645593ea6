"""The real CLIs leave a verdict and an output: in an answer in JSON, or in files outside of the workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from specrun.core.agent import Mode, Permissions
from specrun.core.briefing import output_in, verdict_in
from specrun.core.contract import Contract, Judge
from specrun.core.world import Status
from tests.agents.real import Bench, Ended
from tests.clis.fixtures import TakeSeat, seat, stub
from tests.stub import Stub

__all__ = ["seat", "stub"]

JUDGE = Judge(passing=("approved",), failing=("rejected",))
CLOSED: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
CLOSED |= {"additionalProperties": False}
# Words that one CLI or another does not know, or reads in another way.
OPEN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "x-owner": "me",
    "type": "object",
    "properties": {
        "n": {"$ref": "#/$defs/count"},
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}], "items": False},
        "name": {"type": "string", "pattern": "^[a-z\\-]+\\Z", "format": "slug"},
    },
    "dependentRequired": {"name": ["n"]},
    "unevaluatedProperties": False,
    "$defs": {"count": {"type": "integer", "minimum": 1}},
}
VALUE = {"n": 3, "pair": [1], "name": "a-b"}


def script(*steps: Mapping[str, object]) -> str:
    return f"Judge it <<stub {json.dumps(steps)}>>"


def answered(cli: str, value: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    """Answer the steps of a model that gives an answer in JSON as it does with this CLI."""
    if cli == "claude":
        return [{"tool": "StructuredOutput", "input": value}]
    return [{"text": json.dumps(value)}]


def structured(ended: Ended) -> Any:
    assert ended.outcome.status is Status.SUCCEEDED, ended
    assert ended.outcome.metered is not None
    return ended.outcome.metered.structured


@pytest.fixture
def bench(tmp_path: Path, seat: TakeSeat, stub: Stub, request: pytest.FixtureRequest) -> Bench:
    # Rules hold paths, and some of these characters mean something in some rules.
    root = tmp_path / "[a] (1) 인"
    root.mkdir()
    return Bench(seat=seat(request.param), url=stub.url, root=root)


HELD = pytest.mark.parametrize("bench", ["claude", "codex"], indirect=True)


@HELD
@pytest.mark.parametrize("mode", [Mode.READ, Mode.EDIT])
def test_a_verdict_comes_in_an_answer(bench: Bench, mode: Mode) -> None:
    steps = answered(bench.seat.name, {"verdict": "rejected", "feedback": "The test is gone.\nAgain."})
    contract = Contract(judge=JUDGE)
    prompt = script({"bash": "git status"}, *steps)
    ended = bench.run(prompt, contract=contract, permissions=Permissions(mode=mode))
    assert verdict_in(structured(ended)) == ("rejected", "The test is gone.\nAgain.")
    assert ended.outcome.summary == "The test is gone."
    assert ended.left == {}


@HELD
def test_what_does_not_fit_is_no_answer(bench: Bench) -> None:
    ended = bench.run(script({"text": "I approve."}), contract=Contract(judge=JUDGE))
    assert structured(ended) is None
    assert ended.outcome.summary == "I approve."


@HELD
@pytest.mark.parametrize("inherit", [False, True], ids=["own", "inherited"])
def test_the_service_gets_the_schema(bench: Bench, stub: Stub, *, inherit: bool) -> None:
    steps = answered(bench.seat.name, {"output": {"n": 3}})
    contract = Contract(outputs=CLOSED)
    ended = bench.run(script(*steps), contract=contract, inherit_config=inherit)
    assert output_in(structured(ended), contract) == {"n": 3}
    assert json.dumps(CLOSED, sort_keys=True) in json.dumps(stub.asked[0].body, sort_keys=True)


@HELD
def test_a_schema_is_made_as_loose_as_the_cli_can_take_it(bench: Bench, stub: Stub) -> None:
    codex = bench.seat.name == "codex"
    value = {"output_json": json.dumps(VALUE)} if codex else {"output": VALUE}
    contract = Contract(judge=JUDGE, outputs=OPEN)
    steps = answered(bench.seat.name, {"verdict": "approved", "feedback": "", **value})
    found = structured(bench.run(script(*steps), contract=contract))
    assert (output_in(found, contract), verdict_in(found)) == (VALUE, ("approved", ""))
    assert ('"minimum": 1' in json.dumps(stub.asked[0].body)) is not codex


def test_claude_asks_again_for_what_a_loosened_schema_refuses(
    tmp_path: Path, seat: TakeSeat, stub: Stub
) -> None:
    bench = Bench(seat=seat("claude"), url=stub.url, root=tmp_path)
    contract = Contract(outputs=OPEN)
    steps = [*answered("claude", {"output": {"n": 0}}), *answered("claude", {"output": {"n": 1}})]
    assert output_in(structured(bench.run(script(*steps), contract=contract)), contract) == {"n": 1}


# The temporary folder is open to all of its commands; the state of specrun mostly lies elsewhere.
SHUT = {"config.toml": "[sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true\n"}
FILES = pytest.mark.parametrize("bench", ["codex", "gemini", "opencode"], indirect=True)


@FILES
def test_files_are_left_outside_of_the_workspace_and_nothing_else(bench: Bench) -> None:
    prompt = script(
        {"bash": "printf '%s' approved > \"$SPECRUN_VERDICT\""},
        {"write": [str(bench.inbox / "output"), '{"n": 3}']},
        {"write": [str(bench.root / "other.txt"), "other\n"]},
        {"text": "It is well made."},
    )
    ended = bench.run(prompt, contract=Contract(judge=JUDGE), more=SHUT)
    assert ended.left["verdict"] == "approved"
    assert json.loads(ended.left["output"]) == {"n": 3}
    assert not (bench.root / "other.txt").exists()


@pytest.mark.parametrize("bench", ["gemini", "opencode"], indirect=True)
def test_who_may_only_look_may_leave_what_is_asked_for_and_nothing_else(bench: Bench) -> None:
    steps = [
        {"write": [str(path), "approved"]}
        for path in (
            bench.inbox / "verdict",
            bench.inbox / "more",
            bench.root / "other.txt",
            bench.place / "made.txt",
            bench.inbox / ".." / "place" / "around.txt",
        )
    ]
    look = Permissions(mode=Mode.READ)
    ended = bench.run(script(*steps, {"text": "Well."}), contract=Contract(judge=JUDGE), permissions=look)
    assert ended.left == {"verdict": "approved"}
    assert [path.name for path in bench.place.iterdir()] == [".git"]
    assert not (bench.root / "other.txt").exists()
