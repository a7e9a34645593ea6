"""The words that are not in the schema: those of other tools, those of later, and the nearest known name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

RESERVED = frozenset(
    [
        "approval",
        "artifacts",
        "base",
        "concurrency",
        "extends",
        "fallback",
        "finally",
        "for_each",
        "hooks",
        "include",
        "inputs",
        "integrate",
        "invalidate",
        "locks",
        "matrix",
        "on_failure",
        "pipeline",
        "repo",
        "rerun_on",
        "results",
        "roles",
        "sandbox",
        "sync",
        "templates",
        "warn_at",
    ]
)
"""Words of the vocabulary whose behaviour is not built yet: refused by name, never ignored."""

INSTEAD = {"inputs": "remove it; files go under `reads`, values under `vars` or `with`"}
"""What to do about a word of later where something else may be meant."""

FOREIGN = {
    **dict.fromkeys(
        ("needs", "deps", "depends", "dependencies", "dependsOn", "runAfter", "requires", "after"),
        "depends_on",
    ),
    **dict.fromkeys(("steps", "jobs", "stages", "nodes"), "tasks"),
    **dict.fromkeys(("cmd", "run", "command", "script", "exec"), "argv prompt run"),
    **dict.fromkeys(("timeout_sec", "timeout_seconds", "timeout-minutes", "time_limit"), "timeout"),
    **dict.fromkeys(
        ("parallel", "parallelism", "max_parallel", "max_active_steps", "concurrent"), "max_workers"
    ),
    **dict.fromkeys(("retries", "retry_policy", "retryPolicy", "retryStrategy", "max_attempts"), "retry"),
    **dict.fromkeys(("args", "arguments"), "argv with"),
    **dict.fromkeys(("params",), "with"),
    **dict.fromkeys(("instructions",), "prompt"),
    **dict.fromkeys(("llm", "engine"), "model"),
    **dict.fromkeys(("max_steps", "max_iterations", "turns_limit"), "max_turns"),
    **dict.fromkeys(("permission", "permission_mode", "approval_mode"), "permissions"),
    **dict.fromkeys(("allowed", "allowed_tools", "allowedTools"), "allow"),
    **dict.fromkeys(("denied_tools", "disallowed_tools", "disallowedTools"), "deny"),
    **dict.fromkeys(("variables", "constants"), "vars"),
    **dict.fromkeys(("environment", "environ"), "env"),
    **dict.fromkeys(("desc", "summary", "doc"), "description"),
    **dict.fromkeys(("tags",), "labels"),
    **dict.fromkeys(("stall", "stall_timeout"), "idle_timeout"),
    **dict.fromkeys(("cli", "provider", "tool"), "agent"),
    **dict.fromkeys(("working_dir", "workdir", "cwd"), "path workspace"),
    **dict.fromkeys(("worktree",), "workspace"),
    **dict.fromkeys(("secret",), "secrets"),
    **dict.fromkeys(("completed", "done", "always"), "finished"),
    **dict.fromkeys(("success", "ok", "passed"), "succeeded pass"),
    **dict.fromkeys(("failure",), "failed fail"),
    **dict.fromkeys(("max_cost", "cost", "cap", "rounds", "max_rounds", "times"), "limit"),
    **dict.fromkeys(("check", "gate", "gates", "verify", "verification", "validate"), "checks"),
    **dict.fromkeys(("tests", "validation", "validations", "acceptance", "quality_gates"), "checks"),
    **dict.fromkeys(("test", "lint", "build", "post_checks", "definition_of_done"), "checks"),
    **dict.fromkeys(("scope", "writes", "allowed_paths", "write_paths", "only", "files"), "touches"),
    **dict.fromkeys(("paths",), "touches path project"),
    **dict.fromkeys(("sources", "srcs", "file_dep", "file_deps", "watch", "watches"), "reads"),
    **dict.fromkeys(("input_files", "context_files", "depends_on_files", "read_paths"), "reads"),
    **dict.fromkeys(("if", "condition", "conditions", "precondition", "preconditions"), "when"),
    **dict.fromkeys(("only_if", "run_if", "runIf"), "when"),
    **dict.fromkeys(("disabled", "disable", "enable", "skip", "skipped", "active", "inactive"), "enabled"),
    **dict.fromkeys(("frozen", "pin", "pinned", "hold"), "freeze"),
    **dict.fromkeys(("move", "moves", "rename", "renamed", "renames"), "moved"),
    **dict.fromkeys(("deleted", "dropped", "retired"), "removed"),
    **dict.fromkeys(("old", "was", "former", "old_id", "previous_id"), "from"),
    **dict.fromkeys(("new", "now", "new_id"), "to"),
    **dict.fromkeys(("guard", "guards", "safety", "unsafe"), "thresholds"),
    **dict.fromkeys(("max_reruns", "rerun_share", "reruns_share"), "reruns"),
    **dict.fromkeys(("min_tasks", "reruns_min"), "reruns_from"),
    **dict.fromkeys(("max_stops", "stopped"), "stops"),
    **dict.fromkeys(("protected", "readonly", "read_only", "immutable", "frozen_files"), "protect"),
    **dict.fromkeys(("output_schema", "outputSchema", "output", "result", "json_schema"), "outputs"),
    **dict.fromkeys(("verdict", "verdicts", "reviewer", "review", "judgement", "judgment"), "judge"),
    **dict.fromkeys(("approve", "approved", "accept", "accepted", "passing"), "pass"),
    **dict.fromkeys(("reject", "rejected", "decline", "declined", "failing"), "fail"),
    **dict.fromkeys(("rework", "send_back", "back_to", "goto", "loop"), "rewind"),
    **dict.fromkeys(("target", "task"), "to tasks"),
    **dict.fromkeys(("randomize", "random", "spread"), "jitter"),
    **dict.fromkeys(("id",), "name"),
    **dict.fromkeys(("dir", "directory", "folder"), "path paths"),
    **dict.fromkeys(("packages", "workspaces", "modules", "subprojects", "folders"), "paths"),
    **dict.fromkeys(("projects", "project_type", "stack", "toolchain"), "project"),
    **dict.fromkeys(("language", "lang", "kind"), "type project"),
    **dict.fromkeys(("javascript", "typescript", "js", "ts", "nodejs", "npm", "yarn", "pnpm"), "node"),
    **dict.fromkeys(("py", "pytest", "poetry", "uv", "pip"), "python"),
    **dict.fromkeys(("cargo",), "rust"),
    **dict.fromkeys(("golang",), "go"),
    **dict.fromkeys(("mvn", "java"), "maven"),
    **dict.fromkeys(("kotlin",), "gradle"),
    **dict.fromkeys(("csharp", "net", "c#"), "dotnet"),
    **dict.fromkeys(("makefile", "gnumake"), "make"),
}
"""Words of other tools and those that are meant, the first that is known where they stand."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Answer the known word that `word` was probably meant to be, "" when none is near."""
    names = list(known)
    meant = next((one for one in FOREIGN.get(word, "").split() if one in names), "")
    if meant:
        return meant
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6) if len(word) <= 80 else []  # noqa: PLR2004
    return found[0] if found else ""


def listed(names: Iterable[str], most: int = 8) -> str:
    """Answer known names for a message, the first few of many."""
    words = sorted(names)
    return ", ".join(words[:most]) + (", …" if len(words) > most else "") if words else "none"


def meant(word: str, known: Iterable[str]) -> str:
    """Answer what to do about an unknown name: the nearest one, else the list."""
    names = list(known)
    near = nearest(word, names)
    return f'did you mean "{near}"?' if near else f"known: {listed(names)}"
