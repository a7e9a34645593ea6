"""The real Claude Code breaks a test, is told, and repairs it: in a Python and in a Node project."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.clis.pins import lacking
from tests.clis.seats import KEY, take_seat
from tests.scenarios.workshop import Workshop
from tests.stub import Stub
from tests.stub.script import Rule, Step

TASK = "Add a way to say goodbye, and make the greeting friendlier."
DIGEST = re.compile(r"[0-9a-f]{64}")


def lesson(told: str, careless: str, careful: str) -> list[Rule]:
    """Answer what the model does: the careless thing, until its prompt tells what a check has printed."""
    end = Step(text="All is done, the tests pass.")
    return [
        Rule(match=f"(?s){re.escape(TASK)}.*{told}", steps=[Step(bash=careful), end]),
        Rule(match=re.escape(TASK), steps=[Step(bash=careless), end]),
    ]


PYTHON = lesson(
    "FAILED tests/test_greeter.py::test_it_greets_by_name",
    "sed -i 's/Hello/Hi/' greeter.py",
    "printf '\\n\\ndef part() -> str:\\n    return \"Bye!\"\\n' >> greeter.py",
)
NODE = lesson(
    "not ok 1 - it greets by name",
    "sed -i 's/Hello/Hi/' greeter.js",
    "printf 'export const part = () => `Bye!`;\\n' >> greeter.js",
)


def taught(folder: Path, stub: Stub, fixture: str) -> Workshop:
    """Seat Claude Code at the stub in a repo made of a fixture, with one task."""
    seat = take_seat("claude", folder / "seat", stub.url)
    made = Workshop(folder, fixture, {"ANTHROPIC_API_KEY": KEY})
    made.env["PATH"] = f"{seat.env['PATH']}:{made.env['PATH']}"
    made.spec(
        {"greet": {"title": "Greet", "prompt": TASK}},
        agent="claude",
        checks=["test", "lint"],
        retry={"limit": 1},
        env={"ANTHROPIC_BASE_URL": stub.url, "NPM_CONFIG_UPDATE_NOTIFIER": "false"},
        secrets=["ANTHROPIC_API_KEY"],
    )
    made.commit()
    return made


def proven(record: dict[str, Any], passing: str, failing: str) -> None:
    """Look at the evidence of both attempts."""
    first, second = record["attempts"]
    assert [first["status"], first["reason"]] == ["failed", "check_failed: test"]
    assert [second["status"], second["reason"]] == ["succeeded", ""]
    assert [[one["name"], one["exit_code"]] for one in first["checks"]] == [["test", 1], ["lint", 0]]
    assert failing in first["checks"][0]["tail"]
    assert [[one["name"], one["exit_code"]] for one in second["checks"]] == [["test", 0], ["lint", 0]]
    assert passing in record["checks"][0]["tail"]
    for one in (*first["checks"], *record["checks"]):
        assert DIGEST.fullmatch(one["output_digest"])
        assert one["seconds"] > 0
    assert {one["commit"] for one in record["checks"]} == {record["commit"]}
    assert {one["commit"] for one in first["checks"]} != {record["commit"]}


@pytest.mark.parametrize(
    ("fixture", "rules", "passing", "failing"),
    [("python", PYTHON, "2 passed", "test_it_greets_by_name"), ("node", NODE, "# pass 1", "greeter.test.js")],
)
def test_claude_is_told_what_failed_and_repairs_it(
    tmp_path: Path, fixture: str, rules: list[Rule], passing: str, failing: str
) -> None:
    if missing := lacking("claude"):
        pytest.skip(missing)
    if fixture == "node" and shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    with Stub(rules) as stub:
        made = taught(tmp_path, stub, fixture)
        code, said = made.run("apply", "--yes")
        assert code == 0, said
        proven(made.record("greet"), passing, failing)
        told = json.dumps([request.body for request in stub.asked])
    assert "Checks that did not pass" in told
    code, said = made.run("explain", "greet")
    assert code == 0
    assert "BAD test" in said.partition("attempts:")[2]
