"""Lets Claude Code drive specrun by the skill: it is found, loaded, and leads to records of success."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clis import Ran
from tests.clis.fixtures import TakeSeat
from tests.commands.test_skill import TEXT
from tests.scenarios.shop import Shop
from tests.stub import Stub

ALONE = ("-p", "--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions")
DESCRIPTION = TEXT.partition("description: ")[2].partition("\n")[0]
SPEC = """\
version: 1
name: work
agent: shell
executor: process
timeout: 1m
tasks:
  words: {prompt: "echo hello > words.txt"}
  loud:
    depends_on: [words]
    prompt: tr a-z A-Z < words.txt > LOUD.txt
    checks: [{name: said, run: grep -q HELLO LOUD.txt}]
"""
COMMANDS = (
    "specrun validate",
    "specrun diff",
    "specrun apply --yes --detach",
    "specrun wait --timeout 1m",
    "specrun results --json",
    "specrun explain loud",
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A repo with nothing but the skill, as `specrun skill` prints it."""
    made = Shop(tmp_path, {"PATH": "/usr/local/bin:/usr/bin:/bin"})
    made.write("README.md", "# A repo\n")
    made.begin()
    code, said = made.run("skill")
    assert code == 0
    made.write(".claude/skills/specrun/SKILL.md", said)
    return made


def test_opencode_finds_it_at_the_same_place(shop: Shop, seat: TakeSeat, stub: Stub) -> None:
    """It is listed; reading it would want ripgrep, which OpenCode fetches from the network."""
    prompt = '<<stub [{"text": "All is read."}]>>'
    ran = seat("opencode").run("run", "--format", "json", prompt=prompt, cwd=shop.root)
    assert ran.code == 0, ran.errors
    listed = str(stub.asked[0].body)
    assert DESCRIPTION[:60] in listed
    assert ".claude/skills/specrun/SKILL.md" in listed


def driven(shop: Shop, seat: TakeSeat, steps: list[dict[str, Any]]) -> Ran:
    """Run a session of Claude in the repo, with specrun on its PATH."""
    one = seat("claude")
    program = one.home / "bin" / "specrun"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m specrun "$@"\n')
    program.chmod(0o755)
    env = {name: value for name, value in shop.env.items() if name not in {"HOME", "PATH"}}
    prompt = f"Have specrun say hello, loudly. <<stub {json.dumps(steps)}>>"
    return one.run(*ALONE, prompt=prompt, cwd=shop.root, env=env)


def heard(ran: Ran) -> list[str]:
    """What the tools answered."""
    blocks = [
        block for event in ran.events if event["type"] == "user" for block in event["message"]["content"]
    ]
    return [str(block["content"]) for block in blocks if block["type"] == "tool_result"]


def test_an_agent_mends_a_failure_by_an_edit(shop: Shop, seat: TakeSeat) -> None:
    path = str(shop.root / "specs" / "work.yaml")
    apply = {"bash": "specrun apply --yes --timeout 1m; echo code=$?"}
    steps: list[dict[str, Any]] = [
        *({"write": [path, SPEC.replace("echo hello", "echo goodbye")]}, apply),
        *({"bash": "specrun explain loud"}, {"bash": "specrun logs loud --check said; echo code=$?"}, apply),
        *({"tool": "Read", "input": {"file_path": path}}, {"write": [path, SPEC]}),
        *({"bash": "specrun diff"}, apply, {"text": "All is said."}),
    ]
    ran = driven(shop, seat, steps)
    assert ran.code == 0, ran.errors
    _, failed, why, _, held, _, _, planned, done = heard(ran)
    assert "go on: specrun retry work/loud" in failed
    assert "grep -q HELLO LOUD.txt" in why
    assert "Nothing to do" in held
    assert [one.rpartition("code=")[2].strip() for one in (failed, held, done)] == ["1", "1", "0"]
    assert "prompt changed" in planned
    assert shop.git("show", "specrun/work/loud:LOUD.txt") == "HELLO"


def test_an_agent_finds_the_skill_and_brings_a_spec_to_success(
    shop: Shop, seat: TakeSeat, stub: Stub
) -> None:
    path = str(shop.root / "specs" / "work.yaml")
    ran = driven(
        shop,
        seat,
        [
            {"tool": "Skill", "input": {"skill": "specrun"}},
            {"write": [path, SPEC]},
            *({"bash": command} for command in COMMANDS),
            {"text": "All is said."},
        ],
    )
    assert ran.code == 0, ran.errors
    assert DESCRIPTION[:60] in str(stub.asked[0].body)
    assert "# Driving specrun" not in str(stub.asked[0].body)
    assert "# Driving specrun" in str(stub.asked[1].body)
    valid, planned, begun, ended, told, why = heard(ran)[-len(COMMANDS) :]
    assert "OK: 1 spec, 2 tasks." in valid
    assert "Plan: 2 run." in planned
    assert "goes on in the background" in begun
    assert "2 tasks: 2 succeeded." in ended
    assert [one["status"] for one in json.loads(told)["results"]] == ["succeeded", "succeeded"]
    assert "said" in why
    assert shop.record("loud")["status"] == "succeeded"
    assert shop.git("show", "specrun/work/loud:LOUD.txt") == "HELLO"
