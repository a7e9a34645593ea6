"""First files are canonical and mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from specrun.core.complexity import guessed
from specrun.spec.layout import laid_out
from specrun.spec.starting import TEMPLATE, TEMPLATE_TEXT, Start, header, place, word
from tests.spec.corpus import loaded, write

SHELL = Start(agent="shell", prose=False)
CLAUDE = Start(agent="claude", priced=True)
STARTS = {
    "scripts": SHELL,
    "an agent with a login": CLAUDE,
    "an agent with a key": Start(agent="codex", secret="OPENAI_API_KEY"),
    "a project": Start(
        agent="claude",
        priced=True,
        kind="node",
        source="package.json",
        commands={"test": "npm test"},
        checks=[("install", "npm ci"), "test"],
    ),
    "without a domain": Start(agent="claude", checks=["test"], domain=""),
    "an odd source": Start(agent="claude", kind="dotnet", source="a\n\x1b[31m#.sln", commands={}),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("name", ["hello", "1", "null", "1e3", "0x1f", "yes"])
def test_what_is_written_is_canonical(start: Start, name: str) -> None:
    for file, text in (("specrun.yaml", start.settings()), (place(name), start.spec(name, "look"))):
        laid = laid_out(file, text.encode())
        assert (laid.problems, laid.refused, laid.after) == ((), "", text)


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_what_is_written_loads(tmp_path: Path, start: Start) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"test": "x"}}')
    write(tmp_path, TEMPLATE_TEXT, TEMPLATE)
    write(tmp_path, start.settings(), "specrun.yaml")
    write(tmp_path, start.spec("123", "look"), place("123"))
    tasks = loaded(tmp_path).desired.tasks
    assert {task.agent for task in tasks.values()} == {start.agent}
    assert any(task.edges for task in tasks.values())
    assert any(task.contract.checks for task in tasks.values())
    for task in tasks.values():
        assert task.limits.timeout is not None
        assert task.budget is None or start.priced
        assert task.secrets == ((start.secret,) if start.secret else ())
        assert task.inherit_config == (start.prose and not start.secret)
        if start.domain and start.prose:
            assert "How to go about it:" in (task.prompt or "")


def test_the_template_sends_no_task_to_another_model() -> None:
    around = TEMPLATE_TEXT.partition("-#}")[2]
    assert guessed(around) is None


def test_the_first_line_leads_editors_to_the_schema() -> None:
    assert SHELL.spec("a", "a").startswith(f"{header('spec', '../')}\n")
    assert header("spec", "../").endswith("$schema=../.specrun/schema/spec.schema.json")
    assert SHELL.settings().startswith("# yaml-language-server: $schema=.specrun/schema/settings")


def test_a_name_that_would_be_no_text_stands_in_quotes() -> None:
    assert [word(name) for name in ("a", "1", "007", "true", "no")] == ["a", '"1"', '"007"', '"true"', "no"]
