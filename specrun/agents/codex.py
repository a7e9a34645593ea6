"""Codex: its command line, its stream, its sandboxes, and other endpoints than its maker's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from specrun.agents.declared import Declared, inbox
from specrun.core.agent import Declaration, Mode, Traits
from specrun.core.briefing import answer_schema, leaves
from specrun.core.task import Task
from specrun.ports import Launch

_STATUS = {"path": "error.message", "like": r"\bstatus:? ([1-5][0-9]{2})\b"}
_QUOTED = {"path": "error.message", "like": r'"message": *"((?:[^"\\]|\\.)*)"'}
_PLAIN = {"path": "error.message", "like": r"^unexpected status [0-9]{3}[^:]*: (.+?)(?:, url: \S+)?$"}

METER = {
    "format": "jsonl",
    "events": [
        {"match": {"type": "thread.started"}, "session_id": "thread_id"},
        {
            "match": {"type": "item.started", "item.type": "command_execution"},
            "line": "→ {item.command}",
        },
        {
            "match": {"type": "item.completed", "item.type": "command_execution", "item.status": "failed"},
            "line": "✗ exit code {item.exit_code} {item.aggregated_output}",
        },
        {
            "match": {"type": "item.completed", "item.status": "declined"},
            "denied": {"id": "item.id", "what": "{item.command|item.changes.0.path|item.tool|item.type}"},
            "line": "✗ declined: {item.command|item.changes.0.path|item.tool|item.type}",
        },
        {
            "match": {"type": "item.completed", "item.type": "file_change", "item.status": "completed"},
            "each": "item.changes",
            "line": "→ {kind} {path}",
        },
        {
            "match": {"type": "item.started", "item.type": "mcp_tool_call"},
            "line": "→ {item.server} {item.tool} {item.arguments}",
        },
        {
            "match": {"type": "item.completed", "item.type": "web_search"},
            "line": "→ search {item.query}",
        },
        {"match": {"type": "item.completed", "item.type": "error"}, "line": "! {item.message}"},
        {
            "match": {"type": "item.completed", "item.type": "agent_message"},
            "text": "item.text",
            "result": {"set": "item.text"},
            "structured": {"json": "item.text"},
        },
        # Those that say `Reconnecting` are not the end; the last one is told again by turn.failed.
        {
            "match": {"type": "error"},
            "error": {
                "message": "message",
                "status": {"path": "message", "like": _STATUS["like"]},
                "retryable": True,
            },
        },
        {"match": {"type": "error", "message": {"like": "^Reconnecting"}}, "line": "! {message}"},
        # Counts go through the whole conversation, and what a cache gave is part of what was sent.
        {
            "match": {"type": "turn.completed"},
            "success": True,
            "tokens": {
                "input": {"session": "usage.input_tokens", "less": "usage.cached_input_tokens"},
                "output": {"session": "usage.output_tokens"},
                "cache_read": {"session": "usage.cached_input_tokens"},
                "cache_write": {"session": "usage.cache_write_input_tokens"},
            },
            "line": "✓ finished",
        },
        {
            "match": {"type": "turn.failed"},
            "success": False,
            "error": {"message": [_QUOTED, _PLAIN, "error.message"], "status": _STATUS},
            "line": "✗ {error.message}",
        },
    ],
}

# A snapshot of the shell holds the values of secrets, and stays where Codex is killed.
CONFIG = """\
check_for_update_on_startup = false

[features]
apps = false
daemon_auto_start = false
plugins = false
shell_snapshot = false

[analytics]
enabled = false
"""

# The sandbox would keep commits out of .git and tests from sockets.
EDIT = ("-s", "workspace-write", "--add-dir", ".git", "-c", "sandbox_workspace_write.network_access=true")

DECLARATION = Declaration(
    name="codex",
    argv=("codex", "exec", "--json", "--skip-git-repo-check", "-c", 'approval_policy="never"'),
    model_flag="-m",
    meter=METER,
    permissions={
        Mode.READ: ("-s", "read-only"),
        Mode.EDIT: EDIT,
        Mode.FULL: ("--dangerously-bypass-approvals-and-sandbox",),
    },
    resume=("resume", "{session}", "-"),
    config_home="CODEX_HOME",
    config={"config.toml": CONFIG},
    version=("codex", "--version"),
    tested=("0.169.0",),
)

ENDPOINT, KEYS = "OPENAI_BASE_URL", ("CODEX_API_KEY", "OPENAI_API_KEY")
ANSWER = "specrun/answer.json"
"""The schema of the answer that is wanted, below the attempt's home."""


class Codex(Declared):
    """Codex, which by itself takes another endpoint from its configuration only."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        # Its service refuses a schema that leaves anything open.
        self.traits: Traits = replace(self.traits, structured=True, strict=True)

    def arguments(self, task: Task, launch: Launch) -> Sequence[str]:
        """Answer what its sandbox lets it write to, the schema of the answer, and another endpoint."""
        edits = task.permissions.mode is Mode.EDIT
        return (
            *(("--add-dir", str(inbox(launch))) if edits else ()),
            *(("--output-schema", str(launch.home / ANSWER)) if leaves(task.contract) else ()),
            *self._endpoint(task),
        )

    def files(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer also the schema of the answer, whoever's configuration it is."""
        schema = answer_schema(task.contract, self.traits)
        wanted = {ANSWER: json.dumps(schema, ensure_ascii=False)} if schema else {}
        return {**super().files(task, launch), **wanted}

    def _endpoint(self, task: Task) -> Sequence[str]:
        """Answer the endpoint that the task's or the agent's environment names, as a provider of its own."""
        url = {**self.declaration.env, **task.env}.get(ENDPOINT)
        if not url:
            return ()
        given = {*self.declaration.env, *task.env, *task.secrets}
        key = next((name for name in KEYS if name in given), KEYS[-1])
        provider = f'name="endpoint", base_url={json.dumps(url)}, env_key="{key}", wire_api="responses"'
        return (
            "-c",
            'model_provider="endpoint"',
            "-c",
            f"model_providers.endpoint={{{provider}}}",
        )
