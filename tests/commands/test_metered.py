"""Follows what an agent with a stream tells, from its worker to everything that a person looks at."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.agents import AGENTS
from specrun.agents.shell import Shell
from specrun.core.agent import Price, Traits
from specrun.core.task import Task
from specrun.core.world import Status
from specrun.ports import Command, Evidence, Launch, Outcome
from tests.commands.conftest import Spec, Specrun

METER = {
    "events": [
        {"match": {"type": "say"}, "text": "text"},
        {"match": {"type": "deny"}, "denied": {"what": "Bash: {command}"}},
        {
            "match": {"type": "end"},
            "success": True,
            "cost": {"total": "usd"},
            "tokens": {"input": {"total": "sent"}, "output": {"total": "got"}},
            "model": "model",
            "result": {"set": "text"},
        },
        {"match": {"type": "error"}, "success": False, "error": {"message": "message"}},
    ]
}


class Talker(Shell):
    """A script that prints a stream."""

    traits = Traits(price=Price.REPORTED)

    def command(self, task: Task, launch: Launch) -> Command:
        """Run it with a meter."""
        del task
        return Command(argv=("sh", "-eu", str(launch.prompt)), meter=METER, cleanup=1.0)

    def outcome(self, evidence: Evidence) -> Outcome:
        """Believe its stream."""
        told = evidence.metered
        assert told is not None
        status = Status.SUCCEEDED if told.success and evidence.exit_code == 0 else Status.FAILED
        return Outcome(
            status=status,
            reason="" if status.good else told.error,
            summary=told.result or "",
            cost_usd=told.cost_usd,
            metered=told,
        )


@pytest.fixture(autouse=True)
def talker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the agent of these specs be one that prints a stream."""
    monkeypatch.setitem(AGENTS, "shell", Talker())


def says(*events: dict[str, object]) -> str:
    """A script that prints these events."""
    return "; ".join(f"printf '%s\\n' '{json.dumps(event)}'" for event in events)


def write(spec: Spec, **scripts: str) -> None:
    spec("\n".join(f"{name}: {{prompt: {json.dumps(script)}}}" for name, script in scripts.items()))


FINE = says(
    {"type": "say", "text": "I look\naround"},
    {"type": "deny", "command": "rm -rf x"},
    {"type": "end", "usd": 0.0125, "sent": 1200, "got": 34, "model": "m-1", "text": "made it"},
)
BROKEN = says({"type": "say", "text": "I try"}, {"type": "error", "message": "401: no"}) + "; exit 1"


def test_a_success_is_told_with_all_that_its_stream_said(spec: Spec, specrun: Specrun, repo: Path) -> None:
    write(spec, fine=FINE)
    said = specrun("apply", "--yes")
    assert said.code == 0
    row = next(row for row in said.out.splitlines() if row.startswith("demo/fine  succeeded"))
    assert row.split(maxsplit=6)[2:5] == ["shell", "m-1", "#1"]
    assert row.endswith("0.0125 USD  [1 denied: Bash: rm -rf x] made it")
    assert "1 task: 1 succeeded; cost 0.0125 USD." in said.out
    summary = (repo / "results/demo/SUMMARY.md").read_text()
    assert "`[1 denied: Bash: rm -rf x] made it`" in summary
    assert "1 attempt, cost 0.0125 USD." in summary
    told = json.loads(specrun("results", "--json").out)["results"][0]["attempts"][0]
    assert Decimal(told["cost_usd"]) == Decimal("0.0125")
    assert (told["model"], told["tokens"]) == ("m-1", {"input": 1200, "output": 34})
    assert told["denials"] == ["Bash: rm -rf x"]


def test_a_failure_is_told_in_the_words_of_the_agent_with_its_transcript(
    spec: Spec, specrun: Specrun, repo: Path
) -> None:
    write(spec, bad=BROKEN, fine=FINE)
    said = specrun("apply", "--yes")
    assert said.code == 1
    assert "\n  demo/bad failed: 401: no\n    | I try\n    log:   " in said.out
    assert "/transcript.log\n" in said.out
    assert '{"type"' not in said.out
    assert "| 0.0125 USD |" in (repo / "results/demo/SUMMARY.md").read_text()
    assert "2 attempts, cost 0.0125 USD + unknown." in (repo / "results/demo/SUMMARY.md").read_text()


def test_logs_are_for_people_unless_the_stream_is_asked_for(spec: Spec, specrun: Specrun) -> None:
    write(spec, bad=BROKEN, fine=FINE)
    specrun("apply", "--yes")
    assert specrun("logs", "fine").out == "I look\naround\n"
    assert specrun("logs", "-f", "bad").out == "I try\n"
    raw = specrun("logs", "--raw", "bad").out.splitlines()
    assert [json.loads(row)["type"] for row in raw] == ["say", "error"]
