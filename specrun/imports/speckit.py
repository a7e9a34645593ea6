"""Reads tasks.md of spec-kit: ids, `[P]`, phases that wait for each other, and edges that are said.

The form is that of `templates/tasks-template.md` in github/spec-kit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise, product

from specrun.core.draft import Draft
from specrun.imports.checklist import boxes, entry
from specrun.imports.entry import Entry, Listing
from specrun.imports.grouping import HEADING, Group, Heading
from specrun.imports.page import Page, Row
from specrun.imports.tags import names

FORM = "speckit"
MAX_EDGES = 250_000
"""All that the largest list can have."""
MAX_ROWS = 500
"""Lines about dependencies that are looked at."""
MAX_TOKENS = 50
"""Groups of ids and words between them that are looked at in one line."""
_ID = re.compile(r"[*_`]{0,3}(T\d{1,5}[a-z]?|TX{2,4})[*_`]{0,3}[:.]?(?=\s|$)\s*")
_LABEL = re.compile(r"\[(?!\s*skill\b)([^\[\]]{1,40})\]\s*", re.IGNORECASE)
_STORY = re.compile(r"US-?\d+", re.IGNORECASE)
_STORY_HEADING = re.compile(r"\b(?:user story|US-?\d+)\b", re.IGNORECASE)
_GROUP = r"T\d{1,5}[a-z]?(?:(?:\s?[,&–/-]\s?|\s?\.\.\s?|\s(?:and|to|through)\s)(?:and\s)?T\d{1,5}[a-z]?)*"
_DEPENDS = re.compile(rf"\b(?:depends on|blocked by|requires|needs|after)\s+({_GROUP})", re.IGNORECASE)
_TOKEN = re.compile(
    rf"(?P<ids>{_GROUP})"
    r"|(?P<back>\b(?:depends? on|blocked by|requires?|needs?|after|follows?)\b)"
    r"|(?P<on>\b(?:blocks?|before|precedes?|unblocks?)\b|-{1,3}>|→|⇒|=>)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|independent(?:ly)?|without)\b", re.IGNORECASE)
_THROUGH = re.compile(r"\s(?:to|through)\s|\s?\.\.\s?|\s?[–-]\s?", re.IGNORECASE)
_SLASH = re.compile(r"\s?/\s?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One item: its entry, whether it runs beside its neighbours, and where it belongs.

    `line` is that of the nearest heading above it, 0 for none.
    """

    entry: Entry
    parallel: bool
    story: bool
    phase: Heading | None
    line: int


@dataclass(slots=True)
class _Phase:
    """Tasks of one phase, in their order; stories wait for what blocks all, not for one another."""

    places: list[int] = field(default_factory=list)
    story: bool = False


def read(page: Page) -> Listing | None:
    """Answer the entries of a list in this form, None where no item has an id of spec-kit."""
    groups, title = boxes(page)
    if not any(_ID.search(_front(group.rows[0].text)) for group in groups):
        return None
    tasks = [_task(page, group) for group in groups]
    said = tuple(islice(_said(page, [task.entry for task in tasks]), MAX_EDGES))
    return Listing(
        entries=tuple(task.entry for task in tasks),
        form=FORM,
        title=title,
        order=tuple(_order(tasks)),
        said=said,
    )


def beside(draft: Draft, file: str) -> Draft:
    """Have prompts name their list, a file of the repo: items are short, and lean on the plan beside it."""
    told = f"This is one task of `{file}`. Read that file, and the spec and plan beside it, before you begin."
    items = (replace(item, prompt=f"{item.prompt}\n\n{told}") for item in draft.items)
    return replace(draft, items=tuple(items))


def _front(text: str) -> str:
    """Answer the labels and the id that an item begins with."""
    return text[: _past(text)]


def _past(text: str) -> int:
    place = 0
    while found := _LABEL.match(text, place) or _ID.match(text, place):
        place = found.end()
    return place


