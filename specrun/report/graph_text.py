"""Draws the graph of tasks for a terminal: lines from task to task, how each stands, what takes longest."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specrun.core.task import TaskId
from specrun.report.colour import PLAIN, Paint, Role
from specrun.report.graph import ROLES, Graph, Kind, Node, Part
from specrun.report.lanes import MARK, Drawn, Style, draw, parts
from specrun.report.outlook import clashing
from specrun.report.text import cut, line, pad, width
from specrun.report.words import count, span

_CRITICAL = "*"
_WIDE = 100
"""Columns that a drawing may take where there is no terminal."""
_SHARE = 3
"""A drawing that takes more than this part of the room gives way to one that is narrower and higher."""
_LEAST_NAME, _LEAST_NOTE, _STATE = 12, 14, 11
_CUT_NAME = 4
_DEEP = 8
"""Waves by which a task is moved in where nothing can be drawn."""
_ENDS = 4
"""Tasks at either end of a long chain that are named."""
_HEADS = ("TASK", "WAVE", "STATUS", "EST.", "NOTE")
_STATUS, _NOTE = 2, 4
_COLUMNS = ((0, 1, 2, 3, 4), (0, 1, 2, 4), (0, 2, 4), (0, 1, 2), (0, 2))


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table: its drawing and its cells; `node` is None where lines only join."""

    drawn: Drawn
    cells: tuple[str, ...]
    node: Node | None = None


def text(graph: Graph, *, room: int | None = None, paint: Paint = PLAIN) -> str:
    """Answer the drawing of every spec, in `room` columns where given, and what follows from it."""
    told = [row for part in graph.parts for row in ("", *_part(part, room, paint))][1:]
    found = [cut(one, room) if room else one for one in clashing(graph.conflicts)]
    told += ["", *(paint(one, Role.CARE) for one in found)] if found else []
    return "\n".join(told) + "\n"


def _part(part: Part, room: int | None, paint: Paint) -> Iterator[str]:
    yield from _wrapped(_heading(part), room)
    yield from _table(_lines(part, room), room, paint)
    if len(part.chain.tasks) > 1:
        yield from _wrapped(_chain(part), room)


def _heading(part: Part) -> str:
    most = max(len(wave) for wave in part.waves)
    beside = f", at most {most} side by side" if most > 1 else ""
    size = f"{count(len(part.nodes), 'task')} in {count(len(part.waves), 'wave')}"
    return f"{line(part.spec.name)}: {size}{beside}"


def _chain(part: Part) -> str:
    names = [_name(name) for name in part.chain.tasks]
    if len(names) > 2 * _ENDS + 1:
        names[_ENDS:-_ENDS] = [f"({len(names) - 2 * _ENDS} more)"]
    seconds = part.chain.seconds
    time = f"about {span(seconds)}" if seconds is not None else count(len(part.chain.tasks), "task")
    return f"Longest ({_CRITICAL}), {time}: {' > '.join(names)}"


def _wrapped(told: str, room: int | None) -> list[str]:
    # A name stays whole where it fits: it is there to be copied.
    return textwrap.wrap(told, room, subsequent_indent="  ", break_on_hyphens=False) if room else [told]


def _lines(part: Part, room: int | None) -> list[_Line]:
    """Answer the rows of one spec; what does not fit as a drawing is told in words."""
    nodes = {node.task.id: node for node in part.nodes}
    waits: dict[str, list[str]] = {name: [] for name in nodes}
    for link in part.links:
        if link.kind is Kind.DEPENDS:
            waits[link.target].append(link.source)
    notes = _notes(part)
    found = []
    for piece in parts(waits):
        rows = _fitting(piece, room or _WIDE) or _listed(piece, nodes)
        for row in rows:
            node = nodes.get(TaskId(row.name))
            found.append(_Line(row, _cells(node, notes) if node else ("", "", "", ""), node))
    return found


def _cells(node: Node, notes: Mapping[TaskId, Sequence[str]]) -> tuple[str, ...]:
    seconds = node.seconds
    return (
        str(node.wave),
        str(node.state),
        "" if seconds is None else span(seconds),
        "; ".join(notes.get(node.task.id, ())),
    )


