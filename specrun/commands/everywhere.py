"""The options that may stand at either side of every verb: where, in which colours, and how much is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from specrun.commands import console

NAMES = ("folder", "color", "quiet", "verbose")
"""What these options are called inside."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def everywhere(*, heard: bool = False) -> list[click.Option]:
    """Answer these options, made anew; `heard` ones listen to their variables, too."""
    options = [
        click.Option(
            ["-C", "folder"],
            metavar="DIR",
            type=_FOLDER,
            expose_value=False,
            callback=_remember,
            help="Run as if started in DIR.",
        ),
        click.Option(
            ["--color"],
            metavar="WHEN",
            type=click.Choice(["auto", "always", "never"]),
            expose_value=False,
            callback=_coloured,
            help="Colours: always, never, or auto (on a terminal, unless NO_COLOR is set).",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_hushed,
            help="Say results and errors only.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_chatty,
            help="Say more on standard error: files that are read, where state and logs lie, time taken.",
        ),
    ]
    if heard:
        for one, name in zip(options, ("DIR", "COLOR", "QUIET", "VERBOSE"), strict=True):
            one.envvar = f"SPECRUN_{name}"
    return options


def _remember(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    del option
    if value is not None:
        ctx.obj = value


def _coloured(ctx: click.Context, option: click.Parameter, value: str | None) -> None:
    del ctx, option
    if value is not None:
        console.behave(replace(console.manner(), colour=value))


def _hushed(ctx: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - as click calls
    del ctx, option
    if value:
        console.behave(replace(console.manner(), quiet=True, verbose=False))


def _chatty(ctx: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - as click calls
    del ctx, option
    if value:
        console.behave(replace(console.manner(), verbose=True, quiet=False))
