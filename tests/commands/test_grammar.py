"""Tests that what is known of verbs beforehand is what they are."""

from __future__ import annotations

import re
from importlib import import_module
from typing import cast

import click
import pytest

from specrun.cli import COMMANDS
from specrun.commands.everywhere import everywhere
from specrun.commands.grammar import ALIASES, BEFORE, EVERYWHERE, GRAMMAR
from specrun.commands.verb import dressed
from specrun.commands.verbs import grouped

KNOWN = re.compile(r"SPEC|TASK|TASK\+SPEC|LABEL|DOMAIN|CHECK|TOPIC|WORD|FILE|DIR|[a-z|]*")


def command(verb: str) -> click.Command:
    return cast("click.Command", import_module(COMMANDS[verb]).command)


def options(words: str) -> dict[str, str | None]:
    """Answer options with the values that they may have: None for flags, "" for what is not listed."""
    found: dict[str, str | None] = {}
    for word in words.split():
        name, equals, kind = word.partition("=")
        if name.startswith("-"):
            found[name] = None if not equals else kind if kind.islower() else ""
    return found


def declared(params: list[click.Parameter]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for one in params:
        if isinstance(one, click.Option) and not one.hidden:
            choices = "|".join(one.type.choices) if isinstance(one.type, click.Choice) else ""
            names = [*one.opts, *one.secondary_opts]
            found |= dict.fromkeys(names, None if one.is_flag else choices)
    return found


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_verb_is_what_its_line_says(verb: str) -> None:
    one, line = command(verb), GRAMMAR[verb]
    assert line.short == one.short_help
    assert options(line.words) == declared(one.params)
    arguments = [word for word in line.words.split() if not word.startswith("-")]
    taken = [each for each in one.params if isinstance(each, click.Argument)]
    assert [word.endswith("...") for word in arguments] == [each.nargs == -1 for each in taken]
    for word, each in zip(arguments, taken, strict=True):
        if isinstance(each.type, click.Choice):
            assert word == "|".join(each.type.choices)


def test_there_is_a_line_for_every_verb_and_no_other() -> None:
    assert set(GRAMMAR) == set(COMMANDS)
    assert set(ALIASES.values()) < set(COMMANDS)


def test_what_may_stand_everywhere_is_what_its_line_says() -> None:
    assert options(EVERYWHERE) == {**declared([*everywhere()]), "-h": None, "--help": None}
    group = grouped(COMMANDS)
    ctx = click.Context(group, **group.context_settings)
    assert options(f"{EVERYWHERE} {BEFORE}") == declared([*group.get_params(ctx)])


def test_each_kind_is_known() -> None:
    lines = [one.words for one in GRAMMAR.values()]
    kinds = [word.partition("=")[2] if word[0] == "-" else word for words in lines for word in words.split()]
    assert [one for one in kinds if not KNOWN.fullmatch(one.removesuffix("..."))] == []


def test_a_verb_itself_stays_as_it_is() -> None:
    one = command("diff")
    before = [*one.params]
    dressed(one, "diff")
    assert one.params == before
    assert all(each.envvar is None for each in one.params)
