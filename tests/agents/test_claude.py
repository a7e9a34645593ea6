"""Claude Code's command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from specrun.agents.claude import DECLARATION, Claude
from specrun.core.agent import Mode, Permissions, Price
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


def test_a_failure_after_a_success_is_the_last_word() -> None:
    well = {"type": "result", "is_error": False, "result": "done", "total_cost_usd": 0.5}
    ill = {"type": "result", "is_error": True, "subtype": "success", "result": "overloaded"}
    state, _ = fed("claude", well, {**ill, "api_error_status": 529, "total_cost_usd": 0.75})
    assert (state["success"], state["result"], state["cost_usd"]) == (False, None, "0.75")
    assert state["error"] == {"message": "overloaded", "status": 529, "retryable": None}
    assert fed("claude", ill, well)[0]["result"] == "done"
