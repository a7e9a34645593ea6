"""Takes Codex through the scenarios and looks at what specrun says of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.clis.fixtures import TakeSeat
from tests.clis.seats import KEY
from tests.scenarios.play import differences, played, told_secret
from tests.scenarios.stage import Scene, Stage
from tests.scenarios.table import BROKEN, DONE, NO_MODEL, SLOW, WORD, Cell, scenes
from tests.stub import Stub

# By itself it tries thirty times, for half a minute; only its configuration can say less.
OWN = """\
model_provider = "stub"

[model_providers.stub]
name = "stub"
base_url = "{url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1

[features]
apps = false
plugins = false
shell_snapshot = false

[analytics]
enabled = false
"""
INHERITED = {"inherit_config": True, "env": {"OPENAI_BASE_URL": ""}}

SCENES = scenes(
    Scene(name="broken", steps=[BROKEN], fields=INHERITED),
    # It never asks again after a 429 by itself; a retry does.
    Scene(name="limited-once", steps=[{**SLOW, "fail_times": 1, **DONE}], fields={"retry": {"limit": 1}}),
    Scene(name="no-model", steps=[NO_MODEL], fields={"model": "gpt-nonesuch"}),
    Scene(name="secret", steps=[{"bash": "echo key=$OPENAI_API_KEY"}, DONE]),
    without=["turns"],
)

ONE, TWO, THREE = (1000, 50), (2000, 100), (3000, 150)
TABLE = {
    "commit": Cell(status="succeeded", said=WORD, tokens=TWO, files={"made.txt": "hi"}),
    "edit": Cell(status="succeeded", said=WORD, tokens=THREE, files={"made.txt": "hi", "more.txt": "more"}),
    # It tells on standard error alone that it has rejected a patch, so nothing can be counted.
    "denied": Cell(status="succeeded", said="I could not.", tokens=TWO, files={"made.txt": None}),
    "unauthorized": Cell(status="errored", reason="401: bad key", said="bad key", code=1),
    "forbidden": Cell(status="errored", reason="403: no entry", said="no entry", code=1),
    "limited-once": Cell(status="succeeded", said=WORD, tokens=ONE, attempts=2),
    "limited": Cell(status="failed", reason="429: exceeded retry limit", said="Too Many Requests", code=1),
    # Its own words for every 5xx; it names no status.
    "broken": Cell(status="failed", reason="high demand", said="temporary errors", code=1),
    "no-model": Cell(status="failed", reason="404: no such model", said="no such model", code=1),
    "hang": Cell(status="failed", reason="timeout", said="longer than 4 s", code=-15),
    "silent": Cell(status="failed", reason="idle_timeout", said="nothing for 4 s", code=-15),
    "cut": Cell(
        status="failed", reason="stream disconnected before completion", said="stream closed", code=1
    ),
    "left-behind": Cell(status="succeeded", said=WORD, tokens=TWO, files={"left.log": "left"}),
    # It tells no tokens of a turn that fails; those of the first attempt come with the second's.
    "resumed": Cell(status="succeeded", said=WORD, tokens=THREE, attempts=2, files={"made.txt": "one\none"}),
    "large": Cell(status="succeeded", said=WORD, tokens=ONE),
    "dash": Cell(status="succeeded", said=WORD, tokens=ONE),
    "slash": Cell(status="succeeded", said=WORD, tokens=ONE),
    "korean": Cell(status="succeeded", said="완료했습니다.", tokens=TWO, files={"인사.txt": "안녕하세요"}),
    "secret": Cell(status="succeeded", said=WORD, tokens=TWO),
    "stopped": Cell(status="cancelled", reason="stop_requested", code=-15),
}


@pytest.fixture
def stage(seat: TakeSeat, stub: Stub, tmp_path: Path) -> Stage:
    settings: dict[str, Any] = {
        "env": {"OPENAI_BASE_URL": f"{stub.url}/v1"},
        "secrets": ["OPENAI_API_KEY"],
    }
    return Stage(tmp_path, seat("codex"), stub, settings, {"OPENAI_API_KEY": KEY})


def test_the_table(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "person" / ".codex"
    own.mkdir()
    (own / "config.toml").write_text(OWN.format(url=stage.stub.url))
    said = played(stage, "codex", SCENES, executor="process", max_workers=8)
    assert processes.left_behind(tmp_path) == []
    assert differences(stage, TABLE) == [], said
    assert set(TABLE) == {"stopped", *(scene.name for scene in SCENES)}
    assert told_secret(stage, said) == []
    assert "key=***" in (stage.attempt("secret") / "output.log").read_text()
    assert "made" in stage.git("log", "--format=%s", stage.record("commit")["commit"]).splitlines()
    session = stage.record("broken")["attempts"][0]["session_id"]
    assert [session in path.name for path in own.rglob("*.jsonl")] == [True]
    first, second = stage.record("resumed")["attempts"]
    assert first["session_id"] == second["session_id"]
    assert first["tokens"] is None
    assert stage.goes_on("resumed", 1)


def test_what_it_cannot_hold_is_refused(stage: Stage) -> None:
    one = [Scene(name="dear", steps=[DONE])]
    stage.spec("codex", one, budget={"per_task": "1.00 USD"}, executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 3, said
    assert "codex" in said
    assert "unknown_price: allow" in said
    stage.spec("codex", one, max_turns=2, executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 3, said
    assert "counts no turns" in said
    assert stage.stub.requests == []
    stage.spec("codex", one, budget={"per_task": "1.00 USD", "unknown_price": "allow"}, executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 0, said
    assert "no cap" in said
    assert differences(stage, {"dear": Cell(status="succeeded", said=WORD, tokens=ONE)}) == []


def test_its_version_is_known(stage: Stage) -> None:
    _, said = stage.run("doctor")
    line = next(line for line in said.splitlines() if "agent codex" in line)
    assert line.startswith("ok ")
    assert line.endswith("0.169.0 (tested)")
