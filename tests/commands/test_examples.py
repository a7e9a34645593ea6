"""Tests that the examples in the help of verbs are command lines that work."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from specrun.cli import COMMANDS
from specrun.commands.examples import GROUPS, PAGES, chapters
from specrun.commands.grammar import GRAMMAR
from specrun.commands.verbs import grouped
from specrun.report.topics import TOPICS

LINES = [(verb, one.line) for verb, page in PAGES.items() for one in page.examples]


def parsed(arguments: list[str]) -> click.Context:
    """Read a command line as specrun does, and run nothing."""
    group = grouped(COMMANDS)
    ctx = group.make_context("specrun", list(arguments))
    name, command, rest = group.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
    assert name is not None
    assert command is not None
    return command.make_context(name, rest, parent=ctx)


@pytest.mark.parametrize(("verb", "line"), LINES, ids=[line for _, line in LINES])
def test_an_example_is_understood(
    verb: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(line.partition(" > ")[0])
    assert program == "specrun"
    assert arguments[0] == verb
    parsed(arguments)


def test_a_wrong_one_would_not_be() -> None:
    with pytest.raises(click.UsageError):
        parsed(["diff", "--nope"])


def test_every_verb_has_examples_codes_and_a_group() -> None:
    assert set(PAGES) == set(COMMANDS)
    assert sorted(one for verbs in GROUPS.values() for one in verbs) == sorted(COMMANDS)
    assert all(1 <= len(page.examples) <= 4 and len(page.codes) >= 2 for page in PAGES.values())


def test_what_to_read_on_is_there() -> None:
    for page in PAGES.values():
        for one in page.see:
            _, verb, *topic = one.split()
            assert verb in GRAMMAR
            assert topic == [] or topic[0] in TOPICS


def test_chapters_fit_on_a_terminal() -> None:
    for verb in PAGES:
        found = {one.title: one for one in chapters(verb)}
        assert [*found] == ["Examples", "Exit codes", "See also"]
        assert max(map(len, found["Examples"].code)) <= 76
        assert [int(one.term) for one in found["Exit codes"].entries] == [
            int(one) for one in PAGES[verb].codes
        ]
    assert [*chapters("nothing")] == []


@pytest.mark.parametrize(
    ("verb", "code", "told"),
    [
        ("list", "1", "With --exit-code: no task is named."),
        ("status", "1", "With --exit-code: a task has failed or is held."),
        ("status", "5", "With --exit-code: Money or quota is used up."),
        ("stop", "1", "A worker is still running."),
        ("apply", "5", "Money or quota is used up."),
    ],
)
def test_a_code_may_mean_something_else_for_one_verb(verb: str, code: str, told: str) -> None:
    (codes,) = (one for one in chapters(verb) if one.title == "Exit codes")
    assert {one.term: one.text for one in codes.entries}[code] == told
