"""The prompts of all loaded tasks: what they say now, what they need later, how they are rendered then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specrun.core.task import Carry, Condition, Json, Task, TaskId, split_id
from specrun.core.world import Run
from specrun.errors import InvalidSpec, Problem, Where
from specrun.spec import conditions
from specrun.spec.node import Node
from specrun.spec.origins import Origins
from specrun.spec.render.child import Child
from specrun.spec.templates import Templates
from specrun.spec.text import Text, plain

MARKS = ("{{", "{%", "{#")
WORDS = {
    Carry.ALL: ("output", "summary", "branch", "commit", "base"),
    Carry.OUTPUT: ("output", "summary"),
}
"""What templates may say of an upstream, by what its edge carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One prompt as written, and the condition beside it.

    `node` is the value of `prompt` or `template` in `text`. `pages` holds (source, template file or "") of
    the prompt and of the domain template around it. `vars` are those of the spec. `upstreams` maps the ids of
    upstreams to the words that templates may say of them. `when` is the condition with its place.
    """

    task_id: TaskId
    text: Text
    node: Node
    pages: tuple[tuple[str, str], ...]
    context: int
    task: Mapping[str, Any]
    with_: Mapping[str, Any]
    vars: Mapping[str, Any]
    upstreams: Mapping[str, tuple[str, ...]]
    when: tuple[bool | str, Node] | None = None

    @property
    def static(self) -> bool:
        """Whether there is nothing to render: the text is the prompt."""
        return len(self.pages) == 1 and not any(mark in self.pages[0][0] for mark in MARKS)


@dataclass(frozen=True, slots=True)
class Checked:
    """What rendering with plan-time values gave, and which run-time values the prompt uses.

    `sources` say where it comes from; `when` is the condition as far as it is known.
    """

    text: str
    tasks: bool = False
    previous: bool = False
    sources: Mapping[str, Json] = field(default_factory=dict)
    when: Condition | None = None


@dataclass(slots=True)
class PromptBook:
    """Made by `load`; implements `ports.Prompts`. Its child process ends with it, or at `close`."""

    templates: Templates
    sources: dict[TaskId, Source] = field(default_factory=dict)
    checked: dict[TaskId, Checked] = field(default_factory=dict)
    child: Child = field(init=False)
    origins: Origins = field(init=False)

    def __post_init__(self) -> None:
        self.child = Child(self.templates.ask)
        self.origins = Origins(self.templates)

    def check(self, sources: Sequence[Source]) -> list[Problem]:
        """Render prompts and decide conditions with plan-time values; run-time ones are placeholders."""
        moving = [source for source in sources if not source.static]
        asking = [source for source in sources if source.when and isinstance(source.when[0], str)]
        jobs = [_job(source, "check", dict(source.upstreams), previous=False) for source in moving]
        jobs += [_question(source, "when", dict(source.upstreams)) for source in asking]
        said = self.child.answers(jobs)
        answers = {source.task_id: {**_STATIC, "text": source.pages[0][0]} for source in sources}
        answers |= zip((source.task_id for source in moving), said, strict=False)
        found = dict(zip((source.task_id for source in asking), said[len(moving) :], strict=True))
        problems = (
            self._keep(source, answers[source.task_id], found.get(source.task_id)) for source in sources
        )
        return [problem for told in problems for problem in told]

    def _keep(
        self, source: Source, answer: Mapping[str, Any], found: Mapping[str, Any] | None
    ) -> list[Problem]:
        problems = []
        if "error" in answer:
            problems.append(self._located(source, answer["error"]))
        elif not answer["text"].strip():
            problems.append(_empty(source))
        if found and "error" in found:
            problems.append(self._wrong_condition(source, found["error"]))
        if not problems:
            self.sources[source.task_id] = source
            self.checked[source.task_id] = Checked(
                text=answer["text"],
                tasks=answer["tasks"],
                previous=answer["previous"],
                sources=self.origins.of(source.pages, answer["templates"], answer["vars"], source.vars),
                when=conditions.seen(source.when[0], found) if source.when else None,
            )
        return problems

    def needs(self, task_id: TaskId) -> bool:
        """Whether the prompt has run-time values other than `previous`."""
        return self.checked[task_id].tasks

    def uses_previous(self, task_id: TaskId) -> bool:
        """Whether the prompt speaks of the failure before, so that a retry must be rendered again."""
        return self.checked[task_id].previous

    def preview(self, task_id: TaskId) -> str:
        """Answer the prompt of a first attempt; run-time values stand as `«tasks.a.output: known later»`."""
        return self.checked[task_id].text

    def render(self, task: Task, upstreams: Mapping[TaskId, Run], previous: Mapping[str, Json] | None) -> str:
        """Answer the prompt with run-time values filled in. Raises InvalidSpec."""
        source = self.sources[task.id]
        if source.static:
            return source.pages[0][0]
        values = _handed_on(source, upstreams)
        answer = self.child.answer(
            _job(source, "render", values, previous=dict(previous) if previous else False)
        )
        if "error" in answer:
            raise InvalidSpec((self._located(source, answer["error"]),))
        text: str = answer["text"]
        if not text.strip():
            raise InvalidSpec((_empty(source),))
        return text

    def condition(self, task: Task, upstreams: Mapping[TaskId, Run]) -> Condition:
        """Decide a task's `when` with the values of its upstreams. Raises InvalidSpec."""
        source, known = self.sources[task.id], self.checked[task.id].when
        if known is None or known.met is not None:
            return known or Condition(text="", met=True)
        answer = self.child.answer(_question(source, "decide", _handed_on(source, upstreams)))
        if "error" in answer:
            raise InvalidSpec((self._wrong_condition(source, answer["error"]),))
        return replace(known, met=answer["met"], values=plain(answer["values"]))

    def close(self) -> None:
        """End the rendering child, if there is one; the next rendering starts another."""
        self.child.close()

    def _located(self, source: Source, error: Mapping[str, Any]) -> Problem:
        """Point at the line of the template, or of the prompt inside the spec."""
        code, what, fix, template, line = (error[key] for key in ("code", "what", "fix", "template", "line"))
        node = source.node
        text = self.templates.text(template) if template else None
        if text is not None:
            what = f"{what} (used by {Where(source.text.file, node.line, node.column)})"
            return text.problem(line, _first_column(text, line), code, what, fix=fix)
        line, column = _place(source.text, node, line)
        return source.text.problem(line, column, code, what, fix=fix)

    def _wrong_condition(self, source: Source, error: Mapping[str, Any]) -> Problem:
        written, node = source.when or ("", source.node)
        line, column = _place(source.text, node, error["line"])
        what, fix = conditions.worded(str(written), error)
        return source.text.problem(line, column, error["code"], what, fix=fix)


