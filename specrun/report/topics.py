"""Makes the pages of the handbook about states, actions, reasons, exit codes and other words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from specrun.core.change import FAILING, SYMBOLS, ReasonCode
from specrun.errors import PRECEDENCE
from specrun.report.handbook import Chapter, Entry, Page
from specrun.report.meanings import ACTIONS, EVENTS, EXIT_CODES, REASONS, STATES, STATUSES
from specrun.report.words import spoken_reasons

_Word = TypeVar("_Word", bound=str)

TOPICS: Mapping[str, str] = {
    "states": "Where a task stands, as `status` and `list` say it, and how records say that it ended.",
    "actions": "What becomes of a task at the next apply, as `diff` says it.",
    "reasons": "Why, in words for people and in codes for scripts.",
    "events": "What `history` tells.",
    "exit-codes": "What every command answers.",
    "fields": "What may be written in a spec; `help fields tasks.retry` tells all about one key.",
    "settings": "What may be written in specrun.yaml; `help settings agents.meter` tells all about one key.",
    "selectors": "How tasks are named and picked on a command line.",
    "templates": "What a prompt may use.",
    "errors": "The codes of what can be wrong in specs and templates.",
    "agents": "The coding CLIs that specrun knows, and what each can do.",
    "environment": "The variables that specrun reads, and those that its workers get.",
    "commands": "Every command with all of its options.",
}
"""What may be asked about, and what is told."""


def contents(verbs: Iterable[str]) -> Page:
    """Answer the page that lists all topics."""
    return Page(
        title="specrun help TOPIC",
        text="Explains the words that specrun uses; each page is made from what specrun itself goes by. "
        "`--format markdown` prints it for a site.",
        chapters=(
            Chapter(title="Topics", entries=_entries(TOPICS)),
            Chapter(title="Verbs", text="As with `--help`: " + ", ".join(verbs) + "."),
        ),
    )


def states() -> Page:
    """Answer the page about states and ends."""
    return Page(
        title="States",
        text=TOPICS["states"],
        chapters=(
            Chapter(title="States", entries=_entries(STATES)),
            Chapter(title="Ends in records", entries=_entries(STATUSES)),
        ),
    )


def actions() -> Page:
    """Answer the page about what becomes of tasks, with the marks of the diff."""
    rows = tuple(Entry(term=f"{SYMBOLS[one]} {one}", text=told) for one, told in ACTIONS.items())
    return Page(title="Actions", text=TOPICS["actions"], chapters=(Chapter(title="Actions", entries=rows),))


def reasons() -> Page:
    """Answer the page about reasons, with the words that people see."""
    said = spoken_reasons()
    rows = tuple(Entry(term=one, text=_reason(one, said[one], told)) for one, told in REASONS.items())
    return Page(
        title="Reasons",
        text=f"{TOPICS['reasons']} A task that is held for one of these makes the exit code 1: "
        f"{', '.join(f'`{one}`' for one in ReasonCode if one in FAILING)}.",
        chapters=(Chapter(title="Reasons", entries=rows),),
    )


def _reason(code: ReasonCode, said: str, told: str) -> str:
    return told if said == code else f"{told} Said as: {said}."


def events() -> Page:
    """Answer the page about what history tells."""
    return Page(
        title="Events", text=TOPICS["events"], chapters=(Chapter(title="Events", entries=_entries(EVENTS)),)
    )


def exit_codes() -> Page:
    """Answer the page about exit codes."""
    rows = tuple(Entry(term=str(int(one)), text=told) for one, told in EXIT_CODES.items())
    order = ", ".join(str(int(one)) for one in PRECEDENCE)
    return Page(
        title="Exit codes",
        text=f"{TOPICS['exit-codes']} The numbers never change their meaning. Where several fit, it is the "
        f"first of {order}.",
        chapters=(Chapter(title="Codes", entries=rows),),
    )


PAGES = {
    "states": states,
    "actions": actions,
    "reasons": reasons,
    "events": events,
    "exit-codes": exit_codes,
}
"""Topics whose page needs nothing but what is known here."""


def words(topic: str, found: Sequence[tuple[Entry, str]]) -> Page:
    """Answer the entries of one word, each with the title of its chapter."""
    chapters = tuple(Chapter(title=title, entries=(one,)) for one, title in found)
    return Page(title=topic, text="", chapters=chapters)


def _entries(told: Mapping[_Word, str]) -> tuple[Entry, ...]:
    return tuple(Entry(term=str(one), text=text) for one, text in told.items())
