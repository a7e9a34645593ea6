"""Says in which colour the word for a state is shown, alone and in the table of all tasks."""

from __future__ import annotations

from collections.abc import Iterable

from specrun.report.colour import Paint, Role

_ROLES = {
    **dict.fromkeys(("running", "verifying", "collecting"), Role.NEWS),
    **dict.fromkeys(("succeeded", "accepted"), Role.GOOD),
    **dict.fromkeys(("failed", "errored", "lost"), Role.BAD),
    **dict.fromkeys(("cancelled", "blocked", "held"), Role.CARE),
}
_HEADING = "STATUS"


def role(state: str) -> Role:
    """Answer what a state means to a person; what is at rest by its own wish, or waits, is faint."""
    return _ROLES.get(state, Role.FAINT)


def word(state: str, paint: Paint) -> str:
    """Answer the word itself in its colour."""
    return paint(state, role(state))


def table(text: str, states: Iterable[str], paint: Paint) -> str:
    """Colour the states in a table of tasks, which begins with a heading; all else stays as it is."""
    lines = text.split("\n")
    heads = [place for place, one in enumerate(lines) if f" {_HEADING}" in one]
    if not heads:
        return text
    at = lines[heads[0]].index(f" {_HEADING}") + 1
    for place, state in enumerate(states, heads[0] + 1):
        row = lines[place]
        if row[at : at + len(state)] == state:
            lines[place] = f"{row[:at]}{word(state, paint)}{row[at + len(state) :]}"
    return "\n".join(lines)
