"""Tests `specrun graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Spec, Specrun

TASKS = """
schema: {title: The tables, prompt: 'true'}
web: {depends_on: [schema], prompt: 'exit 1', workspace: clone, touches: [src]}
api: {depends_on: [schema], prompt: 'true', workspace: clone, touches: [src/api]}
deploy: {depends_on: [api, web], prompt: 'true'}
"""


def test_the_drawing_says_how_things_stand(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS.replace("touches: [src]", "labels: [ui]").replace("touches: [src/api]", "labels: [ui]"))
    said = specrun("graph")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "demo: 4 tasks in 3 waves, at most 2 side by side\n"
        "TASK            WAVE  STATUS\n"
        "* schema        1     pending\n"
        "+-o web         2     pending\n"
        "'-|-* api       2     pending\n"
        "  '-'-* deploy  3     pending\n"
        "Longest (*), 3 tasks: schema > api > deploy\n"
    )
    specrun("apply", "--yes")
    states = [row.split()[-2] for row in specrun("graph").out.splitlines()[2:6]]
    assert states == ["succeeded", "failed", "succeeded", "blocked"]


def test_every_format(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    found = json.loads(specrun("graph", "--format", "json").out)
    assert [one["task"] for one in found["nodes"]] == ["demo/schema", "demo/web", "demo/api", "demo/deploy"]
    assert found["conflicts"] == [{"tasks": ["demo/api", "demo/web"], "globs": ["src/api", "src"]}]
    assert specrun("graph", "--format", "mermaid").out.startswith("flowchart TD\n  t1[")
    assert specrun("graph", "--format", "dot").out.startswith("digraph specrun {\n")
    assert specrun("graph", "--format", "svg").code == 64


def test_specs_and_selectors(spec: Spec, specrun: Specrun) -> None:
    spec(TASKS)
    spec("one: {prompt: 'true'}", name="other")
    assert specrun("graph", "other").out == (
        "other: 1 task in 1 wave\nTASK   WAVE  STATUS\no one  1     pending\n"
    )
    said = specrun("graph", "--only", "d*")
    assert "o deploy  1     pending  after api, web, not shown\n" in said.out
    assert said.err == "Selection: 1 of 5 tasks (--only d*).\n"
    assert specrun("graph", "--only", "dploy").code == 64


@pytest.mark.parametrize(
    ("style", "out"),
    [("text", ""), ("mermaid", "flowchart TD\n"), ("dot", None), ("json", None)],
)
def test_nothing_selected_is_an_empty_graph(
    spec: Spec, specrun: Specrun, style: str, out: str | None
) -> None:
    spec(TASKS)
    said = specrun("graph", "--failed", "--format", style)
    assert (said.code, said.err) == (0, "Nothing matches --failed.\n")
    assert out is None or said.out == out
    if style == "json":
        assert json.loads(said.out)["nodes"] == []


def test_no_spec_and_a_broken_one(specrun: Specrun, spec: Spec) -> None:
    assert specrun("graph").code == 3
    spec("one: {prompt: 'true', needs: [two]}")
    said = specrun("graph")
    assert (said.code, said.out) == (3, "")
    assert "needs" in said.err


def test_a_spec_without_tasks(repo: Path, specrun: Specrun) -> None:
    (repo / "specs").mkdir()
    (repo / "specs" / "demo.yaml").write_text("version: 1\nname: demo\ntasks: {}\n")
    said = specrun("graph")
    assert (said.code, said.out, said.err) == (0, "", "There are no tasks.\n")


def test_a_terminal_may_want_colour(spec: Spec, specrun: Specrun, monkeypatch: pytest.MonkeyPatch) -> None:
    spec(TASKS)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[2mpending" in specrun("graph").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in specrun("graph").out
