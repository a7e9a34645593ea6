"""Finds the cycles among tasks, without recursion so that long chains are no danger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cycles(graph: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Answer cycles as paths that end where they begin, one for each tangle found, in the order of the keys.

    Every name in a value must be a key.
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in graph:
        if start not in done:
            found += _from(start, graph, done)
    return found


def _from(start: str, graph: Mapping[str, Sequence[str]], done: set[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    path: dict[str, Iterator[str]] = {start: iter(graph[start])}
    while path:
        name, rest = next(reversed(path.items()))
        below = next((other for other in rest if other not in done), None)
        if below is None:
            done.add(name)
            path.popitem()
        elif below in path:
            names = list(path)
            found.append((*names[names.index(below) :], below))
        else:
            path[below] = iter(graph[below])
    return found
