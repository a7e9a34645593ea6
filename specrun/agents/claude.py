"""Claude Code: its command line, its stream, and how it is held to a mode."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from specrun.agents.declared import Declared
from specrun.core.agent import Declaration, Mode, Traits
from specrun.core.briefing import answer_schema
from specrun.core.task import Task
from specrun.ports import Launch

METER = {
    "format": "jsonl",
    "events": [
        {
            "match": {"type": "system", "subtype": "init"},
            "session_id": "session_id",
            "model": "model",
            "turns": {"add": 0},
        },
        {
            "match": {"type": "system", "subtype": "api_retry"},
            "error": {"message": "error", "status": "error_status", "retryable": True},
            "line": "! {error_status|error}, try {attempt} of {max_retries}",
        },
        {
            "match": {"type": "system", "subtype": "permission_denied"},
            "denied": {"id": "tool_use_id", "what": "{tool_name}"},
        },
        # Answers come in several events with one id; those of subagents count for their parents.
        {
            "match": {
                "type": "assistant",
                "parent_tool_use_id": None,
                "message.model": {"not": "<synthetic>"},
            },
            "turns": {"count": "message.id"},
        },
        {
            "match": {"type": "assistant"},
            "each": "message.content",
            "where": {"type": "tool_use"},
            "line": "→ {name} {input.command|input.file_path|input.notebook_path|input.pattern|input.url|"
            "input.query|input.description|input}",
        },
        {
            "match": {"type": "assistant"},
            "each": "message.content",
            "where": {"type": "text"},
            "text": "text",
        },
        {
            "match": {"type": "user"},
            "each": "message.content",
            "where": {"type": "tool_result", "is_error": True},
            "line": "✗ {content}",
        },
        # On --resume the total is that of the conversation; what is new stands beside it.
        {
            "match": {"type": "result"},
            "cost": [{"add": "model_usage_since_last_result.*.costUSD"}, {"total": "total_cost_usd"}],
            "tokens": {
                "input": [
                    {"add": "model_usage_since_last_result.*.inputTokens"},
                    {"add": "usage.input_tokens"},
                ],
                "output": [
                    {"add": "model_usage_since_last_result.*.outputTokens"},
                    {"add": "usage.output_tokens"},
                ],
                "cache_read": [
                    {"add": "model_usage_since_last_result.*.cacheReadInputTokens"},
                    {"add": "usage.cache_read_input_tokens"},
                ],
                "cache_write": [
                    {"add": "model_usage_since_last_result.*.cacheCreationInputTokens"},
                    {"add": "usage.cache_creation_input_tokens"},
                ],
            },
            "session_id": "session_id",
        },
        {
            "match": {"type": "result"},
            "each": "permission_denials",
            "denied": {
                "id": "tool_use_id",
                "what": "{tool_name} {tool_input.command|tool_input.file_path|tool_input}",
            },
        },
        {
            "match": {"type": "result", "is_error": False},
            "success": True,
            "result": {"set": "result"},
            "structured": "structured_output",
            "line": "✓ finished",
        },
        {
            "match": {"type": "result", "is_error": {"not": False}},
            "success": False,
            "result": {"clear": True},
            "error": {
                "message": [
                    {"path": "subtype", "like": "^error_(max_turns)$"},
                    {"path": "subtype", "like": "^error_max_(budget)_usd$"},
                    "errors.0",
                    "result",
                    "subtype",
                ],
                "status": "api_error_status",
            },
            "line": "✗ {errors.0|result|subtype}",
        },
    ],
}

READ = ("--permission-mode", "dontAsk", "--disallowedTools", "Edit", "Write", "NotebookEdit")
# Without a rule for Bash this mode denies the commands that check the work; in its own clone they may run.
EDIT = ("--permission-mode", "acceptEdits", "--allowedTools", "Bash")
FULL = ("--permission-mode", "bypassPermissions")

DECLARATION = Declaration(
    name="claude",
    # A blank before the prompt keeps a first line such as `/clear` from being a command of the CLI.
    argv=("claude", "-p", " ", "--output-format", "stream-json", "--verbose"),
    model_flag="--model",
    meter=METER,
    env={
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_TELEMETRY": "1",
    },
    permissions={Mode.READ: READ, Mode.EDIT: EDIT, Mode.FULL: FULL},
    allow_flag="--allowedTools",
    deny_flag="--disallowedTools",
    budget_flag="--max-budget-usd",
    turns_flag="--max-turns",
    session_flag="--session-id",
    resume=("--resume", "{session}"),
    config_home="CLAUDE_CONFIG_DIR",
    version=("claude", "--version"),
    tested=("2.1.329",),
)


class Claude(Declared):
    """Claude Code, which lets root have its way only where it is told that this is meant."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self.traits: Traits = replace(self.traits, structured=True)

    def arguments(self, task: Task, launch: Launch) -> Sequence[str]:
        """Answer the schema of the answer that is wanted; the CLI has the model mend what does not fit."""
        del launch
        schema = answer_schema(task.contract, self.traits)
        return ("--json-schema", json.dumps(schema, ensure_ascii=False)) if schema else ()

    def environment(self, task: Task, launch: Launch) -> Mapping[str, str]:
        """Answer also the word that lets root skip permissions."""
        meant = {"IS_SANDBOX": "1"} if task.permissions.mode is Mode.FULL else {}
        return {**super().environment(task, launch), **meant}
