"""Holds a task as its record has it against what it is now, component by component, changed or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specrun.core.difference import differences
from specrun.core.impact import CLASSES, UPSTREAM, Impact
from specrun.core.task import Json
from specrun.core.world import Fingerprint
from specrun.errors import Where
from specrun.report.changes import place, rows
from specrun.report.edits import Edit, Place, edits, keyed, upstream
from specrun.report.quoting import value
from specrun.report.text import cut, line, pad, shown, width
from specrun.report.words import count

EFFECTS = {
    Impact.WORK: "work: an edit runs the task again",
    Impact.VERIFY: "verify: an edit checks the work again",
    Impact.LIVE: "live: an edit gives a task that failed new attempts, and leaves finished work alone",
    Impact.META: "meta: for explanations only",
}
_WORDS = {"edges": "depends_on", "rewind": "judge.rewind"}
_HEX = 12
_HIDDEN = frozenset({"sources"})
"""Components that say nothing by themselves; where they differ, the edits tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component: `before` is its value in the record and `after` its value now, None where it has none.

    `known` says whether its value now is known yet, `recorded` whether there is a record. `edits` are the
    single values in which the two differ, and `where` is the place that says it.
    """

    name: str
    impact: Impact
    before: Json
    after: Json
    known: bool
    recorded: bool
    edits: tuple[Edit, ...]
    where: Where | None

    @property
    def word(self) -> str:
        """Whether it is what it was."""
        if not self.known:
            return "unknown"
        if not self.recorded:
            return "new"
        return "changed" if self.edits or self.before != self.after else "same"


def components(now: Fingerprint | None, before: Fingerprint | None, where: Place) -> tuple[Component, ...]:
    """Answer all components that either side has, by class and name."""
    after, former = (one.components if one else {} for one in (now, before))
    unknown = {*(now.unknown if now else ())}
    differing = {one.component: one for one in differences(now, before)} if now and before else {}
    found = [
        Component(
            name=name,
            impact=impact,
            before=former.get(name),
            after=after.get(name),
            known=now is not None and name not in unknown,
            recorded=before is not None,
            edits=edits([differing[name]], where) if name in differing else (),
            where=where(name),
        )
        for name in {*after, *former, *unknown}
        if (impact := _impact(name)) is not None
    ]
    order = [*Impact]
    return tuple(sorted(found, key=lambda one: (order.index(one.impact), one.name)))


def _impact(name: str) -> Impact | None:
    """Answer the class of a component; a record of a later specrun may hold one that has none here."""
    return Impact.WORK if name.startswith(UPSTREAM) else CLASSES.get(name)


def told(found: Sequence[Component], room: int) -> Iterator[str]:
    """Answer the lines of all components, by class; what is absent on both sides is left out."""
    kept = [one for one in found if one.name not in _HIDDEN or one.edits]
    kept = [one for one in kept if one.word != "same" or one.before is not None]
    names = max((width(_called(one.name)) for one in kept), default=0)
    for impact in Impact:
        mine = [one for one in kept if one.impact is impact]
        if mine:
            yield f"  {EFFECTS[impact]}"
        for one in mine:
            yield from _told(one, names, room)


def _told(one: Component, names: int, room: int) -> Iterator[str]:
    at = f"  ({place(one.where)})" if one.where and one.word != "changed" else ""
    head = f"    {one.word:<7}  {pad(_called(one.name), names)}"
    if one.word == "changed":
        yield head.rstrip()
        yield from (f"      {row}" for edit in one.edits for row in rows(edit, room - 6))
        return
    if one.word == "unknown":
        yield f"{head}  known when its upstreams have ended{at}"
        return
    said = short(one.name, one.after)
    yield f"{head}  {cut(said, max(room - width(head) - width(at) - 2, 20))}{at}"


def short(name: str, told: Json) -> str:
    """Say the value of a component in one line; of a text of many lines the first, and how many follow."""
    if name.startswith(UPSTREAM):
        return f"digest {line(str(told))[:_HEX]}"
    if isinstance(told, str) and "\n" in told:
        lines = told.split("\n")
        return f"{value(name, lines[0])} and {count(len(lines) - 1, 'more line')}"
    if name == "checks" and isinstance(told, list):
        return ", ".join(shown(str(one[0])) for one in told if isinstance(one, list) and one)
    if name == "protect" and isinstance(told, list) and told:
        return "the usual files" if told[0] is None else f"the usual files, {value(name, told[0])}"
    return value(name, keyed(name, told))


def _called(name: str) -> str:
    """Answer the name of a component in words."""
    if name.startswith(UPSTREAM):
        return line(upstream(name))
    return _WORDS.get(name, line(name))


def entries(found: Sequence[Component]) -> list[Json]:
    """Answer all components for scripts."""
    return [
        {
            "component": one.name,
            "class": str(one.impact),
            "state": one.word,
            "before": one.before,
            "after": one.after,
            "file": one.where.file if one.where else None,
            "line": one.where.line if one.where else None,
        }
        for one in found
    ]
