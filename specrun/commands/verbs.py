"""Reads the command line with click, loading only the verb that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from specrun import __version__
from specrun.commands import console
from specrun.commands.everywhere import everywhere
from specrun.commands.grammar import ALIASES, GRAMMAR
from specrun.commands.verb import dressed, told_of_variable
from specrun.errors import ExitCode

if TYPE_CHECKING:
    from specrun.report.handbook import Chapter

_SHORT = 200
"""Characters of the sentence of a verb in the list of all."""


class Verbs(click.Group):
    """A group whose commands are modules, each with a click command named `command`."""

    modules: Mapping[str, str] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the verb; what is wrong in a variable is told of that variable."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            told_of_variable(error, ctx)
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Answer the verbs in the order of the table, which is the order of use."""
        del ctx
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb, and give it what every verb has; an alias goes by the word of its verb."""
        del ctx
        word = ALIASES.get(cmd_name, cmd_name)
        module = self.modules.get(word)
        if module is None:
            return None
        return dressed(cast("click.Command", import_module(module).command), word)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the verbs are for, and the options that may stand before them."""
        from specrun.commands import usage
        from specrun.report.handbook import Chapter, Page

        page = Page(
            title=usage.usage(self, ctx),
            text=self.help or "",
            chapters=(
                *self._lists(ctx),
                Chapter(
                    title="Options",
                    entries=tuple(usage.entries(usage.own(self, ctx) + usage.shared(self, ctx), ctx)),
                ),
                Chapter(title="", text=self.epilog or ""),
            ),
        )
        formatter.write(usage.shown(page, formatter.width))

    def _lists(self, ctx: click.Context) -> Iterator[Chapter]:
        """Answer the verbs by what they are for, those that no group names at the end."""
        from specrun.commands.examples import GROUPS
        from specrun.report.handbook import Chapter, Entry

        grouped = {one for verbs in GROUPS.values() for one in verbs}
        more = [one for one in self.modules if one not in grouped]
        for title, verbs in (*GROUPS.items(), ("More", more)):
            rows = (Entry(term=one, text=self._short(ctx, one)) for one in verbs if one in self.modules)
            yield Chapter(title=title, entries=tuple(rows))

    def _short(self, ctx: click.Context, verb: str) -> str:
        """Answer the sentence of a verb, without importing it where that is known."""
        if verb in GRAMMAR:
            return GRAMMAR[verb].short
        command = self.get_command(ctx, verb)
        return command.get_short_help_str(_SHORT) if command else ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or name the nearest one."""
        word = args[0]
        if ALIASES.get(word, word) not in self.modules and not word.startswith("-"):
            near = get_close_matches(word, [*self.modules, *ALIASES], 1)
            advice = f"Did you mean {near[0]!r}?" if near else f"The commands are {', '.join(self.modules)}."
            raise click.UsageError(f"No such command {word!r}. {advice}", ctx)
        return super().resolve_command(ctx, args)


def grouped(modules: Mapping[str, str]) -> Verbs:
    """Answer the whole command line of specrun."""
    group = Verbs(
        "specrun",
        params=[*everywhere(heard=True)],
        help="Converge running coding agents toward committed YAML specs.",
        epilog="Aliases: " + ", ".join(f"{one} is {verb}" for one, verb in ALIASES.items()) + ".",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    group.modules = modules
    click.version_option(__version__, message="%(prog)s %(version)s")(group)
    return group


def dispatch(arguments: Sequence[str], modules: Mapping[str, str]) -> int:
    """Run the verb that the arguments name; a wrong command line is told and answers 64."""
    console.behave(console.Manner())
    group = grouped(modules)
    try:
        code = group.main(list(arguments), prog_name="specrun", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        console.note(error.format_message())
        return ExitCode.USAGE
    except click.Abort:
        console.complain("interrupted")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        return _misused(error)
    return int(code or 0)


def _misused(error: click.ClickException) -> int:
    path = "specrun"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        path = error.ctx.command_path
    what = error.format_message()
    stop = "" if what.endswith((".", "?")) else "."
    console.complain(f"{what}{stop} Try '{path} --help'.")
    return ExitCode.USAGE
