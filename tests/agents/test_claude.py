"""Claude Code's command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from specrun.agents.claude import DECLARATION, Claude
from specrun.core.agent import Mode, Permissions, Price
from specrun.core.briefing import answer_schema
from specrun.core.contract import Contract, Judge
from specrun.ports import Launch
from tests.agents.feed import fed
from tests.core.make import task

LAUNCH = Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="id-1")


def test_the_whole_command_line() -> None:
    one = task("a", model="opus", budget=Decimal(2), max_turns=9)
    command = Claude(DECLARATION).command(one, LAUNCH)
    assert command.argv == (
        *("claude", "-p", " ", "--output-format", "stream-json", "--verbose"),
        *("--permission-mode", "acceptEdits", "--allowedTools", "Bash"),
        *("--model", "opus", "--max-budget-usd", "2", "--max-turns", "9", "--session-id", "id-1"),
    )
    assert command.stdin == LAUNCH.prompt
    assert command.env["CLAUDE_CONFIG_DIR"] == "/state/home"
    assert Claude(DECLARATION).traits.price is Price.REPORTED


@pytest.mark.parametrize("mode", Mode)
def test_root_is_told_to_be_in_a_sandbox_only_where_all_is_allowed(mode: Mode) -> None:
    command = Claude(DECLARATION).command(task("a", permissions=Permissions(mode=mode)), LAUNCH)
    assert ("IS_SANDBOX" in command.env) is (mode is Mode.FULL)
    assert ("bypassPermissions" in command.argv) is (mode is Mode.FULL)


def test_it_is_held_to_the_answer_that_is_wanted() -> None:
    claude = Claude(DECLARATION)
    assert (claude.traits.structured, claude.traits.strict) == (True, False)
    contract = Contract(judge=Judge(passing=("좋음",), failing=()), outputs={"type": "array"})
    argv = claude.command(task("a", contract=contract), LAUNCH).argv
    told = argv[argv.index("--json-schema") + 1]
    assert json.loads(told) == answer_schema(contract, claude.traits)
    assert "좋음" in told


def test_an_answer_in_json_is_read_from_the_last_word() -> None:
    result = {"type": "result", "is_error": False, "result": '{"n":1}', "structured_output": {"n": 1}}
    assert fed("claude", result)[0]["structured"] == {"n": 1}
    assert fed("claude", {**result, "is_error": True})[0]["structured"] is None


def test_a_failure_after_a_success_is_the_last_word() -> None:
    well = {"type": "result", "is_error": False, "result": "done", "total_cost_usd": 0.5}
    ill = {"type": "result", "is_error": True, "subtype": "success", "result": "overloaded"}
    state, _ = fed("claude", well, {**ill, "api_error_status": 529, "total_cost_usd": 0.75})
    assert (state["success"], state["result"], state["cost_usd"]) == (False, None, "0.75")
    assert state["error"] == {"message": "overloaded", "status": 529, "retryable": None}
    assert fed("claude", ill, well)[0]["result"] == "done"
