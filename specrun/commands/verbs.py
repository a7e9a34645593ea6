"""Reads the command line with click, loading only the verb that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import cast

import click

from specrun import __version__
from specrun.commands import console
from specrun.errors import ExitCode

ALIASES = {"plan": "diff", "why": "explain"}
"""Other words for verbs; they stand below the list of commands."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Verbs(click.Group):
    """A group whose commands are modules, each with a click command named `command`."""

    modules: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Answer the verbs in the order of the table, which is the order of use."""
        del ctx
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb; every verb takes `-C` as well, so that it may stand at either side."""
        del ctx
        module = self.modules.get(ALIASES.get(cmd_name, cmd_name))
        if module is None:
            return None
        command = cast("click.Command", import_module(module).command)
        if not any(one.name == "folder" for one in command.params):
            command.params.append(_folder())
        return command

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


def _folder() -> click.Option:
    return click.Option(
        ["-C", "folder"],
        metavar="DIR",
        type=_FOLDER,
        expose_value=False,
        callback=_remember,
        help="Run as if started in DIR.",
    )


def _remember(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    del option
    if value is not None:
        ctx.obj = value


def dispatch(arguments: Sequence[str], modules: Mapping[str, str]) -> int:
    """Run the verb that the arguments name; a wrong command line is told and answers 64."""
    group = Verbs(
        "specrun",
        params=[_folder()],
        help="Converge running coding agents toward committed YAML specs.",
        epilog="Aliases: " + ", ".join(f"{one} is {verb}" for one, verb in ALIASES.items()) + ".",
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    group.modules = modules
    click.version_option(__version__, message="%(prog)s %(version)s")(group)
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
