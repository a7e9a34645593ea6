"""Agents that mean harm or have bad luck: what is on record of them, and that nothing of it spreads."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests import processes
from tests.clis.fixtures import TakeSeat
from tests.clis.seats import KEY, Seat
from tests.scenarios.crowd import settings
from tests.scenarios.rogue import WAYS
from tests.scenarios.shop import ROOT
from tests.scenarios.stage import Scene, Stage
from tests.stub import Stub

SECRET = 'sk-"top\\secret/1'
METER = {
    "format": "jsonl",
    "events": [
        {"match": {"type": "tool"}, "line": "→ {name} {input}"},
        {"match": {"type": "cost"}, "cost": {"add": "usd"}, "turns": {"add": "turns"}},
        {"match": {"type": "denied"}, "denied": {"what": "{name}"}},
        {"match": {"type": "result"}, "success": True, "result": {"set": "text"}, "line": "✓ {text}"},
    ],
}
ROGUE = {
    "argv": ["rogue"],
    "meter": METER,
    "config_home": "ROGUE_HOME",
    "config": {"deep/rogue.toml": "a = 1\n"},
    "session_flag": "--session",
    "resume": ["--resume", "{session}"],
    "cleanup": "0.5s",
}
AGAIN = {"retry": {"limit": 1, "strategy": "resume", "on": ["error"]}}
FIELDS: dict[str, dict[str, Any]] = {"links": AGAIN, "plants": AGAIN, "tells": {"secrets": ["TOP"]}}

EXPECTED = {
    "closes": ("succeeded", "", "It is done.", "0.01", 1),
    "daemons": ("succeeded", "", "It is done.", "0.01", 1),
    "escapes": ("succeeded", "", "clean |  `x`", "0.01", 1),
    "fake": ("failed", "no final event", '{"type": "result", "ok": true, "text": "all is well"}', None, 1),
    "garbage": ("failed", "no final event", None, None, 1),
    "half": ("failed", "no final event", '{"type": "result", "', "0.01", 1),
    "links": ("failed", "exit code 4", "", None, 2),
    "plants": ("failed", "exit code 4", "", "0.01", 2),
    "stays": ("failed", "budget", "it cost 5 USD, and its budget is 1.00 USD", "5", 1),
    "tells": ("succeeded", "", "It is ***", "0.01", 1),
}
"""Status, reason, summary (None for any), cost of the last attempt, and how many attempts."""


def made(stage: Stage, name: str) -> tuple[Any, ...]:
    record = stage.record(name)
    summary = None if EXPECTED[name][2] is None else record["summary"]
    attempts = record["attempts"]
    return record["status"], record["reason"], summary, attempts[-1]["cost_usd"], len(attempts)


def test_rogues_harm_nobody_but_themselves(tmp_path: Path, stub: Stub) -> None:
    programs, victim = tmp_path / "programs", tmp_path / "victim"
    for folder in (programs, victim, tmp_path / "tmp"):
        folder.mkdir()
    (victim / "rogue.toml").write_text("precious")
    (programs / "rogue").write_text(
        f'#!/bin/sh\nexec {sys.executable} -I -S {ROOT}/tests/scenarios/rogue.py "$@"\n'
    )
    (programs / "rogue").chmod(0o755)
    env = {"PATH": str(programs), "TMPDIR": str(tmp_path / "tmp")}
    seat = Seat(name="rogue", version="1", home=tmp_path, env=env)
    stage = Stage(
        tmp_path, seat, stub, {"agents": {"rogue": ROGUE}, "env": {"VICTIM": str(victim)}}, {"TOP": SECRET}
    )
    scenes = [Scene(name=name, words=name, steps=[], fields=FIELDS.get(name, {})) for name in WAYS]
    stage.spec("rogue", scenes, executor="process", max_workers=4, budget={"per_task": "1.00 USD"})
    code, said = stage.run("apply", "--yes")
    assert code == 1, said
    assert {name: made(stage, name) for name in WAYS} == EXPECTED
    assert stage.transcript("escapes") == "→ Bash red next\n✓ clean |  `x`\n"
    assert stage.file(stage.record("closes"), "late.txt") == "late"
    assert [path.read_text() for path in victim.iterdir()] == ["precious"]
    told = [said, *(path.read_text(errors="replace") for path in everything(stage))]
    for mark in ("\x1b", "\u202e"):
        assert mark not in said + (stage.root / "results/play/escapes.json").read_text()
    for form in (SECRET, json.dumps(SECRET)[1:-1], json.dumps(json.dumps(SECRET))[1:-1]):
        assert not [text for text in told if form in text]
    assert processes.left_behind(tmp_path) == []


def everything(stage: Stage) -> list[Path]:
    """All that specrun has written."""
    places = [*stage.state.glob("repo-*/attempts/**/*"), *(stage.root / "results").rglob("*")]
    return [path for path in places if path.is_file()]


def test_a_cli_that_dies_before_its_conversation_begins_does_not_go_on_with_it(
    tmp_path: Path, seat: TakeSeat, stub: Stub
) -> None:
    claude = seat("claude")
    real = claude.program.readlink()
    claude.program.unlink()
    claude.program.write_text(
        f'#!/bin/sh\n[ -e "$HOME/again" ] && exec {real} "$@"\ntouch "$HOME/again"\nexit 1\n'
    )
    claude.program.chmod(0o755)
    stage = Stage(tmp_path, claude, stub, settings(stub), {"ANTHROPIC_API_KEY": KEY})
    scene = Scene(name="flaky", steps=[{"text": "It is done."}], fields=AGAIN)
    stage.spec("claude", [scene], executor="process")
    code, said = stage.run("apply", "--yes")
    assert code == 0, said
    first, second = stage.record("flaky")["attempts"]
    assert (first["session_id"], second["cost_usd"]) == (None, "0.005")
