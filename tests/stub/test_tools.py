"""Checks that steps meet the tools of every CLI, however they are named and shaped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stub import responses
from tests.stub.script import Step
from tests.stub.tools import Call, NoSuchTool, Tool, calls

PATCH = "*** Begin Patch\n*** Add File: f\n+a\n+b\n*** End Patch"


@pytest.mark.parametrize(
    ("tools", "name", "given"),
    [
        (
            {"Bash": {"command": {}, "description": {}}},
            "Bash",
            {"command": "x", "description": "stub command"},
        ),
        ({"exec_command": {"cmd": {}}}, "exec_command", {"cmd": "x"}),
        ({"shell": {"command": {"type": "array"}}}, "shell", {"command": ["bash", "-lc", "x"]}),
        ({"run_shell_command": {"command": {}}}, "run_shell_command", {"command": "x"}),
    ],
)
def test_a_command_goes_to_the_shell_tool(tools: dict[str, Any], name: str, given: dict[str, Any]) -> None:
    assert calls({"bash": "x"}, {key: Tool(params) for key, params in tools.items()}) == [Call(name, given)]


@pytest.mark.parametrize(
    ("tools", "call"),
    [
        ({"Write": Tool({"file_path": {}})}, Call("Write", {"file_path": "f", "content": "a\nb\n"})),
        ({"write": Tool({"filePath": {}})}, Call("write", {"filePath": "f", "content": "a\nb\n"})),
        ({"apply_patch": Tool(custom=True)}, Call("apply_patch", PATCH, custom=True)),
        ({"apply_patch": Tool({"patch": {}})}, Call("apply_patch", {"patch": PATCH})),
    ],
    ids=["file_path", "filePath", "a patch as text", "a patch as a parameter"],
)
def test_a_file_goes_to_the_writing_tool(tools: dict[str, Tool], call: Call) -> None:
    assert calls({"write": ["f", "a\nb\n"]}, tools) == [call]


@pytest.mark.parametrize("step", [{"bash": "x"}, {"write": ["f", "a\n"]}])
def test_where_one_tool_runs_programs_the_step_becomes_one(step: Step) -> None:
    inner = {"type": "custom", "name": "exec"}
    item = {"type": "additional_tools", "tools": [{"type": "namespace", "name": "code", "tools": [inner]}]}
    (call,) = calls(step, responses.offered({"input": [item]}))
    assert (call.name, call.custom, call.namespace) == ("exec", True, "code")
    assert "await tools." in call.input


def test_a_tool_by_name_keeps_what_it_is() -> None:
    tools = {"say": Tool(custom=True, namespace="n")}
    assert calls({"tool": "say", "input": "text"}, tools) == [Call("say", "text", custom=True, namespace="n")]


@pytest.mark.parametrize("step", [{"bash": "x"}, {"write": ["f", "a"]}])
def test_a_cli_without_the_tool_is_told_by_name(step: Step) -> None:
    with pytest.raises(NoSuchTool, match="Read"):
        calls(step, {"Read": Tool()})
