"""Turns a step's `bash`, `write` and `tool` into calls of the tools that the CLI offers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stub.conversation import Json
from tests.stub.script import Step

SHELLS = ("Bash", "bash", "exec_command", "shell_command", "shell", "local_shell", "run_shell_command")
WRITERS = ("Write", "write", "write_file")
CODE = "exec"
"""The one tool of Codex with its newest models: a program that calls the others."""


class NoSuchTool(Exception):
    """The CLI does not offer what the step needs."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as offered: its parameters by name; `custom` ones take free text instead of JSON."""

    params: Json = field(default_factory=dict)
    custom: bool = False
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: `input` is a mapping, or the text of a custom tool."""

    name: str
    input: Any
    custom: bool = False
    namespace: str | None = None


def calls(step: Step, tools: Mapping[str, Tool]) -> list[Call]:
    """Answer the step's calls; NoSuchTool when the CLI lacks one."""
    wanted: list[Json] = list(step.get("tools") or [])
    if step.keys() & {"bash", "write", "tool"}:
        wanted.append(dict(step))
    return [_call(one, tools) for one in wanted]


def _call(wanted: Json, tools: Mapping[str, Tool]) -> Call:
    if "bash" in wanted:
        return _shell(wanted["bash"], tools)
    if "write" in wanted:
        path, content = wanted["write"]
        return _write(path, content, tools)
    tool = tools.get(wanted["tool"], Tool())
    return Call(wanted["tool"], wanted.get("input", {}), tool.custom, tool.namespace)


def _shell(command: str, tools: Mapping[str, Tool]) -> Call:
    name = next((name for name in SHELLS if name in tools), None)
    if name is None:
        return _code(f"const r = await tools.exec_command({{cmd: {json.dumps(command)}}}); text(r);", tools)
    params = tools[name].params
    given: Json = {"command": command}
    if "cmd" in params:
        given = {"cmd": command}
    elif params.get("command", {}).get("type") == "array":
        given = {"command": ["bash", "-lc", command]}
    if "description" in params:
        given["description"] = "stub command"
    return Call(name, given)


def _write(path: str, content: str, tools: Mapping[str, Tool]) -> Call:
    name = next((name for name in WRITERS if name in tools), None)
    if name is not None:
        key = "filePath" if "filePath" in tools[name].params else "file_path"
        return Call(name, {key: path, "content": content})
    lines = "\n".join("+" + line for line in content.removesuffix("\n").split("\n"))
    patch = f"*** Begin Patch\n*** Add File: {path}\n{lines}\n*** End Patch"
    patcher = tools.get("apply_patch")
    if patcher is None:
        return _code(f"text(await tools.apply_patch({json.dumps(patch)}));", tools)
    if patcher.custom:
        return Call("apply_patch", patch, custom=True)
    return Call("apply_patch", {next(iter(patcher.params), "input"): patch})


def _code(program: str, tools: Mapping[str, Tool]) -> Call:
    tool = tools.get(CODE)
    if tool is None or not tool.custom:
        raise NoSuchTool(f"no tool for this step among {sorted(tools)}")
    return Call(CODE, program, custom=True, namespace=tool.namespace)
