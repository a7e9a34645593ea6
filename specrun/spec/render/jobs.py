"""Does the jobs of the rendering child: prompts and conditions, with placeholders or with real values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from specrun.spec.render.conditions import Expression
from specrun.spec.render.later import Later, Named, Watched, named
from specrun.spec.render.pages import VARS, Bad, Page, Pages

Values = dict[str, Any]


@dataclass(slots=True)
class Uses:
    """What renderings of a prompt have used so far."""

    names: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)

    def add(self, page: Page) -> None:
        """Note what the last rendering of a page has used."""
        self.names |= page.uses
        self.templates |= page.templates

    @property
    def vars(self) -> list[str] | None:
        """The names of the `vars` that are used, None where it may be any."""
        if VARS in self.names:
            return None
        dot = f"{VARS}."
        return sorted(name.removeprefix(dot) for name in self.names if name.startswith(dot))


class Jobs:
    """What the child keeps between jobs: compiled templates and the values that tasks of a spec share."""

    def __init__(self, ask: Callable[[str], dict[str, str]]) -> None:
        self._pages = Pages(ask)
        self._contexts: dict[int, Values] = {}
        self._compiled: dict[str, Page] = {}
        # Many tasks share one condition, and compiling it is the costly part.
        self._expression = lru_cache(maxsize=256)(partial(Expression, self._pages.sandbox))

    def context(self, number: int, values: Values) -> None:
        """Keep values that many jobs share."""
        self._contexts[number] = {key: named(key, value) for key, value in values.items()}

    def answer(self, job: Values) -> Values:
        """Answer a job, or {error}.

        To check a prompt: {text, tasks, previous, vars, templates}, where `vars` are the names that it uses,
        None for any; to render it: {text}; to look at a condition (`when`) or to decide it: {met, values}.
        """
        try:
            return self._done(job)
        except Bad as bad:
            return {
                "error": {
                    "code": bad.code,
                    "what": bad.what,
                    "fix": bad.fix,
                    "template": bad.place[0],
                    "line": bad.place[1],
                }
            }

    def _done(self, job: Values) -> Values:
        if job["kind"] == "when":
            return self._looked_at(job)
        if job["kind"] == "decide":
            expression = self._expression(job["expression"])
            found = expression.outcome(self._values(job, named("tasks", job["tasks"])), ())
            return {"met": found.met, "values": found.values}
        pages = self._wanted(job)
        if job["kind"] == "check":
            return self._check(pages, job)
        return {"text": self._text(pages, job, job["tasks"], job["previous"], Uses())}

    def _wanted(self, job: Values) -> list[Page]:
        return [self._page(source, template) for source, template in job["pages"]]

    def _page(self, source: str, template: str) -> Page:
        if not template:
            return self._pages.page(source, "")
        if template not in self._compiled:
            self._compiled[template] = self._pages.page(source, template)
        return self._compiled[template]

    def _check(self, pages: list[Page], job: Values) -> Values:
        asked: set[str] = set()
        uses = Uses()
        text = self._text(pages, job, _later(job["tasks"], asked, truth=True), job["previous"], uses)
        if asked:
            self._text(pages, job, _later(job["tasks"], set(), truth=False), job["previous"], uses)
        if "previous" in uses.names:
            for truth in (True, False):
                later = _later(job["tasks"], set(), truth=truth)
                self._text(pages, job, later, Later("previous", set()), uses)
        return {
            "text": text,
            "tasks": "tasks" in uses.names,
            "previous": "previous" in uses.names,
            "vars": uses.vars,
            "templates": sorted(uses.templates),
        }

    def _looked_at(self, job: Values) -> Values:
        """Say whether a condition is decided by what is known beforehand, and find what is wrong with it."""
        expression = self._expression(job["expression"])
        for truth in (False, True):
            asked: set[str] = set()
            later = Watched("tasks", named("tasks", _later(job["tasks"], asked, truth=truth)), asked)
            found = expression.outcome(self._values(job, later), asked)
        return {"met": found.met, "values": found.values}

    def _values(self, job: Values, tasks: Values) -> Values:
        own = {"with": named("with", job["with"]), "task": named("task", job["task"]), "tasks": tasks}
        return {**self._contexts[job["context"]], **own}

    def _text(self, pages: list[Page], job: Values, tasks: Values, previous: Any, uses: Uses) -> str:  # noqa: ANN401 - any JSON value
        values = self._values(job, named("tasks", tasks))
        values["previous"] = previous if isinstance(previous, Later) else named("previous", previous)
        text = pages[0].render(values)
        uses.add(pages[0])
        if len(pages) > 1:
            values["task"] = Named("task", {**values["task"], "prompt": text})
            text = pages[1].render(values)
            uses.add(pages[1])
        return text


def _later(tasks: dict[str, list[str]], asked: set[str], *, truth: bool) -> Values:
    return {
        name: {word: Later(f"tasks.{name}.{word}", asked, truth=truth) for word in words}
        for name, words in tasks.items()
    }
