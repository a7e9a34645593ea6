"""Writes to standard output and standard error, whatever has become of them."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from specrun.core.task import Json
from specrun.errors import Problem

if TYPE_CHECKING:
    from specrun.report.colour import Paint


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a person wants to be spoken to: `colour` is `auto`, `always` or `never`."""

    colour: str = "auto"
    quiet: bool = False
    verbose: bool = False


_manner = [Manner()]


def behave(manner: Manner) -> None:
    """Speak in this manner until told otherwise."""
    _manner[:] = [manner]


def manner() -> Manner:
    """Answer in which manner to speak."""
    return _manner[0]


def paint(stream: TextIO | None) -> Paint:
    """Answer what colours text for a stream.

    `--color` decides; else NO_COLOR and FORCE_COLOR where they are not empty (https://no-color.org,
    https://force-color.org); else whether the stream ends at a terminal.
    """
    from specrun.report.colour import Paint

    choice = manner().colour
    if choice == "auto":
        forced = "never" if os.environ.get("NO_COLOR") else "always" if os.environ.get("FORCE_COLOR") else ""
        choice = forced or ("always" if terminal(stream) else "never")
    return Paint(on=choice == "always")


def settle() -> None:
    """Make both streams take any text: what their encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def out(text: str) -> bool:
    """Write a result; False says that the reader has just gone, so that endless commands may end.

    A reader that goes away early, such as `head`, is no failure: the rest is dropped, the command goes on.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop(sys.stdout)
        return False
    return True


def row(value: Json) -> bool:
    """Write one line of a stream of JSON values."""
    from specrun.report.documents import row as written

    return out(written(value))


def document(value: Json) -> bool:
    """Write one JSON document."""
    from specrun.report.documents import pretty

    return out(pretty(value))


def note(text: str) -> None:
    """Write one line that only a person cares about to standard error; nothing where quiet is asked for."""
    if not manner().quiet:
        draw(text + "\n")


def draw(text: str) -> None:
    """Write to standard error as it is."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        _drop(sys.stderr)
    except OSError:
        # A message that cannot be shown must not become the failure that is reported.
        _drop(sys.stderr)


def complain(text: str) -> None:
    """Write why a command fails: `specrun: ...`."""
    from specrun.report.text import clean

    draw(f"specrun: {clean(text)}\n")


def problems(found: Sequence[Problem]) -> None:
    """Write what is wrong in specs, with the source lines when a person is looking."""
    from specrun.report.problems import lines

    seen = terminal(sys.stderr)
    draw(lines(found, source=seen, room=columns() if seen else 100, paint=paint(sys.stderr)))


def flush() -> None:
    """Send out what a library has left in the buffer of standard output."""
    out("")


def abandon() -> None:
    """Give up what standard output does not take, so that the end of the interpreter does not try again."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _drop(sys.stdout)


def terminal(stream: TextIO | None) -> bool:
    """Whether a stream ends at a terminal that can move its cursor."""
    if stream is None or os.environ.get("TERM") == "dumb":
        return False
    with contextlib.suppress(ValueError, OSError):
        return stream.isatty()
    return False


def asking() -> bool:
    """Whether there is a person to ask: input and the stream that the question goes to are terminals."""
    return terminal(sys.stdin) and terminal(sys.stderr)


def columns() -> int:
    """Answer the width of the terminal; one column is kept free, for some terminals wrap when it is used."""
    return max(shutil.get_terminal_size().columns - 1, 10)


def room() -> int | None:
    """Answer the columns that a result may take: those of the terminal, None where it goes elsewhere."""
    return columns() if terminal(sys.stdout) else None


def rows() -> int:
    """Answer the height of the terminal."""
    return max(shutil.get_terminal_size().lines, 4)


def _drop(stream: TextIO) -> None:
    """Let further writes go nowhere, the flush at the end of the interpreter included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
