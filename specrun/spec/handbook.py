"""Answers the reference of all fields as values, made from the very models that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from specrun.core.impact import Impact
from specrun.core.task import Json
from specrun.errors import UsageProblem
from specrun.spec.impacts import IMPACTS, kind_named
from specrun.spec.kinds import words
from specrun.spec.published import SCHEMAS, json_schema
from specrun.spec.vocabulary import meant

_REF = "#/$defs/"
_NAMES = {"tasks": "ID", "depends_on": "ID", "domains": "NAME", "agents": "NAME", "paths": "FOLDER"}
"""What stands for the keys that people choose, by the field that holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key that may be written.

    `kind` says in words what its value may be, `pattern` is the regular expression of texts, `impact` what
    editing it does. `holds` names the sections that its value may be, `inside` what stands between the
    key and theirs, such as `.ID` or `[]`.
    """

    name: str
    kind: str
    required: bool
    default: Json
    examples: tuple[Json, ...]
    pattern: str
    description: str
    impact: Impact
    holds: tuple[str, ...]
    inside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of mapping and its keys; `places` are the paths where it may stand, "" for the whole file."""

    name: str
    description: str
    places: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """Every key of a kind of file: its sections by name, that of the whole file first."""

    title: str
    sections: Mapping[str, Section]

    @property
    def root(self) -> Section:
        """What may stand at the top of the file."""
        return next(iter(self.sections.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a path leads to: the field, its full path, and the sections that it holds."""

    path: str
    section: str
    field: Field
    sections: tuple[Section, ...]


def handbook(name: str) -> Handbook:
    """Answer the reference of `spec` or `settings`. Raises KeyError."""
    schema = json_schema(name)
    definitions = cast("dict[str, dict[str, Json]]", schema.get("$defs", {}))
    models = {name: schema, **{kind_named(one): definitions[one] for one in definitions}}
    order: dict[str, list[str]] = {name: [""]}
    fields: dict[str, tuple[Field, ...]] = {}
    for kind in order_of(models, name):
        fields[kind] = tuple(_fields(kind, models[kind]))
    _places(fields, name, "", order)
    return Handbook(
        title=SCHEMAS[name][1],
        sections={
            kind: Section(
                name=kind,
                description=str(models[kind].get("description", "")),
                places=tuple(order.get(kind, ())),
                fields=fields[kind],
            )
            for kind in fields
        },
    )


def order_of(models: Mapping[str, Mapping[str, Json]], root: str) -> tuple[str, ...]:
    """Answer the kinds of mappings as a reader meets them, each once."""
    found: dict[str, None] = {}
    queue = [root]
    while queue:
        kind = queue.pop(0)
        if kind not in found:
            found[kind] = None
            queue.extend(_held(models[kind].get("properties", {})))
    return tuple(found)


def find(book: Handbook, path: str) -> Found:
    """Answer the field that a path such as `tasks.retry`, `tasks.api.retry.limit` or `retry.limit` means.

    The keys that people choose may be left out. Raises UsageProblem for a path that leads nowhere.
    """
    first, *more = parts = [part.removesuffix("[]") for part in path.split(".")]
    if more and first in book.sections and not _key(book.root, first):
        return _walk(book, book.sections[first], more, path)
    return _walk(book, book.root, [part for part in parts if part], path)


def _walk(book: Handbook, start: Section, parts: Sequence[str], path: str) -> Found:
    sections: tuple[Section, ...] = (start,)
    told, found, free, inside = "" if start is book.root else start.name, None, False, ""
    for part in parts:
        hit = next(((one, key) for one in sections if (key := _key(one, part)) is not None), None)
        if hit is None and free:
            free = False
            continue
        if hit is None:
            known = [key.name for one in sections for key in one.fields]
            raise UsageProblem(f"there is no field {path!r}", meant(part, known) if known else _leaf(told))
        found = hit
        told = f"{told}{inside}.{found[1].name}".lstrip(".")
        sections = tuple(book.sections[one] for one in found[1].holds)
        free = found[1].inside.startswith(".") or found[1].kind.startswith("mapping from")
        inside = found[1].inside
    if found is None:
        raise UsageProblem("there is no field without a name", "name one, such as tasks.prompt")
    return Found(path=told, section=found[0].name, field=found[1], sections=sections)


def _leaf(path: str) -> str:
    return f"{path} holds no fields"


def _key(section: Section, name: str) -> Field | None:
    return next((one for one in section.fields if one.name == name), None)


def _fields(kind: str, schema: Mapping[str, Json]) -> Iterator[Field]:
    required = cast("list[str]", schema.get("required", []))
    for name, told in cast("dict[str, dict[str, Json]]", schema["properties"]).items():
        holds = tuple(_held(told))
        yield Field(
            name=name,
            kind=words(told),
            required=name in required,
            default=told.get("default"),
            examples=tuple(cast("list[Json]", told.get("examples", []))),
            pattern=_pattern(told),
            description=str(told.get("description", "")),
            impact=IMPACTS[f"{kind}.{name}"],
            holds=holds,
            inside=_inside(name, told) if holds else "",
        )


def _pattern(told: Mapping[str, Json]) -> str:
    """Answer the pattern of a text, also where it may be left out."""
    if "pattern" in told:
        return str(told["pattern"])
    either = told.get("anyOf")
    found = [_pattern(one) for one in either if isinstance(one, dict)] if isinstance(either, list) else []
    return next((one for one in found if one), "")


def _inside(name: str, told: Mapping[str, Json]) -> str:
    if "$ref" in told:
        return ""
    if isinstance(told.get("items"), dict):
        return "[]"
    if told.get("patternProperties") or isinstance(told.get("additionalProperties"), dict):
        return f".{_NAMES.get(name, 'NAME')}"
    either = [one for key in ("anyOf", "oneOf") for one in cast("list[dict[str, Json]]", told.get(key, []))]
    return next((_inside(name, one) for one in either if [*_held(one)]), "")


def _held(told: Json) -> Iterator[str]:
    """Answer the kinds of mappings that a schema names, in the order in which it does."""
    if isinstance(told, dict):
        if "$ref" in told:
            yield kind_named(str(told["$ref"]).removeprefix(_REF))
        for key, below in told.items():
            if key not in {"examples", "default", "discriminator"}:
                yield from _held(below)
    elif isinstance(told, list):
        for below in told:
            yield from _held(below)


def _places(fields: Mapping[str, Sequence[Field]], kind: str, path: str, found: dict[str, list[str]]) -> None:
    for one in fields[kind]:
        below = f"{path}.{one.name}".lstrip(".") + one.inside
        for held in one.holds:
            found.setdefault(held, []).append(below)
            _places(fields, held, below, found)
