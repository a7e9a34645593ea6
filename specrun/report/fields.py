"""Says what may be written in specs and in specrun.yaml, as pages of the handbook."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from specrun.core.impact import Impact
from specrun.core.task import Json
from specrun.report.handbook import Chapter, Entry, Fact, Page

_DOES = {
    Impact.WORK: "work: the task runs again",
    Impact.VERIFY: "verify: its checks run again on the work that is there",
    Impact.LIVE: "live: nothing that has succeeded runs again; what failed gets fresh attempts",
    Impact.META: "meta: nothing runs again",
}
_INTRO = (
    "The keys of {what}, made from the models that read them. Keys that begin with `x-` are free; any other "
    "key that is not here is an error. Where a text is printed by a prompt, editing it changes that prompt."
)


class Field(Protocol):
    """One key that may be written."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def kind(self) -> str:
        """What its value may be, in words."""

    @property
    def required(self) -> bool:
        """Whether it has to be there."""

    @property
    def default(self) -> Json:
        """What holds where it is absent, None for nothing in particular."""

    @property
    def examples(self) -> tuple[Json, ...]:
        """Values that it may have."""

    @property
    def pattern(self) -> str:
        """The regular expression that its text has to fit, "" for none."""

    @property
    def description(self) -> str:
        """What it means."""

    @property
    def impact(self) -> Impact:
        """What editing it does."""

    @property
    def holds(self) -> tuple[str, ...]:
        """The sections that tell what stands below it."""


class Section(Protocol):
    """One kind of mapping and its keys."""

    @property
    def name(self) -> str:
        """What it is called, "spec" or "settings" for a whole file."""

    @property
    def description(self) -> str:
        """What it is."""

    @property
    def places(self) -> tuple[str, ...]:
        """The paths where it may stand."""

    @property
    def fields(self) -> Sequence[Field]:
        """Its keys."""


def reference(title: str, sections: Mapping[str, Section], known: Collection[str] = ()) -> Page:
    """Answer every key of a kind of file with all that is to say of it, without the sections in `known`."""
    chapters = [_chapter(one) for name, one in sections.items() if name not in known]
    return Page(title=title, text=_INTRO.format(what=file(next(iter(sections)))), chapters=tuple(chapters))


def overview(title: str, topic: str, section: Section) -> Page:
    """Answer the keys at the top of a file in a line each, and how to ask for more."""
    more = f"`specrun help {topic} PATH` tells more, such as `specrun help {topic} retry.limit`."
    intro = _INTRO.format(what=file(section.name))
    keys = Chapter(title="Keys", entries=tuple(map(brief, sorted(section.fields, key=_late))))
    return Page(title=title, text=f"{intro}\n\n{more}", chapters=(keys,))


def single(path: str, field: Field, sections: Sequence[Section], owner: str) -> Page:
    """Answer all about one key, and in a line each about the keys below it."""
    about = Chapter(
        title="Value", entries=tuple(Entry(term=one.label, text=_shown(one)) for one in _facts(field))
    )
    below = [
        Chapter(
            title=f"Keys of {_words(one.name)}", text=one.description, entries=tuple(map(brief, one.fields))
        )
        for one in sections
    ]
    return Page(title=path, text=f"{field.description} ({_words(owner)})", chapters=(about, *below))


def brief(field: Field) -> Entry:
    """Answer a key in one line."""
    must = "Has to be there. " if field.required else ""
    return Entry(term=field.name, text=f"{must}{field.description}")


def file(name: str) -> str:
    """Say what a kind of file is called."""
    return "`specrun.yaml`" if name == "settings" else "a spec"


def _late(field: Field) -> bool:
    """Order what has to be there before the rest."""
    return not field.required


def _words(name: str) -> str:
    return name.replace("_", " ")


def _chapter(section: Section) -> Chapter:
    places = ", ".join(f"`{one}`" for one in section.places if one)
    stands = f"\n\nStands at {places}." if places else ""
    return Chapter(
        title=_words(section.name),
        text=f"{section.description}{stands}",
        entries=tuple(
            Entry(term=f"{section.name}.{one.name}", text=one.description, facts=_facts(one))
            for one in section.fields
        ),
    )


def _facts(field: Field) -> tuple[Fact, ...]:
    told = [Fact(label="value", words=field.kind)]
    if field.required:
        told.append(Fact(label="required", words="yes"))
    elif field.default not in (None, "", [], {}):
        told.append(Fact(label="default", code=(value(field.default),)))
    if field.examples:
        label = "example" if len(field.examples) == 1 else "examples"
        told.append(Fact(label=label, code=tuple(map(value, field.examples))))
    if field.pattern:
        told.append(Fact(label="pattern", code=(field.pattern,)))
    told.append(Fact(label="an edit", words=_DOES[field.impact]))
    if field.holds:
        told.append(Fact(label="keys", words=", ".join(f"see {_words(one)}" for one in field.holds)))
    return tuple(told)


def _shown(fact: Fact) -> str:
    return ", ".join(one for one in (fact.words, *fact.code) if one)


def value(told: Json) -> str:
    """Say a value as a spec would have it, on one line; JSON is YAML, too."""
    if isinstance(told, str) and told.isprintable() and _bare(told):
        return told
    if isinstance(told, float) and told.is_integer():
        return str(int(told))
    return json.dumps(told, ensure_ascii=False)


def _bare(word: str) -> bool:
    """Whether YAML reads a text without quotes as that text."""
    plain = word[:1].isalnum() and ": " not in word and " #" not in word and not word.endswith(":")
    return plain and word not in {"true", "false", "null"} and not word.replace(".", "").isdigit()
