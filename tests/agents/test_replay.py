"""Recorded runs of the real CLIs, read again by the meters: the records that they must make, as data."""

from __future__ import annotations

import json
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from specrun.agents import AGENTS
from specrun.agents.declared import Declared
from specrun.ports import Evidence, Outcome
from specrun.store.metering import metered
from specrun.system.meter import Meter

HERE = Path(__file__).parent
STREAMS = HERE / "streams"
CASES: dict[str, dict[str, Any]] = json.loads((HERE / "streams.json").read_text())

TRANSCRIPTS = {
    "claude-tool.jsonl": "→ Bash echo hi > f.txt && cat f.txt\n→ Write g.txt\ndone\n✓ finished",
    "claude-accept-edits.jsonl": "→ Write i.txt\n→ Bash python3 -c 1\n✗ This command requires approval\n"
    "done\n✓ finished",
    "claude-error-401.jsonl": "! 401, try 1 of 1\nInvalid API key · Fix external API key\n"
    "✗ Invalid API key · Fix external API key",
    "claude-stream-json-input.jsonl": "r1\n✓ finished\nr2\n✓ finished",
    "opencode-tool.jsonl": "→ bash echo hi > f.txt; cat f.txt\n→ write g3.txt\ndone\n✓ finished",
    "opencode-error-401.jsonl": "✗ 401 bad key",
    "codex-tool.jsonl": "→ /bin/bash -lc 'echo hi > f.txt; cat f.txt'\n→ add /repo/c5.txt\ndone\n✓ finished",
    "codex-tool-fails.jsonl": "→ /bin/bash -lc 'exit 3'\n✗ exit code 3\ndone\n✓ finished",
    "codex-error-429.jsonl": "✗ exceeded retry limit, last status: 429 Too Many Requests",
    "gemini-tool.jsonl": "→ run_shell_command echo hi > f.txt; cat f.txt\n→ write_file g4.txt\n"
    "done\n✓ finished",
}


def known(name: str) -> Declared:
    agent = AGENTS[name]
    assert isinstance(agent, Declared)
    return agent


def replayed(agent: Declared, file: str, case: dict[str, Any]) -> tuple[Outcome, list[str]]:
    """Feed a stream to the agent's meter as the shim does, and let the agent judge."""
    assert agent.declaration.meter is not None
    meter = Meter(agent.declaration.meter, case.get("earlier"))
    shown = [line for raw in (STREAMS / file).read_text().splitlines() for line in meter.feed(raw)]
    evidence = Evidence(
        cause="exited",
        exit_code=case["exit_code"],
        error="",
        started_at=1.0,
        ended_at=2.0,
        tail="\n".join([case.get("stderr", ""), *shown]),
        metered=metered(meter.state()),
    )
    return agent.outcome(evidence), shown


def test_every_recording_has_its_record() -> None:
    recorded = {path.name for path in STREAMS.iterdir() if not path.name.startswith("aider-")}
    assert recorded == set(CASES)
    assert len(CASES) == 72


@pytest.mark.parametrize("file", CASES)
def test_a_recording_makes_its_record(file: str) -> None:
    case = CASES[file]
    outcome, shown = replayed(known(case["cli"]), file, case)
    told = outcome.metered
    assert told is not None
    assert (outcome.status, fnmatchcase(outcome.reason, _pattern(case["reason"]))) == (
        case["status"],
        True,
    ), outcome.reason
    assert outcome.cost_usd == (None if case["cost"] is None else Decimal(case["cost"]))
    assert (told.tokens, told.turns, told.session_id) == (case["tokens"], case["turns"], case["session_id"])
    assert list(told.denials) == case["denials"]
    assert (told.result, told.error_status) == (case["result"], case["error_status"])
    assert told.structured == case.get("structured")
    if told.result:
        assert outcome.summary == told.result.strip().splitlines()[0][:200]
    assert file == "gemini-json.json" or not [line for line in shown if line.startswith("{")]


def _pattern(reason: str) -> str:
    return reason.replace("[", "[[]")


@pytest.mark.parametrize("file", TRANSCRIPTS)
def test_people_read_a_transcript(file: str) -> None:
    case = CASES[file]
    _, shown = replayed(known(case["cli"]), file, case)
    assert "\n".join(shown) == TRANSCRIPTS[file]
