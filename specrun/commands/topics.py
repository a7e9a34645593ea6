"""Finds the page of the handbook that a person asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

import click

from specrun.commands import manual
from specrun.commands.grammar import ALIASES
from specrun.errors import UsageProblem
from specrun.report import topics as report
from specrun.report.handbook import Entry, Page

_FIELDS = {"fields": "spec", "settings": "settings"}


def page(ctx: click.Context, topic: str | None, word: str | None, *, whole: bool) -> Page | str:
    """Answer the page of a topic, or of one word of it; a verb is answered with its help.

    `whole` pages tell all at once. Raises UsageProblem for what nobody knows.
    """
    verbs = manual.verbs(ctx)
    if topic is None:
        return report.contents(verbs)
    if topic == "commands" and word is not None:
        topic, word = word, None
    topic = ALIASES.get(topic, topic)
    if topic in verbs:
        if word is not None:
            raise UsageProblem(f"specrun help {topic} knows no {word!r}", f"see specrun help {topic}")
        return verbs[topic].get_help(click.Context(verbs[topic], ctx.find_root(), topic)) + "\n"
    if topic in _FIELDS:
        return _fields(topic, word, whole=whole)
    if topic not in report.TOPICS:
        near = get_close_matches(topic, [*report.TOPICS, *verbs], 1)
        fix = f"did you mean {near[0]}?" if near else f"ask for one of {', '.join(report.TOPICS)}, or a verb"
        raise UsageProblem(f"there is no topic {topic!r}", fix)
    made = report.PAGES[topic]() if topic in report.PAGES else _MADE[topic](ctx)
    return made if word is None else _word(made, topic, word)


def _word(made: Page, topic: str, word: str) -> Page:
    """Answer what a page says about one word, the mark before it left aside."""
    entries = [(one, chapter.title) for chapter in made.chapters for one in chapter.entries]
    found = [(one, title) for one, title in entries if word.casefold() in _names(one)]
    if not found:
        names = [_names(one)[-1] for one, _ in entries]
        near = get_close_matches(word, names, 1)
        fix = f"did you mean {near[0]}?" if near else f"see specrun help {topic}"
        raise UsageProblem(f"specrun help {topic} knows no {word!r}", fix)
    return report.words(topic, found)


def _names(one: Entry) -> list[str]:
    return [one.term.casefold(), *one.term.casefold().split()]


def _fields(topic: str, path: str | None, *, whole: bool) -> Page:
    from specrun.report import fields
    from specrun.spec.handbook import find, handbook

    book = handbook(_FIELDS[topic])
    if path is not None:
        found = find(book, path)
        return fields.single(found.path, found.field, found.sections, found.section)
    if not whole:
        return fields.overview(f"Fields of {fields.file(book.root.name)}", topic, book.root)
    known = handbook("spec").sections if topic == "settings" else ()
    return fields.reference(f"Fields of {fields.file(book.root.name)}", book.sections, known)


def _errors(ctx: click.Context) -> Page:
    del ctx
    from specrun.report.error_codes import page as errors

    return errors()


def _agents(ctx: click.Context) -> Page:
    del ctx
    from specrun import wiring
    from specrun.report.abilities import agents

    return agents({name: (one.traits, one.tested) for name, one in wiring.agents(None).items()})


def _templates(ctx: click.Context) -> Page:
    del ctx
    from specrun.report.abilities import templates
    from specrun.spec.render.sandbox import FILTER_NAMES

    return templates([*FILTER_NAMES, "tojson"])


_MADE: Mapping[str, Callable[[click.Context], Page]] = {
    "commands": manual.commands,
    "environment": manual.environment,
    "selectors": manual.selectors,
    "errors": _errors,
    "agents": _agents,
    "templates": _templates,
}
