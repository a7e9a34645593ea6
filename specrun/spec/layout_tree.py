"""Reads a YAML text as a tree in which every comment hangs at the key or item that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from specrun.spec.layout_nodes import BLOCKS, Branch, Entry, Leaf, Note
from specrun.spec.layout_tokens import COMMENT, DASH, Source, Token, content, events, tokens

SERVER = "# yaml-language-server:"
"""How the line begins that tells editors the schema; it comes first."""

_NOTHING = Leaf("", "", "")


@dataclass(slots=True)
class _Reader:
    source: Source
    events: Sequence[Any]
    tokens: Sequence[Token]
    event: int = 0
    token: int = 0
    pending: list[Note] = field(default_factory=list)
    blank: bool = False
    last: int = 0

    def document(self) -> Branch:
        """Answer the root, which is a mapping."""
        while type(self.events[self.event]).__name__ in {"StreamStartEvent", "DocumentStartEvent"}:
            self.event += 1
        top = Entry(_NOTHING)
        root = self._value(top)
        self._until(len(self.source.text))
        rest = self._shelve(self.pending, root, -1)
        if isinstance(root, Leaf):
            raise TypeError("the root is no mapping")
        root.head[:0] = top.lead
        root.tail += [*top.aside, *rest]
        return root

    def _peek(self) -> str:
        return type(self.events[self.event]).__name__

    def _until(self, place: int) -> None:
        """Pass everything before a place; comments wait for what they are about."""
        while self.token < len(self.tokens) and self.tokens[self.token].start < place:
            self._pass()

    def _pass(self) -> None:
        token = self.tokens[self.token]
        self.token += 1
        if token.kind == COMMENT:
            self.pending.append(self._note(token, blank=token.blank or self.blank))
            self.blank = False
        else:
            self.blank = self.blank or token.blank
            self.last = token.end

    def _note(self, token: Token, *, blank: bool) -> Note:
        source = self.source
        column, indent = source.column(token.start), source.indent(token.start)
        text = source.text[token.start : token.end].rstrip()
        return Note(text, token.start, column, indent, column == indent, blank)

    def _taken(self) -> list[Note]:
        notes, self.pending = self.pending, []
        return notes

    def _gap(self) -> bool:
        """Answer whether an empty line stands before what comes next, and forget about it."""
        blank = self.blank or (self.token < len(self.tokens) and self.tokens[self.token].blank)
        self.blank = False
        return blank

    def _aside(self) -> list[Note]:
        """Take the comment on the line where the last thing ends, and the lines below that go on with it."""
        line = self.source.line(max(self.last - 1, 0))
        place = self.token
        while place < len(self.tokens) and self.tokens[place].kind in {":", ","}:
            place += 1
        notes: list[Note] = []
        below = -1
        while place < len(self.tokens) and self.tokens[place].kind == COMMENT:
            token = self.tokens[place]
            note = self._note(token, blank=False)
            if self.source.line(token.start) != line + len(notes):
                break
            if len(notes) == 1:
                below = self._next_column(place)
            if notes and (note.column != notes[0].column or note.column <= below):
                break
            notes.append(note)
            place += 1
        if notes:
            self.token = place
        return notes

    def _next_column(self, place: int) -> int:
        """Answer the column of the next thing that is no comment."""
        while place < len(self.tokens) and self.tokens[place].kind in {COMMENT, ":", ","}:
            place += 1
        return self.source.column(self.tokens[place].start) if place < len(self.tokens) else -1

    def _value(self, entry: Entry) -> Leaf | Branch:
        event = self.events[self.event]
        self.event += 1
        kind = type(event).__name__
        if kind in {"ScalarEvent", "AliasEvent"}:
            leaf = self._leaf(event)
            notes = self._taken()
            beside = notes[-1:] if leaf.style in BLOCKS and notes and not notes[-1].own else []
            entry.above(notes[: len(notes) - len(beside)])
            entry.beside(beside or self._aside())
            return leaf
        mapping = kind == "MappingStartEvent"
        if event.flow_style:
            return self._flow(entry, event, mapping=mapping)
        return self._block(entry, event, mapping=mapping)

    def _leaf(self, event: Any) -> Leaf:  # noqa: ANN401 - the two parsers share shapes, not types
        source, end = self.source, self.source.place(event.end_mark)
        if type(event).__name__ == "AliasEvent":
            self._until(end)
            return Leaf("", "", f"*{event.anchor}", alias=event.anchor)
        start = content(source, event)
        if start >= end and not event.anchor:
            # Parsers put nothing at either end of a gap: what stands there is passed with what comes next.
            return Leaf("", "", "")
        self._until(max(source.place(event.start_mark) + 1, end))
        self.blank = False
        raw = source.text[start:end] if start < end else ""
        return Leaf(event.value, event.style or "", raw, anchor=event.anchor or "")

    def _flow(self, entry: Entry, event: Any, *, mapping: bool) -> Branch:  # noqa: ANN401 - as above
        start, opened = self.source.place(event.start_mark), self.source.place(event.end_mark)
        self._until(max(start, opened))
        entry.above(self._taken())
        if start < opened:
            entry.beside(self._aside())
        branch = Branch(mapping, flow=True, column=-1, anchor=event.anchor or "")
        while not self._peek().endswith("EndEvent"):
            child = Entry(_NOTHING)
            self._begin(child, branch)
            if mapping:
                self._key(child)
            child.value = self._value(child)
            branch.entries.append(child)
        end = self.events[self.event]
        self.event += 1
        closed = self.source.place(end.end_mark)
        if start == opened:
            # One pair in a list, without brackets of its own.
            branch.flow = self.source.line(start) == self.source.line(self.last - 1)
            return branch
        self._until(closed)
        self.blank = False
        branch.tail += self._taken()
        branch.flow = self.source.line(opened - 1) == self.source.line(closed - 1)
        self._close(entry, branch)
        return branch

    def _close(self, entry: Entry, branch: Branch) -> None:
        notes = self._aside()
        if branch.flow or not entry.aside:
            entry.beside(notes)
        else:
            branch.tail += notes
        if not branch.entries:
            entry.above(branch.tail)
            branch.tail, branch.flow = [], True

    def _begin(self, child: Entry, branch: Branch) -> None:
        """Pass what stands before an entry: its comments are those above it."""
        event = self.events[self.event]
        self._until(self.source.place(event.start_mark))
        child.blank = self._gap()
        child.lead = self._taken()
        if not branch.entries:
            _close_up(child)

    def _key(self, child: Entry) -> None:
        event = self.events[self.event]
        self.event += 1
        child.key = self._leaf(event)
        child.beside(self._aside())

    def _block(self, entry: Entry, event: Any, *, mapping: bool) -> Branch:  # noqa: ANN401 - as above
        if event.anchor:
            self._until(self.source.place(event.start_mark) + 1)
            entry.above(self._taken())
            entry.beside(self._aside())
        branch = Branch(mapping, flow=False, column=self._next_column(self.token), anchor=event.anchor or "")
        while not self._peek().endswith("EndEvent"):
            child = Entry(_NOTHING)
            self._approach(child, branch)
            if mapping:
                self._key(child)
            child.value = self._value(child)
            branch.entries.append(child)
        self.event += 1
        return branch

    def _approach(self, child: Entry, branch: Branch) -> None:
        """Pass what stands before an entry of a block, and decide what its comments are about."""
        if branch.mapping:
            self._until(self.source.place(self.events[self.event].start_mark))
            child.blank = self._gap()
        else:
            while self.tokens[self.token].kind != DASH:
                self._pass()
            child.blank = self._gap()
            self._pass()
            self.blank = False
            child.beside(self._aside())
        notes = self._taken()
        if branch.entries:
            child.lead = self._shelve(notes, branch.entries[-1].value, branch.column)
            return
        cut = next((place for place in range(len(notes) - 1, 0, -1) if notes[place].blank), 0)
        cut = len(notes) if child.blank else cut
        branch.head, child.lead = notes[:cut], notes[cut:]
        _close_up(child)

    def _shelve(self, notes: list[Note], before: Leaf | Branch, column: int) -> list[Note]:
        """Hang comments that are indented deeper than `column` below what they follow; answer the rest."""
        chain: list[Branch] = []
        while isinstance(before, Branch) and before.column >= 0 and before.entries:
            chain.append(before)
            before = before.entries[-1].value
        deepest = len(chain)
        for number, note in enumerate(notes):
            fitting = [place for place in range(deepest) if column < chain[place].column <= note.column]
            if not note.own or not fitting:
                return notes[number:]
            deepest = fitting[-1] + 1
            chain[fitting[-1]].tail.append(note)
        return []


def _close_up(first: Entry) -> None:
    """Forget the empty line before a first entry: wherever that is moved to, it has none of its own."""
    if first.lead:
        first.lead[0].blank = False
    else:
        first.blank = False


def tree(text: str) -> Branch:
    """Answer the tree of a text that `specrun.spec.parse` has accepted, and whose root is a mapping."""
    source = Source(text)
    found = events(text)
    root = _Reader(source, found, tokens(source, found)).document()
    _head(root)
    return root


def _head(root: Branch) -> None:
    """Put what is about the whole file at its head: the line for editors first, and what is joined to it."""
    first = root.entries[0] if root.entries else None
    lead = first.lead if first else []
    servers = [note for note in (*root.head, *lead) if note.text.startswith(SERVER)]
    if not servers:
        return
    if first and not root.head:
        # Comments in one block with that line are about the file, even where a key follows at once.
        root.joined = True
        root.head, first.lead = lead, []
    for holder in filter(None, (root.head, first.lead if first else [])):
        holder[:] = [note for note in holder if note not in servers]
    root.head[:0] = servers
