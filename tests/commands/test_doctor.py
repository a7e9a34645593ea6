"""Tests `specrun doctor`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import Said, Spec, Specrun


def test_a_healthy_machine(specrun: Specrun) -> None:
    said = specrun("doctor")
    assert said.code == 0
    assert "git" in said.out
    assert "tmux" in said.out


TOOL = """
version: 1
agents:
  tool:
    argv: [specrun-tool, --go]
    success: exit_code
    version: [specrun-tool, --version]
    tested: ["1.2.3"]
"""


def install(repo: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    folder = repo.parent / "bin"
    folder.mkdir()
    (folder / "specrun-tool").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "specrun-tool").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def agents(said: Said) -> dict[str, tuple[str, str]]:
    rows = [row.split(maxsplit=3) for row in said.out.splitlines() if " agent " in row]
    return {row[2]: (row[0], row[3]) for row in rows}


def test_agents_are_told_with_path_and_version(
    specrun: Specrun, spec: Spec, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "specrun.yaml").write_text(TOOL)
    spec("one: {prompt: 'true'}")
    said = specrun("doctor")
    assert (said.code, agents(said)["tool"]) == (0, ("-", "not installed"))
    assert agents(said)["shell"][1].endswith("/sh")
    install(repo, monkeypatch, "echo 1.2.3")
    said = specrun("doctor")
    assert (said.code, agents(said)["tool"]) == (0, ("ok", f"{repo.parent}/bin/specrun-tool 1.2.3 (tested)"))


def test_a_missing_agent_that_a_task_wants_is_a_fault(
    specrun: Specrun, spec: Spec, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repo / "specrun.yaml").write_text(TOOL)
    spec("one: {agent: tool, prompt: 'x'}\ntwo: {agent: tool, prompt: 'y'}")
    said = specrun("doctor")
    assert (said.code, agents(said)["tool"]) == (9, ("BAD", "not installed, and demo/one wants it"))
    assert "fix: install specrun-tool, or write another `agent`" in said.out
    install(repo, monkeypatch, "exit 1")
    assert specrun("doctor").code == 0


def test_a_path_of_the_tasks_counts(specrun: Specrun, spec: Spec, repo: Path, tmp_path: Path) -> None:
    (repo / "specrun.yaml").write_text(TOOL)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "specrun-tool").write_text("#!/bin/sh\necho 9.9\n")
    (tmp_path / "own" / "specrun-tool").chmod(0o755)
    spec(f"one: {{agent: tool, env: {{PATH: '{tmp_path}/own:/bin'}}, prompt: 'x'}}")
    said = specrun("doctor")
    assert said.code == 0
    assert agents(said)["tool"] == ("ok", f"{tmp_path}/own/specrun-tool 9.9 (not tested; tested: 1.2.3)")


def findings(said: Said, kind: str) -> list[str]:
    return [" ".join(row.split()) for row in said.out.splitlines() if f" {kind}" in row[:12]]


def test_the_project_and_the_tools_of_its_checks_are_told(
    specrun: Specrun, spec: Spec, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(repo, monkeypatch, "true")
    project = "project: {type: python, test: specrun-tool --all, lint: not-there .}\n"
    spec("one: {prompt: 'true', checks: [test]}", head=project)
    said = specrun("doctor")
    assert said.code == 0
    assert findings(said, "project") == [
        (
            "- project python specs/demo.yaml: test = specrun-tool --all, lint = not-there ., "
            "build = python -m build"
        )
    ]
    assert findings(said, "tool")[:2] == [
        f"ok tool specrun-tool {repo.parent}/bin/specrun-tool",
        "- tool not-there not installed",
    ]


def test_a_missing_tool_of_a_check_that_a_task_asks_for_is_a_fault(
    specrun: Specrun, spec: Spec, repo: Path
) -> None:
    spec(
        """
        one: {prompt: 'true', checks: [{name: mine, run: 'set -e; not-there -q'}]}
        two: {prompt: 'true', checks: [{name: its, run: 'not-there'}, {name: fine, run: './own'}]}
        """
    )
    said = specrun("doctor")
    assert said.code == 9
    assert findings(said, "tool") == [
        "BAD tool not-there not installed, and the check mine of demo/one wants it"
    ]
    assert "fix: install not-there, or write another command under `project` or `checks`" in said.out
    assert findings(said, "project") == ["- project none was detected, and none is written"]


def test_specs_that_do_not_load_are_told_and_all_else_is_looked_at(specrun: Specrun, spec: Spec) -> None:
    spec("one: {prmpt: 'true'}")
    said = specrun("doctor")
    assert said.code == 0
    assert "they do not load: run specrun validate" in said.out
    assert agents(said)["shell"][0] == "ok"


def test_outside_of_a_repository(specrun: Specrun, tmp_path: Path) -> None:
    said = specrun("-C", str(tmp_path), "doctor")
    assert said.code == 9
    assert agents(said)["shell"][0] == "ok"


def test_something_needed_is_broken(
    specrun: Specrun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPECRUN_HOME", str(tmp_path / "file"))
    said = specrun("doctor")
    assert said.code == 9
    assert "BAD" in said.out
    assert "fix:" in said.out


def test_all_that_is_missing_can_be_pasted_at_once(
    specrun: Specrun, spec: Spec, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = repo.parent / "bare"
    folder.mkdir()
    for name in ("git", "sh"):
        (folder / name).symlink_to(shutil.which(name) or "")
    for name in ("apt-get", "npm"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    spec("one: {agent: codex, prompt: 'x', checks: [{name: t, run: pytest -q}]}")
    said = specrun("doctor")
    needed, _, more = said.out.partition("To mend this, paste:\n")[2].partition("\n\n")
    assert said.code == 9
    assert needed.split("\n") == ["  npm install -g @openai/codex", "  python3 -m pip install pytest"]
    assert "apt-get install -y tmux\n" in more
    assert "  npm install -g @google/gemini-cli\n" in more
    told = json.loads(specrun("doctor", "--json").out)
    assert told["ok"] is False
    assert told["commands"] == [row.strip() for row in needed.split("\n")]
    assert {"name": "tmux", "state": "notice"}.items() <= told["findings"][7].items()


def test_words_are_coloured_on_request(specrun: Specrun) -> None:
    assert specrun("doctor", "--color", "always").out.startswith("\x1b[32mok\x1b[0m  git ")
    assert "\x1b" not in specrun("doctor").out
