"""The scenarios with OpenCode, which tells the price of every step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clis.fixtures import TakeSeat
from tests.clis.seats import MODEL
from tests.scenarios.play import differences, played
from tests.scenarios.stage import Scene, Stage
from tests.scenarios.table import AGAIN, BUSY, DONE, Cell, scenes
from tests.stub import Stub

KEY = "dummy-key-of-opencode"
LATE = {"bash": "echo late", "delay": 60}
SOON = {"headers": {"retry-after": "1"}}
CUT = "This will not come to its end."

SCENES = scenes(
    Scene(
        name="refused",
        steps=[{"bash": "rm hello.txt"}, DONE],
        fields={"permissions": {"deny": ["bash: rm *"]}},
    ),
    # It would go on asking for minutes, unless the service tells it when.
    Scene(name="limited", steps=[{"status": 429, "error": "slow down", **SOON}], fields={"timeout": "120s"}),
    Scene(name="broken", steps=[{"status": 500, "error": "oh no", **SOON}], fields={"timeout": "120s"}),
    Scene(name="turns", steps=[*AGAIN[:3], LATE, DONE], fields={"max_turns": 2}),
    Scene(name="hang", steps=[{"hang": True}], fields={"timeout": "8s"}),
    Scene(name="silent", steps=[{"bash": "echo 1"}, {**DONE, "delay": 120}], fields={"idle_timeout": "30s"}),
    # Of a tool it tells when that has ended, so another one goes before.
    Scene(name="stopped", steps=[AGAIN[0], {"bash": BUSY}, DONE], fields={"priority": 1}),
    # An answer without an end is asked for again, for ever.
    Scene(name="cut", steps=[{"text": CUT, "cut": True}], fields={"max_turns": 2}),
)
TABLE = {
    "commit": Cell(
        status="succeeded",
        said="All is done.",
        cost="0.00750",
        tokens=(2000, 100),
        files={"made.txt": "hi"},
    ),
    "edit": Cell(
        status="succeeded",
        said="All is done.",
        cost="0.01125",
        tokens=(3000, 150),
        files={"made.txt": "hi", "more.txt": "more"},
    ),
    # The tool is not even offered.
    "denied": Cell(
        status="succeeded", said="no tool", cost="0.00375", tokens=(1000, 50), files={"made.txt": None}
    ),
    "refused": Cell(
        status="succeeded",
        said="All is done.",
        cost="0.00750",
        tokens=(2000, 100),
        denials=1,
        files={"hello.txt": "hello"},
    ),
    "unauthorized": Cell(status="errored", reason="401: bad key", said="bad key", code=1),
    "forbidden": Cell(status="errored", reason="403: no entry", said="no entry", code=1),
    "limited-once": Cell(status="succeeded", said="All is done.", cost="0.00375", tokens=(1000, 50)),
    "limited": Cell(status="failed", reason="429: slow down", said="slow down", code=1),
    "broken": Cell(status="failed", reason="500: oh no", said="oh no", code=1),
    "no-model": Cell(status="failed", reason="404: no such model", said="no such model", code=1),
    "turns": Cell(
        status="failed",
        reason="max_turns",
        said="it took 3 turns, and it may take 2",
        code=-15,
        cost="0.01125",
        tokens=(3000, 150),
    ),
    "hang": Cell(status="failed", reason="timeout", said="longer than 8 s", code=-15),
    "silent": Cell(
        status="failed",
        reason="idle_timeout",
        said="nothing for 30 s",
        code=-15,
        cost="0.00375",
        tokens=(1000, 50),
    ),
    "stopped": Cell(status="cancelled", reason="stop_requested", code=-15, cost="0.00375", tokens=(1000, 50)),
    "cut": Cell(status="failed", reason="max_turns", said="it may take 2", code=-15, tokens=(0, 0)),
    "left-behind": Cell(status="succeeded", said="All is done.", cost="0.00750", tokens=(2000, 100)),
    "resumed": Cell(
        status="succeeded",
        said="All is done.",
        cost="0.00750",
        tokens=(2000, 100),
        attempts=2,
        files={"made.txt": "one\none"},
    ),
    "large": Cell(status="succeeded", said="All is done.", cost="0.00375", tokens=(1000, 50)),
    "dash": Cell(status="succeeded", said="All is done.", cost="0.00375", tokens=(1000, 50)),
    "slash": Cell(status="succeeded", said="All is done.", cost="0.00375", tokens=(1000, 50)),
    "korean": Cell(
        status="succeeded",
        said="완료했습니다.",
        cost="0.00750",
        tokens=(2000, 100),
        files={"인사.txt": "안녕하세요"},
    ),
}


@pytest.fixture
def stage(tmp_path: Path, seat: TakeSeat, stub: Stub) -> Stage:
    """Answer a repo whose settings lead OpenCode to the stub, at 3 and 15 USD for a million tokens."""
    model = {"name": "Stub", "tool_call": True, "cost": {"input": 3, "output": 15}}
    model["limit"] = {"context": 200_000, "output": 8000}
    options = {"baseURL": f"{stub.url}/v1", "apiKey": "{env:STUB_KEY}"}
    provider = {"npm": "@ai-sdk/openai-compatible", "options": options, "models": {MODEL: model}}
    config = {"small_model": f"stub/{MODEL}", "provider": {"stub": provider}}
    settings = {
        "env": {"OPENCODE_CONFIG_CONTENT": json.dumps(config)},
        "secrets": ["STUB_KEY"],
        "models": {"default": f"stub/{MODEL}"},
    }
    return Stage(tmp_path, seat("opencode"), stub, settings, {"STUB_KEY": KEY})


@pytest.mark.timeout(300)
def test_every_scene_is_recorded_as_it_was(stage: Stage) -> None:
    assert {scene.name for scene in SCENES} == set(TABLE)
    told = played(stage, "opencode", SCENES, executor="process", max_workers=3)
    assert differences(stage, TABLE) == []
    assert KEY not in told
    assert all(KEY in one.key for one in stage.stub.asked)


def test_a_run_ends_when_its_budget_is_crossed(stage: Stage) -> None:
    dear = Scene(name="dear", steps=[*AGAIN[:3], LATE, DONE])
    cheap = Scene(name="cheap", steps=[DONE])
    stage.spec("opencode", [dear, cheap], executor="process", max_workers=2, budget={"per_task": "0.01 USD"})
    stage.run("apply", "--yes")
    table = {
        "dear": Cell(
            status="failed",
            reason="budget",
            said="0.01125",
            code=-15,
            cost="0.01125",
            tokens=(3000, 150),
        ),
        "cheap": Cell(status="succeeded", said="All is done.", cost="0.00375", tokens=(1000, 50)),
    }
    assert differences(stage, table) == []
