"""Turns what click knows of a verb into entries and text for its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from specrun.commands.everywhere import NAMES
from specrun.report.handbook import Entry, Fact, Page, text

_GLUE = "\N{NO-BREAK SPACE}"
"""Keeps `[env: NAME]` on one line, and becomes a blank at last."""


def usage(command: click.Command, ctx: click.Context) -> str:
    """Answer the usage line: `Usage: specrun diff [OPTIONS] [SPEC]...`."""
    return " ".join(["Usage:", ctx.command_path, *command.collect_usage_pieces(ctx)])


def own(command: click.Command, ctx: click.Context) -> list[click.Option]:
    """Answer the options that only this verb has."""
    return [one for one in _options(command, ctx) if not _everywhere(one)]


def shared(command: click.Command, ctx: click.Context) -> list[click.Option]:
    """Answer the options that every verb has."""
    return [one for one in _options(command, ctx) if _everywhere(one)]


def _options(command: click.Command, ctx: click.Context) -> Iterator[click.Option]:
    return (one for one in command.get_params(ctx) if isinstance(one, click.Option) and not one.hidden)


def _everywhere(one: click.Option) -> bool:
    return one.name in NAMES or "--help" in one.opts


def entries(options: Iterable[click.Option], ctx: click.Context) -> Iterator[Entry]:
    """Answer options as a help page shows them, each with its variable."""
    for flags, what, variable in records(options, ctx):
        heard = f"  [env:{_GLUE}{variable}]" if variable else ""
        yield Entry(term=flags, text=f"{what}{heard}")


def reference(options: Iterable[click.Option], ctx: click.Context) -> Iterator[Entry]:
    """Answer options as the handbook lists them, each with its variable as a fact."""
    for flags, what, variable in records(options, ctx):
        facts = (Fact(label="variable", code=(variable,)),) if variable else ()
        yield Entry(term=flags, text=" ".join(what.split()), facts=facts)


def records(options: Iterable[click.Option], ctx: click.Context) -> Iterator[tuple[str, str, str]]:
    """Answer how options are written, what they do, and the variables that stand for them."""
    for one in options:
        record = one.get_help_record(ctx)
        if record is not None:
            yield record[0], record[1], str(one.envvar or "")


def longest(option: click.Parameter) -> str:
    """Answer the longest spelling of an option."""
    return max(option.opts, key=len)


def plain(told: str) -> str:
    """Answer the text of a docstring with one line for each paragraph."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in told.strip().split("\n\n"))


def shown(page: Page, room: int) -> str:
    """Answer a page as help shows it, in `room` columns, without chapters that say nothing."""
    chapters = tuple(one for one in page.chapters if one.text or one.entries or one.code)
    return text(replace(page, chapters=chapters), room=room).replace(_GLUE, " ")
