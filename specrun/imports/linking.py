"""Finds the edges of a list: who is named by whom, without circles and without what follows from others."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from specrun.core.cycles import cycles
from specrun.core.unseen import quoted
from specrun.errors import Problem
from specrun.imports.entry import Entry, Listing
from specrun.imports.page import MAX_PROBLEMS, MAX_TASKS, Page

_SHOWN, _LONG = 8, 80
Edges = dict[int, set[int]]
"""Upstreams by the number of the entry, from 0."""


class _Names(NamedTuple):
    """The ids of all entries, and the number of the entry for every name that is known."""

    ids: Sequence[str]
    known: Mapping[str, int]


def linked(page: Page, listing: Listing, ids: Sequence[str]) -> tuple[Edges, tuple[str, ...], list[Problem]]:
    """Answer the edges among entries that are still to do, notes, and what people said that cannot be."""
    known = _known(listing.entries, ids)
    edges, problems = _written(page, listing, _Names(ids, known))
    for entry, upstream in listing.said:
        edges[entry] |= {upstream} - {entry}
    wrong = _circles(page, listing, edges, _Names(ids, known))
    if problems or wrong:
        return edges, (), [*problems, *wrong]
    done = {place for place, entry in enumerate(listing.entries) if entry.done}
    dropped = sum(len(upstreams & done) for place, upstreams in edges.items() if place not in done)
    open_ = {place: upstreams - done for place, upstreams in edges.items() if place not in done}
    against = _ordered(open_, listing.order)
    notes = [f"{_edges(dropped)} on items that are done {_were(dropped)} dropped."] if dropped else []
    if against:
        notes.append(
            f"{_edges(against)} of the form {_were(against)} dropped, since others say the opposite."
        )
    return reduced(open_), tuple(notes), []


def reduced(edges: Mapping[int, set[int]]) -> Edges:
    """Answer the fewest edges that ask for the same order; there is no circle among them."""
    above = _ancestors(edges)
    return {
        place: {one for one in upstreams if not any(one in above[other] for other in upstreams)}
        for place, upstreams in edges.items()
    }


def _ancestors(edges: Mapping[int, set[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for start in edges:
        stack = [start]
        while stack:
            waiting = [name for name in edges[stack[-1]] if name not in found]
            if waiting:
                stack += waiting
                continue
            name = stack.pop()
            found[name] = edges[name].union(*(found[one] for one in edges[name]))
    return found


def _ordered(edges: Edges, order: Iterable[tuple[int, int]]) -> int:
    """Add what the form asks for; answer how many edges would have made a circle.

    In place of one of those, its entry waits for what that upstream would have waited for.
    """
    wanted = [(entry, upstream) for entry, upstream in order if entry in edges and upstream in edges]
    backward = any(upstream > place for place, upstreams in edges.items() for upstream in upstreams)
    before: Edges = {place: set() for place in edges}
    for entry, upstream in wanted:
        before[entry].add(upstream)
    against = 0
    for entry, upstream in wanted:
        # Forms only look back, so nothing can go wrong unless somebody has looked ahead.
        if backward and _reaches(edges, upstream, entry):
            against += 1
            _pass_over(edges, before, entry, upstream)
        else:
            edges[entry].add(upstream)
    return against


def _pass_over(edges: Edges, before: Mapping[int, set[int]], entry: int, upstream: int) -> None:
    """Make an entry wait for the nearest ones above an upstream that it cannot wait for."""
    waiting = _waiting(edges, entry)
    seen, queue = {upstream}, [upstream]
    while queue:
        fresh = before[queue.pop()] - seen
        seen |= fresh
        queue += fresh & waiting
        edges[entry] |= fresh - waiting


def _waiting(edges: Edges, entry: int) -> set[int]:
    """Answer who waits for an entry, however many others stand between them, and the entry itself."""
    found, queue = {entry}, [entry]
    while queue:
        upstream = queue.pop()
        fresh = {place for place, upstreams in edges.items() if upstream in upstreams} - found
        found |= fresh
        queue += fresh
    return found


def _reaches(edges: Edges, start: int, end: int) -> bool:
    seen = {start}
    queue = [start]
    while queue:
        fresh = edges[queue.pop()] - seen
        seen |= fresh
        queue += fresh
    return end in seen


def _known(entries: Sequence[Entry], ids: Sequence[str]) -> dict[str, int]:
    """Answer every name that an entry may be called by: its id, as written too, else its number."""
    known: dict[str, int] = {}
    numbers = [entry.number for entry in entries]
    for place, entry in enumerate(entries):
        if entry.number and numbers.count(entry.number) == 1:
            known[entry.number] = place
    for place, entry in enumerate(entries):
        known |= {name: place for name in (_called(entry.id), ids[place]) if name}
    return known


def _written(page: Page, listing: Listing, names: _Names) -> tuple[Edges, list[Problem]]:
    edges: Edges = {place: set() for place in range(len(listing.entries))}
    problems: list[Problem] = []
    for place, entry in enumerate(listing.entries):
        for name in () if entry.done or len(problems) >= MAX_PROBLEMS else entry.upstreams[:MAX_TASKS]:
            upstream = names.known.get(_called(name.text))
            if upstream is None:
                what = f"depends_on names unknown task {quoted(name.text)}"
                problems.append(page.problem(name, "E205", what, _meant(name.text, names)))
            elif upstream == place:
                what = f"task {quoted(names.ids[place])} depends on itself"
                problems.append(page.problem(name, "E205", what, "remove it"))
            else:
                edges[place].add(upstream)
    return edges, problems


def _called(name: str) -> str:
    """Answer a name without what does not matter in it: case, and the width of letters."""
    return unicodedata.normalize("NFKC", name).casefold()


def _meant(name: str, names: _Names) -> str:
    ids = names.ids
    near = difflib.get_close_matches(name.casefold()[:_LONG], list(names.known), n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    listed = ", ".join(ids[:_SHOWN])
    return f"known: {listed}{', …' if len(ids) > _SHOWN else ''}"


def _circles(page: Page, listing: Listing, edges: Edges, names: _Names) -> list[Problem]:
    graph = {str(place): [str(one) for one in sorted(upstreams)] for place, upstreams in edges.items()}
    problems = []
    for circle in cycles(graph)[:MAX_PROBLEMS]:
        path = [int(one) for one in circle]
        what = f"cycle {' → '.join(names.ids[one] for one in path)}"
        entry = listing.entries[path[0]]
        said = (name for name in entry.upstreams if names.known.get(_called(name.text)) == path[1])
        problems.append(page.problem(next(said, entry.place), "E205", what, "remove one of these edges"))
    return problems


def _edges(count: int) -> str:
    return "1 edge" if count == 1 else f"{count} edges"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
