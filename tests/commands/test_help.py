"""Tests `specrun help`."""

from __future__ import annotations

import pytest

from tests.commands.conftest import Specrun


def test_the_topics_are_listed(specrun: Specrun) -> None:
    said = specrun("help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("specrun help TOPIC\n")
    assert "  exit-codes " in said.out


@pytest.mark.parametrize("topic", ["fields", "settings", "commands", "exit-codes", "states", "environment"])
def test_topics_as_markdown(specrun: Specrun, topic: str) -> None:
    said = specrun("help", topic, "--format", "markdown")
    assert said.code == 0
    assert said.out.startswith("# ")
    assert "\n## " in said.out
    assert not any(row != row.rstrip() for row in said.out.splitlines())


def test_the_reference_has_a_section_for_every_field(specrun: Specrun) -> None:
    told = specrun("help", "fields", "--format", "markdown").out
    assert "\n### `task.prompt`\n" in told
    assert "\n### `retry.limit`\n" in told


def test_a_verb_is_the_same_as_its_help(specrun: Specrun) -> None:
    assert specrun("help", "diff").out.rstrip() == specrun("diff", "--help").out.rstrip()


def test_an_unknown_topic(specrun: Specrun) -> None:
    said = specrun("help", "fieds")
    assert said.code == 64
    assert said.err == "specrun: there is no topic 'fieds'; fix: did you mean fields?\n"


def test_no_repository_is_needed(specrun: Specrun, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert specrun("-C", str(tmp_path_factory.mktemp("bare")), "help", "agents").code == 0


def test_a_page_fits_the_terminal_also_on_its_way_to_a_pager(
    specrun: Specrun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, specrun("help", "states").out.splitlines())) < 60


def test_colours_on_request(specrun: Specrun) -> None:
    assert "\x1b[1mStates:\x1b[0m" in specrun("--color", "always", "help", "states").out
    assert "\x1b" not in specrun("help", "states").out
