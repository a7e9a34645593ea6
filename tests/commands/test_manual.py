"""Tests the pages that are made of the command line."""

from __future__ import annotations

import click
import pytest

from specrun.cli import COMMANDS
from specrun.commands.manual import commands, environment, selectors, verbs
from specrun.commands.verbs import grouped
from specrun.report.handbook import text
from specrun.report.handbook_markdown import markdown


@pytest.fixture
def ctx() -> click.Context:
    return click.Context(grouped(COMMANDS), info_name="specrun")


def test_every_verb_is_there(ctx: click.Context) -> None:
    assert [*verbs(ctx)] == [*COMMANDS]
    assert verbs(click.Context(click.Command("alone"))) == {}


def test_every_verb_is_told_with_usage_options_and_examples(ctx: click.Context) -> None:
    told = markdown(commands(ctx))
    assert all(f"\n## specrun {verb}\n\n`specrun {verb}" in told for verb in COMMANDS)
    assert (
        "\n- `-j, --jobs N`: Run at most N workers at once. \\[x\\>=1\\] (variable: `SPECRUN_APPLY_JOBS`)\n"
        in told
    )
    assert "\nspecrun diff auth --prompt\n" in told
    assert "Exit codes: 0, 2, 3, 9, 64." in told
    assert told.count("`--color WHEN`") == 1


def test_every_option_has_its_variable_on_the_page(ctx: click.Context) -> None:
    told = text(environment(ctx), room=100)
    for name in ("SPECRUN_DIR", "SPECRUN_QUIET", "SPECRUN_APPLY_RETRY_FAILED", "SPECRUN_LOGS_CHECK"):
        assert f"  {name} " in told
    assert "As `--retry-failed` of `apply`." in told


def test_selectors_are_those_of_diff(ctx: click.Context) -> None:
    told = text(selectors(ctx))
    flags = ("target", "only", "from", "until", "exclude", "failed", "changed", "label", "domain", "replace")
    assert all(f"\n  --{flag}" in told for flag in flags)
    assert "--json" not in told
