"""Tests the skill for agents: its form, its spec, and that every command and word in it is real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import specrun as package
from specrun import cli
from specrun.commands.verbs import grouped
from specrun.core.world import Status
from specrun.errors import ExitCode
from specrun.report.results import entry
from tests.commands.conftest import ROOT, Specrun
from tests.report.values import run

PAPER = Path(package.__file__).with_name("SKILL.md")
TEXT = PAPER.read_text()
COMMANDS = sorted(set(re.findall(r"`(specrun [^`]*)`", TEXT)))
STATUSES = {str(one) for one in Status}


def test_it_is_printed_and_lies_where_agents_look(specrun: Specrun) -> None:
    said = specrun("skill")
    assert (said.code, said.out) == (0, TEXT)
    assert (ROOT / "skills" / "specrun" / "SKILL.md").read_text() == TEXT, "run make schema"


def test_it_has_the_form_of_a_skill() -> None:
    """As https://agentskills.io/specification has it."""
    _, head, body = TEXT.split("---\n", 2)
    fields = YAML(typ="safe").load(head)
    assert fields["name"] == "specrun"
    assert 1 <= len(fields["description"]) <= 1024
    assert set(fields) <= {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
    assert len(body.splitlines()) < 200


def test_its_spec_is_valid(repo: Path, specrun: Specrun) -> None:
    specs = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert specs
    (repo / "specs").mkdir()
    for number, text in enumerate(specs):
        (repo / "specs" / f"{number}.yaml").write_text(text)
    said = specrun("validate")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_one(line: str, specrun: Specrun) -> None:
    assert len(COMMANDS) > 20
    _, verb, *words = shlex.split(line)
    command = grouped(cli.COMMANDS).get_command(None, verb)  # type: ignore[arg-type]
    assert command is not None
    # What only names a verb needs no arguments: `specrun apply`.
    if words:
        command.make_context(verb, words)
    if verb == "help":
        assert specrun(verb, *words).code == 0


def test_its_tables_tell_real_codes_and_words() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert codes == {*ExitCode} - {2, 70, 130, 143}
    told = re.search(r"`status` \((.*?)\), `reason`(.*?)\(null", TEXT, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`(\w+)`", told.group(1))) <= STATUSES
    keys = {one.partition("[")[0] for one in re.findall(r"`([\w.\[\]]+)`", told.group(2))} | {"reason"}
    assert keys <= set(entry(run("login/api")))
