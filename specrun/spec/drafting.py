"""Writes a draft as the YAML of a spec, laid out as `specrun fmt` leaves it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from specrun.core.draft import Draft, Item
from specrun.spec.layout_nodes import Leaf
from specrun.spec.layout_scalar import STEP, plain
from specrun.spec.layout_scalar import written as laid

SHELL = "shell"
"""The agent that takes no model."""
ROUTED = {
    "claude": (
        "models:",
        "  default: sonnet",
        "  rules:",
        "    - {complexity: high, model: opus}",
        "    - {complexity: low, model: haiku}",
    )
}
"""Which models do what, for agents whose models have names that stay."""
LONG = 80
"""Characters of a prompt that still stands beside its key."""

_MARK = re.compile(r"\{[{%#]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a spec says beside the items of its list.

    `template` wraps the prompts of each domain that is declared. `checklist` is the file whose boxes are
    ticked, `schema` what editors know the vocabulary from; all are paths as they stand in specs. `per_task`
    (such as `1.00 USD`), `timeout` and `checks` (names, or (name, command)) hold for all tasks.
    """

    name: str
    agent: str
    template: str | None = None
    checklist: str | None = None
    schema: str | None = None
    per_task: str = ""
    timeout: str = ""
    checks: Sequence[str | tuple[str, str]] = ()


def written(draft: Draft, frame: Frame) -> str:
    """Answer the text of a spec with the items of a draft that are still to do.

    What looks like Jinja in the words of people is written so that it comes out as they wrote it.
    """
    agent, checklist, schema = frame.agent, frame.checklist, frame.schema
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += ["version: 1", f"name: {_line(frame.name)}"]
    description = draft.description or draft.title
    lines += [f"description: {_line(description)}"] if description else []
    lines += [f"checklist: {_line(checklist)}"] if checklist else []
    lines += [f"agent: {_line(agent)}"]
    lines += _bounds(frame)
    lines += ["", *ROUTED[agent]] if agent in ROUTED else []
    lines += ["", "checks:", *(f"{STEP}- {_check(one)}" for one in frame.checks)] if frame.checks else []
    if draft.domains:
        lines += ["", "domains:", *(STEP + line for line in _domains(draft, frame.template))]
    lines += ["", "tasks:"]
    for number, item in enumerate(draft.open):
        lines += [""] * bool(number)
        lines += [f"{STEP}{_line(item.id)}:"]
        lines += _task(item, agent=agent, ticked=checklist is not None)
    return "\n".join(lines) + "\n"


def _bounds(frame: Frame) -> Iterator[str]:
    if frame.per_task:
        yield from ("", f"budget: {{per_task: {_line(frame.per_task, flow=True)}}}")
    if frame.timeout:
        yield f"timeout: {_line(frame.timeout)}"


def _check(one: str | tuple[str, str]) -> str:
    if isinstance(one, str):
        return _line(one)
    return f"{{name: {_line(one[0], flow=True)}, run: {_line(one[1], flow=True)}}}"


def _domains(draft: Draft, template: str | None) -> Iterator[str]:
    for name, keywords in draft.domains:
        parts = [f"keywords: {_list(keywords)}"] if keywords else []
        parts += [f"template: {_line(template, flow=True)}"] if template else []
        yield f"{_line(name)}: {{{', '.join(parts)}}}"


def _task(item: Item, *, agent: str, ticked: bool) -> Iterator[str]:
    said = (
        ("title", item.title),
        ("item", item.box if ticked else ""),
        ("complexity", item.complexity),
        ("domain", item.domain),
    )
    for key, value in said:
        if value:
            yield f"{STEP * 2}{key}: {_line(value)}"
    if item.depends_on:
        yield f"{STEP * 2}depends_on: {_list(item.depends_on)}"
    if item.model and agent != SHELL:
        yield f"{STEP * 2}model: {_line(item.model)}"
    yield from _prompt(_MARK.sub(lambda found: f"{{{{ '{found.group()}' }}}}", item.prompt))


def _prompt(text: str) -> Iterator[str]:
    """Write a text beside its key, or as a block below it where it is long."""
    if "\n" not in text and len(text) <= LONG:
        yield f"{STEP * 2}prompt: {_line(text)}"
        return
    block = laid(Leaf(text, "|", ""))
    yield f"{STEP * 2}prompt: {block.first}"
    yield from (f"{STEP * 3}{line}" if line else "" for line in block.rest)


def _line(text: str, *, flow: bool = False) -> str:
    return text if plain(text, flow=flow) else json.dumps(text, ensure_ascii=False)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(_line(word, flow=True) for word in words)}]"
