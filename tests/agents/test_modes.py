"""The real CLIs, held to each mode: what they do unattended, and what they do not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from specrun.core.agent import Mode, Permissions
from specrun.core.task import Workspace
from specrun.core.world import Status
from tests.agents.real import Bench
from tests.clis import NAMES
from tests.clis.fixtures import TakeSeat, seat, stub
from tests.stub import Stub

__all__ = ["seat", "stub"]

COMMIT = "git add -A && git commit -qm made"
CHECK = "python3 -c 1 > checked.txt"


def script(*steps: Mapping[str, object]) -> str:
    return f"Do it <<stub {json.dumps([*steps, {'text': 'All is done.'}])}>>"


@pytest.fixture
def bench(tmp_path: Path, seat: TakeSeat, stub: Stub, request: pytest.FixtureRequest) -> Bench:
    return Bench(seat=seat(request.param), url=stub.url, root=tmp_path)


CLIS = pytest.mark.parametrize("bench", NAMES, indirect=True)


@CLIS
@pytest.mark.parametrize("mode", [Mode.EDIT, Mode.FULL])
def test_an_agent_edits_checks_and_commits_unattended(bench: Bench, mode: Mode) -> None:
    prompt = script({"bash": CHECK}, {"write": ["made.txt", "made\n"]}, {"bash": COMMIT})
    ended = bench.run(prompt, permissions=Permissions(mode=mode))
    assert (ended.outcome.status, ended.outcome.reason) == (Status.SUCCEEDED, ""), ended
    assert ended.outcome.summary == "All is done."
    files = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=bench.place, capture_output=True, text=True, check=True
    )
    assert files.stdout.split() == ["checked.txt", "made.txt"]
    assert ended.outcome.metered is not None
    assert ended.outcome.metered.denials == ()


@CLIS
@pytest.mark.parametrize("step", [{"bash": "touch made.txt"}, {"write": ["made.txt", "made\n"]}])
def test_an_agent_that_may_only_look_changes_nothing(bench: Bench, step: dict[str, object]) -> None:
    (bench.place / "old.txt").write_text("old\n")
    bench.run(script(step), permissions=Permissions(mode=Mode.READ))
    assert [path.name for path in bench.place.iterdir() if path.name != ".git"] == ["old.txt"]


RULES = {"claude": "Bash(touch *)", "gemini": "run_shell_command(touch)", "opencode": "bash: touch *"}


@pytest.mark.parametrize("bench", RULES, indirect=True)
def test_a_rule_forbids_and_the_denial_is_told(bench: Bench) -> None:
    rule = RULES[bench.seat.name]
    prompt = script({"bash": "touch made.txt"}, {"bash": "echo x > other.txt"})
    ended = bench.run(prompt, permissions=Permissions(deny=(rule,)))
    assert ended.outcome.status is Status.SUCCEEDED, ended
    assert [path.name for path in bench.place.iterdir() if path.name != ".git"] == ["other.txt"]
    assert ended.outcome.metered is not None
    assert len(ended.outcome.metered.denials) == 1


@CLIS
@pytest.mark.parametrize("start", ["/clear", "/help", "--help", "x" * 1_000_000])
def test_a_prompt_is_a_prompt_whatever_it_looks_like(bench: Bench, stub: Stub, start: str) -> None:
    ended = bench.run(f"{start} 한국어 {script()}")
    assert (ended.outcome.status, ended.outcome.summary) == (Status.SUCCEEDED, "All is done."), ended
    assert start in json.dumps(stub.asked[-1].body)
    assert "한국어" in json.dumps(stub.asked[-1].body, ensure_ascii=False)


@CLIS
def test_a_conversation_goes_on_and_is_paid_for_once(bench: Bench) -> None:
    first = bench.run(script()).outcome.metered
    assert first is not None
    assert first.session_id is not None
    earlier = {**(first.tokens or {}), "cost": str(first.cost_usd)}
    here = Workspace.NONE
    ended = bench.run(script(), resuming=first.session_id, earlier=earlier, workspace=here)
    again = ended.outcome.metered
    assert again is not None
    assert (ended.outcome.status, again.session_id) == (Status.SUCCEEDED, first.session_id), ended
    assert (again.tokens, again.cost_usd) == (first.tokens, first.cost_usd)


@pytest.mark.parametrize("bench", ["claude", "gemini"], indirect=True)
def test_turns_have_a_cap(bench: Bench) -> None:
    ended = bench.run(script(*[{"bash": f"echo {n}"} for n in range(4)]), max_turns=2)
    assert (ended.outcome.status, ended.outcome.reason) == (Status.FAILED, "max_turns"), ended
