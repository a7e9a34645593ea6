"""Takes Claude Code through the scenarios and looks at what specrun says of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.clis.fixtures import TakeSeat
from tests.clis.seats import KEY
from tests.scenarios.play import differences, played, told_secret
from tests.scenarios.stage import Scene, Stage
from tests.scenarios.table import AGAIN, DONE, NO_MODEL, RESUME, WORD, Cell, scenes
from tests.stub import Stub

NO_ENTRY = {"status": 403, "error": "no entry"}
WAIT = {
    "command": "python3 -c 'import time; time.sleep(0.5)'",
    "run_in_background": True,
    "description": "wait",
}
BACKGROUND = {"env": {"CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": ""}}
FULL = {"permissions": {"mode": "full"}}
MEMORY = "Always speak as a person of this house does."

SCENES = scenes(
    # This mode takes the tools for writing away; the shell is there and asks.
    Scene(
        name="denied",
        steps=[{"bash": "echo x > made.txt"}, {"text": "I could not."}],
        fields={"permissions": {"mode": "read"}},
    ),
    Scene(name="no-model", steps=[NO_MODEL], fields={"model": "claude-nonesuch"}),
    # It asks again after a 400 without saying so.
    Scene(
        name="resumed",
        steps=[{"bash": "echo one >> made.txt"}, {**NO_ENTRY, "fail_times": 1, **DONE}],
        fields=RESUME,
    ),
    Scene(name="full", steps=[{"bash": "echo hi > made.txt"}, DONE], fields=FULL),
    Scene(name="inherited", steps=[DONE], fields={"inherit_config": True}),
    Scene(name="two-results", steps=[{"tool": "Bash", "input": WAIT}, DONE], fields=BACKGROUND),
    Scene(name="secret", steps=[{"bash": "echo key=$ANTHROPIC_API_KEY"}, DONE]),
)

# One answer costs 0.005 USD by the CLI's own list: 1000 tokens to the model, 50 from it.
TABLE = {
    "commit": Cell(status="succeeded", said=WORD, cost="0.01", tokens=(2000, 100), files={"made.txt": "hi"}),
    "edit": Cell(
        status="succeeded",
        said=WORD,
        cost="0.015",
        tokens=(3000, 150),
        files={"made.txt": "hi", "more.txt": "more"},
    ),
    "denied": Cell(
        status="succeeded",
        said="I could not.",
        cost="0.01",
        tokens=(2000, 100),
        denials=1,
        files={"made.txt": None},
    ),
    "unauthorized": Cell(status="errored", reason="401: ", said="bad key", code=1, cost="0", tokens=(0, 0)),
    "forbidden": Cell(status="errored", reason="403: ", said="no entry", code=1, cost="0", tokens=(0, 0)),
    "limited-once": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    "limited": Cell(status="failed", reason="429: ", said="slow down", code=1, cost="0", tokens=(0, 0)),
    "broken": Cell(status="failed", reason="500: ", said="oh no", code=1, cost="0", tokens=(0, 0)),
    "no-model": Cell(
        status="failed", reason="404: ", said="(claude-nonesuch)", code=1, cost="0", tokens=(0, 0)
    ),
    "turns": Cell(
        status="failed", reason="max_turns", said="max_turns", code=1, cost="0.01", tokens=(2000, 100)
    ),
    "hang": Cell(status="failed", reason="timeout", said="longer than 4 s", code=143),
    "silent": Cell(status="failed", reason="idle_timeout", said="nothing for 4 s", code=143),
    # What has come is kept, and asked for twice more; the CLI puts both on the bill.
    "cut": Cell(status="succeeded", said="This will not come to its end.", cost="0.01332", tokens=(3000, 66)),
    "left-behind": Cell(
        status="succeeded", said=WORD, cost="0.01", tokens=(2000, 100), files={"left.log": "left"}
    ),
    "resumed": Cell(
        status="succeeded",
        said=WORD,
        cost="0.01",
        tokens=(2000, 100),
        attempts=2,
        files={"made.txt": "one\none"},
    ),
    "large": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    "dash": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    "slash": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    "korean": Cell(
        status="succeeded",
        said="완료했습니다.",
        cost="0.01",
        tokens=(2000, 100),
        files={"인사.txt": "안녕하세요"},
    ),
    "two-results": Cell(status="succeeded", said=WORD, cost="0.015", tokens=(3000, 150)),
    "secret": Cell(status="succeeded", said=WORD, cost="0.01", tokens=(2000, 100)),
    "full": Cell(status="succeeded", said=WORD, cost="0.01", tokens=(2000, 100), files={"made.txt": "hi"}),
    "inherited": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    "stopped": Cell(status="cancelled", reason="stop_requested", code=143),
}


@pytest.fixture
def stage(seat: TakeSeat, stub: Stub, tmp_path: Path) -> Stage:
    settings: dict[str, Any] = {
        "env": {"ANTHROPIC_BASE_URL": stub.url, "CLAUDE_CODE_MAX_RETRIES": "1"},
        "secrets": ["ANTHROPIC_API_KEY"],
    }
    return Stage(tmp_path, seat("claude"), stub, settings, {"ANTHROPIC_API_KEY": KEY})


def test_the_table(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "person" / ".claude"
    own.mkdir()
    (own / "CLAUDE.md").write_text(MEMORY)
    said = played(stage, "claude", SCENES, executor="process")
    assert processes.left_behind(tmp_path) == []
    assert differences(stage, TABLE) == [], said
    assert set(TABLE) == {"stopped", *(scene.name for scene in SCENES)}
    assert told_secret(stage, said) == []
    assert "key=***" in (stage.attempt("secret") / "output.log").read_text()
    results = [line for line in _stream(stage, "two-results") if line.get("type") == "result"]
    assert len(results) == 2
    assert "made" in stage.git("log", "--format=%s", stage.record("commit")["commit"]).splitlines()
    assert _stream(stage, "full")[0]["permissionMode"] == "bypassPermissions"
    told = [str(request.body) for request in stage.stub.asked if MEMORY in str(request.body)]
    assert ["This is inherited." in body for body in told] == [True]
    assert [path.stem for path in own.glob("projects/*/*.jsonl")] == [
        stage.record("inherited")["attempts"][0]["session_id"]
    ]
    first, second = stage.record("resumed")["attempts"]
    assert first["session_id"] == second["session_id"]
    assert first["cost_usd"] == "0.005"
    assert stage.goes_on("resumed", 1)
    assert "made.txt" in stage.record("denied")["attempts"][0]["denials"][0]


def test_a_run_that_costs_too_much_is_ended(stage: Stage) -> None:
    stage.spec(
        "claude",
        [Scene(name="dear", steps=[*AGAIN, DONE]), Scene(name="cheap", steps=[DONE])],
        budget={"per_task": "0.012 USD"},
        executor="process",
    )
    code, said = stage.run("apply", "--yes")
    assert code == 1, said
    table = {
        "dear": Cell(
            status="failed", reason="budget", said="budget", code=1, cost="0.015", tokens=(3000, 150)
        ),
        "cheap": Cell(status="succeeded", said=WORD, cost="0.005", tokens=(1000, 50)),
    }
    assert differences(stage, table) == [], said
    assert "its budget is used up\n" in said


def test_everything_is_allowed_outside_a_clone_only_by_force(stage: Stage) -> None:
    stage.spec(
        "claude",
        [Scene(name="full", steps=[{"bash": "echo hi > made.txt"}, DONE], fields=FULL)],
        workspace="none",
        executor="process",
    )
    code, said = stage.run("apply", "--yes")
    assert code == 8, said
    assert "--force" in said
    assert stage.stub.requests == []
    code, said = stage.run("apply", "--yes", "--force")
    assert code == 0, said
    table = {"full": Cell(status="succeeded", said=WORD, cost="0.01", tokens=(2000, 100))}
    assert differences(stage, table) == []
    assert (stage.root / "made.txt").read_text() == "hi\n"


def test_its_version_is_known(stage: Stage) -> None:
    _, said = stage.run("doctor")
    line = next(line for line in said.splitlines() if "agent claude" in line)
    assert line.startswith("ok ")
    assert line.endswith("2.1.329 (tested)")


def _stream(stage: Stage, name: str) -> list[dict[str, Any]]:
    lines = (stage.attempt(name) / "output.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]
