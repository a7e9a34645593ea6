"""Gemini CLI's command line, settings, rules, and what its exit codes stand for."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from specrun.agents.gemini import DECLARATION, FILE, OWNERS, PROJECT, PROJECTS, RULES, Gemini, policy
from specrun.core.agent import Mode, Permissions
from specrun.core.contract import Contract, Judge
from specrun.core.task import Workspace
from specrun.core.world import Status
from specrun.ports import Evidence, Launch, Metered
from specrun.system.meter import Meter
from tests.agents.feed import fed
from tests.core.make import task

LAUNCH = Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="id-1")
GEMINI = Gemini(DECLARATION)


def test_the_whole_command_line() -> None:
    command = GEMINI.command(task("a", model="gemini-2.5-pro", max_turns=4), LAUNCH)
    assert command.argv == (
        *("gemini", "--skip-trust", "-o", "stream-json", "--policy", f"/state/home/{RULES}"),
        *("--approval-mode", "auto_edit", "-m", "gemini-2.5-pro", "--session-id", "id-1"),
    )
    assert command.env["GEMINI_CLI_HOME"] == "/state/home"
    settings = json.loads(command.files[FILE])
    assert settings["model"] == {"maxSessionTurns": 4}
    assert settings["security"]["auth"]["selectedType"] == "gemini-api-key"


def test_a_person_s_own_log_in_is_left_alone() -> None:
    command = GEMINI.command(task("a", inherit_config=True), LAUNCH)
    assert "GEMINI_CLI_HOME" not in command.env
    assert GEMINI.traits.turns_isolated  # its own settings are what limits them
    assert list(command.files) == [RULES]


def test_a_conversation_moves_to_another_workspace_in_a_home_of_its_own_only() -> None:
    again = replace(LAUNCH, resuming=True, workspace=Path("/tree/2"))
    command = GEMINI.command(task("a"), again)
    assert command.argv[-2:] == ("--resume", "id-1")
    assert json.loads(command.files[PROJECTS]) == {"projects": {"/tree/2": PROJECT}}
    assert {command.files[name] for name in OWNERS} == {"/tree/2"}
    assert "--resume" not in GEMINI.command(task("a", inherit_config=True), again).argv
    stays = task("a", inherit_config=True, workspace=Workspace.NONE)
    assert "--resume" in GEMINI.command(stays, again).argv


JUDGES = Contract(judge=Judge(passing=("approved",), failing=()))


def test_who_may_only_look_may_write_what_is_to_be_left() -> None:
    launch = replace(LAUNCH, prompt=Path("/state/인 (1)/prompt.md"))
    look = Permissions(mode=Mode.READ, deny=("glob",))
    command = GEMINI.command(task("a", permissions=look, contract=JUDGES), launch)
    assert command.argv[command.argv.index("--include-directories") + 1] == "/state/인 (1)/inbox"
    assert command.argv[command.argv.index("--policy") + 1] == f"/state/home/{RULES}"
    glob, *ways = tomllib.loads(command.files[RULES])["rule"]
    assert glob["decision"] == "deny"
    for way, name in zip(ways, ("verdict", "output"), strict=True):
        assert (way["toolName"], way["decision"]) == ("write_file", "allow")
        assert way["priority"] < glob["priority"]
        # The CLI puts null characters around each pair of arguments.
        pattern = re.compile(way["argsPattern"])
        assert pattern.search(f'{{\0"content":"x"\0,\0"file_path":"/state/인 (1)/inbox/{name}"\0}}')
        assert not pattern.search(f'{{\0"a":{{"file_path":"/state/인 (1)/inbox/{name}"}}\0}}')
        assert not pattern.search(f'{{\0"file_path":"/state/인 (1)/inbox/{name}s"\0}}')


def test_nothing_is_opened_where_nothing_is_to_be_left() -> None:
    look = Permissions(mode=Mode.READ)
    plain = GEMINI.command(task("a", permissions=look), LAUNCH)
    assert RULES not in plain.files
    assert "--include-directories" not in plain.argv
    edits = GEMINI.command(task("a", contract=JUDGES), LAUNCH)
    assert [rule["toolName"] for rule in tomllib.loads(edits.files[RULES])["rule"]] == ["run_shell_command"]
    assert "--include-directories" in edits.argv
    traits = GEMINI.traits
    assert (traits.structured, traits.hands_in, traits.prose) == (False, True, True)


def test_an_answer_without_an_end_is_told_of() -> None:
    meter = Meter(DECLARATION.meter or {})
    meter.feed('{"type":"error","severity":"error","message":"The stream has no end."}')
    meter.feed('{"type":"result","status":"error","stats":{}}')
    assert meter.state()["error"]["message"] == "The stream has no end."
    assert meter.state()["success"] is False


def test_rules_become_policies_and_what_is_denied_counts_most() -> None:
    wanted = Permissions(allow=("web_fetch",), deny=('run_shell_command(git "push")',))
    rules = tomllib.loads(policy(wanted))["rule"]
    assert [(rule["toolName"], rule.get("commandPrefix"), rule["decision"]) for rule in rules] == [
        ("run_shell_command", None, "allow"),
        ("web_fetch", None, "allow"),
        ("run_shell_command", 'git "push"', "deny"),
    ]
    assert rules[0]["priority"] < rules[1]["priority"] < rules[2]["priority"]
    assert policy(Permissions(mode=Mode.READ)) == ""


@pytest.mark.parametrize(
    ("exit_code", "told", "reason", "status"),
    [
        (145, Metered(success=False, error="bad key"), "401: bad key", Status.ERRORED),
        (244, Metered(success=False, error="oops"), "500: oops", Status.FAILED),
        (145, Metered(success=False, error="no", error_status=403), "403: no", Status.ERRORED),
        (145, Metered(), "exit code 145", Status.FAILED),
        (53, Metered(success=False, error="Reached max session turns"), "max_turns", Status.FAILED),
    ],
)
def test_an_exit_code_may_stand_for_a_status(
    exit_code: int, told: Metered, reason: str, status: Status
) -> None:
    evidence = Evidence(
        cause="exited",
        exit_code=exit_code,
        error="",
        started_at=1.0,
        ended_at=2.0,
        tail="",
        metered=told,
    )
    outcome = GEMINI.outcome(evidence)
    assert (outcome.reason, outcome.status) == (reason, status)


def test_an_answer_that_comes_in_pieces_is_one_text() -> None:
    pieces = [{"type": "message", "role": "assistant", "content": text} for text in ("All is ", "do", "ne.")]
    use = {"type": "tool_use", "tool_name": "ls", "parameters": {"dir_path": "."}}
    state, shown = fed("gemini", pieces[0], use, *pieces, {"type": "result", "status": "success"})
    assert (state["result"], state["success"]) == ("All is done.", True)
    assert shown == ["All is ", "→ ls .", "All is done.", "✓ finished"]


def test_what_a_policy_forbids_is_a_denial() -> None:
    error = {"type": "policy_violation", "message": "Tool execution denied by policy."}
    result = {"type": "tool_result", "tool_id": "t", "status": "error", "error": error}
    assert fed("gemini", result)[0]["denials"] == ["Tool execution denied by policy."]
