"""The options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from specrun.api.asking import Going, Selecting
from specrun.spec.units import seconds

__all__ = ["DURATION", "Going", "Selecting", "as_json", "going", "replacing", "selecting", "specs"]

_Verb = TypeVar("_Verb", bound=Callable[..., Any])


class Duration(click.ParamType[float]):
    """A length of time with a unit, answered in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `90s`, `20m` or `1h30m`; a usage error otherwise."""
        if isinstance(value, float):
            return value
        try:
            return seconds(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a length of time; write for example 90s, 20m or 2h", param, ctx)


DURATION = Duration()

specs = click.argument("specs", nargs=-1, metavar="[SPEC]...")
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")


def going(verb: _Verb) -> _Verb:
    """Add the flags of an apply to a verb."""
    for option in reversed(_GOING):
        verb = option(verb)
    return verb


_GOING = (
    click.option("-y", "--yes", is_flag=True, help="Do not ask before starting workers."),
    click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="Run at most N workers at once."),
    click.option("--timeout", type=DURATION, help="Leave after this time (code 124); workers go on."),
    click.option("--retry-failed", is_flag=True, help="Give every failed task another round of attempts."),
    click.option("--detach", is_flag=True, help="Go on in the background and say where the log is."),
    click.option("--commit", is_flag=True, help="Commit the results, and nothing else, at the end."),
    click.option(
        "--force",
        is_flag=True,
        help="Do what is refused as unsafe: plans that go too far (see specrun diff), and agents that may do "
        "everything outside a clone.",
    ),
    as_json,
)


def selecting(verb: _Verb) -> _Verb:
    """Add the selectors to a verb; a name is `task`, `spec/task` or a glob over one of these."""
    for option in reversed(_SELECTING):
        verb = option(verb)
    return verb


def _naming(flag: str, means: str) -> Callable[[_Verb], _Verb]:
    name = flag.removeprefix("--").replace("from", "from_")
    return click.option(flag, name, metavar="TASK", multiple=True, help=means)


_SELECTING = (
    _naming("--target", "This task and all that it depends on: api, auth/api or 'auth/*'; may be repeated."),
    _naming("--only", "This task alone, whatever it depends on."),
    _naming("--from", "This task and all that depends on it."),
    _naming("--until", "This task and all that it depends on; with --from only what lies on the way."),
    _naming("--exclude", "Leave out this task and all that depends on it, whatever else is said."),
    click.option("--failed", is_flag=True, help="Only what failed, errored, was lost or cancelled."),
    click.option("--changed", is_flag=True, help="Only what an apply has something to do for."),
    click.option("--label", metavar="WORD", multiple=True, help="Only tasks with this label."),
    click.option("--domain", metavar="NAME", multiple=True, help="Only tasks of this domain."),
)

replacing = _naming(
    "--replace", "Run this task once more, whatever became of it; alone it leaves nothing out."
)
"""Adds `--replace` to a verb that has the selectors."""
