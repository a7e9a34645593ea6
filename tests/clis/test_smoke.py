"""Checks that each pinned CLI really works at the stub: a tool call that writes a file, and a final word."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.clis import NAMES, Ran, lacking, version
from tests.clis.fixtures import TakeSeat
from tests.clis.seats import KEY
from tests.stub import Stub

PROMPT = 'Make it <<stub [{"bash": "echo made > made.txt"}, {"text": "All is made."}]>>'


class Way(NamedTuple):
    """How a CLI runs without a person, and what its stream says when it has succeeded."""

    argv: tuple[str, ...]
    succeeded: Callable[[Ran], bool]


def _claude(ran: Ran) -> bool:
    last = [event for event in ran.events if event["type"] == "result"][-1]
    return [last["is_error"], last["result"]] == [False, "All is made."]


def _codex(ran: Ran) -> bool:
    said = [event["item"].get("text") for event in ran.events if event["type"] == "item.completed"]
    return [ran.events[-1]["type"], said[-1]] == ["turn.completed", "All is made."]


def _gemini(ran: Ran) -> bool:
    said = "".join(event["content"] for event in ran.events if event.get("role") == "assistant")
    return (
        ran.events[-1]["type"] == "result"
        and ran.events[-1]["status"] == "success"
        and "All is made." in said
    )


def _opencode(ran: Ran) -> bool:
    said = [event["part"]["text"] for event in ran.events if event["type"] == "text"]
    last = ran.events[-1]
    return last["type"] == "step_finish" and last["part"]["reason"] == "stop" and said == ["All is made."]


WAYS = {
    "claude": Way(
        ("-p", "--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions"), _claude
    ),
    "codex": Way(("exec", "--json", "--skip-git-repo-check", "-"), _codex),
    "gemini": Way(("--skip-trust", "-m", "gemini-2.5-pro", "-o", "stream-json", "-y"), _gemini),
    "opencode": Way(("run", "--format", "json"), _opencode),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_call_and_a_final_word(name: str, seat: TakeSeat, stub: Stub, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    way = WAYS[name]
    ran = seat(name).run(*way.argv, prompt=PROMPT, cwd=place)
    assert ran.code == 0, ran.errors
    assert way.succeeded(ran), ran.events
    assert (place / "made.txt").read_text() == "made\n"
    assert [request.step for request in stub.asked] == [0, 1]
    assert all(KEY in request.key for request in stub.asked)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_of_the_service_is_no_success(name: str, seat: TakeSeat, stub: Stub, tmp_path: Path) -> None:
    prompt = '<<stub [{"status": 401, "error": "no such key"}]>>'
    ran = seat(name).run(*WAYS[name].argv, prompt=prompt, cwd=tmp_path)
    assert ran.code != 0
    assert "no such key" in str(ran.events) + ran.errors
    assert stub.asked


@pytest.mark.parametrize("name", NAMES)
def test_the_program_has_the_pinned_version(name: str, seat: TakeSeat) -> None:
    one = seat(name)
    said = subprocess.run([one.program, "--version"], env=one.env, capture_output=True, text=True, check=True)
    assert version(name) in said.stdout


def test_claude_is_never_skipped() -> None:
    assert lacking("claude") is None
