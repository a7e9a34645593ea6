"""OpenCode: its command line, its stream, its folders, and its permissions, which come as JSON."""

from __future__ import annotations

import json
import os.path
from collections.abc import Iterable, Mapping
from dataclasses import replace

from specrun.agents.declared import Declared, inbox
from specrun.core.agent import Declaration, Mode, Permissions, Traits
from specrun.core.briefing import LEFT, leaves
from specrun.core.task import Task, Workspace
from specrun.ports import Command, Launch

_CALL = "{part.tool} {part.state.input.command|part.state.input.filePath|part.state.title|part.state.input}"

METER = {
    "format": "jsonl",
    "events": [
        {"match": {"sessionID": {"exists": True}}, "session_id": "sessionID"},
        {"match": {"type": "step_start"}, "result": {"clear": True}},
        {"match": {"type": "text"}, "text": "part.text", "result": {"append": "part.text"}},
        {"match": {"type": "tool_use"}, "line": f"→ {_CALL}"},
        {"match": {"type": "tool_use", "part.state.status": "error"}, "line": "✗ {part.state.error}"},
        {
            "match": {
                "type": "tool_use",
                "part.state.error": {"like": "prevents you from using this|rejected permission"},
            },
            "denied": {"id": "part.callID", "what": _CALL},
        },
        {
            "match": {"type": "step_finish"},
            "turns": {"add": 1},
            "tokens": {
                "input": {"add": "part.tokens.input"},
                "output": {"add": "part.tokens.output"},
                "cache_read": {"add": "part.tokens.cache.read"},
                "cache_write": {"add": "part.tokens.cache.write"},
            },
        },
        # A step of a model whose price nobody told costs 0 as well: that is unknown, not free.
        {"match": {"type": "step_finish", "part.cost": {"not": [0, 0.0]}}, "cost": {"add": "part.cost"}},
        {"match": {"type": "step_finish", "part.reason": "stop"}, "success": True, "line": "✓ finished"},
        {"match": {"type": "step_finish", "part.reason": "tool-calls"}, "success": False},
        {
            "match": {"type": "step_finish", "part.reason": {"not": ["stop", "tool-calls"]}},
            "success": False,
            "error": {"message": "part.reason"},
            "line": "✗ {part.reason}",
        },
        {
            "match": {"type": "error"},
            "success": False,
            "error": {
                "message": ["error.data.message", "error.name"],
                "status": "error.data.statusCode",
                "retryable": "error.data.isRetryable",
            },
            "line": "✗ {error.data.statusCode} {error.data.message|error.name}",
        },
    ],
}

DECLARATION = Declaration(
    name="opencode",
    argv=("opencode", "run", "--format", "json"),
    model_flag="-m",
    meter=METER,
    env={
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
    },
    permissions=dict.fromkeys(Mode, ()),
    resume=("-s", "{session}"),
    config_home="XDG_CONFIG_HOME",
    config={
        "opencode/opencode.json": '{"autoupdate": false, "share": "disabled"}\n',
        # It would fetch a package for plugins in the background; nobody listens at port 9.
        "opencode/.npmrc": "registry=http://127.0.0.1:9/\noffline=true\n",
    },
    version=("opencode", "--version"),
    tested=("1.18.33",),
)

Rules = dict[str, str | dict[str, str]]

_OUTSIDE = {"external_directory": "deny", "doom_loop": "deny"}
MODES: Mapping[Mode, Mapping[str, str]] = {
    Mode.READ: {"*": "deny", "glob": "allow", "grep": "allow", "list": "allow", "read": "allow", **_OUTSIDE},
    # What it would ask a person ends the run without a word, so that is denied instead.
    Mode.EDIT: {"*": "allow", "question": "deny", **_OUTSIDE},
    Mode.FULL: {"*": "allow", "question": "deny"},
}


class OpenCode(Declared):
    """OpenCode, which keeps its sessions and its log-in apart from its configuration."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self.traits: Traits = replace(self.traits, rules=True, hands_in=True)

    def command(self, task: Task, launch: Launch) -> Command:
        """Answer the command line; a conversation works where it began, and each clone is elsewhere."""
        stays = task.workspace is Workspace.NONE
        return super().command(task, replace(launch, resuming=launch.resuming and stays))

    def environment(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer its folders and the permissions, which go before those of any configuration."""
        rules = {"OPENCODE_PERMISSION": json.dumps(permission(task.permissions, _ways(task, launch)))}
        if task.inherit_config:
            return rules
        folders = {"XDG_DATA_HOME": str(launch.home / "data"), "XDG_STATE_HOME": str(launch.home / "state")}
        return {**super().environment(task, launch), **folders, **rules}


def _ways(task: Task, launch: Launch) -> dict[str, dict[str, str]]:
    """Answer what else is allowed so that a verdict and an output can be left, and nothing beside."""
    place, mode = inbox(launch), task.permissions.mode
    reads = mode is Mode.READ
    if mode is Mode.FULL or (reads and not leaves(task.contract)):
        return {}
    around = {"external_directory": {"*": "deny", f"{place}/*": "allow"}}
    files = (os.path.relpath(place / name, launch.workspace) for name in LEFT)
    return {**around, "edit": {"*": "deny", **dict.fromkeys(files, "allow")}} if reads else around


def permission(wanted: Permissions, ways: Mapping[str, dict[str, str]] | None = None) -> Rules:
    """Answer the mode and its rules as OpenCode has them; `ways` go before those of the mode.

    A rule is the name of a tool, or `tool: pattern`, such as `bash: git push *`.
    """
    found: Rules = {**MODES[wanted.mode], **(ways or {})}
    _add(found, wanted.allow, "allow")
    _add(found, wanted.deny, "deny")
    return found


def _add(found: Rules, rules: Iterable[str], answer: str) -> None:
    for rule in rules:
        tool, _, pattern = (part.strip() for part in rule.partition(":"))
        before = found.pop(tool, found["*"])
        patterns = before if isinstance(before, dict) else {"*": before}
        # The last one that fits decides, there as here.
        patterns.pop(pattern or "*", None)
        found[tool] = {**patterns, pattern: answer} if pattern else answer