def _empty(source: Source) -> Problem:
    node = source.node
    what = f'prompt of task "{source.task["name"]}" is empty after rendering'
    return source.text.problem(node.line, node.column, "E305", what, fix="say what to do")


def _place(text: Text, node: Node, line: int) -> tuple[int, int]:
    """Answer where a line of a value stands: a block has lines of its own in the file."""
    if node.style not in {"|", ">"} or not line:
        return node.line, node.column
    line = node.line + min(line, len(str(node.value).rstrip("\n").split("\n")))
    return line, _first_column(text, line)


def _first_column(text: Text, line: int) -> int:
    written = text.lines[line - 1] if 0 < line <= len(text.lines) else ""
    return len(written) - len(written.lstrip()) + 1


def _job(source: Source, kind: str, tasks: Mapping[str, Any], previous: Any) -> dict[str, Any]:  # noqa: ANN401 - false or a mapping
    return {
        "kind": kind,
        "pages": source.pages,
        "context": source.context,
        "task": source.task,
        "with": source.with_,
        "tasks": tasks,
        "previous": previous,
    }


def _question(source: Source, kind: str, tasks: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the job of looking at the condition of a task (`when`), or of deciding it."""
    written = source.when[0] if source.when else ""
    return {
        "kind": kind,
        "expression": conditions.expression(str(written)),
        "context": source.context,
        "task": source.task,
        "with": source.with_,
        "tasks": tasks,
    }


def _handed_on(source: Source, upstreams: Mapping[TaskId, Run]) -> dict[str, dict[str, Json]]:
    """Answer what may be said of the upstreams that have a record."""
    runs = {split_id(run.task_id)[1]: run for run in upstreams.values()}
    return {
        name: {word: _READ[word](runs[name]) for word in words}
        for name, words in source.upstreams.items()
        if name in runs
    }


_STATIC: Mapping[str, Any] = {"tasks": False, "previous": False, "vars": (), "templates": ()}
"""What there is to know of a prompt that nobody has to render."""
_READ: Mapping[str, Callable[[Run], Json]] = {
    "output": lambda run: run.output,
    "summary": lambda run: run.summary,
    "branch": lambda run: run.branch,
    "commit": lambda run: run.commit,
    "base": lambda run: run.base,
}