def _task(page: Page, group: Group) -> _Task:
    made = entry(page, group)
    first = group.rows[0]
    front = _front(first.text)
    labels = {label.strip().upper() for label in _LABEL.findall(front)}
    found = _ID.search(front)
    name = found.group(1) if found and "X" not in found.group(1) else ""
    rows = (first.part(len(front)), *group.rows[1:])
    made = replace(made, rows=rows, id=name, upstreams=tuple(_upstreams(rows)))
    phase = next((one for one in reversed(group.path) if _is_phase(one)), None)
    return _Task(
        entry=made,
        parallel="P" in labels,
        story=any(_STORY.fullmatch(label) for label in labels)
        or bool(phase and _STORY_HEADING.search(phase.text)),
        phase=phase,
        line=group.path[-1].line if group.path else 0,
    )


def _is_phase(heading: Heading) -> bool:
    return heading.level <= 2 or heading.text.casefold().startswith("phase")  # noqa: PLR2004 - as the template has it


def _upstreams(rows: Sequence[Row]) -> Iterator[Row]:
    """Answer the ids that the text depends on; those in brackets are tags, and found as such."""
    for row in rows:
        for found in () if row.fenced else _DEPENDS.finditer(row.text):
            if row.text[: found.start()].rstrip()[-1:] not in {"(", "（"}:
                yield from _ids(row.part(*found.span(1)))


def _ids(row: Row) -> Iterator[Row]:
    return names(replace(row, text=_SLASH.sub(", ", _THROUGH.sub("-", row.text))))


def _order(tasks: Sequence[_Task]) -> Iterator[tuple[int, int]]:
    """Answer what follows from the phases, of tasks that are still to do."""
    blocking: list[int] = []
    stories: list[int] = []
    for phase in _phases(tasks):
        layers = list(_layers(phase.places, tasks))
        if phase.story:
            yield from _edges([blocking, *layers])
            stories += layers[-1]
        else:
            yield from _edges([[*stories, *([] if stories else blocking)], *layers])
            blocking, stories = layers[-1], []


def _phases(tasks: Sequence[_Task]) -> list[_Phase]:
    found: dict[int, _Phase] = {}
    for place, task in enumerate(tasks):
        if not task.entry.done:
            phase = found.setdefault(task.phase.line if task.phase else 0, _Phase())
            phase.places.append(place)
            phase.story = phase.story or task.story
    return list(found.values())


def _layers(places: Sequence[int], tasks: Sequence[_Task]) -> Iterator[list[int]]:
    """Answer a phase as layers: a run of tasks marked as parallel is one, any other task is one by itself.

    A run ends at a heading: tests stand below one of their own, and come before what they test.
    """
    layer: list[int] = []
    for place in places:
        one, other = tasks[place], tasks[layer[-1] if layer else place]
        if layer and not (one.parallel and other.parallel and one.line == other.line):
            yield layer
            layer = []
        layer.append(place)
    yield layer


def _edges(layers: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    return ((place, upstream) for before, layer in pairwise(layers) for place in layer for upstream in before)


def _said(page: Page, entries: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """Answer the edges that a section about dependencies names by their ids."""
    known = {one.id.casefold(): place for place, one in enumerate(entries) if one.id}
    level, left = 0, MAX_ROWS
    for row in page.rows:
        heading = HEADING.match(row.text)
        if heading:
            deeper = level and len(heading.group(1)) > level
            level = level if deeper else len(heading.group(1)) if "dependenc" in row.text.casefold() else 0
        elif level and left and not _NOT.search(row.text):
            left -= 1
            yield from _related(row, known)


def _related(row: Row, known: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    tokens = list(islice(_TOKEN.finditer(row.text), MAX_TOKENS))
    for one, verb, other in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if not (one.group("ids") and other.group("ids")) or verb.group("ids"):
            continue
        left, right = _places(row.part(*one.span()), known), _places(row.part(*other.span()), known)
        pairs = product(left, right) if verb.group("back") else product(right, left)
        yield from pairs


def _places(row: Row, known: Mapping[str, int]) -> list[int]:
    found = (name.text.casefold() for name in _ids(row))
    return [known[name] for name in found if name in known]
