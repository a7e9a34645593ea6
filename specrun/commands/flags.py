"""The options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, TypeVar

import click

from specrun.spec.units import seconds

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


class Going(TypedDict):
    """How an apply is to go on: flags of `apply` and `retry`."""

    yes: bool
    jobs: int | None
    timeout: float | None
    retry_failed: bool
    detach: bool
    commit: bool
    force: bool
    as_json: bool


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
    click.option("--force", is_flag=True, help="Start agents that may do everything outside a clone, too."),
    as_json,
)
