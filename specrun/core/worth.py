"""Says why a task list is not worth several workers, so that people can do it in one go instead."""

from __future__ import annotations

from collections.abc import Sequence

from specrun.core.draft import Item

ENOUGH = 3
"""The least number of tasks that make workers side by side pay."""


def reasons_against(items: Sequence[Item]) -> tuple[str, ...]:
    """Answer sentences, none where the list is worth it.

    `items` are those still to do, and no edge leads in a circle. Items without a domain count as one domain.
    """
    count = len(items)
    found = []
    if count < ENOUGH:
        found.append(f"There {'is only 1 task' if count == 1 else f'are only {count} tasks'}.")
    domains = {item.domain for item in items}
    if len(domains) == 1 and count > 1:
        (only,) = domains
        found.append(f"All tasks belong to one domain, {only}." if only else "No task belongs to a domain.")
    if count > 1 and _longest(items) == count:
        found.append("Each task waits for the one before it, so nothing runs side by side.")
    return tuple(found)


def _longest(items: Sequence[Item]) -> int:
    """Count the tasks of the longest chain."""
    upstreams = {item.id: item.depends_on for item in items}
    lengths: dict[str, int] = {}
    for start in upstreams:
        stack = [start]
        while stack:
            open_ = [name for name in upstreams[stack[-1]] if name in upstreams and name not in lengths]
            if open_:
                stack += open_
                continue
            name = stack.pop()
            lengths[name] = 1 + max((lengths.get(each, 0) for each in upstreams[name]), default=0)
    return max(lengths.values(), default=0)
