"""Makes pages of the handbook out of the command line itself: verbs, options and their variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import click

from specrun.commands import examples, usage
from specrun.commands.everywhere import everywhere
from specrun.commands.verb import Verb
from specrun.core.selection import Selectors
from specrun.report import environs
from specrun.report.handbook import Chapter, Entry, Page
from specrun.report.topics import TOPICS


def verbs(ctx: click.Context) -> Mapping[str, Verb]:
    """Answer every verb by its name, in the order of the list."""
    group = ctx.find_root().command
    if not isinstance(group, click.Group):
        return {}
    found = ((name, group.get_command(ctx, name)) for name in group.list_commands(ctx))
    return {name: verb for name, verb in found if isinstance(verb, Verb)}


def commands(ctx: click.Context) -> Page:
    """Answer every verb with all of its options."""
    chapters = [
        _chapter(verb, click.Context(verb, ctx.find_root(), name)) for name, verb in verbs(ctx).items()
    ]
    options = tuple(usage.reference(everywhere(heard=True), ctx))
    shared = Chapter(title="Options of every verb", entries=options)
    return Page(title="Commands", text=TOPICS["commands"], chapters=(*chapters, shared))


def _chapter(verb: Verb, ctx: click.Context) -> Chapter:
    more = examples.PAGES.get(verb.word)
    codes = f"\n\nExit codes: {', '.join(str(int(one)) for one in more.codes)}." if more else ""
    line = usage.usage(verb, ctx).removeprefix("Usage: ")
    return Chapter(
        title=f"specrun {verb.word}",
        text=f"`{line}`\n\n{usage.plain(verb.help or '')}{codes}",
        entries=tuple(usage.reference(usage.own(verb, ctx), ctx)),
        code=tuple(text for one in (more.examples if more else ()) for text in (f"# {one.what}", one.line)),
    )


def environment(ctx: click.Context) -> Page:
    """Answer every variable: those that specrun reads, those of options, those that workers get."""
    rows = [Entry(term=str(one.envvar), text=f"As `{usage.longest(one)}`.") for one in everywhere(heard=True)]
    rows += [
        Entry(term=str(one.envvar), text=f"As `{usage.longest(one)}` of `{word}`.")
        for word, verb in verbs(ctx).items()
        for one in usage.own(verb, ctx)
    ]
    return environs.page(rows)


def selectors(ctx: click.Context) -> Page:
    """Answer how tasks are named and picked, with the options of `diff` that do so."""
    names = {field.name for field in fields(Selectors)}
    found = [one for one in verbs(ctx)["diff"].params if isinstance(one, click.Option) and one.name in names]
    return environs.selectors([Entry(term=flag, text=what) for flag, what, _ in usage.records(found, ctx)])
