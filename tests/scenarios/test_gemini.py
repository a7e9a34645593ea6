"""The scenarios with Gemini CLI, which tells tokens and no price."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.clis.fixtures import TakeSeat
from tests.scenarios.play import differences, played
from tests.scenarios.stage import Scene, Stage
from tests.scenarios.table import DONE, STOPPED, Cell, scenes
from tests.stub import Stub

KEY = "dummy-key-of-gemini"
MODEL = {"models": {"default": "gemini-2.5-pro"}}
WRITE = {"tool": "write_file", "input": {"file_path": "made.txt", "content": "x"}}

OWN = (
    # It does not even offer the tool, so the script names it.
    Scene(name="denied", steps=[WRITE, {"text": "I could not."}], fields={"permissions": {"mode": "read"}}),
    Scene(
        name="refused",
        steps=[{"bash": "rm hello.txt"}, DONE],
        fields={"permissions": {"deny": ["run_shell_command(rm)"]}},
    ),
    Scene(name="hang", steps=[{"hang": True}], fields={"timeout": "8s"}),
    Scene(
        name="silent",
        steps=[{"bash": "echo 1"}, {"text": "late", "delay": 120}],
        fields={"idle_timeout": "30s"},
    ),
)
PERSON = {
    "general": {"enableAutoUpdate": False, "maxAttempts": 2},
    "privacy": {"usageStatisticsEnabled": False},
    "security": {"auth": {"selectedType": "gemini-api-key"}},
}
"""A person's own settings, with which it asks twice; without, its patience is minutes."""
TABLE = {
    "commit": Cell(status="succeeded", said="All is done.", tokens=(2000, 100), files={"made.txt": "hi"}),
    "edit": Cell(
        status="succeeded",
        said="All is done.",
        tokens=(3000, 150),
        files={"made.txt": "hi", "more.txt": "more"},
    ),
    "denied": Cell(
        status="succeeded", said="I could not.", tokens=(2000, 100), denials=1, files={"made.txt": None}
    ),
    "refused": Cell(
        status="succeeded", said="All is done.", tokens=(2000, 100), denials=1, files={"hello.txt": "hello"}
    ),
    "unauthorized": Cell(status="errored", reason="401: bad key", said="bad key", code=145, tokens=(0, 0)),
    "forbidden": Cell(status="errored", reason="403: no entry", said="no entry", code=147, tokens=(0, 0)),
    "limited-once": Cell(status="succeeded", said="All is done.", tokens=(1000, 50)),
    "limited": Cell(status="failed", reason="429: slow down", said="slow down", code=173, tokens=(0, 0)),
    "broken": Cell(status="failed", reason="500: oh no", said="oh no", code=244, tokens=(0, 0)),
    "no-model": Cell(status="failed", reason="no such model", said="no such model", code=1, tokens=(0, 0)),
    "turns": Cell(status="failed", reason="max_turns", said="max session turns", code=53, tokens=(2000, 100)),
    # Asked to end, it ends with 0 and without the event that would tell its tokens.
    "hang": Cell(status="failed", reason="timeout", said="longer than 8 s"),
    "silent": Cell(status="failed", reason="idle_timeout", said="nothing for 30 s"),
    "stopped": Cell(status="cancelled", reason="stop_requested"),
    "cut": Cell(status="failed", reason="ended without a finish reason", said="finish reason", tokens=(0, 0)),
    "left-behind": Cell(status="succeeded", said="All is done.", tokens=(2000, 100)),
    "resumed": Cell(
        status="succeeded",
        said="All is done.",
        tokens=(2000, 100),
        attempts=2,
        files={"made.txt": "one\none"},
    ),
    "large": Cell(status="succeeded", said="All is done.", tokens=(1000, 50)),
    "dash": Cell(status="succeeded", said="All is done.", tokens=(1000, 50)),
    "slash": Cell(status="succeeded", said="All is done.", tokens=(1000, 50)),
    "korean": Cell(
        status="succeeded", said="완료했습니다.", tokens=(2000, 100), files={"인사.txt": "안녕하세요"}
    ),
}


@pytest.fixture
def stage(tmp_path: Path, seat: TakeSeat, stub: Stub) -> Stage:
    """Answer a repo whose settings lead Gemini CLI to the stub."""
    settings = {"env": {"GOOGLE_GEMINI_BASE_URL": stub.url}, "secrets": ["GEMINI_API_KEY"]}
    return Stage(tmp_path, seat("gemini"), stub, settings, {"GEMINI_API_KEY": KEY})


def impatient(home: Path) -> Mapping[str, Any]:
    """Answer fields with which a task runs with a person's own settings, which lie in `home`."""
    (home / ".gemini").mkdir(parents=True)
    (home / ".gemini" / "settings.json").write_text(json.dumps(PERSON))
    return {"inherit_config": True, "env": {"GEMINI_CLI_HOME": str(home)}}


@pytest.mark.timeout(300)
def test_every_scene_is_recorded_as_it_was(stage: Stage, tmp_path: Path) -> None:
    steps = {"limited": {"status": 429, "error": "slow down"}, "broken": {"status": 500, "error": "oh no"}}
    failing = [
        Scene(name=name, steps=[step], fields=impatient(tmp_path / "persons" / name))
        for name, step in steps.items()
    ]
    all_of_them = scenes(*OWN, *failing)
    assert {scene.name for scene in (*all_of_them, STOPPED)} == set(TABLE)
    told = played(stage, "gemini", all_of_them, executor="process", **MODEL)
    assert differences(stage, TABLE) == []
    assert KEY not in told
    again = [one for one in stage.stub.asked if json.dumps(one.body).count("This is resumed.") == 2]
    assert len(again) == 2, "the second attempt goes on in the conversation of the first"


def test_a_cap_that_cannot_hold_is_refused_before_anything_is_paid(stage: Stage) -> None:
    cheap = [Scene(name="cheap", steps=[DONE])]
    stage.spec("gemini", cheap, executor="process", budget={"per_task": "1.00 USD"}, **MODEL)
    code, said = stage.run("apply", "--yes")
    assert code == 3
    assert "gemini" in said
    assert "cheap" in said
    assert "unknown_price: allow" in said
    assert stage.stub.asked == []
    allowed = {"per_task": "1.00 USD", "unknown_price": "allow"}
    stage.spec("gemini", cheap, executor="process", budget=allowed, **MODEL)
    code, said = stage.run("apply", "--yes")
    assert (code, stage.record("cheap")["attempts"][0]["cost_usd"]) == (0, None), said


def test_many_at_once_do_not_wait_for_anybody_s_lock(stage: Stage, tmp_path: Path) -> None:
    # Whoever comes upon the lock of another one's list of projects waits, here for an hour.
    lock = tmp_path / "person" / ".gemini" / "projects.json.lock"
    lock.mkdir(parents=True)
    later = time.time() + 3600
    os.utime(lock, (later, later))
    crowd = [Scene(name=name, steps=[DONE], fields={"timeout": "60s"}) for name in ("a", "b", "c", "d")]
    stage.spec("gemini", crowd, executor="process", max_workers=len(crowd), **MODEL)
    code, said = stage.run("apply", "--yes")
    assert code == 0, said
