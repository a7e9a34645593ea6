"""The parts of a file that is laid out: keys, values, and the comments that hang at them."""

from __future__ import annotations

from dataclasses import dataclass, field

BLOCKS = frozenset("|>")
"""Styles of texts below their key; what is beside their sign is a comment."""


@dataclass(slots=True)
class Note:
    """One comment: its text, its place in the file, its column, the indent of its line.

    `own` says that it has that line for itself, `blank` that an empty line stands before it.
    """

    text: str
    place: int = 0
    column: int = 0
    indent: int = 0
    own: bool = True
    blank: bool = False


@dataclass(slots=True)
class Leaf:
    """A scalar or an alias: its value, its style, and how it is written; `alias` and `anchor` are names."""

    value: str
    style: str
    raw: str
    anchor: str = ""
    alias: str = ""


@dataclass(slots=True)
class Branch:
    """A mapping or a list.

    `flow` says that it stands in brackets on one line, `column` where its items begin, -1 in brackets.
    `head` are comments about the whole of it, `joined` to the first entry without an empty line; `tail` those
    after its last entry.
    """

    mapping: bool
    flow: bool
    column: int
    anchor: str = ""
    entries: list[Entry] = field(default_factory=list)
    head: list[Note] = field(default_factory=list)
    joined: bool = False
    tail: list[Note] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """One key with its value, or one item of a list, which has no key.

    `lead` are the comments above it, `blank` says that an empty line stands after those. `aside` is the
    comment on its line, with the lines that go on with it below.
    """

    value: Leaf | Branch
    key: Leaf | None = None
    lead: list[Note] = field(default_factory=list)
    blank: bool = False
    aside: list[Note] = field(default_factory=list)

    def above(self, notes: list[Note]) -> None:
        """Take comments that cannot stay where they were: they go above it, below those that are there."""
        if notes and not self.lead:
            notes[0].blank, self.blank = self.blank, False
        self.lead = sorted([*self.lead, *notes], key=lambda note: note.place)

    def beside(self, notes: list[Note]) -> None:
        """Take the comment after its value; one that stood on its line before goes above it."""
        if notes:
            self.above(self.aside)
            self.aside = notes
