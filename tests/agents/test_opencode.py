"""OpenCode's command line, folders and permissions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from specrun.agents.opencode import DECLARATION, OpenCode, permission
from specrun.core.agent import Mode, Permissions
from specrun.core.contract import Contract, Judge
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
    told = json.loads(command.env["OPENCODE_PERMISSION"])
    assert told["external_directory"] == {"*": "deny", "/state/inbox/*": "allow"}


def test_rules_come_after_the_mode_and_the_denied_ones_last() -> None:
    wanted = Permissions(mode=Mode.READ, allow=("bash: npm *", "webfetch"), deny=("bash: npm publish*",))
    found = permission(wanted)
    assert found["*"] == "deny"
    assert found["webfetch"] == "allow"
    assert json.dumps(found["bash"]) == '{"*": "deny", "npm *": "allow", "npm publish*": "deny"}'
    assert permission(Permissions(mode=Mode.FULL, deny=("bash",)))["bash"] == "deny"
    assert "external_directory" not in permission(Permissions(mode=Mode.FULL))


JUDGES = Contract(judge=Judge(passing=("approved",), failing=()))


def told(mode: Mode, contract: Contract, deny: tuple[str, ...] = ()) -> dict[str, object]:
    one = task("a", permissions=Permissions(mode=mode, deny=deny), contract=contract)
    command = OpenCode(DECLARATION).command(one, replace(LAUNCH, workspace=Path("/trees/a")))
    found: dict[str, object] = json.loads(command.env["OPENCODE_PERMISSION"])
    return found


def test_who_may_only_look_may_write_what_is_to_be_left() -> None:
    found = told(Mode.READ, JUDGES)
    files = {"../../state/inbox/verdict": "allow", "../../state/inbox/output": "allow"}
    assert found["edit"] == {"*": "deny", **files}
    assert found["external_directory"] == {"*": "deny", "/state/inbox/*": "allow"}
    assert list(found).index("*") < list(found).index("edit")
    assert told(Mode.READ, JUDGES, ("edit",))["edit"] == "deny"
    plain = told(Mode.READ, Contract())
    assert (plain["external_directory"], "edit" in plain) == ("deny", False)


def test_who_may_edit_may_leave_files_and_who_may_do_everything_needs_no_word() -> None:
    assert "edit" not in told(Mode.EDIT, JUDGES)
    assert "external_directory" not in told(Mode.FULL, JUDGES)
    traits = OpenCode(DECLARATION).traits
    assert (traits.structured, traits.hands_in, traits.prose) == (False, True, True)


def test_a_step_without_a_price_has_no_known_cost() -> None:
    step = {"type": "step_finish", "sessionID": "s", "part": {"reason": "stop", "cost": 0}}
    state, _ = fed("opencode", step)
    assert (state["cost_usd"], state["turns"], state["success"]) == (None, 1, True)


def test_an_end_in_the_middle_is_no_success() -> None:
    state, _ = fed("opencode", {"type": "step_finish", "part": {"reason": "tool-calls", "cost": 0.5}})
    assert (state["success"], state["cost_usd"], state["error"]) == (False, "0.5", None)
    state, _ = fed("opencode", {"type": "step_finish", "part": {"reason": "length"}})
    assert (state["success"], state["error"]["message"]) == (False, "length")
