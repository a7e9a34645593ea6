"""Takes the components of a task apart into what a spec says, so that each edit has its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from specrun.core.difference import Difference
from specrun.core.impact import INHERITED, UPSTREAM, Impact
from specrun.core.task import Json
from specrun.errors import Where

PROMPT = "prompt"
TEMPLATE = "template "
READS = "reads "
RESULT = "result of "
"""What is known by its digest only begins with one of these words; a file, or the id of a task, follows."""
_WRITTEN = {"rewind": "judge.rewind"}
"""Components that specs call by another name."""
_PLACES = {
    "permissions": ("mode", "allow", "deny"),
    "retry": ("limit", "on", "delay", "factor", "max_delay", "strategy", "jitter"),
    "judge": ("pass", "fail"),
    "rewind": ("to", "limit"),
}
"""Components that are lists, with the keys that their places stand for."""
_PAIR = 2
_NOTHING: list[Json] = [None, None]
_CHECK = 3

Place = Callable[[str], Where | None]
"""Answers where the component with this name is written, None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value that is not what it was; None is one that is absent.

    `path` names it as the spec does, such as `vars.who` or `retry.limit`, `component` is the part of the
    fingerprint that it belongs to, and `where` the place that says it now.
    """

    path: str
    component: str
    impact: Impact
    before: Json
    after: Json
    where: Where | None = None

    @property
    def opaque(self) -> bool:
        """Whether only digests of it are known, which tell nobody anything."""
        return self.path.startswith((TEMPLATE, READS, RESULT))


def edits(differences: Iterable[Difference], place: Place) -> tuple[Edit, ...]:
    """Answer every single value that differs: causes first, then the prompt that they make, then the rest."""
    made = tuple(differences)
    found = [edit for one in made for edit in _taken_apart(one, place)]
    if _caused_elsewhere(made):
        found = [replace(one, where=None) if one.component == PROMPT else one for one in found]
    return tuple(sorted(found, key=_rank))


def _caused_elsewhere(differences: Iterable[Difference]) -> bool:
    """Whether a prompt is written as it was, and only a variable or a template makes it another one."""
    for one in differences:
        if one.component == "sources" and isinstance(one.before, dict) and isinstance(one.after, dict):
            old, new = (_pages(sources) for sources in (one.before, one.after))
            return old.get("") == new.get("")
    return False


def _rank(edit: Edit) -> tuple[int, int]:
    """Put variables and templates before the prompt; classes stay in their order."""
    first = 0 if edit.component == "sources" else 1 if edit.component == PROMPT else 2
    return (first, [*Impact].index(edit.impact))


def _taken_apart(one: Difference, place: Place) -> Iterator[Edit]:
    for path, before, after in _parts(one):
        if before == after:
            continue  # one is absent and the other null
        yield Edit(
            path=path,
            component=one.component,
            impact=one.impact,
            before=before,
            after=after,
            where=_where(path, one.component, place),
        )


def _where(path: str, component: str, place: Place) -> Where | None:
    if path.startswith((TEMPLATE, READS)):
        return None  # the file itself is the place
    for name in (path, component, _WRITTEN.get(component, "")):
        found = place(name) if name else None
        if found is not None:
            return found
    return None


def upstream(component: str) -> str:
    """Say what a component of an upstream is: its own result, or what its branch holds of others."""
    name = component.removeprefix(UPSTREAM)
    return RESULT + (f"what {name.removesuffix(INHERITED)} builds on" if name.endswith(INHERITED) else name)


def _parts(one: Difference) -> Iterator[tuple[str, Json, Json]]:
    name, before, after = one.component, one.before, one.after
    if name == "sources":
        yield from _of_sources(before, after)
    elif name == "reads":
        yield from ((READS + path, old, new) for path, old, new in _keys(before, after))
    elif name.startswith(UPSTREAM):
        yield upstream(name), before, after
    elif name == "checks":
        yield from _of_checks(before, after)
    elif name == "protect":
        yield from _of_protect(before, after)
    elif name == "edges":
        yield from (
            (f"depends_on.{one}", old, new) for one, old, new in _keys(_carries(before), _carries(after))
        )
    elif name in _PLACES:
        yield from _below(_WRITTEN.get(name, name), keyed(name, before), keyed(name, after))
    else:
        yield from _below(_WRITTEN.get(name, name), before, after)


def _below(path: str, before: Json, after: Json) -> Iterator[tuple[str, Json, Json]]:
    """Answer the innermost values that differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield path, before, after
        return
    for key, former, present in _keys(before, after):
        yield from _below(f"{path}.{key}", former, present)


def _keys(before: Json, after: Json) -> Iterator[tuple[str, Json, Json]]:
    """Answer the keys of two mappings whose values differ, sorted; what is no mapping has none."""
    old, new = (one if isinstance(one, dict) else {} for one in (before, after))
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key) or (key in old) is not (key in new):
            yield key, old.get(key), new.get(key)


def keyed(name: str, value: Json) -> Json:
    """Answer a component that is kept as a list under the keys that its places stand for."""
    places = _PLACES.get(name)
    return dict(zip(places, value, strict=False)) if places and isinstance(value, list) else value


def _of_sources(before: Json, after: Json) -> Iterator[tuple[str, Json, Json]]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return  # an older record does not tell
    for file, former, present in _keys(_pages(before), _pages(after)):
        if file:
            yield TEMPLATE + file, former, present
    for name, former, present in _keys(before.get("vars"), after.get("vars")):
        yield from _below(f"vars.{name}", former, present)


def _pages(sources: Mapping[str, Json]) -> dict[str, Json]:
    pages = sources.get("pages")
    found = [one for one in pages if isinstance(one, list)] if isinstance(pages, list) else []
    return {str(one[0]): one[1] for one in found if len(one) == _PAIR}


def _of_checks(before: Json, after: Json) -> Iterator[tuple[str, Json, Json]]:
    old, new = _commands(before), _commands(after)
    found = [*_keys(old, new)]
    if not found:
        yield "checks", [*old], [*new]  # the same ones in another order
    yield from ((f"checks.{name}", old_run, new_run) for name, old_run, new_run in found)


def _commands(checks: Json) -> dict[str, Json]:
    """Answer what checks run, by name; a folder stands before the command."""
    found: dict[str, Json] = {}
    for one in checks if isinstance(checks, list) else []:
        if isinstance(one, list) and len(one) == _CHECK:
            found[str(one[0])] = f"(in {one[2]}) {one[1]}" if one[2] else one[1]
    return found


def _carries(edges: Json) -> dict[str, Json]:
    """Answer what upstreams hand on, by their ids."""
    pairs = (str(one).partition(":") for one in (edges if isinstance(edges, list) else []))
    return {name: carry for name, _, carry in pairs}


def _of_protect(before: Json, after: Json) -> Iterator[tuple[str, Json, Json]]:
    """Answer the globs that the spec names, and the types of projects whose files are protected."""
    old, new = (
        one if isinstance(one, list) and len(one) == _PAIR else [None, None] for one in (before, after)
    )
    if old[0] != new[0]:
        yield "protect", old[0], new[0]
    if old[1] != new[1]:
        yield "project", old[1], new[1]
