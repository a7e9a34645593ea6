"""Dresses a verb: the options of all verbs, their variables, and a help page with examples and exit codes."""

from __future__ import annotations

import copy

import click
from click.core import ParameterSource

from specrun.commands import console
from specrun.commands.everywhere import everywhere

_PREFIX = "SPECRUN"


class Verb(click.Command):
    """A verb as people see it, made of the command that its module has."""

    word: str = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; what is wrong in a variable is told of that variable."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            told_of_variable(error, ctx)
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; where much is to be said, between what it works with and how long it took."""
        if not console.manner().verbose:
            return super().invoke(ctx)
        from specrun.commands.telling import told

        with told(self.word, ctx.obj, ctx.params.get("specs", ())):
            return super().invoke(ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the page of the verb: usage, options, examples, exit codes, and where to read on."""
        from specrun.commands import examples, usage
        from specrun.report.handbook import Chapter, Page

        options = usage.own(self, ctx), usage.shared(self, ctx)
        page = Page(
            title=usage.usage(self, ctx),
            text=usage.plain(self.help or ""),
            chapters=(
                Chapter(title="Options", entries=tuple(usage.entries(options[0], ctx))),
                Chapter(title="Options of every verb", entries=tuple(usage.entries(options[1], ctx))),
                *examples.chapters(self.word),
            ),
        )
        formatter.write(usage.shown(page, formatter.width))


def told_of_variable(error: click.BadParameter, ctx: click.Context) -> None:
    """Let an error name the variable where the wrong value comes from one."""
    one = error.param
    if one is None or not one.envvar or one.name is None:
        return
    if ctx.get_parameter_source(one.name) is ParameterSource.ENVIRONMENT:
        error.param_hint = f"{one.envvar} ({max(one.opts, key=len)})"


def dressed(command: click.Command, word: str) -> Verb:
    """Answer a verb with all that every verb has; the command itself stays as it is."""
    taken = {name for one in command.params for name in one.opts}
    verb = Verb(
        name=command.name,
        callback=command.callback,
        params=[
            *(_heard(one, word) for one in command.params),
            *(one for one in everywhere() if not taken & {*one.opts}),
        ],
        help=command.help,
        short_help=command.short_help,
        context_settings=command.context_settings,
    )
    verb.word = word
    return verb


def variable(word: str, option: click.Parameter) -> str:
    """Answer the variable that stands for an option of a verb: SPECRUN_APPLY_RETRY_FAILED."""
    flags = [one for one in option.opts if one.startswith("--")]
    name = flags[0].removeprefix("--") if flags else str(option.name)
    return f"{_PREFIX}_{word}_{name}".upper().replace("-", "_")


def _heard(one: click.Parameter, word: str) -> click.Parameter:
    if not isinstance(one, click.Option) or one.envvar:
        return one
    heard = copy.copy(one)
    heard.envvar = variable(word, one)
    return heard
