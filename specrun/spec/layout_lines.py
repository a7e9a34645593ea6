"""Writes the tree of a file as text in the canonical layout."""

from __future__ import annotations

from dataclasses import dataclass, field

from specrun.spec import layout_scalar as scalar
from specrun.spec.layout_nodes import Branch, Entry, Leaf, Note
from specrun.spec.layout_order import ANY, FILE, SPACED, Names, arranged, below

GAP = 2
"""The least number of blanks before a comment on the line of something else."""


def text_of(root: Branch) -> str:
    """Answer the text of a file; the tree is put in order on the way."""
    settle(root, FILE, {})
    page = _Page()
    if root.anchor:
        page.lines.append(f"&{root.anchor}")
    if root.entries:
        root.flow = False
        page.branch(root, FILE, "")
    else:
        page.notes([*root.head, *root.tail], "", first=True)
        page.lines.append("{}")
    return "\n".join(page.lines) + "\n"


def settle(branch: Branch, kind: str, values: dict[str, str]) -> Names:
    """Put keys in order, and comments where they can stand; answer the anchors that are spoken of.

    `values` collects the texts that anchors name.
    """
    names = [_settled(entry, kind, values) for entry in branch.entries]
    if branch.mapping:
        keys = [_name(entry.key, values) for entry in branch.entries if entry.key]
        branch.entries = [branch.entries[number] for number in arranged(kind, keys, names)]
    for entry in branch.entries:
        if isinstance(entry.value, Leaf):
            _part(entry, entry.value)
        elif entry.key is None:
            _hoist(entry, entry.value)
    own = frozenset({branch.anchor} if branch.anchor else ())
    return Names(own.union(*(each.sets for each in names)), frozenset().union(*(each.uses for each in names)))


def _settled(entry: Entry, kind: str, values: dict[str, str]) -> Names:
    names = Names()
    if entry.key:
        names |= _names(entry.key, values)
    if isinstance(entry.value, Leaf):
        return names | _names(entry.value, values)
    key = _name(entry.key, values) if entry.key else ANY
    return names | settle(entry.value, below(kind, key), values)


def _name(key: Leaf, values: dict[str, str]) -> str:
    return values.get(key.alias, "") if key.alias else key.value


def _names(leaf: Leaf, values: dict[str, str]) -> Names:
    if leaf.anchor:
        values[leaf.anchor] = leaf.value
        return Names(sets=frozenset({leaf.anchor}))
    return Names(uses=frozenset({leaf.alias})) if leaf.alias else Names()


def _part(entry: Entry, leaf: Leaf) -> None:
    """Put what goes on with a comment above the key where a block begins on the next line."""
    if len(entry.aside) > 1 and scalar.written(leaf).block:
        entry.above(entry.aside[1:])
        del entry.aside[1:]


def _hoist(entry: Entry, value: Branch) -> None:
    """Put the comments of what begins on the line of an item's dash above that line."""
    if value.flow or value.anchor or not value.entries:
        return
    first = value.entries[0]
    inner = [*value.head, *first.lead]
    notes = [*entry.aside, *inner]
    if not notes:
        return
    if inner:
        inner[0].blank = False
    if value.head and first.lead:
        first.lead[0].blank = True
    notes[0].blank = notes[0].blank or entry.blank
    entry.lead += notes
    entry.blank = first.blank if first.lead else bool(value.head)
    entry.aside, value.head, first.lead = [], [], []


def tall(value: Leaf | Branch) -> bool:
    """Whether a value takes more lines than that of its key."""
    if isinstance(value, Branch):
        return not value.flow
    return bool(scalar.written(value).rest)


def bracketed(branch: Branch) -> str:
    """Answer a mapping or list in brackets."""
    parts = []
    for entry in branch.entries:
        value = entry.value
        text = bracketed(value) if isinstance(value, Branch) else scalar.inline(value)
        key = scalar.key(entry.key, flow=True) if entry.key else ""
        parts.append(f"{key}: {text}" if key and text else key or text)
    signs = "{}" if branch.mapping else "[]"
    anchor = f"&{branch.anchor} " if branch.anchor else ""
    return f"{anchor}{signs[0]}{', '.join(parts)}{signs[1]}"


@dataclass(slots=True)
class _Page:
    """The lines written so far."""

    lines: list[str] = field(default_factory=list)

    def gap(self) -> None:
        """Write an empty line, unless there is one: that may belong to a text, which must not get more."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def notes(self, notes: list[Note], indent: str, *, first: bool = False) -> None:
        """Write comments on lines of their own; `first` drops an empty line before them."""
        for note in notes:
            if note.blank and not first:
                self.gap()
            first = False
            self.put(indent + note.text)

    def put(self, line: str, aside: list[Note] | None = None) -> None:
        """Write one line, with the comment beside it at the column that it had."""
        if not aside:
            self.lines.append(line)
            return
        moved = len(line) - len(line.lstrip(" ")) - aside[0].indent
        column = max(len(line) + GAP, aside[0].column + moved)
        self.lines.append(line.ljust(column) + aside[0].text)
        self.lines += [" " * column + note.text for note in aside[1:]]

    def branch(self, branch: Branch, kind: str, indent: str, begin: str = "") -> None:
        """Write a block; `begin` is what its first line begins with instead of the indent."""
        self.notes(branch.head, indent, first=True)
        apart = kind in SPACED and any(tall(entry.value) for entry in branch.entries)
        for number, entry in enumerate(branch.entries):
            first = number == 0 and not branch.head
            after_head = number == 0 and branch.head and not (branch.joined and not entry.lead)
            if after_head or (number and apart):
                self.gap()
            self.notes(entry.lead, indent, first=first)
            if entry.blank and (entry.lead or number):
                self.gap()
            self.entry(entry, kind, indent, begin if number == 0 and begin else indent)
        self.notes(branch.tail, indent)

    def entry(self, entry: Entry, kind: str, indent: str, begin: str) -> None:
        value = entry.value
        line = begin + (scalar.key(entry.key, flow=False) + ":" if entry.key else "-")
        if isinstance(value, Leaf):
            self.leaf(value, line, indent + scalar.STEP, entry.aside)
            return
        if value.flow:
            self.put(f"{line} {bracketed(value)}", entry.aside)
            return
        inner = below(kind, entry.key.value if entry.key else ANY)
        if entry.key is None and not value.anchor:
            self.branch(value, inner, indent + scalar.STEP, f"{line} ")
            return
        self.put(f"{line} &{value.anchor}" if value.anchor else line, entry.aside)
        self.branch(value, inner, indent + scalar.STEP)

    def leaf(self, leaf: Leaf, line: str, indent: str, aside: list[Note]) -> None:
        found = scalar.written(leaf)
        first = f"{line} {found.first}" if found.first else line
        if found.block or not found.rest:
            self.put(first, aside)
            self.lines += [indent + each if each else "" for each in found.rest]
            return
        self.put(first)
        for each in found.rest[:-1]:
            self.put(indent + each if each else "")
        self.put(indent + found.rest[-1], aside)
