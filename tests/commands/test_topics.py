"""Tests that each topic leads to its page."""

from __future__ import annotations

import click
import pytest

from specrun.cli import COMMANDS
from specrun.commands.topics import page
from specrun.commands.verbs import grouped
from specrun.errors import UsageProblem
from specrun.report.handbook import Page, text
from specrun.report.topics import TOPICS


@pytest.fixture
def ctx() -> click.Context:
    return click.Context(grouped(COMMANDS), info_name="specrun")


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page_that_says_something(ctx: click.Context, topic: str, whole: bool) -> None:  # noqa: FBT001
    shown = page(ctx, topic, None, whole=whole)
    assert isinstance(shown, Page)
    assert shown.chapters
    assert len(text(shown)) > 200


def test_without_a_topic_there_are_the_contents(ctx: click.Context) -> None:
    shown = page(ctx, None, None, whole=False)
    assert isinstance(shown, Page)
    assert shown.title == "specrun help TOPIC"


@pytest.mark.parametrize("verb", ["diff", "help"])
def test_a_verb_is_answered_with_its_help(ctx: click.Context, verb: str) -> None:
    told = page(ctx, verb, None, whole=False)
    assert isinstance(told, str)
    assert told.startswith(f"Usage: specrun {verb} [OPTIONS]")
    assert page(ctx, "commands", verb, whole=False) == told
    assert page(ctx, "plan", None, whole=False) == page(ctx, "diff", None, whole=False)


@pytest.mark.parametrize(
    ("topic", "word", "told"),
    [
        ("states", "blocked", "It cannot go on"),
        ("actions", "rerun", "~ rerun"),
        ("actions", "~", "~ rerun"),
        ("exit-codes", "9", "specrun itself needs"),
        ("reasons", "Cancelled", "stopped by a person"),
        ("errors", "e205", "depends_on"),
        ("environment", "SPECRUN_HOME", "state"),
        ("fields", "tasks.retry", "Keys of retry:"),
        ("settings", "agents.meter", "Keys of meter:"),
        ("agents", "claude", "takes a model"),
        ("selectors", "--only", "--only TASK"),
    ],
)
def test_one_word_of_a_topic(ctx: click.Context, topic: str, word: str, told: str) -> None:
    shown = page(ctx, topic, word, whole=False)
    assert isinstance(shown, Page)
    assert told in text(shown)


@pytest.mark.parametrize(
    ("topic", "word", "what", "fix"),
    [
        ("stats", None, "there is no topic 'stats'", "did you mean"),
        ("qqqq", None, "there is no topic 'qqqq'", "ask for one of states, actions"),
        ("states", "faild", "specrun help states knows no 'faild'", "did you mean failed?"),
        ("plan", "auth", "specrun help diff knows no 'auth'", "see specrun help diff"),
        ("states", "qqq", "specrun help states knows no 'qqq'", "see specrun help states"),
        ("fields", "tsks", "there is no field 'tsks'", 'did you mean "tasks"?'),
    ],
)
def test_what_nobody_knows_is_told_with_what_was_meant(
    ctx: click.Context, topic: str, word: str | None, what: str, fix: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        page(ctx, topic, word, whole=False)
    assert (caught.value.what, caught.value.fix[: len(fix)]) == (what, fix)


def test_the_whole_reference_of_settings_leaves_out_what_specs_have(ctx: click.Context) -> None:
    shown = page(ctx, "settings", None, whole=True)
    assert isinstance(shown, Page)
    titles = [one.title for one in shown.chapters]
    assert "meter" in titles
    assert "retry" not in titles
