"""Tests how options become entries of pages."""

from __future__ import annotations

import click

from specrun.commands.usage import entries, longest, own, plain, reference, shared, shown, usage
from specrun.commands.verb import dressed
from specrun.report.handbook import Chapter, Entry, Fact, Page


@click.command()
@click.argument("task")
@click.option("-a", "--all", "everything", is_flag=True, help="All.")
@click.option("--secret", hidden=True, help="Not shown.")
def verb(task: str, everything: bool, secret: str) -> None:  # noqa: FBT001 - as click calls
    """Do."""


VERB = dressed(verb, "do")
CTX = click.Context(VERB, info_name="do")


def test_the_usage_line() -> None:
    assert usage(VERB, CTX) == "Usage: do [OPTIONS] TASK"


def test_own_and_shared_options_are_told_apart_and_hidden_ones_left_out() -> None:
    assert [longest(one) for one in own(VERB, CTX)] == ["--all"]
    assert [longest(one) for one in shared(VERB, CTX)] == ["-C", "--color", "--quiet", "--verbose", "--help"]


def test_options_are_told_with_their_variables() -> None:
    assert [*entries(own(VERB, CTX), CTX)] == [Entry(term="-a, --all", text="All.  [env:\xa0SPECRUN_DO_ALL]")]
    assert [*reference(own(VERB, CTX), CTX)] == [
        Entry(term="-a, --all", text="All.", facts=(Fact(label="variable", code=("SPECRUN_DO_ALL",)),))
    ]


def test_a_page_has_no_empty_chapters_and_no_odd_blanks() -> None:
    page = Page(title="T", text="", chapters=(Chapter(title="None"), Chapter(title="One", text="a\xa0b")))
    assert shown(page, 80) == "T\n\nOne:\n  a b\n"


def test_a_docstring_has_one_line_for_each_paragraph() -> None:
    assert plain("One\ntwo.\n\n    Three\n    four.\n") == "One two.\n\nThree four."
