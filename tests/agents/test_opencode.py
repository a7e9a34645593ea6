"""OpenCode's command line, folders and permissions."""

from __future__ import annotations

import json
from pathlib import Path

from specrun.agents.opencode import DECLARATION, OpenCode, permission
from specrun.core.agent import Mode, Permissions
from specrun.core.task import Workspace
from specrun.ports import Launch
from tests.agents.feed import fed
from tests.core.make import task

LAUNCH = Launch(prompt=Path("/state/prompt.md"), home=Path("/state/home"), session="id-1", resuming=True)


def test_the_whole_command_line() -> None:
    one = task("a", model="anthropic/claude-opus-5-5", workspace=Workspace.NONE)
    command = OpenCode(DECLARATION).command(one, LAUNCH)
    assert command.argv == (
        *("opencode", "run", "--format", "json"),
        *("-m", "anthropic/claude-opus-5-5", "-s", "id-1"),
    )
    folders = {name: value for name, value in command.env.items() if name.startswith("XDG_")}
    assert folders == {
        "XDG_CONFIG_HOME": "/state/home",
        "XDG_DATA_HOME": "/state/home/data",
        "XDG_STATE_HOME": "/state/home/state",
    }
    assert "OPENCODE_CONFIG_CONTENT" not in command.env
    assert sorted(command.files) == ["opencode/.npmrc", "opencode/opencode.json"]


def test_a_conversation_does_not_follow_into_another_clone() -> None:
    command = OpenCode(DECLARATION).command(task("a"), LAUNCH)
    assert "-s" not in command.argv
    assert command.session_id is None


def test_permissions_hold_whoever_s_configuration_it_is() -> None:
    command = OpenCode(DECLARATION).command(task("a", inherit_config=True), LAUNCH)
    assert not [name for name in command.env if name.startswith("XDG_")]
    assert json.loads(command.env["OPENCODE_PERMISSION"])["external_directory"] == "deny"


def test_rules_come_after_the_mode_and_the_denied_ones_last() -> None:
    wanted = Permissions(mode=Mode.READ, allow=("bash: npm *", "webfetch"), deny=("bash: npm publish*",))
    found = permission(wanted)
    assert found["*"] == "deny"
    assert found["webfetch"] == "allow"
    assert json.dumps(found["bash"]) == '{"*": "deny", "npm *": "allow", "npm publish*": "deny"}'
    assert permission(Permissions(mode=Mode.FULL, deny=("bash",)))["bash"] == "deny"
    assert "external_directory" not in permission(Permissions(mode=Mode.FULL))


def test_a_step_without_a_price_has_no_known_cost() -> None:
    step = {"type": "step_finish", "sessionID": "s", "part": {"reason": "stop", "cost": 0}}
    state, _ = fed("opencode", step)
    assert (state["cost_usd"], state["turns"], state["success"]) == (None, 1, True)


def test_an_end_in_the_middle_is_no_success() -> None:
    state, _ = fed("opencode", {"type": "step_finish", "part": {"reason": "tool-calls", "cost": 0.5}})
    assert (state["success"], state["cost_usd"], state["error"]) == (False, "0.5", None)
    state, _ = fed("opencode", {"type": "step_finish", "part": {"reason": "length"}})
    assert (state["success"], state["error"]["message"]) == (False, "length")