def _notes(part: Part) -> dict[TaskId, list[str]]:
    """Answer what is not as usual about each task's edges."""
    notes: dict[TaskId, list[str]] = {}
    for link in part.links:
        if link.kind is Kind.REWIND:
            told = f"may send {_name(link.target)} back, {link.times}"
            notes.setdefault(link.source, []).append(told)
        elif link.label:
            notes.setdefault(link.target, []).append(f"{_name(link.source)}: {link.label}")
    for node in part.nodes:
        if node.elsewhere:
            names = ", ".join(_name(one) for one in node.elsewhere)
            notes.setdefault(node.task.id, []).append(f"after {names}, not shown")
    return notes


def _name(task_id: str) -> str:
    return line(task_id.partition("/")[2])


def _fitting(piece: Mapping[str, Sequence[str]], room: int) -> tuple[Drawn, ...]:
    """Answer the drawing with the least rows of those that are narrow enough; none where no one fits."""
    found: list[tuple[int, tuple[Drawn, ...]]] = []
    for style in Style:
        rows = draw(piece, style)
        wide = max(len(row.art) for row in rows)
        if wide * _SHARE <= room:
            return rows
        found.append((wide, rows))
    wide, rows = min(found, key=lambda one: one[0])
    longest = max(width(_name(name)) for name in piece)
    return rows if wide + 1 + min(longest, _LEAST_NAME) + 2 + _STATE <= room else ()


def _listed(piece: Mapping[str, Sequence[str]], nodes: Mapping[TaskId, Node]) -> tuple[Drawn, ...]:
    """Answer one row for each task, moved in by its wave."""
    names = sorted(piece, key=lambda name: nodes[TaskId(name)].wave)
    indents = [min(nodes[TaskId(name)].wave, _DEEP) - 1 for name in names]
    return tuple(
        Drawn(f"{' ' * deep}{MARK}", name, deep, tuple(piece[name]))
        for name, deep in zip(names, indents, strict=True)
    )


def _label(row: Drawn) -> str:
    """Answer drawing and name; where nothing is drawn, the names of what it waits for as well."""
    after = f" < {', '.join(map(_name, row.after))}" if row.after else ""
    return f"{row.art} {_name(row.name)}{after}".rstrip()


def _table(lines: Sequence[_Line], room: int | None, paint: Paint) -> Iterator[str]:
    table = [_HEADS, *((_label(one.drawn), *one.cells) for one in lines)]
    mute = {place for place in (3, _NOTE) if not any(row[place] for row in table[1:])}
    columns, widths = _measured(table, room, mute)
    for row, one in zip(table, (None, *lines), strict=True):
        cells = [pad(cut(row[place], space), space) for place, space in zip(columns, widths, strict=True)]
        yield _painted(cells, columns, one, paint)


def _measured(
    table: Sequence[Sequence[str]], room: int | None, mute: set[int]
) -> tuple[tuple[int, ...], list[int]]:
    """Leave out what matters least until the rest fits; state and drawing stay in sight."""
    for columns in _COLUMNS:
        kept = tuple(place for place in columns if place not in mute)
        widths = [max(width(row[place]) for row in table) for place in kept]
        if room is None:
            return kept, widths
        least = [
            min(space, _LEAST_NOTE) if place == _NOTE else space
            for place, space in zip(kept, widths, strict=True)
        ]
        if sum(least) + 2 * (len(kept) - 1) <= room:
            over = sum(widths) + 2 * (len(kept) - 1) - room
            widths[-1] -= max(over, 0) if kept[-1] == _NOTE else 0
            return kept, widths
    space = (room or 0) - 2
    states = min(max(width(row[_STATUS]) for row in table), max(space - _CUT_NAME, 1))
    return (0, _STATUS), [max(space - states, 1), states]


def _painted(cells: Sequence[str], columns: Sequence[int], one: _Line | None, paint: Paint) -> str:
    """Put colour on a row that is cut and filled up already, and drop the blanks at its end."""
    kept = [*cells]
    while kept and not kept[-1].strip():
        kept.pop()
    kept[-1] = kept[-1].rstrip()
    if one is None or one.node is None:
        return paint("  ".join(kept), Role.STRONG if one is None else Role.FAINT)
    role = ROLES[one.node.state]
    if len(kept) > columns.index(_STATUS):
        place = columns.index(_STATUS)
        kept[place] = paint(kept[place], role)
    mark, first = one.drawn.mark, kept[0]
    if mark < width(first):
        sign = _CRITICAL if one.node.critical else MARK
        rest = first[mark + 1 :]
        kept[0] = paint(first[:mark], Role.FAINT) + paint(sign, role) + rest
    return "  ".join(kept)
