"""Gemini CLI: its command line, its stream, its settings, and its rules, which come as files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from specrun.agents.declared import Declared, inbox
from specrun.core.agent import Declaration, Mode, Permissions, Traits
from specrun.core.briefing import LEFT, leaves
from specrun.core.task import Task, Workspace
from specrun.ports import Command, Evidence, Launch, Metered

_CALL = (
    "{tool_name} {parameters.command|parameters.file_path|parameters.pattern|parameters.dir_path|"
    "parameters.url|parameters.query|parameters}"
)

METER = {
    "format": "jsonl",
    "events": [
        {"match": {"type": "init"}, "session_id": "session_id", "model": "model"},
        {
            "match": {"type": "message", "role": "assistant"},
            "piece": "content",
            "result": {"append": "content"},
        },
        {"match": {"type": "tool_use"}, "line": f"→ {_CALL}", "result": {"clear": True}},
        {"match": {"type": "tool_result", "status": "error"}, "line": "✗ {error.message|output}"},
        {
            "match": {"type": "tool_result", "error.type": ["policy_violation", "tool_not_registered"]},
            "denied": {"id": "tool_id", "what": "{output|error.message}"},
        },
        {
            "match": {"type": "tool_result", "error.message": {"like": "requires user confirmation"}},
            "denied": {"id": "tool_id", "what": "{error.message}"},
        },
        {
            "match": {"type": "result"},
            "tokens": {
                "input": {"total": "stats.input"},
                "output": {"total": "stats.output_tokens"},
                "cache_read": {"total": "stats.cached"},
            },
        },
        {"match": {"type": "result", "status": "success"}, "success": True, "line": "✓ finished"},
        {
            "match": {"type": "error", "severity": "error"},
            "error": {"message": "message"},
            "line": "✗ {message}",
        },
        {
            "match": {"type": "result", "status": {"not": "success"}},
            "success": False,
            "result": {"clear": True},
        },
        {
            "match": {"type": "result", "status": {"not": "success"}, "error.message": {"exists": True}},
            "error": {
                "message": [
                    {"path": "error.message", "like": r'"message": *"((?:[^"\\]|\\.)*)"'},
                    {"path": "error.message", "like": r"^\[API Error: ([^\n]*)\]"},
                    "error.message",
                ],
                "status": {"path": "error.message", "like": r'"code": *([1-5][0-9]{2})\b'},
            },
            "line": "✗ {error.message}",
        },
    ],
}

SETTINGS: Mapping[str, Any] = {
    "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
    "privacy": {"usageStatisticsEnabled": False},
    "telemetry": {"enabled": False},
    # Without this it does not find the key that a secret brings.
    "security": {"auth": {"selectedType": "gemini-api-key"}},
}
FILE, RULES = ".gemini/settings.json", "specrun/rules.toml"
SHELL = "run_shell_command"
PROJECTS, PROJECT = ".gemini/projects.json", "work"
OWNERS = (f".gemini/tmp/{PROJECT}/.project_root", f".gemini/history/{PROJECT}/.project_root")

DECLARATION = Declaration(
    name="gemini",
    argv=("gemini", "--skip-trust", "-o", "stream-json"),
    model_flag="-m",
    meter=METER,
    env={"GEMINI_CLI_NO_RELAUNCH": "1"},
    permissions={
        Mode.READ: ("--approval-mode", "default"),
        Mode.EDIT: ("--approval-mode", "auto_edit"),
        Mode.FULL: ("--approval-mode", "yolo"),
    },
    session_flag="--session-id",
    resume=("--resume", "{session}"),
    config_home="GEMINI_CLI_HOME",
    version=("gemini", "--version"),
    tested=("0.61.0",),
)

STATUSES = (400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504)
TURNS, TURNS_EXIT = "max_turns", 53


class Gemini(Declared):
    """Gemini CLI, which takes caps from settings and rules from policies."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self.traits: Traits = replace(self.traits, rules=True, turns=True, turns_isolated=True, hands_in=True)

    def command(self, task: Task, launch: Launch) -> Command:
        """Answer the command line; only in a home of its own is a conversation moved to another workspace."""
        moves = task.workspace is Workspace.NONE or not task.inherit_config
        return super().command(task, replace(launch, resuming=launch.resuming and moves))

    def arguments(self, task: Task, launch: Launch) -> Sequence[str]:
        """Answer where the rules lie, if there are any, and where a verdict or an output is to be left."""
        rules = ("--policy", str(launch.home / RULES)) if _rules(task, launch) else ()
        left = ("--include-directories", str(inbox(launch))) if leaves(task.contract) else ()
        return *rules, *left

    def files(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer settings, where the person's own are out of reach, and rules."""
        found = {}
        if not task.inherit_config:
            turns = {} if task.max_turns is None else {"model": {"maxSessionTurns": task.max_turns}}
            found = {FILE: json.dumps({**SETTINGS, **turns}), **_projects(str(launch.workspace))}
        rules = _rules(task, launch)
        return {**found, RULES: rules} if rules else found

    def status(self, evidence: Evidence, metered: Metered) -> int | None:
        """Answer the status in the message, else the one whose last eight bits the exit code is."""
        found = {status & 255: status for status in STATUSES}.get(evidence.exit_code or 0)
        return metered.error_status or (found if metered.success is False else None)

    def reason(self, evidence: Evidence, metered: Metered) -> str:
        """Name its own cap by the name that all have for it."""
        return TURNS if evidence.exit_code == TURNS_EXIT else super().reason(evidence, metered)


def _projects(workspace: str) -> Mapping[str, str]:
    """Answer the list of projects.

    It looks for a conversation only in the folder of the workspace, and every attempt has another workspace.
    """
    return {PROJECTS: json.dumps({"projects": {workspace: PROJECT}}), **dict.fromkeys(OWNERS, workspace)}


def _rules(task: Task, launch: Launch) -> str:
    """Answer the rules; one that may only look may still leave what it has to."""
    reads = task.permissions.mode is Mode.READ and leaves(task.contract)
    ways = [_way(str(inbox(launch) / name)) for name in LEFT] if reads else []
    return "".join([policy(task.permissions), *ways])


def _way(path: str) -> str:
    """Answer the rule that lets one file be written. Pairs of arguments stand between null characters."""
    pair = re.escape(f'"file_path":{json.dumps(path, ensure_ascii=False)}')
    pattern = json.dumps(rf"\0{pair}\0", ensure_ascii=False)
    lines = ('toolName = "write_file"', f"argsPattern = {pattern}", 'decision = "allow"', "priority = 600")
    return "\n".join(("[[rule]]", *lines, ""))


def policy(wanted: Permissions) -> str:
    """Answer the rules as TOML; a rule is a tool, or `tool(prefix)` for the beginning of a shell command."""
    shell = [(SHELL, "allow", 500)] if wanted.mode is Mode.EDIT else []
    rules = [
        *shell,
        *((rule, "allow", 700) for rule in wanted.allow),
        *((rule, "deny", 900) for rule in wanted.deny),
    ]
    return "".join("\n".join(_rule(*rule)) + "\n" for rule in rules)


def _rule(rule: str, decision: str, priority: int) -> Iterator[str]:
    tool, mark, prefix = rule.partition("(")
    yield "[[rule]]"
    yield f"toolName = {json.dumps(tool.strip())}"
    if mark:
        yield f"commandPrefix = {json.dumps(prefix.removesuffix(')'))}"
    yield f'decision = "{decision}"'
    yield f"priority = {priority}"
