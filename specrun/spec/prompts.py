"""The prompts of all loaded tasks: what they say now, what they need later, how they are rendered then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specrun.core.task import Carry, Json, Task, TaskId, split_id
from specrun.core.world import Run
from specrun.errors import InvalidSpec, Problem, Where
from specrun.spec.node import Node
from specrun.spec.render.child import Child
from specrun.spec.templates import Templates
from specrun.spec.text import Text

MARKS = ("{{", "{%", "{#")
WORDS = {
    Carry.ALL: ("output", "summary", "branch", "commit", "base"),
    Carry.OUTPUT: ("output", "summary"),
}
"""What templates may say of an upstream, by what its edge carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One prompt as written.

    `node` is the value of `prompt` or `template` in `text`. `pages` holds (source, template file or "") of
    the prompt and of the domain template around it. `upstreams` maps the ids of upstreams to the words that
    templates may say of them.
    """

    task_id: TaskId
    text: Text
    node: Node
    pages: tuple[tuple[str, str], ...]
    context: int
    task: Mapping[str, Any]
    with_: Mapping[str, Any]
    upstreams: Mapping[str, tuple[str, ...]]

    @property
    def static(self) -> bool:
        """Whether there is nothing to render: the text is the prompt."""
        return len(self.pages) == 1 and not any(mark in self.pages[0][0] for mark in MARKS)


@dataclass(frozen=True, slots=True)
class Checked:
    """What rendering with plan-time values gave, and which run-time values the prompt uses."""

    text: str
    tasks: bool = False
    previous: bool = False


@dataclass(slots=True)
class PromptBook:
    """Made by `load`; implements `ports.Prompts`. Its child process ends with it, or at `close`."""

    templates: Templates
    sources: dict[TaskId, Source] = field(default_factory=dict)
    checked: dict[TaskId, Checked] = field(default_factory=dict)
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.child = Child(self.templates.ask)

    def check(self, sources: Sequence[Source]) -> list[Problem]:
        """Render prompts with their plan-time values; run-time values are placeholders."""
        moving = [source for source in sources if not source.static]
        jobs = [_job(source, "check", dict(source.upstreams), previous=False) for source in moving]
        answers = {
            source.task_id: {"text": source.pages[0][0], "tasks": False, "previous": False}
            for source in sources
        }
        answers |= {
            source.task_id: answer for source, answer in zip(moving, self.child.answers(jobs), strict=True)
        }
        problems = (self._keep(source, answers[source.task_id]) for source in sources)
        return [problem for problem in problems if problem is not None]

    def _keep(self, source: Source, answer: Mapping[str, Any]) -> Problem | None:
        if "error" in answer:
            return self._located(source, answer["error"])
        if not answer["text"].strip():
            return _empty(source)
        self.sources[source.task_id] = source
        self.checked[source.task_id] = Checked(answer["text"], answer["tasks"], answer["previous"])
        return None

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
        runs = {split_id(run.task_id)[1]: run for run in upstreams.values()}
        values = {
            name: {word: _READ[word](runs[name]) for word in words}
            for name, words in source.upstreams.items()
            if name in runs
        }
        answer = self.child.answer(
            _job(source, "render", values, previous=dict(previous) if previous else False)
        )
        if "error" in answer:
            raise InvalidSpec((self._located(source, answer["error"]),))
        text: str = answer["text"]
        if not text.strip():
            raise InvalidSpec((_empty(source),))
        return text

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
        if node.style in {"|", ">"} and line:
            line = node.line + min(line, len(str(node.value).rstrip("\n").split("\n")))
            return source.text.problem(line, _first_column(source.text, line), code, what, fix=fix)
        return source.text.problem(node.line, node.column, code, what, fix=fix)


def _empty(source: Source) -> Problem:
    node = source.node
    what = f'prompt of task "{source.task["name"]}" is empty after rendering'
    return source.text.problem(node.line, node.column, "E305", what, fix="say what to do")


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


_READ: Mapping[str, Callable[[Run], Json]] = {
    "output": lambda run: run.output,
    "summary": lambda run: run.summary,
    "branch": lambda run: run.branch,
    "commit": lambda run: run.commit,
    "base": lambda run: run.base,
}
