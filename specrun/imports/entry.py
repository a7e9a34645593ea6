"""What each form of a list gives: entries as they were written, before names, domains and edges are found."""

from __future__ import annotations

from dataclasses import dataclass

from specrun.imports.page import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One task as written: `rows` are its lines, the first at the text behind the mark.

    `number` is what the list counts it as, and a name that others may call it by, as is `id`. `title` is only
    given where the form keeps it apart from the text. `upstreams` are names of others with their places.
    `domain` and what follows are "" where nothing is said; `section` is a domain that a heading names, and
    gives way to one that is said. `also` are sentences that are put behind the prompt.
    """

    rows: tuple[Row, ...]
    number: str = ""
    id: str = ""
    title: str = ""
    domain: str = ""
    section: str = ""
    complexity: str = ""
    model: str = ""
    skill: str = ""
    upstreams: tuple[Row, ...] = ()
    done: bool = False
    box: str = ""
    also: tuple[str, ...] = ()

    @property
    def place(self) -> Row:
        """Where it begins."""
        return self.rows[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list in one of the forms.

    `order` holds pairs (entry, upstream) of numbers from 0 that the form itself asks for; what people said
    outright goes first where both would make a circle. `said` are pairs of that kind that stand apart from
    the entries.
    """

    entries: tuple[Entry, ...]
    form: str
    title: str = ""
    description: str = ""
    notes: tuple[str, ...] = ()
    order: tuple[tuple[int, int], ...] = ()
    said: tuple[tuple[int, int], ...] = ()
